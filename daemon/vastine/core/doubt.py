"""Whether the machine's clock can be right: what it says now beside when it was last trusted (R17).

A machine that was off, or slept, is no reason for doubt; a clock that somebody or something has set is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

MOST_AT_ONCE: Final = 50
"""So many steps may come due at once under a doubtful clock; more are held."""

TOLERANCE: Final = timedelta(seconds=60)
LONGEST_OFF: Final = timedelta(days=31)
"""Who has not looked for longer is asked, even where no clock tells against it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A reading of both clocks: the time of day, and how long the machine `boot` runs, its sleep counted in."""

    at: datetime
    boot: str
    uptime: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """What is known of the clock: when it was `trusted` last, when the doubt of now began, since when steps are held,
    when that was told last.
    """

    trusted: Look
    doubted: Look | None = None
    held_since: datetime | None = None
    told_at: datetime | None = None


def is_doubtful(trusted: Look, now: Look) -> bool:
    """Whether the time of day moved otherwise than time itself since the clock was trusted.

    Within one run of the machine that is known to the second; over a restart of it, a clock that went back or by more
    than LONGEST_OFF is doubted.
    """
    passed = now.at - trusted.at
    if passed > LONGEST_OFF:
        return True
    if now.boot == trusted.boot:
        return abs(jump(trusted, now)) > TOLERANCE
    return passed < -TOLERANCE


def jump(trusted: Look, now: Look) -> timedelta:
    """By how much the time of day moved otherwise than time itself; all of it where the machine was started anew."""
    passed = now.at - trusted.at
    return passed - (now.uptime - trusted.uptime) if now.boot == trusted.boot else passed
