"""Tokens, references and Message-IDs: how they are made, where a mail carries them, and how they are hidden.

A token is 128 random bits as 26 lower-case base32 characters (R29). It stands in the local part of an address of ours
(`support+c.TOKEN@...`) or, where the address cannot carry it, in square brackets in the subject of a `mailto:` link.
"""

import re
from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b, sha256
from typing import Literal

from vastine.core.mail import Mail

Random = Callable[[int], bytes]
"""Gives that many random octets, like `secrets.token_bytes`; what thinks has no randomness of its own."""

Purpose = Literal["c", "s", "b"]
"""Whom a token serves: a customer, a member of staff, or a bounce on its way back."""

LOCAL_PART = 64  # RFC 5321 section 4.5.3.1.1
MASKED = "*" * 26

_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"  # RFC 4648 section 6
_PAIRS = [first + second for first in _LETTERS for second in _LETTERS]  # four are made a mail; base64.b32encode is slow
# Digits and letters that nobody confuses on the phone: no 0 and O, no 1, I and L.
_REFERENCE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_CARRIERS = frozenset({"to", "cc", "delivered-to", "x-original-to", "envelope-to"})
_IN_SUBJECT = re.compile(r"\[([cs])\.([a-z2-7]{26})\]", re.IGNORECASE)
_TOKEN_TEXT = re.compile(r"([csb]\.)[a-z2-7]{26}(?![a-z2-7])", re.IGNORECASE)
# In quoted-printable a soft line break may stand between any two characters (RFC 2045 section 6.7).
_SOFT = rb"(?:=\r?\n)?"
_BEFORE_TOKEN = rb"([csb]" + _SOFT + rb"(?:\.|=2E)" + _SOFT + rb")"
_TOKEN_BYTES = re.compile(_BEFORE_TOKEN + rb"((?:[a-z2-7]" + _SOFT + rb"){25}[a-z2-7])(?![a-z2-7])", re.IGNORECASE)
_BASE64_LINES = re.compile(
    rb"(?:^[A-Za-z0-9+/]{40,998}\r?\n)++(?:^[A-Za-z0-9+/]{2,998}={0,2}\r?$)?|^[A-Za-z0-9+/]{36,998}={0,2}\r?$",
    re.MULTILINE,
)
_LIKE_BASE64 = re.compile(rb"^[A-Za-z0-9+/]{36}", re.MULTILINE)
_BASE64_LONGEST = 2_000_000  # octets; a text that is longer than this is an attachment, and none of ours holds a token


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundToken:
    """A token as a mail carries it, in lower case; whether it is one of ours only the store can tell."""

    purpose: Purpose
    token: str


def new_token(random: Random) -> str:
    """26 lower-case base32 characters (RFC 4648 section 6, without padding)."""
    bits = int.from_bytes(random(16)) << 2
    return "".join([_PAIRS[bits >> shift & 1023] for shift in range(120, -1, -10)])


def new_message_id(random: Random, domain: str) -> str:
    """`<RANDOM@domain>`, with its angle brackets."""
    return f"<{new_token(random)}@{domain}>"


def new_reference(random: Random) -> str:
    """Such as `V-7F3K9`: for people to say and write; it opens nothing, and the caller tries again if it is taken."""
    number = int.from_bytes(random(8))
    letters = []
    for _ in range(5):
        number, place = divmod(number, len(_REFERENCE_LETTERS))
        letters.append(_REFERENCE_LETTERS[place])
    return "V-" + "".join(letters)


def hash_token(key: bytes, purpose: str, token: str) -> str:
    """Keyed BLAKE2b (RFC 7693) over purpose and token, in hexadecimal: what is stored and looked up instead of it."""
    keyed = blake2b(f"{purpose}.{token.lower()}".encode(), key=_key_of(key), digest_size=32)
    return keyed.hexdigest()


@lru_cache(maxsize=4)
def _key_of(key: bytes) -> bytes:
    """A key of any length as the 32 octets that BLAKE2b takes."""
    return sha256(key).digest()


def address_with(address: str, subaddress: str, purpose: Purpose, token: str) -> str:
    """`support+c.TOKEN@...`; the plain address where it has no subaddresses or the local part would be too long."""
    local, _, domain = address.rpartition("@")
    carrying = f"{local}{subaddress}{purpose}.{token}"
    return f"{carrying}@{domain}" if subaddress and len(carrying) <= LOCAL_PART else address


def tokens_in(mail: Mail, *, addresses: Iterable[str], subaddress: str) -> tuple[FoundToken, ...]:
    """The tokens that a mail carries in addresses of ours, in the order they stand there, each once.

    Looked at are To, Cc, Delivered-To, X-Original-To and Envelope-To, and brackets in the subject, where `mailto:`
    links put a token that no address could carry. The same token in somebody else's address is not ours.
    """
    ours = {address.lower() for address in addresses}
    found = []
    if subaddress:
        carried = [value for name, value in mail.headers if name.lower() in _CARRIERS]
        carried += [each.address for each in (*mail.to, *mail.cc)]
        for local, purpose, token, domain in _carrying(subaddress).findall("\n".join(carried)):
            if f"{local}@{domain}".lower() in ours:
                found.append((purpose, token))
    found += _IN_SUBJECT.findall(mail.subject)
    each_once = dict.fromkeys((purpose.lower(), token.lower()) for purpose, token in found)
    return tuple(FoundToken(purpose=_purpose(purpose), token=token) for purpose, token in each_once)


@lru_cache(maxsize=8)
def _carrying(subaddress: str) -> re.Pattern[str]:
    """Local part, purpose, token and domain of every address with a token; a separator must stand before it."""
    separators = r"\s<>,;:\"()@"
    local = rf"(?<![^{separators}])([^{separators}]{{1,{LOCAL_PART}}}?)"
    return re.compile(local + re.escape(subaddress) + r"([csb])\.([a-z2-7]{26})@([\w.-]+)", re.IGNORECASE)


def _purpose(letter: str) -> Purpose:
    return "c" if letter == "c" else "s" if letter == "s" else "b"


def mask_text(text: str) -> str:
    """The text with stars for every token, at the same length; the purpose stays readable."""
    return _TOKEN_TEXT.sub(rf"\g<1>{MASKED}", text)


def mask(raw: bytes) -> bytes:
    """Stored octets with stars for every token, at the same length, also inside quoted-printable and base64 text."""
    if not _LIKE_BASE64.search(raw):
        return _TOKEN_BYTES.sub(_starred, raw)
    parts, end = [], 0
    for match in _BASE64_LINES.finditer(raw):
        parts += [_TOKEN_BYTES.sub(_starred, raw[end : match.start()]), _masked_base64(match[0])]
        end = match.end()
    return b"".join([*parts, _TOKEN_BYTES.sub(_starred, raw[end:])])


def _starred(match: re.Match[bytes]) -> bytes:
    soft_breaks_kept = re.split(rb"(=\r?\n)", match[2])
    return match[1] + b"".join(part if part.startswith(b"=") else b"*" * len(part) for part in soft_breaks_kept)


def _masked_base64(block: bytes) -> bytes:
    """The same block of lines with the tokens inside it masked; lengths are kept, so every line break stays."""
    if len(block) > _BASE64_LONGEST:
        return block
    letters = block.replace(b"\r", b"").replace(b"\n", b"")
    try:
        content = a2b_base64(letters)
    except Error:  # lines that only look like base64
        return block
    masked = _TOKEN_BYTES.sub(_starred, content)
    if masked == content:
        return block
    encoded = iter(b2a_base64(masked, newline=False))
    return bytes(octet if octet in b"\r\n" else next(encoded) for octet in block)
