"""The weeks of a trend: from Monday, in the company's time zone; the last one ends with the period."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from vastine.core.measures.values import Period

LEAST_WEEKS: Final = 13
MOST_WEEKS: Final = 53
_WEEK: Final = timedelta(weeks=1)


def weeks_before(period: Period, zone: ZoneInfo) -> list[datetime]:
    """When the last weeks up to the period's end begin, oldest first, in UTC: as many as it touches, 13 at least and
    53 at most.
    """
    last = (period.end - timedelta(microseconds=1)).astimezone(zone).date()
    first = period.begin.astimezone(zone).date()
    monday = last - timedelta(days=last.weekday())
    touched = (monday - (first - timedelta(days=first.weekday()))) // _WEEK + 1
    count = min(max(touched, LEAST_WEEKS), MOST_WEEKS)
    days = [monday - back * _WEEK for back in range(count - 1, -1, -1)]
    return [datetime.combine(day, time(), zone).astimezone(UTC) for day in days]


def days_of(weeks: Sequence[datetime], zone: ZoneInfo) -> list[date]:
    """The Mondays of these weeks."""
    return [week.astimezone(zone).date() for week in weeks]


def second(at: datetime) -> int:
    """Whole seconds since 1970, as rows have their times."""
    return int(at.timestamp())
