"""Three hundred mixed mails through `run --once`: one fixture handles them, each test asks one question."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from mixed import Sample, mixed
from servers.dovecot import Dovecot
from servers.smtp_peer import SmtpPeer
from whole.desk import Desk

pytestmark = [pytest.mark.whole, pytest.mark.dovecot, pytest.mark.xdist_group("intake")]
SAMPLES: list[Sample] = list(mixed(300, seed=11))


@pytest.fixture(scope="module")
def handled(tmp_path_factory: pytest.TempPathFactory, dovecot: Dovecot) -> Iterator[Desk]:
    folder: Path = tmp_path_factory.mktemp("intake")
    with SmtpPeer() as smtp:
        desk = Desk(folder=folder, dovecot=dovecot, smtp=smtp, user="intake").furnish()
        desk.deliver(sample.raw for sample in SAMPLES)
        done = desk.run("run", "--once")
        assert done.returncode == 0, done.stderr
        yield desk
        desk.close()


def test_the_inbox_is_empty_afterwards(handled: Desk) -> None:
    assert handled.inbox() == []


def test_every_mail_has_one_ledger_row_with_the_outcome_that_it_should_have(handled: Desk) -> None:
    found = Counter((row["message_id"], row["outcome"]) for row in handled.ledger())
    assert found == Counter((sample.expect.message_id, sample.expect.outcome) for sample in SAMPLES)


def test_every_new_matter_and_nothing_else_is_a_complaint(handled: Desk) -> None:
    wanted = Counter(sample.expect.sender for sample in SAMPLES if sample.expect.outcome == "complaint")
    assert Counter(one["customer"]["address"] for one in handled.complaints()) == wanted


def test_each_customer_is_acknowledged_once_in_their_language_and_nobody_else(handled: Desk) -> None:
    found = Counter((letter.to, letter.language) for letter in handled.letters("acknowledgement"))
    wanted = Counter((one.expect.sender, one.expect.language) for one in SAMPLES if one.expect.acknowledged)
    assert found == wanted


def test_each_complaint_is_routed_to_one_member_of_staff(handled: Desk) -> None:
    routed = Counter(letter.reference for letter in handled.letters("routed"))
    assert routed == Counter(one["reference"] for one in handled.complaints())


def test_a_second_run_changes_nothing_and_sends_nothing(handled: Desk) -> None:
    before = (handled.ledger(), handled.complaints(), len(handled.letters()))
    assert handled.once() == 0
    assert (handled.ledger(), handled.complaints(), len(handled.letters())) == before
