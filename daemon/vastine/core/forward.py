"""A mail that somebody forwards: whose it was and what it said, from the fields that mail programs write above it."""

import re
from dataclasses import dataclass
from typing import Final

from vastine.core.mail import Address, Mail
from vastine.core.quote_patterns import ADDRESS, ANY_FIELD, FIRST_FIELD, FORWARD, QUOTED, SUBJECT_FIELD
from vastine.core.subject import bare_subject, is_forward

_LOOKED_AT: Final = 12  # lines below the sender's
_NAME: Final = re.compile(r"^[\s*\"'<]*(.*?)[\s*\"'<]*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forwarded:
    """The mail inside. `note` is what the one who forwards it wrote above."""

    author: Address
    subject: str
    text: str
    note: str


def forwarded(mail: Mail) -> Forwarded | None:
    """The mail that this one forwards; None where it is no forward, or does not say whose the mail was."""
    if not is_forward(mail.subject):
        return None
    lines = [re.sub(r"^[ \t]*(?:>[ \t]?)+", "", line) if QUOTED.match(line) else line for line in mail.text.split("\n")]
    for number, line in enumerate(lines):
        if FIRST_FIELD.match(line) and (address := ADDRESS.search(line)):
            return _inside(mail, lines, number, address[0])
    return None


def _inside(mail: Mail, lines: list[str], number: int, address: str) -> Forwarded:
    end, subject = number + 1, ""
    while end < len(lines) and end < number + _LOOKED_AT and (not lines[end] or ANY_FIELD.match(lines[end])):
        if SUBJECT_FIELD.match(lines[end]):
            subject = lines[end].partition(":")[2].strip(" \t*")
        end += 1
    value = lines[number].partition(":")[2]
    name = _NAME.sub(r"\1", value.partition(address)[0].replace("[mailto:", ""))
    above = number
    while above > 0 and not re.search(r"\w", lines[above - 1].replace("_", "")):
        above -= 1
    if above > 0 and (FORWARD.match(lines[above - 1]) or lines[above - 1].lstrip(" \t")[:2] in ("--", "==", "__")):
        above -= 1
    return Forwarded(
        author=Address(name=name, address=address.lower()),
        subject=subject or bare_subject(mail.subject),
        text="\n".join(lines[end:]).strip("\n"),
        note="\n".join(lines[:above]).strip("\n"),
    )
