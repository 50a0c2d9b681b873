"""What had to happen in the demo. Each check is a named yes or no with the details that a reader needs."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from vastine.demo.letters import COMPANY_DOMAIN, Letter
from vastine.demo.people import ANNA, ELIN, HER_WORDS, LIAM, MATTI, MISTYPED, RESOLVED, VILLE, People
from vastine.demo.post import Post
from vastine.demo.quickened import HIGH, LADDER
from vastine.demo.samples import Sample

Shown = dict[str, Any]
_PRIORITY = "X-Vastine-Priority"
_STAFF_ONLY = ("\n| ", "+s.", MISTYPED, RESOLVED, "\n> |")


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        return not self.problems


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """All that can be seen when the story is over; what the commands print is as they print it."""

    samples: list[Sample]
    post: Post
    people: People
    ledger: list[Shown]
    complaints: list[Shown]
    outbox: list[Shown]
    explained: dict[str, Shown]  # what `explain` says, by the name of the sample
    inbox_count: int
    exit_code: int
    reports: dict[str, str] = field(default_factory=dict)  # what each says, as plain text

    def rows(self, name: str) -> list[Shown]:
        """The ledger's rows of what was delivered under that name."""
        wanted = {one.sha256 for one in self.post.delivered if one.name == name}
        return [row for row in self.ledger if row["sha256"] in wanted]

    def outcome(self, name: str) -> str:
        return ", ".join(str(row["outcome"]) for row in self.rows(name) if row["outcome"] != "duplicate") or "no row"

    def reference(self, name: str) -> str | None:
        return next((row["reference"] for row in self.rows(name) if row["outcome"] != "duplicate"), None)

    def escalated(self) -> list[Shown]:
        """The urgent complaints that came to Ville, who answers nobody."""
        routed = {letter.reference for letter in self.post.of_kind("routed") if letter.to == VILLE}
        routed &= {letter.reference for letter in self.post.of_kind("routed") if letter.header(_PRIORITY) == HIGH}
        return [one for one in self.complaints if one["reference"] in routed]


def judge(ended: Ended) -> list[Check]:
    """Every check, in the order of the story."""
    told = {
        "Every mail stands in exactly one ledger row": _recorded_once(ended),
        "The inbox is empty, nothing waits unsent": _nothing_left(ended),
        "Each mail ended as it should": _outcomes(ended),
        "Acknowledged: once each, and nobody else": _acknowledged(ended),
        "Acknowledged in the customer's own language": _languages(ended),
        "The same mail twice made one complaint": _duplicate(ended),
        "Anna's answers reached the customers, and nothing but her words": _answers(ended),
        "Anna's mistyped command came back to her and did nothing": _mistyped(ended),
        "The customer of what Anna resolved was asked how it went, once": _surveyed(ended),
        "Matti's reply joined his complaint": _follow_up(ended),
        "An out-of-office was not answered": _out_of_office(ended),
        "A bounced acknowledgement was told to staff": _bounced(ended),
        "What Ville left lying climbed the ladder, each step once": _ladder(ended),
        "Nothing internal stands in a customer's mail": _internal(ended),
        "Both reports tell of these complaints, management's of no person": _reported(ended),
        "The daemon stopped in order": _stopped(ended),
    }
    return [Check(name, tuple(problems)) for name, problems in told.items()]


def _recorded_once(ended: Ended) -> Iterator[str]:
    rows = Counter(row["sha256"] for row in ended.ledger if row["outcome"] != "duplicate")
    for one in ended.post.delivered:
        if rows[one.sha256] != 1:
            yield f"{one.name}: {rows[one.sha256]} rows"
    if len(ended.ledger) != len(ended.post.delivered):
        yield f"{len(ended.ledger)} rows for {len(ended.post.delivered)} deliveries"


def _nothing_left(ended: Ended) -> Iterator[str]:
    if ended.inbox_count:
        yield f"{ended.inbox_count} mails are still in INBOX"
    for one in ended.outbox:
        if one["state"] != "sent":
            yield f"{one['kind']} to {one['to']}: {one['state']}"


def _outcomes(ended: Ended) -> Iterator[str]:
    for sample in ended.samples:
        outcome = ended.outcome(sample.name)
        if outcome not in sample.outcome:
            yield f"{sample.name}: {outcome}, not {' or '.join(sample.outcome)}"


def _acknowledged(ended: Ended) -> Iterator[str]:
    sent = Counter(letter.to for letter in ended.post.of_kind("acknowledgement"))
    wanted = {sample.customer for sample in ended.samples if sample.answered_in}
    for customer in sorted(wanted - set(sent), key=str):
        yield f"{customer} got none"
    for customer, times in sorted(sent.items()):
        if customer not in wanted:
            yield f"{customer} got one and should not"
        elif times > 1:
            yield f"{customer} got {times}"


def _languages(ended: Ended) -> Iterator[str]:
    wanted = {sample.customer: sample.answered_in for sample in ended.samples if sample.answered_in}
    for letter in ended.post.of_kind("acknowledgement"):
        if letter.to in wanted and letter.language != wanted[letter.to]:
            yield f"{letter.to}: {letter.language}, not {wanted[letter.to]}"


def _duplicate(ended: Ended) -> Iterator[str]:
    outcomes = sorted(str(row["outcome"]) for row in ended.rows(ended.samples[0].name))
    if outcomes != ["complaint", "duplicate"]:
        yield f"{ended.samples[0].name}: {', '.join(outcomes)}"


def _answers(ended: Ended) -> Iterator[str]:
    answers = {letter.reference or _reference_of(ended, letter): letter for letter in ended.post.of_kind("answer")}
    if not ended.people.annas:
        yield "Anna got no complaint"
    for reference in ended.people.annas:
        letter = answers.get(reference)
        if letter is None:
            yield f"{reference}: no answer reached the customer"
        elif not any(words in letter.text for words in HER_WORDS):
            yield f"{reference}: her words are missing"
        elif any(internal in letter.text for internal in _STAFF_ONLY):
            yield f"{reference}: history or a command went along"


def _reference_of(ended: Ended, letter: Letter) -> str:
    owned = [one["reference"] for one in ended.complaints if one["customer"]["address"] == letter.to]
    return str(owned[0]) if owned else ""


def _mistyped(ended: Ended) -> Iterator[str]:
    returned = [letter for letter in ended.post.of_kind("returned") if letter.to == ANNA]
    if not returned or MISTYPED not in returned[0].text or RESOLVED not in returned[0].text:
        yield "it did not come back with the nearest command"
    status = {one["reference"]: one["status"] for one in ended.complaints}.get(ended.people.mistyped or "")
    if status != "resolved":
        yield f"after the right command the complaint is {status}"


def _surveyed(ended: Ended) -> Iterator[str]:
    resolved = {one["reference"]: one["customer"]["address"] for one in ended.complaints if one["status"] == "resolved"}
    asked = sorted(letter.to for letter in ended.post.of_kind("survey"))
    if asked != sorted(resolved.values()):
        yield f"asked were {asked}, resolved is {resolved}"


def _follow_up(ended: Ended) -> Iterator[str]:
    first, second = ended.reference(ended.samples[0].name), ended.reference("matti-adds")
    if ended.outcome("matti-adds") != "follow_up" or first != second:
        yield f"{MATTI}: {ended.outcome('matti-adds')}, {second} instead of {first}"
    if not [letter for letter in ended.post.of_kind("follow_up") if letter.reference == first]:
        yield "staff did not get it"


def _out_of_office(ended: Ended) -> Iterator[str]:
    if ended.outcome("liam-is-away") != "auto_reply":
        yield f"{LIAM}: {ended.outcome('liam-is-away')}"


def _bounced(ended: Ended) -> Iterator[str]:
    if ended.outcome("elin-bounces") != "bounce":
        yield f"{ELIN}: {ended.outcome('elin-bounces')}"
    told = [letter for letter in ended.post.of_kind("undeliverable") if letter.to.endswith("@" + COMPANY_DOMAIN)]
    if not told:
        yield "nobody was told"


def _ladder(ended: Ended) -> Iterator[str]:
    wanted = [str(step["at"]) for step in LADDER]
    if not ended.escalated():
        yield "nothing urgent came to Ville"
    for complaint in ended.escalated():
        reference, taken = complaint["reference"], [step["at"] for step in complaint["steps_taken"]]
        if taken != wanted:
            yield f"{reference}: steps {taken}"
        if complaint["assignee"] == "ville":
            yield f"{reference}: still with Ville"
        reminders = [one for one in ended.post.of_kind("reminder") if (one.to, one.reference) == (VILLE, reference)]
        if len(reminders) != 1:
            yield f"{reference}: {len(reminders)} reminders to Ville"
        if not [one for one in ended.post.of_kind("escalation") if one.to != VILLE and one.reference == reference]:
            yield f"{reference}: the lead was not told"


def _internal(ended: Ended) -> Iterator[str]:
    for letter in ended.post.letters:
        if not letter.to.endswith("@" + COMPANY_DOMAIN) and any(words in letter.text for words in _STAFF_ONLY):
            yield f"{letter.kind} to {letter.to}"


def _reported(ended: Ended) -> Iterator[str]:
    count = str(sum(one["status"] != "spam" for one in ended.complaints))
    for name in ("owner", "management"):
        page = ended.post.folder / "reports" / f"{name}.html"
        if not page.is_file() or count not in ended.reports.get(name, ""):
            yield f"{name}: it does not say that {count} came"
    persons = [one["customer"]["address"] for one in ended.complaints] + [one["reference"] for one in ended.complaints]
    for person in (*persons, "Anna Virtanen", "Ville Laine"):
        if person in ended.reports.get("management", ""):
            yield f"management: it names {person}"


def _stopped(ended: Ended) -> Iterator[str]:
    if ended.exit_code:
        yield f"it exited with {ended.exit_code}"
