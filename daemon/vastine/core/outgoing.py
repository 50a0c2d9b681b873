"""A mail of ours, first as people read it (`Draft`), then with its bytes fixed (`Outgoing`)."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from vastine.core.mail import Address, Attachment

State = Literal["ready", "held", "sending", "deferred", "unknown", "sent", "failed"]
CustomerKind = Literal["acknowledgement", "answer", "delay", "status", "closing", "survey"]
StaffKind = Literal[
    "routed",
    "follow_up",
    "reminder",
    "escalation",
    "confirmation",
    "returned",
    "undeliverable",
    "alert",
    "digest",
    "report",
]
GATHERED = "notices"  # what comes before the address in the party of a mail about several complaints
UNDONE = "undone by staff"  # how the attempts of an answer end that was taken back
CUSTOMER_KINDS: frozenset[str] = frozenset(CustomerKind.__args__)  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG that the HTML shows as `cid:` and its `content_id`, an addr-spec of its own in the world (RFC 2392)."""

    content_id: str
    filename: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a mail of ours says and to whom, before it has an id, tokens and bytes.

    `party` is who the recipient is to us, and what a token in the mail will be bound to: "customer:ADDRESS",
    "staff:KEY", "notice:ADDRESS" (management, admin: no token, replies are notes), or "notices:ADDRESS" (a mail about
    several complaints, whoever it goes to: a reply is a note, but each of `entries` has a token of its own).
    `auto_submitted` is the RFC 3834 section 5 keyword, None for what a person wrote.
    `headers` are further fields (X-Vastine-...), in order.
    """

    kind: str
    to: Address
    party: str
    reference: str | None
    mailbox: str
    language: str
    subject: str
    text: str
    html: str | None = None
    auto_submitted: Literal["auto-replied", "auto-generated"] | None
    headers: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()  # Message-IDs of what this answers, oldest first; the last is In-Reply-To
    attachments: tuple[Attachment, ...] = ()
    pictures: tuple[Picture, ...] = ()  # that the HTML shows
    not_before: datetime | None = None  # held until then
    entries: tuple[tuple[str, str], ...] = ()  # party and reference of each complaint of a digest that has links
    from_name: str | None = None  # the display name beside the mailbox's address

    @property
    def to_customer(self) -> bool:
        return self.kind in CUSTOMER_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedToken:
    """A token as it is stored: only its keyed hash, and what it lets its holder do (R29)."""

    hash: str
    purpose: Literal["c", "s", "b"]
    party: str
    reference: str | None
    message_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A mail of ours whose bytes and Message-ID are fixed (R18). `raw` has CRLF line ends."""

    draft: Draft
    message_id: str
    envelope_from: str
    raw: bytes = field(repr=False)
    tokens: tuple[IssuedToken, ...]
    created_at: datetime
