from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from vastine.core.measures import Period
from vastine.core.schedule import Every, Length, between, last_due, next_due, period_before, preceding

HELSINKI = ZoneInfo("Europe/Helsinki")


def local(year: int, month: int, day: int, hour: int = 0, minute: int = 0, fold: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=HELSINKI, fold=fold).astimezone(UTC)


def every(text: str) -> Every:
    return Every.parse(text)


@pytest.mark.parametrize("text", ["mon 08:00", "sun 00:00", "day 23:59", "weekday 07:30", "month 08:00"])
def test_what_was_read_is_written_again(text: str) -> None:
    assert str(every(text)) == text


@pytest.mark.parametrize("text", ["", "monday 08:00", "mon 8:00", "mon 24:00", "mon 08:60", "mon08:00", "year 08:00"])
def test_what_is_no_time_of_the_week_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write mon 08:00"):
        every(text)


# A Wednesday at noon.
@pytest.mark.parametrize(
    ("text", "last", "following"),
    [
        ("mon 08:00", local(2026, 6, 22, 8), local(2026, 6, 29, 8)),
        ("wed 12:00", local(2026, 6, 24, 12), local(2026, 7, 1, 12)),
        ("wed 12:01", local(2026, 6, 17, 12, 1), local(2026, 6, 24, 12, 1)),
        ("day 08:00", local(2026, 6, 24, 8), local(2026, 6, 25, 8)),
        ("day 23:00", local(2026, 6, 23, 23), local(2026, 6, 24, 23)),
        ("weekday 08:00", local(2026, 6, 24, 8), local(2026, 6, 25, 8)),
        ("month 08:00", local(2026, 6, 1, 8), local(2026, 7, 1, 8)),
    ],
)
def test_the_last_time_and_the_next(text: str, last: datetime, following: datetime) -> None:
    now = local(2026, 6, 24, 12)
    assert (last_due(every(text), now, HELSINKI), next_due(every(text), now, HELSINKI)) == (last, following)


def test_on_a_weekend_the_last_weekday_was_friday() -> None:
    assert last_due(every("weekday 08:00"), local(2026, 6, 28, 12), HELSINKI) == local(2026, 6, 26, 8)


def test_a_time_that_the_clock_change_skips_moves_forward_by_the_gap() -> None:
    due = next_due(every("day 03:30"), local(2026, 3, 28, 12), HELSINKI)
    assert due == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert due.astimezone(HELSINKI).hour == 4


def test_of_a_time_that_the_clock_change_repeats_the_first_is_meant_and_it_comes_once() -> None:
    first, second = local(2026, 10, 25, 3, 30), local(2026, 10, 25, 3, 30, fold=1)
    assert next_due(every("day 03:30"), first - timedelta(hours=1), HELSINKI) == first
    assert last_due(every("day 03:30"), second, HELSINKI) == first
    assert next_due(every("day 03:30"), first, HELSINKI) == local(2026, 10, 26, 3, 30)


@pytest.mark.parametrize("text", ["mon 03:30", "day 03:30", "weekday 00:00", "month 08:00", "sun 03:00"])
def test_over_three_years_each_time_follows_the_last_and_none_comes_twice(text: str) -> None:
    at, found = local(2026, 1, 1), []
    while at < local(2029, 1, 1):
        found.append(at := next_due(every(text), at, HELSINKI))
        assert last_due(every(text), at, HELSINKI) == at
        assert last_due(every(text), at - timedelta(seconds=1), HELSINKI) < at
    days = [each.astimezone(HELSINKI).date() for each in found]
    assert len(set(days)) == len(days)
    assert all(every(text).falls_on(day) for day in days)


@pytest.mark.parametrize(
    ("length", "now", "first", "end"),
    [
        ("week", local(2026, 6, 29, 8), date(2026, 6, 22), date(2026, 6, 29)),
        ("week", local(2026, 6, 24, 8), date(2026, 6, 15), date(2026, 6, 22)),
        ("day", local(2026, 6, 24, 8), date(2026, 6, 23), date(2026, 6, 24)),
        ("month", local(2026, 3, 1, 8), date(2026, 2, 1), date(2026, 3, 1)),
        ("month", local(2026, 1, 31, 8), date(2025, 12, 1), date(2026, 1, 1)),
        ("month", local(2028, 3, 1, 0), date(2028, 2, 1), date(2028, 3, 1)),
    ],
)
def test_a_report_is_about_the_last_whole_days_before_its_time(
    length: Length, now: datetime, first: date, end: date
) -> None:
    period = period_before(now, length, HELSINKI)
    assert (period.begin, period.end) == (
        local(first.year, first.month, first.day),
        local(end.year, end.month, end.day),
    )


def test_the_week_of_a_clock_change_is_an_hour_shorter_or_longer() -> None:
    spring = period_before(local(2026, 3, 30, 8), "week", HELSINKI)
    autumn = period_before(local(2026, 10, 26, 8), "week", HELSINKI)
    assert [each.end - each.begin for each in (spring, autumn)] == [
        timedelta(days=7, hours=-1),
        timedelta(days=7, hours=1),
    ]


def test_on_a_monday_weekdays_are_about_all_since_friday() -> None:
    period = period_before(local(2026, 6, 29, 8), "day", HELSINKI, every("weekday 08:00"))
    assert (period.begin, period.end) == (local(2026, 6, 26), local(2026, 6, 29))


@pytest.mark.parametrize(
    ("text", "length"),
    [("mon 08:00", "week"), ("day 08:00", "day"), ("weekday 08:00", "day"), ("month 08:00", "month")],
)
def test_a_report_is_as_long_as_it_is_frequent(text: str, length: str) -> None:
    assert every(text).usual_length == length


def test_where_midnight_itself_is_skipped_a_day_begins_behind_the_gap() -> None:
    beirut = ZoneInfo("Asia/Beirut")
    period = period_before(datetime(2026, 3, 30, 8, tzinfo=beirut).astimezone(UTC), "day", beirut)
    assert period.end - period.begin == timedelta(hours=23)


@pytest.mark.parametrize(
    ("first", "end", "before"),
    [
        (date(2026, 9, 1), date(2026, 10, 1), date(2026, 8, 1)),  # 30 days, and 31 before them
        (date(2026, 1, 1), date(2026, 4, 1), date(2025, 10, 1)),
        (date(2026, 1, 1), date(2027, 1, 1), date(2025, 1, 1)),
        (date(2026, 3, 30), date(2026, 4, 6), date(2026, 3, 23)),  # a week behind the one that lost an hour
        (date(2026, 6, 1), date(2026, 6, 2), date(2026, 5, 31)),
    ],
)
def test_months_are_compared_with_months_and_days_with_days(first: date, end: date, before: date) -> None:
    assert preceding(between(first, end, HELSINKI), HELSINKI) == between(before, first, HELSINKI)


def test_some_hours_are_compared_with_as_many_before() -> None:
    hours = Period(begin=local(2026, 6, 1, 10), end=local(2026, 6, 1, 14))
    assert preceding(hours, HELSINKI) == Period(begin=local(2026, 6, 1, 6), end=local(2026, 6, 1, 10))
