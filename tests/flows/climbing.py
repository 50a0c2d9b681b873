"""Complaints on the ladder with a real store and a time that the test sets, for the tests of what is told when."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from flows.office import NOW, Octets, empty_desk, office, raw_mail, take
from vastine.core.assignment import Staffing
from vastine.core.climb import climb, story_of
from vastine.core.complaint import Complaint
from vastine.core.doubt import Look
from vastine.core.gathering import put_off
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.parse import parse
from vastine.core.rules import Rulebook
from vastine.core.story import Story
from vastine.edges.reader import Reader
from vastine.edges.store import Arrival, Settled, Store
from vastine.edges.store import tables as t
from vastine.flows.escalate import Escalation
from vastine.flows.hold import Hold

OF_THE_LADDER = ("reminder", "escalation")


@dataclass(slots=True, kw_only=True)
class Machine:
    """Both clocks of a machine. `set_by` is by how much somebody has set the time of day wrong."""

    boot: str = "first"
    started_at: datetime = NOW - timedelta(days=1)
    set_by: timedelta = timedelta()

    def look(self, now: datetime) -> Look:
        return Look(at=now, boot=self.boot, uptime=now - self.set_by - self.started_at)


@dataclass(slots=True, kw_only=True)
class Ladder:
    """One daemon's ladder; `again` is that of the next daemon on the same database."""

    store: Store
    reader: Reader
    book: Rulebook
    machine: Machine | None = None
    admin: str | None = "yllapito@yritys.example"
    lives: int = 0
    at: Office = field(init=False)
    ticking: Escalation = field(init=False)

    def __post_init__(self) -> None:
        self.at = office(rulebook=self.book, random=Octets(f"life {self.lives}"), admin=self.admin)
        hold = Hold(self.store, lambda: self.at, self.machine.look) if self.machine else None
        self.ticking = Escalation(self.store, self.reader, lambda: self.at, lambda: None, lambda _: None, hold)

    def again(self) -> "Ladder":
        return Ladder(
            store=self.store,
            reader=self.reader,
            book=self.book,
            machine=self.machine,
            admin=self.admin,
            lives=self.lives + 1,
        )

    def tick(self, *moments: datetime) -> list[tuple[str, str]]:
        """The ladder's mails that these looks made: kind and address, in order. One about several is of the kind
        `escalations`, or `reminders`.
        """
        before = len(self.sent())
        for moment in moments:
            self.ticking.tick(moment)
        return self.sent()[before:]

    def sent(self) -> list[tuple[str, str]]:
        wanted = select(t.outbox.c.kind, t.outbox.c.party, t.outbox.c.recipient).order_by(t.outbox.c.id)
        with self.store.read() as connection:
            rows = connection.execute(wanted.where(t.outbox.c.kind.in_(OF_THE_LADDER))).all()
        return [(_kind(row.kind, row.party), row.recipient) for row in rows]

    def open(self, count: int, *, now: datetime = NOW, subject: str = "Pyörä", first: int = 0) -> list[str]:
        """So many complaints of as many customers; their references."""
        references = [reference_of(first + number) for number in range(count)]
        for number, reference in enumerate(references, start=first):
            raw = raw_mail(
                subject=f"{subject} {number}",
                message_id=f"<{number}@posti.example>",
                **{"from": f"m{number}@posti.example"},
            )
            [received] = self.store.receive("support", 7, [Arrival(uid=number + 1, raw=raw, arrived_at=now)], now)
            desk = empty_desk(references=iter([reference]))
            story = take(raw, at=self.at, desk=desk, now=now, arrived_at=now, id=received.id, uid=number + 1)
            self.store.record_intake([story], now)
        return references

    def steps(self) -> list[str]:
        listed = self.store.list_complaints(status=None, late_at=None, team=None)
        return [step["at"] for one in listed for step in one["steps_taken"]]

    def events(self, reference: str, *kinds: str) -> list[dict[str, Any]]:
        shown = self.store.show_complaint(reference, {})
        assert shown is not None
        return [event for event in shown["events"] if event["kind"] in kinds]

    def complaint(self, reference: str) -> Complaint:
        found = self.store.complaint(reference)
        assert found is not None
        return found

    def answered(self, reference: str, now: datetime) -> None:
        """A person's answer is accepted by the SMTP server."""
        claimed = self.store.claim(now, 100, timedelta(minutes=5), ["support"])
        [mail] = [each for each in claimed if each.kind == "acknowledgement" and each.reference == reference]
        answer = Settled(mail=_as_answer(mail), outcome="sent", detail="250")
        others = [Settled(mail=each, outcome="sent", detail="250") for each in claimed if each is not mail]
        self.store.settle([answer, *others], now)

    def mails(self, kind: str, now: datetime) -> list[Any]:
        """Mails of that kind that are due, as a mail client reads them."""
        claimed = self.store.claim(now, 1000, timedelta(minutes=5), ["support"])
        return [parse(each.raw) for each in claimed if _kind(each.kind, each.party) == kind]


def _kind(kind: str, party: str) -> str:
    return f"{kind}s" if party.startswith("notices:") else kind


def _as_answer(mail: Any) -> Any:
    return replace(mail, kind="answer")


def reference_of(number: int) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    digits: Sequence[str] = [letters[number // 24**place % 24] for place in range(5)]
    return "V-" + "".join(reversed(digits))


def take_steps(
    complaint: Complaint,
    taken: frozenset[str],
    mail: Mail | None,
    at: Office,
    now: datetime,
    unreachable: frozenset[str] = frozenset(),
    *,
    answered: bool = False,
) -> Story:
    """What follows for one complaint by itself, of which nobody was told anything before."""
    staffing = Staffing(unreachable=unreachable, loads=Counter(), turns={})
    climbed = climb(complaint, taken, at, now, staffing, answered=answered)
    return story_of(climbed, put_off(climbed.notices, {}, at.rulebook, now), mail, at, now)
