import asyncio
import base64
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from servers.smtp_peer import Rule, SmtpPeer, tls_contexts
from vastine.edges.smtp import Later, Outcome, Sender, Sent, SmtpAccount

RAW = b"Subject: Hei\r\n\r\nKiitos.\r\n"
USER, PASSWORD = "tuki", "salasana-ä"


@pytest.fixture(scope="module")
def tls() -> tuple[ssl.SSLContext, Callable[[Path], Path]]:
    return tls_contexts()


@pytest.fixture
def certificate(tls: tuple[ssl.SSLContext, Callable[[Path], Path]]) -> ssl.SSLContext:
    return tls[0]


@pytest.fixture
def ca_file(tls: tuple[ssl.SSLContext, Callable[[Path], Path]], tmp_path: Path) -> Path:
    return tls[1](tmp_path)


def send(peer: SmtpPeer, mails: int = 1, **settings: Any) -> Outcome:
    async def run() -> Outcome:
        sender = Sender(SmtpAccount(**{"host": "127.0.0.1", "port": peer.port, **settings}))
        for _ in range(mails):
            outcome = await sender.send(envelope_from="", recipient="matti@posti.example", raw=RAW)
        await sender.close()
        return outcome

    return asyncio.run(run())


def verbs(peer: SmtpPeer) -> set[str]:
    return {line.split()[0] for line in peer.commands}


def alarmed(outcome: Outcome) -> bool:
    return isinstance(outcome, Later) and outcome.account and outcome.alarm


@pytest.mark.parametrize("tls_way", ["implicit", "starttls"])
def test_a_mail_goes_over_verified_tls(tls_way: Any, certificate: ssl.SSLContext, ca_file: Path) -> None:
    with SmtpPeer(tls=tls_way, certificate=certificate, login=(USER, PASSWORD)) as peer:
        outcome = send(peer, mails=3, tls=tls_way, ca_file=ca_file, user=USER, password=PASSWORD)
        assert (type(outcome), len(peer.wait_for(3))) == (Sent, 3)


def test_a_large_mail_goes_whole_over_tls(certificate: ssl.SSLContext, ca_file: Path) -> None:
    raw = RAW + b"x" * 76 + b"\r\n" * 1_000_000

    async def run(peer: SmtpPeer) -> Outcome:
        sender = Sender(SmtpAccount(host="127.0.0.1", port=peer.port, tls="implicit", ca_file=ca_file))
        outcome = await sender.send(envelope_from="", recipient="matti@posti.example", raw=raw)
        await sender.close()
        return outcome

    with SmtpPeer(tls="implicit", certificate=certificate) as peer:
        asyncio.run(run(peer))
        assert peer.wait_for(1)[0].raw == raw


@pytest.mark.parametrize("tls_way", ["implicit", "starttls"])
def test_a_certificate_of_an_unknown_authority_is_an_alarm(tls_way: Any, certificate: ssl.SSLContext) -> None:
    with SmtpPeer(tls=tls_way, certificate=certificate, login=(USER, PASSWORD)) as peer:
        assert alarmed(send(peer, tls=tls_way, user=USER, password=PASSWORD))
        assert verbs(peer) <= {"EHLO", "STARTTLS"}


def test_a_stripped_starttls_is_an_alarm_and_nothing_goes_in_the_clear(
    certificate: ssl.SSLContext, ca_file: Path
) -> None:
    with SmtpPeer(tls="starttls", certificate=certificate, strip_starttls=True, login=(USER, PASSWORD)) as peer:
        assert alarmed(send(peer, tls="starttls", ca_file=ca_file, user=USER, password=PASSWORD))
        assert verbs(peer) == {"EHLO"}


def test_a_starttls_that_is_not_ready_may_pass(certificate: ssl.SSLContext, ca_file: Path) -> None:
    rule = Rule(at="STARTTLS", reply="454 4.7.0 TLS not available")
    with SmtpPeer(rule, tls="starttls", certificate=certificate) as peer:
        outcome = send(peer, tls="starttls", ca_file=ca_file)
    assert isinstance(outcome, Later)
    assert (outcome.account, outcome.alarm) == (True, False)


def test_a_missing_ca_file_is_an_alarm(tmp_path: Path) -> None:
    with SmtpPeer() as peer:
        assert alarmed(send(peer, tls="implicit", ca_file=tmp_path / "none.pem"))


def test_a_ca_file_that_holds_no_certificate_is_an_alarm(tmp_path: Path) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    with SmtpPeer() as peer:
        assert alarmed(send(peer, tls="implicit", ca_file=empty))


def test_speaking_tls_to_a_plain_server_is_an_alarm() -> None:
    with SmtpPeer() as peer:
        assert alarmed(send(peer, tls="implicit"))


def test_a_wrong_password_is_an_alarm_and_is_tried_once() -> None:
    with SmtpPeer(login=(USER, PASSWORD)) as peer:
        assert alarmed(send(peer, tls="none", user=USER, password="wrong"))
        assert [line.split()[0] for line in peer.commands].count("AUTH") == 1


def test_a_log_in_that_fails_for_now_is_no_alarm() -> None:
    with SmtpPeer(Rule(at="AUTH", reply="454 4.7.0 Try again"), login=(USER, PASSWORD)) as peer:
        outcome = send(peer, tls="none", user=USER, password=PASSWORD)
    assert isinstance(outcome, Later)
    assert (outcome.account, outcome.alarm) == (True, False)


def test_a_server_that_wants_a_log_in_that_we_lack_is_an_alarm() -> None:
    with SmtpPeer(login=(USER, PASSWORD)) as peer:
        assert alarmed(send(peer, tls="none"))


def test_a_server_that_offers_no_log_in_is_an_alarm() -> None:
    with SmtpPeer() as peer:
        assert alarmed(send(peer, tls="none", user=USER, password=PASSWORD))


def test_an_access_token_is_used_instead_of_a_password() -> None:
    with SmtpPeer(Rule(at="AUTH", reply="235 2.7.0 Welcome"), extensions=("AUTH XOAUTH2",)) as peer:
        outcome = send(peer, tls="none", user=USER, access_token=lambda: "fresh")
        given = next(line.split()[2] for line in peer.commands if line.startswith("AUTH XOAUTH2"))
    assert (type(outcome), base64.b64decode(given)) == (Sent, b"user=tuki\1auth=Bearer fresh\1\1")


def test_a_token_service_that_refuses_is_trouble_of_the_account() -> None:
    def refuses() -> str:
        raise PermissionError("the secret has expired")

    with SmtpPeer() as peer:
        assert alarmed(send(peer, tls="none", user=USER, access_token=refuses))
