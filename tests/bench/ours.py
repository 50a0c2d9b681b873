"""One round of ours: the real `vastine run` as a process, watched from outside until its last effect."""

import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil
from imapclient import IMAPClient

from mixed import Sample
from mixed_texts import AUTHSERV_ID, SUPPORT

from .peer import Peer
from .result import Account, Measured

REPOSITORY = Path(__file__).parents[2]
STAFF_DOMAIN = SUPPORT.partition("@")[2]
SETTINGS = """\
rules = "rules.yaml"
database = "sqlite:///vastine.db"
admin = "yllapito@{domain}"

[[mailbox]]
name = "support"
address = "{support}"
host = "{host}"
port = {port}
tls = "none"
user = "{user}"
password = "{password}"
start = "all"

[smtp]
host = "{host}"
port = {smtp_port}
tls = "none"

[authentication]
method = "authserv-id"
authserv_id = "{authserv_id}"

[limits]
acknowledgements_per_hour = 1000000
"""


@dataclass(slots=True, kw_only=True)
class Wanted:
    """What must have happened before a round is over."""

    mails: int
    acknowledgements: int
    routed: int

    @classmethod
    def of(cls, samples: list[Sample]) -> "Wanted":
        expected = [sample.expect for sample in samples]
        return cls(
            mails=len(expected),
            acknowledgements=sum(one.acknowledged for one in expected),
            routed=sum(one.outcome == "complaint" for one in expected),
        )

    def are_sent(self, mails: list[dict]) -> bool:
        """Rules may tell others of the staff besides, so there can be more to staff."""
        to_staff = _to_staff(mails)
        return to_staff >= self.routed and len(mails) - to_staff >= self.acknowledgements


@dataclass(slots=True)
class Watched:
    """The daemon and what it has used so far: seconds of CPU by process, peaks of resident memory in bytes."""

    process: subprocess.Popen[bytes]
    peak: int = 0
    children_peak: int = 0
    cpu: dict[int, float] = field(default_factory=dict)
    start_up_cpu: float = 0.0
    connected_at: float | None = None

    def look(self) -> None:
        try:
            daemon = psutil.Process(self.process.pid)
            family = [daemon, *daemon.children(recursive=True)]
            self.cpu |= {one.pid: sum(one.cpu_times()[:2]) for one in family}
            if self.connected_at is None and any(one.status == "ESTABLISHED" for one in daemon.net_connections("tcp")):
                self.connected_at, self.start_up_cpu = time.monotonic(), sum(self.cpu.values())
            self.peak = max(self.peak, daemon.memory_info().rss)
            self.children_peak = max(self.children_peak, sum(one.memory_info().rss for one in family[1:]))
        except psutil.NoSuchProcess:
            return


def write_settings(folder: Path, account: Account) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    text = SETTINGS.format(
        domain=STAFF_DOMAIN,
        support=SUPPORT,
        host=account.host,
        port=account.port,
        smtp_port=account.smtp_port,
        user=account.user,
        password=account.password,
        authserv_id=AUTHSERV_ID,
    )
    (folder / "vastine.toml").write_text(text, encoding="utf-8")
    (folder / "rules.yaml").write_bytes((REPOSITORY / "rules.yaml").read_bytes())
    return folder / "vastine.toml"


@contextmanager
def daemon(folder: Path, account: Account, profile: Path | None = None) -> Iterator[Watched]:
    """`vastine run`, stopped with SIGTERM at the end. With `profile`, under cProfile, which slows it a lot."""
    settings = write_settings(folder, account)
    program = ["tests.bench.profiled", str(profile)] if profile else ["vastine.cli"]
    command = [sys.executable, "-m", *program, "--config", str(settings), "run"]
    with (folder / "daemon.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, cwd=REPOSITORY)
    try:
        yield Watched(process)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=40)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def run_ours(
    folder: Path, account: Account, peer: Peer, wanted: Wanted, *, timeout: float, profile: Path | None = None
) -> Measured:
    """Handle every mail in the inbox; over when the inbox is empty and every wanted mail of ours was taken."""
    peer.read()
    before, started = len(peer.taken), time.monotonic()
    with daemon(folder, account, profile) as watched:
        emptied_at = _wait(watched, account, peer, before, wanted, started + timeout)
        watched.look()
    sent = peer.taken[before:]
    faults = _faults(sent, wanted, emptied=emptied_at is not None, folder=folder)
    ended = max([one["at"] for one in sent] + [emptied_at or time.monotonic()])
    began = watched.connected_at or started
    return Measured(
        mails=wanted.mails,
        seconds=ended - began,
        cpu_seconds=sum(watched.cpu.values()) - watched.start_up_cpu,
        start_up_seconds=began - started,
        peak_rss_mb=watched.peak / 1e6,
        children_rss_mb=watched.children_peak / 1e6,
        sent=len(sent),
        faults=faults,
    )


def _wait(watched: Watched, account: Account, peer: Peer, before: int, wanted: Wanted, end: float) -> float | None:
    """When INBOX was first seen empty; None where that, or the last mail of ours, did not come in time."""
    emptied_at: float | None = None
    looks = 0
    while time.monotonic() < end and watched.process.poll() is None:
        watched.look()
        news = peer.read()
        looks += 1
        enough = wanted.are_sent(peer.taken[before:])
        if emptied_at is None and (looks % 10 == 0 or enough) and _inbox(account) == 0:
            emptied_at = time.monotonic()
        if emptied_at is not None and enough and not news:
            return emptied_at
        time.sleep(0.02 if watched.connected_at is None else 0.2)
    return None


def _to_staff(mails: list[dict]) -> int:
    return sum(one["to"][0].endswith("@" + STAFF_DOMAIN) for one in mails)


def _inbox(account: Account) -> int:
    with IMAPClient(account.host, port=account.port, ssl=False) as client:
        client.login(account.user, account.password)
        return int(client.folder_status("INBOX", ["MESSAGES"])[b"MESSAGES"])


def _faults(sent: list[dict], wanted: Wanted, *, emptied: bool, folder: Path) -> tuple[str, ...]:
    """Speed counts only where the work was done: every mail of ours once, to whom it should go."""
    found = []
    to_staff = _to_staff(sent)
    to_customers = len(sent) - to_staff
    if not emptied:
        log = (folder / "daemon.log").read_text(encoding="utf-8", errors="replace").splitlines()
        found.append(f"the inbox was not emptied in time; the log ends: {' / '.join(log[-3:])}")
    if to_customers != wanted.acknowledgements:
        found.append(f"{to_customers} acknowledgements instead of {wanted.acknowledgements}")
    if to_staff < wanted.routed:
        found.append(f"{to_staff} mails to staff instead of {wanted.routed}")
    if any(times > 1 for times in Counter(one["message_id"] for one in sent).values()):
        found.append("a mail of ours was sent twice")
    return tuple(found)
