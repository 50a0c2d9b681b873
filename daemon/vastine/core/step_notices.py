"""Whom the steps of the ladder tell, and whether as a reminder or as an escalation."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from vastine.core.complaint import Complaint
from vastine.core.gathering import Notice, Passed
from vastine.core.ladder import Due, StepRule, end_of, is_paused, run_of
from vastine.core.office import Office
from vastine.core.recipients import Recipient, address_of, named, recipients


def notices_of(
    before: Complaint, after: Complaint, due: Sequence[Due], office: Office, now: datetime, unreachable: frozenset[str]
) -> tuple[Notice, ...]:
    """One notice a person about all the steps that name them."""
    concerning: dict[str, tuple[Recipient, list[Due]]] = {}
    for step in due:
        for recipient in _recipients(before, after, step.rule, office, now, unreachable):
            concerning.setdefault(address_of(recipient), (recipient, []))[1].append(step)
    for_that = _told_as_assignee(after, due, office, now, unreachable)
    return tuple(
        notice_of(
            after,
            recipient,
            steps,
            "escalation" if _is_late(steps, after) else "reminder",
            as_assignee=address in for_that,
            not_before=after.paused_until if is_paused(after, now) and not _handed_over(before, after) else None,
        )
        for address, (recipient, steps) in concerning.items()
    )


def notice_of(
    complaint: Complaint,
    recipient: Recipient,
    steps: Sequence[Due],
    kind: Literal["reminder", "escalation"],
    *,
    as_assignee: bool,
    not_before: datetime | None = None,
) -> Notice:
    return Notice(
        reference=complaint.reference,
        priority=complaint.priority,
        recipient=recipient,
        kind=kind,
        steps=tuple(dict.fromkeys(_passed(step, complaint) for step in steps)),
        as_assignee=as_assignee,
        not_before=not_before,
    )


def _passed(step: Due, complaint: Complaint) -> Passed:
    return Passed(written=step.written, clock=step.rule.at.clock, run=run_of(complaint, step.written))


def _told_as_assignee(
    complaint: Complaint, due: Sequence[Due], office: Office, now: datetime, unreachable: frozenset[str]
) -> set[str]:
    """The addresses of who has the complaint, unless another word of the steps names them too."""
    book, on = office.rulebook, office.rulebook.day_at(now)
    words = {word for step in due for word in step.rule.tell} - {"assignee"}
    having, others = (
        {address_of(each) for each in named(names, complaint, book, on=on, unreachable=unreachable)}
        for names in (("assignee",), words)
    )
    return having - others


def _recipients(
    before: Complaint, after: Complaint, rule: StepRule, office: Office, now: datetime, unreachable: frozenset[str]
) -> tuple[Recipient, ...]:
    """Whom a step tells. A new assignee, or team, always learns that the complaint is theirs now."""
    names = list(rule.tell)
    if rule.assign is not None and _handed_over(before, after):
        names.append("assignee")
    return people(names, after, office, now, unreachable) if names else ()


def people(
    names: Sequence[str], complaint: Complaint, office: Office, now: datetime, unreachable: frozenset[str]
) -> tuple[Recipient, ...]:
    book = office.rulebook
    on = book.day_at(now)
    return recipients(names, complaint, book, on=on, admin=office.admin, unreachable=unreachable)


def _handed_over(before: Complaint, after: Complaint) -> bool:
    return (after.assignee, after.team) != (before.assignee, before.team)


def _is_late(steps: Sequence[Due], complaint: Complaint) -> bool:
    """Whether one of the steps lies at or behind the end of its clock; before that it is a reminder."""
    ends = ((step, end_of(step.rule.at.clock, complaint)) for step in steps)
    return any(end is not None and step.at >= end for step, end in ends)
