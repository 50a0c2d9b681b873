"""What the rules have done so far: their versions, and the mails that they decided, each as it stood then."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, func, insert, select

from vastine.core.complaint import Complaint
from vastine.core.ladder import run_of
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database
from vastine.edges.store.rows import complaint_of

CORRECTED: Final = ("topic", "priority", "team")  # what staff set by hand, each an event of that kind
BY_RULE: Final = "rule '%' ignores it"  # the reason of a mail that a rule had ignored
_DECIDED: Final = ("complaint", "ignored", "bulk")  # outcomes of mails that opened a matter, or might have


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A mail that the rules decided, and what they said then.

    `decision` is what was kept with its complaint, None where it opened none. `raw` is None where it is gone.
    """

    id: int  # of its ledger row: a mail that came before has a lower one
    sha256: str
    mailbox: str
    arrived_at: datetime
    outcome: str
    reference: str | None
    authenticated: bool
    decision: dict[str, Any] | None
    rules_hash: str | None
    raw: bytes | None = field(repr=False)


class RulesRecords(Database):
    """The part of the store that looks back at decisions."""

    def keep_rules(self, hash_: str, text: str, now: datetime) -> None:
        """Keep this version of the rules, so that its decisions can be explained later."""
        with self.write() as connection:
            known = connection.scalar(select(t.rule_versions.c.hash).where(t.rule_versions.c.hash == hash_))
            if known is None:
                connection.execute(insert(t.rule_versions).values(hash=hash_, text=text, loaded_at=now))

    def rules_version(self, hash_: str) -> str | None:
        """The text of a version of the rules."""
        with self.read() as connection:
            return connection.scalar(select(t.rule_versions.c.text).where(t.rule_versions.c.hash == hash_))

    def count_recorded(self, since: datetime) -> int:
        """How many mails the rules decided since then."""
        with self.read() as connection:
            return connection.scalar(select(func.count()).select_from(_recorded(since).subquery())) or 0

    def recorded(self, since: datetime, *, together: int) -> Iterator[list[Recorded]]:
        """The mails that the rules decided since then, oldest first, so many at a time."""
        with self.read() as connection:
            rows = connection.execution_options(yield_per=together).execute(_recorded(since))
            for some in rows.partitions():
                yield [_as_recorded(row) for row in some]

    def recorded_mail(self, reference: str) -> Recorded | None:
        """The mail that opened a complaint; None where there is none of that reference."""
        wanted = _recorded(None).where(func.upper(t.complaints.c.reference) == reference.upper())
        with self.read() as connection:
            row = connection.execute(wanted).first()
        return _as_recorded(row) if row is not None else None

    def openings(self) -> dict[str, tuple[tuple[int, datetime], ...]]:
        """The ledger rows by which each customer, by address, opened complaints, and when; spam does not count."""
        wanted = (
            select(t.ledger.c.id, t.complaints.c.customer_address, t.complaints.c.opened_at)
            .join(t.ledger, t.ledger.c.sha256 == t.complaints.c.source)
            .where(t.ledger.c.outcome == "complaint", t.complaints.c.status != "spam")
            .order_by(t.ledger.c.id)
        )
        found: dict[str, list[tuple[int, datetime]]] = {}
        with self.read() as connection:
            for row in connection.execution_options(yield_per=1000).execute(wanted):
                found.setdefault(row.customer_address, []).append((row.id, row.opened_at))
        return {address: tuple(opened) for address, opened in found.items()}

    def ignored_by(self, since: datetime) -> dict[str, int]:
        """How many mails each rule had ignored since then."""
        wanted = (
            select(t.ledger.c.reason, func.count())
            .where(t.ledger.c.outcome == "ignored", t.ledger.c.reason.like(BY_RULE), t.ledger.c.seen_at >= since)
            .group_by(t.ledger.c.reason)
        )
        with self.read() as connection:
            rows = connection.execute(wanted).all()
        return {rule_that_ignored(reason): count for reason, count in rows}

    def corrections(self) -> dict[str, dict[str, str]]:
        """What people have set by hand, by reference: the last word on each of topic, priority and team."""
        wanted = (
            select(t.events.c.reference, t.events.c.kind, t.events.c.detail)
            .where(t.events.c.kind.in_(CORRECTED), t.events.c.actor != "vastine")
            .order_by(t.events.c.id)
        )
        found: dict[str, dict[str, str]] = {}
        with self.read() as connection:
            for row in connection.execute(wanted):
                if (value := row.detail.get("to")) is not None:
                    found.setdefault(row.reference, {})[row.kind] = value
        return found

    def decisions(self, since: datetime) -> Iterator[dict[str, Any]]:
        """What was kept of each decision since then."""
        wanted = select(t.complaints.c.decision).where(t.complaints.c.opened_at >= since)
        with self.read() as connection:
            yield from connection.execution_options(yield_per=500).scalars(wanted)

    def in_hand(self) -> list[tuple[Complaint, frozenset[str]]]:
        """All complaints in hand, each with the steps of its clocks' runs that were taken."""
        with self.read() as connection:
            found = [complaint_of(row) for row in connection.execute(select(t.complaints).where(t.IN_HAND))]
            taken: dict[str, set[tuple[int, str]]] = {}
            for row in connection.execute(select(t.steps)):
                taken.setdefault(row.reference, set()).add((row.clock_run, row.at))
        return [(c, frozenset(at for run, at in taken.get(c.reference, ()) if run == run_of(c, at))) for c in found]


def rule_that_ignored(reason: str) -> str:
    """The name of the rule in a reason like `BY_RULE`."""
    return reason.removeprefix("rule '").removesuffix("' ignores it")


def _recorded(since: datetime | None) -> Select[Any]:
    by_rules = (t.ledger.c.outcome != "ignored") | t.ledger.c.reason.like(BY_RULE)
    wanted = (
        select(
            t.ledger.c.id,
            t.ledger.c.sha256,
            t.ledger.c.mailbox,
            t.ledger.c.arrived_at,
            t.ledger.c.outcome,
            t.complaints.c.reference,
            t.complaints.c.authenticated,
            t.complaints.c.decision,
            t.complaints.c.rules_hash,
            t.raw_mails.c.raw,
        )
        .outerjoin(t.raw_mails, t.raw_mails.c.sha256 == t.ledger.c.sha256)
        .outerjoin(t.complaints, t.complaints.c.source == t.ledger.c.sha256)
        .where(t.ledger.c.outcome.in_(_DECIDED), by_rules, t.ledger.c.sha256.is_not(None))
        .order_by(t.ledger.c.id)
    )
    return wanted if since is None else wanted.where(t.ledger.c.seen_at >= since)


def _as_recorded(row: Any) -> Recorded:
    return Recorded(
        id=row.id,
        authenticated=bool(row.authenticated),
        sha256=row.sha256,
        mailbox=row.mailbox,
        arrived_at=row.arrived_at,
        outcome=row.outcome,
        reference=row.reference,
        decision=row.decision,
        rules_hash=row.rules_hash,
        raw=row.raw,
    )
