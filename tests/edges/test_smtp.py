import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from servers.smtp_peer import Rule, SmtpPeer
from vastine.edges.smtp import Later, Never, Outcome, Rate, Sender, Sent, SmtpAccount, Unknown, connection, opening

RAW = b"From: tuki@yritys.example\r\nTo: matti@posti.example\r\nSubject: Hei\r\n\r\nKiitos.\r\n"
MATTI = "matti@posti.example"
TOKEN = "abcdefghijklmnopqrstuvwxy2"


def account(peer: SmtpPeer, **more: Any) -> SmtpAccount:
    return SmtpAccount(host="127.0.0.1", port=peer.port, tls="none", **more)


async def send(sender: Sender, recipient: str = MATTI, raw: bytes = RAW) -> Outcome:
    return await sender.send(envelope_from="tuki@yritys.example", recipient=recipient, raw=raw)


def outcomes(
    peer: SmtpPeer, *recipients: str, raw: bytes = RAW, between: Callable[[], None] = lambda: None
) -> list[Outcome]:
    """Send a mail to each recipient in turn by one sender."""

    async def run() -> list[Outcome]:
        sender = Sender(account(peer))
        results = []
        for number, recipient in enumerate(recipients):
            if number:
                await asyncio.to_thread(between)
            results.append(await send(sender, recipient, raw))
        await sender.close()
        return results

    return asyncio.run(run())


def one(*rules: Rule, recipient: str = MATTI, raw: bytes = RAW, **peer_settings: Any) -> Outcome:
    with SmtpPeer(*rules, **peer_settings) as peer:
        return outcomes(peer, recipient, raw=raw)[0]


def test_a_mail_arrives_as_it_was_given() -> None:
    raw = RAW + b".\r\n..two dots\r\n.\r\nend\r\n"
    with SmtpPeer() as peer:
        outcomes(peer, MATTI, raw=raw)
        mail = peer.wait_for(1)[0]
    assert (mail.envelope_from, mail.recipients, mail.raw) == ("tuki@yritys.example", (MATTI,), raw)


def test_a_mail_that_begins_with_a_dot_arrives_as_it_was_given() -> None:
    with SmtpPeer() as peer:
        outcomes(peer, MATTI, raw=b".odd: yes\r\n\r\n")
        assert peer.wait_for(1)[0].raw == b".odd: yes\r\n\r\n"


def test_a_large_mail_arrives_whole() -> None:
    raw = RAW + b"x" * 70 + b"\r\n" + b".dotted line of a large mail\r\n" * 100_000
    with SmtpPeer() as peer:
        assert isinstance(outcomes(peer, MATTI, raw=raw)[0], Sent)
        assert peer.wait_for(1)[0].raw == raw


def test_sent_says_what_the_server_said() -> None:
    assert one() == Sent("250 2.0.0 Ok: queued as 1")


def test_a_null_return_path_is_sent_as_such() -> None:
    async def run(peer: SmtpPeer) -> None:
        sender = Sender(account(peer))
        await sender.send(envelope_from="", recipient=MATTI, raw=RAW)
        await sender.close()

    with SmtpPeer() as peer:
        asyncio.run(run(peer))
        assert any(line.startswith("MAIL FROM:<>") for line in peer.commands)


@pytest.mark.parametrize("point", ["MAIL", "RCPT", "DATA", "DOT"])
def test_a_4xx_is_for_later(point: Any) -> None:
    outcome = one(Rule(at=point, reply="451 4.7.1 Greylisted"))
    assert isinstance(outcome, Later)
    assert (outcome.account, "451 4.7.1 Greylisted" in outcome.reason) == (False, True)


@pytest.mark.parametrize("point", ["MAIL", "RCPT", "DATA", "DOT"])
def test_a_5xx_is_for_ever(point: Any) -> None:
    outcome = one(Rule(at=point, reply="550 5.1.1 No such user"))
    assert isinstance(outcome, Never)
    assert "550 5.1.1 No such user" in outcome.reason


@pytest.mark.parametrize(
    ("point", "reply", "content"), [("RCPT", "550", False), ("DOT", "554", True), ("MAIL", "552", True)]
)
def test_a_refusal_says_whether_the_content_was_refused(point: Any, reply: str, content: bool) -> None:
    assert one(Rule(at=point, reply=f"{reply} No")) == Never(
        f"{'the mail itself' if point == 'DOT' else point}: {reply} No", content=content
    )


def test_one_refused_recipient_does_not_harm_the_next_mail() -> None:
    with SmtpPeer(Rule(at="RCPT", reply="550 5.1.1 No", recipient="gone@posti.example")) as peer:
        first, second = outcomes(peer, "gone@posti.example", MATTI)
        assert (type(first), type(second), peer.connections) == (Never, Sent, 1)


def test_a_server_that_hangs_up_while_it_is_reset_does_not_harm_the_next_mail() -> None:
    rules = (Rule(at="RCPT", reply="550 5.1.1 No", nth=1), Rule(at="RSET", action="drop"))
    with SmtpPeer(*rules) as peer:
        first, second = outcomes(peer, MATTI, MATTI)
        assert (type(first), type(second), peer.connections) == (Never, Sent, 2)


@pytest.mark.parametrize("code", [530, 535])
def test_530_and_535_are_about_the_account(code: int) -> None:
    outcome = one(Rule(at="MAIL", reply=f"{code} 5.7.0 Authentication required"))
    assert isinstance(outcome, Later)
    assert (outcome.account, outcome.alarm) == (True, True)


def test_hanging_up_after_the_final_dot_is_unknown() -> None:
    assert isinstance(one(Rule(at="DOT", action="drop", taken=True)), Unknown)


def test_a_garbled_answer_after_the_final_dot_is_unknown() -> None:
    assert isinstance(one(Rule(at="DOT", reply="certainly")), Unknown)


@pytest.mark.parametrize("point", ["MAIL", "RCPT", "DATA"])
def test_hanging_up_before_the_final_dot_is_for_later(point: Any) -> None:
    outcome = one(Rule(at=point, action="drop"))
    assert isinstance(outcome, Later)
    assert not outcome.account


@pytest.mark.parametrize("point", ["RCPT", "DATA", "DOT"])
def test_421_in_mid_session_is_for_later_and_the_next_mail_takes_another_connection(point: Any) -> None:
    with SmtpPeer(Rule(at=point, action="drop_after", reply="421 4.3.2 Shutting down", nth=1)) as peer:
        first, second = outcomes(peer, MATTI, MATTI)
        assert (type(first), type(second), peer.connections) == (Later, Sent, 2)


def test_a_timeout_after_the_final_dot_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BASE_WITHIN", 0.3)
    assert isinstance(one(Rule(at="DOT", action="hang")), Unknown)


@pytest.mark.parametrize("point", ["MAIL", "RCPT", "DATA"])
def test_a_timeout_before_the_final_dot_is_for_later(point: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "BASE_WITHIN", 0.3)
    assert isinstance(one(Rule(at=point, action="hang")), Later)


def test_octets_that_dribble_do_not_defeat_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "CONNECT_WITHIN", 0.5)
    assert isinstance(one(octets_apart=0.1), Later)


def test_the_deadline_grows_with_the_size() -> None:
    assert (connection.deadline(0), connection.deadline(5_000_000)) == (60, 160)


def test_mails_share_a_connection() -> None:
    with SmtpPeer() as peer:
        outcomes(peer, *[MATTI] * 5)
        assert (len(peer.wait_for(5)), peer.connections) == (5, 1)


def test_a_connection_that_the_server_closed_meanwhile_is_replaced_unseen() -> None:
    with SmtpPeer() as peer:
        results = outcomes(peer, MATTI, MATTI, between=peer.hang_up)
        assert ([type(result) for result in results], peer.connections) == ([Sent, Sent], 2)


@pytest.mark.parametrize("action", ["drop", "drop_after"])
def test_a_connection_that_turns_out_dead_at_mail_is_replaced_unseen(action: Any) -> None:
    with SmtpPeer(Rule(at="MAIL", action=action, reply="421 4.4.2 Idle for too long", nth=2)) as peer:
        results = outcomes(peer, MATTI, MATTI)
        assert ([type(result) for result in results], peer.connections) == ([Sent, Sent], 2)


def test_a_connection_that_answers_no_more_is_replaced_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "STALE_AFTER", 0.3)
    with SmtpPeer(Rule(at="MAIL", action="hang", nth=2)) as peer:
        results = outcomes(peer, MATTI, MATTI)
        assert [type(result) for result in results] == [Sent, Sent]


def test_no_more_connections_are_open_than_the_account_allows() -> None:
    async def run(peer: SmtpPeer) -> None:
        sender = Sender(account(peer, connections=3))
        await asyncio.gather(*(send(sender) for _ in range(30)))
        await sender.close()

    with SmtpPeer() as peer:
        asyncio.run(run(peer))
        assert (len(peer.wait_for(30)), peer.connections) == (30, 3)


def test_closing_takes_leave_of_the_server() -> None:
    with SmtpPeer() as peer:
        outcomes(peer, MATTI)
        assert peer.commands[-1] == "QUIT"


def test_an_idle_connection_is_closed_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vastine.edges.smtp.sender.IDLE_FOR", 0.1)

    async def run(peer: SmtpPeer) -> None:
        sender = Sender(account(peer))
        await send(sender)
        await asyncio.to_thread(peer.wait_for_command, "QUIT")
        await sender.close()

    with SmtpPeer() as peer:
        asyncio.run(asyncio.wait_for(run(peer), 10))
        assert peer.commands[-1] == "QUIT"


def test_a_connection_serves_so_many_mails_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("vastine.edges.smtp.sender.MAILS_A_CONNECTION", 2)
    with SmtpPeer() as peer:
        outcomes(peer, *[MATTI] * 5)
        assert peer.connections == 3


def test_a_server_that_is_not_there_is_trouble_of_the_account_that_may_pass() -> None:
    with SmtpPeer() as peer:
        gone = account(peer)
    outcome = asyncio.run(send(Sender(gone)))
    assert isinstance(outcome, Later)
    assert (outcome.account, outcome.alarm) == (True, False)


@pytest.mark.parametrize(("reply", "alarm"), [("421 4.3.2 Busy", False), ("554 5.7.1 Go away", True)])
def test_a_server_that_refuses_the_connection_is_trouble_of_the_account(reply: str, alarm: bool) -> None:
    outcome = one(Rule(at="CONNECT", action="drop_after", reply=reply))
    assert isinstance(outcome, Later)
    assert (outcome.account, outcome.alarm, reply in outcome.reason) == (True, alarm, True)


@pytest.mark.parametrize("raw", [RAW + b"a\nb\r\n", RAW + b"a\rb\r\n", RAW + b"a\0b\r\n"])
def test_a_lone_line_end_or_nul_never_reaches_the_server(raw: bytes) -> None:
    with SmtpPeer() as peer:
        assert isinstance(outcomes(peer, MATTI, raw=raw)[0], Never)
        assert peer.connections == 0


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "matti",
        "a@b> SIZE=1",
        "a b@c.example",
        "a@b\r\nRCPT TO:<x@y>",
        "Matti <a@b.example>",
        "matti@ä..example",
        "a" * 250 + "@b.fi",
    ],
)
def test_what_is_not_an_address_never_reaches_the_server(recipient: str) -> None:
    with SmtpPeer() as peer:
        assert isinstance(outcomes(peer, recipient)[0], Never)
        assert peer.connections == 0


@pytest.mark.parametrize("recipient", ['"matti meikäläinen"@posti.example', "äiti@posti.example"])
def test_a_local_part_outside_ascii_needs_smtputf8(recipient: str) -> None:
    assert isinstance(one(recipient=recipient), Never)
    assert isinstance(one(recipient=recipient, extensions=("SMTPUTF8",)), Sent)


def test_a_domain_outside_ascii_goes_in_its_idna_form() -> None:
    with SmtpPeer() as peer:
        outcomes(peer, "matti@pyörä.example")
        assert peer.wait_for(1)[0].recipients == ("matti@xn--pyr-sla2g.example",)


def test_eight_bit_text_needs_8bitmime() -> None:
    raw = RAW + "ä\r\n".encode()
    assert isinstance(one(raw=raw, extensions=()), Never)
    assert isinstance(one(raw=raw), Sent)


def test_a_mail_over_the_announced_size_is_not_sent() -> None:
    with SmtpPeer(extensions=("SIZE 1000",)) as peer:
        outcome = outcomes(peer, MATTI, raw=RAW + b"x" * 1000 + b"\r\n")[0]
        assert isinstance(outcome, Never)
        assert (outcome.content, [line for line in peer.commands if line.startswith("MAIL")]) == (True, [])


def test_a_large_mail_that_is_refused_half_way_is_judged_by_that_refusal() -> None:
    outcome = one(Rule(at="CONTENT", reply="552 5.3.4 Too big"), raw=RAW + b"\r\n" * 4_000_000)
    assert outcome == Never("the mail itself: 552 5.3.4 Too big", content=True)


def test_a_server_without_ehlo_is_greeted_with_helo() -> None:
    assert isinstance(one(Rule(at="EHLO", reply="502 5.5.1 What?")), Sent)


def test_tokens_in_the_answer_of_a_server_are_masked() -> None:
    outcome = one(Rule(at="RCPT", reply=f"550 <tuki+b.{TOKEN}@yritys.example> refused"))
    assert isinstance(outcome, Never)
    assert TOKEN not in outcome.reason


def test_control_characters_in_the_answer_of_a_server_are_not_passed_on() -> None:
    outcome = one(Rule(at="RCPT", reply="550-one\x1b[2J\r\n550 two"))
    assert isinstance(outcome, Never)
    assert outcome.reason.isprintable()


def test_a_rate_lets_no_more_mails_pass_in_any_stretch() -> None:
    async def run(peer: SmtpPeer) -> None:
        sender = Sender(account(peer, rate=Rate(count=2, per=timedelta(seconds=0.3))))
        await asyncio.gather(*(send(sender) for _ in range(6)))
        await sender.close()

    with SmtpPeer() as peer:
        asyncio.run(run(peer))
        times = [mail.at for mail in peer.wait_for(6)]
    assert all(times[n + 2] - times[n] > 0.2 for n in range(4))


def test_nothing_is_begun_when_the_turn_comes_too_late() -> None:
    async def run(peer: SmtpPeer) -> Outcome:
        sender = Sender(account(peer))
        return await sender.send(envelope_from="", recipient=MATTI, raw=RAW, still_ours=lambda: False)

    with SmtpPeer() as peer:
        assert isinstance(asyncio.run(run(peer)), Later)
        assert peer.connections == 0


def test_a_cancelled_mail_does_not_leave_its_connection_to_the_next() -> None:
    async def run(peer: SmtpPeer) -> Outcome:
        sender = Sender(account(peer, connections=1))
        task = asyncio.create_task(send(sender))
        await asyncio.to_thread(peer.wait_for_command, "DATA")
        task.cancel()
        await asyncio.wait({task})
        outcome = await send(sender)
        await sender.close()
        return outcome

    with SmtpPeer(Rule(at="DATA", action="hang", nth=1)) as peer:
        assert isinstance(asyncio.run(run(peer)), Sent)
        assert peer.connections == 2


def test_without_tls_only_a_loopback_host_is_accepted() -> None:
    with pytest.raises(ValueError, match="in the clear"):
        SmtpAccount(host="smtp.yritys.example", port=25, tls="none")


def test_a_user_without_a_password_is_refused() -> None:
    with pytest.raises(ValueError, match="no password"):
        SmtpAccount(host="127.0.0.1", port=25, tls="none", user="tuki")


def test_an_account_without_connections_is_refused() -> None:
    with pytest.raises(ValueError, match="connection"):
        SmtpAccount(host="127.0.0.1", port=25, tls="none", connections=0)


@pytest.mark.parametrize(("count", "seconds"), [(0, 60), (30, 0)])
def test_a_rate_that_lets_nothing_pass_is_refused(count: int, seconds: int) -> None:
    with pytest.raises(ValueError, match="rate"):
        Rate(count=count, per=timedelta(seconds=seconds))


def test_the_password_is_not_shown() -> None:
    shown = SmtpAccount(host="127.0.0.1", port=25, tls="none", user="tuki", password="sesam")
    assert "sesam" not in repr(replace(shown, helo="x"))
