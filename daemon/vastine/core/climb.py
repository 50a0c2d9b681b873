"""What the due steps of the ladder make of a complaint, and what follows from that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from vastine.core.assignment import Staffing, choose, stand_in
from vastine.core.complaint import Complaint, Event, StepTaken, own_event
from vastine.core.compose import delay, escalation, reminder
from vastine.core.gathering import Gathered, Notice
from vastine.core.ladder import Due, StepRule, next_step_at, run_of, steps_due
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.recipients import concerned
from vastine.core.rules import Priority, Rulebook
from vastine.core.step_notices import notice_of, notices_of, people
from vastine.core.story import Letter, Story

LOOKED_AGAIN_AFTER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Climb:
    """What the due steps make of one complaint, and what they have to tell. `chosen`: a team's turn was used."""

    before: Complaint
    after: Complaint
    due: tuple[Due, ...]
    events: tuple[Event, ...]
    notices: tuple[Notice, ...]
    letters: tuple[Letter, ...] = ()
    chosen: bool = False


def climb(
    complaint: Complaint,
    taken: frozenset[str],
    office: Office,
    now: datetime,
    staffing: Staffing,
    *,
    answered: bool = False,
) -> Climb:
    """The due steps of one complaint, with all their effects. `staffing` takes note of whom it is given to.

    With an answer under way (`answered`) the customer is told nothing: a moment later one sees whether it got through.
    """
    book = office.rulebook
    if complaint.status == "waiting":
        return _waited(complaint, office, now, staffing)
    clock = book.priority_or_usual(complaint.clock_priority)
    due = steps_due(book.escalations, complaint, clock, taken, now)
    later = answered and any(step.rule.tell_customer for step in due)
    if later:
        due = tuple(step for step in due if not step.rule.tell_customer)
    renewed = with_promise_renewed(complaint, due, clock, now)
    if renewed.promise != complaint.promise:  # a step on the promise comes when the new one runs out
        again = {step.written for step in steps_due(book.escalations, renewed, clock, taken, now)}
        due = tuple(step for step in due if not _waits_for_the_new(step) or step.written in again)
    for step in due:
        renewed = _changed(renewed, step.rule, book, now, staffing)
    done = taken | {step.written for step in due}
    looked_at = now + LOOKED_AGAIN_AFTER if later else next_step_at(book.escalations, renewed, clock, done)
    return Climb(
        before=complaint,
        after=replace(renewed, next_step_at=looked_at),
        due=due,
        events=_events(complaint, renewed, due, now),
        notices=notices_of(complaint, renewed, due, office, now, staffing.unreachable),
        letters=_delay(complaint, renewed, due, office, now),
        chosen=any(step.rule.assign in book.teams for step in due),
    )


def _waits_for_the_new(step: Due) -> bool:
    """Whether a step that fell due by the old promise is about it alone, and did not renew it."""
    return step.rule.at.clock == "promise" and not step.rule.tell_customer


def _waited(complaint: Complaint, office: Office, now: datetime, staffing: Staffing) -> Climb:
    """The customer has not written in the time that `#wait` gave them: whoever has the complaint is told, once."""
    if complaint.remind_at is None or complaint.remind_at > now:
        later = replace(complaint, next_step_at=complaint.remind_at)
        return Climb(before=complaint, after=later, due=(), events=(), notices=())
    after = replace(complaint, remind_at=None, next_step_at=None)
    event = own_event(complaint.reference, "waited", {"to": "assignee"}, now)
    told = people(concerned(complaint), complaint, office, now, staffing.unreachable)
    notices = tuple(notice_of(after, each, (), "reminder", as_assignee=True) for each in told)
    return Climb(before=complaint, after=after, due=(), events=(event,), notices=notices)


def _changed(complaint: Complaint, rule: StepRule, book: Rulebook, now: datetime, staffing: Staffing) -> Complaint:
    """Priority, team and assignee after a step. A `raise` moves no due time (RULES, Effects)."""
    complaint = replace(complaint, priority=book.raised(complaint.priority, rule.raise_by))
    if rule.assign is None:
        return complaint
    if rule.assign in book.teams:
        return _to_team(complaint, rule.assign, book, now, staffing)
    lead_or_member = rule.assign
    if rule.assign == "lead":
        lead_or_member = book.teams[complaint.team].lead if complaint.team in book.teams else ""
    present = stand_in(lead_or_member, book.staff, book.day_at(now), staffing.unreachable)
    return replace(complaint, assignee=present or complaint.assignee)


def _to_team(complaint: Complaint, name: str, book: Rulebook, now: datetime, staffing: Staffing) -> Complaint:
    """The complaint with a team, and with whom of it the team's `assign` chooses, as a new one would be."""
    loads, last, today = staffing.loads, staffing.turns.get(name), book.day_at(now)
    team = book.teams[name]
    chosen, _ = choose(team, book.staff, loads, last, today, complaint.language, staffing.unreachable)
    if chosen is not None:
        staffing.loads[chosen] += 1
        staffing.turns[name] = chosen
    if complaint.assignee is not None:
        staffing.loads[complaint.assignee] -= 1
    return replace(complaint, team=name, assignee=chosen)


def with_promise_renewed(complaint: Complaint, due: Sequence[Due], clock: Priority, now: datetime) -> Complaint:
    """A promise about to be missed is renewed by one first-reply time from now: once a run, and only while unanswered.

    Nobody is told of an earlier time, which a more urgent priority may give. The clock itself runs on.
    """
    asked = any(step.rule.tell_customer == "delay" for step in due)
    heard = complaint.promise is not None and not complaint.undeliverable  # nobody is promised what they cannot read
    if not asked or not heard or complaint.first_replied_at is not None or complaint.renewed_at is not None:
        return complaint
    promise = clock.calendar.due(now, clock.first_reply)
    if complaint.promise is not None and promise <= complaint.promise:
        return complaint
    return replace(complaint, promise=promise, promise_moved_to=None, renewed_at=now)


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
        until=before.promised_until,
    )
    return (Letter(draft=written.draft, problems=written.problems),)


def _events(before: Complaint, after: Complaint, due: Sequence[Due], now: datetime) -> tuple[Event, ...]:
    def event(kind: str, detail: dict[str, Any]) -> Event:
        return own_event(after.reference, kind, detail, now)

    steps = [event("step", {"at": step.written, "due": step.at.isoformat()}) for step in due]
    changes = [
        event(name, {"from": getattr(before, name), "to": getattr(after, name)})
        for name in ("priority", "team", "assignee")
        if getattr(before, name) != getattr(after, name)
    ]
    if before.renewed_at != after.renewed_at and before.promise and after.promise:
        detail = {"from": before.promise.isoformat(), "to": after.promise.isoformat()}
        changes.append(event("promise", detail))
    return (*steps, *changes)


def story_of(
    climbed: Climb, told: Sequence[tuple[Notice, Gathered | None]], mail: Mail | None, office: Office, now: datetime
) -> Story:
    """The complaint after its steps, the mails that go at once, and the notices that wait. `mail` is the customer's
    last one, where it is at hand.
    """
    after = climbed.after
    gathered = tuple(waiting for _, waiting in told if waiting is not None)
    at_once = [notice for notice, waiting in told if waiting is None]
    return Story(
        reference=after.reference,
        complaint=after,
        steps=tuple(
            StepTaken(reference=after.reference, clock_run=run_of(after, written), at=written, taken_at=now)
            for written in dict.fromkeys(step.written for step in climbed.due)  # two rungs may lie at one place
        ),
        events=(*climbed.events, *(_told_later(each, now) for each in gathered)),
        letters=(*(_letter(notice, after, mail, office, now) for notice in at_once), *climbed.letters),
        gathered=gathered,
        in_turn=climbed.chosen,
    )


def _letter(notice: Notice, complaint: Complaint, mail: Mail | None, office: Office, now: datetime) -> Letter:
    compose = escalation if notice.kind == "escalation" else reminder
    steps, recipient = [step.written for step in notice.steps], notice.recipient
    return Letter(draft=compose(office.rulebook, complaint, recipient=recipient, steps=steps, now=now, mail=mail))


def _told_later(notice: Gathered, now: datetime) -> Event:
    detail = {"to": notice.address, "until": notice.due_at.isoformat(), "because": notice.because}
    return own_event(notice.reference, "told_later", detail, now)
