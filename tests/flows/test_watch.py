"""A mailbox on a real server: what is taken in, where it goes, and what is left alone."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, Self

import pytest

from flows.office import ADMIN, NOW, SUPPORT, Octets, office, raw_mail, stumbling_as
from servers.dovecot import Dovecot
from vastine.core.authentication import Policy
from vastine.core.office import Mailbox
from vastine.edges.imap import ImapError
from vastine.edges.reader import Reader
from vastine.edges.store import Store
from vastine.flows.intake import Intake
from vastine.flows.watch import Inbox, Watcher

pytestmark = pytest.mark.dovecot
DONE, QUARANTINE = "Vastine/Done", "Vastine/Quarantine"


class Room:
    """A mailbox, a store and a watcher, at a time that stands still until it is set."""

    def __init__(self, server: Dovecot, user: str, store: Store, reader: Reader, **inbox: Any) -> None:
        self.server, self.user, self.store, self.reader, self.now = server, user, store, reader, NOW
        mailboxes = {
            name: Mailbox(name=name, address=address, policy=Policy())
            for name, address in (("support", SUPPORT), ("laskut", "laskut@yritys.example"))
        }
        self.office = office(random=Octets("watch"), mailboxes=mailboxes)
        self.intake = Intake(store, reader, lambda: self.office, lambda: None, lambda _: None)
        usual: dict[str, Any] = {"name": "support", "account": server.account(user), "start": "all"}
        self.inbox = Inbox(**(usual | inbox))

    def deliver(self, *raws: bytes, folder: str = "INBOX") -> None:
        self.server.deliver_many(self.user, raws, folder)

    def look(self, **inbox: Any) -> None:
        """As a new process does: connect, take in all that is there, leave."""
        changed = replace(self.inbox, **inbox)
        Watcher(changed, self.store, self.intake, lambda: self.now, lambda *_: None, lambda _: None).look_once()

    def there(self, folder: str = "INBOX") -> int:
        return len(self.server.messages(self.user, folder))

    def outcomes(self) -> list[str]:
        return [row["outcome"] for row in self.store.list_deliveries(None)]

    def complaint_count(self) -> int:
        return len(self.store.list_complaints(status=None, late_at=None, team=None))

    def mails(self, kind: str) -> list[dict[str, Any]]:
        return [mail for mail in self.store.list_outgoing() if mail["kind"] == kind]


@pytest.fixture
def room(dovecot_server: Dovecot, user: str, tmp_path: Path, reader: Reader) -> Iterator[Room]:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    yield Room(dovecot_server, user, store, reader)
    store.close()


def numbered(count: int) -> list[bytes]:
    return [raw_mail(f"Asia {n}", message_id=f"<{n}@posti.example>") for n in range(count)]


# --- the first look


def test_start_all_takes_in_what_is_there(room: Room) -> None:
    room.deliver(*numbered(3))
    room.look()
    assert (room.outcomes(), room.there(), room.there(DONE)) == (["complaint"] * 3, 0, 3)


def test_start_now_leaves_what_is_there_and_answers_none_of_it(room: Room) -> None:
    room.deliver(*numbered(3))
    room.look(start="now")
    assert (room.outcomes(), room.there(), room.store.list_outgoing()) == (["before_start"] * 3, 3, [])


def test_start_now_takes_in_what_comes_later(room: Room) -> None:
    room.deliver(*numbered(2))
    room.look(start="now")
    room.deliver(raw_mail("Uusi asia."))
    room.look(start="now")
    assert (room.outcomes(), room.there(), room.there(DONE)) == (["before_start"] * 2 + ["complaint"], 2, 1)


def test_start_now_in_an_empty_folder_takes_in_the_first_mail(room: Room) -> None:
    room.look(start="now")
    room.deliver(raw_mail())
    room.look(start="now")
    assert room.outcomes() == ["complaint"]


def test_what_was_there_before_is_left_alone_after_a_rescan(room: Room) -> None:
    room.deliver(*numbered(2))
    room.look(start="now")
    room.server.forget_uids(room.user)
    room.look(start="now")
    assert (room.there(), room.store.list_outgoing(), room.complaint_count()) == (2, [], 0)


def test_a_rescan_takes_in_what_came_meanwhile(room: Room) -> None:
    room.deliver(*numbered(2))
    room.look(start="now")
    room.deliver(raw_mail("Uusi asia."))
    room.server.forget_uids(room.user)
    room.look(start="now")
    assert (room.complaint_count(), room.there()) == (1, 2)


def test_what_was_there_before_stays_unanswered_at_every_look_after_a_rescan(room: Room) -> None:
    room.deliver(*numbered(2))
    room.look(start="now")
    room.server.forget_uids(room.user)
    for _ in range(2):
        room.look(start="now")
    assert (room.there(), room.complaint_count(), room.mails("acknowledgement")) == (2, 0, [])


# --- later looks


def test_a_second_look_changes_nothing(room: Room) -> None:
    room.deliver(*numbered(2))
    room.look()
    before = (room.store.list_deliveries(None), room.store.list_outgoing())
    room.look()
    assert (room.store.list_deliveries(None), room.store.list_outgoing()) == before


def test_the_ledger_knows_a_mail_by_the_hash_of_its_octets(room: Room) -> None:
    raw = raw_mail()
    room.deliver(raw)
    room.look()
    assert [row["sha256"] for row in room.store.list_deliveries(None)] == [sha256(raw).hexdigest()]


def test_mails_are_taken_oldest_first(room: Room) -> None:
    room.deliver(*numbered(5))
    room.look()
    assert [row["message_id"] for row in room.store.list_deliveries(None)] == [f"<{n}@posti.example>" for n in range(5)]


def test_the_done_folder_is_made(room: Room) -> None:
    room.deliver(raw_mail())
    room.look(done="Arkisto/Hoidettu")
    assert room.there("Arkisto/Hoidettu") == 1


def test_without_a_done_folder_a_mail_stays_and_is_not_taken_again(room: Room) -> None:
    room.deliver(*numbered(2))
    for _ in range(2):
        room.look(done="")
    assert (room.outcomes(), room.there()) == (["complaint"] * 2, 2)
    assert [row["tries"] for row in room.store.list_deliveries(None)] == [1, 1]


def test_without_a_done_folder_a_rescan_doubles_nothing(room: Room) -> None:
    room.deliver(*numbered(2))
    room.look(done="")
    room.server.forget_uids(room.user)
    for _ in range(2):
        room.look(done="")
    assert (room.complaint_count(), room.outcomes()) == (2, ["complaint"] * 2 + ["duplicate"] * 2)


def test_mails_are_left_unseen(room: Room) -> None:
    room.deliver(raw_mail())
    room.look()
    assert room.server.flags(room.user, DONE) == [""]


def test_a_mail_that_another_program_took_away_is_no_trouble(room: Room) -> None:
    room.deliver(*numbered(2))
    room.server.remove(room.user, 0)
    room.look()
    assert room.outcomes() == ["complaint"]


def test_a_mailbox_that_cannot_be_reached_is_an_imap_error(room: Room) -> None:
    with pytest.raises(ImapError):
        room.look(account=replace(room.inbox.account, port=1))


def test_a_mail_over_the_limit_is_a_complaint_that_says_so(room: Room) -> None:
    room.deliver(raw_mail("Pitkä juttu. " * 1000))
    room.look(largest=2000)
    [row] = room.store.list_deliveries(None)
    shown = room.store.show_complaint(row["reference"], {})
    assert shown is not None
    assert "larger than the limit" in str(shown["events"])


# --- clocks


def test_a_clock_starts_when_the_mail_arrived(room: Room) -> None:
    room.look()
    room.now = NOW + timedelta(minutes=10)
    room.server.deliver(room.user, raw_mail(), at=NOW + timedelta(minutes=7))
    room.look()
    assert room.store.list_complaints(status=None, late_at=None, team=None)[0]["opened_at"] == "2026-06-24T09:07:00Z"


def test_a_clock_does_not_start_before_the_last_good_look(room: Room) -> None:
    room.look()
    room.now = NOW + timedelta(minutes=10)
    room.server.deliver(room.user, raw_mail(), at=NOW - timedelta(days=30))
    room.look()
    assert room.store.list_complaints(status=None, late_at=None, team=None)[0]["opened_at"] == "2026-06-24T09:00:00Z"


def test_a_clock_does_not_start_in_the_future(room: Room) -> None:
    room.server.deliver(room.user, raw_mail(), at=NOW + timedelta(days=300))
    room.look()
    assert room.store.list_complaints(status=None, late_at=None, team=None)[0]["opened_at"] == "2026-06-24T09:00:00Z"


# --- mailboxes that are not what they were


def test_a_renumbered_folder_loses_nothing_and_doubles_nothing(room: Room) -> None:
    room.deliver(*numbered(2))
    room.look()
    room.server.forget_uids(room.user)
    room.deliver(raw_mail("Uusi asia."))
    room.look()
    assert (room.outcomes(), room.there()) == (["complaint"] * 3, 0)


def test_a_restored_mailbox_with_reused_uids_loses_nothing_and_doubles_nothing(room: Room) -> None:
    room.deliver(*numbered(2))
    room.look()
    with room.server.restored(room.user):  # as it was with UIDs 1 and 2 given
        room.deliver(raw_mail("Kolmas."))
        room.look()  # UID 3
    room.deliver(raw_mail("Neljäs."))  # UID 3 again
    room.look()
    rows = room.store.list_deliveries(None)
    assert ([row["uid"] for row in rows], room.complaint_count()) == ([1, 2, 3, 3], 4)
    assert room.there() == 0


def test_a_rewound_mailbox_whose_mail_stays_in_place_is_looked_at_anew(room: Room) -> None:
    room.deliver(*numbered(2))
    room.look(done="")
    with room.server.restored(room.user):
        room.deliver(raw_mail("Kolmas."), raw_mail("Neljäs."))
        room.look(done="")  # UIDs 3 and 4
    room.deliver(raw_mail("Viides."))  # UID 3 again, and 4 is the next
    room.look(done="")
    assert room.complaint_count() == 5


def test_a_reused_uid_is_taken_in_where_mail_stays_in_place(room: Room) -> None:
    room.deliver(*numbered(2))
    room.look(done="")
    with room.server.restored(room.user):
        room.deliver(raw_mail("Kolmas.", message_id="<kolmas@posti.example>"))
        room.look(done="")  # UID 3
    room.deliver(raw_mail("Neljäs.", message_id="<neljas@posti.example>"))  # UID 3 again, and 4 is the next as before
    room.look(done="")
    assert room.complaint_count() == 4


def test_a_reused_uid_is_taken_in_where_a_mail_from_before_the_start_had_it(room: Room) -> None:
    with room.server.restored(room.user):
        room.deliver(raw_mail("Vanha.", message_id="<vanha@posti.example>"))
        room.look(start="now")  # UID 1 is from before the start
    room.deliver(*numbered(3))  # UIDs 1 to 3
    room.look(start="now")
    assert room.complaint_count() == 3


def test_a_done_mail_that_is_moved_back_by_hand_is_a_duplicate_and_moved_again(room: Room) -> None:
    raw = raw_mail()
    room.deliver(raw)
    room.look()
    room.server.remove(room.user, 0, DONE)
    room.deliver(raw)
    room.look()
    assert (room.outcomes(), room.there(), room.there(DONE)) == (["complaint", "duplicate"], 0, 1)
    assert len(room.mails("acknowledgement")) == 1


def test_the_same_mail_in_two_mailboxes_is_one_complaint(room: Room) -> None:
    room.deliver(raw_mail())
    room.look()
    other = f"{room.user}b"
    room.server.deliver(other, raw_mail())
    room.look(name="laskut", account=room.server.account(other))
    rows = room.store.list_deliveries(None)
    assert [(row["mailbox"], row["outcome"]) for row in rows] == [("support", "complaint"), ("laskut", "duplicate")]
    assert rows[0]["reference"] == rows[1]["reference"]


# --- watching for as long as the daemon lives


class Watching:
    """A watcher in a thread of its own, and what it reports."""

    def __init__(self, room: Room, **inbox: Any) -> None:
        self.reports: Queue[str | None] = Queue()
        self.watcher = Watcher(
            replace(room.inbox, **inbox),
            room.store,
            room.intake,
            lambda: room.now,
            lambda _, fault: self.reports.put(fault and fault.text),
            lambda _: None,
        )
        self.thread = Thread(target=self.watcher.run, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.watcher.stop()
        self.thread.join(20)
        assert not self.thread.is_alive()

    def report(self) -> str | None:
        return self.reports.get(timeout=30)


def test_a_watcher_takes_in_what_comes_while_it_waits(room: Room) -> None:
    with Watching(room) as watching:
        assert watching.report() is None
        room.deliver(raw_mail())
        while room.outcomes() != ["complaint"]:
            assert watching.report() is None


def test_a_watcher_that_waits_ends_at_once(room: Room) -> None:
    with Watching(room) as watching:
        watching.report()


def test_a_watcher_tells_why_its_mailbox_cannot_be_reached(room: Room) -> None:
    with Watching(room, account=replace(room.inbox.account, port=1)) as watching:
        assert "cannot connect" in (watching.report() or "")


def test_a_watcher_lives_on_after_an_error_that_nobody_foresaw(room: Room) -> None:
    room.deliver(raw_mail())
    room.office = office(mailboxes={})  # whatever is decided now fails, and so does telling of it
    with Watching(room, idle=False, poll=timedelta(seconds=0.1)) as watching:
        while "error that nobody foresaw" not in (watching.report() or ""):
            pass


# --- mails that fail


@pytest.fixture
def stumbling(room: Room) -> Room:
    room.office = stumbling_as(room.office)
    return room


def test_a_mail_that_cannot_be_decided_waits_in_the_folder_and_its_neighbours_go_on(stumbling: Room) -> None:
    stumbling.deliver(raw_mail("Eka."), raw_mail(subject="Myrkky"), raw_mail("Toka."))
    stumbling.look()
    assert (stumbling.outcomes(), stumbling.there(), stumbling.there(DONE)) == (["complaint", None, "complaint"], 1, 2)


def test_at_the_third_look_it_goes_to_the_quarantine_folder(stumbling: Room) -> None:
    stumbling.deliver(raw_mail(subject="Myrkky"))
    for _ in range(4):
        stumbling.look()
    assert (stumbling.outcomes(), stumbling.there(), stumbling.there(QUARANTINE)) == (["quarantined"], 0, 1)
    assert [mail["to"] for mail in stumbling.mails("alert")] == [ADMIN]


def test_without_a_quarantine_folder_it_stays_and_is_not_told_again(stumbling: Room) -> None:
    stumbling.deliver(raw_mail(subject="Myrkky"))
    for _ in range(5):
        stumbling.look(quarantine="")
    assert (stumbling.there(), len(stumbling.mails("alert"))) == (1, 1)


def test_a_mended_mail_leaves_the_quarantine_at_the_next_look(stumbling: Room) -> None:
    stumbling.deliver(raw_mail(subject="Myrkky"))
    for _ in range(3):
        stumbling.look()
    stumbling.store.change_quarantined(stumbling.store.list_quarantined()[0]["id"], "retry")
    stumbling.office = office(random=Octets("mended"), mailboxes=stumbling.office.mailboxes)
    stumbling.look()
    assert (stumbling.outcomes(), stumbling.store.list_quarantined()) == (["complaint"], [])


def test_a_failure_counts_for_nobody_but_the_mail_that_failed(stumbling: Room) -> None:
    stumbling.deliver(raw_mail("Eka."), raw_mail(subject="Myrkky"), raw_mail("Toka."))
    for _ in range(3):
        stumbling.look()
    assert [row["tries"] for row in stumbling.store.list_deliveries(None)] == [1, 3, 1]
