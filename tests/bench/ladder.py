"""How long the ladder takes to look at many open complaints: when nothing is due, and when a thousand steps are."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import insert

from flows.climbing import Ladder, reference_of
from flows.office import rules
from vastine.edges.reader import Reader
from vastine.edges.store import Store
from vastine.edges.store import tables as t

from .result import Climbed

NOW = datetime(2026, 6, 24, 9, tzinfo=UTC)
DUE = datetime(2026, 6, 25, 9, tzinfo=UTC)
LOOKS = 200
ROWS_AT_ONCE = 5_000
REASONS = [{"name": f"rule {number}", "matched": number == 3, "because": ["words: maksu"]} for number in range(40)]


def ladder_round(folder: Path, complaints: int, due: int) -> Climbed:
    """Of so many open complaints none is due at first, then `due` of them at once; on SQLite."""
    store, reader = Store(f"sqlite:///{folder / 'ladder.db'}"), Reader(("fi", "sv", "en"))
    store.migrate()
    try:
        book = rules(("  - {at: 50% of first_reply, tell: [assignee]}\n", ""))
        climbing = Ladder(store=store, reader=reader, book=book)
        climbing.open(1)
        _fill(store, complaints, due)
        looks = sorted(_seconds(climbing, NOW) for _ in range(LOOKS))
        at_once = _seconds(climbing, DUE)
        taken = len(climbing.steps())
    finally:
        reader.close()
        store.close()
    faults = () if taken >= due else (f"of {due} steps only {taken} were taken",)
    return Climbed(
        complaints=complaints,
        look_median_s=looks[LOOKS // 2],
        look_worst_s=looks[-1],
        due=due,
        taken=taken,
        due_s=at_once,
        faults=faults,
    )


def _seconds(climbing: Ladder, now: datetime) -> float:
    began = time.perf_counter()
    climbing.ticking.tick(now)
    return time.perf_counter() - began


def _fill(store: Store, complaints: int, due: int) -> None:
    """More complaints like the one that is there, as wide as real ones are; all but `due` fall due a year later."""
    with store.write() as connection:
        [pattern] = connection.execute(t.complaints.select()).mappings().all()
    rows = list(_rows(dict(pattern), complaints, due))
    for start in range(0, len(rows), ROWS_AT_ONCE):
        with store.write() as connection:
            connection.execute(insert(t.complaints), rows[start : start + ROWS_AT_ONCE])


def _rows(pattern: dict[str, object], complaints: int, due: int) -> Iterator[dict[str, object]]:
    decision = {"rules": REASONS, "found": {}}
    for number in range(1, complaints):
        later = timedelta(days=0 if number < due else 365)
        yield pattern | {
            "reference": reference_of(number),
            "source": f"{number:064d}",
            "customer_address": f"m{number}@posti.example",
            "decision": decision,
            "first_reply_since": NOW + later,
            "resolve_since": NOW + later,
            "first_reply_due": DUE + later,
            "resolve_due": DUE + later + timedelta(days=4),
            "next_step_at": DUE + later,
        }
