"""Values that go into and come out of a mailbox connection, and the four ways in which it fails."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class ImapAccount:
    """Where a mailbox is and how to get in.

    `ca_file` replaces the system's certificate authorities. `secret` says what `password` is: a password, or an
    OAuth 2 access token (XOAUTH2, or OAUTHBEARER of RFC 7628 where the server offers only that).
    """

    host: str
    port: int
    tls: Literal["implicit", "starttls", "none"]
    ca_file: Path | None
    user: str
    password: str = field(repr=False)
    secret: Literal["password", "access_token"] = "password"  # noqa: S105  # says which kind, holds none


class ImapError(Exception):
    """Something went wrong with a mailbox; the message is a sentence for the operator."""


class Unreachable(ImapError):  # noqa: N818  # what happened, in a word that flows read well with
    """No connection, or no longer: DNS, connect, TLS, timeout, a lost or unintelligible answer. Try again later."""


class LoginRefused(ImapError):  # noqa: N818  # as above
    """The server looked at the credentials and does not accept them; trying again will not help."""


class ServerRefused(ImapError):  # noqa: N818  # as above
    """The server answered NO or BAD to a command; the connection still stands.

    `code` is the response code (RFC 5530, RFC 3501 section 7.1) in upper case without brackets; "" where none was.
    """

    def __init__(self, message: str, *, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class FolderMissing(ServerRefused):
    """There is no such folder, or it holds no mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selected:
    """What the server said of the folder when it was opened. `uidnext` is 0 where the server does not tell."""

    uidvalidity: int
    uidnext: int
    exists: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """RFC822.SIZE in octets (some servers estimate it) and INTERNALDATE in UTC."""

    uid: int
    size: int
    internal_date: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A mail as the server holds it, never empty. `truncated`: only the first octets of a mail that is too large."""

    uid: int
    raw: bytes = field(repr=False)
    internal_date: datetime
    truncated: bool = False
