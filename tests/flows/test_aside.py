"""Junk and Sent, on a real server: what is taken in from there, and that they stay as they are."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import capture_logs

from flows.office import NOW, PASSED, SUPPORT, Octets, office, raw_mail, stumbling_as
from servers.dovecot import Dovecot
from vastine.core.authentication import Policy
from vastine.core.office import Mailbox
from vastine.edges.imap import ImapError
from vastine.edges.reader import Reader
from vastine.edges.store import Store
from vastine.flows.aside import Aside, AsideWatcher
from vastine.flows.intake import Intake
from vastine.flows.watch import Inbox, Watcher

pytestmark = pytest.mark.dovecot
OURS_PASSED = "mx.yritys.example; dmarc=pass header.from=yritys.example"
CHECKED = Policy(method="authserv-id", authserv_id="mx.yritys.example")


class Room:
    """A mailbox with its inbox, Junk and Sent, and one customer's complaint."""

    def __init__(self, server: Dovecot, user: str, store: Store, reader: Reader) -> None:
        self.server, self.user, self.store, self.now = server, user, store, NOW
        self.office = office(
            random=Octets("aside"),
            mailboxes={"support": Mailbox(name="support", address=SUPPORT, policy=CHECKED)},
        )
        self.intake = Intake(store, reader, lambda: self.office, lambda: None, lambda _: None)
        self.put(raw_mail())
        inbox = Inbox(name="support", account=server.account(user), start="all")
        self.inbox = Watcher(inbox, store, self.intake, lambda: self.now, lambda *_: None, lambda _: None)
        self.inbox.look_once()
        for role in ("junk", "sent"):
            self.put(raw_mail("vanha", message_id=f"<vanha.{role}@muu.example>"), role.title())
            self.look(role)

    def put(self, raw: bytes, folder: str = "INBOX") -> None:
        self.server.deliver_many(self.user, [raw], folder)

    def watermark(self, folder: str) -> int:
        state = self.store.folder(self.server.account(self.user).host, self.user, folder)
        assert state is not None
        return state.last_uid

    def look(self, role: Any, folder: str | None = None) -> None:
        aside = Aside(
            mailbox="support",
            account=self.server.account(self.user),
            folder=folder or role.title(),
            role=role,
            poll=timedelta(seconds=60),
        )
        AsideWatcher(
            aside, self.store, self.intake, lambda: self.office, lambda: self.now, lambda *_: None, lambda _: None
        ).look_once()

    def new_rows(self) -> list[tuple[str, str | None]]:
        """Outcome and reference of all that came after the first mail."""
        return [(row["outcome"], row["reference"]) for row in self.store.list_deliveries(None)[1:]]

    @property
    def complaint(self) -> dict[str, Any]:
        """The complaint of the first mail."""
        first = self.store.list_deliveries(None)[0]["reference"]
        complaints = self.store.list_complaints(status=None, late_at=None, team=None)
        return next(complaint for complaint in complaints if complaint["reference"] == first)

    def acknowledgement(self) -> Any:
        with self.store.read() as connection:
            raws = connection.exec_driver_sql("SELECT raw FROM outbox WHERE kind = 'acknowledgement'")
            return message_from_bytes(raws.scalars().all()[0])


@pytest.fixture
def room(dovecot_server: Dovecot, user: str, tmp_path: Path, reader: Reader) -> Iterator[Room]:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    with capture_logs():
        yield Room(dovecot_server, user, store, reader)
    store.close()


def test_what_lay_there_at_the_first_look_is_left_alone(room: Room) -> None:
    assert room.new_rows() == []


def test_an_answer_to_our_mail_is_taken_in_from_junk_and_stays_there(room: Room) -> None:
    ours = room.acknowledgement()["Message-ID"]
    room.put(raw_mail("Onko uutta?", message_id="<jatko@posti.example>", in_reply_to=ours), "Junk")
    room.look("junk")
    assert room.new_rows() == [("follow_up", room.complaint["reference"])]
    assert len(room.server.messages(room.user, "Junk")) == 2


@pytest.mark.parametrize(("results", "outcome"), [(PASSED, "complaint"), ("", "ignored")])
def test_a_known_customer_is_taken_in_from_junk_where_they_are_proven(room: Room, results: str, outcome: str) -> None:
    room.put(raw_mail("Uusi", subject="Satula", message_id="<u@posti.example>", authentication_results=results), "Junk")
    room.look("junk")
    assert [row[0] for row in room.new_rows()] == [outcome]


def test_a_strangers_junk_is_one_line_and_is_not_read(room: Room) -> None:
    room.put(raw_mail("Voitit!", message_id="<roska@muu.example>", **{"from": "roska@muu.example"}), "Junk")
    room.look("junk")
    room.look("junk")
    assert room.new_rows() == [("ignored", None)]
    assert len(room.store.list_complaints(status=None, late_at=None, team=None)) == 1


def test_what_a_person_moves_from_junk_to_the_inbox_is_handled(room: Room) -> None:
    raw = raw_mail("Pyörä rikki", message_id="<oikea@muu.example>", **{"from": "liisa@muu.example"})
    room.put(raw, "Junk")
    room.look("junk")
    room.put(raw)
    room.inbox.look_once()
    assert [row[0] for row in room.new_rows()] == ["ignored", "complaint"]


def test_an_answer_from_the_shared_mailbox_counts_as_the_first_reply(room: Room) -> None:
    fields = {"from": SUPPORT, "to": "matti@posti.example", "message_id": "<vastaus@yritys.example>"}
    room.put(raw_mail("Korjaamme sen.", in_reply_to="<kysymys@posti.example>", **fields), "Sent")
    room.look("sent")
    assert room.new_rows() == [("staff_reply", room.complaint["reference"])]
    assert room.complaint["first_replied_at"] is not None


ANSWER = {"from": SUPPORT, "to": "matti@posti.example", "in_reply_to": "<kysymys@posti.example>"}


@pytest.mark.parametrize(
    ("results", "outcomes"),
    [(OURS_PASSED, ["staff_reply", "duplicate"]), ("", ["follow_up", "staff_reply"])],
)
def test_an_answer_that_is_copied_to_the_inbox_counts_once_whichever_copy_proves_it(
    room: Room, results: str, outcomes: list[str]
) -> None:
    fields = ANSWER | {"cc": SUPPORT, "message_id": "<vastaus@yritys.example>"}
    room.put(raw_mail("Korjaamme sen.", authentication_results=results, **fields))
    room.inbox.look_once()
    room.put(raw_mail("Korjaamme sen.", **fields), "Sent")
    room.look("sent")
    assert [row[0] for row in room.new_rows()] == outcomes
    assert room.complaint["first_replied_at"] is not None


def test_an_answer_that_is_seen_before_the_mail_it_answers_counts_when_that_has_come(room: Room) -> None:
    late = {"message_id": "<v2@yritys.example>", "in_reply_to": "<toinen@posti.example>"}
    room.put(raw_mail("Korjaamme sen.", **ANSWER | late), "Sent")
    room.look("sent")
    room.put(raw_mail("Toinen asia.", subject="Satula", message_id="<toinen@posti.example>"))
    room.inbox.look_once()
    room.look("sent")
    assert [row[0] for row in room.new_rows()] == ["complaint", "staff_reply"]


def test_an_answer_to_what_never_comes_is_given_up_after_an_hour(room: Room) -> None:
    room.put(raw_mail("Hei", message_id="<v3@yritys.example>", **ANSWER | {"in_reply_to": "<muu@muu.example>"}), "Sent")
    room.look("sent")
    held = room.watermark("Sent")
    room.now = datetime.now(UTC) + timedelta(hours=2)
    room.look("sent")
    assert room.watermark("Sent") == held + 1


def test_a_folder_that_was_missing_is_looked_through_from_its_beginning_when_it_is_made(room: Room) -> None:
    with pytest.raises(ImapError):
        room.look("sent", folder="Lahetetyt")
    room.put(raw_mail("Korjaamme sen.", message_id="<v@yritys.example>", **ANSWER), "Lahetetyt")
    room.look("sent", folder="Lahetetyt")
    assert [row[0] for row in room.new_rows()] == ["staff_reply"]


def test_an_answer_in_sent_that_could_not_be_handled_is_an_answer_when_it_is_tried_again(room: Room) -> None:
    usual, room.office = room.office, stumbling_as(room.office)
    room.put(raw_mail("Korjaamme sen.", message_id="<v@yritys.example>", **ANSWER | {"subject": "Myrkky"}), "Sent")
    room.look("sent")
    room.store.change_quarantined(room.store.list_quarantined()[0]["id"], "retry")
    room.office = usual
    room.inbox.look_once()
    assert room.new_rows() == [("staff_reply", room.complaint["reference"])]


@pytest.mark.parametrize(
    "changed",
    [
        {"to": "anna@yritys.example"},
        {"from": "anna@yritys.example"},
        {"in_reply_to": "<muu@muu.example>"},
    ],
)
def test_any_other_mail_in_sent_is_nobodys_answer(room: Room, changed: dict[str, str]) -> None:
    fields = {"from": SUPPORT, "to": "matti@posti.example", "in_reply_to": "<kysymys@posti.example>"}
    room.put(raw_mail("Hei", message_id="<muu@yritys.example>", **(fields | changed)), "Sent")
    room.look("sent")
    assert room.new_rows() == []
    assert room.complaint["first_replied_at"] is None


def test_our_own_mail_that_a_provider_puts_into_sent_is_nobodys_answer(room: Room) -> None:
    with room.store.read() as connection:
        raws = connection.exec_driver_sql("SELECT raw FROM outbox WHERE kind = 'acknowledgement'").scalars().all()
    room.put(bytes(raws[0]), "Sent")
    room.look("sent")
    assert room.new_rows() == []


def test_a_renumbered_folder_is_looked_through_again_and_nothing_is_doubled(room: Room) -> None:
    ours = room.acknowledgement()["Message-ID"]
    room.put(raw_mail("Onko uutta?", message_id="<jatko@posti.example>", in_reply_to=ours), "Junk")
    room.look("junk")
    key = (room.server.account(room.user).host, room.user, "Junk")
    known = room.store.folder(*key)
    assert known is not None
    room.store.record_look(*key, replace(known, uidvalidity=known.uidvalidity + 1))
    room.look("junk")
    assert room.new_rows()[0][0] == "follow_up"
    assert {row[0] for row in room.new_rows()[1:]} <= {"duplicate", "ignored"}


def test_a_restored_folder_whose_uids_have_caught_up_is_looked_through_again(room: Room) -> None:
    with room.server.restored(room.user, "Junk"):
        room.put(raw_mail("Voitit!", message_id="<roska@muu.example>", **{"from": "roska@muu.example"}), "Junk")
        room.look("junk")
    ours = room.acknowledgement()["Message-ID"]
    room.put(raw_mail("Onko uutta?", message_id="<jatko@posti.example>", in_reply_to=ours), "Junk")
    room.look("junk")
    assert ("follow_up", room.complaint["reference"]) in room.new_rows()
