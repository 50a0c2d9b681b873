"""A connection to one mailbox: the calls that a flow makes, in the order in which it makes them."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from types import TracebackType
from typing import Self

from vastine.edges.imap import folders, moving, reading
from vastine.edges.imap import idle as waiting
from vastine.edges.imap.account import Fetched, ImapAccount, ImapError, Selected, Summary
from vastine.edges.imap.login import log_in
from vastine.edges.imap.session import Session

BATCH_OCTETS = 1 << 23
FAREWELL = 3.0  # seconds that a server gets to answer LOGOUT


class Connection:
    """A logged-in IMAP connection for one thread; a context manager.

    Every call may raise Unreachable, after which the connection is dead, and ServerRefused, after which it is not.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._bell = waiting.Bell()

    @classmethod
    def connect(cls, account: ImapAccount, *, deadline: timedelta = timedelta(seconds=60)) -> Self:
        """Connect, verify TLS and log in; raises Unreachable, LoginRefused or ServerRefused.

        `deadline` holds for each later operation as a whole; it grows with the octets that were asked for.
        """
        return cls(log_in(account, deadline=deadline))

    @property
    def alive(self) -> bool:
        """False after Unreachable or `close`."""
        return self._session.alive

    def select(self, folder: str, *, read_only: bool = False) -> Selected:
        """Open a folder, INBOX or a name from `place`; raises FolderMissing."""
        return folders.select(self._session, folder, read_only=read_only)

    def uids(self, first: int = 1) -> list[int]:
        """The UIDs in the open folder from `first` on, ascending."""
        return reading.uids(self._session, first)

    def summaries(self, uids: Iterable[int]) -> dict[int, Summary]:
        """Size and time of arrival of those mails that are still there."""
        return reading.summaries(self._session, uids)

    def header_blocks(self, uids: Iterable[int]) -> dict[int, bytes]:
        """The header of each mail, with the empty line that ends it."""
        return reading.header_blocks(self._session, uids)

    def fetch(self, uids: Iterable[int], *, largest: int, octets: int = BATCH_OCTETS) -> Iterator[list[Fetched]]:
        """The mails, in order, in batches of about `octets`; empty answers are left out, no batch is empty.

        A mail over `largest` octets is truncated to them.
        """
        return reading.fetch(self._session, uids, largest=largest, octets=octets)

    def place(self, folder: str) -> str:
        """The server's name for "Vastine/Done"; the folder is made and subscribed to where it is missing."""
        return folders.place(self._session, folder)

    def spelled(self, folder: str) -> str:
        """The server's name for "Vastine/Done"; nothing is made."""
        return folders.spelled(self._session, folder)

    def move(self, uids: Iterable[int], folder: str) -> frozenset[int]:
        """Move mails to a folder from `place`; returns the UIDs that surely went there or were gone already."""
        return moving.move(self._session, uids, folder)

    def wait(self, timeout: timedelta, *, idle: bool = True) -> bool:
        """Wait until something may have come (True), or `timeout` is over or `wake` was called (False).

        With `idle`, and where the server can, in one IDLE of at most a minute, else silently for the whole `timeout`.
        """
        try:
            return waiting.wait(self._session, timeout, self._bell, idle=idle)
        finally:
            self._bell.clear()

    def wake(self) -> None:
        """From any thread: end the wait that goes on, or else the next one, at once."""
        self._bell.ring()

    def noop(self) -> None:
        """Show the server, and ourselves, that we are still here."""
        with self._session.doing("answer a NOOP") as client:
            client.noop()

    def interrupt(self) -> None:
        """From any thread: cut the line, so that the call under way ends with Unreachable."""
        self._session.imap.cut()

    def close(self) -> None:
        """Log out if that is quick, and close in any case; never raises."""
        session = self._session
        self._bell.close()
        if not session.alive:
            return
        session.seconds = FAREWELL
        try:
            with session.doing("log out") as client:
                client.logout()
        except ImapError:
            pass  # it was the end anyway
        session.drop()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
