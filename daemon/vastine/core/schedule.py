"""When reports and digests are due, and which days each is about. Only times: who gets what stands elsewhere.

Times of day are those of the company's zone. One that the clock change skips moves forward by the gap; of one that it
repeats the first is meant.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, Self
from zoneinfo import ZoneInfo

from vastine.core.measures import Period

Length = Literal["day", "week", "month"]

WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LENGTHS: Final[tuple[Length, ...]] = ("day", "week", "month")
_EVERY: Final = re.compile(r"(mon|tue|wed|thu|fri|sat|sun|day|weekday|month) ([01][0-9]|2[0-3]):([0-5][0-9])")
_LOOKED_BACK: Final = 40  # days; a month has less


@dataclass(frozen=True, slots=True, kw_only=True)
class Every:
    """A time that comes again: `mon 08:00`, `day 08:00`, `weekday 08:00` (mon to fri) or `month 08:00` (the 1st)."""

    days: str
    at: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read it; raises ValueError with a sentence."""
        found = _EVERY.fullmatch(text)
        if found is None:
            raise ValueError(
                f"'{text}' is not a time of the week: write mon 08:00, weekday 08:00, day 08:00 or month 08:00"
            )
        return cls(days=found[1], at=time(int(found[2]), int(found[3])))

    def __str__(self) -> str:
        return f"{self.days} {self.at:%H:%M}"

    @property
    def usual_length(self) -> Length:
        """What a report that comes so often is about, unless the rules say otherwise."""
        return "month" if self.days == "month" else "day" if self.days in ("day", "weekday") else "week"

    def falls_on(self, day: date) -> bool:
        match self.days:
            case "day":
                return True
            case "weekday":
                return day.weekday() < 5
            case "month":
                return day.day == 1
        return WEEKDAYS[day.weekday()] == self.days


def last_due(every: Every, now: datetime, zone: ZoneInfo) -> datetime:
    """The latest such time that is not after now, in UTC."""
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=ago) for ago in range(-1, _LOOKED_BACK))
    return next(at for day in days if every.falls_on(day) and (at := instant(day, every.at, zone)) <= now)


def next_due(every: Every, now: datetime, zone: ZoneInfo) -> datetime:
    """The earliest such time after now, in UTC."""
    today = now.astimezone(zone).date()
    days = (today + timedelta(days=ahead) for ahead in range(-1, _LOOKED_BACK))
    return next(at for day in days if every.falls_on(day) and (at := instant(day, every.at, zone)) > now)


def period_before(due: datetime, length: Length, zone: ZoneInfo, every: Every | None = None) -> Period:
    """The last whole day, week (from its Monday) or calendar month before the day of `due`.

    On weekdays a day's report is about all since the weekday before: on a Monday from Friday to Sunday.
    """
    day = due.astimezone(zone).date()
    if length == "day":
        first = day - timedelta(days=1)
        while every is not None and every.days == "weekday" and first.weekday() >= 5:
            first -= timedelta(days=1)
        return between(first, day, zone)
    if length == "week":
        monday = day - timedelta(days=day.weekday())
        return between(monday - timedelta(days=7), monday, zone)
    first_of_this = day.replace(day=1)
    return between((first_of_this - timedelta(days=1)).replace(day=1), first_of_this, zone)


def preceding(period: Period, zone: ZoneInfo) -> Period:
    """What a period is compared with: of whole calendar months as many before, of whole days as many, otherwise the
    same length of time just before.
    """
    first, end = (at.astimezone(zone).date() for at in (period.begin, period.end))
    if months := whole_months(period, zone):
        year, month = divmod(first.year * 12 + first.month - 1 - months, 12)
        return between(date(year, month + 1, 1), first, zone)
    if of_whole_days(period, zone):
        return between(first - (end - first), first, zone)
    return Period(begin=period.begin - (period.end - period.begin), end=period.begin)


def of_whole_days(period: Period, zone: ZoneInfo) -> bool:
    """Whether it begins and ends where days do."""
    first, end = (at.astimezone(zone).date() for at in (period.begin, period.end))
    return between(first, end, zone) == period


def whole_months(period: Period, zone: ZoneInfo) -> int:
    """How many calendar months it is; 0 where it does not begin and end with one."""
    first, end = (at.astimezone(zone).date() for at in (period.begin, period.end))
    if not (first.day == end.day == 1 and of_whole_days(period, zone)):
        return 0
    return (end.year - first.year) * 12 + end.month - first.month


def between(first: date, end: date, zone: ZoneInfo) -> Period:
    """From the beginning of one day until just before the beginning of another."""
    return Period(begin=instant(first, time(), zone), end=instant(end, time(), zone))


def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """That time of that day, in UTC."""
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)
