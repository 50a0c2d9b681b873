"""The address fields of a mail: as mail-parser reads them, and what can be saved where it reads none."""

import re
from collections.abc import Iterable
from functools import lru_cache

from mailparser.utils import get_addresses

from vastine.core.mail import Address
from vastine.core.parse.header import decode_words, field_text, one_line

_MOST = 1000
_LONGEST = 320  # RFC 5321 section 4.5.3.1: 64 + 1 + 255
# Not a part of what is none: of a@b.example@c.example neither half is who wrote.
_ADDRESS = re.compile(
    r"(?<![\w.@-])[\w.!#$%&'*+/=?^`{|}~-]{1,64}+@(?:[\w-]{1,63}\.){0,20}[\w-]{1,63}+(?![\w.-]{0,100}@)"
)
_SHORT = 300
_Q_WORD = re.compile(r"(=\?[^?\s]{1,60}\?[qQ]\?)([^?]{1,500})\?=")
_SPECIALS = re.compile(r"[,;:<>()\"@\[\]\\]")
_SEMICOLON = re.compile(r"([^\";]*+(?:\"[^\"]*+\"[^\";]*+)*+);")
_AROUND_NAME = " \t\"'<>,;:()"


def read_addresses(field: str) -> tuple[tuple[Address, ...], tuple[str, ...]]:
    """The addresses that mail-parser finds in a field's value, and what it says of it in words.

    It reads a field on its own, so what it said of short ones is remembered: most mail is To the same few addresses.
    """
    return _remembered(field) if len(field) <= _SHORT else _read(field)


def _read(field: str) -> tuple[tuple[Address, ...], tuple[str, ...]]:
    said: list[dict[str, str]] = []
    pairs = get_addresses(_unambiguous(field), defects=said, decode_names=True)
    return addresses_from(pairs), tuple(item["reason"] for item in said)


def _unambiguous(field: str) -> str:
    """The field with what senders write against RFC 5322 and 2047, and every mail client understands."""
    if "=?" in field:
        field = _Q_WORD.sub(_without_specials, field)
    # Outlook parts addresses by semicolons, which RFC 5322 has for the end of a group only.
    return _SEMICOLON.sub(r"\1,", field) if ";" in field and ":" not in field else field


def _without_specials(word: re.Match[str]) -> str:
    # RFC 2047 section 5 (3): a comma in the display name would part it in two.
    return word[1] + _SPECIALS.sub(lambda special: f"={ord(special[0]):02X}", word[2]) + "?="


_remembered = lru_cache(maxsize=1024)(_read)


def addresses_from(read: Iterable[tuple[str, str]]) -> tuple[Address, ...]:
    """mail-parser's pairs of a display name and an address as values; each address once."""
    found: dict[str, Address] = {}
    for name, address in read:
        bare = one_line(address).lower()
        if "@" in bare and len(bare) <= _LONGEST and bare not in found and len(found) < _MOST:
            found[bare] = Address(name=_shown(name, bare), address=bare, written=one_line(address))
    return tuple(found.values())


def rescued_addresses(raw: str) -> tuple[Address, ...]:
    """What looks like an address in a field that mail-parser could not read, with what stands before it as name."""
    text = field_text(raw)
    pairs: list[tuple[str, str]] = []
    end = 0
    for match in _ADDRESS.finditer(text):
        pairs.append((text[end : match.start()].strip(_AROUND_NAME), match[0].strip(".")))
        end = match.end()
        if len(pairs) >= _MOST:
            break
    return addresses_from(pairs)


def bare_address(value: str) -> str:
    """The addr-spec in a Return-Path or the like, in lower case; "" for `<>` and for what is none."""
    match = _ADDRESS.search(value[:1000])
    return match[0].lower() if match else ""


def _shown(name: str, address: str) -> str:
    text = one_line(name)
    if "=?" in text:
        text = one_line(decode_words(text))
    return "" if text.lower() == address else text[:200]
