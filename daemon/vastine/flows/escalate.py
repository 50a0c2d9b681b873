"""A tick of the clock: which steps of the ladder have come due, and everything that follows from taking them."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import structlog

from vastine.core.assignment import stand_in
from vastine.core.complaint import Complaint, Event, StepTaken
from vastine.core.compose import delay, escalation, reminder
from vastine.core.ladder import Due, StepRule, next_step_at, steps_due
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.recipients import Recipient, address_of, concerned, recipients
from vastine.core.rules import Priority, Rulebook
from vastine.core.story import Letter, Story
from vastine.edges.reader import Reader
from vastine.edges.store import ConflictError, Store
from vastine.flows.telling import customers_part

log = structlog.get_logger()
COMPLAINTS_A_TICK = 50


class Escalation:
    """Takes due steps, for all complaints. `office` gives the company as it is now; `kick` wakes the dispatch."""

    def __init__(
        self,
        store: Store,
        reader: Reader,
        office: Callable[[], Office],
        kick: Callable[[], None],
        tell_of_text: Callable[[str], None],
    ) -> None:
        self.store = store
        self.reader = reader
        self.office = office
        self.kick = kick
        self.tell_of_text = tell_of_text

    def tick(self, now: datetime) -> int:
        """Take every step that is due. Returns how many were taken; a conflict leaves them to the next tick."""
        office, taken = self.office(), 0
        while found := self.store.complaints_with_steps(now, COMPLAINTS_A_TICK):
            stories = self._stories(found, office, now)
            try:
                self.store.record_tick(stories, now)
            except ConflictError as conflict:
                log.info("ladder waits for the next tick", code="ladder_conflict", why=str(conflict))
                break
            taken += sum(len(story.steps) for story in stories)
            for problem in (p for story in stories for letter in story.letters for p in letter.problems):
                self.tell_of_text(problem)
            if len(stories) < len(found):
                break  # one that fails is tried again at the next tick, and must not be met again in this one
        if taken:
            log.info("steps taken", code="steps_taken", steps=taken)
            self.kick()
        return taken

    def _stories(self, found: Sequence[tuple[Complaint, frozenset[str]]], office: Office, now: datetime) -> list[Story]:
        """What follows for each complaint; one whose steps cannot be taken is left out, and is its own trouble."""
        mails = self._last_mails([complaint.reference for complaint, _ in found])
        unreachable = self.store.unreachable_members(now)
        stories = []
        for complaint, done in found:
            try:
                last = mails.get(complaint.reference)
                mail = customers_part(last, complaint, office) if last else None
                stories.append(office.sealed(take_steps(complaint, done, mail, office, now, unreachable), now))
            except Exception:  # one complaint must not stop the ladder for the others
                log.exception("steps cannot be taken", code="steps_failed", reference=complaint.reference)
        return stories

    def _last_mails(self, references: Sequence[str]) -> dict[str, Mail]:
        """What the customer wrote last, by complaint, so that who is told now can answer at once."""
        raws = self.store.last_customer_mails(references)
        readings = self.reader.begin(list(raws.values())).result()
        return {reference: reading.mail for reference, reading in zip(raws, readings, strict=True)}


def take_steps(
    complaint: Complaint,
    taken: frozenset[str],
    mail: Mail | None,
    office: Office,
    now: datetime,
    unreachable: frozenset[str] = frozenset(),
) -> Story:
    """What follows for one complaint. All steps take effect, but nobody gets more than one mail about them (R17).

    `mail` is the customer's last one, where it is still kept; `unreachable` are members' addresses to pass over.
    """
    book = office.rulebook
    if complaint.status == "waiting":
        return _reminded(complaint, mail, office, now)
    clock = book.priority_or_usual(complaint.clock_priority)
    due = steps_due(book.escalations, complaint, clock, taken, now)
    changed = complaint
    for step in due:
        changed = _changed(changed, step.rule, book, now, unreachable)
    renewed = _renewed(changed, due, clock, now)
    done = taken | {step.written for step in due}
    return Story(
        reference=complaint.reference,
        complaint=replace(renewed, next_step_at=next_step_at(book.escalations, renewed, clock, done)),
        steps=tuple(
            StepTaken(reference=complaint.reference, clock_run=complaint.clock_run, at=step.written, taken_at=now)
            for step in due
        ),
        events=_events(complaint, renewed, due, now),
        letters=(*_told(complaint, renewed, due, mail, office, now), *_delay(changed, renewed, due, office, now)),
    )


def _reminded(complaint: Complaint, mail: Mail | None, office: Office, now: datetime) -> Story:
    """The customer has not written in the time that `#wait` gave them: whoever has the complaint is told, once."""
    book = office.rulebook
    if complaint.remind_at is None or complaint.remind_at > now:
        return Story(reference=complaint.reference, complaint=replace(complaint, next_step_at=complaint.remind_at))
    after = replace(complaint, remind_at=None, next_step_at=None)
    event = Event(
        reference=complaint.reference, at=now, actor="vastine", kind="waited", trust="system", detail={"to": "assignee"}
    )
    people = recipients(concerned(complaint), complaint, book, on=_today(book, now), admin=office.admin)
    letters = tuple(
        Letter(draft=reminder(book, after, recipient=each, steps=(), now=now, mail=mail)) for each in people
    )
    return Story(reference=complaint.reference, complaint=after, events=(event,), letters=letters)


def _changed(
    complaint: Complaint, rule: StepRule, book: Rulebook, now: datetime, unreachable: frozenset[str]
) -> Complaint:
    """Priority, team and assignee after a step. A `raise` moves no due time (RULES, Effects)."""
    complaint = replace(complaint, priority=book.raised(complaint.priority, rule.raise_by))
    if rule.assign is None:
        return complaint
    if rule.assign in book.teams:
        complaint = replace(complaint, team=rule.assign)
        lead_or_member = book.teams[rule.assign].lead
    elif rule.assign == "lead":
        lead_or_member = book.teams[complaint.team].lead if complaint.team in book.teams else ""
    else:
        lead_or_member = rule.assign
    present = stand_in(lead_or_member, book.staff, _today(book, now), unreachable)
    return replace(complaint, assignee=present or complaint.assignee)


def _renewed(complaint: Complaint, due: Sequence[Due], clock: Priority, now: datetime) -> Complaint:
    """A promise about to be missed is renewed by one first-reply time from now, once and only while unanswered."""
    asked = any(step.rule.tell_customer == "delay" for step in due)
    heard = complaint.promise is not None and not complaint.undeliverable  # nobody is promised what they cannot read
    if not asked or not heard or complaint.first_replied_at is not None:
        return complaint
    return replace(complaint, promise=clock.calendar.due(now, clock.first_reply))


def _told(
    before: Complaint, after: Complaint, due: Sequence[Due], mail: Mail | None, office: Office, now: datetime
) -> tuple[Letter, ...]:
    """One mail a person about all the steps that name them."""
    book = office.rulebook
    concerning: dict[str, tuple[Recipient, list[Due]]] = {}
    for step in due:
        for recipient in _recipients(before, after, step.rule, office, now):
            concerning.setdefault(address_of(recipient), (recipient, []))[1].append(step)
    return tuple(
        Letter(
            draft=(escalation if _is_late(steps, after) else reminder)(
                book, after, recipient=recipient, steps=[step.written for step in steps], now=now, mail=mail
            )
        )
        for recipient, steps in concerning.values()
    )


def _recipients(
    before: Complaint, after: Complaint, rule: StepRule, office: Office, now: datetime
) -> tuple[Recipient, ...]:
    """Whom a step tells. A new assignee always learns that the complaint is theirs now."""
    names = list(rule.tell)
    if rule.assign is not None and after.assignee != before.assignee:
        names.append("assignee")
    if not names:
        return ()
    return recipients(names, after, office.rulebook, on=_today(office.rulebook, now), admin=office.admin)


def _is_late(steps: Sequence[Due], complaint: Complaint) -> bool:
    """Whether one of the steps lies at or behind the end of its clock; before that it is a reminder."""
    ends = {"first_reply": complaint.first_reply_due, "resolve": complaint.resolve_due}
    return any((end := ends[step.rule.at.clock]) is not None and step.at >= end for step in steps)


def _delay(
    before: Complaint, after: Complaint, due: Sequence[Due], office: Office, now: datetime
) -> tuple[Letter, ...]:
    if before.promise is None or after.promise is None or before.promise == after.promise:
        return ()
    names = (step.rule.reply for step in due if step.rule.tell_customer == "delay" and step.rule.reply)
    written = delay(
        office.rulebook,
        after,
        reply_name=next(names, "delay"),
        old_promise=before.promise,
        new_promise=after.promise,
        now=now,
    )
    return (Letter(draft=written.draft, problems=written.problems),)


def _events(before: Complaint, after: Complaint, due: Sequence[Due], now: datetime) -> tuple[Event, ...]:
    def event(kind: str, detail: dict[str, Any]) -> Event:
        return Event(reference=after.reference, at=now, actor="vastine", kind=kind, trust="system", detail=detail)

    steps = [event("step", {"at": step.written, "due": step.at.isoformat()}) for step in due]
    changes = [
        event(name, {"from": getattr(before, name), "to": getattr(after, name)})
        for name in ("priority", "team", "assignee")
        if getattr(before, name) != getattr(after, name)
    ]
    return (*steps, *changes)


def _today(book: Rulebook, now: datetime) -> date:
    return now.astimezone(book.timezone).date()
