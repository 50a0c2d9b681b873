"""What is done again and again while the daemon runs, each part by itself."""

from collections.abc import Callable

import structlog

from vastine.app.parts import Parts
from vastine.clock import now
from vastine.core.condition import in_a_sentence
from vastine.edges import systemd
from vastine.edges.store import StoreError
from vastine.edges.timers import Timers

log = structlog.get_logger()
LADDER_EVERY = 1.0  # seconds; one look at an index each for steps and surveys when nothing is due
STATUS_EVERY = 10.0
RULES_EVERY = 2.0
REPORTS_EVERY = 10.0  # in a thread of its own: measuring and drawing may take seconds


class Clockwork:
    """The jobs of the timers."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self._status = ""

    def timers(self) -> Timers:
        """All jobs, with how often each is done; not started yet."""
        timers = Timers()
        self.parts.pulses.beat("ladder")
        timers.every(LADDER_EVERY, "ladder", self.climb)
        timers.every(REPORTS_EVERY, "reports", self._report)
        if systemd.is_listening():
            timers.every(STATUS_EVERY, "status", self._tell_status, at_once=True)
        if self.parts.settings.reload_on_change:
            timers.every(RULES_EVERY, "rules", self.parts.rules.look)
        if (interval := systemd.watchdog_interval()) is not None:
            timers.every(interval.total_seconds() / 3, "watchdog", self._feed_watchdog)
        return timers

    def climb(self) -> None:
        """All that follows from the time of day but reports; what fails in one part must not stop the others."""
        jobs: tuple[tuple[str, Callable[[], object]], ...] = (
            ("ladder", lambda: self.parts.escalation.tick(now())),
            ("surveys", lambda: self.parts.surveys.tick(now())),
            ("measures", lambda: self.parts.store.reckon(self.parts.rules.book())),
            ("outbox", self._reclaim),
        )
        for name, job in jobs:
            try:
                job()
            except StoreError as error:
                log.warning("the ladder waits", code="ladder_failed", part=name, why=str(error))
            except Exception:  # the top of the loop
                log.exception("a part of the ladder failed", code="ladder_part_failed", part=name)
        self.parts.pulses.beat("ladder")

    def _reclaim(self) -> None:
        if not self.parts.store.is_sqlite and self.parts.store.reclaim_interrupted(now()):
            self.parts.kick()  # another replica died in the midst of sending

    def _report(self) -> None:
        try:
            self.parts.reports.tick(now())
        except StoreError as error:
            log.warning("reports wait", code="reports_wait", why=str(error))

    def _feed_watchdog(self) -> None:
        silent = self.parts.stalled()
        if silent:
            log.error("loops make no progress", code="stalled", loops=silent)
        else:
            systemd.notify("WATCHDOG=1")

    def _tell_status(self) -> None:
        """Where it has changed: the service manager keeps the last one."""
        status = in_a_sentence(self.parts.lookout.condition())
        if status != self._status and systemd.notify(f"STATUS={status}"):
            self._status = status
