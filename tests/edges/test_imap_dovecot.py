"""The IMAP edge against a real Dovecot."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import pytest
import trustme

from servers.dovecot import Dovecot
from vastine.edges.imap import Connection, FolderMissing, LoginRefused, ServerRefused, Unreachable

pytestmark = pytest.mark.dovecot

MAIL = b"From: anna@example.com\r\nSubject: Reklamaatio\r\n\r\nKengat hajosivat.\r\n"
LARGEST = 50_000_000


def numbered(count: int) -> list[bytes]:
    return [MAIL + b"%d\r\n" % number for number in range(count)]


@pytest.fixture
def box(dovecot_server: Dovecot, user: str) -> Iterator[Connection]:
    dovecot_server.deliver_many(user, numbered(3))
    with Connection.connect(dovecot_server.account(user)) as connection:
        connection.select("INBOX")
        yield connection


@pytest.mark.parametrize("tls", ["none", "implicit", "starttls"])
def test_each_kind_of_tls_reaches_the_mailbox(dovecot_server, user, tls):
    with Connection.connect(dovecot_server.account(user, tls=tls)) as connection:
        assert connection.select("INBOX").exists == 0


@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_not_accepted(dovecot_server, user, tls, tmp_path: Path):
    stranger = tmp_path / "stranger.pem"
    trustme.CA().cert_pem.write_to_path(str(stranger))
    with pytest.raises(Unreachable, match="certificate verify failed"):
        Connection.connect(replace(dovecot_server.account(user, tls=tls), ca_file=stranger))


def test_a_certificate_for_another_name_is_not_accepted(dovecot_server, user):
    with pytest.raises(Unreachable, match="certificate"):
        Connection.connect(replace(dovecot_server.account(user, tls="implicit"), host="127.1"))


@pytest.mark.parametrize("password", ["wrong", "väärä"])
def test_a_wrong_password_is_told_apart(dovecot_server, user, password):
    with pytest.raises(LoginRefused, match="Authentication failed"):
        Connection.connect(replace(dovecot_server.account(user), password=password))


def test_a_password_outside_ascii_logs_in(user):
    with Dovecot(password="sälä€sänä") as server, Connection.connect(server.account(user)) as connection:
        assert connection.select("INBOX").exists == 0


def test_a_port_where_nobody_listens_is_unreachable(dovecot_server, user):
    with pytest.raises(Unreachable, match="cannot connect"):
        Connection.connect(replace(dovecot_server.account(user), port=1))


def test_a_missing_folder_is_told_apart(box):
    with pytest.raises(FolderMissing):
        box.select("Ei ole")


def test_the_connection_survives_a_refused_command(box):
    with pytest.raises(ServerRefused):
        box.move([1], "Ei//ole")
    assert box.uids() == [1, 2, 3]


def test_uids_come_from_the_first_one_asked_for(box):
    assert box.uids(2) == [2, 3]


def test_no_uid_below_the_first_one_comes_back(box):
    assert box.uids(4) == []


def test_mails_come_back_octet_for_octet_and_in_order(box):
    assert [mail.raw for batch in box.fetch([3, 1, 2], largest=LARGEST) for mail in batch] == [
        numbered(3)[number] for number in (2, 0, 1)
    ]


def test_fetching_leaves_the_mails_unseen(box, dovecot_server, user):
    list(box.fetch([1, 2, 3], largest=LARGEST))
    box.header_blocks([1, 2, 3])
    assert dovecot_server.flags(user) == ["", "", ""]


def test_the_time_of_arrival_is_in_utc(box, dovecot_server, user):
    arrived = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    dovecot_server.deliver(user, MAIL, at=arrived)
    box.noop()
    assert box.summaries([4])[4].internal_date == arrived


def test_a_mail_that_is_gone_has_no_summary(box):
    assert box.summaries([2, 77]).keys() == {2}


def test_a_mail_that_somebody_takes_away_does_not_stop_the_fetching(box, dovecot_server, user):
    dovecot_server.remove(user, 1)
    assert [mail.uid for batch in box.fetch([1, 2, 3], largest=LARGEST) for mail in batch] == [1, 3]


def test_header_blocks_end_with_their_empty_line(box):
    assert box.header_blocks([2]) == {2: b"From: anna@example.com\r\nSubject: Reklamaatio\r\n\r\n"}


def test_a_mail_over_the_limit_comes_truncated(box):
    [[mail]] = box.fetch([1], largest=20)
    assert (mail.raw, mail.truncated) == (MAIL[:20], True)


def test_a_mail_of_exactly_the_limit_is_whole(box):
    [[mail]] = box.fetch([1], largest=len(MAIL) + 3)
    assert (mail.raw, mail.truncated) == (MAIL + b"0\r\n", False)


@pytest.mark.parametrize("extra", [-1, 0, 1, 1 << 20])
def test_a_mail_of_several_pieces_is_put_together(dovecot_server, user, extra):
    large = MAIL + b"x" * ((1 << 20) - len(MAIL) + extra - 2) + b"\r\n"
    dovecot_server.deliver(user, large)
    with Connection.connect(dovecot_server.account(user)) as connection:
        connection.select("INBOX")
        [[mail]] = connection.fetch([1], largest=LARGEST)
    assert mail.raw == large


def test_a_mail_of_several_pieces_is_cut_at_the_limit(dovecot_server, user):
    large = MAIL + b"x" * (3 << 20) + b"\r\n"
    dovecot_server.deliver(user, large)
    with Connection.connect(dovecot_server.account(user)) as connection:
        connection.select("INBOX")
        [[mail]] = connection.fetch([1], largest=1_500_000)
    assert (mail.raw, mail.truncated) == (large[:1_500_000], True)


def test_batches_keep_to_their_octets(box):
    assert [len(batch) for batch in box.fetch([1, 2, 3], largest=LARGEST, octets=2 * len(MAIL) + 10)] == [2, 1]


def test_moved_mails_are_in_the_other_folder(box, dovecot_server, user):
    assert box.move([1, 3], box.place("Vastine/Done")) == {1, 3}
    assert dovecot_server.messages(user, "Vastine/Done") == [numbered(3)[0], numbered(3)[2]]
    assert dovecot_server.messages(user) == [numbered(3)[1]]


def test_a_mail_that_somebody_took_away_counts_as_moved(box, dovecot_server, user):
    dovecot_server.remove(user, 1)
    assert box.move([1, 2], box.place("Vastine/Done")) == {1, 2}


def test_the_folder_is_made_again_where_somebody_removed_it(box, dovecot_server, user):
    place = box.place("Vastine/Done")
    with Connection.connect(dovecot_server.account(user)) as other, other._session.doing("remove it") as client:
        client.delete_folder(place)
    assert box.move([1], place) == {1}


def test_a_place_is_found_again_and_not_made_twice(box, dovecot_server, user):
    first = box.place("Vastine/Käsitelty & muut")
    with Connection.connect(dovecot_server.account(user)) as other:
        assert other.place("Vastine/Käsitelty & muut") == first
        assert other.select(first).exists == 0


def test_a_place_gets_the_prefix_and_delimiter_of_the_server(user):
    with (
        Dovecot(separator=".", prefix="INBOX.") as server,
        Connection.connect(server.account(user)) as connection,
    ):
        assert connection.place("Vastine/Done") == "INBOX.Vastine.Done"
        assert connection.select("INBOX.Vastine.Done").exists == 0


@pytest.mark.parametrize("argument", ["a\r\nb", "a\nb", "a\rb", "a\0b"])
def test_no_argument_with_a_line_end_reaches_the_server(box, argument):
    for call in (box.select, box.place, lambda name: box.move([1], name)):
        with pytest.raises(ValueError, match="CR, LF and NUL"):
            call(argument)
    assert box.uids() == [1, 2, 3]


def test_new_mail_ends_the_wait(box, dovecot_server, user):
    later = threading.Timer(0.3, dovecot_server.deliver, (user, MAIL))
    later.start()
    assert box.wait(timedelta(seconds=20))
    later.join()
    assert box.uids(4) == [4]


def test_a_wait_without_news_ends_in_time(box):
    assert not box.wait(timedelta(seconds=0.2))


@pytest.mark.parametrize("idle", [True, False])
def test_a_wait_can_be_ended_from_another_thread(box, idle):
    began = monotonic()
    threading.Timer(0.2, box.wake).start()
    assert not box.wait(timedelta(seconds=20), idle=idle)
    assert monotonic() - began < 15


def test_a_wait_works_under_tls(dovecot_server, user):
    with Connection.connect(dovecot_server.account(user, tls="implicit")) as connection:
        connection.select("INBOX")
        later = threading.Timer(0.3, dovecot_server.deliver, (user, MAIL))
        later.start()
        assert connection.wait(timedelta(seconds=20))
        later.join()
        assert connection.uids() == [1]


def test_interrupting_ends_a_wait_with_unreachable(box):
    threading.Timer(0.2, box.interrupt).start()
    with pytest.raises(Unreachable):
        box.wait(timedelta(seconds=20))
    assert not box.alive


def test_a_stopped_server_is_unreachable_and_a_new_connection_goes_on(user):
    with Dovecot() as server:
        server.deliver(user, MAIL)
        connection = Connection.connect(server.account(user))
        server.stop()
        with pytest.raises(Unreachable):
            connection.select("INBOX")
        connection.close()
        server.start()
        with Connection.connect(server.account(user)) as again:
            assert again.select("INBOX").exists == 1


def test_forgotten_uids_show_in_the_uidvalidity(dovecot_server, user):
    dovecot_server.deliver(user, MAIL)
    with Connection.connect(dovecot_server.account(user)) as connection:
        before = connection.select("INBOX").uidvalidity
    dovecot_server.forget_uids(user)
    with Connection.connect(dovecot_server.account(user)) as connection:
        assert connection.select("INBOX").uidvalidity != before


def test_a_folder_opened_read_only_can_be_read(box):
    box.select("INBOX", read_only=True)
    assert len(next(box.fetch([1, 2, 3], largest=LARGEST))) == 3
