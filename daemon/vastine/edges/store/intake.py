"""A mail in: what is remembered of its folder, and the raw commit before any thinking."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, update

from vastine.core.desk import Desk
from vastine.core.mail import header_block
from vastine.core.story import Delivery, Story
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database
from vastine.edges.store.desk import Inquiry, desk_for
from vastine.edges.store.record import new_rows, record_stories


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A mail as it lies in a folder. `arrived_at` is when its clocks start."""

    uid: int
    raw: bytes = field(repr=False)
    arrived_at: datetime
    truncated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What is remembered of an IMAP folder between looks."""

    uidvalidity: int
    looked_at: datetime
    last_uid: int = 0


class IntakeRecords(Database):
    """The part of the store that the intake uses."""

    def folder(self, host: str, login: str, folder: str) -> Folder | None:
        """What is remembered of the folder; None before the first connect."""
        with self.read() as connection:
            row = connection.execute(select(t.folders).where(_folder_is(host, login, folder))).one_or_none()
        if row is None:
            return None
        return Folder(uidvalidity=row.uidvalidity, looked_at=row.looked_at, last_uid=row.last_uid)

    def record_look(self, host: str, login: str, folder: str, state: Folder) -> None:
        """Remember a good look at the folder."""
        values = {"uidvalidity": state.uidvalidity, "looked_at": state.looked_at, "last_uid": state.last_uid}
        with self.write() as connection:
            found = connection.execute(update(t.folders).where(_folder_is(host, login, folder)).values(values))
            if not found.rowcount:
                connection.execute(insert(t.folders).values(host=host, login=login, folder=folder, **values))

    def record_before_start(
        self, mailbox: str, uidvalidity: int, header_blocks: dict[int, bytes], now: datetime
    ) -> None:
        """Write down what lay in the folder at the first connect, which is never answered."""
        known = self.settled_uids(mailbox, uidvalidity, before_start_only=True)
        unknown = {uid: block for uid, block in header_blocks.items() if uid not in known}
        why = "it was there before the first connect"
        with self.write() as connection:
            rows = [_header_row(mailbox, "", uidvalidity, uid, block, now) for uid, block in unknown.items()]
            new_rows(connection, t.ledger, [{**row, "outcome": "before_start", "reason": why} for row in rows])

    def record_passed_over(
        self, mailbox: str, folder: str, uidvalidity: int, header_blocks: dict[int, bytes], reason: str, now: datetime
    ) -> None:
        """Write down mails of a folder beside the inbox that are left there, for that reason."""
        with self.write() as connection:
            rows = [_header_row(mailbox, folder, uidvalidity, uid, block, now) for uid, block in header_blocks.items()]
            new_rows(connection, t.ledger, [{**row, "outcome": "ignored", "reason": reason} for row in rows])

    def known_headers(self, mailbox: str, since: datetime) -> frozenset[str]:
        """The hashes of the header blocks of all mails of a mailbox that were seen since then.

        What was passed over in Junk is not among them, nor what lies beside the inbox and could not be decided yet.
        """
        seen = (t.ledger.c.mailbox == mailbox) & (t.ledger.c.seen_at >= since)
        in_inbox = t.ledger.c.folder == ""
        headers = select(t.ledger.c.header_sha256).where(seen, in_inbox, t.ledger.c.header_sha256.is_not(None))
        raws = (
            select(t.raw_mails.c.raw)
            .join(t.ledger, t.ledger.c.sha256 == t.raw_mails.c.sha256)
            .where(seen, or_(in_inbox, t.ledger.c.outcome.is_not(None)))
        )
        with self.read() as connection:
            known = set(connection.scalars(headers))
            for raw in connection.execution_options(yield_per=100).scalars(raws):
                known.add(hashlib.sha256(header_block(raw)).hexdigest())
        return frozenset(known)

    def header_hashes(
        self, mailbox: str, uidvalidity: int, uids: Sequence[int], *, folder: str = ""
    ) -> dict[int, set[str]]:
        """The hashes of the header blocks that mails were seen with under these UIDs."""
        wanted = (
            select(t.ledger.c.uid, t.ledger.c.header_sha256, t.raw_mails.c.raw)
            .outerjoin(t.raw_mails, t.raw_mails.c.sha256 == t.ledger.c.sha256)
            .where(_of_folder(mailbox, folder, uidvalidity), t.ledger.c.uid.in_(uids))
        )
        found: dict[int, set[str]] = {}
        with self.read() as connection:
            for row in connection.execute(wanted):
                if row.header_sha256 or row.raw:
                    hashed = row.header_sha256 or hashlib.sha256(header_block(row.raw)).hexdigest()
                    found.setdefault(row.uid, set()).add(hashed)
        return found

    def before_start_headers(self, mailbox: str) -> frozenset[str]:
        """The hashes of the header blocks that were there before the first connect."""
        found = select(t.ledger.c.header_sha256).where(
            t.ledger.c.mailbox == mailbox, t.ledger.c.folder == "", t.ledger.c.header_sha256.is_not(None)
        )
        with self.read() as connection:
            return frozenset(connection.scalars(found))

    def settled_uids(self, mailbox: str, uidvalidity: int, *, before_start_only: bool) -> frozenset[int]:
        """The UIDs that are decided: all of them, or only those from before the first connect."""
        decided = t.ledger.c.outcome == "before_start" if before_start_only else t.ledger.c.outcome.is_not(None)
        return self._uids(mailbox, uidvalidity, decided)

    def newest_uids(self, mailbox: str, folder: str, uidvalidity: int, most: int) -> list[int]:
        """The highest UIDs of the folder that were ever seen, so many at most."""
        wanted = select(t.ledger.c.uid).where(_of_folder(mailbox, folder, uidvalidity))
        with self.read() as connection:
            return list(connection.scalars(wanted.distinct().order_by(t.ledger.c.uid.desc()).limit(most)))

    def undecided_uids(self, mailbox: str, uidvalidity: int) -> frozenset[int]:
        """The UIDs that were begun and not decided: a crash or a failure came between."""
        return self._uids(mailbox, uidvalidity, t.ledger.c.outcome.is_(None))

    def _uids(self, mailbox: str, uidvalidity: int, wanted: ColumnElement[bool]) -> frozenset[int]:
        there = _of_folder(mailbox, "", uidvalidity)
        with self.read() as connection:
            return frozenset(connection.scalars(select(t.ledger.c.uid).where(there, wanted)))

    def highest_uid(self, mailbox: str, uidvalidity: int) -> int:
        """The highest UID that was ever seen there; 0 for none."""
        there = _of_folder(mailbox, "", uidvalidity)
        with self.read() as connection:
            return connection.scalar(select(func.max(t.ledger.c.uid)).where(there)) or 0

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
            fresh = [
                {
                    "mailbox": mailbox,
                    "folder": folder,
                    "uidvalidity": uidvalidity,
                    "uid": arrival.uid,
                    "sha256": sha256,
                    "seen_at": now,
                    "arrived_at": arrival.arrived_at,
                    "tries": 1,
                    "truncated": arrival.truncated,
                }
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


def _of_folder(mailbox: str, folder: str, uidvalidity: int) -> ColumnElement[bool]:
    return (t.ledger.c.mailbox == mailbox) & (t.ledger.c.folder == folder) & (t.ledger.c.uidvalidity == uidvalidity)


def _header_row(mailbox: str, folder: str, uidvalidity: int, uid: int, block: bytes, now: datetime) -> dict[str, Any]:
    """A mail of which only the header was looked at."""
    return {
        "mailbox": mailbox,
        "folder": folder,
        "uidvalidity": uidvalidity,
        "uid": uid,
        "header_sha256": hashlib.sha256(block).hexdigest(),
        "seen_at": now,
        "arrived_at": now,
        "tries": 0,
    }


def _folder_is(host: str, login: str, folder: str) -> Any:
    return (t.folders.c.host == host) & (t.folders.c.login == login) & (t.folders.c.folder == folder)


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
