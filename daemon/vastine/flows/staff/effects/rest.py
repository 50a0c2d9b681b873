"""What each command does to a complaint: pure steps from state to state, or the problem why not (R33).

Each takes the state that the commands above it have made. Whoever calls them does nothing where one has a problem.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from vastine.core.assignment import choose, stand_in
from vastine.core.commands import Command, Problem, is_like, name_of, nearest
from vastine.core.complaint import Complaint, Event
from vastine.core.compose import Notice, closing, member_language
from vastine.core.desk import Desk
from vastine.core.kind import cannot_be_answered
from vastine.core.next_reply import replied
from vastine.core.recounting import recounted
from vastine.core.reopening import reopened
from vastine.core.story import Letter
from vastine.core.survey import History
from vastine.core.until import until
from vastine.core.waiting import resumed
from vastine.flows.staff.asking import why_no_survey
from vastine.flows.staff.held import answers_of_others, held_in
from vastine.flows.staff.merging import taken_in
from vastine.flows.staff.work import Work, event_of

REMINDED_AFTER = "5d"  # where `#wait` says nothing else
PAUSED_FOR = "1d"  # where `#ok` says nothing else


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What has come of a reply so far. `told` says it to the member, a sentence each."""

    complaint: Complaint
    others: tuple[Complaint, ...] = ()
    events: tuple[Event, ...] = ()
    told: tuple[Notice, ...] = ()
    letters: tuple[Letter, ...] = ()
    lines: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    hand_over: bool = False

    def after(self, event: Event | None, told: str, values: dict[str, Any] | None = None, **changed: Any) -> "State":
        """The state after a step: what is recorded, what the member is told, and fields of the complaint."""
        return replace(
            self,
            complaint=replace(self.complaint, **changed),
            events=(*self.events, event) if event else self.events,
            told=(*self.told, Notice(key=told, values=values or {})),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a command is carried out."""

    work: Work
    desk: Desk
    command: Command
    has_text: bool

    @property
    def argument(self) -> str:
        return self.command.argument

    def event(self, kind: str, before: Any, after: Any) -> Event:
        """A change by the member's hand."""
        return event_of(self.work, kind, {"from": before, "to": after})

    def problem(self, code: Any, suggestion: str = "") -> Problem:
        return Problem(code=code, line=self.command.line, word=self.argument, suggestion=suggestion)


Effect = Callable[[State, Place], State | Problem]


def _take(state: State, at: Place) -> State | Problem:
    key = at.work.member.key
    event = at.event("assignee", state.complaint.assignee, key) if state.complaint.assignee != key else None
    return state.after(event, "take", assignee=key)


def _assign(state: State, at: Place) -> State | Problem:
    book = at.work.office.rulebook
    wanted = _named(at.argument, book.staff.values())
    today = book.day_at(at.work.now)
    if wanted is not None:
        key = stand_in(wanted.key, book.staff, today, at.desk.unreachable) or wanted.key
        event = at.event("assignee", state.complaint.assignee, key)
        name = book.staff[key].name
        if key != wanted.key:
            changed = state.after(event, "assign_deputy", {"name": wanted.name, "deputy": name}, assignee=key)
        else:
            changed = state.after(event, "assign", {"name": name}, assignee=key)
        return replace(changed, hand_over=key != at.work.member.key)
    team = next((team for team in book.teams.values() if is_like(team.name, at.argument)), None)
    if team is None:
        names = [*book.staff, *book.teams, *(member.name for member in book.staff.values())]
        return at.problem("unknown_name", nearest(at.argument, names))
    complaint = state.complaint
    desk, last = at.desk, at.desk.turns.get(team.name)
    chosen, _ = choose(team, book.staff, desk.loads, last, today, complaint.language, desk.unreachable)
    event = at.event("team", complaint.team, team.name)
    changed = state.after(event, "assign", {"name": team.name}, team=team.name, assignee=chosen)
    return replace(changed, hand_over=True)


def _named(name: str, staff: Iterable[Any]) -> Any:
    """The one member whom a name means: by key, whole name, or first name where no other has it."""
    members = list(staff)
    for names_of in (lambda m: (m.key, m.name, m.email), lambda m: m.name.split()[:1]):
        found = [member for member in members if any(is_like(each, name) for each in names_of(member))]
        if len(found) == 1:
            return found[0]
    return None


def _resolve(state: State, at: Place) -> State | Problem:
    """`#resolve` also counts as the first reply; nothing more is due then.

    The customer hears of it once: by the text that goes along; by the survey, where a person has answered since their
    last mail; or else by a mail that says just that.
    """
    book, before, now = at.work.office.rulebook, state.complaint, at.work.now
    if before.status == "merged":
        return at.problem("merged")
    # Were this undone, the complaint would be open, and due later by what was waited.
    ran_on = replied(resumed(before, book, now), now)
    changed = replace(state, complaint=ran_on).after(
        event_of(at.work, "resolved", {}),
        "resolved",
        status="resolved",
        resolved_at=now,
        waiting_since=None,
        remind_at=None,
        paused_until=None,
        next_step_at=None,
    )
    return changed if at.has_text else _let_know(changed, before, at)


def _let_know(state: State, before: Complaint, at: Place) -> State:
    """The state with how the customer learns that the complaint is resolved: by a mail now, by the survey, or not."""
    customer, office = before.customer, at.work.office
    unheard = before.undeliverable or cannot_be_answered(customer, office.our_addresses)
    if unheard or before.status not in ("open", "waiting"):
        return replace(state, told=(*state.told, Notice(key="untold")))
    survey = office.rulebook.survey
    is_heard = at.desk.histories.get(before.reference, History()).heard
    if is_heard and survey is not None and before.survey is None:
        if (reason := why_no_survey(state.complaint, survey, at.work, at.desk)) is None:
            by_survey = {"customer": customer.address, "until": at.work.now + survey.after}
            return replace(state, told=(*state.told, Notice(key="told_by_survey", values=by_survey)))
        withheld = replace(event_of(at.work, "survey_withheld", {"reason": reason}), actor="vastine", trust="system")
        decided = replace(state.complaint, survey="none")
        state = replace(state, complaint=decided, events=(*state.events, withheld))
    return _with_closing(state, at)


def _with_closing(state: State, at: Place) -> State:
    """With a mail that says that the complaint is resolved, held like an answer."""
    work = at.work
    hold, customer = work.office.hold_replies, state.complaint.customer.address
    written = closing(work.office.rulebook, state.complaint)
    draft = replace(written.draft, not_before=work.now + hold if hold else None)
    notice = Notice(key="closing", values={"customer": customer})
    if hold:
        undo = name_of("undo", member_language(work.member, work.office.rulebook))
        values = {"customer": customer, "clock": work.now + hold, "undo": undo}
        notice = Notice(key="closing_held", values=values)
    by_mail = {"closing": True}
    events = [replace(each, detail=by_mail) if each.kind == "resolved" else each for each in state.events]
    letter = Letter(draft=draft, problems=written.problems)
    return replace(state, events=tuple(events), letters=(*state.letters, letter), told=(*state.told, notice))


def _wait(state: State, at: Place) -> State | Problem:
    if state.complaint.status not in ("open", "waiting"):
        return at.problem("is_resolved")
    until = _after(at, REMINDED_AFTER, state.complaint)
    if isinstance(until, Problem):
        return until
    event = event_of(at.work, "waiting", {"until": until.isoformat()})
    since = state.complaint.waiting_since or at.work.now
    return state.after(
        event, "wait", {"until": until}, status="waiting", waiting_since=since, remind_at=until, next_step_at=until
    )


def _ok(state: State, at: Place) -> State | Problem:
    until = _after(at, PAUSED_FOR, state.complaint)
    if isinstance(until, Problem):
        return until
    later = state.complaint.next_step_at
    event = event_of(at.work, "seen", {"until": until.isoformat()})
    return state.after(
        event, "ok", {"until": until}, paused_until=until, next_step_at=max(later, until) if later else None
    )


def _after(at: Place, usual: str, complaint: Complaint) -> datetime | Problem:
    """When so much time has passed on the complaint's clock, or the day that is named opens."""
    book = at.work.office.rulebook
    calendar = book.priority_or_usual(complaint.clock_priority).calendar
    try:
        return until(at.argument or usual, now=at.work.now, calendar=calendar, zone=book.timezone)
    except ValueError:
        return at.problem("bad_time")


def _reopen(state: State, at: Place) -> State | Problem:
    before, book, now = state.complaint, at.work.office.rulebook, at.work.now
    if before.status == "merged":
        return at.problem("merged")
    if before.status == "open":
        return at.problem("not_resolved")
    event = event_of(at.work, "reopened", {"was": before.status})
    waited = before.status == "waiting"
    again = resumed(before, book, now) if waited else reopened(before, book, now)
    return replace(state.after(event, "reopen"), complaint=again)


def _priority(state: State, at: Place) -> State | Problem:
    """Set by hand it is counted from the start of the clocks, as if it had been so from the beginning.

    Where no clock runs any more the due times stay as they were counted; a new run takes it up.
    """
    book, before = at.work.office.rulebook, state.complaint
    priority = next((each for each in book.priorities if is_like(each.name, at.argument)), None)
    if priority is None:
        return at.problem("unknown_priority", nearest(at.argument, (each.name for each in book.priorities)))
    event = at.event("priority", before.priority, priority.name)
    counted = recounted(before, priority) if before.status in ("open", "waiting") else before
    if before.status == "open":
        counted = replace(counted, next_step_at=at.work.now)
    changed = replace(state, complaint=counted)
    return changed.after(event, "priority", {"name": priority.name}, priority=priority.name)


def _topic(state: State, at: Place) -> State | Problem:
    book = at.work.office.rulebook
    topic = next((each for each in book.topics if is_like(each, at.argument)), None)
    if topic is None:
        return at.problem("unknown_topic", nearest(at.argument, book.topics))
    return state.after(at.event("topic", state.complaint.topic, topic), "topic", {"name": topic}, topic=topic)


def _tag(state: State, at: Place) -> State | Problem:
    tags = tuple(dict.fromkeys((*state.complaint.tags, at.argument)))
    return state.after(event_of(at.work, "tag", {"tag": at.argument}), "tag", {"name": at.argument}, tags=tags)


def _merge(state: State, at: Place) -> State | Problem:
    """Into another complaint of the same customer: what is written about the one goes on in the other."""
    target = at.desk.current(at.argument.strip("[]").upper())
    if target is None:
        return at.problem("unknown_reference")
    if target.reference == state.complaint.reference:
        return at.problem("same_complaint")
    if target.customer.address != state.complaint.customer.address or not target.customer.address:
        return at.problem("other_customer")
    if state.complaint.status in ("open", "waiting") and target.status not in ("open", "waiting"):
        return at.problem("is_resolved")  # an open question would lie in what nobody looks at
    after = taken_in(target, state.complaint, at.work.office.rulebook, at.work.now)
    merged = event_of(at.work, "merged", {"into": target.reference})
    events = [replace(event_of(at.work, "merged", {"from": state.complaint.reference}), reference=target.reference)]
    if target.status != after.status:
        events.append(replace(event_of(at.work, "resumed", {"was": target.status}), reference=target.reference))
    if target.priority != after.priority:
        events.append(replace(at.event("priority", target.priority, after.priority), reference=target.reference))
    changed = state.after(
        merged,
        "merge",
        {"reference": target.reference},
        status="merged",
        merged_into=target.reference,
        waiting_since=None,
        remind_at=None,
        next_step_at=None,
    )
    # Were the other merged or resolved at the same time, elsewhere, nobody would have the matter in hand.
    told = (*changed.told, *_merged_notices(after))
    return replace(changed, events=(*changed.events, *events), others=(*changed.others, after), told=told)


def _merged_notices(complaint: Complaint) -> tuple[Notice, ...]:
    """How the complaint stands that the other one was merged into."""
    if complaint.status not in ("open", "waiting"):
        return ()
    stands = Notice(key=f"merge_{complaint.status}", values={"priority": complaint.priority})
    until = None if complaint.first_replied_at else complaint.promise or complaint.first_reply_due
    return (stands, Notice(key="merge_until", values={"until": until})) if until else (stands,)


def _spam(state: State, at: Place) -> State | Problem:
    if at.has_text:
        return at.problem("with_text")
    event = at.event("status", state.complaint.status, "spam")
    held = [answer for _, answer in held_in(at.desk, state.complaint.reference)]
    changed = state.after(event, "spam", status="spam", waiting_since=None, remind_at=None, next_step_at=None)
    return replace(changed, withdrawn=(*changed.withdrawn, *(each.message_id for each in held)))


def _undo(state: State, at: Place) -> State | Problem:
    """The member's last answer that is still held is not sent; what was resolved with it is open as before."""
    before, key = state.complaint, at.work.member.key
    of_others = answers_of_others(at.desk, key)
    found = held_in(at.desk, before.reference)
    held = [
        (reference, answer)
        for reference, answer in found
        if (reference, answer.created_at) not in of_others and answer.by in (None, key)
    ]
    if not held:
        return at.problem("nothing_to_undo")
    reference, last = held[-1]
    event = event_of(at.work, "undone", {"answer": last.message_id, "at": last.created_at.isoformat()})
    told = "undo_closing" if last.kind == "closing" else "undo"
    changed = replace(state.after(replace(event, reference=reference), told), withdrawn=(last.message_id,))
    if before.status == "waiting" and before.waiting_since == last.created_at:
        return replace(changed, complaint=resumed(before, at.work.office.rulebook, at.work.now))
    if before.status == "resolved" and reference != before.reference:  # what it answered would lie where nobody looks
        again = reopened(before, at.work.office.rulebook, at.work.now)
        return replace(changed, complaint=again, told=(*changed.told, Notice(key="undo_resolved")))
    if before.status != "resolved" or before.resolved_at != last.created_at:
        return changed
    first = None if before.first_replied_at == last.created_at else before.first_replied_at
    following = None if before.next_replied_at == last.created_at else before.next_replied_at
    again = replace(
        before,
        status="open",
        resolved_at=None,
        first_replied_at=first,
        next_replied_at=following,
        next_step_at=at.work.now,
    )
    if last.kind == "closing" and before.survey == "none":
        again = replace(again, survey=None)  # it was decided with the resolution
    return replace(changed, complaint=again, told=(*changed.told, Notice(key="undo_resolved")))


EFFECTS: dict[str, Effect] = {
    "take": _take,
    "assign": _assign,
    "resolve": _resolve,
    "wait": _wait,
    "ok": _ok,
    "reopen": _reopen,
    "priority": _priority,
    "topic": _topic,
    "tag": _tag,
    "merge": _merge,
    "spam": _spam,
    "undo": _undo,
}
"""By the command's English name. `note` and `reply` say what becomes of the text; `status`, `help` and `list` ask."""


def carried_out(
    commands: Iterable[Command], state: State, work: Work, desk: Desk, *, has_text: bool
) -> tuple[State, tuple[Problem, ...]]:
    """The state after all of the commands, and every problem that one of them has."""
    problems: list[Problem] = []
    for command in commands:
        if (effect := EFFECTS.get(command.name)) is None:
            continue
        result = effect(state, Place(work=work, desk=desk, command=command, has_text=has_text))
        if isinstance(result, Problem):
            problems.append(result)
        else:
            state = result
    return state, tuple(problems)
