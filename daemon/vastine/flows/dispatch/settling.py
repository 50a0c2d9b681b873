"""How attempts ended, on its way into the store: whatever ended meanwhile is settled together."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from vastine import checkpoint
from vastine.edges.smtp import Never
from vastine.edges.store.outbox import Claimed, Settled
from vastine.flows.dispatch.outbox import Outbox

GATHER: Final = 0.1  # seconds that an ended attempt waits for others while more are on their way
TRY_AGAIN_AFTER: Final = 2.0  # seconds, when the store failed
GIVE_UP_AFTER: Final = 5.0  # seconds, at the end of the daemon; a start-up takes up what was left

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """An attempt that is over. `failure` is there where there will be no other."""

    mail: Claimed
    settled: Settled
    failure: Never | None = None


class Settling:
    """Records ended attempts in a worker thread, one transaction at a time.

    Staff are told of a failure before it is settled: should the daemon die in between, they are told twice, not
    never. What the store cannot record now is tried again until it can.
    """

    def __init__(
        self,
        store: Outbox,
        clock: Callable[[], datetime],
        is_busy: Callable[[], bool],
        on_failure: Callable[[Claimed, Never], object],
    ) -> None:
        self._store = store
        self._clock = clock
        self._is_busy = is_busy
        self._on_failure = on_failure
        self._ended: list[Ended] = []
        self._told: list[Callable[[], object]] = []
        self._added = asyncio.Event()
        self._give_up_at: float | None = None

    def add(self, ended: Ended) -> None:
        self._ended.append(ended)
        self._added.set()

    def tell(self, call: Callable[[], object]) -> None:
        """Call that in the worker thread, after what has ended so far is recorded; again later should it raise."""
        self._told.append(call)
        self._added.set()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Settle in the background; on the way out, all that is left. Raises then what the store keeps raising."""
        self._give_up_at = None
        task = asyncio.create_task(self._settle_all())
        try:
            yield
        finally:
            self._give_up_at = asyncio.get_running_loop().time() + GIVE_UP_AFTER
            self._added.set()
            await task

    async def _settle_all(self) -> None:
        while self._give_up_at is None or self._ended or self._told:
            await self._added.wait()
            if self._give_up_at is None and self._is_busy():
                await asyncio.sleep(GATHER)
            self._added.clear()
            await self._settle()

    async def _settle(self) -> None:
        ended, self._ended = self._ended, []
        told, self._told = self._told, []
        try:
            await asyncio.to_thread(self._record, ended, told)
        except Exception:  # the database may be locked, full or restarting: what is left is kept and tried again
            self._ended[:0] = ended
            self._told[:0] = told
            if self._give_up_at is not None and asyncio.get_running_loop().time() > self._give_up_at:
                raise
            log.exception("attempts cannot be recorded", code="attempts_unrecorded", count=len(ended))
            await asyncio.sleep(TRY_AGAIN_AFTER)
            self._added.set()

    def _record(self, ended: list[Ended], told: list[Callable[[], object]]) -> None:
        """In a worker thread. What is done is taken off the lists, so that they tell what is left."""
        final = [attempt for attempt in ended if attempt.failure is not None]
        if others := [attempt.settled for attempt in ended if attempt.failure is None]:
            checkpoint.reached("before_settle")
            self._store.settle(others, self._clock())
        ended[:] = final
        while ended and (failure := ended[0].failure):
            self._on_failure(ended[0].mail, failure)
            checkpoint.reached("before_settle")
            self._store.settle([ended[0].settled], self._clock())
            del ended[0]
        while told:
            told[0]()
            del told[0]
