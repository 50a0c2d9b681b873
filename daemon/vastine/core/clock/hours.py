"""Opening hours as people write them: days of the week, times of day, dates, and the names of holiday calendars."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Final

Hours = tuple[tuple[int, int], ...]  # spans in minutes after the day's midnight; an end over 1440 is on the next day

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MIDNIGHT: Final = 24 * 60
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_CLOSURE_DAYS = 400


def parse_hours(text: str) -> Hours:
    """Read the hours of one day, such as `08:00-11:30, 12:00-15:00` or `22:00-06:00`; raises ValueError."""
    spans = sorted(_span(part.strip()) for part in text.split(","))
    for (_, end), (begin, _) in pairwise(spans):
        if begin < end:
            raise ValueError(f"the hours '{text}' overlap")
    return tuple(spans)


def _span(text: str) -> tuple[int, int]:
    first, dash, last = text.replace("\N{EN DASH}", "-").partition("-")
    if not dash:
        raise ValueError(f"'{text}' is not a span of hours: write it like 08:00-16:00")
    begin, end = _minutes(first.strip()), _minutes(last.strip())
    if begin == end:
        raise ValueError(f"'{text}' has no length (a whole day is 00:00-24:00)")
    if begin == MIDNIGHT:
        raise ValueError(f"'{text}' begins at 24:00, which is the end of a day: write 00:00 on the next one")
    return begin, end if end > begin else end + MIDNIGHT


def _minutes(text: str) -> int:
    found = _TIME.fullmatch(text)
    if not found:
        raise ValueError(f"'{text}' is not a time of day: write it like 08:00")
    minutes = int(found[1]) * 60 + int(found[2])
    if int(found[2]) > 59 or minutes > MIDNIGHT:
        raise ValueError(f"'{text}' is not a time of day: it goes from 00:00 to 24:00")
    return minutes


def parse_weekdays(text: str) -> tuple[int, ...]:
    """Read `mon-thu`, `sat-mon` or `mon, wed` as numbers from Monday, 0; raises ValueError."""
    found = [day for part in text.split(",") for day in _weekday_range(part.strip())]
    if len(set(found)) < len(found):
        raise ValueError(f"'{text}' names a day twice")
    return tuple(found)


def _weekday_range(text: str) -> Iterator[int]:
    first, dash, last = text.partition("-")
    begin = _weekday(first.strip())
    end = _weekday(last.strip()) if dash else begin
    return ((begin + step) % 7 for step in range((end - begin) % 7 + 1))


def _weekday(text: str) -> int:
    if text.lower() not in DAYS:
        raise ValueError(f"'{text}' is not a day: write {', '.join(DAYS)}, or a range such as mon-fri")
    return DAYS.index(text.lower())


def parse_week(hours: dict[str, str]) -> tuple[Hours, ...]:
    """Read a week, `{"mon-thu": "08:00-16:00", ...}`, as the hours of seven days from Monday; raises ValueError."""
    week: list[Hours] = [()] * 7
    for days, spans in hours.items():
        for day in parse_weekdays(days):
            if week[day]:
                raise ValueError(f"'{DAYS[day]}' has hours twice")
            week[day] = parse_hours(spans)
    if not any(week):
        raise ValueError("no day has any hours")
    return tuple(week)


def parse_days(text: str) -> tuple[date, date]:
    """Read `2026-12-31`, or `2026-12-21..2027-01-03` with both ends included, as first and last day.

    Raises ValueError with a sentence.
    """
    first, dots, last = text.partition("..")
    begin = _date(first.strip())
    end = _date(last.strip()) if dots else begin
    if end < begin:
        raise ValueError(f"'{text}' ends before it begins")
    return begin, end


def parse_closure(text: str) -> tuple[date, date]:
    """Read days on which nobody is there, as `parse_days` does; years on end are taken for a mistake."""
    begin, end = parse_days(text)
    if (end - begin).days > _LONGEST_CLOSURE_DAYS:
        raise ValueError(f"'{text}' is longer than a year")
    return begin, end


def _date(text: str) -> date:
    try:
        # On its own, fromisoformat reads 20261231 and 2026-W53-4 too.
        return date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError as error:
        raise ValueError(f"'{text}' is not a date: write it like 2026-12-31") from error


@dataclass(frozen=True, slots=True)
class HolidaySource:
    """The public holidays of a country or subdivision, as the `holidays` package knows them."""

    country: str
    subdivision: str | None = None

    def __contains__(self, day: date) -> bool:
        return day in _public_holidays(self.country, self.subdivision, day.year)


def parse_holidays(text: str) -> HolidaySource:
    """Read `FI` or `FI-01`; raises ValueError where the `holidays` package has no such calendar."""
    from holidays.registry import EntityLoader

    country, _, subdivision = text.partition("-")
    countries = set(EntityLoader.get_country_codes())
    if country not in countries:
        hint = (
            f"did you mean '{text.upper()}'?" if country.upper() in countries else "write FI, or FI-01 for a part of it"
        )
        raise ValueError(f"holidays of '{text}' are not known ({hint})")
    try:
        _public_holidays(country, subdivision or None, 2026)
    except NotImplementedError as error:
        raise ValueError(f"'{country}' has no subdivision '{subdivision}' in the calendar of holidays") from error
    return HolidaySource(country, subdivision or None)


@lru_cache(maxsize=256)
def _public_holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    # The package is heavy: it is imported when the first calendar asks, and it loads that country's module alone.
    import holidays

    return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year, expand=False))
