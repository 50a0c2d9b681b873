"""Large content is cut out of a mail's octets before any parser sees them, and put back afterwards (SAFETY R7).

The standard library's parser takes some six times a leaf's size in memory while it splits it into lines.
"""

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from vastine.core.parse.header import lenient_base64
from vastine.core.parse.leaves import Leaf

SMALLEST_MAIL = 1_000_000
_SMALLEST_RUN = 16_000
_MOST_SECTIONS = 20_000
_ENCODING = re.compile(rb"(?im)^content-transfer-encoding[ \t]*:[ \t]*([\w-]{1,40})")
_TYPE = re.compile(rb"(?im)^content-type[ \t]*:[ \t]*(message/[\w-]{1,40})")
_NESTED = (b"message/rfc822", b"message/global", b"message/news")
_READABLE = (b"base64", b"quoted-printable", b"7bit", b"8bit", b"binary", b"none", b"")
_HEADER_END = re.compile(rb"\n\r?\n")
_LONGEST_HEADER = 1 << 20


@dataclass(slots=True)
class LargeContent:
    """The encoded content that was cut out, by the marks that stand in its place."""

    prefix: bytes = b""
    runs: list[memoryview] = field(default_factory=list)

    def mark_for(self, run: memoryview, encoding: bytes) -> bytes:
        """Keep the run, and return what stands for it, encoded as it was."""
        mark = self.prefix + b"%d." % len(self.runs)
        self.runs.append(run)
        return base64.b64encode(mark) if encoding == b"base64" else mark

    def put_back(self, leaf: Leaf) -> None:
        """Give a leaf its own content again, also where it is a nested message around large content."""
        if not self.runs:
            return
        if leaf.content_type.startswith("message/"):
            leaf.content = self._whole(leaf.content)
            return
        encoding = str(leaf.part.get("content-transfer-encoding", "")).strip().lower()
        leaf.content = self._filled(leaf.content, encoding)

    def text(self, written: str) -> str:
        """Text that is no leaf, such as what stands before the first part, with its own content again."""
        if not self.runs or self.prefix.decode() not in written:
            return written
        return self._filled(written.encode("utf-8", "surrogateescape"), "").decode("utf-8", "surrogateescape")

    def _whole(self, nested: bytes) -> bytes:
        for number, run in enumerate(self.runs):
            mark = self.prefix + b"%d." % number
            for written in (mark, base64.b64encode(mark)):
                if written in nested:
                    nested = nested.replace(written, run)
        return nested

    def _filled(self, content: bytes, encoding: str) -> bytes:
        if self.prefix not in content:
            return content
        pieces = re.split(re.escape(self.prefix) + rb"(\d{1,5})\.", content)
        if len(pieces) == 3 and not pieces[0] and not pieces[2]:  # all of it was one run: no copy
            return self._decoded(int(pieces[1]), encoding)
        for place in range(1, len(pieces), 2):
            pieces[place] = self._decoded(int(pieces[place]), encoding)
        return b"".join(pieces)

    def _decoded(self, number: int, encoding: str) -> bytes:
        if number >= len(self.runs):  # a mail that writes marks of its own
            return b""
        run = self.runs[number]
        if encoding == "quoted-printable":
            return binascii.a2b_qp(run)
        if encoding != "base64":
            return run.tobytes()
        try:
            return binascii.a2b_base64(run)  # passes over line ends by itself
        except binascii.Error:
            return lenient_base64(run.tobytes())


def without_large_content(raw: bytes) -> tuple[bytes, LargeContent]:
    """The octets of a mail with all longer runs of content replaced by marks, and what was cut out.

    Mails under a megabyte stay as they are.
    """
    large = LargeContent()
    if len(raw) < SMALLEST_MAIL:
        return raw, large
    large.prefix = b"vastine-" + blake2b(raw[:65_536], digest_size=12).hexdigest().encode() + b"-"
    view, end = memoryview(raw), 0
    pieces: list[bytes | memoryview] = []
    for start, stop, encoding in _runs(raw):
        pieces += (view[end:start], large.mark_for(view[start:stop], encoding))
        end = stop
    return (b"".join((*pieces, view[end:])) if pieces else raw), large


def _runs(raw: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where content of 16 kB or more lies between lines that may be boundaries, and how it is encoded."""
    begin = 0
    for _ in range(_MOST_SECTIONS):
        found = raw.find(b"\n--", begin)
        stop = len(raw) if found < 0 else found
        if stop - begin >= _SMALLEST_RUN:
            start, encoding = _content_of(raw, begin, stop)
            if raw[stop - 1 : stop] == b"\r" and found >= 0:
                stop -= 1  # the line end before a boundary belongs to it (RFC 2046 section 5.1.1)
            if encoding in _READABLE and stop - start >= _SMALLEST_RUN:
                yield start, stop, encoding
        if found < 0:
            return
        begin = found + 3


def _content_of(raw: bytes, begin: int, stop: int) -> tuple[int, bytes]:
    """Where the content of a section begins, behind its header and that of a message nested in it, and its encoding."""
    encoding = b""
    while True:
        header_end = _HEADER_END.search(raw, begin, min(stop, begin + _LONGEST_HEADER))
        if header_end is None:
            return stop, encoding
        header = raw[begin : header_end.start() + 1]
        written, nested = _ENCODING.search(header), _TYPE.search(header)
        begin, encoding = header_end.end(), written[1].lower() if written else b""
        if nested is None:
            return begin, encoding
        if nested[1].lower() not in _NESTED or encoding == b"base64":
            return stop, encoding  # a delivery status, or what no parser looks into
