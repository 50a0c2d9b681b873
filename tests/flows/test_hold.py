"""After a jump of the clock over fifty steps are held and told; a machine that was off or slept takes them (R17)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from flows.climbing import Ladder, Machine
from flows.office import NOW, rules
from vastine.core.story import Story
from vastine.edges.reader import Reader
from vastine.edges.store import Store

HOUR, DAY, MINUTE = timedelta(hours=1), timedelta(days=1), timedelta(minutes=1)
YEARS = timedelta(days=3653)
ADMIN = "yllapito@yritys.example"
MANY = 51  # complaints, each with a step that is due a day later
DUE = datetime(2026, 6, 25, 9, tzinfo=UTC)
Furnish = Callable[..., Ladder]


@pytest.fixture
def ladder(database_url: str, reader: Reader) -> Iterator[Furnish]:
    store = Store(database_url)
    store.migrate()

    def furnish(machine: Machine, *, complaints: int = MANY, admin: str | None = ADMIN) -> Ladder:
        climbing = Ladder(store=store, reader=reader, book=rules(), machine=machine, admin=admin)
        climbing.open(complaints)
        climbing.tick(NOW)
        return climbing

    yield furnish
    store.close()


def alerts(climbing: Ladder) -> list[str]:
    return [mail["to"] for mail in climbing.store.list_outgoing() if mail["kind"] == "alert"]


@pytest.mark.parametrize("by", [DAY, YEARS])
def test_a_clock_set_forward_takes_no_step_and_the_administrator_is_told_once(ladder: Furnish, by: timedelta) -> None:
    climbing = ladder(machine := Machine())
    machine.set_by = by
    climbing.tick(NOW + MINUTE + by, NOW + 2 * MINUTE + by)
    assert (climbing.steps(), alerts(climbing)) == ([], [ADMIN])


def test_the_word_about_it_has_the_figures_and_what_to_do(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine())
    machine.set_by = YEARS
    climbing.tick(NOW + YEARS)
    [alert] = climbing.mails("alert", NOW + YEARS)
    for said in ("+ 3653 pv", "(asioita: 51)", "2036-06-24 12:00", "2026-06-24 12:00", "vastine ladder release"):
        assert said in alert.text


def test_what_watches_the_daemon_knows_of_a_hold_until_it_ends(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine())
    machine.set_by = YEARS
    climbing.tick(NOW + MINUTE + YEARS)
    assert climbing.store.figures(NOW).steps_held
    machine.boot, machine.set_by = "second", timedelta()  # it was put right by a restart
    climbing.tick(NOW + 2 * MINUTE)
    assert not climbing.store.figures(NOW).steps_held


def test_a_clock_put_right_again_ends_it_by_itself(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine())
    machine.set_by = YEARS
    climbing.tick(NOW + MINUTE + YEARS)
    machine.set_by = timedelta()
    climbing.tick(NOW + 2 * MINUTE)
    assert climbing.steps() == []
    climbing.tick(DUE)
    assert climbing.steps().count("first_reply") == MANY


def test_it_is_told_again_each_day_and_then_to_management_too(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine())
    machine.set_by = DAY
    jumped = NOW + DAY
    climbing.tick(*(jumped + hours * HOUR for hours in range(26)))
    assert alerts(climbing) == [ADMIN, ADMIN, "johtaja@yritys.example"]


def test_another_daemon_holds_on_and_does_not_tell_it_again(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine())
    machine.set_by = DAY
    climbing.tick(NOW + DAY)
    again = climbing.again()
    again.tick(NOW + DAY + MINUTE)
    assert (again.steps(), alerts(again)) == ([], [ADMIN])


def test_released_the_steps_are_taken_once_and_each_person_gets_one_mail(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine())
    machine.set_by = DAY
    climbing.tick(NOW + DAY)
    assert climbing.store.release_ladder(NOW + DAY + MINUTE) == 1
    mails = climbing.tick(NOW + DAY + 2 * MINUTE, NOW + DAY + 3 * MINUTE)
    assert climbing.steps().count("first_reply") == MANY
    assert sorted(mails) == [("escalations", "maija@yritys.example"), ("reminders", "anna@yritys.example")]


def test_without_an_administrator_management_is_told(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine(), admin=None)
    machine.set_by = DAY
    climbing.tick(NOW + DAY)
    assert alerts(climbing) == ["johtaja@yritys.example"]


def test_fifty_steps_are_taken(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine(), complaints=12)  # of each the reminder, the delay, the escalation
    machine.set_by = DAY
    climbing.tick(NOW + DAY)
    assert (len(climbing.steps()), alerts(climbing)) == (36, [])


def test_few_complaints_with_over_fifty_steps_are_held(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine(), complaints=17)
    machine.set_by = DAY
    climbing.tick(NOW + DAY)
    assert (climbing.steps(), alerts(climbing)) == ([], [ADMIN])


@pytest.mark.parametrize("boot", ["first", "second"])
def test_after_a_weekend_off_all_steps_are_taken(ladder: Furnish, boot: str) -> None:
    climbing = ladder(machine := Machine())
    machine.boot = boot  # the daemon alone was off, or the machine
    again = climbing.again()
    again.tick(NOW + 3 * DAY)
    assert (again.steps().count("first_reply"), alerts(again)) == (MANY, [])


def test_a_machine_that_slept_for_three_days_takes_them(ladder: Furnish) -> None:
    climbing = ladder(Machine())
    climbing.tick(NOW + 3 * DAY)
    assert (climbing.steps().count("first_reply"), alerts(climbing)) == (MANY, [])


def test_a_machine_that_comes_up_ten_years_later_is_doubted(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine())
    machine.boot = "second"
    again = climbing.again()
    again.tick(NOW + YEARS)
    assert (again.steps(), alerts(again)) == ([], [ADMIN])


@pytest.mark.parametrize("by", [HOUR, YEARS])
def test_a_clock_set_back_repeats_no_step(ladder: Furnish, by: timedelta) -> None:
    climbing = ladder(machine := Machine(), complaints=2)
    climbing.tick(DUE)
    before = climbing.steps()
    machine.set_by = -by
    climbing.tick(DUE - by, DUE - by + MINUTE)
    machine.set_by = timedelta()
    climbing.tick(DUE + MINUTE)
    assert climbing.steps() == before


def test_a_clock_that_comes_up_far_behind_and_is_put_right_holds_nothing(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine())
    machine.boot, machine.set_by = "second", -YEARS
    again = climbing.again()
    again.tick(DUE - YEARS)
    machine.set_by = timedelta()
    again.tick(DUE + MINUTE)
    assert (again.steps().count("first_reply"), alerts(again)) == (MANY, [])


def test_rounds_begun_by_a_schedule_believe_a_clock_that_went_back_after_an_hour(ladder: Furnish) -> None:
    climbing = ladder(machine := Machine(), complaints=2)
    machine.set_by = -YEARS
    for minutes in (1, 40, 80):  # each round is a daemon of its own
        climbing = climbing.again()
        climbing.tick(NOW - YEARS + minutes * MINUTE)
    trusted = climbing.store.clock_watch(machine.boot)
    assert trusted is not None
    assert (trusted.trusted.at, trusted.doubted) == (NOW - YEARS + 80 * MINUTE, None)


@pytest.fixture
def held_behind(ladder: Furnish) -> tuple[Ladder, Machine]:
    """The clock was set back by two hours with many steps due, which are held; then the machine was started anew."""
    climbing = ladder(machine := Machine(), complaints=2)
    climbing.open(MANY, now=NOW - 2 * DAY, first=100)
    machine.set_by = -2 * HOUR
    climbing.tick(NOW - 2 * HOUR + MINUTE)
    assert (climbing.steps(), alerts(climbing)) == ([], [ADMIN])
    machine.boot, machine.started_at = "second", NOW
    return climbing.again(), machine


def seen_to(climbing: Ladder, now: datetime) -> None:
    """Members resolve whatever has steps that are due."""
    found = [complaint for complaint, _ in climbing.store.complaints_with_steps(now, 1000)]
    done = [replace(each, status="resolved", resolved_at=now, next_step_at=None) for each in found]
    climbing.store.record_tick([Story(complaint=each) for each in done], now)


def test_a_clock_that_went_back_holds_on_after_a_restart(held_behind: tuple[Ladder, Machine]) -> None:
    climbing, _ = held_behind
    climbing.tick(NOW - 2 * HOUR + 5 * MINUTE)
    assert (climbing.steps(), alerts(climbing)) == ([], [ADMIN])
    assert climbing.store.figures(NOW).steps_held


def test_a_clock_that_went_back_is_believed_an_hour_after_a_restart(held_behind: tuple[Ladder, Machine]) -> None:
    climbing, machine = held_behind
    climbing.tick(behind := NOW - 2 * HOUR + 5 * MINUTE)
    seen_to(climbing, behind)
    climbing.tick(behind + 59 * MINUTE)
    assert climbing.store.held_watch() is not None
    climbing.tick(behind + HOUR)
    assert climbing.store.held_watch() is None
    trusted = climbing.store.clock_watch(machine.boot)
    assert trusted is not None
    assert trusted.trusted.at == behind + HOUR


def test_a_time_that_was_trusted_and_has_not_come_yet_is_forgotten_once_the_clock_is_believed(
    held_behind: tuple[Ladder, Machine],
) -> None:
    climbing, machine = held_behind
    climbing.tick(behind := NOW - 2 * HOUR + 5 * MINUTE)
    seen_to(climbing, behind)
    climbing.tick(behind + HOUR)
    machine.boot, machine.started_at = "third", NOW + HOUR
    again = climbing.again()
    again.open(MANY, now=NOW - 2 * DAY, first=300)
    again.tick(behind + HOUR + MINUTE)
    assert (again.steps().count("first_reply"), alerts(again)) == (MANY, [ADMIN])


def test_released_after_a_restart_it_is_held_no_more(held_behind: tuple[Ladder, Machine]) -> None:
    climbing, _ = held_behind
    climbing.tick(behind := NOW - 2 * HOUR + 5 * MINUTE)
    climbing.store.release_ladder(behind)
    climbing.tick(behind + MINUTE)
    assert (climbing.steps().count("first_reply"), climbing.store.held_watch()) == (MANY, None)
