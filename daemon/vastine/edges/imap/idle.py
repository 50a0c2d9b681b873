"""Waiting for news without asking again and again (IDLE, RFC 2177). A hint only: who waits searches afterwards."""

import imaplib
import re
import select
import socket
import time
from datetime import timedelta
from typing import Any

from vastine.edges.imap.session import Session

LONGEST = 60.0  # seconds in one IDLE: a connection that died silently is found out after that
ANSWER = 15.0  # seconds for a line that has begun to arrive, and for leaving IDLE
NEWS = re.compile(rb"^\* \d+ (EXISTS|RECENT)\b", re.IGNORECASE)
FAREWELL = re.compile(rb"^\* BYE\b", re.IGNORECASE)


class Bell:
    """A bell that any thread can ring to end a wait at once; it rings until `clear`."""

    def __init__(self) -> None:
        self._ear, self._bell = socket.socketpair()
        self._ear.setblocking(False)
        self._bell.setblocking(False)

    def fileno(self) -> int:
        return self._ear.fileno()

    def ring(self) -> None:
        """End the waits that go on and those to come; from any thread."""
        try:
            self._bell.send(b"!")
        except OSError:
            pass  # full of rings already, or closed

    def clear(self) -> None:
        """Be silent again."""
        try:
            while self._ear.recv(4096):
                pass
        except OSError:
            pass  # nothing more to take

    def close(self) -> None:
        """Give both ends back."""
        self._ear.close()
        self._bell.close()


def wait(session: Session, timeout: timedelta, bell: Bell, *, idle: bool) -> bool:
    """Whether something may have come; False after `timeout` (in IDLE after 60 s at most) or when the bell rings."""
    if idle and session.can("IDLE"):
        return _idle(session, min(timeout.total_seconds(), LONGEST), bell)
    with session.doing("stay connected"):
        return _listen(session, timeout.total_seconds(), bell, lambda: True)


def _idle(session: Session, seconds: float, bell: Bell) -> bool:
    with session.doing("wait for new mail") as client:
        entered, news = _enter(session, client)
        if not entered:
            session.capabilities -= {b"IDLE"}
            return True
        news = news or _listen(session, seconds, bell, lambda: _news(session))
        session.limits.begin(ANSWER, 1 << 20)
        if session.imap.tagged_commands.get(client._idle_tag):  # noqa: SLF001  # the server has ended it by itself
            return True
        _, said = client.idle_done()
        return news or any(len(line) > 1 and line[1] in {b"EXISTS", b"RECENT"} for line in said)


def _enter(session: Session, client: Any) -> tuple[bool, bool]:
    """Begin to idle; returns whether the server does, and whether it said something before its "+"."""
    try:
        client.idle()
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        # Not the "+", which may still follow: the server may have had news to tell first.
        while not session.imap.tagged_commands.get(client._idle_tag):  # noqa: SLF001
            if session.imap._get_response() is None:  # noqa: SLF001
                return True, True
        return False, False
    return True, False


def _listen(session: Session, seconds: float, bell: Bell, said: Any) -> bool:
    """Ask `said` each time octets have come, until it finds news, the time is over, or the bell rings."""
    ends = time.monotonic() + seconds
    poll = select.poll()
    poll.register(session.imap.sock, select.POLLIN)
    poll.register(bell, select.POLLIN)
    while (left := ends - time.monotonic()) > 0:
        # What lies in our buffer or under TLS already would never wake a poll.
        waiting = session.imap.arrived()
        if waiting and said():
            return True
        ready = poll.poll(0 if waiting else left * 1000)
        if any(number == bell.fileno() for number, _ in ready):
            return False
    return False


def _news(session: Session) -> bool:
    """Read one line of an idling server; raises abort where it takes leave."""
    session.limits.begin(ANSWER, 1 << 20)
    line = session.imap._get_response()  # noqa: SLF001
    if line is None:
        return True
    if FAREWELL.match(line):
        raise imaplib.IMAP4.abort(line.decode("ascii", "replace"))
    return not line.startswith(b"* ") or NEWS.match(line) is not None
