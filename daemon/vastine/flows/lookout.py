"""Gathers how the daemon is: what the store counts, what the loops last said, what was counted on the way."""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from vastine.core.condition import Condition, Fault, Figures, MailboxState, Tallies
from vastine.edges.memory import resident
from vastine.edges.store import Store, StoreError

FRESH_FOR: Final = 5.0  # seconds that figures are good for
SHARE: Final = 0.05  # of the time at most goes into counting, however long it takes
FRESH_AT_MOST: Final = 60.0
ANSWER_WITHIN: Final = 3.0  # seconds until a database that says nothing counts as one that does not answer
LOOKS_MISSED: Final = 3

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A folder that a loop of that `name` watches; `key` is its host, login and folder in the store."""

    name: str
    mailbox: str
    folder: str
    key: tuple[str, str, str]
    poll: timedelta


class Lookout:
    """Everybody who wants to know how the daemon is asks here, from any thread.

    `tallies`, `silent`, `not_sending` and `alarms` are asked each time: they cost nothing. The store is not asked again
    while its figures are fresh, so that nobody who asks often can load it.
    """

    def __init__(
        self,
        store: Store,
        watched: Sequence[Watched],
        version: str,
        clock: Callable[[], datetime],
        *,
        tallies: Callable[[], Tallies],
        silent: Callable[[], Sequence[str]],
        not_sending: Callable[[], Mapping[str, datetime]],
        alarms: Callable[[], int],
    ) -> None:
        self._counting = Counting(store, clock)
        self._clock = clock
        self._version = version
        self._started_at = self._rules_loaded_at = clock()
        self._rules_refused = False
        self._tallies, self._silent, self._not_sending, self._alarms = tallies, silent, not_sending, alarms
        self._keys = {each.name: each.key for each in watched}
        self._lock = threading.Lock()
        self._states = {
            each.name: MailboxState(mailbox=each.mailbox, folder=each.folder, patience=LOOKS_MISSED * each.poll)
            for each in watched
        }

    def looked(self, name: str, fault: Fault | None) -> int:
        """That loop has looked well, or failed for that reason. Returns how often it has failed in a row."""
        now = self._clock()
        with self._lock:
            state = self._states[name]
            if fault is None:
                state = replace(state, looked_at=now, failures=0, failing_since=None, fault="")
            else:
                since = state.failing_since or now
                state = replace(state, failures=state.failures + 1, failing_since=since, fault=fault.word)
            self._states[name] = state
        return state.failures

    def reloaded(self, *, taken: bool) -> None:
        """The rules were read anew, and are in force now, or the old ones stay."""
        self._rules_refused = not taken
        if taken:
            self._rules_loaded_at = self._clock()

    def condition(self) -> Condition:
        """How it is now. Takes three seconds where the database hangs, and no time else."""
        figures = self._counting.figures()
        with self._lock:
            states = tuple(self._known(name, state, figures) for name, state in self._states.items())
        return Condition(
            at=self._clock(),
            version=self._version,
            started_at=self._started_at,
            mailboxes=states,
            figures=figures,
            tallies=self._tallies(),
            rules_loaded_at=self._rules_loaded_at,
            rules_refused=self._rules_refused,
            not_sending=dict(self._not_sending()),
            silent=tuple(self._silent()),
            alarms=self._alarms(),
            memory=resident(),
        )

    def _known(self, name: str, state: MailboxState, figures: Figures | None) -> MailboxState:
        """With the last good look of an earlier process, where this one had none yet."""
        if state.looked_at is not None or figures is None:
            return state
        return replace(state, looked_at=figures.looked_at.get(self._keys[name]))


class Counting:
    """Asks the store for its figures in a thread that nobody has to wait for, never twice at a time."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._asked: Future[Figures | None] | None = None
        self._good_until = 0.0

    def figures(self) -> Figures | None:
        """The figures, some seconds old at most; None where the database does not answer."""
        with self._lock:
            asked = self._asked
            if asked is None or (asked.done() and time.monotonic() >= self._good_until):
                asked = self._asked = Future()
                threading.Thread(target=self._ask, args=(asked,), name="figures", daemon=True).start()
        try:
            return asked.result(ANSWER_WITHIN)
        except TimeoutError:
            return None

    def _ask(self, asked: "Future[Figures | None]") -> None:
        began = time.monotonic()
        found: Figures | None = None
        try:
            found = self._store.figures(self._clock())
        except StoreError as error:
            log.warning("the database does not answer", code="figures_failed", why=str(error))
        except Exception:  # the top of the thread
            log.exception("nothing could be counted", code="figures_broken")
        ended = time.monotonic()
        counted_long = 0.0 if found is None else min((ended - began) / SHARE, FRESH_AT_MOST)
        self._good_until = ended + max(FRESH_FOR, counted_long)
        asked.set_result(found)
