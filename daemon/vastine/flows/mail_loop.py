"""A loop that watches something on an IMAP server for as long as the daemon lives, whatever happens to the line."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from random import random

import structlog

from vastine.core.condition import Fault
from vastine.core.retry import reconnect_delay
from vastine.edges.imap import Connection, FolderMissing, ImapError, LoginRefused, ServerRefused, Unreachable
from vastine.edges.reader import ReaderUnavailableError
from vastine.edges.store import StoreError

log = structlog.get_logger()


class MailLoop(ABC):
    """`run` is the body of its thread; `look_once` is what `run --once` does.

    `report` is told after each look that all is well (None), or why `name` cannot be watched; `beat` that the loop
    lives, and how long it rests.
    """

    def __init__(
        self, name: str, report: Callable[[str, Fault | None], None], beat: Callable[[timedelta], None]
    ) -> None:
        self.name = name
        self.report = report
        self.beat = beat
        self.stopping = threading.Event()
        self.looked = threading.Event()  # there was a whole look since the start
        self._connection: Connection | None = None
        self._begun: set[int] = set()  # UIDs between their raw commit and the end of their batch
        self._innocent: set[int] = set()

    @abstractmethod
    def look_once(self) -> None:
        """Take in all that is there and come back. Raises ImapError where it cannot be reached."""

    @abstractmethod
    def _looks(self) -> Iterator[None]:
        """Connect, then look for as long as the connection holds; sets `_connection`, so that `stop` can wake it."""

    def _innocents(self, uids: Iterable[int]) -> frozenset[int]:
        """Those of the mails whose last try failed by no fault of theirs: it is not to be counted again."""
        innocent, self._innocent = frozenset(self._innocent), self._innocent - set(uids)
        return innocent

    def stop(self) -> None:
        """Ask for the end; an idling connection wakes at once."""
        self.stopping.set()
        connection = self._connection
        if connection is not None:
            connection.wake()

    def cut(self) -> None:
        """End what the connection is at, for where `stop` did not help in time: nothing that was begun is lost."""
        connection = self._connection
        if connection is not None:
            connection.interrupt()

    def run(self) -> None:
        """Watch until stopped. Whatever happens here is waited out and stops no other loop."""
        failures = 0
        while not self.stopping.is_set():
            try:
                for _ in self._looks():
                    failures = 0
                    self.looked.set()
                    self.report(self.name, None)
            except (ImapError, StoreError, ReaderUnavailableError) as error:
                failures += 1
                self._innocent |= self._begun  # no mail is to be blamed for a lost line or a full disk
                self.report(self.name, Fault(word=_word_for(error), text=str(error)))
                log.warning("mailbox cannot be watched", code="mailbox_failed", mailbox=self.name, why=str(error))
            except Exception:  # the top of the loop: the mailbox must be watched again, whatever it was
                failures += 1
                self.report(self.name, Fault(word="see the log", text="an error that nobody foresaw; see the log"))
                log.exception("mailbox loop failed", code="mailbox_crashed", mailbox=self.name)
            rest = reconnect_delay(failures, random())  # noqa: S311 - jitter, not a secret
            self.beat(rest)
            self.stopping.wait(rest.total_seconds())


def _word_for(error: ImapError | StoreError | ReaderUnavailableError) -> str:
    """What failed, without what was said: that may hold names and addresses."""
    match error:
        case LoginRefused():
            return "login refused"
        case Unreachable():
            return "unreachable"
        case FolderMissing():
            return "folder missing"
        case ServerRefused():
            return "refused by the server"
        case StoreError():
            return "database failed"
        case _:
            return "mails cannot be read"
