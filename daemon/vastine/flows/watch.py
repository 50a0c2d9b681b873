"""One mailbox, watched for as long as the daemon lives: look, take in, look again, and only then idle.

What a mail means is decided in `flows.intake`. Here is where it lies, what was seen before, and where it goes.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

import structlog

from vastine import checkpoint
from vastine.core.condition import Fault
from vastine.core.mail import header_block
from vastine.edges.imap import Connection, Fetched, ImapAccount, Selected
from vastine.edges.store import Arrival, Folder, Store
from vastine.flows.intake import Begun, Intake, Taken
from vastine.flows.mail_loop import MailLoop

log = structlog.get_logger()
BATCH_OCTETS = 8_000_000
WINDOW = 1_000  # UIDs asked for at a time
IDLE_CYCLE = timedelta(seconds=60)
REMEMBER_EVERY = timedelta(seconds=50)
PROBED = 20  # of the mails that stay in place, how many newest are looked at again on connecting


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbox:
    """Where a mailbox's mail lies and goes, and how it is looked at."""

    name: str
    account: ImapAccount
    folder: str = "INBOX"
    done: str = "Vastine/Done"
    quarantine: str = "Vastine/Quarantine"
    poll: timedelta = timedelta(seconds=60)
    idle: bool = True
    start: Literal["now", "all"] = "now"
    largest: int = 50_000_000


@dataclass(slots=True, kw_only=True)
class Look:
    """An open folder. `settled` are UIDs that stay in place and need no second look while UIDs can be trusted."""

    connection: Connection
    uidvalidity: int
    last_look: datetime
    done: str | None
    quarantine: str | None
    first: int = 1  # no UID below it needs a look
    settled: set[int] = field(default_factory=set)
    before_start: frozenset[str] = frozenset()
    tried: set[int] = field(default_factory=set)  # begun before, perhaps by a process that ended over it
    remembered_at: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.remembered_at = self.last_look


class Watcher(MailLoop):
    """Watches one mailbox: looks, takes in, looks again, and only then idles."""

    def __init__(
        self,
        inbox: Inbox,
        store: Store,
        intake: Intake,
        clock: Callable[[], datetime],
        report: Callable[[str, Fault | None], None],
        beat: Callable[[timedelta], None],
    ) -> None:
        super().__init__(inbox.name, report, beat)
        self.inbox = inbox
        self.store = store
        self.intake = intake
        self.clock = clock

    def look_once(self) -> None:
        """Take in all that is there and come back. Raises ImapError where the mailbox cannot be reached."""
        with Connection.connect(self.inbox.account) as connection:
            look = self._open(connection)
            self._take_all(look)

    def _looks(self) -> Iterator[None]:
        """Connect, then look for as long as the connection holds. An EXISTS that came with an earlier answer is not
        announced again, so every wait follows upon a look that found nothing new.
        """
        with Connection.connect(self.inbox.account) as connection:
            self._connection = connection  # `stop` wakes it; a ring before that is seen in `stopping`
            look = self._open(connection)
            while not self.stopping.is_set():
                self._take_all(look)
                yield
                if self.stopping.is_set():
                    return
                rest = min(self.inbox.poll, IDLE_CYCLE)
                self.beat(rest)
                connection.wait(rest, idle=self.inbox.idle)
                if not self.inbox.idle:
                    connection.noop()  # some servers tell of new mail only when they are asked

    # --- opening the folder

    def _open(self, connection: Connection) -> Look:
        now = self.clock()
        selected = connection.select(self.inbox.folder)
        known = self.store.folder(*self._folder_key)
        look = Look(
            connection=connection,
            uidvalidity=selected.uidvalidity,
            last_look=known.looked_at if known else now,
            done=connection.place(self.inbox.done) if self.inbox.done else None,
            quarantine=connection.place(self.inbox.quarantine) if self.inbox.quarantine else None,
        )
        if known is None and self.inbox.start == "now":
            self._leave_what_is_there(look, now)
        if known is not None and (self._renumbered(known, selected) or self._replaced(look)):
            log.warning("folder was renumbered: looking at every mail again", code="rescan", mailbox=self.inbox.name)
            look.before_start = self.store.before_start_headers(self.inbox.name)
        else:
            look.settled.update(self._in_place(look))
        look.tried.update(self.store.undecided_uids(self.inbox.name, look.uidvalidity))
        self._remember(look, now)
        return look

    def _renumbered(self, known: Folder, selected: Selected) -> bool:
        """Whether UIDs mean other mails than before (R4): another UIDVALIDITY, or UIDNEXT below what we have seen."""
        highest = self.store.highest_uid(self.inbox.name, selected.uidvalidity)
        return known.uidvalidity != selected.uidvalidity or selected.uidnext <= highest

    def _replaced(self, look: Look) -> bool:
        """Whether the newest of the mails that stay in place are others than we remember under their UIDs: a mailbox
        restored from backup gives its UIDs away again, and UIDNEXT may have caught up since.
        """
        newest = sorted(self._in_place(look))[-PROBED:]
        return are_others(look.connection, self.store.header_hashes(self.inbox.name, look.uidvalidity, newest))

    def _in_place(self, look: Look) -> frozenset[int]:
        """What stays in the folder: mail from before the first connect, and all handled mail where none is moved.
        A handled mail that should have been moved is not among it: it is fetched again and known by its hash.
        """
        return self.store.settled_uids(self.inbox.name, look.uidvalidity, before_start_only=look.done is not None)

    @property
    def _folder_key(self) -> tuple[str, str, str]:
        return self.inbox.account.host, self.inbox.account.user, self.inbox.folder

    def _leave_what_is_there(self, look: Look, now: datetime) -> None:
        uids = look.connection.uids()
        for part in parts(uids, 500):
            blocks = look.connection.header_blocks(part)
            self.store.record_before_start(self.inbox.name, look.uidvalidity, blocks, now)
        log.info("first connect: what is there stays as it is", code="before_start", mails=len(uids))

    def _remember(self, look: Look, now: datetime) -> None:
        self.store.record_look(*self._folder_key, Folder(uidvalidity=look.uidvalidity, looked_at=now))
        look.remembered_at = now

    # --- one look

    def _take_all(self, look: Look) -> None:
        """Take in everything that waits, oldest first, until a look finds nothing new."""
        self._retry_quarantined()
        considered: set[int] = set()
        while not self.stopping.is_set():
            began = self.clock()
            there = look.connection.uids(look.first)
            waiting = [uid for uid in there if uid not in look.settled and uid not in considered]
            if not waiting:
                self._finish(look, there, began)
                return
            considered.update(waiting)
            self._take_fresh(look, [uid for uid in waiting if uid not in look.tried])
            self._take_tried(look, [uid for uid in waiting if uid in look.tried])

    def _finish(self, look: Look, there: Sequence[int], began: datetime) -> None:
        """A good look. What is left was not decided, or not moved, and is tried again at the next one."""
        left = [uid for uid in there if uid not in look.settled]
        look.first = min(left, default=max(there, default=look.first - 1) + 1)
        look.last_look = began
        if began - look.remembered_at >= REMEMBER_EVERY:
            self._remember(look, began)

    def _retry_quarantined(self) -> None:
        for delivery in self.store.retry_quarantined(self.inbox.name):
            log.info("quarantined mail is tried again", code="quarantine_retry", sha256=delivery.sha256)
            self.intake.take_in_again(delivery, self.clock())

    def _take_fresh(self, look: Look, uids: Sequence[int]) -> None:
        """Mails never tried before, in batches: one is decided while the next is read."""
        begun: Begun | None = None
        for batch in self._fetched(look, uids):
            following = self._begin(look, self._not_before_start(look, batch))
            if begun is not None:
                self._finish_batch(look, begun)
            begun = following
            if self.stopping.is_set():
                break
        if begun is not None:
            self._finish_batch(look, begun)

    def _fetched(self, look: Look, uids: Sequence[int]) -> Iterator[list[Fetched]]:
        """Batches of mails, asked for a part at a time: what is known of 100,000 waiting ones need not be held."""
        for part in parts(uids, WINDOW):
            yield from look.connection.fetch(part, largest=self.inbox.largest, octets=BATCH_OCTETS)

    def _take_tried(self, look: Look, uids: Sequence[int]) -> None:
        """Mails that were begun before go alone and one after another, so that a mail which ends the process can
        count no failures for its neighbours (R6).
        """
        for uid in uids:
            for batch in look.connection.fetch([uid], largest=self.inbox.largest):
                self._finish_batch(look, self._begin(look, self._not_before_start(look, batch)))
            if self.stopping.is_set():
                return

    def _not_before_start(self, look: Look, batch: list[Fetched]) -> list[Fetched]:
        """After renumbering, mail from before the first connect is known by its header block, and left alone."""
        if not look.before_start:
            return batch
        old = {mail.uid for mail in batch if hashlib.sha256(header_block(mail.raw)).hexdigest() in look.before_start}
        headers = {mail.uid: header_block(mail.raw) for mail in batch if mail.uid in old}
        self.store.record_before_start(self.inbox.name, look.uidvalidity, headers, self.clock())
        look.settled.update(old)
        return [mail for mail in batch if mail.uid not in old]

    def _begin(self, look: Look, batch: list[Fetched]) -> Begun:
        """Commit the raw mails, then have them read: in this order, so that whatever ends, nothing is lost (R1)."""
        arrivals = [
            Arrival(uid=mail.uid, raw=mail.raw, arrived_at=self._arrived(look, mail), truncated=mail.truncated)
            for mail in batch
        ]
        innocent = self._innocents(mail.uid for mail in batch)
        deliveries = self.store.receive(self.inbox.name, look.uidvalidity, arrivals, self.clock(), innocent=innocent)
        checkpoint.reached("after_raw_commit")
        look.tried.update(delivery.uid for delivery in deliveries)
        self._begun.update(delivery.uid for delivery in deliveries)
        return self.intake.begin(deliveries)

    def _finish_batch(self, look: Look, begun: Begun) -> None:
        """Decide, record, and only then move."""
        taken = self.intake.take_in(begun, self.clock())
        checkpoint.reached("before_move")
        self._put_away(look, taken)
        checkpoint.reached("after_move")
        self._begun.difference_update(delivery.uid for delivery in begun.deliveries)
        look.tried.difference_update(each.uid for each in taken)
        self.beat(timedelta())

    def _arrived(self, look: Look, mail: Fetched) -> datetime:
        """A clock starts at INTERNALDATE, but not before the last good look at the mailbox and not after now."""
        return min(max(mail.internal_date, look.last_look), self.clock())

    def _put_away(self, look: Look, taken: Sequence[Taken]) -> None:
        """Move what is decided. What cannot be moved is decided all the same, and moved at a later look."""
        poisoned = [each.uid for each in taken if each.outcome == "quarantined"]
        handled = [each.uid for each in taken if each.outcome != "quarantined"]
        for uids, folder in ((poisoned, look.quarantine), (handled, look.done)):
            if folder is None:
                look.settled.update(uids)
            elif uids:
                look.connection.move(uids, folder)


def are_others(connection: Connection, remembered: Mapping[int, AbstractSet[str]]) -> bool:
    """Whether any of these UIDs now means another mail than those whose header blocks have the hashes remembered."""
    there = connection.header_blocks(list(remembered)) if remembered else {}
    return any(hashlib.sha256(block).hexdigest() not in remembered[uid] for uid, block in there.items())


def parts(uids: Sequence[int], size: int) -> Iterator[list[int]]:
    """UIDs in groups of at most so many, order kept."""
    for start in range(0, len(uids), size):
        yield list(uids[start : start + size])
