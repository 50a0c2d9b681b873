"""A member of staff answers: their Reply becomes an answer, a note or a command, or comes back to them, never half.

Whatever is not understood, not proven, or would show the customer what is not theirs, changes nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from vastine.core.commands import Problem, Reply, read_reply
from vastine.core.complaint import Complaint, Event, Trust
from vastine.core.compose import Happened, answer, confirmation, returned
from vastine.core.desk import Desk, Grant
from vastine.core.kind import Finding
from vastine.core.leak import leaks
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.quote import own_text
from vastine.core.reading import Read
from vastine.core.rules import Member
from vastine.core.story import Letter, Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """A member's mail in a complaint of theirs, proven to be theirs."""

    story: Story
    mail: Mail
    member: Member
    complaint: Complaint
    office: Office
    now: datetime
    trust: Trust


def take_reply(read: Read, finding: Finding, grant: Grant, desk: Desk, office: Office, now: datetime) -> Story:
    """Do what a member's reply says, or return it to their registered address with the reason (R31, R33)."""
    delivery, mail = read.delivery, read.mail
    key = grant.party.partition(":")[2]
    member = office.rulebook.staff.get(key)
    complaint = desk.current(grant.reference) if grant.reference else None
    story = Story(
        delivery=delivery,
        mail=mail,
        finding=finding,
        outcome="staff_reply",
        reason=f"it answers our {grant.kind} to {key} by its {grant.via}",
        reference=complaint.reference if complaint else None,
        sender_kind="staff" if complaint else None,
    )
    if member is None or complaint is None:
        return replace(story, outcome="ignored", reason=f"{key} is not of the staff any more", sender_kind=None)
    work = Work(
        story=story,
        mail=mail,
        member=member,
        complaint=complaint,
        office=office,
        now=now,
        trust=read.sender.trust(3),
    )
    if (problem := _unproven(read, member)) is not None:
        return _returned(work, [problem])
    reply = read_reply(own_text(mail.text))
    problems = [*reply.problems, *_leaks(reply, mail), *_emptiness(reply, mail), *_nobody(reply, complaint)]
    return _closed(_returned(work, problems) if problems else _done(work, reply), work)


def take_notice_reply(read: Read, finding: Finding, grant: Grant, desk: Desk, now: datetime) -> Story:
    """Management or the administrator answers a notice of ours: a note in the complaint, never mail to a customer."""
    complaint = desk.current(grant.reference) if grant.reference else None
    story = Story(
        delivery=read.delivery,
        mail=read.mail,
        finding=finding,
        outcome="staff_reply",
        reason=f"it answers our {grant.kind} to {grant.party.partition(':')[2]}",
        reference=complaint.reference if complaint else None,
        sender_kind="staff" if complaint else None,
    )
    if complaint is None:
        return story
    note = Event(
        reference=complaint.reference,
        at=now,
        actor=grant.party.partition(":")[2],
        kind="note",
        trust=read.sender.trust(3 if read.sender.proven else 2),
        detail={"text": own_text(read.mail.text), "message_id": read.mail.message_id},
    )
    return replace(story, events=(note,))


def _unproven(read: Read, member: Member) -> Problem | None:
    """The problem where this may not be the member (R31)."""
    is_member = read.sender.address == member.email.lower()
    return None if is_member and read.sender.proven else Problem(code="not_verified")


def _leaks(reply: Reply, mail: Mail) -> list[Problem]:
    """What the customer must not see. A mail as an attachment may be our routed one, so none is passed on."""
    if reply.has("note"):
        return []
    if any(attachment.content_type.startswith("message/") for attachment in mail.attachments):
        return [Problem(code="leak_facts")]
    leak = leaks(reply.body)
    return [Problem(code=leak)] if leak else []


def _nobody(reply: Reply, complaint: Complaint) -> list[Problem]:
    """An answer to a complaint whose mail named no sender has nowhere to go."""
    goes_out = (reply.body or not reply.has("resolve")) and not reply.has("note")
    return [Problem(code="no_customer")] if goes_out and not complaint.customer.address else []


def _closed(story: Story, work: Work) -> Story:
    """The story, with the member's token ended where somebody besides us and the staff has seen it in To or Cc."""
    known = _staff_addresses(work.office)
    seen_by = {a.address for a in (*work.mail.to, *work.mail.cc) if a.address not in known}
    others = {address for address in seen_by if not _is_ours(address, work.office)}
    return replace(story, revoked_party=f"staff:{work.member.key}") if others else story


def _emptiness(reply: Reply, mail: Mail) -> list[Problem]:
    """An empty reply is a slip of the hand, unless a command or an attachment says what is meant."""
    says_nothing = not reply.body and not mail.attachments
    return [Problem(code="empty")] if says_nothing and not reply.has("resolve") else []


def _returned(work: Work, problems: Sequence[Problem]) -> Story:
    codes = [problem.code for problem in problems]
    draft = returned(
        work.office.rulebook,
        work.complaint,
        member=work.member,
        problems=problems,
        mail=work.mail,
        mailbox=work.complaint.mailbox,
    )
    event = _event(work, "returned", {"problems": codes, "message_id": work.mail.message_id})
    reason = f"nothing was done: {', '.join(codes)}"
    return replace(work.story, reason=reason, events=(event,), letters=(Letter(draft=draft),))


def _done(work: Work, reply: Reply) -> Story:
    """The reply takes effect: note, answer, resolution, and one confirmation of it all."""
    story, happened = _said(work, reply)
    complaint = story.complaint or work.complaint
    if reply.has("resolve"):
        complaint = _resolved(complaint, work.now)
        resolved = _event(work, "resolved", {})
        story = replace(story, complaint=complaint, events=(*story.events, resolved))
        happened = (*happened, "resolved")
    held = [letter.draft.not_before for letter in story.letters if letter.draft.kind == "answer"]
    told = confirmation(
        work.office.rulebook,
        complaint,
        member=work.member,
        happened=happened,
        mail=work.mail,
        now=work.now,
        sent_at=held[0] if held else None,
    )
    return replace(story, letters=(*story.letters, Letter(draft=told)))


def _said(work: Work, reply: Reply) -> tuple[Story, tuple[Happened, ...]]:
    """What becomes of the text: a note, an answer that the customer has already, or an answer to be sent."""
    recipients = {address.address for address in (*work.mail.to, *work.mail.cc)}
    others = _outsiders(recipients, work)
    if reply.has("note") or others:
        detail = {"text": reply.body, "message_id": work.mail.message_id, "outside": sorted(others)}
        story = replace(work.story, events=(_event(work, "note", detail),))
        return story, ("outside",) if others and not reply.has("note") else ("noted",)
    if not reply.body and not work.mail.attachments:
        return work.story, ()
    if work.complaint.customer.address in recipients:
        return _recorded(work), ("recorded",)
    return _answered(work, reply), ("sent",)


def _outsiders(recipients: set[str], work: Work) -> set[str]:
    """Addresses among the recipients that are neither ours, nor the staff's, nor the customer's."""
    known = _staff_addresses(work.office) | {work.complaint.customer.address}
    return {address for address in recipients if address not in known and not _is_ours(address, work.office)}


def _staff_addresses(office: Office) -> set[str]:
    """The addresses of staff and management, who may see what is internal."""
    staff = {member.email.lower() for member in office.rulebook.staff.values()}
    return staff | {address.lower() for address in office.rulebook.management}


def _is_ours(address: str, office: Office) -> bool:
    local, _, domain = address.rpartition("@")
    base = local.partition(office.subaddress)[0] if office.subaddress else local
    return f"{base}@{domain}" in office.our_addresses


def _recorded(work: Work) -> Story:
    """The customer was among the recipients: they have the answer already."""
    complaint = work.complaint
    if complaint.first_replied_at is None:
        complaint = replace(complaint, first_replied_at=work.now, next_step_at=work.now)
    event = _event(work, "answered", {"message_id": work.mail.message_id, "directly": True})
    return replace(work.story, complaint=complaint, events=(event,))


def _answered(work: Work, reply: Reply) -> Story:
    draft = answer(
        work.office.rulebook,
        work.complaint,
        text=reply.body,
        member=work.member,
        mail_refs=work.complaint.thread,
        attachments=work.mail.attachments,
        not_before=work.now + work.office.hold_replies if work.office.hold_replies else None,
    )
    event = _event(work, "answered", {"message_id": work.mail.message_id, "directly": False})
    return replace(work.story, events=(event,), letters=(Letter(draft=draft),))


def _resolved(complaint: Complaint, now: datetime) -> Complaint:
    """`#resolve` also counts as the first reply; nothing more is due then."""
    return replace(
        complaint,
        status="resolved",
        resolved_at=now,
        first_replied_at=complaint.first_replied_at or now,
        next_step_at=None,
    )


def _event(work: Work, kind: str, detail: dict[str, Any]) -> Event:
    return Event(
        reference=work.complaint.reference,
        at=work.now,
        actor=work.member.key,
        kind=kind,
        trust=work.trust,
        detail=detail,
    )
