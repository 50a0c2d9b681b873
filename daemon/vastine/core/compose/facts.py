"""The facts of a complaint by themselves: for a member who asks, and to know them again in an answer."""

import re
from datetime import datetime
from typing import TYPE_CHECKING

from vastine.core.complaint import Complaint
from vastine.core.compose.block import block_now
from vastine.core.compose.history import LONGEST_NOTE, cut, telling_lines
from vastine.core.compose.lateness import beginnings, responsible
from vastine.core.compose.readers import reader_of
from vastine.core.compose.sheet import Row, aligned
from vastine.core.past import Entry

if TYPE_CHECKING:
    from vastine.core.rules import Member, Rulebook


_IN_BRACKETS = re.compile(r" \([^)]*\)")


def status_lines(
    rulebook: "Rulebook", complaint: Complaint, *, member: "Member", now: datetime, past: tuple[Entry, ...] = ()
) -> tuple[str, ...]:
    """The facts of a complaint as they are now, and what was done about it, for a member who asks."""
    block = block_now(rulebook, complaint, reader_of(member, rulebook), now, past=past)
    texts = block.reader.texts.staff
    status = Row(label=texts["label_status"], lines=(texts[f"status_{complaint.status}"],))
    return tuple(aligned([status, *block.facts()]).split("\n"))


def told_facts(
    rulebook: "Rulebook", complaint: Complaint, *, member: "Member", now: datetime, past: tuple[Entry, ...] = ()
) -> tuple[str, ...]:
    """What a member has read about a complaint, without labels: lines that stand in no answer by chance.

    Of due times the time left is off, since it was another when they read it; a single fact that was found may well
    stand in an answer. Of notes each line counts by itself; what an answer said, the customer knows.
    """
    reader = reader_of(member, rulebook)
    texts, found = reader.texts.staff, reader.texts.staff["label_found"]
    lines = [text for key, text in texts.items() if key.startswith("withheld_")]
    lines.append(texts["told_by_rule"].partition("{")[0])
    block = block_now(rulebook, complaint, reader, now, past=past)
    for entry in past:
        if entry.kind == "note":
            lines += [*telling_lines(entry.text), cut(entry.text, LONGEST_NOTE)]
            lines.append(texts["noted_by"].format(name=block.name_of(entry.actor)))
    lines += [responsible(block), *beginnings(reader)]
    for row in block.facts():
        if row.tone in ("due", "late"):
            lines += (part for line in row.lines for part in _IN_BRACKETS.sub("", line).split(" · "))
        elif row.label != found or " · " in row.lines[0]:
            lines += row.lines
    return tuple(lines)
