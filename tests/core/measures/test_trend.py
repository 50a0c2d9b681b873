"""The weeks of a trend."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from vastine.core.measures import Period
from vastine.core.measures.trend import days_of, weeks_before

HELSINKI = ZoneInfo("Europe/Helsinki")
MONDAY = datetime(2026, 6, 21, 21, tzinfo=UTC)  # midnight in Helsinki


@pytest.mark.parametrize(("days", "weeks"), [(1, 13), (7, 13), (84, 13), (92, 14), (365, 53), (800, 53)])
def test_as_many_weeks_as_the_period_touches_between_bounds(days: int, weeks: int) -> None:
    period = Period(begin=MONDAY - timedelta(days=days), end=MONDAY)
    assert len(weeks_before(period, HELSINKI)) == weeks


def test_weeks_begin_on_monday_at_midnight_also_when_the_clocks_change() -> None:
    weeks = weeks_before(Period(begin=MONDAY - timedelta(days=120), end=MONDAY), HELSINKI)
    local = [week.astimezone(HELSINKI) for week in weeks]
    assert {(week.weekday(), week.hour) for week in local} == {(0, 0)}


def test_the_last_week_ends_with_the_period() -> None:
    period = Period(begin=MONDAY, end=MONDAY + timedelta(days=3))
    assert days_of(weeks_before(period, HELSINKI), HELSINKI)[-1] == date(2026, 6, 22)
