"""Mails to staff about a complaint: routed, follow-up, reminder, escalation. All hold the same block."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final, Literal

from vastine.core.commands import name_of
from vastine.core.complaint import Complaint
from vastine.core.compose import moments
from vastine.core.compose.block import Block, Notice, attachment_rows, notice_rows, one_line, quoted, since
from vastine.core.compose.fields import clean
from vastine.core.compose.history import LONGEST_NOTE, cut, note_lines, telling_lines
from vastine.core.compose.links import action_links
from vastine.core.compose.page import as_html
from vastine.core.compose.readers import Reader, reader_of
from vastine.core.compose.sheet import Row, Sheet, Urgency, aligned, as_text
from vastine.core.compose.subjects import shortened, staff_subject
from vastine.core.ladder import end_of
from vastine.core.mail import Address, Attachment, Mail
from vastine.core.outgoing import Draft
from vastine.core.past import Entry
from vastine.texts import texts_in

if TYPE_CHECKING:
    from vastine.core.rules import Decision, Member, Rulebook

# The sentences of `what_is_late` that stand in no answer by chance; the last, `unanswered`, may.
_SAID_FIRST: Final = tuple(
    f"{clock}_{how}"
    for clock, hows in (
        ("first_reply", ("late", "soon", "renewed", "late_unpromised", "soon_unpromised")),
        ("next_reply", ("late", "soon")),
        ("resolve", ("late", "soon")),
    )
    for how in hows
)
_IN_BRACKETS = re.compile(r" \([^)]*\)")


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
    block = _block_now(rulebook, complaint, reader_of(recipient, rulebook), now, past)
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


def status_lines(
    rulebook: "Rulebook", complaint: Complaint, *, member: "Member", now: datetime, past: tuple[Entry, ...] = ()
) -> tuple[str, ...]:
    """The facts of a complaint as they are now, and what was done about it, for a member who asks."""
    block = _block_now(rulebook, complaint, reader_of(member, rulebook), now, past)
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
    block = _block_now(rulebook, complaint, reader, now, past)
    for entry in past:
        if entry.kind == "note":
            lines += [*telling_lines(entry.text), cut(entry.text, LONGEST_NOTE)]
            lines.append(texts["noted_by"].format(name=block.name_of(entry.actor)))
    lines += [responsible(block), *_what_was_late(reader)]
    for row in block.facts():
        if row.tone in ("due", "late"):
            lines += (part for line in row.lines for part in _IN_BRACKETS.sub("", line).split(" · "))
        elif row.label != found or " · " in row.lines[0]:
            lines += row.lines
    return tuple(lines)


def _what_was_late(reader: Reader) -> set[str]:
    """How reminders and escalations begin, up to the time: that was another when they were read."""
    return {reader.texts.staff[key].partition("{")[0].strip() for key in _SAID_FIRST}


def _block_now(
    rulebook: "Rulebook", complaint: Complaint, reader: Reader, now: datetime, past: tuple[Entry, ...]
) -> Block:
    return Block(
        rulebook=rulebook,
        complaint=complaint,
        reader=reader,
        now=now,
        authenticated=complaint.authenticated,
        decision=complaint.decision,
        past=past,
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
    """A mail about a complaint. Only a member of staff can answer it, so only theirs has the marker and the links."""
    complaint, reader = block.complaint, block.reader
    can_answer = reader.key is not None
    sheet = Sheet(
        language=reader.language,
        marker=marker(reader.language) if can_answer else "",
        reference=complaint.reference,
        priority=complaint.priority,
        urgency=urgency(block.rulebook, complaint.priority),
        subject=clean(shortened(subject or complaint.subject)),
        statement=statement,
        statement_tone="late" if kind == "escalation" else "due",
        rows=rows,
        quoted=tuple(quoted_lines),
        customer_language=complaint.language,
        below=below,
        links=action_links(
            complaint.reference,
            reader.language,
            may_take=complaint.assignee != reader.key,
            resolved=complaint.status == "resolved",
        )
        if can_answer
        else (),
    )
    return Draft(
        kind=kind,
        to=reader.to,
        party=reader.party(complaint.reference),
        reference=complaint.reference,
        mailbox=complaint.mailbox,
        language=reader.language,
        subject=staff_subject(complaint.reference, complaint.priority, subject or complaint.subject),
        text=as_text(sheet),
        html=as_html(sheet),
        auto_submitted="auto-generated",
        headers=staff_headers(complaint),
        attachments=attachments,
    )


def urgency(rulebook: "Rulebook", priority: str) -> Urgency:
    """The first of the company's scale, another above the usual one, or neither."""
    scale = [each.name for each in rulebook.priorities]
    if priority not in scale or scale.index(priority) >= scale.index(rulebook.defaults.priority):
        return "usual"
    return "urgent" if priority == scale[0] else "raised"


def what_is_late(block: Block) -> str:
    """The first sentence: which clock, and how far past its time or before it."""
    complaint, reader, now = block.complaint, block.reader, block.now
    calendar = block.rulebook.priority_or_usual(complaint.clock_priority).calendar
    about_next = any("next_reply" in step for step in block.steps)
    if complaint.first_replied_at is None and complaint.first_reply_due is not None:
        due, named = complaint.first_reply_due, end_of("promise", complaint, calendar) or complaint.first_reply_due
        key = "first_reply_late" if named <= now else "first_reply_renewed" if now >= due else "first_reply_soon"
        key = key if complaint.promise is not None else f"{key}_unpromised"  # nobody told the customer a time
    elif about_next and complaint.reply_due is not None:
        named = due = complaint.reply_due
        key = "next_reply_late" if now >= due else "next_reply_soon"
    elif complaint.resolve_due is not None:
        named = due = complaint.resolve_due
        key = "resolve_late" if now >= due else "resolve_soon"
    else:
        return reader.texts.staff["unanswered"]
    return reader.texts.staff[key].format(
        duration=since(due if now >= due else named, now, language=reader.language),
        when=moments.in_short(named, language=reader.language, zone=block.rulebook.timezone),
    )


def responsible(block: Block) -> str:
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
