"""Damaging a mail: each kind of damage takes its octets and a seeded source of chance, and gives octets back."""

from collections.abc import Callable, Sequence
from random import Random

Damage = Callable[[bytes, Random], bytes]
LONGEST = 400_000  # octets, so that damage upon damage does not grow without end
CHARSETS = (b"utf-8", b"utf-7", b"utf-16", b"iso-2022-jp", b"hz", b"punycode", b"x-unknown", b"idna", b"\x00", b"")
ENCODINGS = (b"base64", b"quoted-printable", b"7bit", b"8bit", b"binary", b"x-uuencode", b"base64; x", b"")
FIELDS = (
    b"Content-Type: multipart/mixed; boundary=x",
    b"Content-Type: message/rfc822",
    b"Content-Type: text/html; charset=utf-16",
    b"Content-Type: application/ms-tnef; name=winmail.dat",
    b"Content-Disposition: attachment; filename*0=a; filename*1*=utf-8''%FF; filename=\"../../x\"",
    b"From: a@b.example, c@d.example",
    b"From: =?utf-8?B?=C3?= <",
    b"Subject: =?utf-7?Q?+2AA-?= =?x?b?////?=",
    b"Message-ID: <" + b"a" * 2_000 + b">",
    b"References: " + b"<a@b> " * 500,
    b"Date: Fri, 99 Xxx 99999 99:99:99 +9999",
    b"Auto-Submitted: \xff(((",
    b'Authentication-Results: ";;((;dmarc=pass',
)


def _place(raw: bytes, chance: Random) -> int:
    return chance.randrange(len(raw) + 1)


def _flipped(raw: bytes, chance: Random) -> bytes:
    damaged = bytearray(raw)
    for _ in range(chance.randint(1, 20)):
        if damaged:
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    return bytes(damaged)


def _cut(raw: bytes, chance: Random) -> bytes:
    start, end = sorted((_place(raw, chance), _place(raw, chance)))
    return raw[:start] + raw[end:]


def _truncated(raw: bytes, chance: Random) -> bytes:
    return raw[: _place(raw, chance)]


def _repeated(raw: bytes, chance: Random) -> bytes:
    start, end = sorted((_place(raw, chance), _place(raw, chance)))
    return raw[:end] + raw[start:end] * chance.choice((1, 2, 50)) + raw[end:]


def _rubbish(raw: bytes, chance: Random) -> bytes:
    place = _place(raw, chance)
    return raw[:place] + chance.randbytes(chance.choice((1, 4, 300))) + raw[place:]


def _nulls(raw: bytes, chance: Random) -> bytes:
    place = _place(raw, chance)
    return raw[:place] + b"\x00" * chance.randint(1, 9) + raw[place:]


def _line_ends(raw: bytes, chance: Random) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", chance.choice((b"\n", b"\r", b"\r\n", b"\r\r\n", b"\n\n")))


def _without_a_line(raw: bytes, chance: Random) -> bytes:
    lines = raw.split(b"\n")
    del lines[chance.randrange(len(lines))]
    return b"\n".join(lines)


def _shuffled(raw: bytes, chance: Random) -> bytes:
    head, gap, body = raw.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    chance.shuffle(lines)
    return b"\r\n".join(lines) + gap + body


def _another_field(raw: bytes, chance: Random) -> bytes:
    lines = raw.split(b"\n")
    lines.insert(chance.randrange(min(len(lines), 20)), chance.choice(FIELDS))
    return b"\n".join(lines)


def _another_charset(raw: bytes, chance: Random) -> bytes:
    return raw.replace(b"utf-8", chance.choice(CHARSETS)).replace(b"iso-8859-1", chance.choice(CHARSETS))


def _another_encoding(raw: bytes, chance: Random) -> bytes:
    for encoding in (b"base64", b"quoted-printable", b"8bit"):
        raw = raw.replace(b": " + encoding, b": " + chance.choice(ENCODINGS))
    return raw


DAMAGES: Sequence[Damage] = (
    _flipped,
    _cut,
    _truncated,
    _repeated,
    _rubbish,
    _nulls,
    _line_ends,
    _without_a_line,
    _shuffled,
    _another_field,
    _another_charset,
    _another_encoding,
)


def damaged(originals: Sequence[bytes], chance: Random) -> bytes:
    """One of these mails with one to four damages, or two of them joined together."""
    raw = chance.choice(originals)
    if chance.random() < 0.1:
        other = chance.choice(originals)
        raw = raw[: _place(raw, chance)] + other[_place(other, chance) :]
    for _ in range(chance.randint(1, 4)):
        raw = chance.choice(DAMAGES)(raw, chance)[:LONGEST]
    return raw
