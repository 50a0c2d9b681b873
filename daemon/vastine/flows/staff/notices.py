"""Answers to what we only tell: notices to management, reports, digests. Notes, never mail to a customer."""

from dataclasses import replace
from datetime import datetime
from typing import Literal

from vastine.core.assignment import stand_in
from vastine.core.complaint import Complaint, Event
from vastine.core.compose import kept_as_note, noted, report_answered
from vastine.core.desk import Desk, Grant
from vastine.core.follow_ups import what_it_is
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
from vastine.flows.staff.desk import desk_writer
from vastine.flows.staff.objections import MOST_ABSENCES, may_be_told


def take_notice_reply(read: Read, finding: Finding, grant: Grant, desk: Desk, office: Office, now: datetime) -> Story:
    """Somebody answers a notice of ours: a note in the complaint that it is about, never mail to a customer.

    An answer to a report, a digest or a gathered mail is a note in the one complaint that it names. Where it names
    none, or several, that to a gathered mail is a note in its first; else the lead of the usual team gets it to read.
    """
    who = grant.party.partition(":")[2]
    about_several = grant.reference is None or grant.is_gathered
    complaint = _named_in(read, desk) if about_several else None
    complaint = complaint or (desk.current(grant.reference) if grant.reference else None)
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
        goes_on = grant.kind in ("report", "digest") or grant.is_gathered
        return replace(story, letters=_passed_on(read, grant.kind, who, office, now) if goes_on else ())
    member = office.member_at(read.sender.address) if read.sender.proven else None
    note = Event(
        reference=complaint.reference,
        at=now,
        actor=member.key if member else who,
        kind="note",
        trust=read.sender.trust(3 if read.sender.proven else 2),
        detail={"text": own_text(read.mail.text), "message_id": read.mail.message_id},
    )
    story = replace(story, events=(note,), letters=note_letters(note, complaint, office, desk, now))
    return _told_of_note(story, read, grant, complaint, desk, office, now) if grant.is_gathered else story


def _told_of_note(
    story: Story, read: Read, grant: Grant, complaint: Complaint, desk: Desk, office: Office, now: datetime
) -> Story:
    """The member who answered a gathered mail hears that no customer got it, unless it says nothing to a customer, or
    a program answers again and again (R26).
    """
    who, said = grant.party.partition(":")[2], own_text(read.mail.text)
    member = office.member_at(who)
    says_nothing = not said and not read.mail.attachments
    if member is None or says_nothing or what_it_is(said) == "thanks":
        return story
    lately = desk.returned.get(who, ())
    again = grant.kind == "returned" and len(lately) >= MOST_ABSENCES
    returned = Event(
        reference=complaint.reference,
        at=now,
        actor=who,
        kind="returned",
        trust=story.events[0].trust,
        detail={"problems": ["gathered"], "message_id": read.mail.message_id},
    )
    draft = kept_as_note(
        office.rulebook,
        complaint,
        member=member,
        mail=read.mail,
        about=grant.about,
        by_command=desk_writer(read, office) is not None,
    )
    letters = (Letter(draft=draft),) if may_be_told(lately, now) and not again else ()
    return replace(story, events=(*story.events, returned), letters=(*story.letters, *letters))


def _named_in(read: Read, desk: Desk) -> Complaint | None:
    """The one complaint that is named in what somebody wrote about a report or a digest."""
    written = replace(read.mail, subject="", new_text=own_text(read.mail.text))
    found = {c.reference: c for each in references_in(written) if (c := desk.current(each)) is not None}
    return next(iter(found.values())) if len(found) == 1 else None


def _passed_on(read: Read, kind: str, who: str, office: Office, now: datetime) -> tuple[Letter, ...]:
    """To the lead of the usual team, or to the administrator where nobody is there; not back to who wrote it."""
    book = office.rulebook
    lead = stand_in(book.teams[book.defaults.team].lead, book.staff, book.day_at(now))
    recipient = book.staff[lead] if lead else Address(address=office.admin) if office.admin else None
    if recipient is None or address_of(recipient) == who:
        return ()
    answered: Literal["report", "digest"] = "report" if kind == "report" else "digest"
    mailbox = read.delivery.mailbox
    draft = report_answered(book, recipient=recipient, who=who, mail=read.mail, mailbox=mailbox, kind=answered)
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
