"""A customer's further mail in a complaint: it joins, whom it concerns is told, and nothing is acknowledged."""

from dataclasses import replace
from datetime import datetime

from vastine.core.assignment import choose
from vastine.core.complaint import Complaint, Event
from vastine.core.compose import references_to
from vastine.core.desk import Desk
from vastine.core.joining import Tie
from vastine.core.kind import Finding
from vastine.core.ladder import next_step_at
from vastine.core.office import Office
from vastine.core.reading import Read
from vastine.core.rules import Case, Decision, decide
from vastine.core.story import Story
from vastine.flows.opening import shown_rules
from vastine.flows.telling import notices_of, tell_of_mail


def follow_up(read: Read, finding: Finding, tie: Tie, desk: Desk, office: Office, now: datetime) -> Story:
    """Join a mail to its complaint; a resolved one is opened again, with a new clock for its resolution.

    From anybody but its proven customer it is shown to staff only: answers go on to the customer's own conversation.
    """
    delivery, mail = read.delivery, read.mail
    before = desk.complaints[tie.reference]
    decision = decide(office.rulebook, _case(read, finding, before))
    after = _continued(before, decision, desk, office, delivery.arrived_at)
    if tie.level != 2:
        after = replace(after, thread=references_to(mail))
    return Story(
        delivery=delivery,
        mail=mail,
        finding=finding,
        outcome="follow_up",
        reason=tie.reason,
        reference=after.reference,
        complaint=after,
        sender_kind="customer",
        language=read.language,
        rules=shown_rules(decision.tried),
        decision=decision,
        events=_events(before, after, read, tie, now),
        letters=tell_of_mail(
            after, mail, desk, office, now, also=decision.tell, follow_up=True, notices=notices_of(read, tie, desk)
        ),
    )


def _case(read: Read, finding: Finding, complaint: Complaint) -> Case:
    return Case(
        mail=read.mail,
        kind=finding.kind,
        mailbox=read.delivery.mailbox,
        language=read.language,
        now=read.delivery.arrived_at,
        follow_up=True,
        topic=complaint.topic,
        priority=complaint.priority,
        team=complaint.team,
        tags=complaint.tags,
    )


def _continued(before: Complaint, decision: Decision, desk: Desk, office: Office, at: datetime) -> Complaint:
    after = replace(
        before,
        priority=decision.priority,
        topic=decision.topic,
        team=decision.team,
        assignee=_assignee(before, decision, desk, office, at),
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


def _assignee(before: Complaint, decision: Decision, desk: Desk, office: Office, at: datetime) -> str | None:
    """Whoever had it, unless a rule that holds on follow-ups says otherwise or gives it to another team."""
    if decision.assign is not None:
        return decision.assign
    if decision.team == before.team:
        return before.assignee
    book = office.rulebook
    on = at.astimezone(book.timezone).date()
    team, last = book.teams[decision.team], desk.turns.get(decision.team)
    return choose(team, book.staff, desk.loads, last, on, before.language)[0]


def _events(before: Complaint, after: Complaint, read: Read, tie: Tie, now: datetime) -> tuple[Event, ...]:
    wrote = Event(
        reference=after.reference,
        at=now,
        actor=after.customer.address if tie.level != 2 else read.sender.address or "unknown",
        kind="customer_wrote",
        trust=read.sender.trust(tie.level),
        detail={"message_id": read.mail.message_id, "because": tie.reason, "defects": list(read.mail.defects)},
    )
    changes = []
    if before.status != after.status:
        changes.append(replace(wrote, actor="vastine", trust="system", kind="reopened", detail={"was": before.status}))
    for name in ("priority", "topic", "team", "assignee"):
        if getattr(before, name) != getattr(after, name):
            detail = {"from": getattr(before, name), "to": getattr(after, name)}
            changes.append(replace(wrote, actor="vastine", trust="system", kind=name, detail=detail))
    return (wrote, *changes)
