"""The clockwork: a few functions called again and again by APScheduler, each in a thread, never twice at a time.

Nothing that must survive a restart lives here: due times stand in the database, and a job looks what is due.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime

import structlog
from apscheduler.events import EVENT_JOB_ERROR, EVENT_JOB_MAX_INSTANCES, EVENT_JOB_MISSED, JobEvent
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

log = structlog.get_logger(__name__)

_JUMP_SECONDS = 5.0


class Timers:
    """Interval jobs in a thread pool. `stop` waits for those that are running.

    APScheduler waits for times of day, so after the clock was set back by a year it would wait for a year. A thread
    therefore looks every so many seconds whether `wall` (seconds since the epoch) still goes along with the
    monotonic clock; after a jump, as after a suspended machine, each job runs at once and then as usual (R17).
    """

    def __init__(
        self, *, threads: int = 4, wall: Callable[[], float] = time.time, look_every_seconds: float = 5.0
    ) -> None:
        # It logs a line a run at INFO, and at ERROR what the listener below tells with a machine word.
        logging.getLogger("apscheduler").setLevel(logging.CRITICAL)
        self._scheduler = BackgroundScheduler(
            executors={"default": ThreadPoolExecutor(threads)},
            # Without a grace time a job that comes late is still run; runs that piled up become one.
            job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1},
            timezone=UTC,
        )
        self._scheduler.add_listener(_tell, EVENT_JOB_ERROR | EVENT_JOB_MISSED | EVENT_JOB_MAX_INSTANCES)
        self._wall = wall
        self._look_every = look_every_seconds
        self._stopping = threading.Event()
        self._watch = threading.Thread(target=self._watch_clock, name="clock watch", daemon=True)

    def every(self, seconds: float, name: str, function: Callable[[], object], *, at_once: bool = False) -> None:
        """Call `function` every so many seconds, the first time after as long, or at once.

        A run that takes longer than that replaces the next; one that raises is logged, and the next comes all the same.
        """
        first = {"next_run_time": datetime.now(UTC)} if at_once else {}
        self._scheduler.add_job(function, "interval", seconds=seconds, id=name, name=name, **first)

    def start(self) -> None:
        self._scheduler.start()
        self._watch.start()

    def stop(self) -> None:
        """No run begins any more; returns when those under way have ended. May be called without a start."""
        self._stopping.set()
        if self._scheduler.running:
            self._watch.join()
            self._scheduler.shutdown(wait=True)

    def _watch_clock(self) -> None:
        apart = self._wall() - time.monotonic()
        while not self._stopping.wait(self._look_every):
            now_apart = self._wall() - time.monotonic()
            if abs(now_apart - apart) > _JUMP_SECONDS:
                log.warning("the clock jumped, all jobs run now", code="clock_jumped", seconds=round(now_apart - apart))
                self._run_all_now()
            apart = now_apart

    def _run_all_now(self) -> None:
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))


def _tell(event: JobEvent) -> None:
    if event.code == EVENT_JOB_ERROR:
        error = event.exception
        log.error("job failed", code="job_failed", job=event.job_id, exc_info=error)
    elif event.code == EVENT_JOB_MISSED:
        log.warning("job missed its time", code="job_missed", job=event.job_id)
    else:
        log.warning("job is still running, a run is left out", code="job_overrun", job=event.job_id)
