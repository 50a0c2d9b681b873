"""Mails out: claiming what is due, and settling how each attempt ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from sqlalchemy import Connection, Update, and_, bindparam, func, insert, or_, select, update

from vastine.core.complaint import Event
from vastine.core.tokens import mask, mask_text
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database
from vastine.edges.store.facts import accepted
from vastine.edges.store.record import deliverable_again
from vastine.edges.store.rows import event_columns, new_rows

CLAIMED_OCTETS: Final = 16_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A mail of ours that is ours alone to send until its lease ends. `attempts` counts the earlier ones."""

    id: int
    mailbox: str
    kind: str
    reference: str | None
    party: str
    to: str
    subject: str
    message_id: str
    envelope_from: str
    raw: bytes = field(repr=False)
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """How one attempt ended. `next_attempt_at` is None where there will be no other."""

    mail: Claimed
    outcome: Literal["sent", "deferred", "unknown", "failed"]
    detail: str
    next_attempt_at: datetime | None = None


class OutboxRecords(Database):
    """The part of the store that the dispatch uses."""

    def reclaim_interrupted(self, now: datetime) -> int:
        """After a crash: what was being sent has an unknown end and is due now, with the same bytes."""
        interrupted = t.SENDING
        if not self.is_sqlite:  # another replica may be sending it
            interrupted = and_(interrupted, t.outbox.c.claimed_until < now)
        with self.write() as connection:
            rows = connection.scalars(select(t.outbox.c.id).where(interrupted)).all()
            if rows:
                connection.execute(
                    update(t.outbox)
                    .where(t.outbox.c.id.in_(rows))
                    .values(state="unknown", claimed_until=None, next_attempt_at=now)
                )
                detail = "vastine ended while it was being sent"
                lost = [{"outbox_id": row, "at": now, "outcome": "unknown", "detail": detail} for row in rows]
                new_rows(connection, t.attempts, lost)
        return len(rows)

    def adopt_orphans(self, mailboxes: Sequence[str]) -> None:
        """Mails of a mailbox that is gone from the settings go through the first of these, not nowhere."""
        orphaned = t.outbox.c.next_attempt_at.is_not(None) & t.outbox.c.mailbox.not_in(mailboxes)
        with self.write() as connection:
            connection.execute(update(t.outbox).where(orphaned).values(mailbox=mailboxes[0]))

    def claim(self, now: datetime, limit: int, lease: timedelta, mailboxes: Sequence[str]) -> list[Claimed]:
        """Take up to `limit` mails that are due, answers of people before automatic ones, then the oldest first.

        Of large mails fewer are taken, but one at least: what is claimed is held in memory.
        """
        due = (
            select(t.outbox.c.id, func.length(t.outbox.c.raw).label("size"))
            .where(t.outbox.c.next_attempt_at <= now, t.outbox.c.mailbox.in_(mailboxes))
            .order_by(t.outbox.c.rank, t.outbox.c.next_attempt_at)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        with self.read() as connection:  # most looks find nothing: they should not wait for a writer
            if (
                connection.execute(select(t.outbox.c.id).where(t.outbox.c.next_attempt_at <= now).limit(1)).first()
                is None
            ):
                return []
        with self.write() as connection:
            ids = _up_to(CLAIMED_OCTETS, connection.execute(due))
            if not ids:
                return []
            rows = connection.execute(
                update(t.outbox)
                .where(t.outbox.c.id.in_(ids))
                .values(state="sending", claimed_until=now + lease, next_attempt_at=None)
                .returning(*t.outbox.c)
            ).all()
        order = {mail_id: place for place, mail_id in enumerate(ids)}
        return [_claimed(row) for row in sorted(rows, key=lambda row: order[row.id])]

    def settle(self, results: Sequence[Settled], now: datetime) -> None:
        """Record how attempts ended, and what follows from an answer that was accepted, in one transaction."""
        # In the order of their complaints, as stories change them: two processes wait for each other one way only.
        sent = sorted((r.mail for r in results if r.outcome == "sent"), key=lambda mail: mail.reference or "")
        tries = [{"outbox_id": r.mail.id, "at": now, "outcome": r.outcome, "detail": r.detail} for r in results]
        with self.write() as connection:
            _execute_many(connection, _SENT, [_sent_columns(mail, now) for mail in sent])
            _execute_many(connection, _NOT_SENT, [_not_sent_columns(r) for r in results if r.outcome != "sent"])
            new_rows(connection, t.attempts, tries)
            answers = {mail.message_id: mail.reference for mail in sent if mail.kind == "answer" and mail.reference}
            goes_on = _merged_into(connection, set(answers.values()))
            answers = {message_id: goes_on.get(reference, reference) for message_id, reference in answers.items()}
            for answer in (mail for mail in sent if mail.message_id in answers):
                self._record_answer(connection, answer, answers[answer.message_id], now)
            told = [(m.kind, answers.get(m.message_id, m.reference), m.message_id) for m in sent if m.reference]
            accepted(connection, told, now)

    @staticmethod
    def _record_answer(connection: Connection, answer: Claimed, reference: str, now: datetime) -> None:
        """An answer by a person that the SMTP server accepted is the first reply, or the next, and stops that clock.

        `reference` is the complaint that goes on: another one, where that of the answer was merged while it was held.
        """
        deliverable_again(connection, [answer.to])
        connection.execute(
            update(t.complaints)
            .where(t.complaints.c.reference == reference, t.complaints.c.first_replied_at.is_(None))
            # The ladder looks again at once, and finds the first reply's steps gone.
            .values(first_replied_at=now, next_step_at=now, version=t.complaints.c.version + 1)
        )
        # It answers a further mail of the customer only where it was written after that came.
        asked = (t.complaints.c.next_reply_since <= answer.created_at) & t.complaints.c.next_replied_at.is_(None)
        connection.execute(
            update(t.complaints)
            .where(t.complaints.c.reference == reference, t.complaints.c.next_reply_due.is_not(None), asked)
            .values(next_replied_at=now, next_step_at=now, version=t.complaints.c.version + 1)
        )
        detail = {"message_id": answer.message_id, "to": answer.to}
        reached = Event(
            reference=answer.reference or reference,  # in the history where it was written
            at=now,
            actor="vastine",
            kind="answer_sent",
            trust="system",
            detail=detail,
        )
        new_rows(connection, t.events, [event_columns(reached)])

    def next_due(self) -> datetime | None:
        """When the next mail that waits is due; None where none waits."""
        waits = t.outbox.c.next_attempt_at.is_not(None)
        with self.read() as connection:
            due: datetime | None = connection.scalar(select(func.min(t.outbox.c.next_attempt_at)).where(waits))
        return due

    def change_outgoing(self, mail_id: int, action: Literal["retry", "release", "drop"], now: datetime) -> str | None:
        """What an operator does to a mail of ours. Returns why it cannot be done, None where it was."""
        states = {
            "retry": or_(t.outbox.c.state != "sent"),
            "release": t.outbox.c.state == "held",
            "drop": t.outbox.c.state.not_in(("sent", "sending", "failed")),
        }[action]
        values: dict[str, Any] = {"state": "ready", "next_attempt_at": now, "claimed_until": None}
        if action == "drop":
            values = {"state": "failed", "next_attempt_at": None}
        with self.write() as connection:
            state = connection.scalar(select(t.outbox.c.state).where(t.outbox.c.id == mail_id))
            if state is None:
                return f"there is no outgoing mail {mail_id}"
            if not connection.execute(update(t.outbox).where(t.outbox.c.id == mail_id, states).values(values)).rowcount:
                return f"mail {mail_id} is {state}: it cannot be {_DONE[action]}"
            if action == "drop":
                note = {"outbox_id": mail_id, "at": now, "outcome": "failed", "detail": "dropped by the operator"}
                connection.execute(insert(t.attempts), [note])
        return None

    def withdraw_alert(self, message_id: str, now: datetime) -> bool:
        """The trouble that an alert tells of is over: it does not go, unless it may have gone already."""
        waits = t.outbox.c.state.in_(("ready", "held", "deferred")) & (t.outbox.c.message_id == message_id)
        with self.write() as connection:
            withdrawn = connection.scalar(
                update(t.outbox).where(waits).values(state="failed", next_attempt_at=None).returning(t.outbox.c.id)
            )
            if withdrawn is not None:
                note = {
                    "outbox_id": withdrawn,
                    "at": now,
                    "outcome": "failed",
                    "detail": _OVER,
                }
                connection.execute(insert(t.attempts), [note])
        return withdrawn is not None


_OVER: Final = "not sent: the trouble is over"
_DONE = {"retry": "sent again", "release": "released", "drop": "dropped"}


def _up_to(octets: int, rows: Iterable[Any]) -> list[int]:
    """The ids of the first mails that hold so many octets together, or of the first one alone."""
    ids: list[int] = []
    total = 0
    for row in rows:
        total += row.size
        if ids and total > octets:
            break
        ids.append(row.id)
    return ids


_MINE = (t.outbox.c.id == bindparam("row_id")) & (t.outbox.c.state == "sending")
# Tokens do not stay in the bytes of a mail that was sent (R29); one that failed may yet be tried again.
_SENT = (
    update(t.outbox)
    .where(_MINE)
    .values(
        state="sent",
        sent_at=bindparam("now"),
        raw=bindparam("masked"),
        envelope_from=bindparam("masked_from"),
        attempts=t.outbox.c.attempts + 1,
        claimed_until=None,
    )
)
_NOT_SENT = (
    update(t.outbox)
    .where(_MINE)
    .values(
        state=bindparam("new_state"),
        next_attempt_at=bindparam("next_at"),
        attempts=t.outbox.c.attempts + 1,
        claimed_until=None,
    )
)


def _sent_columns(mail: Claimed, now: datetime) -> dict[str, Any]:
    return {"row_id": mail.id, "now": now, "masked": mask(mail.raw), "masked_from": mask_text(mail.envelope_from)}


def _not_sent_columns(result: Settled) -> dict[str, Any]:
    return {"row_id": result.mail.id, "new_state": result.outcome, "next_at": result.next_attempt_at}


def _execute_many(connection: Connection, statement: Update, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        connection.execute(statement, rows)


def _claimed(row: Any) -> Claimed:
    return Claimed(
        id=row.id,
        mailbox=row.mailbox,
        kind=row.kind,
        reference=row.reference,
        party=row.party,
        to=row.recipient,
        subject=row.subject,
        message_id=row.message_id,
        envelope_from=row.envelope_from,
        raw=row.raw,
        attempts=row.attempts,
        created_at=row.created_at,
    )


def _merged_into(connection: Connection, references: set[str]) -> dict[str, str]:
    """For each of these complaints that was merged the one that goes on; one may have been merged again."""
    found: dict[str, str] = {}
    open_ones = dict.fromkeys(references)
    while open_ones:
        wanted = select(t.complaints.c.reference, t.complaints.c.merged_into).where(
            t.complaints.c.reference.in_(open_ones), t.complaints.c.merged_into.is_not(None)
        )
        into = {row.reference: row.merged_into for row in connection.execute(wanted)}
        found.update(into)
        open_ones = dict.fromkeys(set(into.values()) - found.keys())
    return {reference: _end_of(reference, found) for reference in references if reference in found}


def _end_of(reference: str, into: dict[str, str]) -> str:
    for _ in range(len(into)):
        reference = into.get(reference, reference)
    return reference
