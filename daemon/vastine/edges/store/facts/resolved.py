"""Resolutions, as often as a complaint has them: each with the time that it was in hand until then."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select, update

from vastine.core.complaint import Complaint
from vastine.edges.store import tables as t
from vastine.edges.store.facts.answered import settled


def resolved(connection: Connection, complaint: Complaint, by: str | None) -> None:
    """The complaint is resolved; that counts as an answer to all that was asked."""
    at, reference = complaint.resolved_at, complaint.reference
    if at is None:
        raise ValueError(f"{reference} is not resolved")
    last = _last(connection, reference)
    began = complaint.opened_at if last is None else last.reopened_at or last.resolved_at
    written = select(func.count()).select_from(t.answers).where(t.answers.c.reference == reference)
    connection.execute(
        insert(t.resolutions),
        [
            {
                "reference": reference,
                "number": last.number + 1 if last else 1,
                "began_at": began,
                "resolved_at": at,
                "resolved_by": by,
                "answers": connection.scalar(written) or 0,
                "wall_s": max(0, int(at.timestamp()) - int(began.timestamp())) + (last.wall_s if last else 0),
            }
        ],
    )
    settled(connection, reference, at, by, asked_by=at)


def reopened(connection: Connection, complaint: Complaint, resolved_at: datetime, now: datetime) -> None:
    """Opened again: its clock starts at what opened it, if that was after the resolution."""
    at = complaint.resolve_since if complaint.resolve_since > resolved_at else now
    standing = (t.resolutions.c.reference == complaint.reference) & t.resolutions.c.reopened_at.is_(None)
    connection.execute(update(t.resolutions).where(standing).values(reopened_at=at))


def undone(connection: Connection, complaint: Complaint, resolved_at: datetime, _now: datetime) -> None:
    """The resolution was taken back: it never was, nor what followed from it."""
    reference = complaint.reference
    this = (t.resolutions.c.reference == reference) & (t.resolutions.c.resolved_at == resolved_at)
    connection.execute(delete(t.resolutions).where(this))
    mails = (t.customer_mails.c.reference == reference) & (t.customer_mails.c.answered_at == resolved_at)
    nothing = {"answered_at": None, "answered_by": None, "wall_s": None, "open_s": None}
    connection.execute(update(t.customer_mails).where(mails).values(nothing))
    kept = (t.promises.c.reference == reference) & (t.promises.c.ended_at == resolved_at)
    connection.execute(update(t.promises).where(kept).values(ended_at=None, ended=None, until=None))


def _last(connection: Connection, reference: str) -> Any:
    wanted = select(t.resolutions).where(t.resolutions.c.reference == reference)
    return connection.execute(wanted.order_by(t.resolutions.c.number.desc()).limit(1)).first()
