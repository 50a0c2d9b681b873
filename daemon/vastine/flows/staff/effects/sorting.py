"""Whose a complaint is, and what: `#take`, `#assign`, `#priority`, `#topic`, `#tag`."""

from collections.abc import Iterable
from dataclasses import replace

from vastine.core.assignment import choose, stand_in
from vastine.core.commands import Problem, is_like, nearest
from vastine.core.recounting import recounted
from vastine.core.rules import Member, Team
from vastine.flows.staff.effects.state import Place, State
from vastine.flows.staff.work import event_of


def take(state: State, at: Place) -> State | Problem:
    key = at.work.member.key
    event = at.event("assignee", state.complaint.assignee, key) if state.complaint.assignee != key else None
    return state.after(event, "take", assignee=key)


def assign(state: State, at: Place) -> State | Problem:
    """To a member, or to a team, of whom one is chosen as for a new complaint."""
    book = at.work.office.rulebook
    if (member := _named(at.argument, book.staff.values())) is not None:
        return _to_member(member, state, at)
    if (team := next((team for team in book.teams.values() if is_like(team.name, at.argument)), None)) is not None:
        return _to_team(team, state, at)
    names = [*book.staff, *book.teams, *(member.name for member in book.staff.values())]
    return at.problem("unknown_name", nearest(at.argument, names))


def _to_member(member: Member, state: State, at: Place) -> State:
    """To that member, or while they are away to whoever stands in for them."""
    book = at.work.office.rulebook
    key = stand_in(member.key, book.staff, book.day_at(at.work.now), at.desk.unreachable) or member.key
    event, name = at.event("assignee", state.complaint.assignee, key), book.staff[key].name
    told, values = "assign", {"name": name}
    if key != member.key:
        told, values = "assign_deputy", {"name": member.name, "deputy": name}
    return replace(state.after(event, told, values, assignee=key), hand_over=key != at.work.member.key)


def _to_team(team: Team, state: State, at: Place) -> State:
    book, desk, complaint = at.work.office.rulebook, at.desk, state.complaint
    today, last = book.day_at(at.work.now), desk.turns.get(team.name)
    chosen, _ = choose(team, book.staff, desk.loads, last, today, complaint.language, desk.unreachable)
    event = at.event("team", complaint.team, team.name)
    changed = state.after(event, "assign", {"name": team.name}, team=team.name, assignee=chosen)
    return replace(changed, hand_over=True)


def _named(name: str, staff: Iterable[Member]) -> Member | None:
    """The one member whom a name means: by key, whole name, or first name where no other has it."""
    members = list(staff)
    for names_of in (lambda m: (m.key, m.name, m.email), lambda m: m.name.split()[:1]):
        found = [member for member in members if any(is_like(each, name) for each in names_of(member))]
        if len(found) == 1:
            return found[0]
    return None


def priority(state: State, at: Place) -> State | Problem:
    """Set by hand it is counted from the start of the clocks, as if it had been so from the beginning.

    Where no clock runs any more the due times stay as they were counted; a new run takes it up.
    """
    book, before = at.work.office.rulebook, state.complaint
    wanted = next((each for each in book.priorities if is_like(each.name, at.argument)), None)
    if wanted is None:
        return at.problem("unknown_priority", nearest(at.argument, (each.name for each in book.priorities)))
    event = at.event("priority", before.priority, wanted.name)
    counted = recounted(before, wanted) if before.status in ("open", "waiting") else before
    if before.status == "open":
        counted = replace(counted, next_step_at=at.work.now)
    changed = replace(state, complaint=counted)
    return changed.after(event, "priority", {"name": wanted.name}, priority=wanted.name)


def topic(state: State, at: Place) -> State | Problem:
    book = at.work.office.rulebook
    wanted = next((each for each in book.topics if is_like(each, at.argument)), None)
    if wanted is None:
        return at.problem("unknown_topic", nearest(at.argument, book.topics))
    return state.after(at.event("topic", state.complaint.topic, wanted), "topic", {"name": wanted}, topic=wanted)


def tag(state: State, at: Place) -> State | Problem:
    tags = tuple(dict.fromkeys((*state.complaint.tags, at.argument)))
    return state.after(event_of(at.work, "tag", {"tag": at.argument}), "tag", {"name": at.argument}, tags=tags)
