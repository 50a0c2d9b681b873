"""The command is killed at a named point and started again; then the promises of delivery are looked at.

One crash a point; each test asks one question about what is left of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

import pytest

from mixed import people
from servers.dovecot import Dovecot
from servers.smtp_peer import SmtpPeer
from whole.desk import RULES, Desk, until

pytestmark = [pytest.mark.whole, pytest.mark.dovecot]
INTAKE = ("after_raw_commit", "while_parsing", "after_decision_commit", "before_move", "after_move")
DISPATCH = ("after_claim", "after_final_dot", "before_settle")
SURVEY = "survey: {after: 1s}\n"
MAILS = [sample.raw for sample in people(4, seed=5)]


@pytest.fixture(scope="module", params=[*INTAKE, *DISPATCH])
def crashed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot
) -> Iterator[Desk]:
    with SmtpPeer() as smtp:
        folder = tmp_path_factory.mktemp(request.param)
        desk = Desk(folder=folder, dovecot=dovecot, smtp=smtp, user=folder.name).furnish()
        desk.deliver(MAILS)
        assert desk.once(kill_at=request.param) == -9
        _settle(desk)
        yield desk


def _settle(desk: Desk) -> None:
    """Start it again; an attempt of which nobody knows how it ended is due later, and is made due here."""
    for _ in range(3):
        done = desk.run("run", "--once")
        assert done.returncode == 0, done.stderr
        waiting = [row["id"] for row in desk.outbox() if row["state"] != "sent"]
        for number in waiting:
            desk.run("outbox", "retry", str(number))
        if not waiting:
            return


def test_every_mail_is_a_complaint_once(crashed: Desk) -> None:
    rows = [row["outcome"] for row in crashed.ledger() if row["outcome"] != "duplicate"]
    assert rows == ["complaint"] * len(MAILS)
    assert len(crashed.complaints()) == len(MAILS)


def test_no_mail_is_left_in_the_inbox_and_none_is_gone(crashed: Desk) -> None:
    assert crashed.inbox() == []
    assert sorted(crashed.dovecot.messages(crashed.user, "Vastine/Done")) == sorted(MAILS)


def test_each_customer_has_one_acknowledgement_by_its_message_id(crashed: Desk) -> None:
    ids = defaultdict(set)
    for letter in crashed.letters("acknowledgement"):
        ids[letter.to].add(letter.header("Message-ID"))
    assert Counter(len(found) for found in ids.values()) == {1: len(MAILS)}


def test_a_repeated_mail_has_the_same_octets(crashed: Desk) -> None:
    octets = defaultdict(set)
    for letter in crashed.letters():
        octets[letter.header("Message-ID")].add(letter.raw)
    assert {len(found) for found in octets.values()} == {1}


def test_only_a_crash_after_the_final_dot_repeats_a_mail(crashed: Desk) -> None:
    times = Counter(letter.header("Message-ID") for letter in crashed.letters())
    repeats = crashed.folder.name.startswith(("after_final_dot", "before_settle"))
    assert max(times.values()) <= (2 if repeats else 1)


def test_everything_of_ours_is_sent(crashed: Desk) -> None:
    assert {row["state"] for row in crashed.outbox()} == {"sent"}


# --- a survey


@pytest.fixture(scope="module", params=DISPATCH)
def surveyed(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot
) -> Iterator[Desk]:
    """The command was killed over a survey, and started again."""
    with SmtpPeer() as smtp:
        folder = tmp_path_factory.mktemp(f"survey_{request.param}")
        desk = Desk(folder=folder, dovecot=dovecot, smtp=smtp, user=folder.name).furnish(rules=RULES + SURVEY)
        desk.deliver(MAILS[:1])
        assert desk.once() == 0
        [routed] = desk.letters("routed")
        desk.answer(routed, "#ratkaistu\n\nHei, asia on hoidettu.")
        assert desk.once() == 0
        until(lambda: desk.once(kill_at=request.param) == -9)  # as soon as there is a survey to be sent
        _settle(desk)
        yield desk


def test_a_customer_is_asked_once_by_its_message_id(surveyed: Desk) -> None:
    assert len({letter.header("Message-ID") for letter in surveyed.letters("survey")}) == 1
    assert [row["state"] for row in surveyed.outbox() if row["kind"] == "survey"] == ["sent"]


def test_that_a_customer_was_asked_is_recorded_once(surveyed: Desk) -> None:
    [complaint] = surveyed.complaints()
    events = [event["kind"] for event in surveyed.ask("show", complaint["reference"])["events"]]
    assert events.count("survey_sent") == 1


def test_a_survey_comes_twice_only_after_a_crash_behind_the_final_dot(surveyed: Desk) -> None:
    assert len(surveyed.letters("survey")) == (1 if "after_claim" in surveyed.folder.name else 2)
