"""When the ladder's notices go: at once, after quiet hours or a pause (`#ok`), or many of them together as one mail.

A notice that waits is a `Gathered`; it is recorded with the steps that it tells of, and made a mail of when its time
has come, by what is then still so. One that joins a mail of this very look waits too, for no time at all.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from vastine.core.complaint import Complaint
from vastine.core.ladder import Clock, is_paused, is_running, run_of
from vastine.core.mail import Address
from vastine.core.recipients import Recipient, address_of
from vastine.core.rules import Rulebook

MOST_SINGLE: Final = 5
"""So many mails of the ladder one person gets within STORM_WITHIN; more of them become one mail."""

STORM_WITHIN: Final = timedelta(minutes=5)

Because = Literal["quiet", "seen", "storm"]
"""Why a notice waits: for the end of quiet hours, of a pause since a member has seen it (`#ok`), or for a digest."""

Moot = Literal["settled", "acknowledged", "waiting", "customer_wrote", "answered", "clock_anew", "erased"]
"""Why a notice that waited tells nothing any more. Only of what is `settled` there is nothing left to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A step that a notice tells of: as it is recorded, the clock that it lies on, and which run of it that is."""

    written: str
    clock: Clock
    run: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What the ladder has to tell one person about one complaint. Without `steps`: its customer has not written.

    `as_assignee`: they are told for no other reason than that they have the complaint. Where a member has seen it, it
    waits until `not_before`.
    """

    reference: str
    priority: str
    recipient: Recipient
    kind: Literal["reminder", "escalation"]
    steps: tuple[Passed, ...]
    as_assignee: bool = False
    not_before: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """A notice that waits until `due_at`. `member` is a key of `staff`, None for a plain address. One to somebody
    `as_assignee` goes to whoever has the complaint then.
    """

    id: int | None = None
    reference: str
    member: str | None
    address: str
    kind: Literal["reminder", "escalation"]
    steps: tuple[Passed, ...]
    as_assignee: bool = False
    because: Because
    created_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Recent:
    """What one address got of the ladder within STORM_WITHIN: how many mails, the first of them, the last that was
    about several complaints; when the next such goes; and the complaints of which notices wait for it.
    """

    mails: int = 0
    first_at: datetime | None = None
    digest_at: datetime | None = None
    waiting_until: datetime | None = None
    waiting: frozenset[str] = frozenset()


def put_off(
    notices: Sequence[Notice], recent: Mapping[str, Recent], book: Rulebook, now: datetime
) -> tuple[tuple[Notice, Gathered | None], ...]:
    """Each notice with how it waits, or None where it goes at once by itself. `recent` is by address, in lower case."""
    quiet = [notice.not_before or quiet_until(notice.recipient, notice.priority, book, now) for notice in notices]
    awake = Counter(address_of(n.recipient) for n, until in zip(notices, quiet, strict=True) if until is None)
    found: list[tuple[Notice, Gathered | None]] = []
    for notice, until in zip(notices, quiet, strict=True):
        address = address_of(notice.recipient)
        due = until or _joins(notice, awake[address], recent.get(address) or Recent(), book, now)
        because: Because = "seen" if notice.not_before else "quiet" if until else "storm"
        found.append((notice, _gathered(notice, due, because, now) if due else None))
    return tuple(found)


def quiet_until(recipient: Recipient, priority: str, book: Rulebook, now: datetime) -> datetime | None:
    """When the quiet hours end that somebody is in; None where a notice about that priority may go."""
    hours = book.quiet.hours if isinstance(recipient, Address) else recipient.quiet
    return hours.closes_at(now) if hours is not None and priority not in book.quiet.urgent else None


def why_moot(notice: Gathered, complaint: Complaint | None, now: datetime) -> Moot | None:
    """Why what a notice was about is so no more; None where it still is."""
    if complaint is None:
        return "erased"
    if complaint.status in ("resolved", "merged", "spam"):
        return "settled"
    if is_paused(complaint, now):
        return "acknowledged"
    if not notice.steps:
        return None if complaint.status == "waiting" else "customer_wrote"
    if complaint.status == "waiting":
        return "waiting"
    same_run = [step for step in notice.steps if step.run == run_of(complaint, step.written)]
    if any(is_running(step.clock, complaint) for step in same_run):
        return None
    if not same_run:
        return "clock_anew"
    return "settled" if complaint.reply_due is None else "answered"  # the customer has written again since


def together(notices: Iterable[Gathered]) -> tuple[Passed, ...]:
    """The steps that several notices about one complaint tell of, each once."""
    return tuple(dict.fromkeys(step for notice in notices for step in notice.steps))


def _joins(notice: Notice, count: int, recent: Recent, book: Rulebook, now: datetime) -> datetime | None:
    """When the mail goes that a notice to somebody becomes part of; None where it goes by itself.

    What presses waits for no later mail, but many at once are one mail all the same. One about a complaint of which
    an older one waits takes that along, so that it is not told of afterwards.
    """
    at = _storm(count, recent, now)
    if at is None:
        return now if notice.reference in recent.waiting else None
    return now if _presses(notice, book) else at


def _presses(notice: Notice, book: Rulebook) -> bool:
    """The most urgent priorities, and what somebody has asked to be reminded of (`#wait`)."""
    return notice.priority in book.quiet.urgent or not notice.steps


def _storm(count: int, recent: Recent, now: datetime) -> datetime | None:
    """When the next mail about several goes to somebody of whom `count` notices want to go now; None: by themselves.

    Many at once make one at once. Where they come one by one it goes as soon as another mail may, and no two such mails
    follow each other closely.
    """
    if recent.waiting_until is not None:
        return max(recent.waiting_until, now)
    if recent.digest_at is not None:
        return max(recent.digest_at + STORM_WITHIN, now)
    if count > MOST_SINGLE:
        return now
    if recent.first_at is None or recent.mails + count <= MOST_SINGLE:
        return None
    return max(recent.first_at + STORM_WITHIN, now)


def _gathered(notice: Notice, due: datetime, because: Because, now: datetime) -> Gathered:
    recipient = notice.recipient
    return Gathered(
        reference=notice.reference,
        member=None if isinstance(recipient, Address) else recipient.key,
        address=address_of(recipient),
        kind=notice.kind,
        steps=notice.steps,
        as_assignee=notice.as_assignee,
        because=because,
        created_at=now,
        due_at=due,
    )
