"""How the daemon is: when it is not well, what it says of itself in a line, and which metrics there are."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from vastine.core.condition import (
    Condition,
    Figures,
    MailboxState,
    Tallies,
    Waiting,
    health_of,
    in_a_sentence,
    metrics_of,
    reasons_against,
)

NOW = datetime(2026, 6, 24, 9, 0, tzinfo=UTC)
STARTED = NOW - timedelta(days=3)
GOOD = MailboxState(mailbox="support", patience=timedelta(minutes=3), looked_at=NOW)
EMPTY = Figures(at=NOW)


def ago(**length: int) -> datetime:
    return NOW - timedelta(**length)


def failing(since: datetime, **changes: Any) -> MailboxState:
    return replace(GOOD, failures=4, failing_since=since, fault="login refused", **changes)


def condition(**changes: Any) -> Condition:
    made = Condition(
        at=NOW,
        version="1.2.3",
        started_at=STARTED,
        mailboxes=(GOOD,),
        figures=EMPTY,
        tallies=Tallies(),
        rules_loaded_at=STARTED,
    )
    return replace(made, **changes)


def codes(**changes: Any) -> list[str]:
    return [reason.code for reason in reasons_against(condition(**changes))]


def values(name: str, **changes: Any) -> dict[tuple[str, ...], float]:
    [metric] = [metric for metric in metrics_of(condition(**changes)) if metric.name == f"vastine_{name}"]
    return dict(metric.samples)


# --- whether it is well


def test_a_daemon_with_nothing_left_undone_is_well() -> None:
    assert codes() == []


def test_a_mailbox_that_just_failed_is_waited_for() -> None:
    assert codes(mailboxes=(failing(ago(minutes=3)),)) == []


def test_a_mailbox_that_failed_for_longer_than_a_few_looks_is_a_reason() -> None:
    [reason] = reasons_against(condition(mailboxes=(GOOD, failing(ago(minutes=4), mailbox="laskut"))))
    assert reason.code == "mailbox"
    assert reason.text == "mailbox laskut has not been readable for 4 minutes: login refused"


def test_a_folder_beside_the_inbox_is_no_reason() -> None:
    assert codes(mailboxes=(GOOD, failing(ago(days=1), folder="junk"))) == []


def test_a_loop_without_a_sign_of_life_is_a_reason() -> None:
    assert codes(silent=("ladder",)) == ["stalled"]


def test_a_database_that_does_not_answer_is_a_reason() -> None:
    assert codes(figures=None) == ["database"]


@pytest.mark.parametrize(("minutes", "found"), [(5, []), (6, ["sending"])])
def test_an_account_through_which_nothing_goes_is_a_reason_after_a_while(minutes: int, found: list[str]) -> None:
    assert codes(not_sending={"support": ago(minutes=minutes)}) == found


@pytest.mark.parametrize(("minutes", "found"), [(15, []), (16, ["outbox"])])
def test_mails_that_are_due_and_do_not_go_are_a_reason_after_a_while(minutes: int, found: list[str]) -> None:
    assert codes(figures=replace(EMPTY, mails_due_since=ago(minutes=minutes))) == found


def test_a_long_queue_of_which_something_goes_is_no_reason() -> None:
    assert codes(figures=replace(EMPTY, mails_due_since=ago(days=1)), tallies=Tallies(sent_at=ago(minutes=1))) == []


def test_mails_that_waited_while_nothing_ran_have_their_time_after_the_start() -> None:
    assert codes(figures=replace(EMPTY, mails_due_since=ago(days=1)), started_at=ago(minutes=1)) == []


@pytest.mark.parametrize(("minutes", "found"), [(5, []), (6, ["steps"])])
def test_steps_that_are_due_and_not_taken_are_a_reason_after_a_while(minutes: int, found: list[str]) -> None:
    assert codes(figures=replace(EMPTY, steps_due_since=ago(minutes=minutes))) == found


def test_a_held_ladder_is_the_one_reason_for_steps_that_are_due() -> None:
    assert codes(figures=replace(EMPTY, steps_held=True, steps_due_since=ago(days=1))) == ["held"]


def test_a_held_ladder_stands_in_the_sentence() -> None:
    held = condition(figures=replace(EMPTY, steps_held=True))
    assert in_a_sentence(held).endswith("; the ladder is held, since the clock jumped")


def test_steps_that_fell_due_while_nothing_ran_have_their_time_after_the_start() -> None:
    assert codes(figures=replace(EMPTY, steps_due_since=ago(days=1)), started_at=ago(minutes=1)) == []


@pytest.mark.parametrize(
    ("length", "shown"),
    [({"seconds": 400}, "6 minutes"), ({"hours": 5}, "5 hours"), ({"hours": 47}, "47 hours"), ({"days": 9}, "9 days")],
)
def test_lengths_are_told_in_whole_units(length: dict[str, int], shown: str) -> None:
    [reason] = reasons_against(condition(not_sending={"support": ago(**length)}))
    assert reason.text == f"mailbox support has not been able to send for {shown}"


def test_less_than_two_minutes_are_told_in_seconds() -> None:
    impatient = failing(ago(seconds=90), patience=timedelta(seconds=3))
    [reason] = reasons_against(condition(mailboxes=(impatient,)))
    assert "for 90 seconds" in reason.text


def test_health_tells_each_mailbox_and_each_reason() -> None:
    told = health_of(condition(figures=None, mailboxes=(failing(ago(minutes=1)),)))
    assert told["status"] == "failing"
    assert told["reasons"] == [{"code": "database", "text": "the database does not answer"}]
    [mailbox] = told["mailboxes"]
    assert mailbox == {
        "mailbox": "support",
        "folder": "inbox",
        "up": False,
        "last_fetch": "2026-06-24T09:00:00Z",
        "fault": "login refused",
    }


def test_health_of_a_mailbox_that_was_never_looked_at_has_no_time() -> None:
    told = health_of(condition(mailboxes=(replace(GOOD, looked_at=None),)))
    assert (told["status"], told["mailboxes"][0]["last_fetch"]) == ("fine", None)


# --- in a line


def test_the_line_tells_mailboxes_complaints_and_mails() -> None:
    figures = replace(EMPTY, complaints={"open": 14, "waiting": 3}, late=1)
    others = (replace(GOOD, mailbox="laskut"), failing(ago(minutes=1), mailbox="myynti"))
    assert in_a_sentence(condition(figures=figures, mailboxes=(GOOD, *others))) == (
        "3 mailboxes, 2 reachable (myynti: login refused); 14 open complaints, 1 late; 0 mails waiting"
    )


def test_the_line_counts_one_as_one() -> None:
    figures = replace(EMPTY, complaints={"open": 1}, outbox={"held": Waiting(mails=1, oldest_at=NOW)})
    assert in_a_sentence(condition(figures=figures)) == (
        "1 mailbox, 1 reachable; 1 open complaint, 0 late; 1 mail waiting"
    )


def test_the_line_tells_what_is_unusual() -> None:
    junk = failing(ago(minutes=1), folder="junk")
    said = in_a_sentence(
        condition(
            mailboxes=(GOOD, junk),
            figures=None,
            not_sending={"support": NOW},
            rules_refused=True,
            silent=("dispatch",),
        )
    )
    assert said == (
        "1 mailbox, 1 reachable (support junk: login refused); the database does not answer; cannot send: support; "
        "the rules could not be reloaded: the old ones are in force; no sign of life: dispatch"
    )


def test_the_line_tells_of_quarantine_where_something_is_in_it() -> None:
    assert in_a_sentence(condition(figures=replace(EMPTY, quarantined={"support": 2}))).endswith("; 2 in quarantine")


# --- metrics


def test_everything_that_can_be_counted_is_there_from_the_start() -> None:
    assert values("complaints") == {("open",): 0.0, ("waiting",): 0.0}
    assert values("complaints_late") == {("first_reply",): 0.0, ("next_reply",): 0.0, ("resolve",): 0.0}
    assert set(values("outbox_mails").values()) == {0.0}
    assert values("quarantine_mails") == {("support",): 0.0}


def test_what_the_store_counts_is_left_out_where_it_does_not_answer() -> None:
    names = {metric.name for metric in metrics_of(condition(figures=None))}
    assert "vastine_complaints" not in names
    assert values("database_up", figures=None) == {(): 0.0}


def test_ages_are_told_in_seconds() -> None:
    figures = replace(
        EMPTY,
        oldest_open_at=ago(hours=1),
        steps_due_since=ago(seconds=5),
        mails_due_since=ago(seconds=7),
        outbox={"ready": Waiting(mails=2, oldest_at=ago(seconds=9))},
    )
    assert values("complaint_oldest_open_seconds", figures=figures) == {(): 3600.0}
    assert values("steps_lag_seconds", figures=figures) == {(): 5.0}
    assert values("outbox_lag_seconds", figures=figures) == {(): 7.0}
    assert values("outbox_oldest_seconds", figures=figures)["ready",] == 9.0
    assert values("outbox_mails", figures=figures)["ready",] == 2.0


def test_no_age_is_negative_where_clocks_differ() -> None:
    assert values("steps_lag_seconds", figures=replace(EMPTY, steps_due_since=NOW + timedelta(hours=1))) == {(): 0.0}


@pytest.mark.parametrize("held", [False, True])
def test_a_held_ladder_is_a_metric(held: bool) -> None:
    assert values("steps_held", figures=replace(EMPTY, steps_held=held)) == {(): float(held)}


def test_held_acknowledgements_open_the_breaker() -> None:
    assert values("breaker_open", figures=replace(EMPTY, acknowledgements_held=3)) == {(): 1.0}


def test_a_mailbox_is_down_from_its_first_failure() -> None:
    states = (GOOD, failing(NOW, mailbox="laskut"))
    assert values("mailbox_up", mailboxes=states) == {("support", "inbox"): 1.0, ("laskut", "inbox"): 0.0}
    assert values("mailbox_failures", mailboxes=states)["laskut", "inbox"] == 4.0


def test_a_mailbox_that_was_never_looked_at_has_no_last_fetch() -> None:
    assert values("mailbox_last_fetch_timestamp_seconds", mailboxes=(replace(GOOD, looked_at=None),)) == {}


def test_tallies_are_counters_under_their_labels() -> None:
    tallies = Tallies(received={("support", "complaint"): 7}, attempts={("support", "later"): 2}, reloads={"taken": 1})
    assert values("mails_received_total", tallies=tallies) == {("support", "complaint"): 7.0}
    assert values("send_attempts_total", tallies=tallies) == {("support", "later"): 2.0}
    assert values("rules_reloads_total", tallies=tallies) == {("taken",): 1.0}


def test_a_daemon_that_is_not_well_says_so() -> None:
    assert (values("healthy"), values("healthy", figures=None)) == ({(): 1.0}, {(): 0.0})


def test_memory_is_told_where_the_system_tells_it() -> None:
    assert values("memory_bytes", memory=4096) == {(): 4096.0}
    assert "vastine_memory_bytes" not in {metric.name for metric in metrics_of(condition())}
