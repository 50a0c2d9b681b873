"""How long a report takes, and its counting alone: a made-up year of many complaints, and the figures of all of it."""

import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from vastine.core.measures import Measures, Period
from vastine.core.report.html import as_html
from vastine.core.report.recipients import MANAGEMENT
from vastine.core.rules import load
from vastine.edges.painter import Painter
from vastine.edges.store import Store
from vastine.flows.report import written
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
    year, measures = _counted(store, YEAR)
    composed = _composed(measures)
    week, _ = _counted(store, timedelta(weeks=1))
    store.close()
    received = measures.figures.received
    faults = () if 0 < received <= there else (f"{received} complaints received of {there}",)
    return Reported(
        complaints=there,
        fill_seconds=filled_in,
        year_seconds=year,
        whole_seconds=year + composed,
        week_seconds=week,
        faults=faults,
    )


def _counted(store: Store, length: timedelta) -> tuple[float, Measures]:
    """Seconds that the counting of the last so long took, and what it found."""
    book = load((REPOSITORY / "rules.yaml").read_text(encoding="utf-8"))
    started = time.monotonic()
    measures = store.measures(period=Period(begin=END - length, end=END), now=END, rules=book)
    return time.monotonic() - started, measures


def _composed(measures: Measures) -> float:
    """Seconds that the rest of a report took: the page, its pictures, the HTML."""
    book = load((REPOSITORY / "rules.yaml").read_text(encoding="utf-8"))
    started = time.monotonic()
    page, pictures = written(measures, book, MANAGEMENT, "", {"fi"}, Painter())["fi"]
    as_html(page, {name: name for name in pictures})
    return time.monotonic() - started
