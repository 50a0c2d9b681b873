"""The ladder on the real clock, in seconds: each step once, also across a restart, until somebody answers."""

import pytest

from mixed import people
from whole.desk import Desk, until, urgent

pytestmark = [pytest.mark.whole, pytest.mark.dovecot]
STEPS = ["50% of first_reply", "first_reply", "first_reply + 3s"]
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
