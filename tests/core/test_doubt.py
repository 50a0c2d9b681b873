"""Whether a clock can be right, from two readings of it."""

from datetime import UTC, datetime, timedelta

import pytest

from vastine.core.doubt import Look, is_doubtful, jump

THEN = Look(at=datetime(2026, 6, 24, 9, tzinfo=UTC), boot="a", uptime=timedelta(hours=5))
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def later(passed: timedelta, ran: timedelta, boot: str = "a") -> Look:
    return Look(at=THEN.at + passed, boot=boot, uptime=THEN.uptime + ran)


@pytest.mark.parametrize("passed", [timedelta(), HOUR, 3 * DAY, 30 * DAY])
def test_time_that_went_on_as_it_does_is_believed(passed: timedelta) -> None:
    assert not is_doubtful(THEN, later(passed, passed))


@pytest.mark.parametrize("by", [HOUR, -HOUR, 3653 * DAY, -3653 * DAY, timedelta(seconds=61)])
def test_within_a_run_of_the_machine_a_clock_that_was_set_is_doubted(by: timedelta) -> None:
    now = later(HOUR + by, HOUR)
    assert (is_doubtful(THEN, now), jump(THEN, now)) == (True, by)


def test_a_minute_is_within_what_time_services_do() -> None:
    assert not is_doubtful(THEN, later(HOUR + timedelta(seconds=60), HOUR))


@pytest.mark.parametrize(("passed", "doubted"), [(3 * DAY, False), (31 * DAY, False), (32 * DAY, True), (-HOUR, True)])
def test_over_a_restart_only_the_impossible_and_the_unlikely_is_doubted(passed: timedelta, doubted: bool) -> None:
    assert is_doubtful(THEN, later(passed, -HOUR, boot="b")) is doubted


def test_who_has_not_looked_for_over_a_month_is_asked() -> None:
    assert is_doubtful(THEN, later(32 * DAY, 32 * DAY))
