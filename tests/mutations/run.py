"""So many damaged mails through the reader's child, the decision and the store, and what became of them."""

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import structlog

from flows.office import NOW, Octets, office
from vastine.edges.reader import Reader
from vastine.edges.store import Arrival, Store
from vastine.flows.intake import Intake

from .damage import damaged

CORPUS = Path(__file__).parents[1] / "corpus"
BATCH = 100


@dataclass(slots=True)
class Result:
    """How many mails ended how, and why in quarantine; `lost` are UIDs without outcome, `children` replaced readers."""

    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    children: int = 0


def run(count: int, seed: int, folder: Path, told: Callable[[int], None] = lambda _: None) -> Result:
    """Take in `count` damaged mails in batches, on a database of their own."""
    originals = [path.read_bytes() for path in sorted(CORPUS.rglob("*.eml"))]
    chance, result = Random(seed), Result()
    company = office(random=Octets(f"mutations {seed}"))
    store = Store(f"sqlite:///{folder / 'mutations.db'}")
    store.migrate()
    reader = Counting(company.rulebook.languages)
    intake = Intake(store, reader, lambda: company, lambda: None, lambda _: None)
    try:
        for first in range(1, count + 1, BATCH):
            uids = range(first, min(first + BATCH, count + 1))
            with _quiet():
                result.outcomes.update(_taken(intake, store, [(uid, damaged(originals, chance)) for uid in uids]))
            told(uids[-1])
        rows = store.list_deliveries(None)
    finally:
        reader.close()
        store.close()
    result.reasons.update(row["reason"] for row in rows if row["outcome"] == "quarantined")
    decided = Counter(row["uid"] for row in rows if row["outcome"])
    result.lost = [uid for uid in range(1, count + 1) if decided[uid] != 1]
    result.children = reader.started - 1
    return result


def _taken(intake: Intake, store: Store, mails: list[tuple[int, bytes]]) -> list[str]:
    arrivals = [Arrival(uid=uid, raw=raw, arrived_at=NOW) for uid, raw in mails]
    outcomes = []
    for _ in range(4):  # as later looks would: a mail whose decision fails is tried again, and then in quarantine
        deliveries = store.receive("support", 1, arrivals, NOW)
        taken = intake.take_in(intake.begin(deliveries), NOW)
        outcomes += [each.outcome for each in taken]
        ended = {each.uid for each in taken}
        arrivals = [arrival for arrival in arrivals if arrival.uid not in ended]
        if not arrivals:
            break
    return outcomes


class Counting(Reader):
    """A reader that counts its children."""

    started = 0

    def _spawn(self):  # type: ignore[no-untyped-def]
        self.started += 1
        return super()._spawn()


def _quiet() -> AbstractContextManager[object]:
    return structlog.testing.capture_logs()
