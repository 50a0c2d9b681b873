"""Months of a company's complaints as rows of the store, made up at random: many, and the same for one seed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import insert

from vastine.edges.store import Store
from vastine.edges.store import tables as t
from vastine.edges.store.facts.cells import add_cells, key_of

Row = dict[str, Any]
TOGETHER = 5_000  # complaints written in one transaction

TEAMS = ("support", "billing", "delivery", "service")
TOPICS = ("payment", "delivery", "brakes", "battery", "warranty", "returns", "site", "other")
MEMBERS = ("anna", "ville", "maija", "olli", "eeva", "kari", "liisa", "pekka")
PRIORITIES = ("critical", "high", "normal", "low")
STEPS = ("75% of first_reply", "first_reply", "first_reply + 4h", "resolve")
DIMENSIONS = ("team", "topic", "mailbox", "priority", "language")
WORDS = tuple(f"sana{letter}{number}" for letter in "abcdefghij" for number in "abcdefghij")


@dataclass(slots=True)
class Year:
    """Rows by table, and the names of all cells."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    cells: set[tuple[str, ...]] = field(default_factory=set)

    def add(self, table: str, **row: Any) -> None:
        self.rows.setdefault(table, []).append(row)


def generated(
    count: int, begin: datetime, end: datetime, *, seed: int = 1, first: int = 0, until: datetime | None = None
) -> Year:
    """So many complaints between two times, and what happens to them until then, or until a later time."""
    random, year = Random(seed + first), Year()
    span = int((end - begin).total_seconds())
    starts = sorted(random.randrange(span) for _ in range(count))
    for number, start in enumerate(starts, start=first):
        _complaint(year, random, number, begin + timedelta(seconds=start), until or end)
    return year


def _complaint(year: Year, random: Random, number: int, opened: datetime, end: datetime) -> None:
    reference, topic = f"V-{number:07}", random.choice(TOPICS)
    team = TOPICS.index(topic) % len(TEAMS)
    who = random.choice(MEMBERS[2 * team : 2 * team + 2])
    customer = f"a{random.randrange(10 + 2 * number)}@posti.example"
    status = random.choices(("", "merged", "spam"), (95, 3, 2))[0]
    first = _after(random, opened, 3 * 3600, end) if random.random() < 0.995 else None
    resolved = _after(random, first, 30 * 3600, end) if first and random.random() < 0.995 else None
    shared: Row = {
        "reference": reference,
        "opened_at": opened,
        "status": status or ("resolved" if resolved else random.choice(("open", "open", "waiting"))),
        "topic": topic,
        "priority": random.choices(PRIORITIES, (2, 10, 80, 8))[0],
        "team": TEAMS[team],
        "assignee": who if random.random() < 0.98 else None,
        "language": random.choices(("fi", "sv", "en"), (85, 10, 5))[0],
        "mailbox": "support",
        "resolved_at": resolved,
        "promise": opened + timedelta(hours=24),
        "clock_run": 1,
    }
    names = tuple(shared[name] for name in DIMENSIONS)
    year.cells.add(names)
    year.add(
        "facts",
        **{name: value for name, value in shared.items() if name not in DIMENSIONS},
        cell=key_of(names),
        clock_priority=shared["priority"],
        customer=customer,
        acknowledged_at=opened + timedelta(seconds=5) if random.random() < 0.9 else None,
        undeliverable_at=_after(random, opened, 600, end) if random.random() < 0.01 else None,
    )
    year.add("complaints", **shared, **_rest(number, customer, shared, first))
    _mails(year, random, number, reference, opened, first, who, end)
    _work(year, random, reference, opened, first, resolved, who, end)


def _rest(number: int, customer: str, shared: Row, first: datetime | None) -> Row:
    """What a complaint has besides its facts: as much as in a real one."""
    rules = [{"name": f"rule {each}", "matched": each == 3, "because": ["words: 'a' ~ 'b'"]} for each in range(20)]
    return {
        "source": f"{number:064}",
        "tags": [],
        "customer_address": customer,
        "customer_name": "Matti Meikäläinen",
        "subject": "Pyörä on rikki",
        "first_reply_since": shared["opened_at"],
        "resolve_since": shared["opened_at"],
        "clock_priority": shared["priority"],
        "first_reply_due": shared["opened_at"] + timedelta(hours=24),
        "first_replied_at": first,
        "resolve_due": shared["opened_at"] + timedelta(days=5),
        "authenticated": True,
        "thread": [f"<{number}@posti.example>"],
        "to_named_day": [],
        "taken_over": [],
        "waits": [],
        "rules_hash": "",
        "decision": {"rules": rules},
    }


def _mails(
    year: Year,
    random: Random,
    number: int,
    reference: str,
    opened: datetime,
    first: datetime | None,
    who: str,
    end: datetime,
) -> None:
    """The mail that opened it, and in a third of them another after the first reply."""
    rules = random.choice(("rule 3", "rule 3\nrule 4", "")) if number % 10 else "rule 5"
    year.add("customer_mails", ledger_id=2 * number + 1, **_mail(random, reference, opened, first, who), rules=rules)
    year.add("complaint_words", ledger_id=2 * number + 1, words=" ".join(random.sample(WORDS, 20)))
    if first and random.random() < 0.33 and (at := _after(random, first, 5 * 3600, end)):
        answered = _after(random, at, 4 * 3600, end)
        more = _mail(random, reference, at, answered, who)
        year.add("customer_mails", ledger_id=2 * number + 2, **(more | {"first": False}), rules="")
        if answered:
            year.add("answers", **_answer(reference, answered, who))
    if first:
        year.add("answers", **_answer(reference, first, who))


def _mail(random: Random, reference: str, at: datetime, answered: datetime | None, who: str) -> Row:
    wall = int((answered - at).total_seconds()) if answered else 0
    return {
        "reference": reference,
        "at": at,
        "first": True,
        "asks": True,
        "answered_at": answered,
        "answered_by": who if answered else None,
        "wall_s": wall if answered else None,
        "open_s": random.randrange(wall + 1) if answered else None,
    }


def _answer(reference: str, at: datetime, who: str) -> Row:
    return {"reference": reference, "message_id": None, "member": who, "written_at": at, "accepted_at": at}


def _work(
    year: Year,
    random: Random,
    reference: str,
    opened: datetime,
    first: datetime | None,
    resolved: datetime | None,
    who: str,
    end: datetime,
) -> None:
    """Its promise, its steps, its resolution and its survey."""
    due = opened + timedelta(hours=8)
    ended, how = (first, "answered") if first else (None, None)
    if due < end and random.random() < 0.5 and (first is None or first > due):
        ended, how = due - timedelta(minutes=30), "renewed"
    year.add("promises", reference=reference, made_at=opened, due_at=due, ended_at=ended, ended=how)
    for written in random.sample(STEPS, random.choice((0, 0, 1, 2))):
        if taken := _after(random, opened, 8 * 3600, end):
            handled = _after(random, taken, 1800, end) if random.random() < 0.8 else None
            by = who if handled else None
            row: Row = {"reference": reference, "clock_run": 1, "at": written, "taken_at": taken}
            year.add("steps", **row, handled_at=handled, handled_by=by)
    if resolved:
        wall = int((resolved - opened).total_seconds())
        again = _after(random, resolved, 86_400, end) if random.random() < 0.05 else None
        year.add(
            "resolutions",
            reference=reference,
            number=1,
            began_at=opened,
            resolved_at=resolved,
            resolved_by=who,
            answers=random.choice((0, 1, 1, 2, 3)),
            wall_s=wall,
            open_s=random.randrange(wall + 1),
            reopened_at=again,
        )
        _survey(year, random, reference, resolved, end)


def _survey(year: Year, random: Random, reference: str, resolved: datetime, end: datetime) -> None:
    asked = resolved + timedelta(days=1)
    if asked >= end or random.random() < 0.4:
        return
    kind = random.choice(("csat", "csat", "nps"))
    score = random.randint(1, 5) if kind == "csat" else random.randint(0, 10)
    answered = random.random() < 0.3
    at = asked + timedelta(hours=1) if answered else None
    year.add(
        "surveys", reference=reference, asked_at=asked, kind=kind, score=score if answered else None, answered_at=at
    )


def _after(random: Random, at: datetime, usual: float, end: datetime) -> datetime | None:
    """Some time later, mostly within a few times the usual; None where that is not before the end."""
    later = at + timedelta(seconds=1 + int(random.expovariate(1 / usual)))
    return later if later < end else None


def write(store: Store, year: Year) -> None:
    """Put the rows into the store, many at once."""
    with store.write() as connection:
        add_cells(connection, year.cells)
        for name, rows in year.rows.items():
            connection.execute(insert(t.metadata.tables[name]), rows)


def filled(store: Store, count: int, begin: datetime, end: datetime, *, seed: int = 1) -> Iterator[int]:
    """Write so many complaints between two times, some thousand at a time; yields how many are there."""
    parts = max(1, -(-count // TOGETHER))
    for part in range(parts):
        some = min(TOGETHER, count - part * TOGETHER)
        since, then = (begin + (end - begin) * each / parts for each in (part, part + 1))
        write(store, generated(some, since, then, seed=seed, first=part * TOGETHER, until=end))
        yield part * TOGETHER + some
