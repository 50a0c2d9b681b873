"""What is remembered of IMAP folders, and what was seen in them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, or_, select, update

from vastine.core.mail import header_block
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database
from vastine.edges.store.rows import new_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What is remembered of an IMAP folder between looks."""

    uidvalidity: int
    looked_at: datetime
    last_uid: int = 0


class FolderRecords(Database):
    """What the watchers of folders ask and remember."""

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
