"""The machine-readable part of a report about a mail (RFC 3464, RFC 8098), and which mail it is about."""

import re
from typing import Any

from vastine.core.charset import decode
from vastine.core.parse.header import field_text, lenient_base64
from vastine.core.parse.leaves import Leaf, Part

_MOST_GROUPS = 200
_MOST_FIELDS = 100
_FIELD = re.compile(r"^([!-9;-~]{1,80}):[ \t]*([^\n]{0,2000}(?:\n[ \t][^\n]{0,2000}){0,20})", re.MULTILINE)
_GROUP_END = re.compile(r"\n[ \t]*\n\s*")
_ID_FIELD = re.compile(r"^[>| \t]{0,10}Message-ID:[ \t]*(?:\n[ \t]+)?(<[^<>\s]{1,300}>)", re.MULTILINE | re.IGNORECASE)
_CODED = "content-transfer-encoding"
_STATUS = ("message/delivery-status", "message/global-delivery-status", "message/disposition-notification",
           "message/global-disposition-notification")  # fmt: skip
_RETURNED = ("message/rfc822", "message/global", "text/rfc822-headers", "message/rfc822-headers",
             "message/global-headers")  # fmt: skip


def status_groups(leaves: list[Leaf]) -> tuple[dict[str, str], ...]:
    """RFC 3464 section 2.1: the groups of fields of the report, names in lower case."""
    groups: list[dict[str, str]] = []
    for leaf in leaves:
        if leaf.content_type in _STATUS:
            groups.extend(_groups(leaf))
    return tuple(groups[:_MOST_GROUPS])


def _groups(leaf: Leaf) -> list[dict[str, str]]:
    payload: Any = leaf.part.get_payload()
    if isinstance(payload, list) and any(child.keys() for child in payload):
        groups = [group for child in payload if (group := _fields_of(child))]
        return [*groups, *_encoded_groups(leaf.content)] if any(_CODED in group for group in groups) else groups
    text, _ = decode(leaf.content, None)
    return [group for block in _GROUP_END.split(text.replace("\r\n", "\n").strip()) if (group := _fields_in(block))]


def _encoded_groups(content: bytes) -> list[dict[str, str]]:
    # Some gateways encode the recipients' groups, which RFC 3464 forbids, and leave the message's group as it was.
    rest = content.replace(b"\r\n", b"\n").rpartition(b"\n\n")[2]
    text = decode(lenient_base64(rest), None)[0].replace("\r\n", "\n")
    return [group for block in _GROUP_END.split(text.strip()) if (group := _fields_in(block))]


def _fields_of(block: Part) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in list(block.raw_items())[:_MOST_FIELDS]:
        fields.setdefault(name.lower(), field_text(str(value)))
    return fields


def _fields_in(block: str) -> dict[str, str]:
    return {match[1].lower(): field_text(match[2]) for match in _FIELD.finditer(block[:20_000])}


def returned_ids(leaves: list[Leaf], text: str, *, report: bool) -> tuple[str, ...]:
    """Message-IDs of the mails that a report brings back, as nested messages or, in older forms, within its text."""
    found: dict[str, None] = {}
    for leaf in leaves:
        if leaf.content_type in _RETURNED and (report or leaf.disposition != "attachment"):  # else somebody attached it
            head = decode(leaf.content[:20_000], None)[0].replace("\r\n", "\n").partition("\n\n")[0]
            found.update(dict.fromkeys(_ID_FIELD.findall(head)))
    if report and not found:
        found.update(dict.fromkeys(_ID_FIELD.findall(text[:100_000])))
    return tuple(found)[:20]
