"""Mails to staff about a complaint: routed, follow-up, reminder, escalation. All hold the same block."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from vastine.core.commands import IN_USE, name_of
from vastine.core.complaint import Complaint
from vastine.core.compose import moments
from vastine.core.compose.block import Block, Notice, attachments_line, notice_lines, quoted, since
from vastine.core.compose.links import action_lines
from vastine.core.compose.readers import Reader, reader_of
from vastine.core.compose.subjects import staff_subject
from vastine.core.mail import Address, Attachment, Mail
from vastine.core.outgoing import Draft
from vastine.texts import texts_in

if TYPE_CHECKING:
    from vastine.core.rules import Decision, Member, Rulebook


def routed(
    rulebook: "Rulebook",
    complaint: Complaint,
    *,
    mail: Mail,
    recipient: "Member | Address",
    decision: "Mapping[str, Any] | Decision",
    earlier: tuple[Complaint, ...],
    now: datetime,
    authenticated: bool,
    follow_up: bool = False,
    notices: tuple[Notice, ...] = (),
    with_attachments: bool = True,
) -> Draft:
    """The customer's mail, with all that bears on it, to who is to answer it, or to an address that is told of it.

    `earlier` are the customer's other complaints, newest first. A follow-up shows only what is new in the mail.
    Without attachments it only names them, for a member whose server refused them.
    """
    reader = reader_of(recipient, rulebook)
    block = Block(
        rulebook=rulebook,
        complaint=complaint,
        reader=reader,
        now=now,
        authenticated=authenticated,
        decision=decision,
        earlier=earlier,
    )
    text = mail.new_text.strip() or mail.text if follow_up else mail.text
    lines = [
        *block.facts(),
        *notice_lines(notices, mail, reader=reader),
        "",
        *quoted(text, reader=reader),
        "",
        *_attached(mail, reader, with_attachments=with_attachments),
    ]
    kind = "follow_up" if follow_up else "routed"
    attachments = mail.attachments if with_attachments else ()
    return _draft(kind, reader, complaint, lines, subject=mail.subject, attachments=attachments)


def escalation(
    rulebook: "Rulebook",
    complaint: Complaint,
    *,
    recipient: "Member | Address",
    steps: Sequence[str],
    now: datetime,
    mail: Mail | None = None,
    earlier: tuple[Complaint, ...] = (),
    kind: Literal["escalation", "reminder"] = "escalation",
    statement: str = "",
) -> Draft:
    """Says what is late or about to be and since when, who has it, then the block.

    `recipient` is a member of staff, or an address of management, who gets no token: a reply of theirs is a note.
    `steps` are the steps taken at once, as the rules write them; one mail tells of all of them. `mail` is the
    customer's last one, if it is at hand. A `statement` stands in place of what is late.
    """
    reader = reader_of(recipient, rulebook)
    block = Block(
        rulebook=rulebook,
        complaint=complaint,
        reader=reader,
        now=now,
        authenticated=complaint.authenticated,
        decision=complaint.decision,
        earlier=earlier,
        steps=tuple(steps),
    )
    statement = f"{statement or _what_is_late(rulebook, complaint, reader, now)} {_responsible(block)}"
    text = ["", *quoted(mail.text, reader=reader)] if mail else []
    return _draft(kind, reader, complaint, [statement, "", *block.facts(), *text, ""], subject=complaint.subject)


def reminder(
    rulebook: "Rulebook",
    complaint: Complaint,
    *,
    recipient: "Member | Address",
    steps: Sequence[str],
    now: datetime,
    mail: Mail | None = None,
    earlier: tuple[Complaint, ...] = (),
) -> Draft:
    """As `escalation`, to the assignee before the time is up."""
    return escalation(
        rulebook,
        complaint,
        recipient=recipient,
        steps=steps,
        now=now,
        mail=mail,
        earlier=earlier,
        kind="reminder",
    )


def marker(language: str) -> str:
    """The line above which an answer is written, with the commands that it names."""
    named = ("help",) if "help" in IN_USE else ("resolve", "note")
    return texts_in(language).staff["marker"].format(commands=", ".join(name_of(each, language) for each in named))


def staff_headers(complaint: Complaint) -> tuple[tuple[str, str], ...]:
    """What mail filters of staff look at; the kind is added when the draft is sealed."""
    return (
        ("X-Vastine-Reference", complaint.reference),
        ("X-Vastine-Priority", complaint.priority),
        ("X-Vastine-Topic", complaint.topic),
        ("X-Vastine-Team", complaint.team),
    )


def _draft(
    kind: str,
    reader: Reader,
    complaint: Complaint,
    lines: list[str],
    *,
    subject: str,
    attachments: tuple[Attachment, ...] = (),
) -> Draft:
    """A mail about a complaint. Only a member of staff can answer it, so only theirs has the marker and the links."""
    if reader.key is not None:
        lines = [marker(reader.language), "", *lines, *action_lines(complaint.reference, reader.language)]
    return Draft(
        kind=kind,
        to=reader.to,
        party=reader.party(complaint.reference),
        reference=complaint.reference,
        mailbox=complaint.mailbox,
        language=reader.language,
        subject=staff_subject(complaint.reference, complaint.priority, subject or complaint.subject),
        text="\n".join(lines).rstrip("\n") + "\n",
        auto_submitted="auto-generated",
        headers=staff_headers(complaint),
        attachments=attachments,
    )


def _attached(mail: Mail, reader: Reader, *, with_attachments: bool) -> list[str]:
    line = attachments_line(mail.attachments, reader=reader)
    if not line:
        return []
    return [line, ""] if with_attachments else [line, reader.texts.staff["without_attachments"], ""]


def _what_is_late(rulebook: "Rulebook", complaint: Complaint, reader: Reader, now: datetime) -> str:
    """The first sentence: which clock, and how far past its time or before it."""
    promise = complaint.promise
    if complaint.first_replied_at is None and complaint.first_reply_due is not None:
        due = complaint.first_reply_due
        key = "first_reply_late" if promise is None or promise <= now else "first_reply_renewed"
        key = key if now >= due else "first_reply_soon"
        named = promise or due
    elif complaint.resolve_due is not None:
        named = due = complaint.resolve_due
        key = "resolve_late" if now >= due else "resolve_soon"
    else:
        return reader.texts.staff["unanswered"]
    return reader.texts.staff[key].format(
        duration=since(due if now >= due else named, now, language=reader.language),
        when=moments.in_short(named, language=reader.language, zone=rulebook.timezone),
    )


def _responsible(block: Block) -> str:
    """Who has it, and where they are away, since when and who stands in."""
    texts, rulebook = block.reader.texts.staff, block.rulebook
    key = block.complaint.assignee
    member = rulebook.staff.get(key) if key else None
    if member is None:
        return texts["responsible"].format(name=key) if key else texts["responsible_nobody"]
    name = texts["you"] if key == block.reader.key else member.name
    today = block.now.astimezone(rulebook.timezone).date()
    away = next(((start, end) for start, end in member.away if start <= today <= end), None)
    if away is None:
        return texts["responsible"].format(name=name)
    start, end = (
        moments.day_of(each, now=block.now, language=block.reader.language, zone=rulebook.timezone) for each in away
    )
    deputy = rulebook.staff.get(member.deputy) if member.deputy else None
    if deputy is None:
        return texts["responsible_away"].format(name=name, start=start, end=end)
    return texts["responsible_away_deputy"].format(name=name, start=start, end=end, deputy=deputy.name)
