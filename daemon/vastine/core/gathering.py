"""When the ladder's notices go: at once, after somebody's quiet hours, or many of them together as one digest.

A notice that waits is a `Gathered`; it is recorded with the steps that it tells of, and made a mail of when its time
has come, by what is then still so.
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
"""So many mails of the ladder one person gets within STORM_WITHIN; more of them become a digest."""

STORM_WITHIN: Final = timedelta(minutes=5)

Because = Literal["quiet", "seen", "storm"]


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
    """What one address got of the ladder within STORM_WITHIN: how many mails, the last digest, and a storm's digest
    that waits.
    """

    mails: int = 0
    digest_at: datetime | None = None
    waiting_until: datetime | None = None


def put_off(
    notices: Sequence[Notice], recent: Mapping[str, Recent], book: Rulebook, now: datetime
) -> tuple[tuple[Notice, Gathered | None], ...]:
    """Each notice with how it waits, or None where it goes at once. `recent` is by address, in lower case."""
    quiet = [notice.not_before or quiet_until(notice.recipient, notice.priority, book, now) for notice in notices]
    awake = Counter(address_of(n.recipient) for n, until in zip(notices, quiet, strict=True) if until is None)
    found: list[tuple[Notice, Gathered | None]] = []
    for notice, until in zip(notices, quiet, strict=True):
        address = address_of(notice.recipient)
        storm = None if until else _storm(awake[address], recent.get(address) or Recent(), now)
        if storm is not None and storm > now and notice.priority in book.quiet.urgent:
            storm = None
        due = until or storm
        because: Because = "seen" if notice.not_before else "quiet" if until else "storm"
        found.append((notice, _gathered(notice, due, because, now) if due else None))
    return tuple(found)


def quiet_until(recipient: Recipient, priority: str, book: Rulebook, now: datetime) -> datetime | None:
    """When the quiet hours end that somebody is in; None where a notice about that priority may go."""
    hours = book.quiet.hours if isinstance(recipient, Address) else recipient.quiet
    return hours.closes_at(now) if hours is not None and priority not in book.quiet.urgent else None


def still_tells(notice: Gathered, complaint: Complaint | None, now: datetime) -> bool:
    """Whether what a notice was about is still so: nobody has answered, resolved or acknowledged it since, and its
    clock has not begun anew.
    """
    if complaint is None or is_paused(complaint, now):
        return False
    if not notice.steps:
        return complaint.status == "waiting"
    return any(
        is_running(step.clock, complaint) and step.run == run_of(complaint, step.written) for step in notice.steps
    )


def together(notices: Iterable[Gathered]) -> tuple[Passed, ...]:
    """The steps that several notices about one complaint tell of, each once."""
    return tuple(dict.fromkeys(step for notice in notices for step in notice.steps))


def _storm(count: int, recent: Recent, now: datetime) -> datetime | None:
    """When the digest goes that a notice to somebody becomes part of; None where it goes by itself.

    Many at once make a digest at once. Where they come one by one it waits for others, and no two digests follow each
    other closely.
    """
    if recent.waiting_until is not None:
        return max(recent.waiting_until, now)
    if recent.digest_at is not None:
        return max(recent.digest_at + STORM_WITHIN, now)
    if count > MOST_SINGLE:
        return now
    return now + STORM_WITHIN if recent.mails + count > MOST_SINGLE else None


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
