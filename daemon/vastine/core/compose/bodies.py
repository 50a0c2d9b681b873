"""The body of a mail of ours as octets: text, an HTML alternative, attachments. 7-bit clean, CRLF, no long lines."""

import re
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Iterable, Sequence
from urllib.parse import quote

from vastine.core.compose.fields import LINE, clean
from vastine.core.mail import Attachment
from vastine.core.outgoing import Picture

_UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CONTENT_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}", re.IGNORECASE)
_ANY_TYPE = "application/octet-stream"
_SIMPLE_NAME = re.compile(r"[A-Za-z0-9 !#$&'()+,._=@~-]{1,50}")


def body_of(
    text: str,
    html: str | None,
    attachments: Iterable[Attachment],
    *,
    boundary: str,
    pictures: Sequence[Picture] = (),
) -> str:
    """Content fields, an empty line and the body, all in ASCII. `pictures` are those that the HTML shows (RFC 2387).

    `boundary` is a random word that stands in no part (RFC 2046 section 5.1.1).
    """
    body = _text("plain", text)
    if html is not None:
        shown = _text("html", html)
        if pictures:
            shown = _multipart("related", boundary + ".r", [shown, *map(_shown, pictures)], root="text/html")
        body = _multipart("alternative", boundary + ".a", [body, shown])
    parts = [_attached(each) for each in attachments]
    return _multipart("mixed", boundary + ".m", [body, *parts]) if parts else body


def _text(subtype: str, text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if _UNWANTED.search(text):
        text = _UNWANTED.sub("", text)
    text = text if text.endswith("\n") else text + "\n"
    written, encoding = text.replace("\n", "\r\n"), "7bit"
    if not text.isascii() or max(map(len, text.split("\n"))) > LINE:
        written = b2a_qp(written.encode("utf-8", "replace")).decode("ascii")
        encoding = "quoted-printable"
    return f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{written}"


def _multipart(subtype: str, boundary: str, parts: Iterable[str], *, root: str = "") -> str:
    between = f"\r\n--{boundary}\r\n"
    type_of_root = f'; type="{root}"' if root else ""
    opening = f'Content-Type: multipart/{subtype}; boundary="{boundary}"{type_of_root}\r\n'
    return f"{opening}{between}{between.join(parts)}\r\n--{boundary}--\r\n"


def _attached(attachment: Attachment) -> str:
    content_type = attachment.content_type.lower()
    if not _CONTENT_TYPE.fullmatch(content_type) or content_type.startswith(("message/", "multipart/")):
        content_type = _ANY_TYPE  # RFC 2046 section 5.2.1 forbids base64 for a message
    content = encodebytes(attachment.content).decode("ascii").replace("\n", "\r\n")
    return (
        f"Content-Type: {content_type}\r\nContent-Transfer-Encoding: base64\r\n"
        f"Content-Disposition: attachment{_filename(attachment.filename)}\r\n\r\n{content}"
    )


def _shown(picture: Picture) -> str:
    """A picture within the page; `inline` keeps it off the list of attachments."""
    content = encodebytes(picture.content).decode("ascii").replace("\n", "\r\n")
    return (
        f"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <{picture.content_id}>\r\n"
        f"Content-Disposition: inline{_filename(picture.filename)}\r\n\r\n{content}"
    )


def _filename(name: str | None) -> str:
    """The filename parameter; beyond plain ASCII as RFC 2231 section 4 has it."""
    safe = clean(name or "").replace("/", "_").replace("\\", "_")
    if not safe:
        return ""
    if _SIMPLE_NAME.fullmatch(safe):
        return f'; filename="{safe}"'
    stem, dot, extension = safe.rpartition(".")
    kept = (stem[:48] + dot + extension[:10]) if stem else safe[:60]
    return f";\r\n filename*=utf-8''{quote(kept, safe='')}"
