"""Folders beside the inbox, only read: Junk, for mail of customers that a filter mistook, and Sent, for answers that
staff wrote from the shared mailbox itself. Nothing there is moved, flagged or taken twice.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

import structlog

from vastine.core.condition import Fault
from vastine.core.desk import Desk
from vastine.core.office import Office
from vastine.core.parse import parse
from vastine.core.reading import Read, Reading
from vastine.core.story import Delivery
from vastine.edges.imap import Connection, Fetched, FolderMissing, ImapAccount, Selected
from vastine.edges.store import Arrival, Folder, Store
from vastine.flows.inquiry import inquiry_of
from vastine.flows.intake import TRIES_AT_MOST, Intake
from vastine.flows.junk import PASSED_OVER, may_concern_us
from vastine.flows.mail_loop import MailLoop
from vastine.flows.sent import answered_complaint, may_answer
from vastine.flows.tying import tied
from vastine.flows.watch import IDLE_CYCLE, PROBED, are_others, parts

log = structlog.get_logger()
PATIENCE: Final = timedelta(hours=1)  # with an answer to a mail that the inbox has not brought yet
TOGETHER: Final = 200  # headers in one question
BEFORE: Final = timedelta(days=1)  # how far before the last good look a renumbered folder is looked through again


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """A folder beside the inbox of a mailbox, and what it is looked through for."""

    mailbox: str
    account: ImapAccount
    folder: str
    role: Literal["junk", "sent"]
    poll: timedelta
    largest: int = 50_000_000


class AsideWatcher(MailLoop):
    """Watches one such folder. What lay there at the first connect is left alone."""

    def __init__(
        self,
        aside: Aside,
        store: Store,
        intake: Intake,
        office: Callable[[], Office],
        clock: Callable[[], datetime],
        report: Callable[[str, Fault | None], None],
        beat: Callable[[timedelta], None],
        after: threading.Event | None = None,
    ) -> None:
        """`after` is set when the inbox has been looked through: what is said here is about mails that came there."""
        super().__init__(f"{aside.mailbox} {aside.role}", report, beat)
        self.after = after
        self._taken: set[int] = set()  # UIDs behind one that is held back, taken in already
        self.aside = aside
        self.store = store
        self.intake = intake
        self.office = office
        self.clock = clock

    def look_once(self) -> None:
        """Take in what is new and concerns us. Raises ImapError where the folder cannot be reached."""
        with Connection.connect(self.aside.account) as connection:
            self._look(connection, connection.spelled(self.aside.folder), first=True)

    def _looks(self) -> Iterator[None]:
        while self.after is not None and not self.after.wait(1.0) and not self.stopping.is_set():
            self.beat(timedelta())
        with Connection.connect(self.aside.account) as connection:
            self._connection = connection
            name = connection.spelled(self.aside.folder)
            first = True
            while not self.stopping.is_set():
                self._look(connection, name, first=first)
                yield
                first = False
                self._rest(connection)

    def _rest(self, connection: Connection) -> None:
        """Until the next look, in steps: a server takes leave of who says nothing for long (RFC 3501 section 5.4)."""
        left = self.aside.poll
        while left > timedelta() and not self.stopping.is_set():
            step = min(left, IDLE_CYCLE)
            self.beat(step)
            connection.wait(step, idle=False)
            connection.noop()
            left -= step

    def _look(self, connection: Connection, name: str, *, first: bool) -> None:
        """Take in what is new. Opened anew each time: the answer tells at once whether anything came, or UIDs mean
        others than before; only at the `first` look upon connecting the mails that are known are compared as well.
        """
        now = self.clock()
        known = self.store.folder(*self._key)
        try:
            selected = connection.select(name, read_only=True)
        except FolderMissing:
            if known is None:  # made later, it will have nothing old in it: all of it is to be looked at
                self.store.record_look(*self._key, Folder(uidvalidity=0, looked_at=now))
            raise
        renumbered = known is not None and (
            self._renumbered(known, selected) or (first and self._replaced(connection, selected))
        )
        if renumbered:
            self._taken.clear()
        begin = selected.uidnext if known is None else 1 if renumbered else known.last_uid + 1
        last, held = begin - 1, selected.uidnext  # what is held back, and all behind it, is looked at once more
        for some in parts(connection.uids(begin) if begin < selected.uidnext else [], TOGETHER):
            if self.stopping.is_set():
                return
            self.beat(timedelta())
            blocks = connection.header_blocks(some)
            if known is not None and renumbered:
                blocks = self._lately(connection, blocks, known.looked_at - BEFORE)
            pending = self._take(connection, selected, blocks, now)
            last = max(last, *some)
            held = min((held, *pending))
            self._remember(selected, min(last, held - 1), now)
        self._remember(selected, min(last, held - 1), now)

    @staticmethod
    def _renumbered(known: Folder, selected: Selected) -> bool:
        """Whether UIDs mean other mails than before (R4)."""
        return known.uidvalidity != selected.uidvalidity or selected.uidnext <= known.last_uid

    def _replaced(self, connection: Connection, selected: Selected) -> bool:
        """Whether a restored folder has given its UIDs away again, and UIDNEXT has caught up since."""
        mailbox, role = self.aside.mailbox, self.aside.role
        newest = self.store.newest_uids(mailbox, role, selected.uidvalidity, PROBED)
        remembered = self.store.header_hashes(mailbox, selected.uidvalidity, newest, folder=role)
        return are_others(connection, remembered)

    @property
    def _key(self) -> tuple[str, str, str]:
        return self.aside.account.host, self.aside.account.user, self.aside.folder

    def _remember(self, selected: Selected, last: int, now: datetime) -> None:
        state = Folder(uidvalidity=selected.uidvalidity, looked_at=now, last_uid=last)
        self.store.record_look(*self._key, state)

    @staticmethod
    def _lately(connection: Connection, blocks: Mapping[int, bytes], since: datetime) -> dict[int, bytes]:
        summaries = connection.summaries(blocks)
        late = {uid for uid, summary in summaries.items() if summary.internal_date >= since}
        return {uid: block for uid, block in blocks.items() if uid in late}

    def _take(self, connection: Connection, selected: Selected, blocks: Mapping[int, bytes], now: datetime) -> set[int]:
        """Fetch and take in the mails whose headers say that they concern us; note the others.

        Returns those to be looked at once more: answers to mails that the inbox may not have brought yet.
        """
        office = self.office()
        reads = {uid: self._glance(uid, block, office, now) for uid, block in blocks.items()}
        if not reads:
            return set()
        desk = self.store.look_up(inquiry_of(list(reads.values()), office), mails=1, per_hour=0, now=now)
        wanted = [uid for uid, read in reads.items() if self._concerns_us(read, desk, office)]
        for batch in connection.fetch([uid for uid in wanted if uid not in self._taken], largest=self.aside.largest):
            self._take_in(selected, batch, now)
        self._taken.update(wanted)
        if self.aside.role == "junk":
            others = {uid: block for uid, block in blocks.items() if uid not in wanted}
            self.store.record_passed_over(
                self.aside.mailbox, self.aside.role, selected.uidvalidity, others, PASSED_OVER, now
            )
            return set()
        early = {uid for uid, read in reads.items() if uid not in wanted and may_answer(read, desk, office)}
        summaries = connection.summaries(early) if early else {}
        return {uid for uid, summary in summaries.items() if now - summary.internal_date < PATIENCE}

    def _glance(self, uid: int, block: bytes, office: Office, now: datetime) -> Read:
        """What the header alone tells."""
        header = Delivery(
            id=0,
            mailbox=self.aside.mailbox,
            uidvalidity=0,
            uid=uid,
            sha256="",
            tries=1,
            outcome=None,
            arrived_at=now,
            raw=block,
        )
        # A signature covers the whole mail, so none holds over its header.
        return tied(header, Reading(mail=parse(block), language=None), office)

    def _concerns_us(self, read: Read, desk: Desk, office: Office) -> bool:
        if self.aside.role == "sent":
            return answered_complaint(read, desk, office) is not None
        by_signature = office.mailbox(self.aside.mailbox).policy.method == "dkim"
        return may_concern_us(read, desk, by_signature=by_signature)

    def _take_in(self, selected: Selected, batch: list[Fetched], now: datetime) -> None:
        waiting = batch
        for _ in range(TRIES_AT_MOST + 1):  # there is no later look at these: until each is decided, or in quarantine
            self._begun.update(mail.uid for mail in waiting)
            deliveries = self._received(selected, waiting, now)
            taken = {each.uid for each in self.intake.take_in(self.intake.begin(deliveries), now)}
            self._begun.clear()
            self.beat(timedelta())
            waiting = [mail for mail in waiting if mail.uid not in taken]
            if not waiting:
                break
        log.info(
            "taken in from beside the inbox",
            code="taken_aside",
            folder=self.aside.role,
            mails=len(batch) - len(waiting),
        )

    def _received(self, selected: Selected, mails: list[Fetched], now: datetime) -> list[Delivery]:
        arrivals = [
            Arrival(uid=mail.uid, raw=mail.raw, arrived_at=min(mail.internal_date, now), truncated=mail.truncated)
            for mail in mails
        ]
        return self.store.receive(
            self.aside.mailbox,
            selected.uidvalidity,
            arrivals,
            now,
            folder=self.aside.role,
            innocent=self._innocents(mail.uid for mail in mails),
        )
