"""Answers to what we only tell: notices to management, reports, digests. Notes, never mail to a customer."""

from dataclasses import replace
from datetime import datetime

from vastine.core.assignment import stand_in
from vastine.core.complaint import Complaint, Event
from vastine.core.compose import noted, report_answered
from vastine.core.desk import Desk, Grant
from vastine.core.joining import references_in
from vastine.core.kind import Finding
from vastine.core.mail import Address
from vastine.core.office import Office
from vastine.core.past import entries_of
from vastine.core.quote import own_text
from vastine.core.reading import Read
from vastine.core.recipients import address_of, recipients
from vastine.core.rules import Member
from vastine.core.story import Letter, Story


def take_notice_reply(read: Read, finding: Finding, grant: Grant, desk: Desk, office: Office, now: datetime) -> Story:
    """Somebody answers a notice of ours: a note in the complaint that it is about, never mail to a customer.

    An answer to a report or digest is a note in the one complaint that it names. Where it names none, or several, that
    to a digest of the ladder is a note in its first; else the lead of the usual team gets it to read.
    """
    who = grant.party.partition(":")[2]
    named = _named_in(read, desk) if grant.reference is None or grant.kind == "digest" else None
    complaint = named or (desk.current(grant.reference) if grant.reference else None)
    story = Story(
        delivery=read.delivery,
        mail=read.mail,
        finding=finding,
        outcome="staff_reply",
        reason=f"it answers our {grant.kind} to {who}",
        reference=complaint.reference if complaint else None,
        sender_kind="staff" if complaint else None,
    )
    if complaint is None:
        return replace(story, letters=_passed_on(read, who, office, now) if grant.kind in ("report", "digest") else ())
    note = Event(
        reference=complaint.reference,
        at=now,
        actor=who,
        kind="note",
        trust=read.sender.trust(3 if read.sender.proven else 2),
        detail={"text": own_text(read.mail.text), "message_id": read.mail.message_id},
    )
    return replace(story, events=(note,), letters=note_letters(note, complaint, office, desk, now))


def _named_in(read: Read, desk: Desk) -> Complaint | None:
    """The one complaint that is named in what somebody wrote about a report or a digest."""
    written = replace(read.mail, subject="", new_text=own_text(read.mail.text))
    found = {c.reference: c for each in references_in(written) if (c := desk.current(each)) is not None}
    return next(iter(found.values())) if len(found) == 1 else None


def _passed_on(read: Read, who: str, office: Office, now: datetime) -> tuple[Letter, ...]:
    """To the lead of the usual team, or to the administrator where nobody is there; not back to who wrote it."""
    book = office.rulebook
    lead = stand_in(book.teams[book.defaults.team].lead, book.staff, book.day_at(now))
    recipient = book.staff[lead] if lead else Address(address=office.admin) if office.admin else None
    if recipient is None or address_of(recipient) == who:
        return ()
    draft = report_answered(book, recipient=recipient, who=who, mail=read.mail, mailbox=read.delivery.mailbox)
    return (Letter(draft=draft),)


def note_letters(note: Event, complaint: Complaint, office: Office, desk: Desk, now: datetime) -> tuple[Letter, ...]:
    """The mail that brings a note to the assignee, who may have written it themselves: then none."""
    book = office.rulebook
    if complaint.assignee in (None, note.actor):
        return ()
    [entry], past = entries_of((note,)), desk.past_of(complaint.reference)
    people = recipients(("assignee",), complaint, book, on=book.day_at(now), admin=office.admin)
    return tuple(
        Letter(draft=noted(book, complaint, recipient=person, note=entry, past=past, now=now))
        for person in people
        if not isinstance(person, Member) or person.key != note.actor
    )
