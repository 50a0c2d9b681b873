"""What the dispatch asks of the store."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from vastine.edges.store.outbox import Claimed, Settled


class Outbox(Protocol):
    """Each call is one transaction, made in a worker thread; several may be under way at once."""

    def claim(self, now: datetime, limit: int, lease: timedelta, mailboxes: Sequence[str]) -> list[Claimed]:
        """Up to `limit` mails of those mailboxes that are due, now `sending`, answers first, then the oldest."""
        ...

    def settle(self, results: Sequence[Settled], now: datetime) -> None:
        """Record how attempts ended, and what follows from it."""
        ...

    def next_due(self) -> datetime | None:
        """When the next mail that waits is due; None where none waits."""
        ...
