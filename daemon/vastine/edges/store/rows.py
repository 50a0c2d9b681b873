"""Between rows and the values that the rest of the program knows. Rows never leave this package."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, insert

from vastine.core.complaint import Clock, Complaint, Event, Wait
from vastine.core.mail import Address

_SAME_NAME = (
    "reference",
    "status",
    "topic",
    "priority",
    "team",
    "assignee",
    "language",
    "subject",
    "mailbox",
    "opened_at",
    "promise",
    "promise_moved_to",
    "clock_run",
    "clock_priority",
    "first_reply_since",
    "first_reply_due",
    "first_replied_at",
    "resolve_since",
    "resolve_due",
    "resolved_at",
    "next_reply_since",
    "next_reply_run",
    "next_reply_due",
    "next_replied_at",
    "renewed_at",
    "waiting_since",
    "remind_at",
    "paused_until",
    "next_step_at",
    "chased_at",
    "undeliverable",
    "merged_into",
    "authenticated",
    "rules_hash",
    "decision",
    "survey",
    "rating",
    "version",
)


def complaint_of(row: Row[*tuple[Any, ...]]) -> Complaint:
    columns = row._mapping  # noqa: SLF001 - the public name of SQLAlchemy rows
    return Complaint(
        **{name: columns[name] for name in _SAME_NAME},
        tags=tuple(columns["tags"]),
        thread=tuple(columns["thread"]),
        to_named_day=tuple(columns["to_named_day"]),
        taken_over=tuple(columns["taken_over"]),
        waits=tuple(_wait(*each) for each in columns["waits"]),
        customer=Address(name=columns["customer_name"], address=columns["customer_address"]),
    )


def _wait(since: str, until: str, clocks: list[Clock]) -> Wait:
    return Wait(since=datetime.fromisoformat(since), until=datetime.fromisoformat(until), clocks=tuple(clocks))


def columns_of(complaint: Complaint) -> dict[str, Any]:
    return {
        **{name: getattr(complaint, name) for name in _SAME_NAME},
        "tags": list(complaint.tags),
        "thread": list(complaint.thread),
        "to_named_day": list(complaint.to_named_day),
        "taken_over": list(complaint.taken_over),
        "waits": [[each.since.isoformat(), each.until.isoformat(), list(each.clocks)] for each in complaint.waits],
        "customer_name": complaint.customer.name,
        "customer_address": complaint.customer.address,
    }


def event_of(row: Row[*tuple[Any, ...]]) -> Event:
    columns = row._mapping  # noqa: SLF001 - the public name of SQLAlchemy rows
    return Event(**{name: columns[name] for name in ("reference", "at", "actor", "kind", "trust", "detail")})


def event_columns(event: Event) -> dict[str, Any]:
    return {
        "reference": event.reference,
        "at": event.at,
        "actor": event.actor,
        "kind": event.kind,
        "trust": event.trust,
        "detail": event.detail,
    }


def new_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows in one statement; none is fine."""
    if rows:
        connection.execute(insert(table), rows)
