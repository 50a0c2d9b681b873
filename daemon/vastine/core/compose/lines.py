"""Lines that a member asks for by mail: every command, and what is in hand."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from vastine.core.commands import COMMANDS, name_of
from vastine.core.complaint import Complaint, is_late
from vastine.core.compose import moments
from vastine.core.compose.readers import Reader, member_language, reader_of
from vastine.core.compose.subjects import shortened
from vastine.texts import texts_in

if TYPE_CHECKING:
    from vastine.core.rules import Member, Rulebook


def help_lines(rulebook: "Rulebook", *, member: "Member") -> tuple[str, ...]:
    """Every command with what it does, in the member's language."""
    language = member_language(member, rulebook)
    texts = texts_in(language).staff
    named = [(f"{name_of(name, language)} {texts.get(f'takes_{name}', '')}".strip(), name) for name in COMMANDS]
    width = max(len(written) for written, _ in named) + 2
    return (texts["help"], "", *(f"{written:<{width}}{texts[f'does_{name}']}" for written, name in named))


def list_lines(
    rulebook: "Rulebook",
    complaints: Sequence[Complaint],
    *,
    member: "Member",
    now: datetime,
    late: bool,
    leads: bool,
) -> tuple[str, ...]:
    """A line a complaint: reference, priority, until when, who has it where that is not the member, customer, subject;
    what is late first, then the most urgent time. `leads`: the member leads a team, of which all are here.
    """
    reader = reader_of(member, rulebook)
    texts = reader.texts.staff
    head = texts["list_head_lead" if leads else "list_head"].format(n=len(complaints))
    ordered = sorted(complaints, key=lambda each: (not is_late(each, now), each.until or now))
    lines = [_listed(each, reader, rulebook, now) for each in ordered] or [texts["list_none"]]
    take, status = name_of("take", reader.language), name_of("status", reader.language)
    below = ["", texts["list_below"].format(take=take, status=status)] if complaints else []
    return (f"{texts['list_late']} {head}" if late else head, "", *lines, *below)


def _listed(complaint: Complaint, reader: Reader, rulebook: "Rulebook", now: datetime) -> str:
    until = complaint.until
    when = moments.in_short(until, language=reader.language, zone=rulebook.timezone) if until else ""
    status = "" if complaint.status == "open" else f" · {reader.texts.staff[f'status_{complaint.status}']}"
    late = f" · {reader.texts.staff['list_is_late']}" if is_late(complaint, now) else ""
    customer, subject = complaint.customer.address, shortened(complaint.subject)
    return (
        f"{complaint.reference}  [{complaint.priority}]  {when}{late}{status}"
        f"{_whose(complaint, reader, rulebook)} · {customer} · {subject}"
    )


def _whose(complaint: Complaint, reader: Reader, rulebook: "Rulebook") -> str:
    """Who has it, where that is not who reads."""
    if complaint.assignee == reader.key:
        return ""
    member = rulebook.staff.get(complaint.assignee or "")
    name = member.name if member else complaint.assignee or reader.texts.staff["nobody"]
    return f" · {reader.texts.staff['list_whose'].format(name=name)}"
