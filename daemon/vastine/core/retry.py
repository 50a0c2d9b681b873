"""When something that failed is tried again: a mail of ours that was not taken, or a connection that broke."""

from datetime import datetime, timedelta
from typing import Final

GIVE_UP_AFTER: Final = timedelta(days=5)
"""RFC 5321 section 4.5.4.1: the give-up time is generally at least 4-5 days."""

_MINUTES: Final = (1, 5, 15, 30, 60, 120, 240)
_JITTER: Final = 0.25
_RECONNECT_AT_MOST: Final = timedelta(minutes=5)
_DOUBLINGS: Final = 9  # 1 s doubled nine times is already over five minutes


def next_attempt(attempts: int, first_at: datetime, now: datetime, jitter: float) -> datetime | None:
    """When a mail that was not taken is tried again; None where it is time to give up (R19).

    `attempts` counts those made so far, at least one. `first_at` is when the mail was due for the first time.
    `jitter` is random, from 0 to 1, and moves the wait by up to a quarter either way, so that mails that failed
    together do not come back together. The last attempt falls on the end of the five days, not short of it.
    """
    last = first_at + GIVE_UP_AFTER
    if now >= last:
        return None
    wait = timedelta(minutes=_MINUTES[min(max(attempts, 1), len(_MINUTES)) - 1])
    return min(now + _jittered(wait, jitter), last)


def reconnect_delay(failures: int, jitter: float) -> timedelta:
    """How long to wait before connecting again after so many failures in a row: 1 s, doubled up to 5 minutes."""
    doubled = timedelta(seconds=2 ** min(max(failures - 1, 0), _DOUBLINGS))
    return _jittered(min(doubled, _RECONNECT_AT_MOST), jitter)


def _jittered(wait: timedelta, jitter: float) -> timedelta:
    return wait * (1 + _JITTER * (2 * jitter - 1))
