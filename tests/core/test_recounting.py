"""Counting clocks anew: from their start, by another priority, and with what was waited for the customer."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.compose.samples import complaint
from vastine.core.clock import Calendar, Duration
from vastine.core.complaint import Wait
from vastine.core.recounting import recounted
from vastine.core.rules import Priority

ZONE = ZoneInfo("Europe/Helsinki")
OFFICE = Calendar.build("office", ZONE, {"mon-fri": "08:00-16:00"})
ALWAYS = Calendar.always(ZONE)


def priority(first_reply: str, resolve: str, calendar: Calendar, next_reply: str | None = None) -> Priority:
    lengths: Any = {"first_reply": Duration.parse(first_reply), "resolve": Duration.parse(resolve)}
    return Priority(
        name="new", calendar=calendar, next_reply=Duration.parse(next_reply) if next_reply else None, **lengths
    )


def at(day: int, hour: int) -> datetime:
    """A time in Helsinki in June 2026; the 24th is a Wednesday."""
    return datetime(2026, 6, day, hour, tzinfo=ZONE).astimezone(UTC)


BEGAN = complaint(first_reply_since=at(24, 10), resolve_since=at(24, 10))
WAITED = replace(BEGAN, waits=(Wait(since=at(24, 12), until=at(25, 9)),))


def test_what_was_waited_is_added_as_the_new_calendar_counts_it() -> None:
    # Waited from Wednesday noon to Thursday 9: 4 + 1 open hours of the office, 21 hours of the day and night.
    assert recounted(WAITED, priority("2h", "1d", OFFICE)).first_reply_due == at(25, 9)  # 12:00, and 5 hours
    assert recounted(WAITED, priority("2h", "1d", ALWAYS)).first_reply_due == at(25, 9)  # 12:00, and 21 hours
    assert recounted(WAITED, priority("4h", "1d", OFFICE)).first_reply_due == at(25, 11)
    assert recounted(WAITED, priority("4h", "1d", ALWAYS)).resolve_due == at(26, 7)  # the 25th at 10, and 21 hours


def test_each_clock_is_counted_from_its_own_start_with_what_was_waited_for_it() -> None:
    one = replace(WAITED, resolve_since=at(24, 8), waits=(replace(*WAITED.waits, clocks=("resolve",)),))
    after = recounted(one, priority("2h", "1d", OFFICE))
    assert (after.first_reply_due, after.resolve_due) == (at(24, 12), at(25, 13))  # the 25th at 8, and 5 hours


def test_a_first_reply_that_was_given_and_a_resolution_keep_their_times() -> None:
    done = complaint(first_replied_at=at(24, 11), resolved_at=at(24, 12))
    after = recounted(done, priority("2h", "1d", OFFICE))
    assert (after.first_reply_due, after.resolve_due) == (done.first_reply_due, done.resolve_due)


def test_a_day_that_the_customers_mail_named_stays() -> None:
    named = replace(BEGAN, to_named_day=("resolve",))
    after = recounted(named, priority("2h", "1d", OFFICE))
    assert (after.first_reply_due, after.resolve_due) == (at(24, 12), named.resolve_due)


def test_a_priority_that_is_set_counts_what_was_taken_over_too() -> None:
    after = recounted(replace(BEGAN, taken_over=("resolve",)), priority("2h", "1d", OFFICE))
    assert (after.resolve_due, after.taken_over) == (at(25, 10), ())


def test_a_promise_stays_what_the_customer_was_told() -> None:
    assert recounted(complaint(), priority("9d", "20d", OFFICE)).promise == complaint().promise


@pytest.mark.parametrize(("next_reply", "due"), [("4h", at(25, 15)), (None, None)])
def test_the_clock_of_a_next_reply_is_counted_from_its_own_start(next_reply: str | None, due: datetime | None) -> None:
    # From 10:00 on the 25th, an hour of which was waited for the customer; what was waited before is another matter's.
    asked = complaint(
        first_replied_at=at(24, 11),
        next_reply_since=at(25, 10),
        next_reply_run=1,
        next_reply_due=at(25, 12),
        waits=(Wait(since=at(24, 12), until=at(25, 10)), Wait(since=at(25, 11), until=at(25, 12))),
    )
    assert recounted(asked, priority("2h", "1d", OFFICE, next_reply)).next_reply_due == due
