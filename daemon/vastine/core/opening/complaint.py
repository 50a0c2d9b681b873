"""The complaint that a new matter becomes: its clocks, whose it is, and what is kept of the decision."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from vastine.core.assignment import choose
from vastine.core.complaint import Complaint
from vastine.core.compose import references_to
from vastine.core.desk import Desk
from vastine.core.identity import masked
from vastine.core.ladder import next_step_at
from vastine.core.loop import said_in
from vastine.core.office import Mailbox, Office
from vastine.core.opening.values import Opening
from vastine.core.rules import Decision

RULES_KEPT: Final = 200  # of a file with more, a complaint keeps only those that matched


def new_complaint(opening: Opening, desk: Desk, office: Office) -> tuple[Complaint, str]:
    """The complaint, and why it is its assignee's."""
    book, decision, start = office.rulebook, opening.decision, opening.read.delivery.arrived_at
    priority = book.priority(decision.priority)
    due = decision.due or priority.calendar.due(start, priority.first_reply)
    before = desk.current(opening.tie.reference) if opening.tie else None
    conversation = before.language if before else None
    language = decision.language or answer_language(opening.read.language, opening.mailbox, office, conversation)
    assignee, because = _assignee(decision, language, desk, office, start)
    complaint = Complaint(
        reference=desk.next_reference(),
        status="spam" if decision.spam else "open",
        topic=decision.topic,
        tags=decision.tags,
        priority=decision.priority,
        team=decision.team,
        assignee=None if decision.spam else assignee,
        customer=decision.customer,
        language=language,
        subject=masked(opening.mail.subject),
        mailbox=opening.read.delivery.mailbox,
        opened_at=start,
        promise=due,
        clock_priority=priority.name,
        first_reply_since=start,
        first_reply_due=due,
        resolve_since=start,
        resolve_due=decision.due or priority.calendar.due(start, priority.resolve),
        to_named_day=("first_reply", "resolve") if decision.due else (),
        authenticated=opening.authentication.verified,
        thread=references_to(opening.mail),
        rules_hash=book.hash,
        decision=_kept_decision(opening, assignee, due, desk),
    )
    return replace(complaint, next_step_at=next_step_at(book.escalations, complaint, priority, frozenset())), because


def _assignee(decision: Decision, language: str, desk: Desk, office: Office, at: datetime) -> tuple[str | None, str]:
    if decision.assign is not None:
        return decision.assign, f"assigned by {decision.set_by.get('assign', 'the rules')}"
    book = office.rulebook
    on = book.day_at(at)
    last = desk.turns.get(decision.team)
    return choose(book.teams[decision.team], book.staff, desk.loads, last, on, language, desk.unreachable)


def _kept_decision(opening: Opening, assignee: str | None, first_reply_due: datetime, desk: Desk) -> dict[str, Any]:
    """What is kept with the complaint, so that `show` explains it later too, whatever staff have changed since.

    Of very many rules only those that matched are kept: the others are found again with the version of the rules.
    What the mail said is kept where it may be a program's answer to us.
    """
    answers_us = opening.decision.customer.address in desk.acknowledged
    rules = opening.rules if len(opening.rules) <= RULES_KEPT else [each for each in opening.rules if each["matched"]]
    decision = opening.decision
    return {
        "topic": decision.topic,
        "priority": decision.priority,
        "team": decision.team,
        "assignee": assignee,
        "assign": decision.assign,
        "reply": decision.reply,
        "tags": list(decision.tags),
        "tell": list(decision.tell),
        "spam": decision.spam,
        "first_reply_due": first_reply_due.isoformat(),
        "due": decision.due and decision.due.isoformat(),
        "kind": opening.finding.kind,
        "kind_reason": opening.finding.reason,
        "language": opening.read.language,
        "set_by": dict(opening.decision.set_by),
        "found": {name: [masked(each) for each in values] for name, values in decision.found.items()},
        "rules": [{**rule, "because": [masked(each) for each in rule["because"]]} for rule in rules],
        "needs_person": opening.decision.needs_person,
        "authentication": opening.authentication.reason,
        "linked": opening.tie and {"reference": opening.tie.reference, "because": opening.tie.reason},
        **({"brought_by": opening.by.member.key} if opening.by else {}),
        **({"said": said_in(opening.mail)} if answers_us else {}),
    }


def answer_language(found: str | None, mailbox: Mailbox, office: Office, conversation: str | None = None) -> str:
    """What we answer in: the found language, `fallback` for one that we have no texts in, and when unsure that of the
    conversation that the mail belonged to, else of the mailbox, else the first.
    """
    configured = office.rulebook.languages
    if found is not None:
        return found if found in configured else office.rulebook.fallback
    return conversation or mailbox.language or configured[0]
