from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from vastine.core.retry import GIVE_UP_AFTER, next_attempt, reconnect_delay

START = datetime(2026, 6, 24, 9, tzinfo=UTC)
EVEN = 0.5  # the jitter that changes nothing


@pytest.mark.parametrize(
    ("attempts", "minutes"), [(1, 1), (2, 5), (3, 15), (4, 30), (5, 60), (6, 120), (7, 240), (8, 240)]
)
def test_waits_grow_with_the_attempts_made(attempts: int, minutes: int) -> None:
    assert next_attempt(attempts, START, START, EVEN) == START + timedelta(minutes=minutes)


def test_no_attempts_counts_as_one() -> None:
    assert next_attempt(0, START, START, EVEN) == next_attempt(1, START, START, EVEN)


@pytest.mark.parametrize(("jitter", "seconds"), [(0.0, 45), (1.0, 75)])
def test_jitter_moves_a_wait_by_a_quarter_at_most(jitter: float, seconds: int) -> None:
    assert next_attempt(1, START, START, jitter) == START + timedelta(seconds=seconds)


def test_the_wait_is_counted_from_now() -> None:
    now = START + timedelta(days=1)
    assert next_attempt(1, START, now, EVEN) == now + timedelta(minutes=1)


def test_the_last_attempt_falls_on_the_end_of_the_five_days() -> None:
    now = START + GIVE_UP_AFTER - timedelta(hours=1)
    assert next_attempt(20, START, now, EVEN) == START + GIVE_UP_AFTER


def test_after_five_days_it_gives_up() -> None:
    assert next_attempt(20, START, START + GIVE_UP_AFTER, EVEN) is None


def test_a_mail_that_is_never_taken_is_tried_37_times() -> None:
    attempts, due = 1, next_attempt(1, START, START, EVEN)
    while due is not None:
        attempts += 1
        due = next_attempt(attempts, START, due, EVEN)
    assert attempts == 37


def test_reconnecting_waits_a_second_first() -> None:
    assert reconnect_delay(1, EVEN) == timedelta(seconds=1)


def test_reconnecting_doubles_up_to_five_minutes() -> None:
    delays = [reconnect_delay(failures, EVEN) for failures in range(1, 2000, 1)]
    assert all(later in (2 * earlier, timedelta(minutes=5)) for earlier, later in pairwise(delays))


def test_reconnecting_without_a_failure_counts_as_one() -> None:
    assert reconnect_delay(0, EVEN) == timedelta(seconds=1)
