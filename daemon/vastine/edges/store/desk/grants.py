"""What tokens, and Message-IDs of ours, tell about who answers them."""

from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, select

from vastine.core.desk import Grant
from vastine.edges.store import tables as t

PURPOSES: Final = {"staff": "s", "customer": "c"}  # of whoever answers a mail of ours


def grants_of(connection: Connection, hashes: frozenset[str]) -> dict[str, Grant]:
    if not hashes:
        return {}
    rows = connection.execute(
        select(t.tokens, t.outbox.c.kind, t.outbox.c.bounced_at)
        .join(t.outbox, t.outbox.c.message_id == t.tokens.c.message_id)
        .where(t.tokens.c.hash.in_(hashes))
    )
    found = {
        row.hash: Grant(
            via="token",
            purpose=row.purpose,
            party=row.party,
            reference=row.reference,
            message_id=row.message_id,
            kind=row.kind,
            revoked=row.revoked_at is not None,
            failed=row.bounced_at is not None,
        )
        for row in rows
    }
    return _with_what_they_are_about(connection, found)


def meanings_of_ours(connection: Connection, message_ids: frozenset[str]) -> dict[str, Grant]:
    if not message_ids:
        return {}
    ended = select(t.tokens.c.hash).where(
        t.tokens.c.reference == t.outbox.c.reference,
        t.tokens.c.party == t.outbox.c.party,
        t.tokens.c.message_id == t.outbox.c.message_id,
        t.tokens.c.revoked_at.is_not(None),
    )
    wanted = (
        t.outbox.c.message_id,
        t.outbox.c.party,
        t.outbox.c.reference,
        t.outbox.c.kind,
        t.outbox.c.bounced_at,
    )
    rows = connection.execute(
        select(*wanted, ended.exists().label("revoked")).where(t.outbox.c.message_id.in_(message_ids))
    )
    found = {
        row.message_id: Grant(
            via="Message-ID",
            purpose=PURPOSES.get(row.party.partition(":")[0], "b"),
            party=row.party,
            reference=row.reference,
            message_id=row.message_id,
            kind=row.kind,
            revoked=row.revoked,
            failed=row.bounced_at is not None,
        )
        for row in rows
    }
    return _with_what_they_are_about(connection, found)


def _with_what_they_are_about(connection: Connection, found: dict[str, Grant]) -> dict[str, Grant]:
    """The grants, those of gathered mails with the complaints that these have links for."""
    gathered = {grant.message_id for grant in found.values() if grant.is_gathered}
    if not gathered:
        return found
    of_links = t.tokens.c.message_id.in_(gathered) & (t.tokens.c.purpose == "s")
    about: dict[str, list[str]] = {message_id: [] for message_id in gathered}
    rows = select(t.tokens.c.message_id, t.tokens.c.reference).where(of_links).order_by(t.tokens.c.reference)
    for message_id, reference in connection.execute(rows):
        about[message_id].append(reference)
    return {key: replace(grant, about=tuple(about.get(grant.message_id, ()))) for key, grant in found.items()}
