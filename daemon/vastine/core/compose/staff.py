"""Mails to staff about a complaint: routed, follow-up, reminder, escalation. All hold the same block."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from vastine.core.commands import name_of
from vastine.core.complaint import Complaint
from vastine.core.compose.block import Block, Notice, block_now, one_line
from vastine.core.compose.fields import clean
from vastine.core.compose.history import note_lines
from vastine.core.compose.lateness import responsible, urgency, what_is_late
from vastine.core.compose.links import Link, action_links
from vastine.core.compose.page import as_html
from vastine.core.compose.quoting import attachment_rows, notice_rows, quoted
from vastine.core.compose.readers import draft_to, reader_of
from vastine.core.compose.sheet import Row, Sheet, Tone, as_text
from vastine.core.compose.subjects import shortened, staff_subject
from vastine.core.mail import Address, Attachment, Mail
from vastine.core.outgoing import Draft
from vastine.core.past import Entry
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
    past: tuple[Entry, ...] = (),
) -> Draft:
    """The customer's mail, with all that bears on it, to who is to answer it, or to an address that is told of it.

    `earlier` are the customer's other complaints, newest first. A follow-up shows only what is new in the mail.
    Without attachments it only names them, for a member whose server refused them. `past` is what colleagues did.
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
        past=past,
    )
    text = mail.new_text.strip() or mail.text if follow_up else mail.text
    return _draft(
        "follow_up" if follow_up else "routed",
        block,
        subject=mail.subject,
        rows=(*block.facts(), *notice_rows(notices, mail, reader=reader)),
        quoted_lines=quoted(text, reader=reader),
        below=attachment_rows(mail.attachments, reader=reader, with_attachments=with_attachments),
        attachments=mail.attachments if with_attachments else (),
    )


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
    block = block_now(rulebook, complaint, reader, now, earlier=earlier, steps=tuple(steps))
    return _draft(
        kind,
        block,
        subject=complaint.subject,
        statement=f"{statement or what_is_late(block)} {responsible(block)}",
        rows=tuple(block.facts()),
        quoted_lines=quoted(mail.text, reader=reader) if mail else [],
    )


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


def noted(
    rulebook: "Rulebook",
    complaint: Complaint,
    *,
    recipient: "Member | Address",
    note: Entry,
    past: tuple[Entry, ...] = (),
    now: datetime,
) -> Draft:
    """Brings a colleague's note, whole, to who has the complaint; `past` is what was done before."""
    block = block_now(rulebook, complaint, reader_of(recipient, rulebook), now, past=past)
    texts = block.reader.texts.staff
    row = Row(label=texts["label_note"], lines=tuple(one_line(line) for line in note_lines(note.text)))
    return _draft(
        "follow_up",
        block,
        subject=complaint.subject,
        statement=texts["noted_by"].format(name=block.name_of(note.actor)),
        rows=(row, *block.facts()),
        quoted_lines=[],
    )


def marker(language: str) -> str:
    """The line above which an answer is written, with the commands that it names."""
    return texts_in(language).staff["marker"].format(commands=name_of("help", language))


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
    block: Block,
    *,
    subject: str,
    statement: str = "",
    rows: tuple[Row, ...],
    quoted_lines: list[str],
    below: tuple[Row, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> Draft:
    """A mail about a complaint, as text and as a page. Without a subject it has that of the complaint."""
    complaint, reader = block.complaint, block.reader
    subject = subject or complaint.subject
    sheet = replace(
        _head(block, subject, statement, tone="late" if kind == "escalation" else "due"),
        rows=rows,
        quoted=tuple(quoted_lines),
        below=below,
    )
    draft = draft_to(
        reader,
        kind,
        mailbox=complaint.mailbox,
        reference=complaint.reference,
        subject=staff_subject(complaint.reference, complaint.priority, subject),
        text=as_text(sheet),
        html=as_html(sheet),
        headers=staff_headers(complaint),
    )
    return replace(draft, attachments=attachments)


def _head(block: Block, subject: str, statement: str, *, tone: Tone) -> Sheet:
    """What every mail about the complaint begins and ends with. Only a member of staff can answer it, so only theirs
    has the marker and the links.
    """
    complaint, reader = block.complaint, block.reader
    marked = ""
    links: tuple[Link, ...] = ()
    if reader.key is not None:
        may_take, resolved = complaint.assignee != reader.key, complaint.status == "resolved"
        marked = marker(reader.language)
        links = action_links(complaint.reference, reader.language, may_take=may_take, resolved=resolved)
    return Sheet(
        language=reader.language,
        marker=marked,
        reference=complaint.reference,
        priority=complaint.priority,
        urgency=urgency(block.rulebook, complaint.priority),
        subject=clean(shortened(subject)),
        statement=statement,
        statement_tone=tone,
        customer_language=complaint.language,
        links=links,
    )
