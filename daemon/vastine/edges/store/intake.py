"""A mail in: the raw commit before any thinking, what is known of it, and what follows from it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from vastine.core.desk import Desk, Inquiry
from vastine.core.story import Delivery, Story
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database
from vastine.edges.store.desk import desk_for
from vastine.edges.store.record import record_stories
from vastine.edges.store.rows import new_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail as it lies in a folder. `arrived_at` is when its clocks start."""

    uid: int
    raw: bytes = field(repr=False)
    arrived_at: datetime
    truncated: bool = False


class IntakeRecords(Database):
    """The part of the store that the intake uses."""

    def receive(
        self,
        mailbox: str,
        uidvalidity: int,
        arrivals: Sequence[Arrival],
        now: datetime,
        *,
        folder: str = "",
        innocent: frozenset[int] = frozenset(),
    ) -> list[Delivery]:
        """Commit raw mails with their ledger rows, tries + 1, before anything else happens to them (R1).

        `folder` is given for mails that lie beside the inbox. `innocent` are UIDs whose last try failed by no fault of
        the mail, such as a full disk: it is not counted again.
        Returns one delivery an arrival, in order. A delivery that is decided already has its outcome.
        """
        hashes = [hashlib.sha256(arrival.raw).hexdigest() for arrival in arrivals]
        with self.write() as connection:
            self._keep_raw(connection, dict(zip(hashes, (a.raw for a in arrivals), strict=True)), now)
            known = self._begun(connection, mailbox, folder, uidvalidity, arrivals, hashes)
            there = {"mailbox": mailbox, "folder": folder, "uidvalidity": uidvalidity, "seen_at": now, "tries": 1}
            fresh = [
                {**there, **_first_seen(arrival, sha256)}
                for arrival, sha256 in zip(arrivals, hashes, strict=True)
                if (arrival.uid, sha256) not in known
            ]
            again = [row.id for row in known.values() if row.outcome is None and row.uid not in innocent]
            self._try_again(connection, again)
            rows = self._begun(connection, mailbox, folder, uidvalidity, arrivals, hashes) if again else known
            if fresh:
                made = connection.execute(insert(t.ledger).returning(*t.ledger.c), fresh)
                rows = {**rows, **{(row.uid, row.sha256): row for row in made}}
        return [_delivery(rows[arrival.uid, sha256], arrival) for arrival, sha256 in zip(arrivals, hashes, strict=True)]

    @staticmethod
    def _keep_raw(connection: Connection, raws: dict[str, bytes], now: datetime) -> None:
        kept = set(connection.scalars(select(t.raw_mails.c.sha256).where(t.raw_mails.c.sha256.in_(raws))))
        rows = [
            {"sha256": sha256, "raw": raw, "first_seen_at": now} for sha256, raw in raws.items() if sha256 not in kept
        ]
        new_rows(connection, t.raw_mails, rows)

    @staticmethod
    def _begun(
        connection: Connection,
        mailbox: str,
        folder: str,
        uidvalidity: int,
        arrivals: Sequence[Arrival],
        hashes: Sequence[str],
    ) -> dict[tuple[int, str], Any]:
        rows = connection.execute(
            select(t.ledger).where(
                t.ledger.c.mailbox == mailbox,
                t.ledger.c.folder == folder,
                t.ledger.c.uidvalidity == uidvalidity,
                t.ledger.c.uid.in_([arrival.uid for arrival in arrivals]),
                t.ledger.c.sha256.in_(hashes),
            )
        )
        return {(row.uid, row.sha256): row for row in rows}

    @staticmethod
    def _try_again(connection: Connection, ids: Sequence[int]) -> None:
        if ids:
            connection.execute(update(t.ledger).where(t.ledger.c.id.in_(ids)).values(tries=t.ledger.c.tries + 1))

    def look_up(self, inquiry: Inquiry, *, mails: int, per_hour: int, now: datetime) -> Desk:
        """What is known that bears on a batch of so many mails."""
        with self.read() as connection:
            return desk_for(connection, inquiry, mails=mails, per_hour=per_hour, now=now)

    def record_intake(self, stories: Sequence[Story], now: datetime) -> None:
        """Record everything that follows from these mails, and each one's outcome, in one transaction (R11).

        Raises ConflictError where the same mail was recorded, or a complaint changed, meanwhile: nothing is written.
        """
        with self.write() as connection:
            record_stories(connection, stories, now)

    def retry_quarantined(self, mailbox: str) -> list[Delivery]:
        """The quarantined mails that an operator wants handled again."""
        wanted = (
            select(t.ledger, t.raw_mails.c.raw)
            .join(t.quarantine, t.quarantine.c.ledger_id == t.ledger.c.id)
            .join(t.raw_mails, t.raw_mails.c.sha256 == t.ledger.c.sha256)
            .where(t.quarantine.c.state == "retry", t.quarantine.c.mailbox == mailbox)
        )
        with self.read() as connection:
            rows = connection.execute(wanted).all()
        return [
            _delivery(row, Arrival(uid=row.uid, raw=row.raw, arrived_at=row.arrived_at, truncated=row.truncated))
            for row in rows
        ]


def _first_seen(arrival: Arrival, sha256: str) -> dict[str, Any]:
    return {
        "uid": arrival.uid,
        "sha256": sha256,
        "arrived_at": arrival.arrived_at,
        "truncated": arrival.truncated,
    }


def _delivery(row: Any, arrival: Arrival) -> Delivery:
    return Delivery(
        id=row.id,
        mailbox=row.mailbox,
        uidvalidity=row.uidvalidity,
        uid=row.uid,
        sha256=row.sha256,
        tries=row.tries,
        outcome=row.outcome,
        arrived_at=row.arrived_at,
        raw=arrival.raw,
        folder=row.folder,
        truncated=row.truncated,
    )
