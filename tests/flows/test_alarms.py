"""Trouble is told to the administrator by mail, once until it is over."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from flows.office import ADMIN, NOW, office
from vastine.core.authentication import Policy
from vastine.core.office import Mailbox, Office
from vastine.edges.store import Store
from vastine.flows.alarms import Alarms


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    yield store
    store.close()


def alarms(store: Store, at: Office | None = None, kicks: list[None] | None = None) -> Alarms:
    at = at or office()
    return Alarms(store, lambda: at, lambda: kicks.append(None) if kicks is not None else None)


def two_mailboxes() -> Office:
    names = ("laskut", "support")
    return office(mailboxes={n: Mailbox(name=n, address=f"{n}@yritys.example", policy=Policy()) for n in names})


def test_an_alarm_is_a_mail_to_the_administrator(store: Store) -> None:
    alarms(store).sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    [mail] = store.list_outgoing()
    assert (mail["kind"], mail["to"], mail["subject"]) == ("alert", ADMIN, "Levy on täynnä")


def test_an_alarm_sounds_once_while_it_is_on(store: Store) -> None:
    bell = alarms(store)
    for _ in range(3):
        bell.sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    assert len(store.list_outgoing()) == 1


def test_an_alarm_sounds_again_after_it_was_over(store: Store) -> None:
    bell = alarms(store)
    bell.sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    bell.clear("disk")
    bell.sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    assert len(store.list_outgoing()) == 2


def test_clearing_one_alarm_leaves_the_other_on(store: Store) -> None:
    bell = alarms(store)
    bell.sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    bell.clear("rules")
    bell.sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    assert len(store.list_outgoing()) == 1


def test_each_trouble_sounds_for_itself(store: Store) -> None:
    bell = alarms(store)
    bell.sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    bell.sound("rules", "Säännöt", "Niissä on virhe.", NOW)
    assert len(store.list_outgoing()) == 2


def test_an_alarm_wakes_the_dispatch(store: Store) -> None:
    kicks: list[None] = []
    alarms(store, kicks=kicks).sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    assert kicks == [None]


def test_without_an_administrator_nothing_is_mailed(store: Store) -> None:
    alarms(store, office(admin=None)).sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    assert store.list_outgoing() == []


@pytest.mark.parametrize(("avoid", "used"), [("laskut", "support"), ("support", "laskut"), (None, "laskut")])
def test_an_alarm_goes_by_a_mailbox_that_can_send(store: Store, avoid: str | None, used: str) -> None:
    alarms(store, two_mailboxes()).sound("smtp", "Ei lähde", "Palvelin ei vastaa.", NOW, avoid=avoid)
    assert [mail["mailbox"] for mail in store.list_outgoing()] == [used]


def test_a_database_that_fails_stops_nobody(tmp_path: Path) -> None:
    broken = Store(f"sqlite:///{tmp_path}/without-tables.db")
    alarms(broken).sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    broken.close()


def test_an_alarm_that_could_not_be_recorded_sounds_again(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    bell = alarms(store)
    bell.sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)  # there are no tables yet
    store.migrate()
    bell.sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    assert [mail["subject"] for mail in store.list_outgoing()] == ["Levy on täynnä"]
    store.close()
