"""Mails that are made to cost time and memory: what took mail-parser and the standard library minutes and gigabytes."""

from base64 import encodebytes
from random import Random

from mixed_texts import SUPPORT


def head(number: int) -> bytes:
    return (
        f"From: hyokkaaja{number}@muu.example\r\nTo: {SUPPORT}\r\nSubject: Asia {number}\r\n"
        f"Message-ID: <{number}@muu.example>\r\nMIME-Version: 1.0\r\n"
    ).encode()


def _many_parts() -> bytes:
    part = b'--x\r\nContent-Type: text/plain; a="' + b";" * 8_000 + b'"\r\n\r\nhei\r\n'
    return b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + part * 1_000 + b"--x--\r\n"


def _large_attachment() -> bytes:
    content = encodebytes(Random(1).randbytes(1_000_000) * 36).replace(b"\n", b"\r\n")
    return (
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nLiitteena kuva.\r\n--x\r\n"
        b"Content-Type: application/pdf; name=kuva.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + content
        + b"--x--"
    )


def hostile() -> list[bytes]:
    """One of each kind, each from a sender of its own."""
    bodies = [
        b'Content-Type: text/plain; a="' + b";" * 65_536 + b'"\r\n\r\nhei\r\n',
        _many_parts(),
        b"Content-Type: text/plain; charset=utf-8\r\n\r\na" + "\u0301\u0323".encode() * 250_000 + b"\r\n",
        b"Content-Type: text/plain; charset=punycode\r\n\r\n" + b"a-" * 1_000_000 + b"\r\n",
        b"X-Words:" + b"\r\n =?utf-8?q?=C3=A4?=" * 65_000 + b"\r\n\r\nhei\r\n",
        _large_attachment(),
        b"".join(b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n) for n in range(2_000)),
        b"Content-Type: text/html\r\n\r\n" + b"<div>" * 200_000 + b"hei\r\n",
    ]
    return [head(number) + body for number, body in enumerate(bodies)]
