"""The store on SQLite and on PostgreSQL: the same promises on both."""

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Table, event, select

from vastine.core.complaint import CLOCKS, Complaint, Event, StepTaken, SurveyAnswered, SurveyAsked, Wait
from vastine.core.desk import Desk, Inquiry
from vastine.core.mail import Address, Mail
from vastine.core.outgoing import Draft, IssuedToken, Outgoing
from vastine.core.story import Delivery, Story
from vastine.core.survey import History
from vastine.edges.store import (
    AnotherInstanceError,
    Arrival,
    ConflictError,
    Settled,
    Store,
    StoreError,
    database,
)
from vastine.edges.store.database import NEWEST
from vastine.edges.store.tables import events, metadata, no_surveys, surveys

NOW = datetime(2026, 6, 24, 9, 0, tzinfo=UTC)
LEASE = timedelta(minutes=5)
DAY_AGO = NOW - timedelta(days=1)
MATTI = Address(name="Matti", address="matti@posti.example")


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    store.migrate()
    yield store
    store.close()


def migrations(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def arrival(uid: int, raw: bytes = b"From: a\r\n\r\nhei") -> Arrival:
    return Arrival(uid=uid, raw=raw, arrived_at=NOW)


def received(store: Store, uid: int = 1, raw: bytes = b"From: a\r\n\r\nhei") -> Delivery:
    return store.receive("support", 7, [arrival(uid, raw)], NOW)[0]


def complaint(reference: str = "V-AAAAA", **changes: Any) -> Complaint:
    made = Complaint(
        reference=reference,
        status="open",
        topic="payment",
        tags=("a",),
        priority="high",
        team="billing",
        assignee="anna",
        customer=MATTI,
        language="fi",
        subject="Maksu",
        mailbox="support",
        opened_at=NOW,
        promise=NOW,
        first_reply_since=NOW,
        resolve_since=NOW,
        clock_priority="high",
        first_reply_due=NOW,
        resolve_due=NOW,
        thread=("<a@b>",),
        decision={"rules": []},
    )
    return replace(made, **changes)


def outgoing(kind: str = "acknowledgement", message_id: str = "<1@ours>", **changes: Any) -> Outgoing:
    who: dict[str, Any] = {"party": "customer:matti@posti.example", "reference": "V-AAAAA", "not_before": None}
    values = who | changes
    draft = Draft(
        kind=kind,
        to=MATTI,
        mailbox="support",
        language="fi",
        subject="Hei",
        text="Hei",
        auto_submitted=None,
        **values,
    )
    token = IssuedToken(
        hash=f"hash of {message_id}", purpose="c", party=draft.party, reference="V-AAAAA", message_id=message_id
    )
    raw = b"Reply-To: support+c.abcdefghijklmnopqrstuvwxyz@ours\r\n\r\nHei\r\n"
    return Outgoing(
        draft=draft, message_id=message_id, envelope_from="support@ours", raw=raw, tokens=(token,), created_at=NOW
    )


def opened(delivery: Delivery, *mails: Outgoing, reference: str = "V-AAAAA", **changes: Any) -> Story:
    made = complaint(reference, **changes)
    return Story(
        delivery=delivery,
        mail=Mail(message_id="<theirs@posti>", from_=(MATTI,), subject="Maksu"),
        outcome="complaint",
        reason="it is new",
        reference=reference,
        complaint=made,
        opens=True,
        sender_kind="customer",
        events=(Event(reference=reference, at=NOW, actor="matti", kind="opened", trust="unverified", detail={}),),
        mails=mails,
    )


def inquiry(**wanted: Any) -> Inquiry:
    empty: dict[str, Any] = dict.fromkeys(
        ("sha256s", "content_keys", "token_hashes", "message_ids", "addresses"), frozenset()
    )
    return Inquiry(**{**empty, **{name: frozenset(values) for name, values in wanted.items()}})


def look(store: Store, now: datetime = NOW, **wanted: Any) -> Desk:
    return store.look_up(inquiry(**wanted), mails=1, per_hour=500, now=now)


def claim(store: Store, now: datetime = NOW) -> list[Any]:
    return store.claim(now, 10, LEASE, ["support"])


def test_a_received_mail_has_a_row_without_an_outcome(store: Store) -> None:
    delivery = received(store)
    assert (delivery.tries, delivery.outcome) == (1, None)
    assert [row["outcome"] for row in store.list_deliveries(None)] == [None]


def test_receiving_an_undecided_mail_again_counts_a_try(store: Store) -> None:
    first = received(store)
    again = received(store)
    assert (again.id, again.tries) == (first.id, 2)


def test_a_try_that_failed_by_no_fault_of_the_mail_is_not_counted(store: Store) -> None:
    received(store)
    [again] = store.receive("support", 7, [arrival(1)], NOW, innocent=frozenset({1}))
    assert again.tries == 1


def test_a_decided_mail_comes_back_with_its_outcome_and_no_new_try(store: Store) -> None:
    delivery = received(store)
    store.record_intake([opened(delivery)], NOW)
    again = received(store)
    assert (again.outcome, again.tries) == ("complaint", 1)


def test_another_mail_under_the_same_uid_gets_a_row_of_its_own(store: Store) -> None:
    received(store, 6, b"one")
    received(store, 6, b"two")
    assert len(store.list_deliveries(None)) == 2


def test_the_same_bytes_are_known_when_they_come_again(store: Store) -> None:
    delivery = received(store)
    store.record_intake([opened(delivery)], NOW)
    seen = look(store, sha256s=[delivery.sha256]).seen[delivery.sha256]
    assert (seen.outcome, seen.reference) == ("complaint", "V-AAAAA")


def test_a_mail_opens_at_most_one_complaint(store: Store) -> None:
    delivery = received(store)
    store.record_intake([opened(delivery)], NOW)
    with pytest.raises(ConflictError):
        store.record_intake([opened(delivery, reference="V-BBBBB")], NOW)
    assert len(store.list_complaints(status=None, late_at=None, team=None)) == 1


def test_nothing_of_a_story_is_written_when_a_part_of_it_fails(store: Store) -> None:
    first, second = received(store, 1, b"one"), received(store, 2, b"two")
    with pytest.raises(ConflictError):
        store.record_intake([opened(first, outgoing()), opened(second, outgoing(), reference="V-BBBBB")], NOW)
    assert store.list_outgoing() == []


def test_a_complaint_comes_back_as_it_was(store: Store) -> None:
    store.record_intake([opened(received(store))], NOW)
    assert look(store, addresses=[MATTI.address]).earlier[MATTI.address] == (complaint(),)


def test_a_change_upon_an_outdated_complaint_is_a_conflict(store: Store) -> None:
    store.record_intake([opened(received(store))], NOW)
    changed = Story(reference="V-AAAAA", complaint=complaint(priority="low"))
    store.record_tick([changed], NOW)
    with pytest.raises(ConflictError):
        store.record_tick([changed], NOW)


def test_two_changes_in_one_batch_leave_the_last(store: Store) -> None:
    store.record_intake([opened(received(store))], NOW)
    stories = [Story(reference="V-AAAAA", complaint=complaint(priority=name)) for name in ("low", "critical")]
    store.record_tick(stories, NOW)
    assert store.list_complaints(status=None, late_at=None, team=None)[0]["priority"] == "critical"


def merging(reference: str, into: str) -> Story:
    """As two processes decide it that have read both complaints when neither was merged."""
    return Story(
        reference=reference,
        complaint=complaint(reference, status="merged", merged_into=into),
        others=(complaint(into),),
    )


def test_what_is_merged_into_must_not_have_changed_meanwhile(store: Store) -> None:
    store.record_intake([opened(received(store)), opened(received(store, 2, b"toinen"), reference="V-BBBBB")], NOW)
    store.record_tick([Story(reference="V-BBBBB", complaint=complaint("V-BBBBB", status="resolved"))], NOW)
    with pytest.raises(ConflictError):
        store.record_tick([merging("V-AAAAA", "V-BBBBB")], NOW)
    assert {shown["status"] for shown in store.list_complaints(status=None, late_at=None, team=None)} == {
        "open",
        "resolved",
    }


def test_of_two_processes_that_merge_crosswise_one_has_a_conflict(store: Store, database_url: str) -> None:
    store.record_intake([opened(received(store)), opened(received(store, 2, b"toinen"), reference="V-BBBBB")], NOW)
    ready = Barrier(2)

    def merge(reference: str, into: str) -> str:
        with closing(Store(database_url)) as process:
            ready.wait(30)
            try:
                process.record_tick([merging(reference, into)], NOW)
            except ConflictError:
                return "conflict"
        return "merged"

    with ThreadPoolExecutor(2) as pool:
        ended = list(pool.map(merge, ("V-AAAAA", "V-BBBBB"), ("V-BBBBB", "V-AAAAA")))
    assert sorted(ended) == ["conflict", "merged"]
    shown = store.list_complaints(status=None, late_at=None, team=None)
    assert sorted(each["status"] for each in shown) == ["merged", "open"]


def test_two_merged_into_the_same_in_one_batch_are_no_conflict(store: Store) -> None:
    raws = {"V-AAAAA": b"1", "V-BBBBB": b"2", "V-CCCCC": b"3"}
    store.record_intake([opened(received(store, n, raws[r]), reference=r) for n, r in enumerate(raws, 1)], NOW)
    store.record_tick([merging("V-AAAAA", "V-CCCCC"), merging("V-BBBBB", "V-CCCCC")], NOW)
    assert [c.version for r in raws if (c := store.complaint(r))] == [2, 2, 2]


@pytest.mark.parametrize(("asked_of", "written_in"), [("V-AAAAA", "V-BBBBB"), ("V-BBBBB", "V-AAAAA")])
def test_an_answer_that_is_held_is_known_on_both_sides_of_a_merge(store: Store, asked_of: str, written_in: str) -> None:
    routed = outgoing("routed", "<kysymys@ours>", party="staff:anna", reference=asked_of)
    answer = outgoing("answer", "<vastaus@ours>", reference=written_in, not_before=NOW + LEASE)
    store.record_intake([opened(received(store), routed), opened(received(store, 2, b"2"), reference="V-BBBBB")], NOW)
    taken_in = Event(
        reference="V-BBBBB", at=NOW, actor="anna", kind="merged", trust="verified", detail={"from": "V-AAAAA"}
    )
    store.record_tick([replace(merging("V-AAAAA", "V-BBBBB"), mails=(answer,), events=(taken_in,))], NOW)
    desk = look(store, message_ids=["<kysymys@ours>"])
    assert [held.message_id for held in desk.held[written_in]] == ["<vastaus@ours>"]
    assert (desk.current("V-AAAAA") or complaint()).reference == "V-BBBBB"


def test_answers_that_left_change_their_complaints_in_the_order_of_stories(store: Store) -> None:
    """Whatever the order in which they left: of two processes none waits for the other while that one waits for it."""
    late = outgoing("answer", "<b@ours>", reference="V-BBBBB")
    store.record_intake([opened(received(store, 2, b"2"), late, reference="V-BBBBB")], NOW)
    store.record_intake([opened(received(store), outgoing("answer", "<a@ours>", reference="V-AAAAA"))], NOW)
    claimed = sorted(claim(store), key=lambda mail: mail.message_id, reverse=True)
    store.settle([Settled(mail=mail, outcome="sent", detail="250") for mail in claimed], NOW)
    with store.read() as connection:
        sent = select(events.c.reference).where(events.c.kind == "answer_sent").order_by(events.c.id)
        assert list(connection.scalars(sent)) == ["V-AAAAA", "V-BBBBB"]


def test_a_step_is_taken_once(store: Store) -> None:
    store.record_intake([opened(received(store))], NOW)
    step = StepTaken(reference="V-AAAAA", clock_run=1, at="first_reply", taken_at=NOW)
    store.record_tick([Story(reference="V-AAAAA", steps=(step,))], NOW)
    with pytest.raises(ConflictError):
        store.record_tick([Story(reference="V-AAAAA", steps=(step,))], NOW)


def test_a_complaint_with_a_due_step_is_found_with_the_steps_it_took(store: Store) -> None:
    store.record_intake([opened(received(store), next_step_at=NOW)], NOW)
    step = StepTaken(reference="V-AAAAA", clock_run=1, at="first_reply", taken_at=NOW)
    store.record_tick([Story(reference="V-AAAAA", steps=(step,))], NOW)
    assert store.complaints_with_steps(NOW - timedelta(seconds=1), 10) == []
    [(found, taken)] = store.complaints_with_steps(NOW, 10)
    assert (found.reference, taken) == ("V-AAAAA", {"first_reply"})


def test_a_mail_is_claimed_once(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    assert [mail.message_id for mail in claim(store)] == ["<1@ours>"]
    assert claim(store) == []


def test_a_held_mail_is_not_claimed_before_its_time(store: Store) -> None:
    later = NOW + timedelta(minutes=1)
    store.record_intake([opened(received(store), outgoing("answer", not_before=later))], NOW)
    assert store.list_outgoing()[0]["state"] == "held"
    assert claim(store) == []
    assert len(claim(store, later)) == 1


def test_answers_go_before_acknowledgements(store: Store) -> None:
    mails = (outgoing(message_id="<1@ours>"), outgoing("answer", message_id="<2@ours>"))
    store.record_intake([opened(received(store), *mails)], NOW)
    assert [mail.kind for mail in claim(store)] == ["answer", "acknowledgement"]


def test_what_was_being_sent_when_the_process_ended_is_due_again_with_the_same_bytes(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    [first] = claim(store)
    later = NOW + LEASE + timedelta(seconds=1)
    assert store.reclaim_interrupted(later) == 1
    [again] = claim(store, later)
    assert (again.message_id, again.raw) == (first.message_id, first.raw)


def test_a_sent_mail_keeps_no_token(store: Store, database_url: str) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    [mail] = claim(store)
    store.settle([Settled(mail=mail, outcome="sent", detail="250")], NOW)
    with store.read() as connection:
        raw = connection.exec_driver_sql("select raw from outbox").scalar_one()
    assert b"abcdefghijklmnopqrstuvwxyz" not in bytes(raw)
    assert len(bytes(raw)) == len(mail.raw)


def test_a_deferred_mail_is_due_again_at_its_time(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    [mail] = claim(store)
    later = NOW + timedelta(minutes=1)
    store.settle([Settled(mail=mail, outcome="deferred", detail="451", next_attempt_at=later)], NOW)
    assert store.next_due() == later
    assert [again.attempts for again in claim(store, later)] == [1]


def test_an_accepted_answer_is_the_first_reply(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing("answer"))], NOW)
    [mail] = claim(store)
    store.settle([Settled(mail=mail, outcome="sent", detail="250")], NOW)
    assert store.complaint("V-AAAAA").first_replied_at == NOW  # type: ignore[union-attr]


def test_an_answer_held_over_a_merge_is_the_reply_of_the_complaint_that_goes_on(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing("answer"))], NOW)
    second = received(store, uid=2, raw=b"Subject: other")
    store.record_intake([opened(second, reference="V-BBBBB")], NOW)
    [mail] = claim(store)
    source = store.complaint("V-AAAAA")
    assert source is not None
    store.record_tick([Story(complaint=replace(source, status="merged", merged_into="V-BBBBB"))], NOW)
    store.settle([Settled(mail=mail, outcome="sent", detail="250")], NOW)
    assert store.complaint("V-BBBBB").first_replied_at == NOW  # type: ignore[union-attr]


ASKED: dict[str, Any] = {"first_replied_at": NOW, "next_reply_run": 1, "next_reply_due": NOW + timedelta(hours=4)}


@pytest.mark.parametrize(("since", "ends"), [(NOW, NOW), (NOW + timedelta(seconds=1), None)])
def test_an_accepted_answer_ends_the_clock_of_the_mail_that_it_came_after(
    store: Store, since: datetime, ends: datetime | None
) -> None:
    store.record_intake([opened(received(store), outgoing("answer"), next_reply_since=since, **ASKED)], NOW)
    store.settle([Settled(mail=mail, outcome="sent", detail="250") for mail in claim(store)], NOW)
    assert store.complaint("V-AAAAA").next_replied_at == ends  # type: ignore[union-attr]


def test_a_further_mail_that_stays_unanswered_is_late(store: Store) -> None:
    later = NOW + timedelta(hours=5)
    story = opened(received(store), next_reply_since=NOW, **ASKED, resolve_due=later)
    store.record_intake([story], NOW)
    [row] = store.list_complaints(status=None, late_at=later, team=None)
    assert (row["next_reply_due"], row["next_replied_at"]) == ("2026-06-24T13:00:00Z", None)
    assert store.list_complaints(status=None, late_at=NOW + timedelta(hours=4), team=None) == []


def test_which_clocks_are_left_as_they_are_comes_back_as_it_was(store: Store) -> None:
    left = opened(received(store), to_named_day=("first_reply",), taken_over=("first_reply", "resolve"))
    store.record_intake([left], NOW)
    found = store.complaint("V-AAAAA")
    assert found is not None
    assert (found.to_named_day, found.taken_over) == (("first_reply",), ("first_reply", "resolve"))


def test_what_was_waited_comes_back_as_it_was(store: Store) -> None:
    waits = tuple(Wait(since=NOW, until=NOW + timedelta(hours=1), clocks=clocks) for clocks in (CLOCKS, CLOCKS[:1]))
    store.record_intake([opened(received(store), waits=waits, renewed_at=NOW, promise_moved_to=NOW)], NOW)
    found = store.complaint("V-AAAAA")
    assert found is not None
    assert (found.waits, found.renewed_at, found.promise_moved_to) == (waits, NOW, NOW)


def test_a_step_about_a_further_mail_is_known_by_the_run_of_its_own_clock(store: Store) -> None:
    store.record_intake([opened(received(store), next_step_at=NOW, next_reply_run=2)], NOW)
    rows = [("next_reply", 1), ("next_reply + 1h", 2), ("resolve", 1)]
    taken = tuple(StepTaken(reference="V-AAAAA", clock_run=run, at=at, taken_at=NOW) for at, run in rows)
    store.record_tick([Story(reference="V-AAAAA", steps=taken)], NOW)
    [(_, done)] = store.complaints_with_steps(NOW, 10)
    assert done == store.in_hand()[0][1] == {"next_reply + 1h", "resolve"}


def test_an_acknowledgement_is_not_the_first_reply(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    [mail] = claim(store)
    store.settle([Settled(mail=mail, outcome="sent", detail="250")], NOW)
    assert store.complaint("V-AAAAA").first_replied_at is None  # type: ignore[union-attr]


def test_a_token_tells_whom_it_was_given_to(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    grant = look(store, token_hashes=["hash of <1@ours>"]).grants["hash of <1@ours>"]
    assert (grant.party, grant.reference, grant.revoked) == ("customer:matti@posti.example", "V-AAAAA", False)


def test_a_revoked_token_says_so(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    store.record_tick([Story(reference="V-AAAAA", revoked_party="customer:matti@posti.example")], NOW)
    assert look(store, token_hashes=["hash of <1@ours>"]).grants["hash of <1@ours>"].revoked


def test_our_message_id_leads_to_its_complaint(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    desk = look(store, message_ids=["<1@ours>"])
    assert desk.ours["<1@ours>"].reference == "V-AAAAA"
    assert desk.current("V-AAAAA") == complaint()


def test_acknowledgements_of_a_day_are_counted(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    assert look(store, addresses=[MATTI.address]).acknowledged_today[MATTI.address] == 1
    assert not look(store, NOW + timedelta(hours=25), addresses=[MATTI.address]).acknowledged_today


def test_who_may_have_had_an_acknowledgement_is_known_from_when_it_leaves(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    assert look(store, addresses=[MATTI.address]).acknowledged == set()
    claim(store)
    assert look(store, addresses=[MATTI.address]).acknowledged == {MATTI.address}
    assert look(store, NOW + timedelta(hours=25), addresses=[MATTI.address]).acknowledged == set()


def test_loads_count_complaints_in_hand(store: Store) -> None:
    store.record_intake([opened(received(store))], NOW)
    assert look(store).loads == {"anna": 1}
    store.record_tick([Story(reference="V-AAAAA", complaint=complaint(status="resolved"))], NOW)
    assert look(store).loads == {}


def test_a_customer_who_is_not_reached_is_marked_in_all_that_is_in_hand(store: Store) -> None:
    store.record_intake([opened(received(store, 1, b"one"))], NOW)
    store.record_intake([opened(received(store, 2, b"two"), reference="V-BBBBB", status="resolved")], NOW)
    store.record_intake([opened(received(store, 3, b"three"), reference="V-CCCCC")], NOW)
    lost = Story(reference="V-AAAAA", complaint=complaint(undeliverable=True), lost_customer=MATTI.address)
    store.record_tick([lost], NOW)
    assert marked(store) == ["V-AAAAA", "V-CCCCC"]
    store.record_tick([Story(reached=MATTI.address)], NOW)
    assert marked(store) == []


def marked(store: Store) -> list[str]:
    found = store.list_complaints(status=None, late_at=None, team=None)
    return sorted(row["reference"] for row in found if row["undeliverable"])


def test_an_answer_that_gets_through_takes_the_mark_off(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing("answer"), undeliverable=True)], NOW)
    [mail] = claim(store)
    store.settle([Settled(mail=mail, outcome="sent", detail="250")], NOW)
    assert marked(store) == []


def test_a_mail_that_bounced_is_known_by_its_token_and_its_message_id(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    store.record_tick([Story(reference="V-AAAAA", bounced="<1@ours>")], NOW)
    desk = look(store, token_hashes=["hash of <1@ours>"], message_ids=["<1@ours>"])
    assert (desk.grants["hash of <1@ours>"].failed, desk.ours["<1@ours>"].failed) == (True, True)


def test_a_member_who_is_not_reached_is_known_for_a_day_or_until_they_write(store: Store) -> None:
    lost = Story(lost_member="anna@yritys.example")
    store.record_tick([lost, lost], NOW)
    assert look(store).unreachable == {"anna@yritys.example"} == store.unreachable_members(NOW)
    assert look(store, NOW + timedelta(hours=24)).unreachable == set()
    store.record_tick([lost], NOW)
    store.record_tick([Story(reached="anna@yritys.example")], NOW)
    assert look(store).unreachable == set()


def test_who_asks_for_the_status_has_their_matters_on_the_desk(store: Store) -> None:
    store.record_intake([opened(received(store, 1, b"one"), outgoing("status"))], NOW)
    store.record_intake([opened(received(store, 2, b"two"), reference="V-BBBBB", status="resolved")], NOW)
    desk = look(store, asking=[MATTI.address])
    assert [each.reference for each in desk.matters[MATTI.address]] == ["V-AAAAA"]
    assert desk.told_status == {MATTI.address}
    assert look(store, NOW + timedelta(hours=24), asking=[MATTI.address]).told_status == set()


def test_no_question_about_a_batch_walks_through_a_whole_table(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'vastine.db'}")
    store.migrate()
    asked: list[tuple[str, Any]] = []
    event.listen(store.engine, "after_cursor_execute", lambda _c, _cursor, sql, values, *_: asked.append((sql, values)))
    wanted = dict.fromkeys(
        ("sha256s", "content_keys", "token_hashes", "message_ids", "addresses", "asking"), ("x", "y")
    )
    store.look_up(inquiry(**wanted), mails=2, per_hour=1, now=NOW)
    store.claim(NOW, 10, LEASE, ["support"])
    store.reclaim_interrupted(NOW)
    store.record_intake([resolved(received(store))], NOW)
    store.complaints_to_survey(DAY_AGO, NOW, 50, NOW)
    with store.read() as connection:
        plans = [
            (sql, row.detail)
            for sql, values in list(asked)
            if sql.lstrip().startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        ]
    tables = {table.name for table in metadata.sorted_tables} - {"turns", "unreachable"}  # a row a team, or a member
    assert len(plans) > 8
    for sql, detail in plans:
        assert not (detail.startswith("SCAN ") and detail.split()[-1] in tables), f"{detail}: {sql}"
    store.close()


def resolved(delivery: Delivery, *mails: Outgoing, reference: str = "V-AAAAA", **changes: Any) -> Story:
    return opened(delivery, *mails, reference=reference, **({"status": "resolved", "resolved_at": NOW} | changes))


def to_survey(store: Store, now: datetime = NOW) -> dict[str, History]:
    return {found.reference: history for found, history in store.complaints_to_survey(DAY_AGO, now, 50, now)}


def asked(reference: str = "V-AAAAA", at: datetime = NOW, **changes: Any) -> Story:
    values: dict[str, Any] = {"status": "resolved", "resolved_at": NOW, "survey": "csat", **changes}
    survey = SurveyAsked(reference=reference, kind="csat", asked_at=at)
    return Story(reference=reference, complaint=complaint(reference, **values), survey=survey)


def answered(score: int, **changes: Any) -> Story:
    survey = SurveyAnswered(reference="V-AAAAA", score=score, comment="ok c." + "a" * 26, answered_at=NOW)
    return replace(asked(rating=score, **changes), survey=survey)


def rows(store: Store, table: Table) -> list[Any]:
    with store.read() as connection:
        return list(connection.execute(select(table)))


def test_what_was_resolved_in_a_time_is_to_be_surveyed(store: Store) -> None:
    store.record_intake([resolved(received(store))], NOW)
    assert to_survey(store) == {"V-AAAAA": History()}
    assert to_survey(store, NOW - timedelta(seconds=1)) == {}
    assert store.complaints_to_survey(NOW, NOW + LEASE, 50, NOW) == []


@pytest.mark.parametrize("status", ["open", "waiting", "merged", "spam"])
def test_what_is_not_resolved_is_not_to_be_surveyed(store: Store, status: str) -> None:
    store.record_intake([opened(received(store), status=status, resolved_at=NOW)], NOW)
    assert to_survey(store) == {}


def test_what_was_asked_is_not_to_be_surveyed_again(store: Store) -> None:
    store.record_intake([resolved(received(store))], NOW)
    store.record_tick([asked()], NOW)
    assert to_survey(store) == {}


def test_a_complaint_is_asked_about_once_whoever_asks(store: Store) -> None:
    store.record_intake([resolved(received(store))], NOW)
    store.record_tick([asked()], NOW)
    with pytest.raises(ConflictError):
        store.record_tick([asked(version=2)], NOW)
    assert len(rows(store, surveys)) == 1


def test_a_complaint_that_was_opened_meanwhile_is_not_asked_about(store: Store) -> None:
    store.record_intake([resolved(received(store))], NOW)
    store.record_tick([Story(reference="V-AAAAA", complaint=complaint(status="open"))], NOW)
    with pytest.raises(ConflictError):
        store.record_tick([asked()], NOW)
    assert rows(store, surveys) == []


@pytest.mark.parametrize(("days", "counts"), [(89, True), (91, False)])
def test_when_an_address_was_asked_lately_is_known(store: Store, *, days: int, counts: bool) -> None:
    before = NOW - timedelta(days=days)
    store.record_intake([resolved(received(store))], NOW)
    store.record_tick([asked(at=before)], NOW)
    store.record_intake([resolved(received(store, 2, b"toinen"), reference="V-BBBBB")], NOW)
    assert to_survey(store)["V-BBBBB"].asked_at == (before if counts else None)


def test_what_bears_on_asking_is_known(store: Store) -> None:
    detail = {"kind": "answer", "to": [MATTI.address]}
    events = tuple(
        Event(reference="V-AAAAA", at=NOW, actor="vastine", kind=kind, trust="system", detail=detail)
        for kind in ("answered", "acknowledgement_withheld", "undeliverable")
    )
    store.record_intake([replace(resolved(received(store)), events=events, no_surveys=MATTI.address)], NOW)
    assert to_survey(store)["V-AAAAA"] == History(
        answered=True, heard=True, unacknowledged=True, bounced=True, refused=True
    )


@pytest.mark.parametrize(
    ("kinds", "heard"),
    [
        (("answered", "customer_wrote"), False),
        (("customer_wrote", "answered", "resolved"), True),
        (("answered", "undone"), False),
    ],
)
def test_whether_a_person_has_answered_since_the_customers_last_mail_is_known(
    store: Store, *, kinds: tuple[str, ...], heard: bool
) -> None:
    detail = {"at": NOW.isoformat(), "closing": True}
    events = tuple(
        Event(reference="V-AAAAA", at=NOW, actor="anna", kind=kind, trust="system", detail=detail) for kind in kinds
    )
    store.record_intake([replace(resolved(received(store)), events=events)], NOW)
    known = to_survey(store)["V-AAAAA"]
    assert (known.heard, known.closing_sent) == (heard, "resolved" in kinds)


def test_an_undeliverable_mail_to_staff_is_no_bounce_of_the_customer(store: Store) -> None:
    detail = {"kind": "routed", "to": ["anna@yritys.example"]}
    event = Event(reference="V-AAAAA", at=NOW, actor="vastine", kind="undeliverable", trust="system", detail=detail)
    store.record_intake([replace(resolved(received(store)), events=(event,))], NOW)
    assert not to_survey(store)["V-AAAAA"].bounced


@pytest.mark.parametrize("state", ["held", "deferred", "sent"])
def test_a_survey_does_not_overtake_the_answer_that_it_is_about(store: Store, state: Any) -> None:
    answer = outgoing("answer", not_before=NOW + LEASE if state == "held" else None)
    store.record_intake([resolved(received(store), answer)], NOW)
    if state != "held":
        [mail] = claim(store)
        again = NOW + LEASE if state == "deferred" else None
        store.settle([Settled(mail=mail, outcome=state, detail="", next_attempt_at=again)], NOW)
    assert list(to_survey(store)) == (["V-AAAAA"] if state == "sent" else [])


def resolving(store: Store, reference: str, **changes: Any) -> History | None:
    """What is known when a member writes in that complaint, where a survey follows within eight days."""
    routed = outgoing("routed", "<kysymys@ours>", party="staff:anna", reference=reference)
    store.record_intake([opened(received(store, 9, b"9"), routed, reference=reference, **changes)], NOW)
    asking = replace(inquiry(message_ids=["<kysymys@ours>"]), survey_within=timedelta(days=8))
    return store.look_up(asking, mails=1, per_hour=500, now=NOW).histories.get(reference)


def test_what_bears_on_asking_is_known_when_a_complaint_is_resolved(store: Store) -> None:
    store.record_intake([resolved(received(store))], NOW)
    store.record_tick([replace(asked(), no_surveys=MATTI.address)], NOW)
    assert resolving(store, "V-BBBBB") == History(refused=True, asked_at=NOW)


@pytest.mark.parametrize(("days", "awaited"), [(7, True), (9, False)])
def test_a_survey_that_is_to_come_about_another_complaint_is_known(store: Store, *, days: int, awaited: bool) -> None:
    store.record_intake([resolved(received(store), resolved_at=NOW - timedelta(days=days))], NOW)
    assert resolving(store, "V-BBBBB") == History(awaited=awaited)


def test_a_survey_to_come_about_another_customers_complaint_is_none(store: Store) -> None:
    store.record_intake([resolved(received(store))], NOW)
    assert resolving(store, "V-BBBBB", customer=Address(address="liisa@posti.example")) == History()


def test_a_second_answer_replaces_the_first(store: Store) -> None:
    store.record_intake([resolved(received(store))], NOW)
    store.record_tick([asked()], NOW)
    store.record_tick([answered(1, version=2)], NOW)
    store.record_tick([answered(4, version=3)], NOW)
    [row] = rows(store, surveys)
    assert (row.score, row.answered_at, row.comment) == (4, NOW, "ok c." + "*" * 26)
    assert look(store, addresses=[MATTI.address]).earlier[MATTI.address][0].rating == 4


def test_who_refuses_surveys_twice_is_written_down_once(store: Store) -> None:
    for _ in range(2):
        store.record_tick([Story(no_surveys=MATTI.address), Story(no_surveys=MATTI.address)], NOW)
    assert [row.address for row in rows(store, no_surveys)] == [MATTI.address]


def test_migrating_twice_changes_nothing(store: Store) -> None:
    store.record_intake([opened(received(store))], NOW)
    store.migrate()
    assert len(store.list_complaints(status=None, late_at=None, team=None)) == 1


def test_the_migrations_come_to_the_tables_as_they_are(database_url: str) -> None:
    store = Store(database_url)
    with store.engine.connect() as connection:
        command.upgrade(migrations(connection), "head")
        connection.commit()
    with store.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
        version = MigrationContext.configure(connection).get_current_revision()
    store.close()
    assert (differences, version) == ([], NEWEST)


def test_an_older_database_is_brought_up_to_date(store: Store) -> None:
    with store.engine.connect() as connection:
        command.stamp(migrations(connection), "base")
        connection.commit()
    with store.write() as connection:
        metadata.drop_all(connection)
    store.migrate()
    assert store.list_deliveries(None) == []


def test_a_retried_mail_is_due_now_unless_it_was_sent(store: Store) -> None:
    store.record_intake([opened(received(store), outgoing())], NOW)
    [mail] = claim(store)
    store.settle([Settled(mail=mail, outcome="failed", detail="550")], NOW)
    assert store.change_outgoing(mail.id, "retry", NOW) is None
    [again] = claim(store)
    store.settle([Settled(mail=again, outcome="sent", detail="250")], NOW)
    assert store.change_outgoing(mail.id, "retry", NOW) == f"mail {mail.id} is sent: it cannot be sent again"


def test_a_second_instance_on_sqlite_is_refused(tmp_path: Path) -> None:
    first = Store(f"sqlite:///{tmp_path}/vastine.db")
    first.take_lock()
    with pytest.raises(AnotherInstanceError):
        Store(f"sqlite:///{tmp_path}/vastine.db").take_lock()
    first.close()


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "vastine.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(StoreError, match="not a database"):
        Store(f"sqlite:///{tmp_path}/vastine.db").migrate()


def test_a_commit_survives_a_killed_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/vastine.db"
    program = (
        "import os, signal; from datetime import UTC, datetime; from vastine.edges.store import Arrival, Store\n"
        f"store = Store({url!r}); store.migrate(); now = datetime.now(UTC)\n"
        "store.receive('support', 7, [Arrival(uid=1, raw=b'hei', arrived_at=now)], now)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    store = Store(url)
    assert [row["uid"] for row in store.list_deliveries(None)] == [1]
    store.close()
