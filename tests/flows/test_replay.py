"""Recorded mail decided by other rules, a complaint explained again, and due times reckoned anew."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from flows.desktop import Desktop
from flows.office import NOW, Octets, book, office, raw_mail, rules
from vastine.core.complaint import Event
from vastine.core.rules import Rulebook
from vastine.core.story import Story
from vastine.core.waiting import resumed
from vastine.edges.reader import Reader
from vastine.edges.store import Store
from vastine.flows.explain import explain_complaint
from vastine.flows.recompute import Moved, moves, record_moves
from vastine.flows.replay import Change, Replayed, replay

LONG_AGO = NOW - timedelta(days=300)


@pytest.fixture
def desktop(tmp_path: Path, reader: Reader) -> Iterator[Desktop]:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    with capture_logs():
        desk = Desktop(store, reader, office(random=Octets("replay")))
        desk.take(
            raw_mail(subject="Lasku väärin", message_id="<1@posti.example>"),
            raw_mail(subject="Faktura fel", message_id="<2@posti.example>"),
            raw_mail(subject="Uusi mainos", message_id="<3@posti.example>"),
        )
        yield desk
    store.close()


def changes(desktop: Desktop, rulebook: Rulebook) -> tuple[list[Change], Replayed]:
    so_far = Replayed()
    found = replay(
        desktop.store, desktop.intake.reader, rulebook, since=LONG_AGO, so_far=so_far, progress=lambda _: None
    )
    return list(found), so_far


def test_the_same_rules_change_nothing(desktop: Desktop) -> None:
    found, so_far = changes(desktop, book())
    assert (found, so_far.mails, so_far.changed) == ([], 3, 0)


def test_a_changed_word_changes_exactly_the_mails_that_have_it(desktop: Desktop) -> None:
    [_, change], _ = changes(desktop, rules(("subject: lasku", "subject: faktura")))
    assert (change.rules, change.before["team"], change.after["team"]) == (("payment",), "support", "billing")


def test_both_sides_of_a_changed_word_are_told(desktop: Desktop) -> None:
    found, _ = changes(desktop, rules(("subject: lasku", "subject: faktura")))
    sides = [(each.before["topic"], each.after["topic"]) for each in found]
    assert sides == [("payment", "other"), ("other", "payment")]


def test_a_mail_that_would_no_longer_be_ignored_is_told(desktop: Desktop) -> None:
    [change], _ = changes(desktop, rules(("subject: mainos", "subject: tarjous")))
    assert (change.before["outcome"], change.after["outcome"], change.reference) == ("ignored", "complaint", None)


def test_a_clock_that_would_run_otherwise_is_told_though_no_rule_differs(desktop: Desktop) -> None:
    found, _ = changes(desktop, rules(("normal: {first_reply: 1d", "normal: {first_reply: 2d")))
    assert [each.rules for each in found] == [(), ()]
    assert all(each.before["first_reply_due"] != each.after["first_reply_due"] for each in found)


def test_what_staff_set_by_hand_stands_beside_it(desktop: Desktop) -> None:
    reference = desktop.store.list_deliveries(None)[0]["reference"]
    detail = {"from": "payment", "to": "fault"}
    event = Event(reference=reference, at=NOW, actor="anna", kind="topic", trust="verified", detail=detail)
    desktop.store.record_tick([Story(reference=reference, events=(event,))], NOW)
    found, _ = changes(desktop, rules(("subject: lasku", "subject: faktura")))
    assert [each.corrected for each in found] == [{"topic": "fault"}, {}]


def test_a_rule_that_calls_it_spam_is_told(desktop: Desktop) -> None:
    found, _ = changes(
        desktop, rules(("{topic: payment, team: billing}", "{topic: payment, team: billing, spam: true}"))
    )
    assert [each.after["outcome"] for each in found] == ["spam"]


def test_nothing_is_written(desktop: Desktop) -> None:
    before = (desktop.outcomes(), len(desktop.store.list_outgoing()))
    changes(desktop, rules(("subject: lasku", "subject: faktura")))
    assert (desktop.outcomes(), len(desktop.store.list_outgoing())) == before


OFTEN = "  - {name: often, when: {recent: {complaints: 1, within: 30d}}, then: {priority: critical}}\n"


def test_the_customers_history_is_as_it_was(desktop: Desktop) -> None:
    [change], _ = changes(desktop, rules(("  - {name: urgent,", f"{OFTEN}  - {{name: urgent,")))
    assert (change.rules, change.after["priority"]) == (("often",), "critical")  # the second: one had come before


def test_a_complaint_is_explained_by_the_rules_it_was_decided_by(desktop: Desktop) -> None:
    reference = desktop.store.list_deliveries(None)[0]["reference"]
    recorded = desktop.store.recorded_mail(reference.lower())
    assert recorded is not None
    [reading] = desktop.intake.reader.begin([recorded.raw or b""]).result()
    company = replace(desktop.at, rulebook=replace(book(), thorough=True))
    told = explain_complaint(recorded, reading, desktop.store.openings(), company)
    assert (told["outcome"], told["file"], told["decision"]["topic"]) == ("complaint", reference, "payment")
    assert told["rules"][1]["conditions"]["holds"]


def test_what_was_decided_is_kept_with_the_complaint(desktop: Desktop) -> None:
    recorded = desktop.store.recorded_mail(desktop.store.list_deliveries(None)[0]["reference"])
    assert recorded is not None
    assert recorded.decision is not None
    assert {"topic": "payment", "team": "billing", "priority": "normal"}.items() <= recorded.decision.items()


# --- due times


def moved(desktop: Desktop) -> list[Moved]:
    return list(moves(desktop.store, rules(("first_reply: 1d, resolve: 5d", "first_reply: 2d, resolve: 6d"))))


def test_the_same_rules_move_no_due_time(desktop: Desktop) -> None:
    assert list(moves(desktop.store, book())) == []


def test_a_changed_priority_moves_the_due_times_of_complaints_in_hand_when_asked(desktop: Desktop) -> None:
    found = moved(desktop)
    assert len(found) == 2
    assert record_moves(desktop.store, found, NOW) == (2, [])
    assert moved(desktop) == []


def test_a_promise_that_was_given_is_kept(desktop: Desktop) -> None:
    assert {each.after.first_reply_due for each in moved(desktop)} == {moved(desktop)[0].before.promise}


def test_what_was_waited_for_the_customer_is_in_the_times_already(desktop: Desktop) -> None:
    for each in moved(desktop):
        waiting = replace(each.before, status="waiting", waiting_since=NOW)
        again = resumed(waiting, book(), NOW + timedelta(hours=2))
        desktop.store.record_tick([Story(complaint=again)], NOW)
    assert list(moves(desktop.store, book())) == []


def test_a_complaint_that_somebody_changed_meanwhile_is_passed_over_and_named(desktop: Desktop) -> None:
    found = moved(desktop)
    desktop.store.record_tick([Story(complaint=found[0].before)], NOW)
    assert record_moves(desktop.store, found, NOW) == (1, [found[0].before.reference])


def test_a_clock_that_waits_stays_as_it_is(desktop: Desktop) -> None:
    complaint = moved(desktop)[0].before
    desktop.store.record_tick([Story(complaint=replace(complaint, waiting_since=NOW))], NOW)
    assert len(moved(desktop)) == 1


def test_a_clock_for_the_first_reply_that_began_anew_is_counted_from_there(desktop: Desktop) -> None:
    complaint = moved(desktop)[0].before
    anew = {"promise": None, "clock_run": 2, "first_reply_since": NOW + timedelta(days=1)}
    desktop.store.record_tick([Story(complaint=replace(complaint, **anew))], NOW)
    after = {each.after.reference: each.after for each in moved(desktop)}[complaint.reference]
    assert after.first_reply_due == NOW + timedelta(days=5)  # two days of work, over a weekend
