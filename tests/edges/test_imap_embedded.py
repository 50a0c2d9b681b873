"""The embedded IMAP server of the demonstration serves the IMAP edge as Dovecot does."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from vastine.demo.imap_server import EmbeddedImap
from vastine.edges.imap import Connection, LoginRefused, Unreachable

MAIL = b"From: anna@example.com\r\nSubject: Reklamaatio\r\n\r\nKengat hajosivat.\r\n"


@pytest.fixture(scope="module")
def embedded() -> Iterator[EmbeddedImap]:
    with EmbeddedImap() as server:
        yield server


@pytest.fixture
def box(embedded: EmbeddedImap, user: str) -> Iterator[Connection]:
    embedded.deliver_many(user, [MAIL, MAIL + b"2\r\n"])
    with Connection.connect(embedded.account(user)) as connection:
        connection.select("INBOX")
        yield connection


def test_mails_come_back_octet_for_octet(box):
    assert [mail.raw for batch in box.fetch(box.uids(), largest=10_000) for mail in batch] == [MAIL, MAIL + b"2\r\n"]


def test_moved_mails_are_in_the_other_folder(box, embedded, user):
    first, _ = box.uids()
    assert box.move([first], box.place("Vastine/Done")) == {first}
    assert embedded.messages(user, "Vastine/Done") == [MAIL]
    assert embedded.messages(user) == [MAIL + b"2\r\n"]


def test_new_mail_ends_the_wait(box, embedded, user):
    later = threading.Timer(0.2, embedded.deliver, (user, MAIL))
    later.start()
    assert box.wait(timedelta(seconds=20))
    later.join()


def test_users_do_not_see_each_other(embedded, user):
    embedded.deliver(user, MAIL)
    assert embedded.messages(f"{user}-toinen") == []


def test_the_time_of_arrival_can_be_set(embedded, user):
    arrived = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    embedded.deliver(user, MAIL, at=arrived)
    with Connection.connect(embedded.account(user)) as connection:
        connection.select("INBOX")
        [summary] = connection.summaries(connection.uids()).values()
    assert summary.internal_date == arrived


def test_a_wrong_password_is_refused(embedded, user):
    with pytest.raises(LoginRefused):
        Connection.connect(replace(embedded.account(user), password="wrong"))


def test_stopping_ends_the_conversations():
    server = EmbeddedImap().start()
    connection = Connection.connect(server.account("anna"))
    server.stop()
    with pytest.raises(Unreachable):
        connection.noop()
    connection.close()
