"""A customer's further mail in a complaint: it joins, whom it concerns is told, and nothing is acknowledged."""

from dataclasses import replace
from datetime import datetime

from vastine.core.authentication import authenticate
from vastine.core.complaint import Complaint, Event
from vastine.core.compose import references_to
from vastine.core.conversation import Join
from vastine.core.desk import Desk
from vastine.core.kind import Finding
from vastine.core.ladder import next_step_at
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.reading import Read
from vastine.core.rules import Case, Decision, decide
from vastine.core.story import Story
from vastine.flows.opening import shown_rules
from vastine.flows.telling import tell_of_mail


def follow_up(read: Read, finding: Finding, join: Join, desk: Desk, office: Office, now: datetime) -> Story:
    """Join a mail to its complaint; a resolved one is opened again, with a new clock for its resolution."""
    delivery, mail = read.delivery, read.mail
    before = desk.complaints[join.reference]
    decision = decide(office.rulebook, _case(read, finding, before, now))
    after = replace(_continued(before, decision, office, delivery.arrived_at), thread=references_to(mail))
    verified = authenticate(mail, policy=office.mailboxes[delivery.mailbox].policy).verified
    return Story(
        delivery=delivery,
        mail=mail,
        finding=finding,
        outcome="follow_up",
        reason=join.reason,
        reference=after.reference,
        complaint=after,
        sender_kind="customer",
        language=read.language,
        rules=shown_rules(decision.tried),
        events=_events(before, after, mail, verified=verified, now=now),
        letters=tell_of_mail(after, mail, desk, office, now, also=decision.tell, follow_up=True),
    )


def _case(read: Read, finding: Finding, complaint: Complaint, now: datetime) -> Case:
    return Case(
        mail=read.mail,
        kind=finding.kind,
        mailbox=read.delivery.mailbox,
        language=read.language,
        now=now,
        follow_up=True,
        topic=complaint.topic,
        priority=complaint.priority,
        team=complaint.team,
        tags=complaint.tags,
    )


def _continued(before: Complaint, decision: Decision, office: Office, at: datetime) -> Complaint:
    after = replace(
        before,
        priority=decision.priority,
        topic=decision.topic,
        team=decision.team,
        tags=tuple(dict.fromkeys((*before.tags, *decision.tags))),
    )
    if before.status != "resolved":
        return after
    book = office.rulebook
    priority = book.priority(after.priority)
    reopened = replace(
        after,
        status="open",
        resolved_at=None,
        clock_run=before.clock_run + 1,
        clock_started_at=at,
        clock_priority=priority.name,
        resolve_due=priority.calendar.due(at, priority.resolve),
    )
    return replace(reopened, next_step_at=next_step_at(book.escalations, reopened, priority, frozenset()))


def _events(before: Complaint, after: Complaint, mail: Mail, *, verified: bool, now: datetime) -> tuple[Event, ...]:
    wrote = Event(
        reference=after.reference,
        at=now,
        actor=after.customer.address,
        kind="customer_wrote",
        trust="verified" if verified else "token",
        detail={"message_id": mail.message_id, "defects": list(mail.defects)},
    )
    changes = []
    if before.status != after.status:
        changes.append(replace(wrote, actor="vastine", trust="system", kind="reopened", detail={"was": before.status}))
    if before.priority != after.priority:
        detail = {"from": before.priority, "to": after.priority}
        changes.append(replace(wrote, actor="vastine", trust="system", kind="priority", detail=detail))
    return (wrote, *changes)
