"""Trouble is told to the administrator by mail, once until it is over."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from flows.office import ADMIN, NOW, office
from vastine.core.authentication import Policy
from vastine.core.office import Mailbox, Office
from vastine.core.parse import parse
from vastine.edges.store import Claimed, Settled, Store
from vastine.flows.alarms import Alarms

MINUTE = timedelta(minutes=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    yield store
    store.close()


def alarms(store: Store, at: Office | None = None, kicks: list[None] | None = None) -> Alarms:
    at = at or office()
    return Alarms(store, lambda: at, lambda: kicks.append(None) if kicks is not None else None)


def subjects(store: Store) -> list[str]:
    return [mail["subject"] for mail in store.list_outgoing()]


def gone(store: Store, now: datetime) -> list[Claimed]:
    """What leaves at that time."""
    claimed = store.claim(now, 100, timedelta(minutes=5), ["support"])
    store.settle([Settled(mail=mail, outcome="sent", detail="250") for mail in claimed], now)
    return claimed


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
    bell.clear("disk", NOW)
    bell.sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    assert subjects(store)[-1] == "Levy on täynnä"


def test_an_alarm_lasts_until_it_is_over(store: Store) -> None:
    bell = alarms(store)
    bell.sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    counted = [bell.count()]
    bell.clear("disk", NOW)
    assert [*counted, bell.count()] == [1, 0]


def test_that_trouble_is_over_is_told_with_its_times(store: Store) -> None:
    bell = alarms(store)
    bell.sound("disk", "Vastine: levy on täynnä", "Postia ei oteta.", NOW, since=NOW - 2 * MINUTE)
    gone(store, NOW)
    bell.clear("disk", NOW + 20 * MINUTE)
    bell.clear("disk", NOW + 21 * MINUTE)
    [over] = gone(store, NOW + 21 * MINUTE)
    assert over.subject == "Vastine, ohi: levy on täynnä"
    said = "Häiriö on ohi: levy on täynnä\n\nAlkoi: ke 24.6. klo 11.58\nPäättyi: ke 24.6. klo 12.20"
    assert parse(over.raw).text.strip() == said


def test_an_alert_that_has_not_left_does_not_go_once_the_trouble_is_over(store: Store) -> None:
    bell = alarms(store)
    bell.sound("disk", "Vastine: levy on täynnä", "Postia ei oteta.", NOW)
    bell.clear("disk", NOW + 20 * MINUTE)
    [over] = gone(store, NOW + 21 * MINUTE)
    assert over.subject == "Vastine, ohi: levy on täynnä"
    assert parse(over.raw).text.strip().endswith("Mistä oli kyse:\n\nPostia ei oteta.")


def test_trouble_that_comes_and_goes_is_told_once_an_hour(store: Store) -> None:
    bell, told = alarms(store), []
    for minutes in range(0, 90, 10):
        now = NOW + minutes * MINUTE
        bell.sound("disk", "Täynnä", "Postia ei oteta.", now, at_most_each=60 * MINUTE)
        told += [(minutes, mail.subject) for mail in gone(store, now)]
        bell.clear("disk", now + 5 * MINUTE)
        told += [(minutes + 5, mail.subject) for mail in gone(store, now + 5 * MINUTE)]
    assert told == [(0, "Täynnä"), (5, "Vastine, ohi: Täynnä"), (60, "Täynnä"), (65, "Vastine, ohi: Täynnä")]


def test_trouble_that_comes_back_and_stays_is_told_after_the_hour(store: Store) -> None:
    bell = alarms(store)
    for now in (NOW, NOW + 20 * MINUTE):
        bell.sound("disk", "Täynnä", "Postia ei oteta.", now, at_most_each=60 * MINUTE)
        gone(store, now)
        if now == NOW:
            bell.clear("disk", now + MINUTE)
    gone(store, NOW + 59 * MINUTE)
    assert [mail.subject for mail in gone(store, NOW + 60 * MINUTE)] == ["Täynnä"]


def test_clearing_one_alarm_leaves_the_other_on(store: Store) -> None:
    bell = alarms(store)
    bell.sound("disk", "Levy on täynnä", "Postia ei oteta.", NOW)
    bell.clear("rules", NOW)
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
