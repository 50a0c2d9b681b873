"""What is in hand now: how old it is, what of it is late, and whose it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from sqlalchemy import Connection, select

from vastine.core.measures import Band, Figures, Load, Stuck
from vastine.edges.store import tables as t

MOST_STUCK: Final = 500
_BANDS: Final = ((0, 1), (1, 3), (3, 7), (7, 14), (14, 30), (30, 90), (90, None))


@dataclass(frozen=True, slots=True, kw_only=True)
class InHand:
    """A complaint in hand. `clock` is the one that ran out first, at `due_at`; both None where it is in time."""

    reference: str
    assignee: str | None
    status: str
    opened_at: datetime
    clock: Literal["first_reply", "next_reply", "resolve"] | None
    due_at: datetime | None


def counted_in_hand(connection: Connection, now: datetime, team: str | None) -> list[InHand]:
    """All complaints in hand. While one waits for the customer its clocks stand still: it is not late."""
    c = t.complaints.c
    clocks = (due.label(f"due_{clock}") for clock, due in t.DUE.items())
    wanted = select(c.reference, c.assignee, c.status, c.opened_at, *clocks).where(t.IN_HAND)
    if team is not None:
        wanted = wanted.where(c.team == team)
    found = []
    for row in connection.execute(wanted):
        running = ((getattr(row, f"due_{clock}"), clock) for clock in t.DUE)
        over = [(due, clock) for due, clock in running if due is not None and due < now]
        due_at, clock = min(over) if over and row.status == "open" else (None, None)
        found.append(
            InHand(
                reference=row.reference,
                assignee=row.assignee,
                status=row.status,
                opened_at=row.opened_at,
                clock=clock,
                due_at=due_at,
            )
        )
    return found


def ages_in(in_hand: Sequence[InHand], now: datetime) -> tuple[Band, ...]:
    """How old they are, in bands of days of 24 hours; all bands, also empty ones."""
    bands = []
    for first, end in _BANDS:
        there = [
            each
            for each in in_hand
            if now - each.opened_at >= timedelta(days=first or -1)
            and (end is None or now - each.opened_at < timedelta(days=end))
        ]
        late = sum(each.clock is not None for each in there)
        bands.append(Band(days_from=first, days_to=end, complaints=len(there), late=late))
    return tuple(bands)


def stuck_in(connection: Connection, in_hand: Sequence[InHand]) -> tuple[Stuck, ...]:
    """The late ones, those that are late for longest first, at most 500."""
    late = [(each.due_at, each.clock, each) for each in in_hand if each.due_at is not None and each.clock is not None]
    first = sorted(late, key=lambda one: (one[0], one[2].reference))[:MOST_STUCK]
    c = t.complaints.c
    wanted = select(c.reference, c.topic, c.priority, c.team, c.subject).where(
        c.reference.in_([each.reference for _, _, each in first])
    )
    rows = {row.reference: row for row in connection.execute(wanted)}
    return tuple(
        Stuck(
            reference=each.reference,
            topic=rows[each.reference].topic,
            priority=rows[each.reference].priority,
            team=rows[each.reference].team,
            assignee=each.assignee,
            subject=rows[each.reference].subject,
            status=each.status,
            opened_at=each.opened_at,
            due_at=due_at,
            clock=clock,
        )
        for due_at, clock, each in first
    )


def loads_in(in_hand: Sequence[InHand], members: Mapping[str, Figures]) -> tuple[Load, ...]:
    """What each member has and did, by key; what nobody has stands last, where there is such."""
    keys = {each.assignee for each in in_hand} | set(members)
    loads = []
    for key in sorted(keys, key=lambda key: (key is None, key or "")):
        theirs = [each for each in in_hand if each.assignee == key]
        did = members.get(key, Figures()) if key is not None else Figures()
        load = Load(
            member=key,
            in_hand=len(theirs),
            late=sum(each.clock is not None for each in theirs),
            waiting=sum(each.status == "waiting" for each in theirs),
            answered=did.answers,
            resolved=did.resolved,
        )
        if load.in_hand or load.answered or load.resolved:
            loads.append(load)
    return tuple(loads)
