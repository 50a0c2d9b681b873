"""The leaves of a MIME tree: which are the mail's text, which are its files (RFC 2046), and what they hold."""

import re
import unicodedata
from dataclasses import dataclass, field
from email._policybase import Compat32 as Policy
from email.message import Message
from email.policy import compat32
from mimetypes import MimeTypes
from typing import Any, TypeAlias

from vastine.core.charset import clean, decode
from vastine.core.mail import Attachment
from vastine.core.parse.flowed import Flow, flow_of, unflowed
from vastine.core.parse.header import field_text, lenient_base64
from vastine.core.parse.html import html_to_text
from vastine.core.parse.limits import DEEPEST, MOST_PARTS
from vastine.core.parse.tnef import is_tnef, open_tnef

Part: TypeAlias = "Message[Any, Any]"

_LONGEST_NAME = 200
_LONGEST_TEXT = 2_000_000
_CUT = "the text was cut at 2,000,000 octets"
_TYPES = MimeTypes()  # the built-in table; the module's own functions read the system's files
_LETTERS = re.compile(r"\W+")
_TOKEN = re.compile(r"[\w-]{1,60}")


@dataclass(slots=True, kw_only=True)
class Leaf:
    """One leaf; a nested message counts as one and is not looked into. `path` says which containers hold it."""

    part: Part
    content_type: str
    disposition: str | None
    named: bool
    content: bytes
    charset: str | None
    path: tuple[int, ...]
    alternative: tuple[int, ...] | None  # the innermost multipart/alternative around it
    closed: bool  # inside a container that is an attachment as a whole
    flow: Flow = "fixed"  # of text/plain: whether its line breaks are the writer's
    name: str | None = None


@dataclass(slots=True)
class Body:
    """What a mail's leaves come to."""

    text: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    defects: list[str] = field(default_factory=list)


def leaves_of(root: Part, defects: list[str]) -> list[Leaf]:
    """The leaves in their order, with their content decoded; at most 500 and 50 levels deep."""
    leaves: list[Leaf] = []
    waiting: list[tuple[Part, tuple[int, ...], tuple[int, ...] | None, bool]] = [(root, (), None, False)]
    while waiting:
        part, path, alternative, closed = waiting.pop()
        if len(leaves) >= MOST_PARTS or len(path) > DEEPEST:
            defects.append("too many or too deeply nested parts; the rest was left out")
            break
        children = part.get_payload() if part.get_content_maintype() == "multipart" else None
        if not isinstance(children, list):
            leaves.append(_leaf(part, path, alternative, closed=closed))
            continue
        if part.get_content_subtype() == "alternative":
            alternative = path
        closed = closed or (bool(path) and _disposition(part) == "attachment")
        waiting.extend(
            (child, (*path, number), alternative, closed) for number, child in reversed(list(enumerate(children)))
        )
    return leaves


def _leaf(part: Part, path: tuple[int, ...], alternative: tuple[int, ...] | None, *, closed: bool) -> Leaf:
    typed, disposed = _parameters(part, "content-type"), _parameters(part, "content-disposition")
    content_type = part.get_content_type().split()[0]  # some forget the semicolon before the parameters
    return Leaf(
        part=part,
        content_type=content_type,
        disposition=_disposition(part),
        # RFC 2231 section 3: a long name is cut into filename*0, filename*1 ...
        named=any(name.partition("*")[0] == "filename" for name in disposed)
        or any(name.partition("*")[0] == "name" for name in typed),
        content=_content(part),
        charset=_charset(typed),
        path=path,
        alternative=alternative,
        closed=closed,
        flow=flow_of(content_type, typed),
    )


def body_of(leaves: list[Leaf]) -> Body:
    """The readable text and the attachments. The outer text/plain first, else the outer HTML reduced to text."""
    body = Body()
    texts = _text_leaves(leaves)
    body.text = _readable(texts, body.defects)
    chosen = {id(leaf) for leaf in texts}
    for leaf in leaves:
        if id(leaf) not in chosen and not (leaf.content_type.startswith("multipart/") and not leaf.content):
            _attach(leaf, body)
    return body


def _text_leaves(leaves: list[Leaf]) -> list[Leaf]:
    inline = [leaf for leaf in leaves if _may_be_text(leaf)]
    texts = [leaf for leaf in inline if not leaf.named or not leaf.path]
    if not any(leaf.content.strip() for leaf in texts) and len(inline) > len(texts):
        # Some programs give the body itself a name.
        texts.append(next(leaf for leaf in inline if leaf.named and leaf.path))
    return texts


def _may_be_text(leaf: Leaf) -> bool:
    if leaf.closed or leaf.disposition not in (None, "inline"):
        return False
    return leaf.content_type in ("text/plain", "text/html") or (
        not leaf.path and leaf.content_type.startswith("text/") and leaf.content_type != "text/calendar"
    )


def _readable(texts: list[Leaf], defects: list[str]) -> str:
    plain = {leaf.path: _plain(leaf, defects) for leaf in texts if leaf.content_type != "text/html"}
    pieces: list[str] = []
    for leaf in texts:
        if leaf.path in plain:
            pieces.append(plain[leaf.path])
        elif not _has_plain_twin(leaf, texts, plain):
            pieces.append(_reduced(leaf, defects, pieces))
    return "\n\n".join(piece for piece in pieces if piece)


def _has_plain_twin(html: Leaf, texts: list[Leaf], plain: dict[tuple[int, ...], str]) -> bool:
    if html.alternative is None:
        return False
    inside = len(html.alternative)
    return any(
        other.path[:inside] == html.alternative and other.path[inside] != html.path[inside] and plain.get(other.path)
        for other in texts
        if len(other.path) > inside
    )


def _reduced(html: Leaf, defects: list[str], earlier: list[str]) -> str:
    markup, defect = decode(html.content[:_LONGEST_TEXT], html.charset or _declared_in(html.content))
    if defect:
        defects.append(defect)
    if len(html.content) > _LONGEST_TEXT:
        defects.append(_CUT)
    text = finished(html_to_text(clean(markup)))
    # Old programs put the same text twice into multipart/mixed, once plain and once as HTML.
    letters = _LETTERS.sub("", text[:2000])
    return "" if any(letters in _LETTERS.sub("", piece) for piece in earlier if piece) else text


def _declared_in(markup: bytes) -> str | None:
    declared = re.search(rb"""(?i)<meta[^>]{0,200}charset=["']?([\w-]{1,40})""", markup[:4096])
    return declared[1].decode("ascii") if declared else None


def _plain(leaf: Leaf, defects: list[str]) -> str:
    text, defect = decode(leaf.content[:_LONGEST_TEXT], leaf.charset)
    if defect:
        defects.append(defect)
    if len(leaf.content) > _LONGEST_TEXT:
        defects.append(_CUT)
    return finished(unflowed(clean(text), leaf.flow))


def finished(text: str) -> str:
    """Text without blanks at line ends and without blank lines around it."""
    return "\n".join(map(str.rstrip, text.split("\n"))).strip("\n")


def _attach(leaf: Leaf, body: Body) -> None:
    name = safe_name(leaf.name) if leaf.named else None
    if is_tnef(leaf.content_type, name):
        opened = open_tnef(leaf.content)
        if opened is not None:
            text, html, files = opened
            body.text = body.text or finished(text) or finished(html_to_text(html))
            body.attachments.extend(_from_tnef(*file) for file in files)
            return
        body.defects.append("winmail.dat could not be opened")
    body.attachments.append(
        Attachment(filename=name, content_type=leaf.content_type, size=len(leaf.content), content=leaf.content)
    )


def _from_tnef(name: str | None, content: bytes) -> Attachment:
    shown = safe_name(name)
    content_type = _TYPES.guess_type(shown or "")[0] or "application/octet-stream"
    return Attachment(filename=shown, content_type=content_type, size=len(content), content=content)


def safe_name(name: str | None) -> str | None:
    """A file name without folders, control and bidirectional characters, at most 200 long; None where none is left."""
    if not name:
        return None
    last = field_text(name[:4000]).replace("\\", "/").rstrip("/").rpartition("/")[2]
    # Cf: formatting characters; they can show "gpj.exe" as "exe.jpg".
    safe = "".join(letter for letter in last if unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co")).strip()
    if safe.strip(".") == "":
        return None
    if len(safe) <= _LONGEST_NAME:
        return safe
    stem, dot, ending = safe.rpartition(".")
    return f"{stem[: _LONGEST_NAME - len(ending) - 1]}.{ending}" if dot and len(ending) < 20 else safe[:_LONGEST_NAME]


def _content(part: Part) -> bytes:
    payload = part.get_payload() if part.is_multipart() else None
    if isinstance(payload, list):
        return _nested(part, payload)
    _settle_encoding(part)
    try:
        content = part.get_payload(decode=True)
    except (ValueError, LookupError):  # a charset or an encoding that its codec refuses
        content = None
    if not isinstance(content, bytes):
        return b""
    if str(part.get("content-transfer-encoding", "")).lower() == "base64" and _undecoded(part, content):
        return lenient_base64(content)
    return content


def _undecoded(part: Part, content: bytes) -> bool:
    """Whether the standard library gave up: it does over one letter too many."""
    payload = part.get_payload()
    return isinstance(payload, str) and bool(content.strip()) and content == payload.encode("ascii", "surrogateescape")


def _settle_encoding(part: Part) -> None:
    # The standard library knows "base64" but not "base64 " or "base64; x".
    written = part.get("content-transfer-encoding")
    if written is not None and (bare := "-".join(str(written).partition(";")[0].lower().split())) != written:
        part.replace_header("content-transfer-encoding", bare)


def _nested(part: Part, children: list[Any]) -> bytes:
    try:
        content = b"\n".join(child.as_bytes(policy=_as_it_came(child)) for child in children)
    except (ValueError, LookupError, TypeError, AttributeError, KeyError, RecursionError):
        # The generator of the standard library fails on some of what its parser accepts.
        content = "\n".join(f"{name}: {value}" for child in children for name, value in child.raw_items()).encode(
            "utf-8", "replace"
        )
    encoding = str(part.get("content-transfer-encoding", "")).strip().lower()
    return lenient_base64(content) if encoding == "base64" else content


def _as_it_came(message: Part) -> Policy:
    """A policy by which the generator changes as little as it can: no folding, and the line ends of the mail."""
    texts = (payload for part in message.walk() if isinstance(payload := part.get_payload(), str))
    crlf = any("\r\n" in text for text in texts)
    policy: Policy = compat32.clone(linesep="\r\n" if crlf else "\n", max_line_length=None, mangle_from_=False)
    return policy


def _disposition(part: Part) -> str | None:
    value = str(part.get("content-disposition", "")).partition(";")[0].strip().lower()
    return value if _TOKEN.fullmatch(value) else None


def _parameters(part: Part, header: str) -> dict[str, Any]:
    if header not in part:
        return {}
    try:
        found = part.get_params([], header)
    except (ValueError, LookupError, TypeError, IndexError):
        return {}
    return {name.lower(): value for name, value in reversed(found or [])}


def _charset(parameters: dict[str, Any]) -> str | None:
    value = parameters.get("charset")
    if isinstance(value, tuple):  # RFC 2231: charset, language, value
        value = value[2]
    return str(value).strip("\"' ").lower() or None if value else None
