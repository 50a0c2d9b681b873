"""Until when something waits, as people write it behind a command: `2 pv`, `3 timmar`, `30.11.`, `2026-11-30`.

Rules keep to the strict durations of `core/clock`: there a slip would be read wrongly every day.
"""

import re
import unicodedata
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from vastine.core.clock import Calendar, Duration

_UNITS: Final = {
    **dict.fromkeys(("d", "pv", "paiva", "paivaa", "paivan", "dag", "dagar", "dygn", "day", "days"), "d"),
    **dict.fromkeys(("h", "t", "tunti", "tuntia", "tunnin", "tim", "timme", "timmar", "hour", "hours"), "h"),
    **dict.fromkeys(("m", "min", "minuutti", "minuuttia", "minuter", "minut", "minutes", "minute"), "m"),
    "s": "s",
}
_PART: Final = re.compile(r"(\d{1,6})\s*([a-z]+)\.?")
_DAY: Final = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.?(?:\s?(\d{4}))?")
_ISO_DAY: Final = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_NEXT_YEAR_WITHIN: Final = timedelta(days=183)  # a date without its year: further away it is one that has passed
_FURTHEST: Final = timedelta(days=730)


def until(text: str, *, now: datetime, calendar: Calendar, zone: ZoneInfo) -> datetime:
    """The end of a length of time on that calendar, or the opening of a day, in UTC. Raises ValueError."""
    day = _day_of(text.strip(), now.astimezone(zone).date())
    if day is None:
        return calendar.due(now, Duration.parse(_strict(text)))
    return calendar.next_opening(datetime.combine(day, time(), tzinfo=zone))


def _strict(text: str) -> str:
    """The text with our units in place of the words for them; anything else stays, and is refused."""
    decomposed = unicodedata.normalize("NFD", text.casefold())
    folded = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _PART.sub(lambda part: f"{part[1]}{_UNITS.get(part[2], part[2])} ", folded).strip()


def _day_of(text: str, today: date) -> date | None:
    """The day that the text names, None where it names none; ValueError for one that is not still to come."""
    if iso := _ISO_DAY.fullmatch(text):
        day = date(int(iso[1]), int(iso[2]), int(iso[3]))
    elif written := _DAY.fullmatch(text):
        day = date(int(written[3] or today.year), int(written[2]), int(written[1]))
        if (
            not written[3]
            and day <= today
            and day.replace(day=min(day.day, 28), year=today.year + 1) - today < (_NEXT_YEAR_WITHIN)
        ):
            day = date(today.year + 1, int(written[2]), int(written[1]))
    else:
        return None
    if not today < day <= today + _FURTHEST:
        raise ValueError(f"'{text}' is not a day in the next two years")
    return day
