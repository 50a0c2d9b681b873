"""The surveys' part of the store: resolved complaints whose survey is due, with what bears on asking."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

from sqlalchemy import Connection, Exists, Row, func, select

from vastine.core.complaint import Complaint
from vastine.core.outgoing import CUSTOMER_KINDS
from vastine.core.survey import NOT_AGAIN_WITHIN, History
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database
from vastine.edges.store.rows import complaint_of

_TELLING: Final = ("answered", "undone", "customer_wrote", "resolved", "acknowledgement_withheld")
_Happened: TypeAlias = Row[str, str, datetime, Any]
BOUNCED_WITHIN: Final = timedelta(days=90)


class SurveyRecords(Database):
    """What the flow of surveys reads. What it decides is recorded by `record_tick`."""

    def complaints_to_survey(
        self, resolved_after: datetime, resolved_by: datetime, limit: int, now: datetime
    ) -> list[tuple[Complaint, History]]:
        """Complaints resolved between the two times of which it is not decided whether to ask, oldest first."""
        due = (
            select(t.complaints)
            .where(t.UNSURVEYED, t.complaints.c.resolved_at > resolved_after, t.complaints.c.resolved_at <= resolved_by)
            .where(~_answer_to_come())
            .order_by(t.complaints.c.resolved_at)
            .limit(limit)
        )
        with self.read() as connection:
            found = [complaint_of(row) for row in connection.execute(due)]
            histories = histories_of(connection, found, now) if found else {}
        return [(complaint, histories[complaint.reference]) for complaint in found]


def _answer_to_come() -> Exists:
    """Whether an answer or a closing in the complaint is still held, or has not left for another reason: a survey never
    overtakes what it asks about.
    """
    unsent = t.outbox.c.state.not_in(("sent", "failed"))
    of_it = t.outbox.c.reference == t.complaints.c.reference
    return select(t.outbox.c.id).where(of_it, t.outbox.c.kind.in_(("answer", "closing")), unsent).exists()


def histories_of(connection: Connection, complaints: Collection[Complaint], now: datetime) -> dict[str, History]:
    """What bears on asking the customers of these complaints, by reference."""
    histories = _of_complaints(connection, [complaint.reference for complaint in complaints])
    addresses = {complaint.customer.address for complaint in complaints}
    asked = _asked(connection, addresses, now - NOT_AGAIN_WITHIN)
    bounced = _bounced(connection, addresses, now - BOUNCED_WITHIN)
    refusing = select(t.no_surveys.c.address).where(t.no_surveys.c.address.in_(addresses))
    refused = set(connection.scalars(refusing))
    return {
        complaint.reference: replace(
            histories[complaint.reference],
            asked_at=asked.get(complaint.customer.address),
            bounced=complaint.customer.address in bounced,
            refused=complaint.customer.address in refused,
        )
        for complaint in complaints
    }


def with_awaited(
    connection: Connection, histories: dict[str, History], complaints: Collection[Complaint], resolved_after: datetime
) -> dict[str, History]:
    """The same, with whose survey about another complaint, resolved after then, is still to come."""
    addresses = {complaint.customer.address for complaint in complaints}
    waiting = select(t.complaints.c.reference, t.complaints.c.customer_address).where(
        t.UNSURVEYED, t.complaints.c.customer_address.in_(addresses), t.complaints.c.resolved_at > resolved_after
    )
    found = connection.execute(waiting).all()
    return {
        complaint.reference: replace(
            histories[complaint.reference],
            awaited=any(
                row.customer_address == complaint.customer.address and row.reference != complaint.reference
                for row in found
            ),
        )
        for complaint in complaints
    }


def _of_complaints(connection: Connection, references: Collection[str]) -> dict[str, History]:
    wanted = select(t.events.c.reference, t.events.c.kind, t.events.c.at, t.events.c.detail).where(
        t.events.c.reference.in_(references), t.events.c.kind.in_(_TELLING)
    )
    happened: dict[str, list[_Happened]] = {reference: [] for reference in references}
    for row in connection.execute(wanted.order_by(t.events.c.id)):
        happened[row.reference].append(row)
    return {reference: _history_of(rows) for reference, rows in happened.items()}


def _history_of(rows: Sequence[_Happened]) -> History:
    """What the events of a complaint, oldest first, tell. An answer that was undone is none since the last mail."""
    history, since = History(), set[str]()
    for row in rows:
        match row.kind:
            case "answered":
                history = replace(history, answered=True)
                since.add(row.at.isoformat())
            case "undone":
                since.discard(row.detail.get("at", ""))
            case "customer_wrote":
                since.clear()
            case "resolved":
                history = replace(history, closing_sent=bool(row.detail.get("closing")))
            case _:
                history = replace(history, unacknowledged=True)
    return replace(history, heard=bool(since))


def _asked(connection: Connection, addresses: Collection[str], since: datetime) -> dict[str, datetime]:
    """When each address was asked last, where that was after then."""
    wanted = (
        select(t.complaints.c.customer_address, func.max(t.surveys.c.asked_at).label("asked_at"))
        .join(t.surveys, t.surveys.c.reference == t.complaints.c.reference)
        .where(t.complaints.c.customer_address.in_(addresses), t.surveys.c.asked_at > since)
        .group_by(t.complaints.c.customer_address)
    )
    return {row.customer_address: row.asked_at for row in connection.execute(wanted)}


def _bounced(connection: Connection, addresses: Collection[str], since: datetime) -> set[str]:
    """The addresses to which a mail of ours was undeliverable after then."""
    wanted = (
        select(t.complaints.c.customer_address, t.events.c.detail)
        .join(t.events, t.events.c.reference == t.complaints.c.reference)
        .where(
            t.complaints.c.customer_address.in_(addresses), t.events.c.kind == "undeliverable", t.events.c.at > since
        )
    )
    return {row.customer_address for row in connection.execute(wanted) if row.detail.get("kind") in CUSTOMER_KINDS}
