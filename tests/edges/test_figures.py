"""What the store counts for whoever watches, on SQLite and on PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, insert, update

from flows.office import NOW, complaint_of, raw_mail, rules, take
from vastine.core.complaint import is_late
from vastine.core.condition.values import CLOCKS
from vastine.core.measures import Period
from vastine.core.report.digest import Digest, digest_page
from vastine.edges.store import Arrival, Folder, Settled, Store
from vastine.edges.store import tables as t

LEASE = timedelta(minutes=5)


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    store.migrate()
    yield store
    store.close()


def opened(store: Store, uid: int = 1, **changes: Any) -> None:
    """A complaint with the mails that its opening sends."""
    raw = raw_mail(message_id=f"<{uid}@posti.example>", text=f"Pyörä {uid} on rikki.")
    [received] = store.receive("support", 7, [Arrival(uid=uid, raw=raw, arrived_at=NOW)], NOW)
    story = take(raw, id=received.id, uid=uid)
    reference = f"V-AAAA{'ABCDEFGH'[uid]}"
    events = tuple(replace(each, reference=reference) for each in story.events)
    mails = tuple(
        replace(m, message_id=f"<{uid}.{n}@x>", tokens=(), draft=replace(m.draft, reference=reference))
        for n, m in enumerate(story.mails)
    )
    complaint = complaint_of(story, reference=reference, **changes)
    store.record_intake([replace(story, reference=reference, complaint=complaint, events=events, mails=mails)], NOW)


def test_an_empty_desk_has_nothing_to_count(store: Store) -> None:
    found = store.figures(NOW)
    assert (found.complaints, found.outbox, found.late, found.steps_due) == ({}, {}, 0, 0)
    assert (found.oldest_open_at, found.mails_due_since, found.steps_due_since) == (None, None, None)


def test_complaints_in_hand_are_counted_by_status(store: Store) -> None:
    for uid, status in enumerate(("open", "open", "waiting", "resolved", "spam")):
        opened(store, uid, status=status)
    assert store.figures(NOW).complaints == {"open": 2, "waiting": 1}


def test_a_complaint_late_by_both_clocks_is_one_late_complaint(store: Store) -> None:
    opened(store, 1, first_reply_due=NOW, resolve_due=NOW)
    opened(store, 2, first_reply_due=NOW, resolve_due=NOW + LEASE)
    found = store.figures(NOW + timedelta(seconds=1))
    assert (found.late_by_clock, found.late) == ({"first_reply": 2, "next_reply": 0, "resolve": 1}, 2)


def test_what_was_answered_or_is_not_due_is_not_late(store: Store) -> None:
    opened(store, 1, first_reply_due=NOW - LEASE, first_replied_at=NOW, resolve_due=NOW)
    assert store.figures(NOW).late == 0


def test_what_waits_for_the_customer_is_not_late(store: Store) -> None:
    opened(store, 1, status="waiting", first_reply_due=NOW - LEASE, resolve_due=NOW - LEASE)
    assert store.figures(NOW).late == 0


def test_what_is_late_is_what_the_list_of_late_complaints_shows(store: Store) -> None:
    for uid, (reply, replied, resolve) in enumerate(((1, None, 1), (-1, None, 1), (-1, NOW, 1), (-1, NOW, -1))):
        due = {"first_reply_due": NOW + reply * LEASE, "resolve_due": NOW + resolve * LEASE}
        opened(store, uid, first_replied_at=replied, **due)
    assert store.figures(NOW).late == len(store.list_complaints(status=None, late_at=NOW, team=None)) == 2


@pytest.mark.parametrize(
    ("clock", "due"),
    [
        ("first_reply", {"first_reply_due": NOW}),
        ("next_reply", {"first_replied_at": NOW - 2 * LEASE, "next_reply_due": NOW}),
        ("resolve", {"first_replied_at": NOW - 2 * LEASE, "resolve_due": NOW}),
    ],
)
def test_a_complaint_is_late_for_everybody_from_the_moment_after_its_time(
    store: Store, clock: str, due: dict[str, Any]
) -> None:
    opened(store, **({"first_reply_due": NOW + LEASE, "resolve_due": NOW + LEASE} | due))
    assert late_for(store, NOW) == ([], 0, dict.fromkeys(CLOCKS, 0), [], [], 0)
    one = "V-AAAAB"
    clocks = dict.fromkeys(CLOCKS, 0) | {clock: 1}
    assert late_for(store, NOW + timedelta(seconds=1)) == ([one], 1, clocks, [(one, clock)], [one], 1)


def test_until_the_first_reply_nobody_is_late_with_another(store: Store) -> None:
    opened(store, first_reply_due=NOW + LEASE, next_reply_due=NOW - LEASE, resolve_due=NOW + LEASE)
    assert late_for(store, NOW) == ([], 0, dict.fromkeys(CLOCKS, 0), [], [], 0)


def late_for(store: Store, now: datetime) -> tuple[Any, ...]:
    """What is late as the list, the figures, the measures, a complaint by itself and a digest have it."""
    book = rules()
    figures = store.figures(now)
    stuck = store.measures(period=Period(begin=NOW - LEASE, end=NOW + LEASE), now=now, rules=book).stuck
    work = store.work_in_hand(NOW - LEASE, now)
    digest = Digest(member="anna", of=("anna", "maija"), teams=("support",))
    page, _ = digest_page(digest, work, book)
    return (
        [each["reference"] for each in store.list_complaints(status=None, late_at=now, team=None)],
        figures.late,
        dict(figures.late_by_clock),
        [(each.reference, each.clock) for each in stuck],
        [each.reference for each in work.in_hand if is_late(each, now)],
        sum(cell.tone == "late" for grid in page.grids for row in grid.rows for cell in row),
    )


def test_the_oldest_open_complaint_gives_its_time(store: Store) -> None:
    opened(store, 1, opened_at=NOW - timedelta(days=2), status="waiting")
    opened(store, 2, opened_at=NOW - timedelta(days=1))
    assert store.figures(NOW).oldest_open_at == NOW - timedelta(days=1)


def test_mails_of_ours_are_counted_until_their_end(store: Store) -> None:
    opened(store)
    ready = store.figures(NOW).outbox["ready"]
    mails = store.claim(NOW, 10, LEASE, ["support"])
    assert ready.mails == len(mails) == store.figures(NOW).outbox["sending"].mails
    assert (ready.oldest_at, store.figures(NOW).outbox["sending"].oldest_at) == (NOW, NOW)
    store.settle([Settled(mail=mail, outcome="sent", detail="250") for mail in mails], NOW)
    assert store.figures(NOW).outbox == {}


def test_a_mail_that_is_to_be_tried_again_later_is_not_due_yet(store: Store) -> None:
    opened(store)
    assert store.figures(NOW + LEASE).mails_due_since == NOW
    mails = store.claim(NOW, 10, LEASE, ["support"])
    later = [Settled(mail=m, outcome="deferred", detail="451", next_attempt_at=NOW + 2 * LEASE) for m in mails]
    store.settle(later, NOW)
    found = store.figures(NOW + LEASE)
    assert (found.outbox["deferred"].mails, found.mails_due_since) == (len(mails), None)


def test_held_acknowledgements_are_counted(store: Store) -> None:
    opened(store)
    with store.write() as connection:
        connection.execute(update(t.outbox).values(state="held", next_attempt_at=NOW + LEASE))
    found = store.figures(NOW)
    assert (found.acknowledgements_held, found.outbox["held"].mails > 1) == (1, True)


def test_steps_that_are_due_are_counted_from_the_first(store: Store) -> None:
    opened(store, 1, next_step_at=NOW - LEASE)
    opened(store, 2, next_step_at=NOW)
    opened(store, 3, next_step_at=NOW + LEASE)
    found = store.figures(NOW)
    assert (found.steps_due, found.steps_due_since) == (2, NOW - LEASE)


def test_what_is_in_quarantine_and_what_is_undecided_is_counted_by_mailbox(store: Store) -> None:
    arrivals = [Arrival(uid=uid, raw=b"%d" % uid, arrived_at=NOW) for uid in (1, 2, 3)]
    first, second, _ = store.receive("support", 7, arrivals, NOW)
    kept = {"mailbox": "support", "sha256": "", "reason": "", "tries": 3, "at": NOW}
    rows = [
        {**kept, "ledger_id": first.id, "uid": 1, "state": "waiting"},
        {**kept, "ledger_id": second.id, "uid": 2, "state": "dropped"},
    ]
    with store.write() as connection:
        connection.execute(insert(t.quarantine), rows)
    found = store.figures(NOW)
    assert (found.quarantined, found.undecided) == ({"support": 1}, {"support": 3})


def test_the_last_good_look_at_each_folder_is_known(store: Store) -> None:
    store.record_look("imap", "tuki", "INBOX", Folder(uidvalidity=7, looked_at=NOW))
    assert store.figures(NOW).looked_at == {("imap", "tuki", "INBOX"): NOW}


def test_counting_reads_indexes_and_no_row_of_a_large_table(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    asked: list[tuple[str, Any]] = []
    event.listen(store.engine, "after_cursor_execute", lambda _c, _cursor, sql, values, *_: asked.append((sql, values)))
    store.figures(NOW)
    with store.read() as connection:
        plans = [
            row.detail
            for sql, values in list(asked)
            if sql.lstrip().startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        ]
    store.close()
    looks = [
        plan
        for plan in plans
        if plan.startswith(("SCAN", "SEARCH")) and plan not in ("SCAN folders", "SCAN clock_watch")
    ]
    assert len(looks) == 6
    assert all(" USING COVERING INDEX " in plan for plan in looks), looks
