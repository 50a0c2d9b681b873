"""The mails that wait for one account, and whether that account works."""

import asyncio
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, cast

from vastine.core.retry import reconnect_delay
from vastine.edges.smtp import Later, Sender, deadline
from vastine.edges.store.outbox import Claimed

BATCH: Final = 128  # mails held in memory for an account
AHEAD: Final = timedelta(
    seconds=10
)  # where a rate is set: as many as it lets go in that time, so that an answer gets ahead
ALARM_AFTER: Final = timedelta(minutes=2)
_CAUTION: Final = 6  # doublings skipped where a log-in failed: trying often gets an account locked


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """A claimed mail, and the last moment at which sending it may begin: its lease covers the whole attempt."""

    mail: Claimed
    begin_before: datetime


class Lane:
    """One account, with the mailboxes whose mails go through it."""

    def __init__(self, sender: Sender, mailboxes: tuple[str, ...]) -> None:
        self.sender = sender
        self.mailboxes = mailboxes
        self.waiting: deque[Waiting] = deque()
        self.workers: set[asyncio.Task[None]] = set()
        self.begun: set[asyncio.Task[None]] = set()  # those of them that have a mail on its way
        self.more = False  # the last claim was filled, so there may be more in the outbox
        self.paused_until: datetime | None = None
        self._capacity = _capacity(sender)
        self._failures = 0
        self.troubled_since: datetime | None = None
        self._alarmed = False

    @property
    def room(self) -> int:
        """How many more mails to claim: all that fit, or none until most of them are gone.

        After trouble it is one mail at a time, until one goes through.
        """
        held = len(self.waiting)
        if self._failures:
            return 0 if held or self.workers else 1
        return self._capacity - held if held <= self._capacity // 4 else 0

    @property
    def is_busy(self) -> bool:
        return bool(self.workers or self.waiting)

    def is_open(self, now: datetime) -> bool:
        return self.room > 0 and (self.paused_until is None or self.paused_until <= now)

    def take(self, mails: Iterable[Claimed], lease_until: datetime) -> None:
        for mail in mails:
            latest = lease_until - timedelta(seconds=deadline(len(mail.raw)))
            self.waiting.append(Waiting(mail=mail, begin_before=latest))

    def begin(self) -> None:
        """The worker that calls has a mail on its way from now on."""
        self.begun.add(cast("asyncio.Task[None]", asyncio.current_task()))

    def end(self) -> None:
        """The worker that calls has none on its way any more."""
        self.begun.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    def leave(self) -> None:
        """The worker that calls goes: at once, so that a mail that comes now gets another."""
        self.end()
        self.workers.discard(cast("asyncio.Task[None]", asyncio.current_task()))

    def give_back(self) -> list[Claimed]:
        """All that wait, and nobody waits any more."""
        mails = [waiting.mail for waiting in self.waiting]
        self.waiting.clear()
        return mails

    def works(self) -> bool:
        """A mail went through. Returns whether that ends a trouble."""
        recovered = self._failures > 0
        self._failures, self.troubled_since, self._alarmed, self.paused_until = 0, None, False, None
        return recovered

    def pause(self, trouble: Later, now: datetime, jitter: float) -> datetime:
        """Rest after trouble with the account, longer each time. Returns until when."""
        if self.paused_until is None or self.paused_until <= now:  # else another connection said so already
            self._failures += 1
            self.troubled_since = self.troubled_since or now
            self.paused_until = now + reconnect_delay(self._failures + (_CAUTION if trouble.alarm else 0), jitter)
        return self.paused_until

    def alarms(self, trouble: Later, now: datetime) -> bool:
        """Whether somebody is to be told: at once where waiting will not help, else when it lasts; once a trouble."""
        lasts = self.troubled_since is not None and now - self.troubled_since >= ALARM_AFTER
        if self._alarmed or not (trouble.alarm or lasts):
            return False
        self._alarmed = True
        return True


def _capacity(sender: Sender) -> int:
    rate = sender.account.rate
    if rate is None:
        return BATCH
    return min(BATCH, max(sender.account.connections, int(rate.count * (AHEAD / rate.per))))
