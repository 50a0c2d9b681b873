"""Mails that go, answers that are taken back, and tokens that end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, insert, tuple_, update

from vastine.core.outgoing import UNDONE, Outgoing
from vastine.core.story import Story
from vastine.edges.store import tables as t
from vastine.edges.store.rows import new_rows
from vastine.edges.store_errors import ConflictError


def record_mails(connection: Connection, mails: Sequence[Outgoing]) -> None:
    """Put sealed mails into the outbox with the hashes of their tokens."""
    rows = []
    for mail in mails:
        due = mail.draft.not_before or mail.created_at
        rows.append(
            {
                "message_id": mail.message_id,
                "kind": mail.draft.kind,
                "reference": mail.draft.reference,
                "mailbox": mail.draft.mailbox,
                "party": mail.draft.party,
                "recipient": mail.draft.to.address,
                "subject": mail.draft.subject,
                "envelope_from": mail.envelope_from,
                "raw": mail.raw,
                "state": "held" if due > mail.created_at else "ready",
                "created_at": mail.created_at,
                "due_at": due,
                "rank": 0 if mail.draft.kind == "answer" else 1,
                "next_attempt_at": due,
            }
        )
    new_rows(connection, t.outbox, rows)
    new_rows(
        connection,
        t.tokens,
        [
            {
                "hash": token.hash,
                "purpose": token.purpose,
                "party": token.party,
                "reference": token.reference,
                "message_id": token.message_id,
            }
            for mail in mails
            for token in mail.tokens
        ],
    )


def withdraw(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    """Take back answers that are held; ConflictError where one has left meanwhile."""
    ids = [message_id for story in stories for message_id in story.withdrawn]
    if not ids:
        return
    waits = t.outbox.c.message_id.in_(ids) & (t.outbox.c.state == "held")
    rows = connection.scalars(
        update(t.outbox).where(waits).values(state="failed", next_attempt_at=None).returning(t.outbox.c.id)
    ).all()
    if len(rows) != len(ids):
        raise ConflictError("an answer that was to be taken back has left")
    notes = [{"outbox_id": row, "at": now, "outcome": "failed", "detail": UNDONE} for row in rows]
    connection.execute(insert(t.attempts), notes)


def record_revocations(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    ended = [(story.reference, story.revoked_party) for story in stories if story.revoked_party]
    if ended:
        connection.execute(
            update(t.tokens)
            .where(tuple_(t.tokens.c.reference, t.tokens.c.party).in_(ended), t.tokens.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )
