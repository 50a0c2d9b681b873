"""What became of each mail that came in: its outcome, what `show` tells of it, and its place in quarantine."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, update

from vastine.core.story import Story
from vastine.core.tokens import mask_text
from vastine.edges.store import tables as t
from vastine.edges.store.rows import new_rows


def record_outcomes(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    decided = [
        {
            "row_id": story.delivery.id,
            "outcome": story.outcome,
            "reason": story.reason,
            "reference": story.reference,
            "message_id": story.mail.message_id if story.mail else "",
            "content_key": story.delivery.content_key,
        }
        for story in stories
        if story.delivery is not None
    ]
    if decided:
        connection.execute(update(t.ledger).where(t.ledger.c.id == bindparam("row_id")), decided)
    new_rows(connection, t.incoming, [_incoming_columns(s) for s in stories if s.delivery and s.mail and s.sender_kind])
    _record_quarantined(connection, stories, now)


def _record_quarantined(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    """What goes to quarantine; what was handled anew leaves it, and may come back."""
    again = [s.delivery.id for s in stories if s.delivery and s.delivery.outcome == "quarantined"]
    if again:
        connection.execute(delete(t.quarantine).where(t.quarantine.c.ledger_id.in_(again)))
    quarantined = [
        {
            "ledger_id": s.delivery.id,
            "mailbox": s.delivery.mailbox,
            "uid": s.delivery.uid,
            "sha256": s.delivery.sha256,
            "reason": s.reason,
            "tries": s.delivery.tries,
            "at": now,
            "state": "waiting",
        }
        for s in stories
        if s.delivery and s.outcome == "quarantined"
    ]
    new_rows(connection, t.quarantine, quarantined)


def _incoming_columns(story: Story) -> dict[str, Any]:
    if story.delivery is None or story.mail is None:
        raise ValueError("a story without a mail has nothing incoming")
    mail = story.mail
    return {
        "ledger_id": story.delivery.id,
        "reference": story.reference,
        "kind": story.sender_kind,
        "message_id": mail.message_id,
        "sender": [{"name": a.name, "address": a.address} for a in mail.from_],
        "recipients": [{"name": a.name, "address": mask_text(a.address)} for a in (*mail.to, *mail.cc)],
        "subject": mail.subject,
        "at": story.delivery.arrived_at,
    }
