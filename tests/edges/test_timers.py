"""The clockwork: jobs come again, never twice at a time, and a failing one does not end the others."""

import threading
import time
from collections.abc import Iterator

import pytest
from structlog.testing import capture_logs

from vastine.edges.timers import Timers

PATIENCE = 20  # seconds; only a broken clockwork needs them


@pytest.fixture
def timers() -> Iterator[Timers]:
    clockwork = Timers()
    yield clockwork
    clockwork.stop()


class Counter:
    """Counts its calls, and can be waited for."""

    def __init__(self, *, until: int, fails: bool = False) -> None:
        self.calls, self.until, self.fails = 0, until, fails
        self.reached = threading.Event()

    def __call__(self) -> None:
        self.calls += 1
        if self.calls >= self.until:
            self.reached.set()
        if self.fails:
            raise RuntimeError("no luck")


def test_a_job_comes_again_and_again(timers: Timers) -> None:
    job = Counter(until=3)
    timers.every(0.02, "count", job)
    timers.start()
    assert job.reached.wait(PATIENCE)


def test_a_job_may_begin_at_once(timers: Timers) -> None:
    job = Counter(until=1)
    timers.every(3600, "count", job, at_once=True)
    timers.start()
    assert job.reached.wait(PATIENCE)


def test_a_job_that_fails_comes_again_and_is_logged(timers: Timers) -> None:
    job = Counter(until=3, fails=True)
    timers.every(0.02, "unlucky", job)
    with capture_logs() as logs:
        timers.start()
        assert job.reached.wait(PATIENCE)
        timers.stop()
    assert logs[0]["code"] == "job_failed"
    assert logs[0]["job"] == "unlucky"
    assert isinstance(logs[0]["exc_info"], RuntimeError)


def test_a_job_never_runs_twice_at_a_time_and_what_is_left_out_is_logged(timers: Timers) -> None:
    go_on, other = threading.Event(), Counter(until=10)
    slow = Counter(until=1)
    timers.every(0.02, "slow", lambda: (slow(), go_on.wait(PATIENCE)))
    timers.every(0.02, "other", other)
    with capture_logs() as logs:
        timers.start()
        assert slow.reached.wait(PATIENCE)
        assert other.reached.wait(PATIENCE)
        calls = slow.calls
        go_on.set()
        timers.stop()
    assert calls == 1
    assert "job_overrun" in {line["code"] for line in logs}


def test_stopping_waits_for_the_run_that_is_under_way(timers: Timers) -> None:
    begun, ended = threading.Event(), threading.Event()

    def run() -> None:
        begun.set()
        time.sleep(0.2)
        ended.set()

    timers.every(3600, "run", run, at_once=True)
    timers.start()
    assert begun.wait(PATIENCE)
    timers.stop()
    assert ended.is_set()


def test_after_stopping_nothing_runs(timers: Timers) -> None:
    job = Counter(until=1)
    timers.every(0.02, "count", job)
    timers.start()
    assert job.reached.wait(PATIENCE)
    timers.stop()
    calls = job.calls
    time.sleep(0.1)
    assert job.calls == calls


def test_stopping_what_never_started_is_no_error(timers: Timers) -> None:
    timers.stop()


@pytest.mark.parametrize("jump", [-3600.0, 3600.0, -10 * 365 * 86400.0])
def test_after_the_clock_jumped_every_job_runs_once_at_once(jump: float) -> None:
    moved, job = threading.Event(), Counter(until=1)
    clockwork = Timers(wall=lambda: time.time() + (jump if moved.is_set() else 0), look_every_seconds=0.05)
    clockwork.every(3600, "count", job)
    with capture_logs() as logs:
        clockwork.start()
        time.sleep(0.2)
        assert job.calls == 0
        moved.set()
        assert job.reached.wait(PATIENCE)
        clockwork.stop()
    assert [line["code"] for line in logs] == ["clock_jumped"]
    assert job.calls == 1
