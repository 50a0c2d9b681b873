"""A small company for the tests of the flows: its office, the mails that come, and what it knows after earlier ones."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any

from vastine.core.authentication import Policy
from vastine.core.complaint import Complaint
from vastine.core.desk import Desk, Grant, Seen
from vastine.core.mail import Mail
from vastine.core.office import Mailbox, Office
from vastine.core.outgoing import Outgoing
from vastine.core.parse import parse
from vastine.core.reading import Read, Reading
from vastine.core.rules import Rulebook, load
from vastine.core.story import Delivery, Letter, Story
from vastine.flows.conclude import conclude
from vastine.flows.tying import tied

NOW = datetime(2026, 6, 24, 9, 0, tzinfo=UTC)  # a Wednesday, noon in Helsinki
SUPPORT = "tuki@yritys.example"
ADMIN = "yllapito@yritys.example"
MATTI = "Matti Meikäläinen <matti@posti.example>"
ANNA = "Anna Virtanen <anna@yritys.example>"
NOBODY = b"Subject: Apua\r\nTo: tuki@yritys.example\r\n\r\nPyora on rikki.\r\n"  # a mail without a sender
PASSED = "mx.yritys.example; dmarc=pass header.from=posti.example"
CHECKED = Policy(method="authserv-id", authserv_id="mx.yritys.example")

# Rules look at subjects only: the dictionaries of word forms take seconds to read.
RULES = """\
version: 1
company: Yritys Oy
timezone: Europe/Helsinki
languages: [fi, sv, en]
fallback: en
calendars:
  office: {hours: {mon-fri: "08:00-16:00"}}
priorities:
  critical: {first_reply: 1h, resolve: 8h, calendar: always}
  high: {first_reply: 4h, resolve: 2d, calendar: office}
  normal: {first_reply: 1d, resolve: 5d, calendar: office}
staff:
  anna: {name: Anna Virtanen, email: anna@yritys.example, languages: [fi, sv]}
  ville: {name: Ville Laine, email: ville@yritys.example, away: ["2026-06-22..2026-07-03"], deputy: anna}
  maija: {name: Maija Koski, email: maija@yritys.example}
  olli: {name: Olli Yksin, email: olli@yritys.example, away: ["2026-06-22..2026-07-03"]}
teams:
  support: {members: [anna], lead: maija, assign: least_busy}
  billing: {members: [ville], lead: maija, assign: least_busy}
  night: {members: [olli], lead: maija, assign: nobody}
defaults: {topic: other, priority: normal, team: support}
management: [johtaja@yritys.example]
rules:
  - {name: urgent, when: {subject: kiire}, then: {priority: critical}}
  - {name: payment, when: {subject: lasku}, then: {topic: payment, team: billing}}
  - {name: night, when: {subject: varjo}, then: {team: night}}
  - {name: worse, when: {subject: vaara}, then: {raise: 1, tags: [danger], tell: [lead]}}
  - {name: silent, when: {subject: hiljaa}, then: {reply: none}}
  - {name: junk, when: {subject: roska}, then: {spam: true, tell: [lead]}}
  - {name: adverts, when: {subject: mainos}, then: {ignore: true}}
  - {name: form, when: {from: lomake@yritys.example}, then: {customer_is: reply_to}}
  - {name: orders, when: {from: tilaukset@kauppa.example}, then: {topic: order}}
  - {name: away, when: {subject: poissa}, then: {assign: ville}}
escalations:
  - {at: 50% of first_reply, tell: [assignee]}
  - {at: first_reply - 1h, tell_customer: delay}
  - {at: first_reply, tell: [lead], raise: 1}
  - {at: first_reply + 4h, tell: [lead, management], assign: lead}
  - {at: resolve, tell: [management]}
"""


class Octets:
    """Random octets that are the same in every run; another `seed` gives others, for a second office on one store."""

    def __init__(self, seed: str = "") -> None:
        self.seed, self.count = seed, 0

    def __call__(self, length: int) -> bytes:
        self.count += 1
        return sha256(f"{self.seed}{self.count}".encode()).digest()[:length]


@cache
def book(rules: str = RULES) -> Rulebook:
    return load(rules)


def rules(*changes: tuple[str, str]) -> Rulebook:
    """The rulebook with pieces of its text replaced; each must be there."""
    text = RULES
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return book(text)


def office(*, policy: Policy | None = None, language: str | None = None, **changed: Any) -> Office:
    """`policy` and `language` are the mailbox's; the rest are fields of the Office."""
    mailbox = Mailbox(name="support", address=SUPPORT, language=language, policy=policy or Policy())
    fields: dict[str, Any] = {
        "rulebook": book(),
        "mailboxes": {"support": mailbox},
        "key": b"k" * 32,
        "random": Octets(),
        "admin": ADMIN,
    }
    return Office(**(fields | changed))


class Stumbling(Office):
    """An office that fails over every mail about a certain subject, at whatever it would do with it."""

    def sealed(self, story: Story, now: datetime) -> Story:
        if story.mail is not None and story.mail.subject == "Myrkky" and story.outcome != "quarantined":
            raise ValueError("this mail cannot be decided")
        return super().sealed(story, now)


def stumbling_as(usual: Office) -> Office:
    """The same office, but a stumbling one."""
    fields = ("rulebook", "mailboxes", "key", "random", "admin")
    return Stumbling(**{name: getattr(usual, name) for name in fields})


# --- mails that come


def raw_mail(text: str = "Pyörä on rikki.", **fields: str) -> bytes:
    """A mail from Matti to us; `fields` are header fields, with `_` for `-`, and "" leaves one out."""
    usual = {"from": MATTI, "to": SUPPORT, "subject": "Pyörä", "message_id": "<kysymys@posti.example>"}
    head = "".join(
        f"{name.replace('_', '-').title()}: {value}\r\n" for name, value in (usual | fields).items() if value != ""
    )
    kind = "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n"
    if "content_type" in fields:
        kind = "MIME-Version: 1.0\r\n"
    return f"{head}{kind}\r\n{text}\r\n".replace("\n", "\r\n").replace("\r\r\n", "\r\n").encode()


def in_other_box(raw: bytes) -> bytes:
    """The same mail as another mailbox of ours got it: its transport fields differ."""
    received = "by mx2.yritys.example; Wed, 24 Jun 2026 12:00:01 +0300"
    return f"Delivered-To: laskut@yritys.example\r\nReceived: {received}\r\n".encode() + raw


def delivery(raw: bytes, **changed: Any) -> Delivery:
    fields: dict[str, Any] = {
        "id": 1,
        "mailbox": "support",
        "uidvalidity": 7,
        "uid": 1,
        "sha256": sha256(raw).hexdigest(),
        "tries": 1,
        "outcome": None,
        "arrived_at": NOW,
        "raw": raw,
    }
    return Delivery(**(fields | changed))


def read(raw: bytes, at: Office, *, language: str | None = "fi", **changed: Any) -> Read:
    """As the reader would give it; `changed` are fields of its delivery."""
    return tied(delivery(raw, **changed), Reading(mail=parse(raw), language=language), at)


def take(
    raw: bytes,
    *,
    at: Office | None = None,
    desk: Desk | None = None,
    now: datetime = NOW,
    language: str | None = "fi",
    **changed: Any,
) -> Story:
    """Everything that follows from a mail, sealed."""
    at = at or office()
    story = conclude(read(raw, at, language=language, **changed), desk or empty_desk(), at, now)
    return at.sealed(story, now)


def opened(at: Office | None = None, /, now: datetime = NOW, **fields: str) -> Story:
    """A complaint that Matti, or whoever `fields` name, opened."""
    return take(raw_mail(**fields), at=at, now=now, arrived_at=now)


# --- what is known


def empty_desk(**changed: Any) -> Desk:
    return Desk(**({"references": iter(["V-AAAAA", "V-BBBBB", "V-CCCCC"])} | changed))


def desk_after(*stories: Story, complaint: Complaint | None = None, revoked: Iterable[str] = ()) -> Desk:
    """What is known once these stories are recorded, as the store tells it.

    `complaint` stands in for the stories' own state of it; parties in `revoked` have no token any more.
    """
    desk = empty_desk(references=iter(["V-NEW22", "V-NEW33"]))
    for story in stories:
        desk.remember(story)
        for mail in story.mails:
            _grant(desk, mail, frozenset(revoked))
    if complaint is not None:
        desk.complaints[complaint.reference] = complaint
    desk.loads = Counter()
    return desk


def _grant(desk: Desk, mail: Outgoing, revoked: frozenset[str]) -> None:
    draft = mail.draft
    of_mail: Mapping[str, Any] = {
        "party": draft.party,
        "reference": draft.reference,
        "message_id": mail.message_id,
        "kind": draft.kind,
    }
    for token in mail.tokens:
        desk.grants[token.hash] = Grant(via="token", purpose=token.purpose, revoked=token.party in revoked, **of_mail)
    purpose = {"staff": "s", "customer": "c"}.get(draft.party.partition(":")[0], "b")
    ended = draft.party in revoked
    desk.ours[mail.message_id] = Grant(via="Message-ID", purpose=purpose, revoked=ended, **of_mail)


def seen(raw: bytes, outcome: str = "complaint", reference: str | None = "V-AAAAA") -> dict[str, Seen]:
    return {sha256(raw).hexdigest(): Seen(outcome=outcome, reference=reference)}


# --- looking at a story


def letters(story: Story, *kinds: str) -> list[Letter]:
    return [letter for letter in story.letters if not kinds or letter.draft.kind in kinds]


def sent(story: Story, *kinds: str) -> list[Outgoing]:
    return [mail for mail in story.mails if not kinds or mail.draft.kind in kinds]


def told(story: Story, *kinds: str) -> list[str]:
    """The addresses that mails of these kinds, or any, go to."""
    return [mail.draft.to.address for mail in sent(story, *kinds)]


def only(story: Story, kind: str) -> Outgoing:
    [mail] = sent(story, kind)
    return mail


def reply_to(mail: Outgoing) -> str:
    return parse(mail.raw).reply_to[0].address


def complaint_of(story: Story, **changed: Any) -> Complaint:
    assert story.complaint is not None
    return replace(story.complaint, **changed)


def events(story: Story) -> list[str]:
    return [event.kind for event in story.events]


def parsed(mail: Outgoing) -> Mail:
    return parse(mail.raw)
