"""Waiting for the customer stops the clocks; when it ends, the due times move by the open time that was waited."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.compose.samples import complaint
from vastine.core.clock import Calendar
from vastine.core.complaint import CLOCKS, Wait
from vastine.core.waiting import resumed, waited

ZONE = ZoneInfo("Europe/Helsinki")
OPEN = Calendar.build("office", ZONE, {"mon-fri": "08:00-16:00"})


def book(calendar: Calendar) -> Any:
    """Rules by whose priorities every clock runs on that calendar."""
    return SimpleNamespace(priority_or_usual=lambda _: SimpleNamespace(calendar=calendar))


OFFICE, ALWAYS = book(OPEN), book(Calendar.always(ZONE))


def at(day: int, hour: int) -> datetime:
    """A time in Helsinki in June 2026; the 24th is a Wednesday."""
    return datetime(2026, 6, day, hour, tzinfo=ZONE).astimezone(UTC)


WAITING = complaint(
    status="waiting", waiting_since=at(24, 14), first_reply_due=at(24, 15), resolve_due=at(26, 12), next_step_at=None
)


@pytest.mark.parametrize(
    ("ended", "first_reply", "resolve"),
    [
        (at(24, 15), at(24, 16), at(26, 13)),  # one open hour
        (at(25, 9), at(25, 10), at(26, 15)),  # two of this day, one of the next
        (at(28, 12), at(29, 9), at(30, 14)),  # until a Sunday: two and sixteen hours
        (at(24, 14), at(24, 15), at(26, 12)),
    ],
)
def test_due_times_move_by_the_open_time_that_was_waited(
    ended: datetime, first_reply: datetime, resolve: datetime
) -> None:
    after = resumed(WAITING, OFFICE, ended)
    assert (after.status, after.waiting_since, after.next_step_at) == ("open", None, ended)
    assert (after.first_reply_due, after.resolve_due) == (first_reply, resolve)


def test_a_waiting_weekend_costs_only_its_open_hours() -> None:
    # From Friday 14:59 until Monday 09:00 the desk was open for 1 h 1 min and 1 h: 2 h 1 min. Friday 15:30 and these
    # are 30 min until closing, then 1 h 31 min of Monday: 09:31. Tuesday 12:00 and these are 14:01.
    friday, monday, tuesday = at(26, 0), at(29, 0), at(30, 0)
    waiting = complaint(
        status="waiting",
        waiting_since=friday + timedelta(hours=14, minutes=59),
        first_reply_due=friday + timedelta(hours=15, minutes=30),
        resolve_due=tuesday + timedelta(hours=12),
    )
    after = resumed(waiting, OFFICE, monday + timedelta(hours=9))
    assert after.first_reply_due == monday + timedelta(hours=9, minutes=31)
    assert after.resolve_due == tuesday + timedelta(hours=14, minutes=1)


def test_on_a_calendar_that_never_closes_all_time_counts() -> None:
    assert resumed(WAITING, ALWAYS, at(25, 14)).resolve_due == at(27, 12)


def test_a_first_reply_that_was_given_keeps_its_time() -> None:
    after = resumed(
        complaint(status="waiting", waiting_since=at(24, 14), first_replied_at=at(24, 13)), ALWAYS, at(25, 14)
    )
    assert after.first_reply_due == complaint().first_reply_due


def test_what_does_not_wait_stays_as_it_is() -> None:
    assert resumed(complaint(), OFFICE, at(25, 9)) == complaint()


def test_what_waits_since_nobody_knows_when_is_open_again_and_due_as_before() -> None:
    after = resumed(complaint(status="waiting"), OFFICE, at(25, 9))
    assert (after.status, after.resolve_due) == ("open", complaint().resolve_due)


def test_what_was_waited_is_remembered_and_adds_up() -> None:
    once = resumed(WAITING, OFFICE, at(24, 15))
    twice = resumed(replace(once, status="waiting", waiting_since=at(25, 8)), OFFICE, at(25, 10))
    assert twice.waits == (Wait(since=at(24, 14), until=at(24, 15)), Wait(since=at(25, 8), until=at(25, 10)))
    assert waited(twice, OPEN, "resolve") == timedelta(hours=3)


def test_a_clock_has_waited_only_since_it_began_to_run() -> None:
    twice = replace(WAITING, waits=(Wait(since=at(24, 14), until=at(24, 15)), Wait(since=at(25, 8), until=at(25, 10))))
    asked = replace(twice, next_reply_since=at(24, 16))
    assert waited(asked, OPEN, "next_reply") == timedelta(hours=2)


def test_what_was_waited_for_one_clock_is_none_of_the_others() -> None:
    one = replace(WAITING, waits=(Wait(since=at(24, 14), until=at(24, 15), clocks=("first_reply",)),))
    assert [waited(one, OPEN, clock) for clock in CLOCKS] == [timedelta(hours=1), timedelta(), timedelta()]


def test_waiting_that_took_no_time_leaves_no_trace() -> None:
    assert resumed(WAITING, OFFICE, at(24, 14)).waits == ()


def test_waiting_puts_the_promise_off_but_does_not_change_what_was_told() -> None:
    after = resumed(replace(WAITING, promise=at(24, 15)), OFFICE, at(25, 10))
    assert (after.promise, after.promised_until) == (at(24, 15), at(25, 11))


def test_each_wait_puts_the_promise_off_further() -> None:
    again = replace(WAITING, promise=at(24, 12), promise_moved_to=at(24, 15))
    assert resumed(again, OFFICE, at(24, 15)).promised_until == at(24, 16)


def test_a_promise_that_nobody_waited_for_counts_as_it_was_told() -> None:
    told = replace(WAITING, promise=at(24, 15))
    assert [resumed(told, OFFICE, each).promise_moved_to for each in (at(24, 14), at(24, 16))] == [None, at(25, 9)]


def test_a_promise_that_was_kept_is_not_put_off() -> None:
    answered = replace(WAITING, promise=at(24, 15), first_replied_at=at(24, 13))
    assert resumed(answered, OFFICE, at(25, 10)).promise_moved_to is None


def test_who_was_promised_nothing_still_is() -> None:
    assert resumed(replace(WAITING, promise=None), OFFICE, at(25, 10)).promised_until is None
