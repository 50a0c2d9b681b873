"""What staff have done in the complaints that members write about."""

from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from sqlalchemy import Connection, select

from vastine.core.desk import Desk, Held
from vastine.core.past import KINDS
from vastine.edges.store import tables as t
from vastine.edges.store.desk.complaints import complaints_of
from vastine.edges.store.rows import event_of
from vastine.edges.store.surveys import histories_of, with_awaited

LATELY: Final = timedelta(minutes=30)  # two answers within it were written at once
LOOKED_BACK: Final = timedelta(hours=25)  # for mails of staff that were not proven, and for answers that are held


def add_work(connection: Connection, desk: Desk, shown: frozenset[str], now: datetime) -> set[str]:
    """What staff have done in the complaints that members write about. Returns the references of these."""
    known = chain(desk.grants.values(), desk.ours.values())
    grants = [grant for grant in known if grant.purpose == "s" or grant.is_gathered]
    written_about = {grant.reference for grant in grants if grant.reference} | (shown & desk.complaints.keys())
    references = _with_merged(connection, desk, written_about, now)
    if not references:
        return references
    _add_held(connection, desk, references, now)
    done = select(t.events).where(t.events.c.reference.in_(references), t.events.c.kind.in_(KINDS))
    for row in connection.execute(done.order_by(t.events.c.id)):
        desk.past[row.reference] = (*desk.past.get(row.reference, ()), event_of(row))
        if row.kind == "undone":
            desk.take_back(row.reference, row.detail)
        elif row.kind == "answered" and row.at > now - LATELY:
            desk.answered[row.reference] = (*desk.answered.get(row.reference, ()), (row.actor, row.at))
    _add_returned(connection, desk, {grant.party.partition(":")[2] for grant in grants}, now)
    return references


def _add_returned(connection: Connection, desk: Desk, members: set[str], now: datetime) -> None:
    """When mail of these members was returned, and when it was for want of a proof."""
    returned = select(t.events.c.actor, t.events.c.at, t.events.c.detail).where(
        t.events.c.actor.in_(members), t.RETURNED, t.events.c.at > now - LOOKED_BACK
    )
    for row in connection.execute(returned.order_by(t.events.c.id)):
        desk.returned[row.actor] = (*desk.returned.get(row.actor, ()), row.at)
        if "not_verified" in row.detail["problems"]:
            desk.unproven[row.actor] = (*desk.unproven.get(row.actor, ()), row.at)


def _add_held(connection: Connection, desk: Desk, references: set[str], now: datetime) -> None:
    """What goes to these customers and can still be undone; a closing by whoever resolved the complaint."""
    resolved = select(t.events.c.reference, t.events.c.at, t.events.c.actor).where(
        t.events.c.reference.in_(references), t.events.c.kind == "resolved", t.events.c.at > now - LOOKED_BACK
    )
    resolved_by = {(row.reference, row.at): row.actor for row in connection.execute(resolved)}
    columns = (t.outbox.c.reference, t.outbox.c.message_id, t.outbox.c.created_at, t.outbox.c.kind)
    held = select(*columns).where(
        t.outbox.c.reference.in_(references), t.outbox.c.kind.in_(("answer", "closing")), t.outbox.c.state == "held"
    )
    for row in connection.execute(held.order_by(t.outbox.c.id)):
        by = resolved_by.get((row.reference, row.created_at)) if row.kind == "closing" else None
        mail = Held(message_id=row.message_id, created_at=row.created_at, kind=row.kind, by=by)
        desk.held[row.reference] = (*desk.held.get(row.reference, ()), mail)


def add_histories(
    connection: Connection, desk: Desk, references: set[str], survey_within: timedelta, now: datetime
) -> None:
    """What bears on asking the customers of these complaints, should they be resolved now."""
    complaints = [complaint for each in sorted(references) if (complaint := desk.complaints.get(each)) is not None]
    if complaints:
        histories = histories_of(connection, complaints, now)
        desk.histories.update(with_awaited(connection, histories, complaints, now - survey_within))


def _with_merged(connection: Connection, desk: Desk, references: set[str], now: datetime) -> set[str]:
    """These complaints, what they were merged into, and what was merged into that lately: an answer of which a member
    writes may stand in any of them.
    """
    found = references | {current.reference for each in references if (current := desk.current(each))}
    newest = found
    while newest:
        merged = select(t.events.c.detail).where(
            t.events.c.reference.in_(newest), t.events.c.kind == "merged", t.events.c.at > now - LOOKED_BACK
        )
        newest = {detail["from"] for detail in connection.scalars(merged) if "from" in detail} - found
        found |= newest
    desk.complaints.update(complaints_of(connection, found - desk.complaints.keys()))
    return found
