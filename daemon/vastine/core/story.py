"""What follows from one mail or one tick, as one value that is recorded in one transaction, or only explained."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from vastine.core.complaint import Complaint, Event, StepTaken, SurveyAnswered, SurveyAsked
from vastine.core.kind import Finding
from vastine.core.mail import Mail
from vastine.core.outgoing import Draft, Outgoing

if TYPE_CHECKING:  # the reader child knows stories, and should not have to load the rules for them
    from vastine.core.gathering import Gathered
    from vastine.core.rules import Decision

Outcome = Literal[
    "complaint",
    "follow_up",
    "staff_reply",
    "survey",
    "duplicate",
    "ignored",
    "auto_reply",
    "bounce",
    "receipt",
    "bulk",
    "own",
    "before_start",
    "quarantined",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One appearance of a mail in a mailbox, as the ledger has it.

    `folder` is "" for its inbox, else what the folder is to it: "sent", "junk", "done" or "quarantine". `id` is the
    ledger row. `tries` counts how often it was begun, this time included. `outcome` is None until it is decided.
    `arrived_at` is when its clocks start. `content_key`, once it was read, is the same for every copy of the mail.
    """

    id: int
    mailbox: str
    uidvalidity: int
    uid: int
    sha256: str
    tries: int
    outcome: str | None
    arrived_at: datetime
    raw: bytes = field(repr=False)
    folder: str = ""
    truncated: bool = False
    content_key: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A mail that would go, and why it does not where `suppressed` has a reason.

    `problems` say what was wrong with the company's own text, where the built-in one stands in for it (F20).
    """

    draft: Draft
    suppressed: str | None = None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Everything that follows from one mail (`delivery`) or one tick (no delivery).

    `complaint` is the complaint's state afterwards; `opens` says that it is new. `others` are further complaints that
    change with it, or that it rests upon unchanged: nobody may have changed those meanwhile either. `mails` are the
    letters that go, sealed. `sender_kind` says in `show` who wrote the incoming mail. For the measures, `asks` says of
    a customer's mail that it waits for an answer, `words` are the different words of the mail that opens a complaint.
    """

    delivery: Delivery | None = None
    mail: Mail | None = None
    finding: Finding | None = None
    outcome: Outcome | None = None
    reason: str = ""
    reference: str | None = None
    complaint: Complaint | None = None
    opens: bool = False
    others: tuple[Complaint, ...] = ()
    sender_kind: Literal["customer", "staff"] | None = None
    asks: bool = False
    words: tuple[str, ...] = ()
    events: tuple[Event, ...] = ()
    letters: tuple[Letter, ...] = ()
    mails: tuple[Outgoing, ...] = ()
    steps: tuple[StepTaken, ...] = ()
    gathered: "tuple[Gathered, ...]" = ()  # notices of the ladder that wait
    told: tuple[int, ...] = ()  # ids of such that waited, and of which mails are made here
    in_turn: bool = False  # the assignee was chosen among the team, whose next one is another's
    withdrawn: tuple[str, ...] = ()  # Message-IDs of answers of ours that are still held, and never go
    hand_over: bool = False  # who has it now gets the customer's last mail ...
    show_to: str | None = None  # ... or this member alone, who wants to see it
    survey: SurveyAsked | SurveyAnswered | None = None
    no_surveys: str | None = None  # this address is never asked again
    revoked_party: str | None = None  # this party's tokens for the complaint end here
    bounced: str | None = None  # the Message-ID of a mail of ours that did not arrive
    lost_customer: str | None = None  # an address that mail of ours does not reach ...
    lost_member: str | None = None  # ... or a member's
    reached: str | None = None  # an address that mail came from, so that it is worth writing to again
    language: str | None = None
    rules: tuple[dict[str, Any], ...] = ()
    decision: "Decision | None" = None  # what the rules concluded, where they saw the mail

    @property
    def problems(self) -> tuple[str, ...]:
        """What was wrong with the company's own texts."""
        return tuple(problem for letter in self.letters for problem in letter.problems)
