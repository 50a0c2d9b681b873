"""Recorded mail decided once more, by other rules: what would change. Nothing is recorded, nobody is told."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vastine.core.kind import kind_of
from vastine.core.reading import Reading
from vastine.core.rules import Decision, Rulebook, decide, shown_rules
from vastine.edges.reader import Reader
from vastine.edges.store import Recorded, Store
from vastine.flows.opening import new_case

TOGETHER = 25  # mails that are held at once: each may have its 50 MB

Openings = Mapping[str, Sequence[tuple[int, datetime]]]
Side = dict[str, Any]  # outcome (spam too), topic, priority, team, reply, first_reply_due, assign, tags, tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A mail that the other rules decide otherwise. `corrected` is what people set by hand afterwards."""

    reference: str | None
    sha256: str
    rules: tuple[str, ...]
    before: Side
    after: Side
    corrected: dict[str, str]


@dataclass(slots=True)
class Replayed:
    """How far a replay is: `gone` are mails whose raw form is kept no longer, `versions` the rules of the others."""

    mails: int = 0
    changed: int = 0
    gone: int = 0
    versions: set[str] = field(default_factory=set)


def replay(
    store: Store,
    reader: Reader,
    rulebook: Rulebook,
    *,
    since: datetime,
    so_far: Replayed,
    progress: Callable[[int], None],
) -> Iterator[Change]:
    """Every change that the rulebook would make to mail since then, oldest first. Raises StoreError.

    `so_far` is kept up to date, and `progress` told how many mails more were looked at.
    """
    openings, corrections = store.openings(), store.corrections()
    for some in store.recorded(since, together=TOGETHER):
        there = [each for each in some if each.raw is not None]
        so_far.gone += len(some) - len(there)
        for each, reading in zip(there, reader.begin([each.raw or b"" for each in there]).result(), strict=True):
            so_far.mails += 1
            so_far.versions |= {each.rules_hash} - {None} if each.rules_hash else set()
            decision, kind = decided_again(each, reading, rulebook, openings)
            change = changed(each, decision, kind, rulebook, corrections)
            if change is not None:
                so_far.changed += 1
                yield change
        progress(len(some))


def decided_again(recorded: Recorded, reading: Reading, rulebook: Rulebook, openings: Openings) -> tuple[Decision, str]:
    """What the rulebook says of a recorded mail, with the customer's history as it was when it came; and its kind."""
    mail, at = reading.mail, recorded.arrived_at
    kind = kind_of(mail, ours=False, raw=recorded.raw or b"").kind
    senders = (address.address for address in (*mail.from_, *mail.reply_to))
    opened = opened_before(openings, senders, recorded.id)
    case = new_case(mail, kind, recorded.mailbox, reading.language, at=at, opened=opened)
    return decide(rulebook, case), kind


def opened_before(openings: Openings, addresses: Iterable[str], row: int) -> dict[str, tuple[datetime, ...]]:
    """When these customers had opened complaints before the mail of that ledger row."""
    return {a: tuple(at for earlier, at in openings.get(a, ()) if earlier < row) for a in addresses}


def changed(
    recorded: Recorded, decision: Decision, kind: str, rulebook: Rulebook, corrections: Mapping[str, dict[str, str]]
) -> Change | None:
    """How a decision differs from the recorded one; None where nothing of weight does."""
    before, after = _before(recorded), _after(decision, kind, recorded, rulebook)
    if before == after:
        return None
    was = recorded.decision.get("rules", []) if recorded.decision else []
    return Change(
        reference=recorded.reference,
        sha256=recorded.sha256,
        rules=_differing(was, shown_rules(decision.tried)),
        before=before,
        after=after,
        corrected=corrections.get(recorded.reference or "", {}),
    )


_NOTHING: Side = dict.fromkeys(("topic", "priority", "team", "reply", "first_reply_due", "assign", "tags", "tell"))


def _before(recorded: Recorded) -> Side:
    decision = recorded.decision
    if decision is None:
        return {"outcome": recorded.outcome, **_NOTHING}
    outcome = "spam" if decision.get("spam") else recorded.outcome
    return {"outcome": outcome, **{name: decision.get(name) for name in _NOTHING}}


def _after(decision: Decision, kind: str, recorded: Recorded, rulebook: Rulebook) -> Side:
    if decision.ignore:
        return {"outcome": "ignored", **_NOTHING}
    if kind == "bulk" and not any(tried.matched for tried in decision.tried):
        return {"outcome": "bulk", **_NOTHING}
    priority = rulebook.priority(decision.priority)
    due = decision.due or priority.calendar.due(recorded.arrived_at, priority.first_reply)
    return {
        "outcome": "spam" if decision.spam else "complaint",
        "topic": decision.topic,
        "priority": decision.priority,
        "team": decision.team,
        "reply": decision.reply,
        "first_reply_due": due.isoformat(),
        "assign": decision.assign,
        "tags": list(decision.tags),
        "tell": list(decision.tell),
    }


def _differing(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """The rules that match in one of the two only, or have other effects there, in the order of the new file."""
    was, now = _effects(before), _effects(after)
    names = [rule["name"] for rule in after] + [name for name in was if name not in {rule["name"] for rule in after}]
    return tuple(name for name in names if was.get(name) != now.get(name))


def _effects(rules: Sequence[Mapping[str, Any]]) -> dict[str, list[tuple[str, str]]]:
    return {
        rule["name"]: [(each["effect"], each["value"]) for each in rule.get("effects", ())]
        for rule in rules
        if rule["matched"]
    }
