"""What is known of the daemon at one moment. No customer and no address is in it; mailboxes go by their names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

CLOCKS: Final = ("first_reply", "next_reply", "resolve")
IN_HAND: Final = ("open", "waiting")
OUTBOX_STATES: Final = ("ready", "held", "sending", "deferred", "unknown")  # those that are not the end of a mail
SENT: Final = "sent"
ATTEMPT_OUTCOMES: Final = (SENT, "later", "never", "unknown")
RELOADED: Final = "taken"
REFUSED: Final = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why a mailbox cannot be watched: a few words for everybody, and a sentence for the operator alone, which may name
    accounts and repeat what a server said.
    """

    word: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxState:
    """A folder that is watched: `inbox` of a mailbox, or its `junk` or `sent`.

    `looked_at` is its last good look, also of an earlier process; `failures` are those in a row, the first of them at
    `failing_since`, the last for the reason `fault`. `patience` is how long that may go on before it is a trouble.
    """

    mailbox: str
    folder: str = "inbox"
    patience: timedelta
    looked_at: datetime | None = None
    failures: int = 0
    failing_since: datetime | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """Mails of ours in one state of the outbox, and when the oldest of them was written."""

    mails: int
    oldest_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What the store counted, at `at`. Complaints are late by the clocks of those that are open and not answered or
    resolved in time; `late` is how many complaints that makes together.

    `outbox` is by state, `undecided` (mails begun and not decided yet), `quarantined` by mailbox, `looked_at` by host,
    login and folder. `mails_due_since` and `steps_due_since` are when what is due now was due first; None: nothing is.
    `steps_held`: none is taken, since the machine's clock cannot be right.
    """

    at: datetime
    complaints: Mapping[str, int] = field(default_factory=dict)
    late_by_clock: Mapping[str, int] = field(default_factory=dict)
    late: int = 0
    oldest_open_at: datetime | None = None
    outbox: Mapping[str, Waiting] = field(default_factory=dict)
    acknowledgements_held: int = 0
    mails_due_since: datetime | None = None
    steps_due: int = 0
    steps_due_since: datetime | None = None
    steps_held: bool = False
    quarantined: Mapping[str, int] = field(default_factory=dict)
    undecided: Mapping[str, int] = field(default_factory=dict)
    looked_at: Mapping[tuple[str, str, str], datetime] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallies:
    """What this process has counted since its start: mails by mailbox and outcome, attempts to send likewise, reloads
    of the rules by how they ended. `sent_at` is when a mail last went out.
    """

    received: Mapping[tuple[str, str], int] = field(default_factory=dict)
    attempts: Mapping[tuple[str, str], int] = field(default_factory=dict)
    reloads: Mapping[str, int] = field(default_factory=dict)
    sent_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """All of it. `figures` is None where the database does not answer; `silent` are loops without a sign of life.

    `not_sending` are the mailboxes through whose account nothing goes, and since when; `rules_refused`: the last try to
    read them anew failed, and older ones are in force. `memory` is in octets, without the children that read mails.
    """

    at: datetime
    version: str
    started_at: datetime
    mailboxes: tuple[MailboxState, ...]
    figures: Figures | None
    tallies: Tallies
    rules_loaded_at: datetime
    rules_refused: bool = False
    not_sending: Mapping[str, datetime] = field(default_factory=dict)
    silent: tuple[str, ...] = ()
    alarms: int = 0
    memory: int | None = None
