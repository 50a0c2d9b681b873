"""A company, a complaint and a mail for the tests of compose."""

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from vastine.core.clock import Calendar
from vastine.core.complaint import Complaint
from vastine.core.compose import seal
from vastine.core.leak import SHORTEST_FACT
from vastine.core.mail import Address, Attachment, Mail
from vastine.core.outgoing import Draft, Outgoing

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 6, 24, 6, 40, tzinfo=UTC)  # a Wednesday, 9.40 in Helsinki
DUE = datetime(2026, 6, 24, 13, 0, tzinfo=UTC)  # 16.00 in Helsinki


@dataclass(frozen=True, kw_only=True)
class SomeMember:
    key: str
    name: str
    email: str
    languages: tuple[str, ...] = ()
    away: tuple[tuple[date, date], ...] = ()
    deputy: str | None = None


@dataclass(frozen=True, kw_only=True)
class SomeTeam:
    name: str
    signature: dict[str, str] = field(default_factory=dict)
    footer: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SomeReply:
    subject: str
    body: str


ANNA = SomeMember(key="anna", name="Anna Virtanen", email="anna@pohjolanpyora.example", languages=("fi", "sv"))
VILLE = SomeMember(
    key="ville",
    name="Ville Laine",
    email="ville@pohjolanpyora.example",
    away=((date(2026, 6, 22), date(2026, 7, 3)),),
    deputy="anna",
)


@dataclass(frozen=True, kw_only=True)
class SomePriority:
    name: str
    calendar: Calendar = field(default_factory=lambda: Calendar.always(HELSINKI))


@dataclass(frozen=True, kw_only=True)
class SomeDefaults:
    priority: str = "normal"


@dataclass(frozen=True, kw_only=True)
class SomeRulebook:
    company: str = "Pohjolan Pyörä Oy"
    timezone: ZoneInfo = HELSINKI
    languages: tuple[str, ...] = ("fi", "sv", "en")
    fallback: str = "en"
    staff: dict[str, SomeMember] = field(default_factory=lambda: {"anna": ANNA, "ville": VILLE})
    teams: dict[str, SomeTeam] = field(default_factory=lambda: {"billing": SomeTeam(name="billing")})
    priorities: tuple[SomePriority, ...] = tuple(
        SomePriority(name=name) for name in ("critical", "high", "normal", "low")
    )
    defaults: SomeDefaults = SomeDefaults()
    guides: dict[str, dict[str, str]] = field(default_factory=dict)
    replies: dict[str, dict[str, SomeReply]] = field(default_factory=dict)

    def name_of(self, key_or_address: str) -> str:
        return self.staff[key_or_address].name if key_or_address in self.staff else key_or_address

    def priority_or_usual(self, _: str | None) -> SomePriority:
        return self.priorities[0]


RULEBOOK: Any = SomeRulebook()

DECISION: dict[str, Any] = {
    "rules": [
        {
            "name": "payment trouble",
            "matched": True,
            "because": [
                "words: 'veloittaa kahdesti' ~ 'veloitettiin kahdesti' (body)",
                "subject: contains 'maksu' (subject)",
            ],
        },
        {"name": "newsletters", "matched": False, "because": ["no header List-Id"]},
    ],
    "found": {"order": ["TIL-123456"], "amount": ["149,90 €"]},
}

COMPLAINT = Complaint(
    reference="V-7F3K9",
    status="open",
    topic="payment",
    tags=(),
    priority="high",
    team="billing",
    assignee="anna",
    customer=Address(name="Matti Meikäläinen", address="matti@posti.example"),
    language="fi",
    subject="Maksu veloitettu kahdesti",
    mailbox="support",
    opened_at=NOW,
    promise=DUE,
    first_reply_since=NOW,
    resolve_since=NOW,
    clock_priority="high",
    first_reply_due=DUE,
    resolve_due=datetime(2026, 6, 29, 13, 0, tzinfo=UTC),
    authenticated=True,
    decision=DECISION,
)

MAIL = Mail(
    subject="Maksu veloitettu kahdesti",
    from_=(COMPLAINT.customer,),
    message_id="<kysymys@posti.example>",
    references=("<alku@posti.example>",),
    text="Hei,\nkortiltani veloitettiin tilaus TIL-123456 kahdesti.\n\n--- rivi\nMatti Meikäläinen\n",
    new_text="kortiltani veloitettiin kahdesti",
    attachments=(Attachment(filename="kuitti.pdf", content_type="application/pdf", size=84_000, content=b"%PDF-1"),),
)


class Counted:
    """Random octets that are the same in every run."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, length: int) -> bytes:
        self.count += 1
        return sha256(str(self.count).encode()).digest()[:length]


def sealed(draft: Draft, **changed: Any) -> Outgoing:
    settings: dict[str, Any] = {
        "address": "asiakaspalvelu@yritys.example",
        "company": "Pohjolan Pyörä Oy",
        "subaddress": "+",
        "envelope": "subaddress",
        "key": b"k" * 32,
        "random": Counted(),
        "now": NOW,
    }
    return seal(draft, **(settings | changed))


def complaint(**changed: Any) -> Complaint:
    return replace(COMPLAINT, **changed)


def facts_of(routed_text: str) -> tuple[str, ...]:
    """The lines of a routed mail that are not the customer's own words, for `leaks`."""
    lines = (line.strip() for line in routed_text.split("\n") if not line.startswith("|"))
    return tuple(line for line in lines if len(line) >= SHORTEST_FACT)
