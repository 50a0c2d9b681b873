"""The real command, watched over HTTP: a mail comes in, an answer goes out, a mailbox goes away."""

import json
import signal
import socket
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from mixed import people
from whole.desk import Desk, until

pytestmark = [pytest.mark.whole, pytest.mark.dovecot]
MAILS = [sample.raw for sample in people(2, seed=33)]


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


class Watched:
    """A desk that serves metrics, and what is read there."""

    def __init__(self, desk: Desk, more: str = "") -> None:
        self.desk, self.port = desk, free_port()
        desk.furnish(more=f'{more}\n[metrics]\nlisten = "127.0.0.1:{self.port}"\n')

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except urllib.error.URLError:
            return 0, ""

    def health(self) -> tuple[int, dict[str, Any]]:
        status, text = self.get("/health")
        return status, json.loads(text) if text else {}

    def value(self, name: str, **labels: str) -> float | None:
        families = text_string_to_metric_families(self.get("/metrics")[1])
        samples = (sample for family in families for sample in family.samples if sample.name == f"vastine_{name}")
        return next((sample.value for sample in samples if labels.items() <= sample.labels.items()), None)


@pytest.fixture
def watched(desk: Desk) -> Watched:
    return Watched(desk)


def test_a_daemon_is_watched_through_its_day(watched: Watched) -> None:
    desk = watched.desk
    desk.deliver(MAILS)
    process = desk.start()
    assert until(lambda: len(desk.letters("acknowledgement")) == len(MAILS))
    assert until(lambda: watched.value("complaints", status="open") == len(MAILS))
    assert watched.value("mails_received_total", mailbox="support", outcome="complaint") == len(MAILS)
    assert (watched.value("send_attempts_total", mailbox="support", outcome="sent") or 0) >= 2 * len(MAILS)
    assert (watched.value("mailbox_last_fetch_timestamp_seconds", mailbox="support") or 0) > time.time() - 60
    assert watched.health()[0] == 200
    assert desk.stop(process) == 0
    assert watched.get("/health")[0] == 0


def test_a_mailbox_that_cannot_be_read_makes_the_daemon_unwell(desk: Desk) -> None:
    watched = Watched(desk, desk.mailbox("myynti", "myynti@pohjolanpyora.example", "nobody", port=free_port()))
    desk.start()
    status, told = until(lambda: found if (found := watched.health())[0] == 503 else None) or (0, {})
    [reason] = told["reasons"]
    assert (status, reason["code"]) == (503, "mailbox")
    assert reason["text"].startswith("mailbox myynti has not been readable for ")
    assert reason["text"].endswith(": unreachable")
    assert watched.value("mailbox_up", mailbox="myynti") == 0
    assert watched.value("mailbox_up", mailbox="support") == 1


def test_nothing_about_a_customer_is_told(watched: Watched) -> None:
    watched.desk.deliver(MAILS)
    watched.desk.start()
    assert until(lambda: watched.value("complaints", status="open") == len(MAILS))
    told = watched.get("/metrics")[1] + watched.get("/health")[1]
    assert "@" not in told
    assert not [complaint["reference"] for complaint in watched.desk.complaints() if complaint["reference"] in told]


def test_a_client_that_dribbles_holds_neither_mail_nor_other_clients_up(watched: Watched) -> None:
    watched.desk.start()
    assert until(lambda: watched.get("/health")[0] == 200)
    with socket.create_connection(("127.0.0.1", watched.port)) as slow:
        slow.sendall(b"GET /metrics HTTP/1.1\r\nX: ")
        watched.desk.deliver(MAILS)
        assert until(lambda: len(watched.desk.letters("acknowledgement")) == len(MAILS))
        slow.sendall(b"x")
        assert watched.get("/health")[0] == 200


def test_a_second_daemon_on_the_same_port_is_refused_in_a_sentence(watched: Watched) -> None:
    desk = watched.desk
    desk.start()
    assert until(lambda: watched.get("/health")[0] == 200)
    settings = desk.settings.read_text(encoding="utf-8")
    desk.settings.write_text(settings.replace("vastine.db", "other.db"), encoding="utf-8")
    second = desk.run("run")
    assert second.returncode == 78
    assert f"metrics.listen: cannot listen on 127.0.0.1:{watched.port}: address already in use" in second.stderr


def test_systemd_is_told_how_the_daemon_is(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(str(tmp_path / "notify"))
        manager.settimeout(30)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        desk.start()
        status = next(said for said in iter(lambda: manager.recv(4096), b"") if said.startswith(b"STATUS="))
    assert status == b"STATUS=1 mailbox, 1 reachable; 0 open complaints, 0 late; 0 mails waiting"


def test_the_rules_that_were_refused_are_told(watched: Watched) -> None:
    process = watched.desk.start()
    assert until(lambda: watched.value("mailbox_last_fetch_timestamp_seconds", mailbox="support"))
    rules = watched.desk.folder / "rules.yaml"
    rules.write_text("version: 1\n", encoding="utf-8")
    process.send_signal(signal.SIGHUP)
    assert until(lambda: watched.value("rules_refused") == 1)
    assert watched.value("rules_reloads_total", outcome="refused") == 1
