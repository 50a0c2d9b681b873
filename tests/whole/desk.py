"""A desk for whole tests: the real command as a process, a real IMAP server, and an SMTP peer that keeps each mail."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from mixed_texts import AUTHSERV_ID, SUPPORT
from servers.dovecot import Dovecot
from servers.smtp_peer import SmtpPeer
from vastine.demo.letters import Letter, answer_to

RULES = (Path(__file__).parent / "rules.yaml").read_text(encoding="utf-8")
ADMIN = "yllapito@pohjolanpyora.example"
HEAD = """\
rules = "rules.yaml"
database = "{database}"
admin = "{admin}"

[smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"

[authentication]
method = "authserv-id"
authserv_id = "{authserv_id}"

[limits]
acknowledgements_per_hour = 100000

[staff]
hold_replies = "0s"
"""
MAILBOX = """
[[mailbox]]
name = "{name}"
address = "{address}"
host = "127.0.0.1"
port = {port}
tls = "none"
user = "{user}"
password = "{password}"
poll = "1s"
start = "all"
"""
Shown = dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Desk:
    """`folder` is its own; `user` its mailbox in Dovecot. Processes that were started are ended by `close`."""

    folder: Path
    dovecot: Dovecot
    smtp: SmtpPeer
    user: str
    database: str = "sqlite:///vastine.db"
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def furnish(self, *, rules: str = RULES, more: str = "") -> "Desk":
        """Write the settings and the rules; `more` is appended to the settings."""
        head = HEAD.format(database=self.database, admin=ADMIN, smtp_port=self.smtp.port, authserv_id=AUTHSERV_ID)
        self.settings.write_text(head + self.mailbox("support", SUPPORT, self.user) + more, encoding="utf-8")
        (self.folder / "rules.yaml").write_text(rules, encoding="utf-8")
        return self

    def mailbox(self, name: str, address: str, user: str, *, port: int | None = None) -> str:
        password = self.dovecot.account(user).password
        return MAILBOX.format(name=name, address=address, user=user, password=password, port=port or self.dovecot.port)

    @property
    def settings(self) -> Path:
        return self.folder / "vastine.toml"

    # --- the command

    def run(self, *arguments: str, kill_at: str = "") -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            self._command(*arguments),
            env=_environment(kill_at),
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )

    def once(self, kill_at: str = "") -> int:
        """`run --once`; its exit code, -9 where it was killed."""
        return self.run("run", "--once", kill_at=kill_at).returncode

    def start(self, kill_at: str = "") -> subprocess.Popen[bytes]:
        """`run` in the background; its log is `daemon.log`."""
        with (self.folder / "daemon.log").open("ab") as log:
            process = subprocess.Popen(self._command("run"), env=_environment(kill_at), stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> int:
        process.send_signal(signal.SIGTERM)
        return process.wait(timeout=40)

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            process.wait()

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "vastine.cli", "--config", str(self.settings), *arguments]

    # --- the mails

    def deliver(self, raws: Iterable[bytes]) -> None:
        self.dovecot.deliver_many(self.user, raws)

    def inbox(self) -> list[bytes]:
        return self.dovecot.messages(self.user)

    def letters(self, *kinds: str) -> list[Letter]:
        """Mails of ours that the SMTP peer took, of these kinds or of all, in order."""
        found = [
            Letter(mail.envelope_from, to.lower(), mail.raw, datetime.now(UTC))
            for mail in tuple(self.smtp.received)
            for to in mail.recipients
        ]
        return [letter for letter in found if not kinds or letter.kind in kinds]

    def answer(self, letter: Letter, text: str) -> None:
        """The recipient replies from their own mail client."""
        name = letter.to.partition("@")[0]
        self.deliver([answer_to(letter, name=name.capitalize(), address=letter.to, text=text, language="fi")])

    # --- what an operator sees

    def ask(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def ledger(self) -> list[Shown]:
        return self.ask("ledger")

    def complaints(self) -> list[Shown]:
        return self.ask("list")

    def outbox(self) -> list[Shown]:
        return self.ask("outbox", "list")


def urgent(raw: bytes) -> bytes:
    """The same mail with the word in its subject that makes it urgent."""
    return raw.replace(b"\r\nSubject: ", b"\r\nSubject: KIIRE ", 1)


def until(true: Callable[[], Any], seconds: float = 30.0) -> Any:
    """What `true` gives as soon as that is truthy; the last it gave when the time is up."""
    end = time.monotonic() + seconds
    while not (found := true()) and time.monotonic() < end:
        time.sleep(0.1)
    return found


def _environment(kill_at: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"VASTINE_KILL_AT", "VASTINE_CONFIG"}}
    return {**kept, "VASTINE_KILL_AT": kill_at} if kill_at else kept
