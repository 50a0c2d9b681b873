"""Comparing what lies on the server with the ledger, and taking in what is missing there."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from vastine.edges.imap import Connection, Fetched, FolderMissing
from vastine.edges.store import Arrival, Store
from vastine.flows.intake import Intake
from vastine.flows.watch import Inbox, parts

TOGETHER: Final = 500  # headers in one question
EARLIER: Final = timedelta(days=2)  # how much older than a mail's time of arrival its ledger row may be


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One folder of a mailbox: how many mails it holds since then, and the ends of those the ledger did not know.

    Of the inbox itself `waiting` says how many are not in the ledger yet: the daemon takes them in at its next look.
    """

    mailbox: str
    folder: str
    mails: int
    waiting: int = 0
    taken_in: tuple[str, ...] = ()


def reconcile(
    inbox: Inbox, store: Store, intake: Intake, *, since: datetime, now: datetime, progress: Callable[[str], None]
) -> list[Compared]:
    """Look through the inbox and where handled mail goes. Raises ImapError where the mailbox cannot be reached.

    Safe beside a running daemon: a mail takes effect once, whoever takes it in. What follows is sent by the daemon.
    """
    known = store.known_headers(inbox.name, since - EARLIER)
    found = []
    with Connection.connect(inbox.account) as connection:
        for role, folder in (("", inbox.folder), ("done", inbox.done), ("quarantine", inbox.quarantine)):
            if not folder:
                continue
            progress(f"{inbox.name}: looking through {folder} ...")
            try:
                selected = connection.select(connection.spelled(folder), read_only=True)
            except FolderMissing:
                continue
            lately = [uid for some in _lately(connection, since) for uid in some]
            missing = [uid for some in _unknown(connection, lately, known) for uid in some]
            compared = Compared(mailbox=inbox.name, folder=folder, mails=len(lately))
            if role == "":
                found.append(replace(compared, waiting=len(missing)))
                continue
            batches = connection.fetch(missing, largest=inbox.largest)
            ends = _taken_in(batches, selected.uidvalidity, inbox.name, role, store, intake, now)
            found.append(replace(compared, taken_in=tuple(ends)))
    return found


def _lately(connection: Connection, since: datetime) -> Iterator[list[int]]:
    for some in parts(connection.uids(), TOGETHER):
        yield [uid for uid, summary in connection.summaries(some).items() if summary.internal_date >= since]


def _unknown(connection: Connection, uids: list[int], known: frozenset[str]) -> Iterator[list[int]]:
    for some in parts(uids, TOGETHER):
        blocks = connection.header_blocks(some)
        yield [uid for uid, block in blocks.items() if hashlib.sha256(block).hexdigest() not in known]


def _taken_in(
    batches: Iterable[list[Fetched]],
    uidvalidity: int,
    mailbox: str,
    role: str,
    store: Store,
    intake: Intake,
    now: datetime,
) -> list[str]:
    """Take in these mails, which stay where they are; returns how each ended. Their clocks start now."""
    ends = []
    for batch in batches:
        arrivals = [Arrival(uid=mail.uid, raw=mail.raw, arrived_at=now, truncated=mail.truncated) for mail in batch]
        deliveries = store.receive(mailbox, uidvalidity, arrivals, now, folder=role)
        ends += [taken.outcome for taken in intake.take_in(intake.begin(deliveries), now)]
    return ends
