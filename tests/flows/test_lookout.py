"""Gathering how the daemon is: what loops say, what the store counts, and that asking often costs nothing."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from flows.office import NOW
from vastine.core.condition import Condition, Fault, Tallies, reasons_against
from vastine.edges.store import Folder, Store
from vastine.flows.lookout import Lookout, Watched

KEY = ("imap.yritys.example", "tuki", "INBOX")
INBOX = Watched(name="support", mailbox="support", folder="inbox", key=KEY, poll=timedelta(seconds=60))
REFUSED = Fault(word="login refused", text="imap.yritys.example refused the log-in of tuki: no")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    yield store
    store.close()


class Room:
    """A lookout upon a store, with a clock that stands until it is set."""

    def __init__(self, store: Store) -> None:
        self.now = NOW
        self.lookout = Lookout(
            store,
            [INBOX],
            "1.2.3",
            lambda: self.now,
            tallies=Tallies,
            silent=lambda: ["ladder"],
            not_sending=lambda: {"support": NOW},
            alarms=lambda: 2,
        )

    def condition(self) -> Condition:
        return self.lookout.condition()


@pytest.fixture
def room(store: Store) -> Room:
    return Room(store)


def test_what_the_parts_say_is_gathered(room: Room) -> None:
    found = room.condition()
    assert (found.version, found.silent, found.not_sending, found.alarms) == ("1.2.3", ("ladder",), {"support": NOW}, 2)
    assert found.figures is not None
    assert (found.memory or 0) > 1_000_000


def test_failures_are_counted_in_a_row(room: Room) -> None:
    assert [room.lookout.looked("support", fault) for fault in (REFUSED, REFUSED, None, REFUSED)] == [1, 2, 0, 1]


def test_a_mailbox_fails_since_its_first_failure(room: Room) -> None:
    room.lookout.looked("support", REFUSED)
    room.now += timedelta(minutes=1)
    room.lookout.looked("support", REFUSED)
    [state] = room.condition().mailboxes
    assert (state.failing_since, state.failures, state.fault) == (NOW, 2, "login refused")


def test_what_a_server_said_is_told_to_nobody(room: Room) -> None:
    room.lookout.looked("support", REFUSED)
    room.now += timedelta(hours=1)
    assert "tuki" not in repr(room.condition().mailboxes) + repr(reasons_against(room.condition()))


def test_a_good_look_ends_the_failures(room: Room) -> None:
    room.lookout.looked("support", REFUSED)
    room.lookout.looked("support", None)
    [state] = room.condition().mailboxes
    assert (state.failures, state.failing_since, state.fault, state.looked_at) == (0, None, "", NOW)


def test_the_last_good_look_of_an_earlier_process_is_known(store: Store) -> None:
    before = NOW - timedelta(hours=2)
    store.record_look(*KEY, Folder(uidvalidity=7, looked_at=before))
    [state] = Room(store).condition().mailboxes
    assert state.looked_at == before


def test_refused_rules_leave_the_time_of_the_others(room: Room) -> None:
    room.now += timedelta(hours=1)
    room.lookout.reloaded(taken=False)
    assert (room.condition().rules_refused, room.condition().rules_loaded_at) == (True, NOW)


def test_taken_rules_have_their_own_time(room: Room) -> None:
    room.now += timedelta(hours=1)
    room.lookout.reloaded(taken=True)
    assert (room.condition().rules_refused, room.condition().rules_loaded_at) == (False, room.now)


def test_the_store_is_not_asked_again_while_its_figures_are_fresh(room: Room, store: Store) -> None:
    asked: list[Any] = []
    event.listen(store.engine, "begin", asked.append)
    for _ in range(50):
        room.condition()
    assert len(asked) == 1


def test_who_asks_at_the_same_time_asks_the_store_once(room: Room, store: Store) -> None:
    asked: list[Any] = []
    event.listen(store.engine, "begin", asked.append)
    threads = [threading.Thread(target=room.condition) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(asked) == 1


def test_a_database_that_fails_leaves_the_rest_to_be_told(tmp_path: Path) -> None:
    room = Room(Store(f"sqlite:///{tmp_path}/gone/vastine.db"))
    with capture_logs() as logs:
        found = room.condition()
    assert (found.figures, [line["code"] for line in logs]) == (None, ["figures_failed"])
    assert "database" in [reason.code for reason in reasons_against(found)]


def test_a_database_that_hangs_is_not_waited_for(room: Room, store: Store) -> None:
    released = threading.Event()
    event.listen(store.engine, "begin", lambda _: released.wait(60))
    assert room.condition().figures is None
    released.set()


def test_a_database_that_answers_again_is_believed(store: Store) -> None:
    room = Room(store)
    hangs = threading.Event()
    event.listen(store.engine, "begin", lambda _: hangs.wait(60))
    first = room.condition().figures
    hangs.set()
    while room.condition().figures is None:
        pass
    assert first is None
