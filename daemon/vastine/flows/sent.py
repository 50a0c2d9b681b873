"""An answer that staff wrote from the shared mailbox itself, as it lies in its Sent folder: it counts as an answer."""

from dataclasses import replace
from datetime import datetime

from vastine.core.complaint import Complaint, Event
from vastine.core.compose import first_lines, references_to
from vastine.core.conversation import is_ours
from vastine.core.desk import Desk
from vastine.core.joining import Tie
from vastine.core.kind import Finding
from vastine.core.mail import Mail
from vastine.core.next_reply import replied
from vastine.core.office import Office
from vastine.core.quote import own_text
from vastine.core.reading import Read
from vastine.core.story import Story


def answered_complaint(read: Read, desk: Desk, office: Office) -> Complaint | None:
    """The complaint that a mail in Sent answers: one from an address of ours, to its customer, and not by Vastine."""
    mail = read.mail
    if read.sender.address not in office.our_addresses or is_ours(mail, read.bonds, desk):
        return None
    recipients = {address.address for address in (*mail.to, *mail.cc)}
    for reference in _answered(mail, desk):
        complaint = desk.current(reference)
        if complaint is not None and complaint.customer.address in recipients:
            return complaint
    return None


def may_answer(read: Read, desk: Desk, office: Office) -> bool:
    """Whether a mail in Sent answers something that we may get to know yet."""
    mail = read.mail
    return (
        read.sender.address in office.our_addresses
        and bool(mail.references)
        and not _answered(mail, desk)
        and not is_ours(mail, read.bonds, desk)
    )


def answers_from_our_address(read: Read, desk: Desk, office: Office) -> bool:
    """Whether staff wrote this from the shared mailbox and it got a copy, which may come before the one in Sent."""
    return read.sender.authentication.verified and answered_complaint(read, desk, office) is not None


def unproven_answer(read: Read, desk: Desk, office: Office) -> Tie | None:
    """The tie of a mail that looks like such an answer and is not proven: staff see it in its complaint."""
    complaint = answered_complaint(read, desk, office)
    if complaint is None:
        return None
    reason = f"it is from our own address, unproven: {read.sender.authentication.reason}"
    return Tie(level=2, reference=complaint.reference, reason=reason)


def take_sent(read: Read, desk: Desk, office: Office, now: datetime) -> Story:
    """Record the answer; it stops the clocks of replies. Whoever wrote it was logged in to our own mailbox.

    A copy of it that came to an inbox unproven was taken for a customer's mail, and does not stand in its way.
    """
    mail, complaint = read.mail, answered_complaint(read, desk, office)
    finding = Finding(kind="person", reason="it was sent from our own mailbox")
    story = Story(delivery=read.delivery, mail=mail, finding=finding)
    if (seen := desk.seen_before(read.delivery)) is not None:
        if seen.outcome not in ("complaint", "follow_up"):
            return replace(story, outcome="duplicate", reason="the same mail came before", reference=seen.reference)
        story = replace(story, delivery=replace(read.delivery, content_key=None))  # the key is the other copy's
    if complaint is None:
        return replace(story, outcome="ignored", reason="it was sent from our own mailbox and answers no complaint")
    after = replace(complaint, thread=references_to(mail))
    ended = replied(after, read.delivery.arrived_at)
    if ended != after and complaint.status in ("open", "waiting"):
        after = replace(ended, next_step_at=now)
    return replace(
        story,
        outcome="staff_reply",
        reason="staff answered from the shared mailbox",
        reference=complaint.reference,
        complaint=after,
        sender_kind="staff",
        events=(_event(read, complaint, now),),
    )


def _event(read: Read, complaint: Complaint, now: datetime) -> Event:
    return Event(
        reference=complaint.reference,
        at=now,
        actor=read.sender.address or read.delivery.mailbox,
        kind="answered",
        trust="verified",
        detail={
            "message_id": read.mail.message_id,
            "directly": True,
            "from": "the shared mailbox",
            "text": first_lines(own_text(read.mail.text)),
        },
    )


def _answered(mail: Mail, desk: Desk) -> list[str]:
    """References of the complaints whose mails this one answers, of the newest mail first."""
    found = []
    for message_id in reversed(mail.references):
        if message_id in desk.theirs:
            found.append(desk.theirs[message_id])
        elif (grant := desk.ours.get(message_id)) is not None and grant.reference:
            found.append(grant.reference)
    return found
