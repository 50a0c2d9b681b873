"""The last resort: the header block of a mail read line by line, and the rest as text."""

import re

from vastine.core.charset import clean, decode
from vastine.core.mail import Mail
from vastine.core.parse.addresses import bare_address, rescued_addresses
from vastine.core.parse.header import field_text
from vastine.core.parse.leaves import finished
from vastine.core.parse.limits import LONGEST_FIELD, MOST_FIELDS
from vastine.core.quote import new_text
from vastine.core.subject import has_prefix

_LARGEST_HEADER = 256 * 1024
_LONGEST_TEXT = 200_000
_FIELD = re.compile(r"^([!-9;-~]{1,80})[ \t]*:[ \t]*([^\n]*+(?:\n[ \t][^\n]*+)*+)", re.MULTILINE)
_ID = re.compile(r"<[^<>\s]{1,990}>")


def scan_mail(raw: bytes, defects: tuple[str, ...]) -> Mail:
    """What can be read of a mail that no parser takes; raises nothing."""
    looked_at = raw[: _LARGEST_HEADER + _LONGEST_TEXT]
    head, _, rest = looked_at.replace(b"\r\n", b"\n").partition(b"\n\n")
    block = decode(head[:_LARGEST_HEADER], None)[0]
    headers = tuple(
        (match[1], field_text(match[2][:LONGEST_FIELD])) for match in list(_FIELD.finditer(block))[:MOST_FIELDS]
    )
    first = {name.lower(): value for name, value in reversed(headers)}
    text = finished(clean(decode(rest[:_LONGEST_TEXT], None)[0]))
    found = _ID.search(first.get("message-id", ""))
    references = tuple(_ID.findall(f"{first.get('references', '')} {first.get('in-reply-to', '')}"))[-200:]
    return Mail(
        subject=first.get("subject", ""),
        from_=rescued_addresses(", ".join(value for name, value in headers if name.lower() == "from")),
        to=rescued_addresses(first.get("to", "")),
        cc=rescued_addresses(first.get("cc", "")),
        reply_to=rescued_addresses(first.get("reply-to", "")),
        return_path=bare_address(first["return-path"]) if "return-path" in first else None,
        message_id=found[0] if found else "",
        references=references,
        text=text,
        new_text=new_text(text, answers=bool(references) or has_prefix(first.get("subject", ""))),
        headers=headers,
        defects=(*defects, "read by a scan of the header block only"),
    )
