"""What tokens, and Message-IDs of ours, tell about who answers them."""

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
    return {
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
    return {
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
