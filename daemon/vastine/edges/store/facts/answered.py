"""Answers: what a customer asked is answered, and what they were promised is kept, or not."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, literal, or_, select, update

from vastine.core.complaint import Complaint
from vastine.edges.store import tables as t
from vastine.edges.store.moments import between


def accepted(connection: Connection, sent: Sequence[tuple[str, str, str]], now: datetime) -> None:
    """The SMTP server took these mails of ours: kind, reference and Message-ID of each."""
    acknowledged = [{"of": reference, "now": now} for kind, reference, _ in sent if kind == "acknowledgement"]
    if acknowledged:
        first = (t.facts.c.reference == bindparam("of")) & t.facts.c.acknowledged_at.is_(None)
        connection.execute(update(t.facts).where(first).values(acknowledged_at=bindparam("now")), acknowledged)
    for kind, reference, message_id in sent:
        if kind == "answer":
            _answer_accepted(connection, reference, message_id, now)


def _answer_accepted(connection: Connection, reference: str, message_id: str, now: datetime) -> None:
    """What was asked after the answer was written is not answered by it."""
    this = t.answers.c.message_id == message_id
    row = connection.execute(select(t.answers.c.member, t.answers.c.written_at).where(this)).first()
    connection.execute(update(t.answers).where(this).values(accepted_at=now))
    settled(connection, reference, now, row.member if row else None, asked_by=row.written_at if row else now)


def answered_directly(connection: Connection, reference: str, at: datetime, member: str | None) -> None:
    """A member's answer went to the customer without us, and was there at that time."""
    settled(connection, reference, at, member, asked_by=at)


def settled(connection: Connection, reference: str, at: datetime, member: str | None, *, asked_by: datetime) -> None:
    """All that the customer asked by `asked_by` was answered at `at`, and no promise stands any more."""
    open_ones = (t.customer_mails.c.reference == reference) & t.customer_mails.c.answered_at.is_(None)
    # The first reply is the first answer, whenever it was written.
    asked = or_(t.customer_mails.c.at <= asked_by, t.customer_mails.c.first)
    answer = {
        "answered_at": at,
        "answered_by": member,
        "wall_s": between(t.customer_mails.c.at, literal(at, t.Instant)),
    }
    connection.execute(update(t.customer_mails).where(open_ones, t.customer_mails.c.asks, asked).values(answer))
    _end_promises(connection, reference, at, "answered")


def taken_over(connection: Connection, reference: str, by: Complaint, now: datetime) -> None:
    """The promise that stands there goes on in another complaint, in place of a later one there; what was waited in
    that one before had nothing to do with it, and what was waited here is in how long it counts.
    """
    p = t.promises.c
    ours = connection.execute(select(p.id, p.due_at).where(p.reference == reference, p.ended_at.is_(None))).first()
    there = (p.reference == by.reference) & p.ended_at.is_(None)
    if ours is None:
        return
    # Both may have been told the same time: then the one there goes on, until the time that counts now.
    same = connection.execute(select(p.id).where(there, p.due_at == ours.due_at)).first()
    stays = ours.id if same is None else same.id
    connection.execute(update(t.promises).where(there, p.id != stays).values(ended_at=now, ended="dropped"))
    goes_on = {"reference": by.reference, "made_at": now, "moved_to": by.promised_until}
    connection.execute(update(t.promises).where(p.id == stays).values(goes_on))


def dropped(connection: Connection, reference: str, now: datetime) -> None:
    """Nobody waits for the answer that was promised there."""
    _end_promises(connection, reference, now, "dropped")


def _end_promises(connection: Connection, reference: str, at: datetime, how: str) -> None:
    standing = (t.promises.c.reference == reference) & t.promises.c.ended_at.is_(None)
    connection.execute(update(t.promises).where(standing).values(ended_at=at, ended=how))
