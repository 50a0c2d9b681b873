"""What a mail to staff about a complaint says, in its order, before it is text or HTML; and the text.

The HTML has the same words in the same order, so that what the leak check knows of the one holds for the other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vastine.core.compose.links import Link

LABEL_WIDTH = 11

Tone = Literal["plain", "due", "late"]
Urgency = Literal["urgent", "raised", "usual"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A label and what stands beside it, a line or several. `tone` is for the eye: a time limit, or a missed one."""

    label: str
    lines: tuple[str, ...]
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One complaint: of a digest, or the head of a mail about it alone. An empty part is left out.

    `subject` is the customer's, on one line. `urgency` is the priority's place on the company's scale.
    """

    reference: str
    priority: str
    urgency: Urgency
    subject: str
    statement: str
    statement_tone: Tone
    rows: tuple[Row, ...] = ()
    links: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Entry):
    """The parts of a mail about one complaint; the text leaves subject, reference and priority to the Subject field.

    `quoted` are the customer's lines with `| ` before each, in the language `customer_language`; `below` are the rows
    under them.
    """

    language: str
    marker: str
    quoted: tuple[str, ...] = ()
    customer_language: str
    below: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """Several complaints in one mail; `below` are lines under them."""

    language: str
    heading: str
    intro: tuple[str, ...]
    entries: tuple[Entry, ...]
    below: tuple[str, ...]


def as_digest_text(digest: Digest) -> str:
    """The digest as plain text, an empty line between complaints."""
    parts = (digest.heading, "\n".join(digest.intro), *map(_entry_lines, digest.entries), "\n".join(digest.below))
    return "\n\n".join(part for part in parts if part) + "\n"


def _entry_lines(entry: Entry) -> str:
    head = f"{entry.reference}  [{entry.priority}]  {entry.subject}".rstrip()
    lines = (head, entry.statement, aligned(entry.rows), _listed(entry.links))
    return "\n".join(line for line in lines if line)


def as_text(sheet: Sheet) -> str:
    """The mail as plain text: parts with an empty line between."""
    parts = (
        sheet.marker,
        sheet.statement,
        aligned(sheet.rows),
        "\n".join(sheet.quoted),
        aligned(sheet.below),
        _listed(sheet.links),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def aligned(rows: Sequence[Row]) -> str:
    """Rows as lines of plain text, what stands beside the labels in one column."""
    below = "\n" + " " * LABEL_WIDTH
    return "\n".join(f"{row.label:<{LABEL_WIDTH}}{below.join(row.lines)}" for row in rows)


def _listed(links: tuple[Link, ...]) -> str:
    width = max((len(link.label) for link in links), default=0) + 2
    return "\n".join(f"{link.label:<{width}}{link.target}" for link in links)
