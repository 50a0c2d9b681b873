"""Lengths of time as people write them: `2d 4h` on a clock with opening hours, `90d` by the wall."""

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, Self

Unit = Literal["s", "m", "h", "d"]

_PART = re.compile(r"([0-9]+)\s*([a-zA-Z]+)")
_FRACTION = re.compile(r"[0-9][.,][0-9]")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 7 * 86_400, "y": 365 * 86_400}
_LONGEST_ON_A_CLOCK = timedelta(days=3660)
_LONGEST_BY_THE_WALL = timedelta(days=100 * 366)


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time on a calendar's clock: its parts as written, to be added up from left to right.

    `s`, `m` and `h` are open time, `d` are working days, so it has no length before a calendar is known.
    """

    parts: tuple[tuple[int, Unit], ...]

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `2d 4h`; raises ValueError with a sentence."""
        parts = _parts(text, units="smhd", longest=_LONGEST_ON_A_CLOCK)
        return cls(tuple((count, unit) for count, unit in parts))  # type: ignore[misc]  # `units` allowed no other

    @property
    def at_least(self) -> timedelta:
        """How long it is at the least, by the wall: where nothing is closed."""
        return timedelta(seconds=sum(count * _SECONDS[unit] for count, unit in self.parts))

    def __str__(self) -> str:
        return " ".join(f"{count}{unit}" for count, unit in self.parts)


def parse_wall(text: str) -> timedelta:
    """Read a duration that runs by the wall, such as `60s` or `3y` (365 days a year); raises ValueError."""
    parts = _parts(text, units="smhdwy", longest=_LONGEST_BY_THE_WALL)
    return timedelta(seconds=sum(count * _SECONDS[unit] for count, unit in parts))


def _parts(text: str, *, units: str, longest: timedelta) -> list[tuple[int, str]]:
    allowed = f"{', '.join(units[:-1])} or {units[-1]}"
    if _FRACTION.search(text):
        raise ValueError(f"'{text}' must be made of whole numbers (1h 30m, not 1.5h)")
    found = [(number, unit) for number, unit in _PART.findall(text)]
    if not found or _PART.sub("", text).strip():
        raise ValueError(f"'{text}' is not a duration: write numbers with {allowed}, such as 90m or 2d 4h")
    for _, unit in found:
        if unit not in units:
            raise ValueError(f"'{unit}' in '{text}' is not a unit that counts here: write {allowed}")
    # Length first: int() of a number with thousands of digits is refused by Python with words that help nobody.
    if any(len(number) > 12 for number, _ in found) or (
        sum(int(number) * _SECONDS[unit] for number, unit in found) > longest.total_seconds()
    ):
        raise ValueError(f"'{text}' is too long: at most {longest.days} days")
    return [(int(number), unit) for number, unit in found]
