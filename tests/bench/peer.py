"""The SMTP server that takes the mails: a process of its own, so that it shares no interpreter with the measured."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]


@dataclass(slots=True)
class Peer:
    """`read()` gives the mails taken since the last look; `at` is of the system-wide monotonic clock."""

    port: int
    file: Path
    offset: int = 0
    rest: bytes = b""
    taken: list[dict[str, Any]] = field(default_factory=list)

    def read(self) -> list[dict[str, Any]]:
        if not self.file.exists():
            return []
        with self.file.open("rb") as stream:
            stream.seek(self.offset)
            data = stream.read()
        self.offset += len(data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        found = [json.loads(line) for line in lines]
        self.taken += found
        return found


@contextmanager
def smtp_peer(folder: Path) -> Iterator[Peer]:
    folder.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "servers.smtp_peer", "--port", "0", "--out", str(folder)]
    process = subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Peer(port=int(process.stdout.readline()), file=folder / "received.jsonl")
    finally:
        process.terminate()
        process.wait(timeout=20)
        process.stdout.close()
