"""The company of the demo: its settings, its rules in quickened time, and the real command as a process."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vastine.demo.letters import AUTHSERV_ID
from vastine.demo.quickened import find_rules, quickened

SUPPORT = "asiakaspalvelu@pohjolanpyora.example"
ADMIN = "yllapito@pohjolanpyora.example"

SETTINGS = """\
rules = "rules.yaml"
database = "sqlite:///vastine.db"
admin = "{admin}"

[[mailbox]]
name = "support"
address = "{support}"
host = "127.0.0.1"
port = {imap_port}
tls = "none"
user = "{user}"
password = "{password}"
language = "fi"
poll = "1s"
start = "all"

[smtp]
host = "127.0.0.1"
port = {smtp_port}
tls = "none"

[authentication]
method = "authserv-id"
authserv_id = "{authserv_id}"

[staff]
hold_replies = "1s"
"""


class DaemonStoppedError(RuntimeError):
    """The daemon ended although nobody told it to; its log says why."""


@dataclass(slots=True)
class Desk:
    """One folder with everything in it, and the commands that an operator would type."""

    folder: Path
    daemon: subprocess.Popen[bytes] | None = None

    @classmethod
    def furnish(cls, folder: Path, *, imap_port: int, smtp_port: int, user: str, password: str) -> "Desk":
        """Write `vastine.toml` and `rules.yaml` into the folder; what an earlier demo left there goes."""
        if (folder / "vastine.toml").is_file():
            shutil.rmtree(folder)
        settings = SETTINGS.format(
            admin=ADMIN,
            support=SUPPORT,
            imap_port=imap_port,
            smtp_port=smtp_port,
            user=user,
            password=password,
            authserv_id=AUTHSERV_ID,
        )
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "vastine.toml").write_text(settings, encoding="utf-8")
        rules = quickened(find_rules().read_text(encoding="utf-8"))
        (folder / "rules.yaml").write_text(rules, encoding="utf-8")
        return cls(folder=folder)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "vastine.cli", "--config", str(self.folder / "vastine.toml"), *arguments]

    def start(self) -> None:
        """`vastine run`, its log beside the database."""
        with (self.folder / "daemon.log").open("wb") as log:
            self.daemon = subprocess.Popen(self._command("run"), stdout=log, stderr=log, env=os.environ)  # noqa: S603 - our own command

    def is_ready(self) -> bool:
        """Whether the daemon has said in its log that it watches the mailbox."""
        return b"code=ready" in (self.folder / "daemon.log").read_bytes()

    def ensure_running(self) -> None:
        """Raises DaemonStoppedError with the last lines of the log."""
        if self.daemon is not None and self.daemon.poll() is not None:
            log = (self.folder / "daemon.log").read_text(encoding="utf-8", errors="replace")
            raise DaemonStoppedError(f"the daemon ended with {self.daemon.returncode}:\n{log[-2000:]}")

    def stop(self) -> int:
        """SIGTERM, as an operator stops a daemon; what it exited with, or -9 where it had to be killed."""
        daemon, self.daemon = self.daemon, None
        if daemon is None:
            return 0
        if daemon.poll() is None:
            daemon.send_signal(signal.SIGTERM)
        try:
            return daemon.wait(timeout=20)
        except subprocess.TimeoutExpired:
            daemon.kill()
            return daemon.wait()

    def ask(self, *arguments: str) -> Any:
        """What a command prints with `--json`. Raises RuntimeError with what it complained about."""
        done = subprocess.run(self._command(*arguments, "--json"), capture_output=True, timeout=60, check=False)  # noqa: S603 - our own command
        if done.returncode != 0:
            raise RuntimeError(f"vastine {' '.join(arguments)}: {done.stderr.decode(errors='replace').strip()}")
        return json.loads(done.stdout)

    def say(self, *arguments: str) -> str:
        """What a command prints for people."""
        done = subprocess.run(self._command(*arguments), capture_output=True, timeout=60, check=False)  # noqa: S603 - our own command
        return done.stdout.decode(errors="replace")


def wait_for(true: Callable[[], bool], *, desk: Desk, seconds: float) -> bool:
    """Whether it came true in that time. Looks five times a second, and at the daemon too."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        desk.ensure_running()
        time.sleep(0.2)
    return true()
