"""Two complaints of a customer become one: each clock that goes on in it goes on as it ran."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.compose.samples import complaint
from flows.climbing import take_steps
from flows.office import office, rules
from vastine.core.complaint import Complaint, Wait
from vastine.core.ladder import At, StepRule, run_of, schedule
from vastine.core.recounting import recounted
from vastine.core.waiting import resumed
from vastine.flows.recompute import DUE_TIMES, recomputed
from vastine.flows.staff.merging import taken_in

ZONE = ZoneInfo("Europe/Helsinki")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A time in Helsinki in June 2026; the 24th is a Wednesday. The desk is open from 8 to 16 on weekdays."""
    return datetime(2026, 6, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


NOW = at(24, 11)
# Two matters whose first reply is due a working day after their mail; that of the older one before its resolution is.
OLDER = complaint(
    reference="V-OLDER",
    priority="normal",
    clock_priority="normal",
    opened_at=at(23, 12),
    promise=at(24, 12),
    first_reply_since=at(23, 12),
    first_reply_due=at(24, 12),
    resolve_since=at(23, 12),
    resolve_due=at(30, 12),
)
NEWER = replace(
    OLDER,
    reference="V-NEWER",
    opened_at=at(24, 10),
    promise=at(25, 10),
    first_reply_since=at(24, 10),
    first_reply_due=at(25, 10),
    resolve_since=at(24, 10),
    resolve_due=at(29, 10),
)
WAITED = Wait(since=at(23, 13), until=at(23, 15))
OLDER_WAITED = replace(OLDER, waits=(WAITED,), promise_moved_to=at(24, 14), first_reply_due=at(24, 14))
ANSWERED: dict[str, Any] = {"first_replied_at": at(24, 10)}
ASKED: dict[str, Any] = ANSWERED | {"next_reply_since": at(24, 10, 30), "next_reply_run": 1}


def merged(target: Complaint, other: Complaint) -> Complaint:
    return taken_in(target, other, rules(), NOW)


def times(after: Complaint, *places: str) -> list[str]:
    rungs = [StepRule(at=At.parse(written), written=written) for written in places]
    found = schedule(rungs, after, rules().priority_or_usual(after.clock_priority))
    return [f"{due.at.astimezone(ZONE):%d. %H:%M} {due.written}" for due in found]


def test_a_share_is_of_the_time_between_a_clocks_own_start_and_its_end() -> None:
    # The first reply as it ran in the older one: eight hours from Tuesday noon. Resolved as in the newer: 24 from ten.
    after = merged(NEWER, OLDER)
    assert times(after, "50% of first_reply", "promise") == ["23. 16:00 50% of first_reply", "24. 12:00 promise"]
    assert times(after, "50% of resolve", "resolve") == ["25. 14:00 50% of resolve", "29. 10:00 resolve"]


def test_it_is_the_same_whichever_is_merged_into_the_other() -> None:
    one, other = merged(NEWER, OLDER), merged(OLDER, NEWER)
    places = ("50% of first_reply", "75% of resolve", "promise")
    assert times(one, *places) == times(other, *places)


def test_what_was_waited_in_one_counts_for_its_own_clock_alone() -> None:
    after = merged(NEWER, OLDER_WAITED)
    assert times(after, "50% of first_reply", "50% of resolve") == [
        "24. 10:00 50% of first_reply",
        "25. 14:00 50% of resolve",
    ]


def test_what_was_waited_in_the_other_moves_no_clock_of_the_one_that_goes_on() -> None:
    newer = replace(NEWER, waits=(Wait(since=at(24, 10, 30), until=NOW),), resolve_due=at(29, 10, 30))
    assert times(merged(newer, OLDER), "50% of first_reply", "50% of resolve") == [
        "23. 16:00 50% of first_reply",
        "25. 14:30 50% of resolve",
    ]


def test_a_promise_goes_on_as_it_was_told_and_counts_for_as_long_as_it_did() -> None:
    after = merged(NEWER, OLDER_WAITED)
    assert (after.promise, after.promised_until) == (at(24, 12), at(24, 14))


def test_of_two_promises_the_one_goes_on_that_runs_out_first() -> None:
    waited_long = replace(OLDER_WAITED, promise_moved_to=at(25, 12), first_reply_due=at(25, 12))
    after = merged(waited_long, NEWER)
    assert (after.promise, after.promise_moved_to, after.first_reply_due) == (at(25, 10), None, at(25, 10))


def test_a_promise_that_was_renewed_is_not_renewed_again_elsewhere() -> None:
    renewed = replace(OLDER, renewed_at=at(24, 10), promise=at(24, 16))
    assert merged(NEWER, renewed).renewed_at == at(24, 10)
    assert merged(renewed, replace(NEWER, promise=at(24, 15))).renewed_at is None


def test_a_promise_that_is_taken_over_is_renewed_where_the_other_one_was_renewed_before() -> None:
    step = "first_reply - 1h"
    renewed = replace(OLDER, renewed_at=NOW, promise=at(25, 11))
    after = merged(renewed, NEWER)
    taken = frozenset({step} if run_of(after, step) == run_of(renewed, step) else ())
    story = take_steps(after, taken, None, office(), at(25, 9))
    assert "delay" in [letter.draft.kind for letter in story.letters]


def test_counted_anew_by_the_same_rules_no_time_moves() -> None:
    after = merged(
        replace(NEWER, resolve_due=at(24, 10) + timedelta(days=7)), replace(OLDER_WAITED, resolve_due=at(30, 14))
    )
    counted = recomputed(replace(after, promise_moved_to=None, promise=None), frozenset(), rules())
    assert (counted.first_reply_due, counted.resolve_due) == (at(24, 14), at(30, 14))


def left_as_they_were(after: Complaint) -> bool:
    counted = recomputed(after, frozenset(), rules())
    return all(getattr(counted, name) == getattr(after, name) for name in DUE_TIMES)


@pytest.mark.parametrize("newer", [{}, ANSWERED | {"promise": None}])
def test_no_time_moves_where_the_two_were_counted_by_different_priorities(newer: dict[str, Any]) -> None:
    urgent = replace(NEWER, clock_priority="high", first_reply_due=at(24, 14), resolve_due=at(26, 10), **newer)
    assert left_as_they_were(merged(OLDER, urgent))
    assert left_as_they_were(merged(urgent, OLDER))


def test_no_time_moves_where_the_first_reply_goes_on_from_a_further_mail() -> None:
    asked = replace(OLDER, **ASKED, next_reply_due=at(24, 15))
    for after in (merged(NEWER, asked), merged(asked, NEWER)):
        assert recomputed(after, frozenset(), rules()).first_reply_due == after.first_reply_due == at(24, 15)


def test_no_time_moves_where_the_other_one_had_the_earlier_promise() -> None:
    assert left_as_they_were(merged(OLDER, replace(NEWER, promise=at(24, 11, 30))))


def test_clocks_that_run_to_a_named_day_do_so_wherever_they_go_on() -> None:
    day: dict[str, Any] = {"first_reply_due": at(24, 11, 30), "resolve_due": at(26, 21)}
    named = replace(OLDER, **day, promise=at(24, 11, 30), to_named_day=("first_reply", "resolve"))
    after = merged(NEWER, named)
    assert left_as_they_were(after)
    counted = recounted(after, rules().priority("high"))
    assert (counted.first_reply_due, counted.resolve_due) == (at(24, 11, 30), at(26, 21))


def test_a_clock_in_place_of_one_to_a_named_day_is_counted_by_a_priority_that_is_set() -> None:
    named = replace(OLDER, resolve_due=at(30, 21), to_named_day=("resolve",))
    assert recounted(merged(named, NEWER), rules().priority("high")).resolve_due != at(29, 10)


def test_two_that_wait_have_waited_each_for_itself_until_they_are_one() -> None:
    waits = [replace(each, status="waiting", waiting_since=since) for each, since in ((NEWER, at(24, 9)), (OLDER, NOW))]
    after = merged(*waits)
    assert (after.status, after.waiting_since, after.first_reply_due) == ("waiting", NOW, at(24, 12))
    resolve = "29. 14:00 resolve"  # two hours in the newer one alone, and two together
    assert times(resumed(after, rules(), at(24, 13)), "first_reply", "resolve") == ["24. 14:00 first_reply", resolve]


def test_who_is_reminded_of_two_that_wait_is_so_at_the_earlier_time() -> None:
    one, other = (replace(NEWER, status="waiting", waiting_since=NOW, remind_at=at(day, 11)) for day in (29, 26))
    after = merged(one, other)
    assert (after.remind_at, after.next_step_at) == (at(26, 11), at(26, 11))


def test_the_answer_to_a_further_mail_is_awaited_on() -> None:
    after = merged(replace(NEWER, **ANSWERED), replace(OLDER, **ASKED, next_reply_due=at(24, 15)))
    assert (after.reply_clock, after.reply_due, after.next_reply_run) == ("next_reply", at(24, 15), 1)
    assert times(after, "50% of next_reply") == ["24. 12:45 50% of next_reply"]


def test_a_further_mail_is_answered_by_the_first_reply_where_that_is_due_later() -> None:
    after = merged(NEWER, replace(OLDER, **ASKED, next_reply_due=at(24, 15)))
    assert (after.reply_clock, after.first_reply_since, after.reply_due) == ("first_reply", at(24, 10, 30), at(24, 15))
    assert (after.promise, after.clock_run) == (NEWER.promise, 1)


def test_a_further_mail_that_is_due_later_is_answered_by_the_first_reply_too() -> None:
    after = merged(replace(NEWER, **ASKED, next_reply_due=at(24, 15)), OLDER)
    assert (after.reply_clock, after.reply_due, after.clock_run) == ("first_reply", at(24, 12), 2)


def test_what_nobody_waits_for_stays_so() -> None:
    answered = replace(NEWER, **ANSWERED)
    assert merged(answered, replace(OLDER, **ANSWERED)).reply_due is None
