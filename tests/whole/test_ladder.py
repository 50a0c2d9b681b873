"""The ladder on the real clock, in seconds: each step once, also across a restart, until somebody answers."""

import sqlite3
from datetime import datetime
from functools import partial

import pytest

from mixed import people
from whole.desk import RULES, Desk, until, urgent

pytestmark = [pytest.mark.whole, pytest.mark.dovecot]
STEPS = ["50% of first_reply", "first_reply", "first_reply + 3s"]
MOST_LATE = 60  # seconds; what is promised of a step, not how fast we are
SIX_STEPS = """\
escalations:
  - {at: 25% of first_reply, tell: [assignee]}
  - {at: 75% of first_reply, tell: [assignee]}
  - {at: first_reply, tell: [lead], raise: 1}
  - {at: first_reply + 3s, tell: [management], assign: lead}
  - {at: first_reply + 6s, tell: [hallitus@muualla.example]}
  - {at: first_reply + 9s, tell: [hallitus@muualla.example]}
"""
MAIL = urgent(next(people(1, seed=9)).raw)


def steps(desk: Desk) -> list[str]:
    return [step["at"] for one in desk.complaints() for step in one["steps_taken"]]


def test_each_step_is_taken_once_across_a_restart(desk: Desk) -> None:
    desk.deliver([MAIL])
    first = desk.start()
    assert until(lambda: desk.letters("reminder"))
    first.kill()
    first.wait()
    desk.start()
    until(lambda: len(steps(desk)) >= len(STEPS))
    assert steps(desk) == STEPS


def test_the_steps_reach_assignee_lead_and_management_and_then_the_lead_has_it(desk: Desk) -> None:
    desk.deliver([MAIL])
    desk.start()
    assert until(lambda: desk.letters("routed"))
    until(lambda: len(steps(desk)) >= len(STEPS))
    until(lambda: [letter for letter in desk.letters() if letter.to.startswith("johto@")])
    told = [letter.to.partition("@")[0] for letter in desk.letters("reminder", "escalation")]
    assert told[1:] in (["maija", "johto"], ["maija", "johto", "maija"], ["maija", "maija", "johto"])
    assert told[0] in {"anna", "ville"}
    assert desk.complaints()[0]["assignee"] == "maija"


def test_an_answer_stops_the_ladder(desk: Desk) -> None:
    desk.deliver([MAIL])
    desk.start()
    (routed,) = until(lambda: desk.letters("routed"))
    desk.answer(routed, "Hei, asia on hoidettu.")
    assert until(lambda: desk.letters("answer"))
    until(lambda: len(steps(desk)) >= len(STEPS), seconds=11)
    assert "first_reply" not in steps(desk)


def lateness(desk: Desk) -> dict[str, float]:
    """By how many seconds each step was taken after it was due."""
    [complaint] = desk.complaints()
    due = {
        event["detail"]["at"]: event["detail"]["due"]
        for event in desk.ask("show", complaint["reference"])["events"]
        if event["kind"] == "step"
    }
    return {
        step["at"]: (datetime.fromisoformat(step["taken_at"]) - datetime.fromisoformat(due[step["at"]])).total_seconds()
        for step in complaint["steps_taken"]
    }


def has_taken(desk: Desk, count: int) -> bool:
    return len(steps(desk)) >= count


def climbed(desk: Desk, *, kill: bool) -> dict[str, float]:
    """The lateness of the first six steps on a real clock; with `kill` the daemon dies at two of them."""
    desk.furnish(rules=RULES.partition("escalations:")[0] + SIX_STEPS)
    desk.deliver([MAIL])
    process = desk.start()
    until(lambda: desk.letters("reminder"))
    for count in (1, 4) if kill else ():
        until(partial(has_taken, desk, count))
        process.kill()
        process.wait()
        process = desk.start()
    until(partial(has_taken, desk, 6), seconds=60)
    process.kill()
    process.wait()
    return lateness(desk)


@pytest.mark.parametrize("kill", [False, True], ids=["alive", "killed"])
def test_each_of_six_steps_is_at_most_a_minute_late(desk: Desk, kill: bool) -> None:
    late = climbed(desk, kill=kill)
    assert {"25% of first_reply", "first_reply + 3s", "first_reply + 6s", "first_reply + 9s"} <= late.keys()
    assert all(0 <= seconds <= MOST_LATE for seconds in late.values()), late


def test_an_operator_sees_what_is_due_and_that_nothing_is_held(desk: Desk) -> None:
    desk.deliver([MAIL])
    assert desk.once() == 0
    found = desk.ask("ladder")
    assert (found["held_since"], found["gathered"]) == (None, 0)
    assert desk.run("ladder", "release").stdout == "the ladder is not held\n"


def test_a_held_ladder_is_shown_and_released(desk: Desk) -> None:
    assert desk.once() == 0
    with sqlite3.connect(desk.folder / "vastine.db") as database:
        database.execute("UPDATE clock_watch SET held_since = trusted_at, told_at = trusted_at")
    database.close()
    assert desk.ask("ladder", "list")["held_since"] is not None
    assert desk.run("ladder", "release").stdout == "the ladder goes on at the daemon's next look\n"
    assert desk.ask("ladder")["held_since"] is None
