"""Takes what is due out of the outbox and sends it, through the account of each mailbox."""

import asyncio
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Literal

import structlog

from vastine import checkpoint
from vastine.core.retry import next_attempt
from vastine.edges.smtp import Later, Never, Outcome, Sender, Sent, Unknown
from vastine.edges.store.outbox import Claimed, Settled
from vastine.flows.dispatch.lane import Lane, Waiting
from vastine.flows.dispatch.outbox import Outbox
from vastine.flows.dispatch.settling import Ended, Settling

LEASE: Final = timedelta(minutes=20)  # covers the longest attempt: 50 MB may take 18 minutes
LOOK_AGAIN: Final = 5.0  # seconds at most between looks: the clock may jump, another replica may have died
FINISH_WITHIN: Final = 20.0  # seconds that mails on their way get at the end
_PAUSE_AFTER_ERROR: Final = 2.0
_STOPPED: Final = "not tried: vastine was stopped"

_Ending = Literal["sent", "deferred", "unknown"]

log = structlog.get_logger()


class Dispatcher:
    """Sends what is due in the outbox, through the account of each mailbox.

    `on_failure` is told of each mail that will not be tried again, before that is settled, so that staff learn of
    it even if the daemon dies in between (then twice: it has to be idempotent by the mail's id).
    `on_account_trouble` is told once, until the account works again, with its mailboxes, what is wrong and since when,
    and `on_account_works` of its mailboxes then. All are called in a worker thread, and again later should they raise.
    `count` is told of each attempt: its mailbox, and in a word how it ended (sent, later, never, unknown).
    """

    def __init__(
        self,
        store: Outbox,
        senders: Mapping[str, Sender],
        clock: Callable[[], datetime],
        *,
        on_failure: Callable[[Claimed, Never], object],
        on_account_trouble: Callable[[tuple[str, ...], str, datetime], object],
        on_account_works: Callable[[tuple[str, ...]], object] = lambda _: None,
        lease: timedelta = LEASE,
        beat: Callable[[], None] = lambda: None,
        count: Callable[[str, str, datetime], object] = lambda *_: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._lease = lease
        self._beat = beat
        self._count = count
        accounts = dict.fromkeys(senders.values())  # one lane for each, in order, also where mailboxes share it
        self._lanes = [Lane(s, tuple(name for name in senders if senders[name] is s)) for s in accounts]
        self._settling = Settling(store, clock, self._is_busy, on_failure)
        self._on_account_trouble, self._on_account_works = on_account_trouble, on_account_works
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wake = asyncio.Event()
        self._due: datetime | None = None

    def kick(self) -> None:
        """There are new rows in the outbox. May be called from any thread, at any time."""
        loop = self._loop
        if loop is None:
            return
        try:
            loop.call_soon_threadsafe(self._wake.set)
        except RuntimeError:  # the loop was closed just now
            return

    def not_sending(self) -> dict[str, datetime]:
        """The mailboxes through whose account nothing goes, and since when. May be called from any thread."""
        lanes = [(lane, lane.troubled_since) for lane in self._lanes]
        return {name: since for lane, since in lanes if since is not None for name in lane.mailboxes}

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop` is set; then begin nothing more, finish what is on its way, within 20 s, and close."""
        self._loop = asyncio.get_running_loop()
        watching = asyncio.create_task(self._wake_at(stop))
        try:
            async with self._settling.running():
                while not stop.is_set():
                    await self._turn()
                await self._finish()
        finally:
            self._loop = None
            watching.cancel()
            await self._take_leave()

    async def _turn(self) -> None:
        self._beat()
        self._wake.clear()
        try:
            await self._claim()
            await self._rest()
        except Exception:  # the database may be locked, full or restarting: it heals, and so must this loop
            log.exception("outbox cannot be read", code="outbox_unreadable")
            await self._rest(_PAUSE_AFTER_ERROR)

    async def drain(self) -> None:
        """Send all that is due now, and return when it is settled. Raises what the store raises."""
        try:
            async with self._settling.running():
                await self._claim()
                while workers := [worker for lane in self._lanes for worker in lane.workers]:
                    await asyncio.wait(workers)
                    await self._claim()
        finally:
            await self._take_leave()

    async def _take_leave(self) -> None:
        for lane in self._lanes:
            await lane.sender.close()

    async def _claim(self) -> None:
        """Fill the lanes that have room and work."""
        now = self._clock()
        lanes = [(lane, lane.room) for lane in self._lanes if lane.is_open(now)]
        claimed = await asyncio.to_thread(self._look, [(room, lane.mailboxes) for lane, room in lanes], now)
        for (lane, room), mails in zip(lanes, claimed, strict=True):
            lane.more = len(mails) >= room
            lane.take(mails, now + self._lease)
            self._employ(lane)

    def _look(self, wanted: list[tuple[int, tuple[str, ...]]], now: datetime) -> list[list[Claimed]]:
        """In a worker thread: one claim an account, and when to look again."""
        claimed = [self._store.claim(now, room, self._lease, mailboxes) for room, mailboxes in wanted]
        if any(claimed):
            checkpoint.reached("after_claim")
        self._due = self._store.next_due()
        return claimed

    async def _rest(self, at_most: float = LOOK_AGAIN) -> None:
        """Until something is due, an account's pause ends, or someone wakes us."""
        now = self._clock()
        times = [lane.paused_until for lane in self._lanes if lane.paused_until is not None and lane.paused_until > now]
        if self._due is not None:
            times.append(self._due if self._due > now else now + timedelta(seconds=1))  # due, yet nobody can take it
        wait = min([(time - now).total_seconds() for time in times] + [at_most])
        try:
            async with asyncio.timeout(wait):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _wake_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._wake.set()

    async def _finish(self) -> None:
        """Begin nothing more; what is on its way has a while to end."""
        for lane in self._lanes:
            for mail in lane.give_back():
                self._end(mail, "deferred", _STOPPED, self._clock())
            for worker in lane.workers - lane.begun:  # they wait for their turn, which may be long
                worker.cancel()
        workers = [worker for lane in self._lanes for worker in lane.workers]
        if not workers:
            return
        _, late = await asyncio.wait(workers, timeout=FINISH_WITHIN)
        for worker in late:
            worker.cancel()
        if late:
            await asyncio.wait(late)

    def _is_busy(self) -> bool:
        return any(lane.is_busy for lane in self._lanes)

    def _employ(self, lane: Lane) -> None:
        for _ in range(min(len(lane.waiting), lane.sender.account.connections - len(lane.workers))):
            lane.workers.add(asyncio.create_task(self._work(lane)))

    async def _work(self, lane: Lane) -> None:
        """Send what waits in a lane, one after another, until nothing does."""
        try:
            while lane.waiting:
                waiting = lane.waiting.popleft()
                if lane.more and lane.room:
                    self._wake.set()  # the next ones are claimed while these are on their way
                self._conclude(lane, waiting, await self._attempt(lane, waiting))
        finally:
            lane.leave()

    async def _attempt(self, lane: Lane, waiting: Waiting) -> Outcome:
        mail = waiting.mail
        begun = False

        def still_ours() -> bool:
            nonlocal begun
            begun = self._clock() < waiting.begin_before
            if begun:
                lane.begin()
            return begun

        try:
            return await lane.sender.send(
                envelope_from=mail.envelope_from, recipient=mail.to, raw=mail.raw, still_ours=still_ours
            )
        except asyncio.CancelledError:
            if begun:
                self._end(mail, "unknown", "vastine was stopped while it was being sent", self._clock())
            else:
                self._end(mail, "deferred", _STOPPED, self._clock())
            raise
        except Exception:  # one mail that trips over a mistake of ours must not stop the others
            log.exception("mail could not be attempted", code="attempt_broken", outbox=mail.id)
            return Unknown("the attempt broke off by a mistake of ours; see the log")
        finally:
            lane.end()

    def _conclude(self, lane: Lane, waiting: Waiting, outcome: Outcome) -> None:
        now = self._clock()
        self._count(waiting.mail.mailbox, type(outcome).__name__.lower(), now)
        match outcome:
            case Sent(detail):
                if lane.works():
                    log.info("account works again", code="account_works", mailboxes=lane.mailboxes)
                    self._settling.tell(partial(self._on_account_works, lane.mailboxes))
                    self._wake.set()
                log.info("mail sent", code="mail_sent", outbox=waiting.mail.id, reference=waiting.mail.reference)
                self._end(waiting.mail, "sent", detail, None)
            case Never():
                self._fail(waiting.mail, outcome)
            case Later(account=True):
                self._pause(lane, waiting.mail, outcome, now)
            case Later(reason):
                log.info("mail deferred", code="mail_deferred", outbox=waiting.mail.id, reason=reason)
                self._again(waiting.mail, "deferred", reason, now)
            case Unknown(reason):
                log.warning("mail has an unknown end", code="mail_unknown", outbox=waiting.mail.id, reason=reason)
                self._again(waiting.mail, "unknown", reason, now)

    def _again(
        self,
        mail: Claimed,
        outcome: Literal["deferred", "unknown"],
        reason: str,
        now: datetime,
        paused_until: datetime | None = None,
    ) -> None:
        jitter = random.random()  # noqa: S311  it spreads retries, it keeps no secret
        due = next_attempt(mail.attempts + 1, mail.created_at, now, jitter)
        if due is None:
            self._fail(mail, Never(f"given up after five days; the last attempt: {reason}"))
        else:
            self._end(mail, outcome, reason, paused_until or due)

    def _pause(self, lane: Lane, mail: Claimed, trouble: Later, now: datetime) -> None:
        """Nothing goes through this account now: all that was claimed for it goes back."""
        until = lane.pause(trouble, now, random.random())  # noqa: S311  as above
        log.warning("account paused", code="account_paused", mailboxes=lane.mailboxes, reason=trouble.reason)
        if lane.alarms(trouble, now):
            since = lane.troubled_since or now
            self._settling.tell(partial(self._on_account_trouble, lane.mailboxes, trouble.reason, since))
        self._again(mail, "deferred", trouble.reason, now, until)
        for other in lane.give_back():
            self._end(other, "deferred", f"not tried: {trouble.reason}", until)

    def _fail(self, mail: Claimed, failure: Never) -> None:
        log.warning("mail failed", code="mail_failed", outbox=mail.id, reference=mail.reference, reason=failure.reason)
        settled = Settled(mail=mail, outcome="failed", detail=failure.reason)
        self._settling.add(Ended(mail=mail, settled=settled, failure=failure))

    def _end(self, mail: Claimed, outcome: _Ending, detail: str, due: datetime | None) -> None:
        settled = Settled(mail=mail, outcome=outcome, detail=detail, next_attempt_at=due)
        self._settling.add(Ended(mail=mail, settled=settled))
