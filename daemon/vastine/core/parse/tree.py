"""One mail read through mail-parser: it gives addresses, dates, names of files and defects; the guarding is ours.

mail-parser takes a message object as well as octets. It is given one that has no bulk: the fields that it is
trusted with (others it gets wrong, and each costs time; addresses are read by `core.parse.addresses`), and leaves
that hold a mark instead of their content, so that it neither decodes nor normalises bodies (a megabyte of combining
marks takes it 40 s).
"""

import email
import email.utils
import logging
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.message import Message

from mailparser import MailParser

from vastine.core.charset import clean
from vastine.core.mail import Address, Mail
from vastine.core.parse.addresses import bare_address, read_addresses, rescued_addresses
from vastine.core.parse.header import field_text, lenient_base64, octets_to_text, one_line
from vastine.core.parse.large import LargeContent
from vastine.core.parse.leaves import Leaf, Part, body_of, finished, leaves_of
from vastine.core.parse.limits import MOST_FIELDS
from vastine.core.parse.mended import mend, preamble_of
from vastine.core.parse.report import returned_ids, status_groups
from vastine.core.quote import new_text
from vastine.core.subject import has_prefix

# It logs the content of header fields at ERROR and a warning for every file. What is odd becomes a defect instead.
logging.getLogger("mailparser").setLevel(logging.CRITICAL + 1)

_ADDRESS_FIELDS = ("from", "to", "cc", "reply-to")
LONGEST_PREAMBLE = 2_000_000
_MOST_DEFECTS = 50
_MOST_REFERENCES = 200
_ID = re.compile(r"<[^<>\s]{1,990}>")
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}")
_FRACTION = re.compile(r"(\d:\d{2}:\d{2})\.\d{1,9}")
_OFFSET = re.compile(r"(?:\b(?:GMT|UTC))?([+-]\d{2}):?(\d{2})(?=\s|$|\()")
_GLUED = re.compile(r"(\d{2}:\d{2} [+-]\d{4})[A-Za-z].*")
_AFTER_NOON = re.compile(r"\b(\d{1,2})(:\d{2}(?::\d{2})?) ?([AaPp])[Mm]\b")
_LATE_ZONES = {"EET": 120, "EEST": 180, "CET": 60, "CEST": 120, "WEST": 60, "BST": 60, "MSK": 180}
_ZONE = re.compile(r"\d[ \t]+(EET|EEST|CET|CEST|WEST|BST|MSK)[ \t]*$", re.IGNORECASE)


class _Reader(MailParser):  # type: ignore[misc]
    """mail-parser without its dictionary of everything, which nothing here asks for and which decodes all twice."""

    def _make_mail(self, complete: bool = True) -> dict[str, object]:
        return {}


@dataclass(slots=True, kw_only=True)
class _Read:
    """What mail-parser read, or what took its place."""

    date: datetime | None = None
    names: dict[str, str] = field(default_factory=dict)
    defects: list[str] = field(default_factory=list)


def read_mail(octets: bytes, large: LargeContent, defects: Iterable[str], *, plainly: bool = False) -> Mail:
    """A mail from octets that are within limits and have no large content; `plainly` leaves mail-parser out.

    Raises on what neither can read.
    """
    message = email.message_from_bytes(octets)
    said = list(defects)
    raw_fields = [(name, str(value)) for name, value in list(message.raw_items())[:MOST_FIELDS]]
    content_type = message.get_content_type()
    mend(message, said)
    leaves = leaves_of(message, said)
    groups = status_groups(leaves)
    read = _Read() if plainly else _read(message, raw_fields, leaves)
    for number, leaf in enumerate(leaves):
        leaf.name = _name(leaf, read.names.get(_mark(number)))
        large.put_back(leaf)
    preamble = large.text(preamble_of(message))
    return _mail(preamble, content_type, raw_fields, leaves, groups, read, said, plainly=plainly)


def _mail(
    preamble: str,
    content_type: str,
    raw_fields: list[tuple[str, str]],
    leaves: list[Leaf],
    groups: tuple[dict[str, str], ...],
    read: _Read,
    said: list[str],
    *,
    plainly: bool,
) -> Mail:
    headers = tuple((name, field_text(value)) for name, value in raw_fields)
    body = body_of(leaves)
    text = body.text or finished(clean(preamble[:LONGEST_PREAMBLE]))
    addresses = _addresses(raw_fields, said, plainly=plainly)
    path = _first(headers, "return-path")
    subject, references = _first(headers, "subject") or "", _references(headers)
    report = content_type == "multipart/report" or path == "<>" or _first(headers, "auto-submitted") is not None
    return Mail(
        subject=subject,
        from_=addresses["from"],
        to=addresses["to"],
        cc=addresses["cc"],
        reply_to=addresses["reply-to"],
        return_path=None if path is None else bare_address(path),
        date=_date(_first(headers, "date"), read.date, said),
        message_id=_message_id(headers),
        references=references,
        content_type=content_type,
        text=text,
        # With a prefix (Re:, Fwd: ...) too: some programs lose the fields that say what they answer.
        new_text=new_text(text, answers=bool(references) or has_prefix(subject)),
        attachments=tuple(body.attachments),
        delivery_status=groups,
        returned_message_ids=returned_ids(leaves, text, report=report),
        headers=headers,
        defects=_in_words((*said, *read.defects, *body.defects)),
    )


def _read(message: Part, raw_fields: list[tuple[str, str]], leaves: list[Leaf]) -> _Read:
    for number, leaf in enumerate(leaves):
        leaf.part.set_payload(_mark(number))
    try:
        parser = _Reader(_without_bulk(message, raw_fields, with_parts=True))
    except (AttributeError, TypeError, ValueError, LookupError):
        # Reproduced: an inner multipart with no start boundary, NUL in a charset. Its header is still worth reading.
        parser = _Reader(_without_bulk(message, raw_fields, with_parts=False))
    names = {item["payload"]: item["filename"] for item in parser.attachments}
    return _Read(
        date=parser.date,
        names={_unwrapped(mark): name for mark, name in names.items() if name},
        # Its word on charsets is about the marks that stood in for the content.
        defects=[
            text
            for group in parser.defects
            for texts in group.values()
            for text in texts
            if not text.startswith("CharsetDecodeDefect")
        ],
    )


def _without_bulk(message: Part, raw_fields: list[tuple[str, str]], *, with_parts: bool) -> Part:
    twin: Part = Message()
    for name, value in raw_fields:
        key = name.lower()
        if key == "date" or (with_parts and key.startswith("content-")):
            twin.set_raw(name, value)
    if with_parts:
        twin.set_payload(message.get_payload() if message.is_multipart() else _mark(0))
        twin.defects, twin.preamble, twin.epilogue = message.defects, message.preamble, message.epilogue or ""
    return twin


def _mark(number: int) -> str:
    return f"leaf{number:04d}"


def _unwrapped(payload: str) -> str:
    # mail-parser hands out everything but base64 leaves encoded as base64.
    if payload.startswith("leaf"):
        return payload
    return lenient_base64(payload.encode("ascii", "replace")).decode("ascii", "replace")


def _addresses(raw_fields: list[tuple[str, str]], said: list[str], *, plainly: bool) -> dict[str, tuple[Address, ...]]:
    written: dict[str, list[str]] = {key: [] for key in _ADDRESS_FIELDS}
    for name, value in raw_fields:
        if name.lower() in written:
            written[name.lower()].append(octets_to_text(value))
    return {key: _in_fields(key, values, said, plainly=plainly) for key, values in written.items()}


def _in_fields(key: str, values: list[str], said: list[str], *, plainly: bool) -> tuple[Address, ...]:
    found: dict[str, Address] = {}
    for value in values:
        addresses, reasons = ((), ()) if plainly else read_addresses(value)
        said.extend(f"the {key} field: {reason}" for reason in reasons)
        if not addresses and value.strip():
            addresses = rescued_addresses(value)
            said.append(f"the {key} field is malformed" + ("" if addresses else " and holds no address"))
        for address in addresses:
            found.setdefault(address.address, address)
    if len(values) > 1:
        # All of them count: with two authors nobody is known to have written it.
        said.append(f"the {key} field stands there {len(values)} times")
    return tuple(found.values())


def _first(headers: tuple[tuple[str, str], ...], wanted: str) -> str | None:
    return next((value for name, value in headers if name.lower() == wanted), None)


def _message_id(headers: tuple[tuple[str, str], ...]) -> str:
    value = _first(headers, "message-id") or ""
    found = _ID.search(value)
    if found:
        return found[0]
    bare = "".join(value[:990].split()).strip("<>")
    return f"<{bare}>" if bare else ""


def _references(headers: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    older = [found for name, value in headers if name.lower() == "references" for found in _ID.findall(value)]
    last = [found for name, value in headers if name.lower() == "in-reply-to" for found in _ID.findall(value)]
    return tuple(dict.fromkeys((*older, *last)))[-_MOST_REFERENCES:]


def _date(written: str | None, read: datetime | None, said: list[str]) -> datetime | None:
    """mail-parser takes EET and EEST for UTC, and some obsolete forms for no date at all."""
    if written is None:
        return None
    if (usual := _usual_form(written[:200])) != written[:200]:
        return _obsolete_date(usual, said)
    if read is None:
        return _obsolete_date(written[:200], said)
    late = _ZONE.search(written[:200])
    return read - timedelta(minutes=_LATE_ZONES[late[1].upper()]) if late else read


def _usual_form(written: str) -> str:
    """A date as RFC 5322 has it, from what programs write instead: quotes, fractions, +03:00, GMT+0300, 5 PM."""
    bare = _FRACTION.sub(r"\1", written.strip().strip("\"'"))
    bare = _GLUED.sub(r"\1", _OFFSET.sub(r"\1\2", bare))
    bare = _AFTER_NOON.sub(lambda found: f"{int(found[1]) % 12 + 12 * (found[3] in 'Pp')}{found[2]}", bare)
    return bare if bare != written.strip() else written


def _obsolete_date(written: str, said: list[str]) -> datetime | None:
    try:
        iso = _ISO.match(written)
        date = datetime.fromisoformat(written) if iso else email.utils.parsedate_to_datetime(written)
        return (date.replace(tzinfo=UTC) if date.tzinfo is None else date).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        said.append("the date cannot be read")
        return None


def _name(leaf: Leaf, read: str | None) -> str | None:
    """mail-parser's name, but where it makes one up for an empty name, or loses letters that are not UTF-8."""
    if not leaf.named:
        return None
    plain = _plain_name(leaf)
    if plain is not None and not field_text(plain):
        return field_text(str(leaf.part.get_param("name", ""))) or None
    return plain if plain and "\ufffd" in (read or "") else read or plain


def _plain_name(leaf: Leaf) -> str | None:
    if not leaf.named:
        return None
    try:
        return leaf.part.get_filename()
    except (ValueError, LookupError, TypeError):
        return None


def _in_words(defects: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one_line(defect)[:300] for defect in defects))[:_MOST_DEFECTS]
