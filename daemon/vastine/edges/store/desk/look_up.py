"""Filling a desk for a batch of mails, and what is looked up by the mails themselves."""

import secrets
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import Column, Connection, select

from vastine.core.desk import Desk, Inquiry, Seen
from vastine.core.tokens import new_reference
from vastine.edges.store import tables as t
from vastine.edges.store.desk.answered import add_acknowledgements, add_matters
from vastine.edges.store.desk.complaints import add_complaints
from vastine.edges.store.desk.grants import grants_of, meanings_of_ours
from vastine.edges.store.desk.work import add_histories, add_work
from vastine.edges.store.rows import complaint_of
from vastine.edges.store.staffing import loads_of, turns_of, unreachable_members


def desk_for(connection: Connection, inquiry: Inquiry, *, mails: int, per_hour: int, now: datetime) -> Desk:
    """Fill a desk with a few look-ups, each for the whole batch."""
    desk = Desk(
        seen={
            **_seen(connection, t.ledger.c.content_key, inquiry.content_keys),
            **_seen(connection, t.ledger.c.sha256, inquiry.sha256s),
        },
        grants=grants_of(connection, inquiry.token_hashes),
        ours=meanings_of_ours(connection, inquiry.message_ids),
        theirs=_theirs(connection, inquiry.message_ids),
        references=_free_references(connection, mails),
    )
    add_complaints(connection, desk, inquiry)
    references = add_work(connection, desk, inquiry.shown, now)
    if inquiry.survey_within is not None:
        add_histories(connection, desk, references, inquiry.survey_within, now)
    if inquiry.asks_for_work:
        in_hand = select(t.complaints).where(t.IN_HAND).order_by(t.complaints.c.opened_at)
        desk.work = tuple(complaint_of(row) for row in connection.execute(in_hand))
    add_acknowledgements(connection, desk, inquiry.addresses, per_hour, now)
    add_matters(connection, desk, inquiry.asking, now)
    desk.unreachable |= unreachable_members(connection, now)
    desk.loads.update(loads_of(connection))
    desk.turns.update(turns_of(connection))
    return desk


def _seen(connection: Connection, key: Column[str], wanted: frozenset[str]) -> dict[str, Seen]:
    """Earlier deliveries by one of their keys. What is in quarantine was not handled, and may come again."""
    if not wanted:
        return {}
    rows = connection.execute(
        select(key.label("key"), t.ledger.c.outcome, t.ledger.c.reference)
        .where(key.in_(wanted), t.HANDLED)
        .order_by(t.ledger.c.id.desc())
    )
    return {row.key: Seen(outcome=row.outcome, reference=row.reference) for row in rows}


def _theirs(connection: Connection, message_ids: frozenset[str]) -> dict[str, str]:
    wanted = select(t.incoming.c.message_id, t.incoming.c.reference).where(t.incoming.c.message_id.in_(message_ids))
    return {row.message_id: row.reference for row in connection.execute(wanted.order_by(t.incoming.c.ledger_id))}


def _free_references(connection: Connection, count: int) -> Iterator[str]:
    drawn: list[str] = []
    while len(drawn) < count:
        candidates = {new_reference(secrets.token_bytes) for _ in range(count)}
        taken = connection.scalars(select(t.complaints.c.reference).where(t.complaints.c.reference.in_(candidates)))
        drawn.extend(candidates - set(taken) - set(drawn))
    return iter(drawn)
