"""What the daemon has done since its start, counted: the store knows what there is, not what was tried how often."""

import threading
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from itertools import product
from typing import get_args

from vastine.core.condition import Tallies
from vastine.core.condition.values import ATTEMPT_OUTCOMES, REFUSED, RELOADED, SENT
from vastine.core.story import Outcome, Story


class Tally:
    """Counts that only grow, from 0 for all that can be counted. Counting and asking may be done from any thread."""

    def __init__(self, mailboxes: Iterable[str]) -> None:
        names = tuple(mailboxes)
        self._lock = threading.Lock()
        self._received = Counter(dict.fromkeys(product(names, get_args(Outcome)), 0))
        self._attempts = Counter(dict.fromkeys(product(names, ATTEMPT_OUTCOMES), 0))
        self._reloads = Counter({RELOADED: 0, REFUSED: 0})
        self._sent_at: datetime | None = None

    def received(self, story: Story) -> None:
        """A story was recorded; it counts where it is that of a mail."""
        if story.delivery is None or story.outcome is None:
            return
        with self._lock:
            self._received[story.delivery.mailbox, story.outcome] += 1

    def attempted(self, mailbox: str, outcome: str, now: datetime) -> None:
        """One try at sending a mail has ended."""
        with self._lock:
            self._attempts[mailbox, outcome] += 1
            if outcome == SENT:
                self._sent_at = now

    def reloaded(self, *, taken: bool) -> None:
        """The rules were read anew, and taken or refused."""
        with self._lock:
            self._reloads[RELOADED if taken else REFUSED] += 1

    def so_far(self) -> Tallies:
        """The counts as they are now."""
        with self._lock:
            return Tallies(
                received=dict(self._received),
                attempts=dict(self._attempts),
                reloads=dict(self._reloads),
                sent_at=self._sent_at,
            )
