"""What the commands show: complaints, deliveries, mails and quarantine, as plain JSON-ready values."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import Connection, func, select, update

from vastine.core.complaint import Complaint
from vastine.core.tokens import mask_text
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database
from vastine.edges.store.rows import complaint_of

Shown = dict[str, Any]


class Views(Database):
    """Reading, but for what an operator does to the quarantine."""

    def list_complaints(self, *, status: str | None, late_at: datetime | None, team: str | None) -> list[Shown]:
        """Complaints, newest first; with `late_at` only those whose next answer or resolution was due by then."""
        wanted = select(t.complaints).order_by(t.complaints.c.opened_at.desc(), t.complaints.c.reference)
        if status:
            wanted = wanted.where(t.complaints.c.status == status)
        if team:
            wanted = wanted.where(t.complaints.c.team == team)
        if late_at:
            wanted = wanted.where(t.is_late(late_at))
        with self.read() as connection:
            found = [complaint_of(row) for row in connection.execute(wanted)]
            steps = _steps(connection, [complaint.reference for complaint in found])
        return [_shown(complaint, steps.get(complaint.reference, [])) for complaint in found]

    def show_complaint(self, reference: str, addresses: Mapping[str, str]) -> Shown | None:
        """One complaint with its history, mails and reasons; None where there is none of that reference.

        `addresses` are the mailboxes' addresses by name.
        """
        with self.read() as connection:
            row = connection.execute(
                select(t.complaints).where(func.upper(t.complaints.c.reference) == reference.upper())
            ).one_or_none()
            if row is None:
                return None
            complaint = complaint_of(row)
            steps = _steps(connection, [complaint.reference])
            return {
                **_shown(complaint, steps.get(complaint.reference, [])),
                "decision": complaint.decision,
                "rules_hash": complaint.rules_hash,
                "events": _events(connection, complaint.reference),
                "mails": _mails(connection, complaint.reference, addresses),
            }

    def list_deliveries(self, mailbox: str | None) -> list[Shown]:
        """The ledger, oldest first."""
        wanted = select(t.ledger).order_by(t.ledger.c.id)
        if mailbox:
            wanted = wanted.where(t.ledger.c.mailbox == mailbox)
        with self.read() as connection:
            return [
                {
                    "mailbox": row.mailbox,
                    "folder": row.folder or "inbox",
                    "uidvalidity": row.uidvalidity,
                    "uid": row.uid,
                    "sha256": row.sha256,
                    "message_id": row.message_id,
                    "seen_at": _time(row.seen_at),
                    "outcome": row.outcome,
                    "reason": row.reason,
                    "reference": row.reference,
                    "tries": row.tries,
                }
                for row in connection.execute(wanted)
            ]

    def list_outgoing(self) -> list[Shown]:
        """Every mail of ours with its attempts, oldest first."""
        with self.read() as connection:
            attempts = _attempts(connection, None)
            rows = connection.execute(select(*_OUTGOING).order_by(t.outbox.c.id)).all()
        return [
            {
                "id": row.id,
                "kind": row.kind,
                "to": row.recipient,
                "reference": row.reference,
                "message_id": row.message_id,
                "subject": row.subject,
                "mailbox": row.mailbox,
                "state": row.state,
                "attempts": attempts.get(row.id, []),
                "created_at": _time(row.created_at),
                "next_attempt_at": _time(row.next_attempt_at),
            }
            for row in rows
        ]

    def list_quarantined(self) -> list[Shown]:
        """What could not be handled and still waits for somebody, oldest first."""
        wanted = select(t.quarantine).where(t.quarantine.c.state != "dropped").order_by(t.quarantine.c.id)
        with self.read() as connection:
            return [
                {
                    "id": row.id,
                    "mailbox": row.mailbox,
                    "uid": row.uid,
                    "sha256": row.sha256,
                    "reason": row.reason,
                    "tries": row.tries,
                    "at": _time(row.at),
                    "state": row.state,
                }
                for row in connection.execute(wanted)
            ]

    def change_quarantined(self, quarantine_id: int, action: Literal["retry", "drop"]) -> str | None:
        """Have a quarantined mail handled again, or take it off the list. Returns why not, None where it was done."""
        state = {"retry": "retry", "drop": "dropped"}[action]
        waits = (t.quarantine.c.id == quarantine_id) & (t.quarantine.c.state != "dropped")
        with self.write() as connection:
            if not connection.execute(update(t.quarantine).where(waits).values(state=state)).rowcount:
                return f"there is no quarantined mail {quarantine_id}"
        return None


_OUTGOING = [column for column in t.outbox.c if column.name != "raw"]


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _shown(complaint: Complaint, steps: list[Shown]) -> Shown:
    return {
        "reference": complaint.reference,
        "status": complaint.status,
        "topic": complaint.topic,
        "tags": list(complaint.tags),
        "priority": complaint.priority,
        "team": complaint.team,
        "assignee": complaint.assignee,
        "customer": {"name": complaint.customer.name, "address": complaint.customer.address},
        "language": complaint.language,
        "subject": complaint.subject,
        "mailbox": complaint.mailbox,
        "opened_at": _time(complaint.opened_at),
        "promise": _time(complaint.promise),
        "first_reply_due": _time(complaint.first_reply_due),
        "first_replied_at": _time(complaint.first_replied_at),
        "next_reply_due": _time(complaint.next_reply_due),
        "next_replied_at": _time(complaint.next_replied_at),
        "resolve_due": _time(complaint.resolve_due),
        "resolved_at": _time(complaint.resolved_at),
        "steps_taken": steps,
        "merged_into": complaint.merged_into,
        "rating": complaint.rating,
        "undeliverable": complaint.undeliverable,
    }


def _steps(connection: Connection, references: list[str]) -> dict[str, list[Shown]]:
    wanted = select(t.steps).order_by(t.steps.c.taken_at)
    if len(references) == 1:
        wanted = wanted.where(t.steps.c.reference == references[0])
    found: dict[str, list[Shown]] = {}
    for row in connection.execute(wanted):
        found.setdefault(row.reference, []).append({"at": row.at, "taken_at": _time(row.taken_at)})
    return found


def _events(connection: Connection, reference: str) -> list[Shown]:
    rows = connection.execute(select(t.events).where(t.events.c.reference == reference).order_by(t.events.c.id))
    return [
        {"at": _time(row.at), "actor": row.actor, "kind": row.kind, "trust": row.trust, "detail": row.detail}
        for row in rows
    ]


def _attempts(connection: Connection, reference: str | None) -> dict[int, list[Shown]]:
    wanted = select(t.attempts).order_by(t.attempts.c.id)
    if reference is not None:
        wanted = wanted.join(t.outbox, t.outbox.c.id == t.attempts.c.outbox_id).where(t.outbox.c.reference == reference)
    found: dict[int, list[Shown]] = {}
    for row in connection.execute(wanted):
        shown = {"at": _time(row.at), "outcome": row.outcome, "detail": mask_text(row.detail)}
        found.setdefault(row.outbox_id, []).append(shown)
    return found


def _mails(connection: Connection, reference: str, addresses: Mapping[str, str]) -> list[Shown]:
    came = connection.execute(select(t.incoming).where(t.incoming.c.reference == reference))
    went = connection.execute(select(*_OUTGOING).where(t.outbox.c.reference == reference))
    attempts = _attempts(connection, reference)
    mails = [
        {
            "direction": "in",
            "kind": row.kind,
            "message_id": row.message_id,
            "from": row.sender,
            "to": row.recipients,
            "subject": row.subject,
            "at": _time(row.at),
            "state": None,
            "attempts": [],
        }
        for row in came
    ] + [
        {
            "direction": "out",
            "kind": row.kind,
            "message_id": row.message_id,
            "from": [{"name": "", "address": addresses.get(row.mailbox, row.mailbox)}],
            "to": [{"name": "", "address": row.recipient}],
            "subject": row.subject,
            "at": _time(row.created_at),
            "state": row.state,
            "attempts": attempts.get(row.id, []),
        }
        for row in went
    ]
    return sorted(mails, key=lambda mail: (str(mail["at"]), mail["direction"]))
