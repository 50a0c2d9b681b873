"""The outside world of the demo: what is delivered to the inbox, what our mails did on their way, all kept as files."""

import hashlib
import queue
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from vastine.demo.letters import COMPANY_DOMAIN, Letter


@dataclass(frozen=True, slots=True)
class Delivered:
    """A mail that was put into the support inbox, and the SHA-256 of its octets."""

    name: str
    raw: bytes
    sha256: str


@dataclass(slots=True, kw_only=True)
class Post:
    """`append` puts octets into the support inbox; `support` is its address without the domain.

    `take` is called by the SMTP server's thread; `arrivals` gives its mails to the thread of the story.
    """

    folder: Path
    support: str
    append: Callable[[bytes], None]
    delivered: list[Delivered] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    _waiting: "queue.SimpleQueue[tuple[str, list[str], bytes]]" = field(default_factory=queue.SimpleQueue)

    def __post_init__(self) -> None:
        for name in ("inbox", "customers", "staff"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
            for old in (self.folder / name).glob("*.eml"):
                old.unlink()

    def deliver(self, name: str, raw: bytes) -> None:
        """Into the inbox, as the company's own mail exchanger does."""
        self.append(raw)
        self.delivered.append(Delivered(name, raw, hashlib.sha256(raw).hexdigest()))
        (self.folder / "inbox" / f"{len(self.delivered):02}-{_safe(name)}.eml").write_bytes(raw)

    def take(self, sender: str, recipients: list[str], raw: bytes) -> None:
        """A mail of ours that the SMTP server has accepted."""
        self._waiting.put((sender, recipients, raw))

    def arrivals(self) -> list[Letter]:
        """Those that came since the last call, each kept as a file; what is addressed to the desk goes to its inbox."""
        found: list[Letter] = []
        while not self._waiting.empty():
            sender, recipients, raw = self._waiting.get()
            found += [Letter(sender, to.lower(), raw, datetime.now(UTC)) for to in recipients]
        for letter in found:
            self.letters.append(letter)
            side = "staff" if letter.to.endswith("@" + COMPANY_DOMAIN) else "customers"
            name = f"{len(self.letters):03}-{letter.kind or 'mail'}-{letter.to.partition('@')[0]}"
            (self.folder / side / f"{_safe(name)}.eml").write_bytes(letter.raw)
            if letter.to.startswith(self.support):
                self.deliver("looped", letter.raw)
        return found

    def of_kind(self, *kinds: str) -> list[Letter]:
        return [letter for letter in self.letters if letter.kind in kinds]


def _safe(name: str) -> str:
    return re.sub(r"[^\w.+-]", "_", name)[:80].removesuffix(".eml")
