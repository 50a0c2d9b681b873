"""What is taken for a program's answer to our acknowledgement, and what a person may write all the same."""

from datetime import UTC, datetime, timedelta

import pytest

from vastine.core.complaint import Complaint
from vastine.core.desk import Desk
from vastine.core.loop import looks_like_loop, said_in
from vastine.core.mail import Address, Mail

NOW = datetime(2026, 6, 24, 9, 0, tzinfo=UTC)
PEER = Address(address="support@peer.example")
FIRST = "Your request was received. Its number is 48213. We answer by Monday at 10.32."
AGAIN = "Your request was received. Its number is 48307. We answer by Monday at 10.45."


def mail(text: str, subject: str = "Request received") -> Mail:
    return Mail(subject=subject, new_text=text, text=text, from_=(PEER,))


def before(text: str, at: datetime = NOW - timedelta(minutes=5), *, kept: bool = True) -> Complaint:
    """A complaint that the peer's earlier mail opened."""
    return Complaint(
        reference="V-AAAA2",
        status="open",
        topic="other",
        tags=(),
        priority="normal",
        team="support",
        assignee=None,
        customer=PEER,
        language="en",
        subject="Request received",
        mailbox="support",
        opened_at=at,
        promise=None,
        first_reply_since=at,
        resolve_since=at,
        clock_priority="normal",
        first_reply_due=None,
        resolve_due=None,
        decision={"said": said_in(mail(text))} if kept else {},
    )


def desk(*earlier: Complaint, acknowledged: bool = True) -> Desk:
    return Desk(
        earlier={PEER.address: earlier},
        complaints={each.reference: each for each in earlier},
        acknowledged={PEER.address} if acknowledged else set(),
    )


def looped(text: str, known: Desk, subject: str = "Request received") -> str | None:
    return looks_like_loop(mail(text, subject), PEER.address, known, at=NOW)


def test_a_text_that_comes_again_after_our_acknowledgement_is_a_loop() -> None:
    assert "says what V-AAAA2 said" in (looped(AGAIN, desk(before(FIRST))) or "")


def test_many_mails_at_once_are_none_for_they_answer_nothing() -> None:
    assert looped(AGAIN, desk(before(FIRST), acknowledged=False)) is None


def test_what_came_before_our_acknowledgement_is_not_compared() -> None:
    assert looped(AGAIN, desk(before(FIRST, kept=False))) is None


def test_another_text_of_the_same_sender_is_none() -> None:
    assert looped("The wheel that came yesterday is bent, who pays for it?", desk(before(FIRST))) is None


def test_what_was_said_over_a_day_ago_is_not_compared() -> None:
    assert looped(AGAIN, desk(before(FIRST, NOW - timedelta(days=1)))) is None


@pytest.mark.parametrize("subject", ["Olemme saaneet viestisi (V-7F3K9)", "We have your message (V-ABCD2)"])
def test_a_reference_of_another_desk_is_a_loop(subject: str) -> None:
    assert "a reference of another desk" in (looped("Thank you.", desk(), subject) or "")


@pytest.mark.parametrize("subject", ["My request V-AAAA2", "The V-BRAKE of my bicycle", "the v-7f3k9 pads"])
def test_a_reference_of_ours_and_what_only_looks_like_one_are_none(subject: str) -> None:
    assert looped("Please tell me more.", desk(before("Something else.")), subject) is None


def test_a_mail_without_words_is_none() -> None:
    assert looped("", desk(before("", kept=True)), subject="") is None


def test_a_reference_makes_no_difference_to_what_is_said() -> None:
    assert said_in(mail("Thanks!", "Got it (V-7F3K9)")) == said_in(mail("Thanks!", "Got it (V-ABCD2)"))


def test_of_long_texts_enough_is_kept_to_tell_them_apart() -> None:
    long = " ".join(f"word{number}" for number in range(2000))
    other = " ".join(f"word{number}" for number in range(1500, 3500))
    assert len(said_in(mail(long))) == 64
    assert looped(long.replace("word7 ", "word "), desk(before(long)))
    assert looped(other, desk(before(long))) is None
