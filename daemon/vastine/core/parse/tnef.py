"""winmail.dat: Outlook's wrapping of a mail's text and files (MS-OXTNEF), opened with tnefparse."""

import logging
import struct

from tnefparse import TNEF

from vastine.core.charset import clean, decode

_LARGEST = 30_000_000
_MOST_OBJECTS = 2_000
_SIGNATURE = b"\x78\x9f\x3e\x22"

logging.getLogger("tnefparse").setLevel(logging.CRITICAL)  # what is odd becomes a defect of the mail instead


def is_tnef(content_type: str, name: str | None) -> bool:
    """Whether a leaf is winmail.dat by its type or its name."""
    return content_type in ("application/ms-tnef", "application/vnd.ms-tnef") or (name or "").lower() == "winmail.dat"


def open_tnef(content: bytes) -> tuple[str, str, tuple[tuple[str | None, bytes], ...]] | None:
    """The plain text, the HTML and the files (name, content) inside; None where nothing can be got out of it."""
    if not content.startswith(_SIGNATURE) or len(content) > _LARGEST or _objects(content) > _MOST_OBJECTS:
        return None
    try:
        opened = TNEF(content, do_checksum=False)
        files = tuple(_file(item) for item in opened.attachments)
        text, html = _text(opened.body), _text(opened.htmlbody)
    except Exception:  # noqa: BLE001 - tnefparse raises whatever its slicing of garbage runs into
        return None
    return (text, html, files) if text or html or files else None


def _objects(content: bytes) -> int:
    # tnefparse copies the rest of the data for every object, so many tiny ones take quadratic time.
    count, offset = 0, 6
    while offset + 12 < len(content) and count <= _MOST_OBJECTS:
        offset += struct.unpack_from("<I", content, offset + 5)[0] + 11
        count += 1
    return count


def _file(item: object) -> tuple[str | None, bytes]:
    name = item.long_filename()  # type: ignore[attr-defined]
    data = item.data  # type: ignore[attr-defined]
    if isinstance(name, bytes):
        name = decode(name, None)[0]
    return (str(name).strip("\x00") or None), data if isinstance(data, bytes) else b""


def _text(body: object) -> str:
    if isinstance(body, list) and body:
        body = body[0]
    if isinstance(body, bytes):
        body = decode(body.rstrip(b"\x00"), None)[0]
    return clean(body) if isinstance(body, str) else ""
