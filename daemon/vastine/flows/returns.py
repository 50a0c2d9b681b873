"""Mails of ours that did not arrive, by a bounce or by the word of the SMTP server: somebody is told, plainly."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Literal, TypeAlias

from vastine.core.complaint import Complaint, own_event
from vastine.core.compose import undeliverable
from vastine.core.desk import Desk, Grant
from vastine.core.failures import OF_ONE_MAIL, cause_of
from vastine.core.kind import Finding
from vastine.core.office import Office
from vastine.core.outgoing import CUSTOMER_KINDS
from vastine.core.reading import Read
from vastine.core.recipients import address_of, concerned, recipients
from vastine.core.story import Letter, Story
from vastine.edges.store import Claimed, Store

Whose: TypeAlias = Literal["customer", "member", "other"]


def take_bounce(read: Read, finding: Finding, grant: Grant | None, desk: Desk, office: Office, now: datetime) -> Story:
    """Record a bounce with the complaint that it concerns; a permanent one is told to whom that concerns, once a mail.

    No mail answers a bounce: what goes out goes to staff, never to the address that failed.
    """
    complaint = desk.current(grant.reference) if grant and grant.reference else None
    bounce = finding.bounce
    story = Story(
        delivery=read.delivery,
        mail=read.mail,
        finding=finding,
        outcome="bounce",
        reason=finding.reason,
        reference=complaint.reference if complaint else None,
    )
    if grant is None or complaint is None or bounce is None or not bounce.permanent:
        return story
    if grant.failed:
        return replace(story, reason=f"{finding.reason}; that this mail failed was told before")
    return failure(
        story,
        complaint,
        kind=grant.kind,
        party=grant.party,
        failed=bounce.failed_recipients or (grant.party.partition(":")[2],),
        reason=bounce.said or finding.reason,
        message_id=grant.message_id,
        office=office,
        now=now,
    )


def failure(
    story: Story,
    complaint: Complaint,
    *,
    kind: str,
    party: str,
    failed: tuple[str, ...],
    reason: str,
    message_id: str,
    office: Office,
    now: datetime,
) -> Story:
    """Add to a story what follows when a mail of ours of that kind, to that party, could not be delivered to `failed`.

    A customer gets no automatic mail any more, a member no new complaint for a while.
    A customer's mail that failed is told to whom the complaint concerns; a staff mail to the lead and the
    administrator, since the member cannot be told. A failed notice of this sort is not told again.
    """
    detail = {
        "kind": kind,
        "to": list(failed),
        "cause": cause_of(reason),
        "reason": reason,
        "message_id": message_id,
    }
    event = own_event(complaint.reference, "undeliverable", detail, now)
    lost = _lost(complaint, kind, party, reason, office)
    story = replace(
        story, reference=complaint.reference, events=(*story.events, event), bounced=message_id or None, **lost
    )
    if kind in ("undeliverable", "alert"):
        return story
    whose: Whose = "customer" if kind in CUSTOMER_KINDS else "member" if story.lost_member else "other"
    letters = _letters(complaint, whose, failed, reason, office, now)
    return replace(story, letters=(*story.letters, *letters))


def _letters(
    complaint: Complaint, whose: Whose, failed: tuple[str, ...], reason: str, office: Office, now: datetime
) -> tuple[Letter, ...]:
    """The mails that tell of it, none of them to an address that failed."""
    book = office.rulebook
    names = concerned(complaint) if whose == "customer" else ("lead", office.admin or "management")
    people = recipients(names, complaint, book, on=book.day_at(now), admin=office.admin)
    unheard = {address.lower() for address in failed}
    return tuple(
        Letter(
            draft=undeliverable(
                book,
                complaint,
                recipient=each,
                failed=", ".join(failed),
                reason=reason,
                mailbox=complaint.mailbox,
                to=whose,
            )
        )
        for each in people
        if address_of(each) not in unheard
    )


def _lost(complaint: Complaint, kind: str, party: str, reason: str, office: Office) -> dict[str, Any]:
    """Whom our mail does not reach, as fields of the story. What lies in one mail alone says nothing of the next."""
    of_one_mail = cause_of(reason) in OF_ONE_MAIL
    whose, _, name = party.partition(":")
    if kind in CUSTOMER_KINDS:
        is_theirs = whose == "customer" and name == complaint.customer.address
        marked = {"complaint": replace(complaint, undeliverable=True)} if is_theirs else {}
        return marked if of_one_mail else {**marked, "lost_customer": name}
    address = office.staff_addresses.get(name) if whose == "staff" else None
    return {} if of_one_mail else {"lost_member": address}


def record_failure(store: Store, mail: Claimed, reason: str, office: Office, now: datetime) -> None:
    """A mail of ours that will not be tried again: say so in its complaint and to staff, once a mail."""
    complaint = store.complaint(mail.reference) if mail.reference else None
    if complaint is None or store.has_event(complaint.reference, "undeliverable", mail.message_id):
        return
    story = failure(
        Story(),
        complaint,
        kind=mail.kind,
        party=mail.party,
        failed=(mail.to,),
        reason=reason,
        message_id=mail.message_id,
        office=office,
        now=now,
    )
    store.record_tick([office.sealed(story, now)], now)
