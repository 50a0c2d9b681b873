"""The clock a second time, in the slowest way: a walk through three years, by the words of docs/rules.md.

It shares nothing with `vastine.core.clock` but the calendars of public holidays. A wall clock is read once an hour (no
zone here changes within one), and all else follows from what it shows: a time of day means the first minute at which
the clock shows it; one that it never shows moves forward by the gap. `python -m tests.core.clock_reference` compares
the two, and prints how many cases it tried.
"""

import random
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import accumulate
from zoneinfo import ZoneInfo

from holidays import country_holidays

from vastine.core.clock import Calendar, Duration

BEGIN, END = datetime(2025, 12, 1, tzinfo=UTC), datetime(2029, 4, 1, tzinfo=UTC)
FIRST_START, LAST_START = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 12, 31, 23, 59, tzinfo=UTC)
WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
OFTEN = tuple(  # around clock changes, Midsummer and Christmas more goes wrong than elsewhere
    datetime(year, month, day, tzinfo=UTC)
    for year, days in {2026: (29, 25), 2027: (28, 31), 2028: (26, 29)}.items()
    for month, day in ((3, days[0]), (6, 20), (10, days[1]), (12, 25))
)


class Wall:
    """What a wall clock shows from BEGIN to END."""

    def __init__(self, zone: str) -> None:
        self.zone = ZoneInfo(zone)
        self.first_shown: dict[tuple[date, int], int] = {}  # day and hour -> minutes since BEGIN
        self.shows: list[datetime] = []  # by the hour
        for minute in range(0, int((END - BEGIN) / MINUTE), 60):
            shown = (BEGIN + minute * MINUTE).astimezone(self.zone).replace(tzinfo=None)
            self.shows.append(shown)
            self.first_shown.setdefault((shown.date(), shown.hour), minute)

    def reading(self, minute: int) -> tuple[date, int]:
        """The day, and the minutes after its midnight, that the clock shows then."""
        shown = self.shows[minute // 60]
        return shown.date(), shown.hour * 60 + minute % 60

    def minute_of(self, day: date, time_of_day: int) -> int:
        """The first minute at which the clock shows that time; 24:30 is half past midnight of the day after."""
        day, time_of_day = day + timedelta(days=time_of_day // 1440), time_of_day % 1440
        hour = time_of_day // 60
        if (day, hour) not in self.first_shown:  # skipped: forward by the gap
            return self.first_shown[day, hour + 1] + time_of_day % 60
        return self.first_shown[day, hour] + time_of_day % 60


@dataclass(frozen=True, kw_only=True)
class Reference:
    """The hours of one desk, as the walk finds them, and the calendar of ours that must agree."""

    name: str
    wall: Wall
    hours: dict[str, str]  # by day of the week, such as {"mon": "08:00-12:00, 13:00-16:00"}
    holidays: str | None = None
    closed: tuple[date, ...] = ()
    short: tuple[tuple[date, str], ...] = ()

    @cached_property
    def ours(self) -> Calendar:
        return Calendar.build(
            self.name,
            self.wall.zone,
            self.hours,
            holidays=self.holidays,
            closed=[day.isoformat() for day in self.closed],
            short={day.isoformat(): spans for day, spans in self.short},
        )

    @cached_property
    def free_days(self) -> frozenset[date]:
        years = range(BEGIN.year, END.year + 1)
        return frozenset(country_holidays(self.holidays, years=years, expand=False)) if self.holidays else frozenset()

    @cached_property
    def days(self) -> dict[date, list[tuple[int, int]]]:
        """The open minutes of each day, from until, as minutes since BEGIN; a day without any is left out."""
        days = (BEGIN.date() + timedelta(days=number) for number in range(2, (END - BEGIN).days - 2))
        found = {day: [span for span in self._spans(day) if span[0] < span[1]] for day in days}
        return {day: spans for day, spans in found.items() if spans}

    def _spans(self, day: date) -> Iterator[tuple[int, int]]:
        for span in filter(None, self._written(day).split(", ")):
            begin, end = (int(each[:2]) * 60 + int(each[3:]) for each in span.split("-"))
            end += 1440 if end <= begin else 0
            yield self.wall.minute_of(day, begin), self.wall.minute_of(day, end)

    def _written(self, day: date) -> str:
        """`short` beats `closed`, `closed` beats holidays, and those beat the hours of the week."""
        if day in dict(self.short):
            return dict(self.short)[day]
        if day in self.closed or day in self.free_days:
            return ""
        return self.hours.get(WEEK[day.weekday()], "")

    @cached_property
    def open(self) -> bytearray:
        """A 1 for every minute in which somebody is there."""
        minutes = bytearray(len(self.wall.shows) * 60)
        for spans in self.days.values():
            for begin, end in spans:
                minutes[begin:end] = b"\1" * (end - begin)
        return minutes

    @cached_property
    def passed(self) -> "array[int]":
        """How many open minutes have passed before each minute: the walk, noted down as it goes."""
        return array("I", accumulate(self.open, initial=0))

    def next_opening(self, at: int) -> int:
        """Closing time, and the start of a break, count as open."""
        while not self.open[at] and not self.open[at - 1]:
            at += 1
        return at

    def forward(self, start: int, minutes: Fraction) -> Fraction:
        """When so many open minutes have passed since the start."""
        if not minutes:
            return Fraction(self.next_opening(start))
        whole = -(-minutes // 1) - 1  # the open minutes that are over before the last one begins
        last = bisect_right(self.passed, self.passed[start] + whole) - 1
        return last + (minutes - whole)

    def open_between(self, start: int, end: int) -> int:
        return max(0, self.passed[end] - self.passed[start])

    def back(self, due: int, minutes: int) -> int:
        """The latest time from which so many open minutes pass until then."""
        return bisect_right(self.passed, self.passed[due] - minutes) - 1 if minutes else due

    def due_in_days(self, start: int, days: int) -> int:
        """The same time of day that many working days later, not before that day opens, then into open time."""
        at = self.next_opening(start)
        day, time_of_day = self._working_day(at)
        for _ in range(days):
            day += timedelta(days=1)
            while day not in self.days:
                day += timedelta(days=1)
        there = self.wall.minute_of(day, time_of_day)
        return self.next_opening(max(there, self.days[day][0][0]))

    def _working_day(self, at: int) -> tuple[date, int]:
        """The day whose hours a time belongs to, and how long after its midnight the wall clock shows it."""
        day, time_of_day = self.wall.reading(at)
        yesterday = day - timedelta(days=1)
        if not self._covers(day, at) and self._covers(yesterday, at):
            return yesterday, time_of_day + 1440
        return day, time_of_day

    def _covers(self, day: date, at: int) -> bool:
        return any(begin <= at <= end for begin, end in self.days.get(day, ()))


def every(days: str, spans: str) -> dict[str, str]:
    return dict.fromkeys(days.split(), spans)


def references() -> list[Reference]:
    """Five kinds of desk in three zones."""
    found = []
    for zone, country in (("Europe/Helsinki", "FI"), ("Europe/Stockholm", "SE"), ("UTC", None)):
        wall = Wall(zone)
        found += [
            Reference(
                name=f"office {zone}",
                wall=wall,
                hours=every("mon tue wed thu", "08:00-16:00") | {"fri": "08:00-11:30, 12:00-15:00"},
                holidays=country,
                closed=(date(2026, 12, 31), *(date(2027, 7, day) for day in range(5, 19))),
                short=((date(2027, 4, 30), "08:00-12:00"), (date(2027, 7, 7), "10:00-12:00")),
            ),
            Reference(name=f"nights {zone}", wall=wall, hours=every("mon tue wed thu fri", "22:00-06:00")),
            Reference(name=f"all day {zone}", wall=wall, hours=every(" ".join(WEEK), "00:00-24:00"), holidays=country),
            Reference(
                name=f"odd hours {zone}",
                wall=wall,
                hours=every("fri sat sun mon", "01:45-03:50, 04:10-05:00, 18:00-24:00") | {"wed": "09:00-09:30"},
            ),
            Reference(
                name=f"overlapping {zone}",
                wall=wall,
                hours=every("tue thu fri sat", "20:00-07:15")
                | every("wed sun", "01:15-02:40, 03:05-03:20, 06:00-12:00"),
            ),
        ]
    return found


# --- the cases: each compares one value of ours with the walk's, and counts


def a_start(desk: Reference, chance: random.Random) -> int:
    """A minute of the three years: any, one around which most goes wrong, or one at an end of open hours."""
    if (kind := chance.random()) < 0.4:
        at = chance.choice(OFTEN) + timedelta(minutes=chance.randrange(-4 * 1440, 4 * 1440))
    else:
        at = FIRST_START + chance.randrange(int((LAST_START - FIRST_START) / MINUTE)) * MINUTE
    if kind < 0.7:
        return int((at - BEGIN) / MINUTE)
    days = (at.date() + timedelta(days=number) for number in range(30))
    spans = next(desk.days[day] for day in days if day in desk.days)
    return chance.choice(chance.choice(spans)) + chance.choice((-1, 0, 0, 0, 1))


def moment(minute: int | Fraction) -> datetime:
    return BEGIN + timedelta(microseconds=round(Fraction(minute) * 60_000_000))


def due_in_minutes(desk: Reference, chance: random.Random) -> None:
    start, minutes = a_start(desk, chance), chance.choice((0, 1, 30, 60, 240, chance.randrange(3000)))
    assert desk.ours.due(moment(start), Duration.parse(f"{minutes}m")) == moment(desk.forward(start, Fraction(minutes)))


def due_in_hours_and_seconds(desk: Reference, chance: random.Random) -> None:
    start, hours, seconds = a_start(desk, chance), chance.randrange(30), chance.randrange(7200)
    expected = desk.forward(start, hours * 60 + Fraction(seconds, 60))
    assert desk.ours.due(moment(start), Duration.parse(f"{hours}h {seconds}s")) == moment(expected)


def due_in_days(desk: Reference, chance: random.Random) -> None:
    start, days = a_start(desk, chance), chance.randrange(1, 12)
    assert desk.ours.due(moment(start), Duration.parse(f"{days}d")) == moment(desk.due_in_days(start, days))


def due_in_days_and_hours(desk: Reference, chance: random.Random) -> None:
    start, days, hours = a_start(desk, chance), chance.randrange(1, 6), chance.randrange(1, 20)
    expected = desk.forward(desk.due_in_days(start, days), Fraction(hours * 60))
    assert desk.ours.due(moment(start), Duration.parse(f"{days}d {hours}h")) == moment(expected)


def next_opening(desk: Reference, chance: random.Random) -> None:
    start = a_start(desk, chance)
    assert desk.ours.next_opening(moment(start)) == moment(desk.next_opening(start))


def open_between(desk: Reference, chance: random.Random) -> None:
    start = a_start(desk, chance)
    end = start + chance.randrange(12 * 1440)
    assert desk.ours.open_between(moment(start), moment(end)) == desk.open_between(start, end) * MINUTE


def back(desk: Reference, chance: random.Random) -> None:
    due, minutes = a_start(desk, chance), chance.randrange(3000)
    assert desk.ours.back(moment(due), Duration.parse(f"{minutes}m")) == moment(desk.back(due, minutes))


def share(desk: Reference, chance: random.Random) -> None:
    start, percent = desk.next_opening(a_start(desk, chance)), chance.randrange(1, 100)
    due = int(desk.forward(start, Fraction(chance.randrange(1, 3000))))
    expected = desk.forward(start, Fraction(desk.open_between(start, due) * percent, 100))
    assert desk.ours.share(moment(start), moment(due), percent) == moment(expected)


def step_by_step(desk: Reference, chance: random.Random) -> None:
    """What the notes of the walk say is what walking from the start on says."""
    start, left = a_start(desk, chance), chance.randrange(1, 900)
    at = start
    while left:
        left -= desk.open[at]
        at += 1
    minutes = desk.open_between(start, at)
    assert at == desk.forward(start, Fraction(minutes))
    assert desk.ours.due(moment(start), Duration.parse(f"{minutes}m")) == moment(at)


CASES: dict[Callable[[Reference, random.Random], None], int] = {  # and how often for each desk
    due_in_minutes: 400,
    due_in_hours_and_seconds: 200,
    due_in_days: 250,
    due_in_days_and_hours: 150,
    next_opening: 250,
    open_between: 150,
    back: 200,
    share: 150,
    step_by_step: 20,
}


def compared(seed: int, times: int = 1) -> Counter[str]:
    """Try every kind of case for every desk; AssertionError where we and the walk differ. Returns how many of each."""
    chance, counted = random.Random(seed), Counter[str]()
    for desk in references():
        for case, often in CASES.items():
            for _ in range(often * times):
                case(desk, chance)
                counted[case.__name__] += 1
    return counted


if __name__ == "__main__":
    found = compared(seed=random.randrange(10**9), times=10)
    for name, count in found.items():
        print(f"{name:<26}{count:>8,}")
    print(f"{'in all':<26}{found.total():>8,}  all agree")
