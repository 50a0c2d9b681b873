"""Which notices of the ladder go by themselves, which come together, and which tell nothing any more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest

from core.compose.samples import NOW, complaint
from vastine.core.complaint import Complaint
from vastine.core.gathering import STORM_WITHIN, Gathered, Moot, Notice, Passed, Recent, put_off, why_moot
from vastine.core.mail import Address
from vastine.core.rules.rulebook import Quiet

LEAD = "maija@yritys.example"
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
LATE = Passed(written="first_reply", clock="first_reply", run=1)


@dataclass(frozen=True, kw_only=True)
class SomeBook:
    quiet: Quiet


def notice(number: int = 0, priority: str = "high", steps: tuple[Passed, ...] = (LATE,)) -> Notice:
    return Notice(
        reference=f"V-AAAA{number}",
        priority=priority,
        recipient=Address(address=LEAD),
        kind="escalation",
        steps=steps,
    )


def due(notices: Sequence[Notice], recent: Recent = Recent()) -> list[Any]:  # noqa: B008, frozen
    """Until when each of them waits; None: it goes by itself."""
    book: Any = SomeBook(quiet=Quiet(hours=None, urgent=frozenset({"critical"})))
    return [waits and waits.due_at for _, waits in put_off(notices, {LEAD: recent}, book, NOW)]


FIVE = Recent(mails=5, first_at=NOW - 90 * SECOND)


# --- many urgent ones


def test_many_urgent_ones_at_one_look_are_one_mail_at_once() -> None:
    assert due([notice(number, "critical") for number in range(6)]) == [NOW] * 6


def test_a_few_urgent_ones_go_by_themselves() -> None:
    assert due([notice(number, "critical") for number in range(5)]) == [None] * 5


@pytest.mark.parametrize(
    "recent",
    [FIVE, Recent(mails=1, first_at=NOW, digest_at=NOW - SECOND), Recent(waiting_until=NOW + 60 * SECOND)],
    ids=["after five mails", "after one about many", "while others wait"],
)
def test_in_a_storm_urgent_ones_of_a_look_come_together_and_at_once(recent: Recent) -> None:
    assert due([notice(1, "critical"), notice(2, "critical")], recent) == [NOW, NOW]


def test_the_others_of_that_look_wait_for_the_storms_mail() -> None:
    at = NOW + 60 * SECOND
    assert due([notice(1, "critical"), notice(2)], Recent(waiting_until=at)) == [NOW, at]


# --- what a member asked for


def test_what_wait_promised_is_held_by_no_storm() -> None:
    assert due([notice(steps=())], FIVE) == [NOW]


def test_many_such_at_once_are_one_mail_too() -> None:
    assert due([notice(number, steps=()) for number in range(6)]) == [NOW] * 6


# --- how long others wait


def test_the_sixth_waits_no_longer_than_the_storm_lasts() -> None:
    assert due([notice()], FIVE) == [NOW - 90 * SECOND + STORM_WITHIN]


def test_after_a_mail_about_several_the_next_such_comes_as_much_later() -> None:
    assert due([notice()], Recent(mails=1, first_at=NOW, digest_at=NOW)) == [NOW + STORM_WITHIN]


def test_a_complaint_of_which_an_older_notice_waits_is_told_of_with_that() -> None:
    waiting = Recent(waiting=frozenset({"V-AAAA1"}))
    assert due([notice(1), notice(2)], waiting) == [NOW, None]


# --- what is so no more


def waited(*steps: Passed) -> Gathered:
    return Gathered(
        reference="V-7F3K9",
        member=None,
        address=LEAD,
        kind="escalation",
        steps=steps,
        because="storm",
        created_at=NOW,
        due_at=NOW,
    )


OPEN = complaint(status="open", first_reply_due=NOW, first_replied_at=None, resolve_due=NOW + HOUR, resolved_at=None)
ANSWERED = replace(OPEN, first_replied_at=NOW)
WAITING = replace(OPEN, status="waiting")
CASES: dict[str, tuple[Gathered, Complaint | None, Moot | None]] = {
    "open": (waited(LATE), OPEN, None),
    "erased": (waited(LATE), None, "erased"),
    "resolved": (waited(LATE), replace(ANSWERED, status="resolved", resolved_at=NOW), "settled"),
    "merged": (waited(LATE), replace(OPEN, status="merged"), "settled"),
    "spam": (waited(LATE), replace(OPEN, status="spam"), "settled"),
    "answered": (waited(LATE), ANSWERED, "settled"),
    "answered and written to again": (
        waited(LATE),
        replace(ANSWERED, next_reply_run=1, next_reply_since=NOW, next_reply_due=NOW + HOUR),
        "answered",
    ),
    "acknowledged": (waited(LATE), replace(OPEN, paused_until=NOW + HOUR), "acknowledged"),
    "waits for the customer": (waited(LATE), WAITING, "waiting"),
    "another run": (waited(LATE), replace(OPEN, clock_run=2), "clock_anew"),
    "still waits": (waited(), WAITING, None),
    "the customer wrote": (waited(), OPEN, "customer_wrote"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_notice_is_moot_for_its_true_reason(case: str) -> None:
    notice, about, why = CASES[case]
    assert why_moot(notice, about, NOW) == why
