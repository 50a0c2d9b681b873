"""The clock of the answer to a customer's further mail: when it starts, and what ends it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.compose.samples import complaint
from vastine.core.clock import Calendar, Duration
from vastine.core.next_reply import asked_again, replied
from vastine.core.waiting import resumed

CALENDAR = Calendar.build("office", ZoneInfo("Europe/Helsinki"), {"mon-fri": "08:00-16:00"})
MONDAY = datetime(2026, 6, 22, 7, tzinfo=UTC)  # 10:00 in Helsinki
HOUR = timedelta(hours=1)
ANSWERED = complaint(first_replied_at=MONDAY)


def book(next_reply: str | None = "4h") -> Any:
    length = Duration.parse(next_reply) if next_reply else None
    return SimpleNamespace(priority_or_usual=lambda _: SimpleNamespace(calendar=CALENDAR, next_reply=length))


ASKED = asked_again(ANSWERED, book(), MONDAY + HOUR)


def test_it_starts_with_the_mail_that_follows_an_answer() -> None:
    assert (ASKED.next_reply_run, ASKED.next_reply_since, ASKED.next_step_at) == (1, MONDAY + HOUR, MONDAY + HOUR)
    assert ASKED.next_reply_due == ASKED.reply_due == MONDAY + 5 * HOUR


def test_a_mail_while_it_runs_does_not_start_it_anew() -> None:
    assert asked_again(ASKED, book(), MONDAY + 2 * HOUR) == ASKED


@pytest.mark.parametrize("changed", [{"first_replied_at": None}, {"status": "waiting"}, {"status": "spam"}])
def test_it_runs_only_for_open_complaints_that_were_answered(changed: dict[str, Any]) -> None:
    before = replace(ANSWERED, **changed)
    assert asked_again(before, book(), MONDAY + HOUR) == before


def test_a_priority_without_one_counts_nothing() -> None:
    assert asked_again(ANSWERED, book(None), MONDAY + HOUR) == ANSWERED


def test_an_answer_ends_it_and_the_mail_after_that_begins_another_run() -> None:
    ended = replied(ASKED, MONDAY + 2 * HOUR)
    assert (ended.next_replied_at, ended.reply_due) == (MONDAY + 2 * HOUR, None)
    again = asked_again(ended, book(), MONDAY + 3 * HOUR)
    # From 13:00: three hours until closing time, and one in the morning.
    assert (again.next_reply_run, again.next_reply_due, again.next_replied_at) == (2, MONDAY + 23 * HOUR, None)


def test_an_answer_from_before_the_mail_does_not_answer_it() -> None:
    assert replied(ASKED, MONDAY).next_replied_at is None


def test_the_first_answer_ends_no_clock_that_never_ran() -> None:
    first = replied(complaint(), MONDAY)
    assert (first.first_replied_at, first.next_replied_at) == (MONDAY, None)


def test_waiting_stops_it() -> None:
    waiting = replace(ASKED, status="waiting", waiting_since=MONDAY + 2 * HOUR)
    # From noon to noon of the next day are eight open hours; it was due at 15:00.
    assert resumed(waiting, book(), MONDAY + 26 * HOUR).next_reply_due == MONDAY + 29 * HOUR


def test_one_that_ended_stays_where_it_was() -> None:
    waiting = replace(replied(ASKED, MONDAY + 2 * HOUR), status="waiting", waiting_since=MONDAY + 2 * HOUR)
    assert resumed(waiting, book(), MONDAY + 26 * HOUR).next_reply_due == ASKED.next_reply_due
