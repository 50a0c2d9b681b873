"""A new matter: what the rules conclude of it, its clocks, its acknowledgement, and the mail to whom it concerns."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from vastine.core.complaint import Complaint, Event
from vastine.core.compose import Notice
from vastine.core.desk import Desk
from vastine.core.joining import Tie
from vastine.core.kind import Finding
from vastine.core.mail import Mail
from vastine.core.measures.words import content_words
from vastine.core.office import Office
from vastine.core.opening import By, Opening, acknowledgement_of, new_complaint, told_promise
from vastine.core.past import Entry
from vastine.core.reading import Read
from vastine.core.rules import Case, decide, shown_rules
from vastine.core.story import Letter, Story
from vastine.flows.telling import notices_of, tell_of_mail, told_by


def open_complaint(
    read: Read,
    finding: Finding,
    tie: Tie | None,
    desk: Desk,
    office: Office,
    now: datetime,
    *,
    by: By | None = None,
    past: tuple[Entry, ...] = (),
) -> Story:
    """Decide a mail that continues nothing: ignored by a rule, bulk that no rule wants, or a new complaint.

    `tie` is a hint for staff, where something yet points to another complaint; `by` is the member who brings it, where
    the customer did not write to us; `past` is what a member says with it.
    """
    decision = decide(office.rulebook, case_of(read, finding, desk))
    story = Story(
        delivery=read.delivery,
        mail=read.mail,
        finding=finding,
        language=read.language,
        rules=shown_rules(decision.tried),
        decision=decision,
    )
    if decision.ignore:
        return replace(story, outcome="ignored", reason=f"rule '{decision.set_by['ignore']}' ignores it")
    if finding.kind == "bulk" and not any(tried.matched for tried in decision.tried):
        return replace(story, outcome="bulk", reason=finding.reason)
    opening = Opening(
        read=read,
        finding=finding,
        decision=decision,
        rules=story.rules,
        mailbox=office.mailbox(read.delivery.mailbox),
        tie=tie,
        notices=(*_brought_notices(by), *notices_of(read, tie, desk)),
        by=by,
        past=past,
    )
    return _opened(story, opening, desk, office, now)


def _brought_notices(by: By | None) -> tuple[Notice, ...]:
    if by is None:
        return ()
    return (Notice(key="written_by" if by.writes_down else "forwarded_by", values={"name": by.member.name}),)


def case_of(read: Read, finding: Finding, desk: Desk) -> Case:
    """What the rules see of a new matter."""
    delivery = read.delivery
    return new_case(
        read.mail, finding.kind, delivery.mailbox, read.language, at=delivery.arrived_at, opened=desk.opened
    )


def new_case(
    mail: Mail,
    kind: str,
    mailbox: str,
    language: str | None,
    *,
    at: datetime,
    opened: Mapping[str, tuple[datetime, ...]],
) -> Case:
    """What the rules see of a mail that came then; `opened` says when each address opened complaints before."""
    senders = (address.address for address in (*mail.from_, *mail.reply_to))
    earlier = {address: opened.get(address, ()) for address in senders}
    return Case(mail=mail, kind=kind, mailbox=mailbox, language=language, now=at, earlier=earlier)


def _opened(story: Story, opening: Opening, desk: Desk, office: Office, now: datetime) -> Story:
    complaint, because = new_complaint(opening, desk, office)
    complaint, letters = _with_letters(complaint, opening, desk, office, now)
    return replace(
        story,
        outcome="complaint",
        reason=opening.finding.reason,
        reference=complaint.reference,
        complaint=complaint,
        opens=True,
        sender_kind="customer",
        asks=True,
        words=content_words(opening.mail, complaint),
        events=_events(complaint, opening, because, letters, now),
        letters=letters,
    )


def _with_letters(
    complaint: Complaint, opening: Opening, desk: Desk, office: Office, now: datetime
) -> tuple[Complaint, tuple[Letter, ...]]:
    """The complaint with the promise that its customer is told, and the mails to them and to staff; none about spam."""
    if complaint.status == "spam":
        return replace(complaint, promise=None), ()
    letter, withheld = acknowledgement_of(complaint, opening, desk, office, now)
    complaint = replace(complaint, promise=told_promise(complaint, opening, letter, office, now))
    told = tell_of_mail(
        complaint,
        opening.mail,
        desk,
        office,
        now,
        also=told_by(opening.decision),
        follow_up=False,
        notices=(*opening.notices, *withheld),
        past=opening.past,
    )
    return complaint, (letter, *told)


def _events(
    complaint: Complaint, opening: Opening, because: str, letters: tuple[Letter, ...], now: datetime
) -> tuple[Event, ...]:
    def event(kind: str, detail: dict[str, Any], actor: str = "vastine", trust: Any = "system") -> Event:
        return Event(reference=complaint.reference, at=now, actor=actor, kind=kind, trust=trust, detail=detail)

    trust = "verified" if opening.authentication.verified else "unverified"
    opened: dict[str, Any] = {"message_id": opening.mail.message_id, "defects": list(opening.mail.defects)}
    opened |= {notice.key: notice.values["reference"] for notice in opening.notices if notice.key == "same_message_id"}
    assigned = {"assignee": complaint.assignee, "team": complaint.team, "because": because}
    withheld = [
        event("acknowledgement_withheld", {"reason": letter.suppressed})
        for letter in letters
        if letter.draft.kind == "acknowledgement" and letter.suppressed
    ]
    tie = opening.tie
    linked = [event("linked", {"reference": tie.reference, "because": tie.reason})] if tie else []
    return (event("opened", opened, complaint.customer.address, trust), *linked, event("assigned", assigned), *withheld)
