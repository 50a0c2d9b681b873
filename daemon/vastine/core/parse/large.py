"""Large base64 leaves are cut out of a mail's octets before any parser sees them, and put back afterwards (SAFETY R7).

The standard library's parser takes some six times a leaf's size in memory while it splits it into lines.
"""

import base64
import re
from dataclasses import dataclass, field

from vastine.core.parse.header import lenient_base64
from vastine.core.parse.leaves import Leaf

SMALLEST_MAIL = 1_000_000
_SMALLEST_LEAF = 200_000
_ENCODED = re.compile(rb"(?im)^content-transfer-encoding[ \t]*:[ \t]*base64[ \t\r]*$")
_HEADER_END = re.compile(rb"\n\r?\n")


@dataclass(slots=True)
class LargeLeaves:
    """The encoded content that was cut out, by the short content that stands in its place."""

    by_mark: dict[bytes, memoryview] = field(default_factory=dict)

    def put_back(self, leaf: Leaf) -> None:
        """Give a leaf its own content again, also where it is a nested message around a large leaf."""
        if leaf.content in self.by_mark:
            leaf.content = lenient_base64(self.by_mark[leaf.content].tobytes())
            return
        if leaf.content_type.startswith("message/"):
            for mark, encoded in self.by_mark.items():
                leaf.content = leaf.content.replace(base64.b64encode(mark), encoded.tobytes())


def without_large_leaves(raw: bytes) -> tuple[bytes, LargeLeaves]:
    """The octets with every base64 leaf of 200 kB or more replaced by a mark, and what was cut out."""
    large = LargeLeaves()
    if len(raw) < SMALLEST_MAIL:
        return raw, large
    view, end = memoryview(raw), 0
    pieces: list[bytes | memoryview] = []
    for field_ in _ENCODED.finditer(raw):
        header_end = _HEADER_END.search(raw, field_.end())
        if header_end is None or field_.start() < end:
            continue
        start = header_end.end()
        stop = raw.find(b"\n--", start)
        stop = len(raw) if stop < 0 else stop
        if stop - start < _SMALLEST_LEAF:
            continue
        mark = b"vastine large leaf %d" % len(large.by_mark)
        large.by_mark[mark] = view[start:stop]
        pieces += (view[end:start], base64.b64encode(mark))
        end = stop
    return (b"".join((*pieces, view[end:])) if pieces else raw), large
