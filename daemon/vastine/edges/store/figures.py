"""How much there is of everything, for whoever watches the daemon: each count walks along an index and nothing else."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from vastine.core.condition import Figures, Waiting
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database
from vastine.edges.store.gathered import held_in


class FigureRecords(Database):
    """The part of the store that monitoring reads."""

    def figures(self, now: datetime) -> Figures:
        """All counts, in one transaction that only reads. Raises StoreError."""
        with self.read() as connection:
            return Figures(
                at=now,
                **_complaints(connection, now),
                **_outbox(connection, now),
                **_steps(connection, now),
                quarantined=_by_mailbox(connection, t.quarantine.c.mailbox, t.QUARANTINED),
                undecided=_by_mailbox(connection, t.ledger.c.mailbox, t.ledger.c.outcome.is_(None)),
                looked_at={
                    (row.host, row.login, row.folder): row.looked_at for row in connection.execute(select(t.folders))
                },
            )


def _complaints(connection: Connection, now: datetime) -> dict[str, Any]:
    columns = t.complaints.c
    wanted = (
        select(
            columns.status,
            func.count().label("complaints"),
            *(_how_many(due < now).label(f"late_{clock}") for clock, due in t.DUE.items()),
            _how_many(t.is_late(now)).label("late"),
            func.min(columns.opened_at).label("oldest"),
        )
        .where(t.IN_HAND)
        .group_by(columns.status)
    )
    rows = {row.status: row for row in connection.execute(wanted)}
    opened = rows.get("open")  # while we wait for the customer no clock runs
    return {
        "complaints": {status: row.complaints for status, row in rows.items()},
        "late_by_clock": {clock: getattr(opened, f"late_{clock}") for clock in t.DUE} if opened else {},
        "late": opened.late if opened else 0,
        "oldest_open_at": opened.oldest if opened else None,
    }


def _outbox(connection: Connection, now: datetime) -> dict[str, Any]:
    columns = t.outbox.c
    pending = (
        select(
            columns.state,
            func.count().label("mails"),
            func.min(columns.created_at).label("oldest"),
            func.min(columns.next_attempt_at).label("due"),
            _how_many(columns.kind == "acknowledgement").label("acknowledgements"),
        )
        .where(columns.next_attempt_at.is_not(None))
        .group_by(columns.state)
    )
    sending = select(func.count().label("mails"), func.min(columns.created_at).label("oldest")).where(t.SENDING)
    rows = {row.state: row for row in connection.execute(pending)}
    found = {state: Waiting(mails=row.mails, oldest_at=row.oldest) for state, row in rows.items()}
    under_way = connection.execute(sending).one()
    if under_way.mails:
        found["sending"] = Waiting(mails=under_way.mails, oldest_at=under_way.oldest)
    first = min((row.due for row in rows.values()), default=now)
    return {
        "outbox": found,
        "acknowledgements_held": rows["held"].acknowledgements if "held" in rows else 0,
        "mails_due_since": first if first < now else None,
    }


def _steps(connection: Connection, now: datetime) -> dict[str, Any]:
    at = t.complaints.c.next_step_at
    due = connection.execute(
        select(func.count().label("complaints"), func.min(at).label("first")).where(at <= now)
    ).one()
    return {"steps_due": due.complaints, "steps_due_since": due.first, "steps_held": held_in(connection) is not None}


def _by_mailbox(connection: Connection, mailbox: ColumnElement[str], wanted: ColumnElement[bool]) -> dict[str, int]:
    counted = connection.execute(select(mailbox, func.count()).where(wanted).group_by(mailbox))
    return {name: count for name, count in counted}  # noqa: C416  rows are tuples by duck-typing only


def _how_many(true: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((true, 1), else_=0))
