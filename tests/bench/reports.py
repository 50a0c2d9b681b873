"""How long a report's counting takes: a made-up year of many complaints, and the figures of all of it."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vastine.core.measures import Period
from vastine.core.rules import load
from vastine.edges.store import Store
from year import filled

from .result import Reported

REPOSITORY = Path(__file__).parents[2]
END = datetime(2026, 6, 22, tzinfo=UTC)
YEAR = timedelta(days=365)


def reports_round(folder: Path, complaints: int) -> Reported:
    """Fill a database with so many complaints over a year, then count the year, and its last week."""
    folder.mkdir(parents=True, exist_ok=True)
    store = Store(f"sqlite:///{folder}/year.db")
    store.migrate()
    started = time.monotonic()
    there = max(filled(store, complaints, END - YEAR, END))
    filled_in = time.monotonic() - started
    year, received = _counted(store, YEAR)
    week, _ = _counted(store, timedelta(weeks=1))
    store.close()
    faults = () if 0 < received <= there else (f"{received} complaints received of {there}",)
    return Reported(complaints=there, fill_seconds=filled_in, year_seconds=year, week_seconds=week, faults=faults)


def _counted(store: Store, length: timedelta) -> tuple[float, int]:
    """Seconds that the counting of the last so long took, and how many complaints it found."""
    book = load((REPOSITORY / "rules.yaml").read_text(encoding="utf-8"))
    started = time.monotonic()
    measures = store.measures(period=Period(begin=END - length, end=END), now=END, rules=book)
    return time.monotonic() - started, measures.figures.received
