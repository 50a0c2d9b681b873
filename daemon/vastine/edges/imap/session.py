"""A logged-in conversation: runs operations under their limits and turns every foreign failure into one of ours."""

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from imapclient import IMAPClient, SocketTimeout
from imapclient.exceptions import ProtocolError

from vastine.edges.imap.account import ImapAccount, ServerRefused, Unreachable
from vastine.edges.imap.wire import CONNECT, GuardedIMAP4, Limits

USUAL_OCTETS = 1 << 22
SLOWEST = 50_000  # octets a second that we still wait for
QUOTED_BYTES = re.compile(r"\[?b['\"](.*?)['\"]\]?$")
CODE = re.compile(r"\[([A-Z][A-Z-]*)")
# A parser that meets nonsense fails in any of these ways; the server is then no longer understood.
NONSENSE = (
    ProtocolError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
)

logging.getLogger("imapclient").setLevel(logging.INFO)  # at DEBUG it writes customers' mail


class GuardedClient(IMAPClient):  # type: ignore[misc]  # IMAPClient ships no types
    """IMAPClient over `GuardedIMAP4`."""

    def __init__(self, account: ImapAccount, limits: Limits, context: ssl.SSLContext | None) -> None:
        self._limits = limits
        implicit = account.tls == "implicit"
        super().__init__(
            account.host,
            account.port,
            ssl=implicit,
            ssl_context=context,
            timeout=SocketTimeout(connect=CONNECT, read=60),
        )
        self.normalise_times = False
        self._imap.debug = 0  # IMAPClient formats every octet for a log that we never write

    def _create_IMAP4(self) -> GuardedIMAP4:  # noqa: N802
        return GuardedIMAP4(self.host, self.port, self._limits, self.ssl_context if self.ssl else None)


class Session:
    """A client, its limits, and what the server can do; `alive` is False once the connection was thrown away."""

    def __init__(self, client: GuardedClient, limits: Limits, host: str, seconds: float) -> None:
        self.client = client
        self.imap: GuardedIMAP4 = client._imap  # noqa: SLF001  # COPYUID and IDLE stand nowhere else
        self.limits = limits
        self.host = host
        self.seconds = seconds
        self.alive = True
        self.exists = 0
        self.announced = False  # new mail came with the last answer to a search
        self.uidnext = 0
        self.capabilities: frozenset[bytes] = frozenset()
        self.folders: dict[str, str] = {}

    def can(self, capability: str) -> bool:
        """Whether the server offered it after the log-in."""
        return capability.encode() in self.capabilities

    @contextmanager
    def doing(self, what: str, *, likely: int = 0, at_most: int = 0) -> Iterator[Any]:
        """Run one operation with the client; raises ServerRefused (we can go on) or Unreachable (thrown away).

        `what` follows "the server refused to" in a sentence. Beside what any answer may have, this one is `likely` to
        have so many octets, for which it gets time, and `at_most` so many, over which the server is not believed.
        """
        if not self.alive:
            raise Unreachable(f"{self.host}: the connection is closed")
        self.limits.begin(self.seconds + likely / SLOWEST, max(likely, at_most) + USUAL_OCTETS)
        self.imap.untagged_responses.clear()  # nothing from before may pass for the answer to this
        try:
            yield self.client
        except imaplib.IMAP4.readonly as error:
            self.drop()
            raise ServerRefused(f"{self.host} lets us only read: {tidy(error)}", code="READ-ONLY") from error
        except (imaplib.IMAP4.abort, OSError, *NONSENSE) as error:
            self.drop()
            raise Unreachable(f"{self.host}: the connection was lost when it should {what}: {tidy(error)}") from error
        except imaplib.IMAP4.error as error:
            raise refusal(self.host, what, error) from error
        except BaseException:
            self.drop()  # half an answer may still be under way
            raise

    def drop(self) -> None:
        """Throw the connection away at once, without a farewell."""
        self.alive = False
        try:
            self.imap.shutdown()
        except OSError:
            pass  # nothing is left to be closed


def refusal(host: str, what: str, error: Exception) -> ServerRefused:
    """A NO or BAD as our own error, with its response code."""
    said = tidy(error)
    code = CODE.search(said)
    return ServerRefused(f"{host} refused to {what}: {said}", code=code[1] if code else "")


def tidy(error: BaseException) -> str:
    """What an error says, on one line of at most 200 printable characters: a server may have worded it."""
    first = error.args[0] if error.args else ""
    words = first.decode("utf-8", "replace") if isinstance(first, bytes) else str(error) or type(error).__name__
    words = QUOTED_BYTES.sub(r"\1", words)  # imaplib often words its errors with the repr of bytes
    return "".join(letter if letter.isprintable() else " " for letter in words)[:200].strip()


def plain(argument: str) -> str:
    """Refuse what would be another command on the wire; returns the argument as it is."""
    if any(letter in argument for letter in "\r\n\0"):
        raise ValueError("CR, LF and NUL may not stand in an IMAP argument")
    return argument
