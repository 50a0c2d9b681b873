"""The IMAP edge against a server that does what Dovecot never would."""

import logging
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest
import trustme

from servers import imap_peer
from servers.imap_peer import ImapPeer
from vastine.edges.imap import Connection, FolderMissing, LoginRefused, ServerRefused, Unreachable
from vastine.edges.imap.folders import server_name

MAIL = b"From: anna@example.com\r\nSubject: Reklamaatio\r\n\r\nKengat hajosivat.\r\n"
SHORT = timedelta(seconds=0.5)


@contextmanager
def opened(
    *, mails: int = 3, deadline: timedelta = timedelta(seconds=10), **told
) -> Iterator[tuple[ImapPeer, Connection]]:
    """A peer with so many mails, told to misbehave, and a connection to it with INBOX open."""
    with ImapPeer([MAIL + b"%d\r\n" % number for number in range(mails)], **told) as peer:
        connection = Connection.connect(peer.account(), deadline=deadline)
        try:
            connection.select("INBOX")
            yield peer, connection
        finally:
            connection.close()


def fetched(connection: Connection, *uids: int) -> list[int]:
    return [mail.uid for batch in connection.fetch(uids, largest=1_000_000) for mail in batch]


# --- logging in


@pytest.mark.parametrize("said", ["[UNAVAILABLE] later", "[LIMIT] busy", "[INUSE] busy", "Too many connections"])
def test_a_log_in_refused_for_now_is_not_about_the_password(said):
    with ImapPeer(answers={"LOGIN": imap_peer.no(said)}) as peer, pytest.raises(Unreachable, match="at the moment"):
        Connection.connect(peer.account())


@pytest.mark.parametrize("said", ["[AUTHENTICATIONFAILED] wrong", "LOGIN failed.", "[EXPIRED] password"])
def test_a_log_in_refused_for_good_is(said):
    with ImapPeer(answers={"LOGIN": imap_peer.no(said)}) as peer, pytest.raises(LoginRefused):
        Connection.connect(peer.account())


def test_a_connection_lost_while_logging_in_is_not_about_the_password():
    with ImapPeer(answers={"LOGIN": lambda talk, *_: talk.close()}) as peer, pytest.raises(Unreachable):
        Connection.connect(peer.account())


def test_a_farewell_while_logging_in_is_not_about_the_password():
    told = {"LOGIN": lambda talk, *_: talk.send("* BYE going down")}
    with ImapPeer(answers=told) as peer, pytest.raises(Unreachable, match="going down"):
        Connection.connect(peer.account())


def test_a_greeting_that_never_comes_ends_at_the_deadline():
    with ImapPeer(greeting="") as peer, pytest.raises(Unreachable):
        Connection.connect(peer.account(), deadline=SHORT)


def test_a_server_that_takes_leave_at_once_is_unreachable():
    with ImapPeer(greeting="* BYE overloaded") as peer, pytest.raises(Unreachable):
        Connection.connect(peer.account())


def test_no_credential_leaves_without_the_tls_that_was_asked_for():
    with ImapPeer() as peer, pytest.raises(Unreachable, match="STARTTLS"):
        Connection.connect(replace(peer.account(), tls="starttls"))
    assert "LOGIN" not in peer.commands()


def test_a_refused_starttls_ends_the_conversation_before_the_credential():
    told = {"STARTTLS": imap_peer.no("not today")}
    with ImapPeer(capabilities="IMAP4rev1 STARTTLS", answers=told) as peer, pytest.raises(Unreachable):
        Connection.connect(replace(peer.account(), tls="starttls"))
    assert "LOGIN" not in peer.commands()


def test_a_greeting_that_claims_we_are_logged_in_does_not_get_around_starttls():
    with ImapPeer(greeting="* PREAUTH welcome") as peer, pytest.raises(Unreachable, match="logged in already"):
        Connection.connect(replace(peer.account(), tls="starttls"))


@pytest.mark.parametrize("slipped", ["", "* CAPABILITY IMAP4rev1 AUTH=PLAIN"])
def test_words_slipped_in_before_tls_end_the_conversation(tmp_path, slipped):
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    authority.issue_cert("127.0.0.1").configure_cert(context)

    def slip(talk, tag, _rest):
        talk.send(f"{tag} OK begin", *filter(None, [slipped]))
        talk.protect(context)

    with ImapPeer(capabilities="IMAP4rev1 STARTTLS", answers={"STARTTLS": slip}) as peer:
        account = replace(peer.account(), tls="starttls", ca_file=tmp_path / "ca.pem")
        if not slipped:
            Connection.connect(account).close()
            return
        with pytest.raises(Unreachable, match="between STARTTLS and TLS"):
            Connection.connect(account)
    assert "LOGIN" not in peer.commands()


def test_a_log_in_that_is_not_understood_is_not_about_the_password():
    told = {"LOGIN": lambda talk, tag, _: talk.send(f"{tag} BAD what?")}
    with ImapPeer(answers=told) as peer, pytest.raises(ServerRefused, match="does not understand"):
        Connection.connect(peer.account())


def test_a_log_in_that_is_never_answered_is_not_about_the_password():
    with ImapPeer(answers={"LOGIN": imap_peer.silent}) as peer, pytest.raises(Unreachable, match="logging in"):
        Connection.connect(peer.account(), deadline=SHORT)


def test_a_user_name_cannot_become_further_arguments():
    with ImapPeer() as peer:
        Connection.connect(replace(peer.account(), user='a" "b c')).close()
    assert any(line.endswith(r'LOGIN "a\" \"b c" "salasana"') for line in peer.heard)


@pytest.mark.parametrize(("offered", "mechanism"), [("XOAUTH2", "XOAUTH2"), ("OAUTHBEARER", "OAUTHBEARER")])
def test_an_access_token_goes_the_way_that_the_server_offers(offered, mechanism):
    def accept(talk, tag, _rest):
        talk.send("+ ")
        talk.receive()
        talk.send(f"{tag} OK in")

    told = {"AUTHENTICATE": accept}
    with ImapPeer(capabilities=f"IMAP4rev1 AUTH={offered}", answers=told) as peer:
        Connection.connect(replace(peer.account(), secret="access_token")).close()
    assert any(line.endswith(f"AUTHENTICATE {mechanism}") for line in peer.heard)


def test_a_refused_access_token_is_told_apart():
    def refuse(talk, tag, _rest):
        talk.send("+ ")
        talk.receive()
        talk.send("+ eyJzdGF0dXMiOiI0MDEifQ==")
        talk.receive()
        talk.send(f"{tag} NO [AUTHENTICATIONFAILED] expired")

    with (
        ImapPeer(capabilities="IMAP4rev1 AUTH=XOAUTH2", answers={"AUTHENTICATE": refuse}) as peer,
        pytest.raises(LoginRefused),
    ):
        Connection.connect(replace(peer.account(), secret="access_token"))


def test_the_password_stands_in_no_log_and_no_repr(caplog):
    caplog.set_level(logging.DEBUG)
    with opened() as (peer, connection):
        fetched(connection, 1)
    assert "salasana" not in caplog.text + repr(peer.account())


# --- folders


def test_an_unavailable_folder_is_not_a_missing_one():
    with opened(answers={}) as (peer, connection):
        peer.answers["SELECT"] = imap_peer.no("[UNAVAILABLE] being moved")
        with pytest.raises(ServerRefused) as caught:
            connection.select("INBOX")
    assert not isinstance(caught.value, FolderMissing)


def test_a_rewound_uidnext_is_told():
    with opened() as (peer, connection):
        peer.uidnext = 2
        assert connection.select("INBOX").uidnext == 2


@pytest.mark.parametrize(
    ("folder", "prefix", "delimiter", "name"),
    [
        ("Vastine/Done", "", "/", "Vastine/Done"),
        ("Vastine/Done", "", ".", "Vastine.Done"),
        ("Vastine/Done", "INBOX.", ".", "INBOX.Vastine.Done"),
        ("INBOX/Vastine", "INBOX.", ".", "INBOX.Vastine"),
        ("Inbox.Vastine", "INBOX.", ".", "INBOX.Vastine"),
        ("INBOX", "INBOX.", ".", "INBOX"),
        ("Vastine/Done", "", None, "Vastine-Done"),
    ],
)
def test_a_folder_is_spelled_as_the_server_does(folder, prefix, delimiter, name):
    assert server_name(folder, prefix, delimiter) == name


@pytest.mark.parametrize(
    ("said", "made"),
    [('(("INBOX." ".")) NIL NIL', "INBOX.Done"), ('(("" "/")("#s." ".")) NIL NIL', "Done"), ("NIL NIL NIL", "Done")],
)
def test_the_namespace_of_the_server_is_asked_for(said, made):
    told = {"NAMESPACE": lambda talk, tag, _: talk.send(f"* NAMESPACE {said}", f"{tag} OK done")}
    with opened(capabilities="IMAP4rev1 NAMESPACE", answers=told) as (_, connection):
        assert connection.place("Done") == made


def test_a_folder_that_may_only_be_read_is_refused_when_mails_shall_leave_it():
    told = {"SELECT": lambda talk, tag, _: talk.send("* 0 EXISTS", f"{tag} OK [READ-ONLY] done")}
    with (
        ImapPeer(answers=told) as peer,
        Connection.connect(peer.account()) as connection,
        pytest.raises(ServerRefused, match="only read"),
    ):
        connection.select("INBOX")


def test_a_server_without_hierarchy_gets_a_flat_name():
    told = {"LIST": lambda talk, tag, _: talk.send('* LIST (\\Noselect) NIL ""', f"{tag} OK done")}
    with opened(answers=told) as (peer, connection):
        assert connection.place("Vastine/Done") == "Vastine-Done"
    assert "Vastine-Done" in peer.folders


def test_a_folder_that_cannot_be_made_is_refused():
    with opened(answers={"CREATE": imap_peer.no("[NOPERM] no")}) as (_, connection), pytest.raises(ServerRefused):
        connection.place("Vastine/Done")


def test_a_folder_that_cannot_be_subscribed_to_is_there_all_the_same():
    with opened(answers={"SUBSCRIBE": imap_peer.no("no")}) as (_, connection):
        assert connection.place("Vastine/Done") == "Vastine/Done"


# --- fetching


@pytest.mark.parametrize("trick", [imap_peer.nil_body, imap_peer.empty_body])
def test_an_empty_answer_is_no_mail(trick):
    with opened(answers={"UID FETCH": trick}) as (_, connection):
        assert fetched(connection, 1, 2, 3) == []


def test_a_cut_in_the_middle_of_a_mail_gives_nothing_of_that_batch():
    with (
        opened(answers={"UID FETCH": imap_peer.cut_in_mid_fetch}) as (_, connection),
        pytest.raises(Unreachable),
    ):
        fetched(connection, 1, 2, 3)


def test_three_announced_gigabytes_are_not_even_begun():
    with opened(answers={"UID FETCH": imap_peer.huge_literal}) as (_, connection):
        with pytest.raises(Unreachable, match="announced more"):
            fetched(connection, 1)
        assert not connection.alive


def test_a_body_is_asked_for_after_its_size_and_never_without_an_end():
    with opened() as (peer, connection):
        fetched(connection, 1)
    asked = [line for line in peer.heard if "FETCH" in line]
    assert "RFC822.SIZE" in asked[0]
    assert asked[1].endswith("(BODY.PEEK[]<0.1000001>)")


def test_an_answer_without_end_is_cut_off():
    told = {"UID SEARCH": imap_peer.endless}
    with opened(answers=told) as (_, connection), pytest.raises(Unreachable, match="larger than anything"):
        connection.uids()


@pytest.mark.parametrize("command", ["UID FETCH", "NOOP", "SELECT"])
def test_a_dribbling_server_ends_at_the_deadline(command):
    with opened(deadline=SHORT) as (peer, connection):
        peer.answers[command] = imap_peer.dribble
        began = monotonic()
        with pytest.raises(Unreachable):
            {
                "UID FETCH": lambda: connection.summaries([1]),
                "NOOP": connection.noop,
                "SELECT": lambda: connection.select("INBOX"),
            }[command]()
        assert monotonic() - began < 20


def test_a_silent_server_ends_at_the_deadline():
    with opened(deadline=SHORT) as (peer, connection):
        peer.answers["NOOP"] = imap_peer.silent
        with pytest.raises(Unreachable):
            connection.noop()


def test_a_line_that_makes_no_sense_ends_the_connection():
    told = {"UID FETCH": lambda talk, tag, _: talk.send("* 1 FETCH ((((UID", f"{tag} OK done")}
    with opened(answers=told) as (_, connection):
        with pytest.raises(Unreachable):
            fetched(connection, 1)
        with pytest.raises(Unreachable, match="closed"):
            connection.noop()


def test_parentheses_beyond_all_depth_end_the_connection():
    told = {"UID FETCH": lambda talk, tag, _: talk.send("* 1 FETCH " + "(" * 100_000, f"{tag} OK done")}
    with opened(answers=told) as (_, connection), pytest.raises(Unreachable):
        fetched(connection, 1)


def test_a_mail_much_shorter_than_announced_is_taken_when_the_server_says_so_twice():
    def short(talk, tag, rest):
        if "SIZE" in rest:
            talk.send("* 1 FETCH (UID 1 RFC822.SIZE 9000)")
        else:
            talk.send(b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n%s)\r\n" % (len(MAIL), MAIL))
        talk.send(f"{tag} OK done")

    with opened(answers={"UID FETCH": short}) as (peer, connection):
        [[mail]] = connection.fetch([1], largest=1_000_000)
        assert mail.raw == MAIL
    assert peer.commands().count("UID FETCH") == 3


def test_a_mail_much_shorter_than_announced_is_none_when_the_server_wavers():
    lengths = iter((len(MAIL), len(MAIL) - 5))

    def waver(talk, tag, rest):
        if "SIZE" in rest:
            talk.send("* 1 FETCH (UID 1 RFC822.SIZE 9000)")
        else:
            some = MAIL[: next(lengths)]
            talk.send(b"* 1 FETCH (UID 1 BODY[]<0> {%d}\r\n%s)\r\n" % (len(some), some))
        talk.send(f"{tag} OK done")

    with opened(answers={"UID FETCH": waver}) as (_, connection):
        assert fetched(connection, 1) == []


def test_a_server_that_ignores_the_part_and_sends_the_whole_is_understood():
    def whole(talk, tag, rest):
        if "SIZE" in rest:
            talk.send(f"* 1 FETCH (UID 1 RFC822.SIZE {len(MAIL)})")
        else:
            talk.send(b"* 1 FETCH (UID 1 BODY[] {%d}\r\n%s)\r\n" % (len(MAIL), MAIL))
        talk.send(f"{tag} OK done")

    with opened(answers={"UID FETCH": whole}) as (_, connection):
        assert fetched(connection, 1) == [1]


def test_a_mail_that_vanishes_while_it_is_fetched_does_not_stop_the_others():
    def vanishes(talk, tag, rest):
        imap_peer.USUAL["UID FETCH"](talk, f"* OK and\r\n{tag}" if 2 not in talk.mails() else "*", rest)
        if talk.mails().pop(2, None):
            talk.send(f"{tag} NO [EXPUNGEISSUED] some are gone")

    with opened(answers={"UID FETCH": vanishes}) as (_, connection):
        assert fetched(connection, 1, 2, 3) == [1, 3]


def test_a_large_mail_whose_rest_is_nil_is_no_mail():
    def stops(talk, tag, rest):
        if "BODY" in rest and "<0." not in rest:
            talk.send("* 1 FETCH (UID 1 BODY[]<1048576> NIL)", f"{tag} OK done")
        else:
            imap_peer.USUAL["UID FETCH"](talk, tag, rest)

    with opened(mails=0, answers={"UID FETCH": stops}) as (peer, connection):
        peer.folders["INBOX"][1] = b"x" * 3_000_000
        assert list(connection.fetch([1], largest=50_000_000)) == []


def test_news_of_other_mails_between_the_answers_does_not_disturb():
    def chatty(talk, tag, rest):
        talk.send("* 9 EXISTS", "* 3 FETCH (FLAGS (\\Seen))", "* 1 FETCH (UID 1 FLAGS ())")
        imap_peer.USUAL["UID FETCH"](talk, tag, rest)

    with opened(answers={"UID FETCH": chatty}) as (_, connection):
        assert fetched(connection, 1, 2) == [1, 2]


def test_the_time_of_arrival_is_utc_wherever_the_server_stands():
    with opened() as (_, connection):
        assert connection.summaries([1])[1].internal_date == datetime(2026, 11, 1, 10, tzinfo=UTC)


def test_a_mail_of_unknown_time_came_just_now():
    told = {"UID FETCH": lambda talk, tag, _: talk.send("* 1 FETCH (UID 1 RFC822.SIZE 9)", f"{tag} OK done")}
    with opened(answers=told) as (_, connection):
        assert abs(connection.summaries([1])[1].internal_date - datetime.now(UTC)) < timedelta(hours=1)


def test_the_last_mail_is_not_named_again_when_its_uid_is_lower():
    with opened() as (_, connection):
        assert connection.uids(4) == []


def test_a_mail_announced_with_the_answer_to_a_search_is_asked_for_again():
    def late(talk, tag, rest):
        imap_peer.USUAL["UID SEARCH"](talk, tag, rest) if asked else talk.send(
            "* SEARCH 1 2", "* 3 EXISTS", f"{tag} OK done"
        )
        asked.append(rest)

    asked: list[str] = []
    with opened(answers={"UID SEARCH": late}) as (_, connection):
        assert connection.uids() == [1, 2, 3]
    assert len(asked) == 2


def test_a_full_folder_is_searched_by_windows():
    with opened(mails=0) as (peer, connection):
        peer.folders["INBOX"] = dict.fromkeys(range(1, 120_001), MAIL)
        peer.uidnext = 120_001
        connection.select("INBOX")
        assert connection.uids() == list(range(1, 120_001))
    assert peer.commands().count("UID SEARCH") == 3


def test_the_end_of_a_full_folder_is_searched_at_once():
    with opened(mails=0) as (peer, connection):
        peer.folders["INBOX"] = dict.fromkeys(range(1, 120_001), MAIL)
        peer.uidnext = 120_001
        connection.select("INBOX")
        assert connection.uids(119_999) == [119_999, 120_000]
    assert peer.commands().count("UID SEARCH") == 1


# --- moving


@pytest.mark.parametrize(
    "capabilities", ["IMAP4rev1 UIDPLUS MOVE", "IMAP4rev1 MOVE", "IMAP4rev1 UIDPLUS"], ids=["both", "move", "uidplus"]
)
def test_mails_are_moved_with_whatever_the_server_can(capabilities):
    with opened(capabilities=capabilities) as (peer, connection):
        assert connection.move([1, 3], connection.place("Done")) == {1, 3}
    assert (list(peer.folders["INBOX"]), len(peer.folders["Done"])) == ([2], 2)
    assert "EXPUNGE" not in peer.commands()


def test_a_move_without_proof_counts_when_the_mail_is_gone():
    with opened(answers={"UID MOVE": imap_peer.moves_without_proof}) as (_, connection):
        assert connection.move([1], connection.place("Done")) == {1}


def test_a_move_that_did_nothing_does_not_count():
    with opened(answers={"UID MOVE": imap_peer.fine}) as (_, connection):
        assert connection.move([1], connection.place("Done")) == frozenset()


def test_a_proof_that_names_all_the_world_counts_for_what_was_asked():
    told = {"UID MOVE": lambda talk, tag, _: talk.send(f"{tag} OK [COPYUID 1 1:4294967295 1:4294967295] done")}
    with opened(answers=told) as (_, connection):
        assert connection.move([2], connection.place("Done")) == {2}


def test_without_uidplus_a_mail_is_copied_flagged_and_left():
    with opened(capabilities="IMAP4rev1") as (peer, connection):
        assert connection.move([1], connection.place("Done")) == {1}
    assert (sorted(peer.folders["INBOX"]), peer.deleted, len(peer.folders["Done"])) == ([1, 2, 3], {1}, 1)
    assert "UID EXPUNGE" not in peer.commands()


def test_without_uidplus_a_second_move_does_not_copy_again():
    with opened(capabilities="IMAP4rev1") as (peer, connection):
        connection.move([1], connection.place("Done"))
        assert connection.move([1], connection.place("Done")) == {1}
    assert len(peer.folders["Done"]) == 1


@pytest.mark.parametrize("capabilities", ["IMAP4rev1", "IMAP4rev1 UIDPLUS"])
def test_a_copy_that_did_not_happen_removes_nothing(capabilities):
    with opened(capabilities=capabilities, answers={"UID COPY": imap_peer.fine}) as (peer, connection):
        assert connection.move([1], connection.place("Done")) == frozenset()
    assert peer.deleted == set()


def test_a_mail_that_vanishes_while_it_is_moved_does_not_stop_the_others():
    def vanishes(talk, tag, rest):
        if talk.mails().pop(2, None):
            talk.send(f"{tag} NO [EXPUNGEISSUED] some are gone")
        else:
            imap_peer.USUAL["UID MOVE"](talk, tag, rest)

    with opened(answers={"UID MOVE": vanishes}) as (peer, connection):
        assert connection.move([1, 2, 3], connection.place("Done")) == {1, 2, 3}
    assert len(peer.folders["Done"]) == 2


def test_a_full_target_is_refused_with_its_code():
    with opened(answers={"UID MOVE": imap_peer.no("[OVERQUOTA] full")}) as (_, connection):
        place = connection.place("Done")
        with pytest.raises(ServerRefused) as caught:
            connection.move([1], place)
    assert caught.value.code == "OVERQUOTA"


# --- waiting


@pytest.mark.parametrize("trick", [imap_peer.exists_with_idling, imap_peer.exists_before_idling])
def test_news_around_the_plus_are_seen(trick):
    with opened(answers={"IDLE": trick}) as (_, connection):
        assert connection.wait(timedelta(seconds=20))
        connection.noop()


@pytest.mark.parametrize("trick", [imap_peer.dies_in_idle, imap_peer.half_a_line_in_idle])
def test_a_line_that_dies_while_waiting_is_unreachable(trick):
    with opened(answers={"IDLE": trick}) as (_, connection):
        with pytest.raises(Unreachable):
            connection.wait(timedelta(seconds=20))
        assert not connection.alive


def test_a_farewell_while_waiting_is_unreachable():
    told = {"IDLE": lambda talk, *_: (talk.send("+ idling", "* BYE going down"), talk.receive())}
    with opened(answers=told) as (_, connection), pytest.raises(Unreachable, match="going down"):
        connection.wait(timedelta(seconds=20))


def test_signs_of_life_are_no_news():
    def lively(talk, tag, _rest):
        talk.send("+ idling", "* OK still here", "* 2 FETCH (FLAGS (\\Seen))", "* 1 EXPUNGE")
        talk.receive()
        talk.send(f"{tag} OK done")

    with opened(answers={"IDLE": lively}) as (_, connection):
        assert not connection.wait(timedelta(seconds=0.3))


def test_a_server_that_never_stops_talking_does_not_keep_us_from_leaving():
    def talkative(talk, _tag, _rest):
        talk.send("+ idling")
        imap_peer.endless(talk, "", "")

    with opened(answers={"IDLE": talkative}) as (_, connection):
        threading.Timer(0.2, connection.wake).start()
        with pytest.raises(Unreachable, match="larger than anything"):
            connection.wait(timedelta(seconds=100))


def test_a_server_that_refuses_to_idle_is_polled_from_then_on():
    with opened(answers={"IDLE": imap_peer.no("not for you")}) as (peer, connection):
        assert connection.wait(timedelta(seconds=20))
        assert not connection.wait(timedelta(seconds=0.2))
    assert peer.commands().count("IDLE") == 1


def test_a_server_that_ends_the_idling_itself_is_left_in_peace():
    told = {"IDLE": lambda talk, tag, _: talk.send("+ idling", f"{tag} OK enough")}
    with opened(answers=told) as (_, connection):
        assert connection.wait(timedelta(seconds=20))
        connection.noop()


@pytest.mark.parametrize("told", [{"capabilities": "IMAP4rev1"}, {}])
def test_without_idle_the_time_is_waited_out_in_silence(told):
    with opened(**told) as (peer, connection):
        assert not connection.wait(timedelta(seconds=0.2), idle=False)
    assert "IDLE" not in peer.commands()


def test_a_line_that_dies_in_a_silent_wait_is_unreachable():
    with opened() as (peer, connection):
        threading.Timer(0.2, peer._talks[0].close).start()
        with pytest.raises(Unreachable):
            connection.wait(timedelta(seconds=20), idle=False)


def test_a_call_to_wake_before_the_wait_is_not_lost():
    with opened() as (_, connection):
        connection.wake()
        assert not connection.wait(timedelta(seconds=100))


# --- closing


def test_closing_twice_or_after_a_loss_is_silent():
    with opened() as (peer, connection):
        peer._talks[0].reset()
        connection.close()
        connection.close()


def test_closing_waits_for_no_dead_server():
    with opened(answers={"LOGOUT": imap_peer.silent}) as (_, connection):
        connection.close()
        assert not connection.alive
