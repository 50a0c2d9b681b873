"""The command is killed at a named point and started again; then the promises of delivery are looked at."""

from collections import Counter, defaultdict

import pytest

from mixed import people
from whole.desk import Desk

pytestmark = [pytest.mark.whole, pytest.mark.dovecot]
INTAKE = ("after_raw_commit", "while_parsing", "after_decision_commit", "before_move", "after_move")
DISPATCH = ("after_claim", "after_final_dot", "before_settle")
MAILS = [sample.raw for sample in people(4, seed=5)]


def crashed(desk: Desk, point: str) -> Desk:
    desk.deliver(MAILS)
    assert desk.once(kill_at=point) == -9
    for _ in range(3):  # an attempt of which nobody knows how it ended is repeated later; here that is made due
        assert desk.once() == 0
        waiting = [row["id"] for row in desk.outbox() if row["state"] != "sent"]
        if not waiting:
            break
        for number in waiting:
            desk.run("outbox", "retry", str(number))
    return desk


@pytest.mark.parametrize("point", [*INTAKE, *DISPATCH])
def test_a_crash_loses_no_mail_and_doubles_no_complaint(desk: Desk, point: str) -> None:
    crashed(desk, point)
    rows = [row for row in desk.ledger() if row["outcome"] != "duplicate"]
    assert [row["outcome"] for row in rows] == ["complaint"] * len(MAILS)
    assert len(desk.complaints()) == len(MAILS)
    assert desk.inbox() == []


@pytest.mark.parametrize("point", [*INTAKE, *DISPATCH])
def test_after_a_crash_each_complaint_has_one_acknowledgement_by_its_message_id(desk: Desk, point: str) -> None:
    crashed(desk, point)
    ids = defaultdict(set)
    for letter in desk.letters("acknowledgement"):
        ids[letter.to].add(letter.header("Message-ID"))
    assert Counter(len(found) for found in ids.values()) == {1: len(MAILS)}


@pytest.mark.parametrize("point", DISPATCH)
def test_a_repeated_mail_has_the_same_octets(desk: Desk, point: str) -> None:
    crashed(desk, point)
    octets = defaultdict(set)
    for letter in desk.letters():
        octets[letter.header("Message-ID")].add(letter.raw)
    assert all(len(found) == 1 for found in octets.values())


@pytest.mark.parametrize("point", INTAKE)
def test_a_crash_while_taking_in_repeats_no_mail(desk: Desk, point: str) -> None:
    crashed(desk, point)
    assert max(Counter(letter.header("Message-ID") for letter in desk.letters()).values()) == 1
