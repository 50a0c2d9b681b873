"""The ladder of escalations: which step falls due when, and which are left."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from vastine.core.clock import Calendar, Duration
from vastine.core.complaint import Complaint, Wait
from vastine.core.ladder import At, StepRule, is_running, next_step_at, run_of, schedule, steps_due
from vastine.core.mail import Address

HELSINKI = ZoneInfo("Europe/Helsinki")


@dataclass(frozen=True)
class Timed:
    calendar: Calendar


OFFICE = Timed(Calendar.build("office", HELSINKI, {"mon-thu": "08:00-16:00", "fri": "08:00-11:30, 12:00-15:00"}))
ALWAYS = Timed(Calendar.always(HELSINKI))


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI).astimezone(UTC)


def rung(written: str, **effects: object) -> StepRule:
    return StepRule(at=At.parse(written), written=written, **effects)  # type: ignore[arg-type]


LADDER = (
    rung("75% of first_reply", tell=("assignee",)),
    rung("first_reply", tell=("lead",), raise_by=1),
    rung("first_reply + 4h", tell=("management",), assign="lead"),
    rung("resolve - 1d", tell=("assignee",)),
    rung("first_reply - 30m", tell_customer="delay"),
    rung("resolve", tell=("lead", "management")),
)

MONDAY = Complaint(
    reference="V-7F3K9",
    status="open",
    topic="other",
    tags=(),
    priority="normal",
    team="support",
    assignee=None,
    customer=Address(address="matti@posti.example"),
    language="fi",
    subject="",
    mailbox="support",
    opened_at=local("2026-06-22 10:00"),
    promise=None,
    first_reply_since=local("2026-06-22 10:00"),
    resolve_since=local("2026-06-22 10:00"),
    clock_priority="normal",
    first_reply_due=local("2026-06-23 10:00"),
    resolve_due=local("2026-06-29 10:00"),
    decision={},
)


def times(complaint: Complaint, *rungs: StepRule, priority: Timed = OFFICE) -> list[str]:
    found = schedule(rungs or LADDER, complaint, priority)
    return [f"{due.at.astimezone(HELSINKI):%d. %H:%M} {due.written}" for due in found]


def test_the_steps_stand_in_the_order_of_their_times() -> None:
    assert times(MONDAY) == [
        "22. 16:00 75% of first_reply",
        "23. 09:30 first_reply - 30m",
        "23. 10:00 first_reply",
        "23. 14:00 first_reply + 4h",
        "26. 10:00 resolve - 1d",
        "29. 10:00 resolve",
    ]


def test_steps_on_the_first_reply_end_with_it() -> None:
    answered = replace(MONDAY, first_replied_at=local("2026-06-22 12:00"))
    assert times(answered) == ["26. 10:00 resolve - 1d", "29. 10:00 resolve"]


def test_a_resolved_clock_has_no_steps_on_resolve() -> None:
    resolved = replace(MONDAY, first_replied_at=MONDAY.opened_at, resolved_at=local("2026-06-22 12:00"))
    assert times(resolved) == []


@pytest.mark.parametrize("status", ["waiting", "resolved", "merged", "spam"])
def test_only_an_open_complaint_has_steps(status: str) -> None:
    assert times(replace(MONDAY, status=status)) == []  # type: ignore[arg-type]


def test_a_complaint_without_due_times_has_no_steps() -> None:
    assert times(replace(MONDAY, first_reply_due=None, resolve_due=None)) == []


def test_offsets_are_counted_on_the_calendar() -> None:
    late = replace(MONDAY, first_reply_due=local("2026-06-26 14:00"))
    assert times(late, rung("first_reply + 4h")) == ["29. 11:00 first_reply + 4h"]


def test_in_always_they_run_through_the_night() -> None:
    late = replace(MONDAY, first_reply_due=local("2026-06-26 23:00"))
    assert times(late, rung("first_reply + 4h"), priority=ALWAYS) == ["27. 03:00 first_reply + 4h"]


def test_a_step_that_would_lie_before_the_start_is_left_out() -> None:
    urgent = replace(MONDAY, resolve_due=local("2026-06-22 18:00"))
    assert times(urgent, rung("resolve - 1d"), priority=ALWAYS) == []


def test_a_step_comes_again_where_the_rules_say_every() -> None:
    found = schedule([rung("first_reply", every=Duration.parse("1d"))], MONDAY, OFFICE)
    assert [due.written for due in found[:3]] == ["first_reply", "first_reply (2)", "first_reply (3)"]
    assert found[2].at == local("2026-06-25 10:00")


def test_nothing_is_due_before_its_time() -> None:
    assert steps_due(LADDER, MONDAY, OFFICE, frozenset(), local("2026-06-22 15:59")) == ()


def test_a_step_is_due_at_its_time() -> None:
    found = steps_due(LADDER, MONDAY, OFFICE, frozenset(), local("2026-06-22 16:00"))
    assert [due.rule.written for due in found] == ["75% of first_reply"]


def test_after_a_standstill_all_that_fell_due_come_in_order() -> None:
    found = steps_due(LADDER, MONDAY, OFFICE, frozenset({"75% of first_reply"}), local("2026-06-23 12:00"))
    assert [due.rule.written for due in found] == ["first_reply - 30m", "first_reply"]


def test_a_taken_step_is_known_by_its_written_at_whatever_else_was_edited() -> None:
    edited = (rung("first_reply", tell=("management",), raise_by=2),)
    assert steps_due(edited, MONDAY, OFFICE, frozenset({"first_reply"}), local("2026-06-24 10:00")) == ()


def test_the_next_step_is_the_first_that_was_not_taken() -> None:
    taken = frozenset({"75% of first_reply", "first_reply - 30m"})
    assert next_step_at(LADDER, MONDAY, OFFICE, taken) == local("2026-06-23 10:00")


def test_a_pause_puts_the_next_step_off() -> None:
    until = local("2026-06-23 12:30")
    paused, over = replace(MONDAY, paused_until=until), replace(MONDAY, paused_until=MONDAY.opened_at)
    assert next_step_at(LADDER, paused, OFFICE, frozenset({"first_reply - 30m"})) == until
    assert next_step_at(LADDER, over, OFFICE, frozenset()) == local("2026-06-22 16:00")


def test_while_it_is_paused_only_the_customer_is_told() -> None:
    until = local("2026-06-23 12:30")
    paused = replace(MONDAY, paused_until=until)
    assert next_step_at(LADDER, paused, OFFICE, frozenset()) == local("2026-06-23 09:30")
    found = steps_due(LADDER, paused, OFFICE, frozenset(), until - timedelta(seconds=1))
    assert [due.written for due in found] == ["first_reply - 30m"]
    assert len(steps_due(LADDER, paused, OFFICE, frozenset(), until)) == 3


def test_while_it_waits_for_the_customer_only_a_reminder_is_next() -> None:
    until = local("2026-06-25 12:30")
    assert next_step_at(LADDER, replace(MONDAY, status="waiting", remind_at=until), OFFICE, frozenset()) == until


def test_where_every_step_was_taken_there_is_no_next() -> None:
    taken = frozenset(rule.written for rule in LADDER)
    assert next_step_at(LADDER, MONDAY, OFFICE, taken) is None


def test_blanks_around_the_sign_do_not_matter() -> None:
    assert At.parse(" first_reply+4h ") == At(clock="first_reply", after=Duration.parse("4h"))


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not a time on the ladder"),
        ("75%", "is not a time on the ladder"),
        ("4h after first_reply", "is not a time on the ladder"),
        ("reply", "'reply' is not a clock"),
        ("75% of reply", "'reply' is not a clock"),
        ("0% of resolve", "0% is not a share"),
        ("first_reply + soon", "'soon' is not a duration"),
    ],
)
def test_what_is_no_place_on_the_ladder_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        At.parse(text)


# What was waited for the customer, a further mail, and what the customer was told


def test_what_was_waited_counts_in_no_share_of_the_time() -> None:
    # Due after 8 hours, two of which are over when the whole of Tuesday is waited: 75 % are four more of Wednesday.
    waited = replace(
        MONDAY,
        first_reply_due=local("2026-06-24 10:00"),
        waits=(Wait(since=local("2026-06-22 12:00"), until=local("2026-06-23 12:00")),),
    )
    assert times(waited, rung("75% of first_reply")) == ["23. 16:00 75% of first_reply"]


def test_a_further_mail_has_a_clock_of_its_own() -> None:
    asked = replace(
        MONDAY,
        first_replied_at=local("2026-06-22 12:00"),
        next_reply_since=local("2026-06-23 14:00"),
        next_reply_due=local("2026-06-24 10:00"),
        next_reply_run=1,
    )
    rungs = [rung(written) for written in ("75% of next_reply", "next_reply - 1h", "next_reply + 4h")]
    assert times(asked, *rungs) == [
        "24. 09:00 75% of next_reply",
        "24. 09:00 next_reply - 1h",
        "24. 14:00 next_reply + 4h",
    ]
    assert times(replace(asked, next_replied_at=local("2026-06-23 15:00")), *rungs) == []


def test_until_the_first_reply_no_other_answer_is_due() -> None:
    asked = replace(MONDAY, next_reply_since=local("2026-06-23 14:00"), next_reply_due=local("2026-06-24 10:00"))
    assert times(asked, rung("next_reply"), rung("first_reply")) == ["23. 10:00 first_reply"]
    assert [is_running(clock, asked) for clock in ("first_reply", "promise", "next_reply")] == [True, True, False]
    assert asked.reply_due == local("2026-06-23 10:00")


def test_the_steps_about_each_further_mail_are_taken_anew() -> None:
    third = replace(MONDAY, clock_run=2, next_reply_run=3)
    assert [run_of(third, at) for at in ("75% of next_reply", "next_reply (2)", "first_reply", "resolve - 1d")] == [
        3,
        3,
        2,
        2,
    ]


def test_a_step_may_be_counted_to_what_the_customer_was_told() -> None:
    renewed = replace(MONDAY, promise=local("2026-06-24 10:00"), renewed_at=local("2026-06-23 09:30"))
    assert times(renewed, rung("first_reply"), rung("promise"), rung("promise + 1h")) == [
        "23. 10:00 first_reply",
        "24. 10:00 promise",
        "24. 11:00 promise + 1h",
    ]
    assert times(MONDAY, rung("promise")) == ["23. 10:00 promise"]


def test_a_step_that_tells_the_customer_comes_before_what_they_were_promised() -> None:
    urgent = replace(MONDAY, promise=local("2026-06-24 10:00"))
    patient = replace(MONDAY, promise=local("2026-06-22 15:00"))
    delay = rung("first_reply - 30m", tell_customer="delay")
    assert times(urgent, delay) == ["24. 09:30 first_reply - 30m"]
    assert times(patient, delay) == ["22. 14:30 first_reply - 30m"]
