"""The settings as the rest of the program sees them: frozen, complete, every path absolute, secrets never shown."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal

from vastine.core.authentication import Policy
from vastine.edges.imap import ImapAccount
from vastine.edges.smtp import SmtpAccount


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Something wrong in the settings: at a line where the file cannot be read, else at a setting's place."""

    file: str
    message: str
    line: int | None = None
    place: str = ""

    def __str__(self) -> str:
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (where, self.place, self.message) if part)


class SettingsError(Exception):
    """The settings cannot be used; `problems` holds everything that is wrong with them."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySource:
    """Where the key is that tokens are hashed with; `may_be_made`: a missing one is made on first start."""

    path: Path
    may_be_made: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Caps on what goes out by itself and what comes in; `mail_size` is in octets."""

    acknowledgements_per_sender_per_day: int
    acknowledgements_per_hour: int
    mail_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """An IP address of this machine, without brackets, and a port."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxSettings:
    """One support mailbox: where its mail comes in, how its mails go out. Addresses are in lower case.

    `done` and `quarantine` are folders with `/` between their levels, "" leaves a mail where it is.
    """

    name: str
    address: str
    aliases: tuple[str, ...]
    language: str | None
    imap: ImapAccount
    smtp: SmtpAccount
    policy: Policy
    poll: timedelta
    idle: bool
    start: Literal["now", "all"]
    folder: str
    done: str
    quarantine: str
    sent: str
    junk: str
    envelope: Literal["subaddress", "address"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of `vastine.toml`. `database` is an SQLAlchemy URL; `path` is the file that was read."""

    path: Path
    rules: Path
    database: str = field(repr=False)  # may hold a password
    reload_on_change: bool
    mode: Literal["live", "shadow"]
    admin: str | None
    mailboxes: tuple[MailboxSettings, ...]
    subaddress: str
    key: KeySource
    limits: Limits
    hold_replies: timedelta
    metrics: Listen | None  # None: nobody is told over HTTP how the daemon is
    warnings: tuple[Problem, ...] = ()
