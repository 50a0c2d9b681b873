"""The ledger and the server compared: what is missing is taken in, once, and stays where it lies."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from flows.office import NOW, SUPPORT, Octets, office, raw_mail
from servers.dovecot import Dovecot
from vastine.core.authentication import Policy
from vastine.core.office import Mailbox
from vastine.edges.reader import Reader
from vastine.edges.store import Store
from vastine.flows.intake import Intake
from vastine.flows.reconcile import Compared, reconcile
from vastine.flows.watch import Inbox, Watcher

pytestmark = pytest.mark.dovecot
LONG_AGO = NOW - timedelta(days=3650)


class Room:
    """A mailbox, and a store that may know of it or not."""

    def __init__(self, server: Dovecot, user: str, path: Path, reader: Reader) -> None:
        self.inbox = Inbox(name="support", account=server.account(user), start="all")
        self.server, self.user, self.reader = server, user, reader
        self.path = path

    def store(self, name: str) -> Store:
        store = Store(f"sqlite:///{self.path}/{name}.db")
        store.migrate()
        return store

    def intake(self, store: Store) -> Intake:
        mailboxes = {"support": Mailbox(name="support", address=SUPPORT, policy=Policy())}
        company = office(random=Octets("reconcile"), mailboxes=mailboxes)
        return Intake(store, self.reader, lambda: company, lambda: None, lambda _: None)

    def look(self, store: Store) -> None:
        Watcher(self.inbox, store, self.intake(store), lambda: NOW, lambda *_: None, lambda _: None).look_once()

    def compare(self, store: Store, since: datetime = LONG_AGO) -> dict[str, Compared]:
        found = reconcile(self.inbox, store, self.intake(store), since=since, now=NOW, progress=lambda _: None)
        return {each.folder: each for each in found}


@pytest.fixture
def room(dovecot_server: Dovecot, user: str, tmp_path: Path, reader: Reader) -> Iterator[Room]:
    with capture_logs():
        yield Room(dovecot_server, user, tmp_path, reader)


def test_what_an_older_database_does_not_know_is_taken_in_once(room: Room) -> None:
    room.server.deliver_many(room.user, [raw_mail(f"Asia {n}", message_id=f"<{n}@posti.example>") for n in range(3)])
    room.look(room.store("new"))
    older = room.store("older")
    assert room.compare(older)["Vastine/Done"].taken_in == ("complaint",) * 3
    assert room.compare(older)["Vastine/Done"].taken_in == ()
    assert len(older.list_complaints(status=None, late_at=None, team=None)) == 3
    assert len(room.server.messages(room.user, "Vastine/Done")) == 3


def test_nothing_is_missing_where_all_was_taken_in(room: Room) -> None:
    room.server.deliver_many(room.user, [raw_mail()])
    store = room.store("new")
    room.look(store)
    found = room.compare(store)["Vastine/Done"]
    assert (found.mails, found.taken_in) == (1, ())


def test_what_still_waits_in_the_inbox_is_counted_and_left_to_the_daemon(room: Room) -> None:
    store = room.store("new")
    room.look(store)
    room.server.deliver_many(room.user, [raw_mail()])
    assert room.compare(store)["INBOX"].waiting == 1
    assert store.list_deliveries(None) == []


def test_older_mails_are_left_alone(room: Room) -> None:
    room.server.deliver_many(room.user, [raw_mail()])
    room.look(room.store("new"))
    assert room.compare(room.store("older"), since=datetime.now(NOW.tzinfo) + timedelta(days=1))["Vastine/Done"] == (
        Compared(mailbox="support", folder="Vastine/Done", mails=0)
    )
