"""A tick of the clock: which steps of the ladder have come due, and everything that follows from taking them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Literal

import structlog

from vastine.core.assignment import choose, stand_in
from vastine.core.clock import Calendar
from vastine.core.complaint import Complaint, Event, StepTaken
from vastine.core.compose import delay, escalation, reminder
from vastine.core.gathering import Gathered, Notice, Passed, put_off
from vastine.core.ladder import Due, StepRule, end_of, next_step_at, run_of, steps_due
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.recipients import Recipient, address_of, concerned, named, recipients
from vastine.core.rules import Priority, Rulebook
from vastine.core.story import Letter, Story
from vastine.edges.reader import Reader
from vastine.edges.store import ConflictError, Staffing, Store
from vastine.flows.gather import Gathering, last_mails
from vastine.flows.hold import Hold
from vastine.flows.telling import customers_part

log = structlog.get_logger()
COMPLAINTS_A_TICK = 100
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


class Escalation:
    """Takes due steps, for all complaints. `office` gives the company as it is now; `kick` wakes the dispatch. With a
    `hold` none is taken while the machine's clock cannot be right.
    """

    def __init__(
        self,
        store: Store,
        reader: Reader,
        office: Callable[[], Office],
        kick: Callable[[], None],
        tell_of_text: Callable[[str], None],
        hold: Hold | None = None,
    ) -> None:
        self.store = store
        self.reader = reader
        self.office = office
        self.kick = kick
        self.tell_of_text = tell_of_text
        self.hold = hold
        self.gathering = Gathering(store, reader, office)

    def tick(self, now: datetime) -> int:
        """Take every step that is due, and tell what was gathered until now. Returns how many steps were taken; a
        conflict leaves them to the next tick.
        """
        if self.hold is not None and not self.hold.may_climb(now):
            self.kick()  # the word about it is to go
            return 0
        taken = self._climb(now)
        told = self.gathering.release(now)
        if taken:
            log.info("steps taken", code="steps_taken", steps=taken)
        if taken or told:
            self.kick()
        return taken

    def _climb(self, now: datetime) -> int:
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
        return taken

    def _stories(self, found: Sequence[tuple[Complaint, frozenset[str]]], office: Office, now: datetime) -> list[Story]:
        """What follows for each complaint; one whose steps cannot be taken is left out, and is its own trouble."""
        climbs = self._climbs(found, office, now)
        notices = [notice for each in climbs for notice in each.notices]
        recent = self.store.told_of_late({address_of(notice.recipient) for notice in notices}, now) if notices else {}
        waits = iter(put_off(notices, recent, office.rulebook, now))
        told = [(each, [next(waits) for _ in each.notices]) for each in climbs]
        at_once = [each.before.reference for each, how in told if any(waiting is None for _, waiting in how)]
        mails = last_mails(self.store, self.reader, at_once)
        stories = []
        for each, how in told:
            reference = each.before.reference
            try:
                last = mails.get(reference)
                mail = customers_part(last, each.before, office) if last else None
                stories.append(office.sealed(story_of(each, how, mail, office, now), now))
            except Exception:  # one complaint must not stop the ladder for the others
                log.exception("steps cannot be told", code="steps_failed", reference=reference)
        return stories

    def _climbs(self, found: Sequence[tuple[Complaint, frozenset[str]]], office: Office, now: datetime) -> list[Climb]:
        teams = office.rulebook.teams
        with_loads = any(rule.assign in teams for rule in office.rulebook.escalations)
        staffing = self.store.staffing(now, with_loads=with_loads)
        answering = self.store.answers_under_way([complaint.reference for complaint, _ in found])
        climbs = []
        for complaint, done in found:
            answered = complaint.reference in answering
            try:
                climbs.append(climb(complaint, done, office, now, staffing, answered=answered))
            except Exception:  # one complaint must not stop the ladder for the others
                log.exception("steps cannot be taken", code="steps_failed", reference=complaint.reference)
        return climbs


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
    changed = complaint
    for step in due:
        changed = _changed(changed, step.rule, book, now, staffing)
    renewed = _renewed(changed, due, clock, now)
    done = taken | {step.written for step in due}
    looked_at = now + LOOKED_AGAIN_AFTER if later else next_step_at(book.escalations, renewed, clock, done)
    return Climb(
        before=complaint,
        after=replace(renewed, next_step_at=looked_at),
        due=due,
        events=_events(complaint, renewed, due, now),
        notices=_notices(complaint, renewed, due, office, now, staffing.unreachable),
        letters=_delay(changed, renewed, due, office, clock, now),
        chosen=any(step.rule.assign in book.teams for step in due),
    )


def _waited(complaint: Complaint, office: Office, now: datetime, staffing: Staffing) -> Climb:
    """The customer has not written in the time that `#wait` gave them: whoever has the complaint is told, once."""
    if complaint.remind_at is None or complaint.remind_at > now:
        later = replace(complaint, next_step_at=complaint.remind_at)
        return Climb(before=complaint, after=later, due=(), events=(), notices=())
    after = replace(complaint, remind_at=None, next_step_at=None)
    event = Event(
        reference=complaint.reference, at=now, actor="vastine", kind="waited", trust="system", detail={"to": "assignee"}
    )
    people = _people(concerned(complaint), complaint, office, now, staffing.unreachable)
    notices = tuple(_notice(after, each, (), "reminder", as_assignee=True) for each in people)
    return Climb(before=complaint, after=after, due=(), events=(event,), notices=notices)


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
    return Event(reference=notice.reference, at=now, actor="vastine", kind="told_later", trust="system", detail=detail)


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
    present = stand_in(lead_or_member, book.staff, _today(book, now), staffing.unreachable)
    return replace(complaint, assignee=present or complaint.assignee)


def _to_team(complaint: Complaint, name: str, book: Rulebook, now: datetime, staffing: Staffing) -> Complaint:
    """The complaint with a team, and with whom of it the team's `assign` chooses, as a new one would be."""
    loads, last, today = staffing.loads, staffing.turns.get(name), _today(book, now)
    team = book.teams[name]
    chosen, _ = choose(team, book.staff, loads, last, today, complaint.language, staffing.unreachable)
    if chosen is not None:
        staffing.loads[chosen] += 1
        staffing.turns[name] = chosen
    if complaint.assignee is not None:
        staffing.loads[complaint.assignee] -= 1
    return replace(complaint, team=name, assignee=chosen)


def _renewed(complaint: Complaint, due: Sequence[Due], clock: Priority, now: datetime) -> Complaint:
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
    return replace(complaint, promise=promise, renewed_at=now)


def _notices(
    before: Complaint, after: Complaint, due: Sequence[Due], office: Office, now: datetime, unreachable: frozenset[str]
) -> tuple[Notice, ...]:
    """One notice a person about all the steps that name them."""
    concerning: dict[str, tuple[Recipient, list[Due]]] = {}
    for step in due:
        for recipient in _recipients(before, after, step.rule, office, now, unreachable):
            concerning.setdefault(address_of(recipient), (recipient, []))[1].append(step)
    calendar = office.rulebook.priority_or_usual(after.clock_priority).calendar
    for_that = _told_as_assignee(after, due, office, now, unreachable)
    return tuple(
        _notice(
            after,
            recipient,
            steps,
            "escalation" if _is_late(steps, after, calendar) else "reminder",
            as_assignee=address in for_that,
        )
        for address, (recipient, steps) in concerning.items()
    )


def _notice(
    complaint: Complaint,
    recipient: Recipient,
    steps: Sequence[Due],
    kind: Literal["reminder", "escalation"],
    *,
    as_assignee: bool,
) -> Notice:
    return Notice(
        reference=complaint.reference,
        priority=complaint.priority,
        recipient=recipient,
        kind=kind,
        steps=tuple(dict.fromkeys(_passed(step, complaint) for step in steps)),
        as_assignee=as_assignee,
    )


def _passed(step: Due, complaint: Complaint) -> Passed:
    return Passed(written=step.written, clock=step.rule.at.clock, run=run_of(complaint, step.written))


def _told_as_assignee(
    complaint: Complaint, due: Sequence[Due], office: Office, now: datetime, unreachable: frozenset[str]
) -> set[str]:
    """The addresses of who has the complaint, unless another word of the steps names them too."""
    book, on = office.rulebook, _today(office.rulebook, now)
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
    if rule.assign is not None and (after.assignee, after.team) != (before.assignee, before.team):
        names.append("assignee")
    return _people(names, after, office, now, unreachable) if names else ()


def _people(
    names: Sequence[str], complaint: Complaint, office: Office, now: datetime, unreachable: frozenset[str]
) -> tuple[Recipient, ...]:
    book = office.rulebook
    on = _today(book, now)
    return recipients(names, complaint, book, on=on, admin=office.admin, unreachable=unreachable)


def _is_late(steps: Sequence[Due], complaint: Complaint, calendar: Calendar) -> bool:
    """Whether one of the steps lies at or behind the end of its clock; before that it is a reminder."""
    ends = ((step, end_of(step.rule.at.clock, complaint, calendar)) for step in steps)
    return any(end is not None and step.at >= end for step, end in ends)


def _delay(
    before: Complaint, after: Complaint, due: Sequence[Due], office: Office, clock: Priority, now: datetime
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
        until=end_of("promise", before, clock.calendar),
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
    if before.renewed_at != after.renewed_at and before.promise and after.promise:
        detail = {"from": before.promise.isoformat(), "to": after.promise.isoformat()}
        changes.append(event("promise", detail))
    return (*steps, *changes)


def _today(book: Rulebook, now: datetime) -> date:
    return now.astimezone(book.timezone).date()
