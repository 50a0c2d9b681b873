"""docs/measures.md names every measure, and no other; the JSON has the same names."""

import json
import re
from dataclasses import fields
from datetime import UTC, date, datetime
from pathlib import Path

from vastine.core.measures import Figures, Measures, Moment, Period, as_json, period_json

DOCS = (Path(__file__).parents[3] / "docs/measures.md").read_text(encoding="utf-8")
BEGIN, END = datetime(2026, 6, 21, 21, tzinfo=UTC), datetime(2026, 6, 28, 21, tzinfo=UTC)
FIGURES = {field.name for field in fields(Figures)}
PROMISED = """
    received acknowledged answered resolved reopened promises_kept promises_missed steps first_contact_resolved
    undeliverable first_reply_median_s first_reply_p90_s first_reply_open_median_s resolution_median_s csat_mean
    csat_answers nps nps_answers
"""


def named(heading: str) -> set[str]:
    """The names in the first column of the table below a heading."""
    part = DOCS.split(f"\n## {heading}\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| (`[^|]+) \|", part, flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`(\w+)`", row)}


def counted() -> Measures:
    figures = Figures(received=3, csat_mean=4.333333)
    period = Period(begin=BEGIN, end=END)
    trend = (Moment(day=date(2026, 6, 22), figures=figures),)
    by = {"team": {"support": figures}}
    return Measures(period=period, now=END, figures=figures, before=Figures(), by=by, trend=trend)  # type: ignore[arg-type]


def test_every_figure_is_defined_and_none_besides() -> None:
    assert named("The figures") == FIGURES


def test_everything_beside_the_figures_is_defined() -> None:
    assert named("Beside the figures") == set(as_json(counted())) - FIGURES


def test_the_json_has_what_was_promised() -> None:
    assert set(PROMISED.split()) <= set(as_json(counted()))


def test_the_json_is_plain() -> None:
    found = json.loads(json.dumps(as_json(counted())))
    assert (found["received"], found["csat_mean"], found["counted_at"]) == (3, 4.3333, "2026-06-28T21:00:00Z")
    assert (found["trend"][0]["day"], found["by"]["team"]["support"]["received"]) == ("2026-06-22", 3)


def test_a_period_is_from_and_to() -> None:
    assert period_json(counted().period) == {"from": "2026-06-21T21:00:00Z", "to": "2026-06-28T21:00:00Z"}
