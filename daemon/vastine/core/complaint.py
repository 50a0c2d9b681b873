"""A complaint and what happened to it, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from vastine.core.mail import Address

Status = Literal["open", "waiting", "resolved", "merged", "spam"]
Trust = Literal["verified", "token", "inferred", "unverified", "system"]
Clock = Literal["first_reply", "next_reply", "resolve"]

CLOCKS: Final[tuple[Clock, ...]] = ("first_reply", "next_reply", "resolve")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """A time that was waited for the customer, and the clocks that stood meanwhile: not all of them where two
    complaints were merged, since each clock goes on as it ran in its own.
    """

    since: datetime
    until: datetime
    clocks: tuple[Clock, ...] = CLOCKS


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """One customer's matter. All times are aware and in UTC.

    `assignee` is a key of `staff`, or None where nobody has it. `promise` is the time that the customer was told.
    Where waiting for the customer has moved it, it counts until `promise_moved_to`. Each clock runs from its `_since`
    to its `_due`; `clock_run` says for which time the first two run, `next_reply_run` that of the answer to a further
    mail, which ends at `next_replied_at`, and `clock_priority` by which priority's calendar they all do. `to_named_day`
    are the clocks that run to a day which a customer's mail named, `taken_over` those that run as they came of a merge,
    and not from their start by that priority.
    While the complaint waits for the customer (`waiting_since`), its assignee is reminded at
    `remind_at`; until `paused_until` its ladder rests, but for steps that tell the customer. In this run of the clocks,
    `waits` are the times that it waited, and `renewed_at` is when the promise was renewed.
    `thread` holds the Message-IDs that an answer to the customer's last mail refers to, oldest first.
    `chased_at` is when the customer last asked where the answer stays, as far as that raised the priority.
    `undeliverable`: a mail of ours to the customer failed for good, and nothing got through or came from them since.
    `decision` is what the rules concluded, with reasons, in the shape of `explain --json`; `rules_hash` says by
    which version of the rules. `survey` is the scale on which the customer was asked, "none" where they are
    not to be; `rating` is their answer. `version` is the row's as it was read: a change is recorded only upon that one.
    """

    reference: str
    status: Status
    topic: str
    tags: tuple[str, ...]
    priority: str
    team: str
    assignee: str | None
    customer: Address
    language: str
    subject: str
    mailbox: str
    opened_at: datetime
    promise: datetime | None
    promise_moved_to: datetime | None = None
    clock_run: int = 1
    clock_priority: str
    first_reply_since: datetime
    first_reply_due: datetime | None
    first_replied_at: datetime | None = None
    resolve_since: datetime
    resolve_due: datetime | None
    resolved_at: datetime | None = None
    next_reply_since: datetime | None = None
    next_reply_run: int = 0
    next_reply_due: datetime | None = None
    next_replied_at: datetime | None = None
    renewed_at: datetime | None = None
    to_named_day: tuple[Clock, ...] = ()
    taken_over: tuple[Clock, ...] = ()
    waits: tuple[Wait, ...] = ()
    waiting_since: datetime | None = None
    remind_at: datetime | None = None
    paused_until: datetime | None = None
    next_step_at: datetime | None = None
    chased_at: datetime | None = None
    undeliverable: bool = False
    merged_into: str | None = None
    authenticated: bool = False
    thread: tuple[str, ...] = ()
    rules_hash: str = ""
    decision: dict[str, Any]
    survey: Literal["csat", "nps", "none"] | None = None
    rating: int | None = None
    version: int = 1

    def due(self, clock: Clock) -> datetime | None:
        """When that clock runs out; None where it does not run. Until the first reply no other answer is due."""
        if clock == "first_reply":
            return self.first_reply_due if self.first_replied_at is None else None
        if clock == "resolve":
            return self.resolve_due if self.resolved_at is None else None
        return self.next_reply_due if self.first_replied_at is not None and self.next_replied_at is None else None

    def since(self, clock: Clock) -> datetime:
        """From when that clock runs, or would, had the customer written again."""
        if clock == "first_reply":
            return self.first_reply_since
        return self.next_reply_since or self.resolve_since if clock == "next_reply" else self.resolve_since

    @property
    def reply_clock(self) -> Clock:
        """The clock of the answer that the customer waits for next: the first one, or one to a further mail."""
        return "first_reply" if self.first_replied_at is None else "next_reply"

    @property
    def reply_due(self) -> datetime | None:
        """By when the customer is to have that answer; None where none is due."""
        return self.due(self.reply_clock)

    @property
    def until(self) -> datetime | None:
        """The next time by which something is due: an answer, or the resolution; None where nothing is."""
        return min(filter(None, (self.reply_due, self.due("resolve"))), default=None)

    @property
    def promised_until(self) -> datetime | None:
        """Until when the promise can be kept: what the customer was told, and what was waited for them since then."""
        return self.promise_moved_to or self.promise


def is_late(complaint: Complaint, now: datetime) -> bool:
    """Whether a time that still counts is over; while we wait for the customer none does."""
    if complaint.status != "open":
        return False
    return complaint.until is not None and complaint.until < now


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One line of a complaint's history. `actor` is a key of `staff`, a customer's address, or "vastine"."""

    reference: str
    at: datetime
    actor: str
    kind: str
    trust: Trust
    detail: dict[str, Any]


def own_event(reference: str, kind: str, detail: dict[str, Any], now: datetime) -> Event:
    """What Vastine does by itself, with nobody's mail behind it."""
    return Event(reference=reference, at=now, actor="vastine", kind=kind, trust="system", detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken:
    """One escalation that was taken: `at` as the rules write it, for that run of the complaint's clock."""

    reference: str
    clock_run: int
    at: str
    taken_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAsked:
    """The customer of a complaint was asked, on that scale."""

    reference: str
    kind: Literal["csat", "nps"]
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyAnswered:
    """The customer gave a number, in place of any before; `comment` is what they wrote besides."""

    reference: str
    score: int
    comment: str
    answered_at: datetime
