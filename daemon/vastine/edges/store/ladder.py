"""The ladder's part of the store: complaints with a step that may be due, and the stories of a tick."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from vastine.core.complaint import Complaint
from vastine.core.ladder import run_of
from vastine.core.story import Story
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database
from vastine.edges.store.record import record_stories
from vastine.edges.store.rows import complaint_of
from vastine.edges.store.staffing import unreachable_members

LARGEST_SHOWN: Final = 2_000_000  # octets of a mail that an escalation shows again


class LadderRecords(Database):
    """What the escalation flow reads and writes."""

    def complaints_with_steps(self, now: datetime, limit: int) -> list[tuple[Complaint, frozenset[str]]]:
        """Complaints whose next step has come, each with the steps of its clocks' runs that were taken."""
        due = (
            select(t.complaints)
            .where(t.complaints.c.next_step_at <= now)
            .order_by(t.complaints.c.next_step_at)
            .limit(limit)
        )
        with self.read() as connection:
            found = [complaint_of(row) for row in connection.execute(due)]
            if not found:
                return []
            rows = connection.execute(select(t.steps).where(t.steps.c.reference.in_([c.reference for c in found])))
            taken = {(row.reference, row.clock_run, row.at) for row in rows}
        return [
            (c, frozenset(at for reference, run, at in taken if (reference, run) == (c.reference, run_of(c, at))))
            for c in found
        ]

    def record_tick(self, stories: Sequence[Story], now: datetime) -> None:
        """Record the steps that were taken and what follows, in one transaction.

        Raises ConflictError where a step was taken, or a complaint changed, meanwhile: nothing is written.
        """
        with self.write() as connection:
            record_stories(connection, stories, now)

    def unreachable_members(self, now: datetime) -> frozenset[str]:
        """The addresses of members of staff who cannot be told now."""
        with self.read() as connection:
            return frozenset(unreachable_members(connection, now))

    def complaint(self, reference: str) -> Complaint | None:
        """The complaint of that reference, as it is now."""
        with self.read() as connection:
            row = connection.execute(select(t.complaints).where(t.complaints.c.reference == reference)).one_or_none()
        return complaint_of(row) if row is not None else None

    def answers_under_way(self, references: Sequence[str]) -> frozenset[str]:
        """Those of these complaints that have an answer to their customer which has not got through yet."""
        waits = t.outbox.c.reference.in_(references) & (t.outbox.c.kind == "answer")
        wanted = select(t.outbox.c.reference).where(waits, t.outbox.c.state.not_in(("sent", "failed")))
        with self.read() as connection:
            return frozenset(connection.scalars(wanted))

    def last_customer_mails(self, references: Sequence[str]) -> dict[str, bytes]:
        """The customer's last mail in each of these complaints, raw, as far as it is still kept and not very large."""
        last = (
            select(func.max(t.incoming.c.ledger_id))
            .where(t.incoming.c.reference.in_(references), t.incoming.c.kind == "customer")
            .group_by(t.incoming.c.reference)
        )
        wanted = (
            select(t.incoming.c.reference, t.raw_mails.c.raw)
            .join(t.ledger, t.ledger.c.id == t.incoming.c.ledger_id)
            .join(t.raw_mails, t.raw_mails.c.sha256 == t.ledger.c.sha256)
            .where(t.incoming.c.ledger_id.in_(last), func.length(t.raw_mails.c.raw) <= LARGEST_SHOWN)
        )
        with self.read() as connection:
            return {row.reference: row.raw for row in connection.execute(wanted)}

    def opening_hashes(self, references: Sequence[str]) -> dict[str, str]:
        """The hash of the mail that opened each of these complaints."""
        wanted = select(t.complaints.c.reference, t.complaints.c.source).where(t.complaints.c.reference.in_(references))
        with self.read() as connection:
            return {row.reference: row.source for row in connection.execute(wanted)}

    def has_event(self, reference: str, kind: str, message_id: str) -> bool:
        """Whether the complaint has an event of that kind about that mail."""
        wanted = select(t.events.c.detail).where(t.events.c.reference == reference, t.events.c.kind == kind)
        with self.read() as connection:
            return any(detail.get("message_id") == message_id for detail in connection.scalars(wanted))
