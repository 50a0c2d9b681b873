"""A calendar: when somebody is there, and how time is counted on its clock.

All arithmetic is in UTC. Local time is looked at only to find where a day's hours begin and end: zoneinfo moves a
time that the clock change skips forward by the gap, and takes the first of one that it repeats, as RULES.md has it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from vastine.core.clock.duration import Duration, Unit
from vastine.core.clock.hours import (
    MIDNIGHT,
    HolidaySource,
    Hours,
    parse_closure,
    parse_days,
    parse_holidays,
    parse_hours,
    parse_week,
)

Spans = tuple[tuple[datetime, datetime], ...]  # in UTC, in order, apart; both ends count as open

_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_DAY = timedelta(days=1)
_NOTHING = timedelta()
_MOST_DAYS_CLOSED = 3660
_MOST_DAYS_OPEN = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Opening hours in a time zone. `week` is None for the calendar `always`, which is open and has days of 24 hours.

    For a date, `short` beats `closed`, `closed` beats `holidays`, and those beat `week` (seven days from Monday).
    Every time given must be aware (else ValueError); every time returned is in UTC.
    """

    name: str
    timezone: ZoneInfo
    week: tuple[Hours, ...] | None
    holidays: HolidaySource | None = None
    closed: tuple[tuple[date, date], ...] = ()
    short: tuple[tuple[date, date, Hours], ...] = ()
    _spans: dict[int, Spans] = field(default_factory=dict, init=False, repr=False, compare=False)

    @classmethod
    def always(cls, timezone: ZoneInfo) -> Self:
        """The built-in calendar that never closes."""
        return cls(name="always", timezone=timezone, week=None)

    @classmethod
    def build(
        cls,
        name: str,
        timezone: ZoneInfo,
        hours: dict[str, str],
        holidays: str | None = None,
        closed: list[str] | tuple[str, ...] = (),
        short: dict[str, str] | None = None,
    ) -> Self:
        """A calendar from what the rules say of it; raises ValueError with a sentence."""
        if name == "always":
            raise ValueError("the name 'always' is reserved for the built-in calendar")
        week = parse_week(hours)
        return cls(
            name=name,
            timezone=timezone,
            week=week,
            holidays=parse_holidays(holidays) if holidays is not None else None,
            closed=tuple(parse_closure(days) for days in closed),
            short=tuple((*parse_days(days), _short(days, spans, week)) for days, spans in (short or {}).items()),
        )

    def due(self, start: datetime, duration: Duration) -> datetime:
        """When that much time has passed on this clock, counted from `start` or else from the next opening."""
        at = self.next_opening(start)
        for count, unit in duration.parts:
            at = self._step(at, count, unit)
        return at

    def back(self, due: datetime, duration: Duration) -> datetime:
        """The latest open time from which that much time passes until `due`; not after it."""
        at = due = _utc(due)
        for count, unit in duration.parts:
            at = self._step_back(at, count, unit)
        return min(at, due)

    def share(self, start: datetime, due: datetime, percent: int) -> datetime:
        """When that percentage of the open time between the two has passed."""
        if percent == 100:
            return _utc(due)
        return self.forward(start, self.open_between(start, due) * percent / 100)

    def is_open(self, at: datetime) -> bool:
        """Whether somebody is there; closing time itself and the start of a break count as open."""
        # In UTC on both sides: Python never calls a time that the clock change repeats equal to one of another zone.
        return self.next_opening(at) == _utc(at)

    def closes_at(self, at: datetime) -> datetime | None:
        """When the hours that `at` lies in end, with those that follow without a break; None outside of them.

        Here the very end lies outside. ValueError for hours that never end.
        """
        if self.week is None:
            raise ValueError(f"the calendar '{self.name}' never closes")
        end, at = None, _utc(at)
        for number in range(self._day_of(at) - 1, self._day_of(at) + _MOST_DAYS_OPEN):
            for begins, ends in self._spans_of(number):
                if begins <= (end or at) < ends:
                    end = ends
        if end is not None and end - at > timedelta(days=_MOST_DAYS_OPEN - 1):
            raise ValueError(f"the calendar '{self.name}' does not close within {_MOST_DAYS_OPEN - 1} days")
        return end

    def next_opening(self, at: datetime) -> datetime:
        """The first open time that is not before `at`; that is `at` itself within the hours."""
        return self.forward(at, _NOTHING)

    def forward(self, start: datetime, open_time: timedelta) -> datetime:
        """The first time at which that much open time has passed since `start`; ValueError where it never comes."""
        at = _utc(start)
        if self.week is None:
            return at + open_time
        for begin, end in self._spans_from(at):
            if end < at:
                continue
            at = max(at, begin)
            if open_time <= end - at:
                return at + open_time
            open_time -= end - at
            at = end
        raise ValueError(f"the calendar '{self.name}' does not open within {_MOST_DAYS_CLOSED} days after {at}")

    def closing(self, day: date) -> datetime:
        """The end of that day's hours; where it is closed, of the last day before on which it is not."""
        number = day.toordinal()
        if self.week is None:
            return self._from_local(_midnight(number) + timedelta(hours=23, minutes=59))
        for earlier in range(number, number - _MOST_DAYS_CLOSED, -1):
            if spans := self._spans_of(earlier):
                return spans[-1][1]
        raise ValueError(f"the calendar '{self.name}' was not open within {_MOST_DAYS_CLOSED} days before {day}")

    def open_between(self, start: datetime, end: datetime) -> timedelta:
        """How much open time lies between the two; nothing where `end` is not after `start`."""
        at, end = _utc(start), _utc(end)
        if self.week is None or end <= at:
            return max(end - at, _NOTHING)
        total = _NOTHING
        for number in range(self._day_of(at) - 1, self._day_of(end) + 1):
            for begins, ends in self._spans_of(number):
                if ends > at and begins < end:
                    total += min(ends, end) - max(begins, at)
                    at = min(ends, end)
        return total

    def _step(self, at: datetime, count: int, unit: Unit) -> datetime:
        if unit != "d" or self.week is None:
            return self.forward(at, count * _UNITS[unit])
        return self.next_opening(self._other_day(at, count)) if count else at

    def _step_back(self, at: datetime, count: int, unit: Unit) -> datetime:
        if unit != "d" or self.week is None:
            return self._backward(at, count * _UNITS[unit])
        return self.next_opening(self._other_day(at, -count)) if count else at

    def _backward(self, due: datetime, open_time: timedelta) -> datetime:
        if self.week is None or not open_time:
            return due - open_time
        at = due
        for begin, end in self._spans_until(at):
            if begin >= min(at, end):
                continue
            at = min(at, end)
            if open_time <= at - begin:
                return at - open_time
            open_time -= at - begin
            at = begin
        raise ValueError(f"the calendar '{self.name}' was not open within {_MOST_DAYS_CLOSED} days before {at}")

    def _other_day(self, at: datetime, count: int) -> datetime:
        """The same time of day `count` working days later, or earlier where it is negative."""
        number = self._working_day_of(at)
        since_midnight = at.astimezone(self.timezone).replace(tzinfo=None) - _midnight(number)
        forth = 1 if count > 0 else -1
        left, closed = abs(count), 0
        while left:
            number += forth
            working = bool(self._spans_of(number))
            left -= working
            closed = 0 if working else closed + 1
            if closed > _MOST_DAYS_CLOSED:
                raise ValueError(f"the calendar '{self.name}' has no working day for {_MOST_DAYS_CLOSED} days")
        there = self._from_local(_midnight(number) + since_midnight)
        # Not before that day opens: midnight may be the closing time of the day before, which counts as open too.
        return max(there, self._spans_of(number)[0][0])

    def _working_day_of(self, at: datetime) -> int:
        # Hours over midnight belong to the day they begin on, so at two in the night it may still be that day.
        number = self._day_of(at)
        if not _within(at, self._spans_of(number)) and _within(at, self._spans_of(number - 1)):
            return number - 1
        return number

    def _spans_from(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans in order, beginning with the day before, whose hours may run over midnight."""
        number, closed = self._day_of(at) - 1, 0
        while closed <= _MOST_DAYS_CLOSED:
            spans = self._spans_of(number)
            closed = 0 if spans else closed + 1
            yield from spans
            number += 1

    def _spans_until(self, at: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Spans backwards; what the hours of the day before cover, running over midnight, is left to them."""
        number, closed = self._day_of(at), 0
        while closed <= _MOST_DAYS_CLOSED:
            spans, before = self._spans_of(number), self._spans_of(number - 1)
            closed = 0 if spans else closed + 1
            covered = before[-1][1] if before else None
            yield from ((max(begin, covered or begin), end) for begin, end in reversed(spans))
            number -= 1

    def _spans_of(self, number: int) -> Spans:
        """The open spans that begin on the day of that ordinal, reckoned once."""
        found = self._spans.get(number)
        if found is None:
            found = self._spans[number] = self._reckon(number)
        return found

    def _reckon(self, number: int) -> Spans:
        midnight = _midnight(number)
        spans: list[tuple[datetime, datetime]] = []
        for first, last in self._hours_of(midnight.date()):
            begin = self._from_local(midnight + timedelta(minutes=first))
            end = self._from_local(midnight + timedelta(minutes=last))
            # Around a clock change hours may have no length, or reach into the next span of the day.
            begin = max(begin, spans[-1][1]) if spans else begin
            if begin < end:
                spans.append((begin, end))
        return tuple(spans)

    def _hours_of(self, day: date) -> Hours:
        for first, last, hours in self.short:
            if first <= day <= last:
                return hours
        if any(first <= day <= last for first, last in self.closed):
            return ()
        if self.holidays is not None and day in self.holidays:
            return ()
        return self.week[day.weekday()] if self.week is not None else ()

    def _day_of(self, at: datetime) -> int:
        return at.astimezone(self.timezone).toordinal()

    def _from_local(self, local: datetime) -> datetime:
        return local.replace(tzinfo=self.timezone, fold=0).astimezone(UTC)


def _short(days: str, spans: str, week: tuple[Hours, ...]) -> Hours:
    """Hours of a short day. They run over midnight only where those of the week do: else their ends are mixed up."""
    hours = parse_hours(spans)
    over, usual = (any(end > MIDNIGHT for each in some for _, end in each) for some in ((hours,), week))
    if over and not usual:
        raise ValueError(f"short: the hours '{spans}' of {days} run over midnight, and no day of the week does")
    return hours


def _midnight(number: int) -> datetime:
    return datetime.combine(date.fromordinal(number), time())  # noqa: DTZ001, RUF100  # local, made aware above


def _within(at: datetime, spans: Spans) -> bool:
    return any(begin <= at <= end for begin, end in spans)


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"the time {at} has no zone")
    return at.astimezone(UTC)
