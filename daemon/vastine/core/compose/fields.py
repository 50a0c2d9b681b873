"""Header fields of our own mails as octets: guarded, encoded and folded. No string can make a field or end one (R20).

The standard library's own writers are not used: on Python 3.11 an encoded newline in a subject makes a real Bcc field
there, and one mail takes a millisecond.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from vastine.core.mail import Address

LINE = 78  # RFC 5322 section 2.1.1: what a line should not exceed; 998 is what it must not
ENCODED_WORD = 75  # RFC 2047 section 2
LONGEST = 2_000  # characters of a value; what is longer is cut, since nobody reads on
NOBODY = "undisclosed-recipients:;"  # RFC 5322 section 3.4: a group may be empty

_OPENING, _CLOSING = "=?utf-8?q?", "?="
_CONTROLS = dict.fromkeys((*range(32), *range(127, 160), 8232, 8233), " ")
_BIDI = dict.fromkeys((0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))
_NOT_IN_FIELDS = _CONTROLS | _BIDI | dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,75}")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,128}@[A-Za-z0-9.-]{1,255}")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,250}>")
_PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!*+-/")


class _Quoted(dict[str, str]):
    """A character as it stands in a "Q" encoded word, also within a phrase (RFC 2047 section 5 (3))."""

    def __missing__(self, character: str) -> str:
        quoted = "".join(f"={octet:02X}" for octet in character.encode())
        if ord(character) < 0x250:  # Latin letters come again; others are not kept, there are a million of them
            self[character] = quoted
        return quoted


_QUOTED = _Quoted({character: character for character in _PLAIN} | {" ": "_"})


def clean(value: str) -> str:
    """The value without control and direction characters, as one line without blanks around it."""
    return printable(value).strip()[:LONGEST].rstrip()


def printable(value: str) -> str:
    """The value without direction characters, and with blanks for control characters."""
    return value if value.isprintable() else value.translate(_NOT_IN_FIELDS)


def text_field(name: str, value: str) -> str:
    """An unstructured field such as Subject, folded, with its line end; what is not plain ASCII becomes RFC 2047."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} cannot be the name of a header field")
    value = clean(value)
    if value.isascii() and "=?" not in value:
        if len(name) + 2 + len(value) <= LINE:
            return f"{name}: {value}\r\n"
        folded = _folded(name, value)
        if folded is not None:
            return folded
    return f"{name}: {_encoded(value, len(name) + 2)}\r\n"


def address_field(name: str, address: Address) -> str:
    """A field with one mailbox. An address that cannot be written in ASCII is left out; the envelope still has it."""
    written = ascii_address(address.address)
    if written is None:
        return f"{name}: {NOBODY}\r\n"
    display = _phrase(clean(address.name)[:200].strip(), len(name) + 2)
    if not display:
        return f"{name}: {written}\r\n"
    room = LINE - len(display.rpartition("\n")[2]) - (0 if "\n" in display else len(name) + 2)
    between = " " if len(written) + 3 <= room else "\r\n "
    return f"{name}: {display}{between}<{written}>\r\n"


def message_ids_field(name: str, message_ids: Iterable[str]) -> str:
    """In-Reply-To or References, one id a line; what is no Message-ID is left out, and so is a field without any."""
    written = [message_id for message_id in message_ids if _MESSAGE_ID.fullmatch(message_id)]
    return f"{name}: " + "\r\n ".join(written) + "\r\n" if written else ""


def ascii_address(address: str) -> str | None:
    """The address with its domain in ASCII (RFC 5890); None where that cannot be."""
    if not address.isascii():
        local, _, domain = address.rpartition("@")
        try:
            address = f"{local}@{domain.encode('idna').decode('ascii')}"
        except UnicodeError:
            return None
    return address if _ADDRESS.fullmatch(address) else None


def _folded(name: str, value: str) -> str | None:
    """The field folded at single blanks; None where a blank run or a long word does not allow it."""
    words = value.split(" ")
    if not all(words) or max(map(len, words)) > LINE - len(name) - 2:
        return None
    lines = [f"{name}: {words[0]}"]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= LINE:
            lines[-1] += " " + word
        else:
            lines.append(" " + word)
    return "\r\n".join(lines) + "\r\n"


@lru_cache(maxsize=256)
def _phrase(display: str, before: int) -> str:
    if not display.isascii() or "=?" in display or len(display) > LINE - before:
        return _encoded(display, before)
    if not display or _ATOMS.fullmatch(display):
        return display
    return '"' + display.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _encoded(value: str, before: int) -> str:
    """The whole value as encoded words, one a line, never cutting a character in two; `before` stands on the first."""
    words: list[str] = []
    pieces: list[str] = []
    room = ENCODED_WORD - len(_OPENING) - len(_CLOSING) - before
    for character in value:
        piece = _QUOTED[character]
        room -= len(piece)
        if room < 0:
            words.append(_OPENING + "".join(pieces) + _CLOSING)
            pieces = []
            room = ENCODED_WORD - len(_OPENING) - len(_CLOSING) - 1 - len(piece)
        pieces.append(piece)
    words.append(_OPENING + "".join(pieces) + _CLOSING)
    return "\r\n ".join(words)
