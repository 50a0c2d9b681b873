"""What customers had of our automatic mails, and what may be told to those who ask how things stand."""

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Connection, case, func, select

from vastine.core.desk import Desk
from vastine.edges.store import tables as t
from vastine.edges.store.rows import complaint_of

MATTERS_TOLD: Final = 20  # in one mail about the status
MAILS_AT_MOST: Final = 1000  # in a batch
LEFT: Final = ("sending", "unknown", "sent")  # states of a mail that its recipient may have


def add_acknowledgements(
    connection: Connection, desk: Desk, addresses: frozenset[str], per_hour: int, now: datetime
) -> None:
    acknowledgements = t.outbox.c.kind == "acknowledgement"
    today = (
        select(t.outbox.c.recipient, func.count(), func.sum(case((t.outbox.c.state.in_(LEFT), 1), else_=0)))
        .where(acknowledgements, t.outbox.c.recipient.in_(addresses), t.outbox.c.due_at > now - timedelta(days=1))
        .group_by(t.outbox.c.recipient)
    )
    for recipient, count, left in connection.execute(today):
        desk.acknowledged_today[recipient] = count
        if left:
            desk.acknowledged.add(recipient)
    _add_times(connection, desk, per_hour, now)


def _add_times(connection: Connection, desk: Desk, per_hour: int, now: datetime) -> None:
    """The times of the newest acknowledgements, where the hour is nearly full; else there is room in any case."""
    this_hour = (t.outbox.c.kind == "acknowledgement") & (t.outbox.c.due_at > now - timedelta(hours=1))
    count = connection.scalar(select(func.count()).select_from(t.outbox).where(this_hour)) or 0
    if count + MAILS_AT_MOST < per_hour:
        return
    newest = select(t.outbox.c.due_at).where(this_hour).order_by(t.outbox.c.due_at.desc()).limit(per_hour)
    desk.acknowledgement_times.extend(reversed(connection.scalars(newest).all()))


def add_matters(connection: Connection, desk: Desk, asking: frozenset[str], now: datetime) -> None:
    """What is in hand of those who ask for it, newest first, and who of them had an answer to that already."""
    if not asking:
        return
    told = select(t.outbox.c.recipient).where(
        t.outbox.c.kind == "status", t.outbox.c.recipient.in_(asking), t.outbox.c.due_at > now - timedelta(days=1)
    )
    desk.told_status.update(connection.scalars(told))
    for address in asking:
        newest = (
            select(t.complaints)
            .where(t.complaints.c.customer_address == address, t.IN_HAND)
            .order_by(t.complaints.c.opened_at.desc())
            .limit(MATTERS_TOLD)
        )
        desk.matters[address] = tuple(complaint_of(row) for row in connection.execute(newest))
