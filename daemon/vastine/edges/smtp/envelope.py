"""One mail as it goes over the wire: addresses and octets checked before a server sees them."""

import re
from dataclasses import dataclass
from typing import Final

_ATOMS: Final = r'[^\s"(),:;<>@\[\\\]\x00-\x1f\x7f]+'
_QUOTED: Final = r'"(?:[^"\\\x00-\x1f\x7f]|\\[\x20-\x7e])*"'
_ADDRESS: Final = re.compile(rf"({_ATOMS}|{_QUOTED})@({_ATOMS}|\[[0-9A-Za-z.:]+\])")
_ADDRESS_AT_MOST: Final = 254  # RFC 5321 section 4.5.3.1.3, without the angle brackets


class BadMailError(ValueError):
    """The mail can be sent by no server; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """`mail` and `rcpt` are the arguments of those commands; `content` ends with CRLF and has its dots doubled.

    `size` is that of the mail before the doubling (RFC 1870 section 6.1).
    """

    mail: bytes
    rcpt: bytes
    content: bytes
    size: int
    utf8: bool
    eight_bit: bool


def seal(*, envelope_from: str, recipient: str, raw: bytes) -> Envelope:
    """The envelope for a mail with CRLF line ends. Raises BadMailError (R20)."""
    content = _checked(raw)
    sender = _path(envelope_from) if envelope_from else b""
    receiver = _path(recipient)
    return Envelope(
        mail=b"FROM:<" + sender + b">",
        rcpt=b"TO:<" + receiver + b">",
        content=_dots_doubled(content),
        size=len(content),
        utf8=not (sender.isascii() and receiver.isascii()),
        eight_bit=not content.isascii(),
    )


def _checked(raw: bytes) -> bytes:
    """The mail, ended by CRLF. A lone CR or LF could end the mail early or smuggle in another one."""
    line_ends = raw.count(b"\r\n")
    if raw.count(b"\n") != line_ends or raw.count(b"\r") != line_ends:
        raise BadMailError("the mail has a line end that is not CR LF")
    if b"\0" in raw:
        raise BadMailError("the mail has a NUL octet")
    return raw if raw.endswith(b"\r\n") else raw + b"\r\n"


def _dots_doubled(content: bytes) -> bytes:
    """RFC 5321 section 4.5.2."""
    doubled = content.replace(b"\r\n.", b"\r\n..")
    return b"." + doubled if doubled.startswith(b".") else doubled


def _path(address: str) -> bytes:
    """An address as it stands between angle brackets; a domain outside ASCII in its IDNA form."""
    found = _ADDRESS.fullmatch(address)
    if found is None or len(address) > _ADDRESS_AT_MOST:
        raise BadMailError(f"{address!r} is not an address that mail can be sent to")
    if address.isascii():
        return address.encode("ascii")
    try:
        domain = found[2].encode("idna")
    except UnicodeError as error:
        raise BadMailError(f"{address!r} has a domain that cannot be: {error}") from error
    return found[1].encode() + b"@" + domain
