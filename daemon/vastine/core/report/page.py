"""What a report or digest says, in its order, before it is text, HTML or CSV. All strings are ready for people's eyes.

Both ways to write it take every string from here, so that they say the same figures.
"""

from dataclasses import dataclass
from typing import Literal

from vastine.core.report.charts import Chart

Tone = Literal["plain", "late"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One figure with the same of the period before and the change; an empty string where there is none."""

    label: str
    value: str
    before: str = ""
    change: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Figures under a title; `now`, `before` and `change` stand above the columns."""

    title: str
    now: str
    before: str
    change: str
    rows: tuple[Fact, ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What stands in a field of a table, and in small letters below."""

    text: str
    below: str = ""
    tone: Tone = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table. Its first column is text, the others are figures or times."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """`statements` are the sentences that matter; `late` colours them. `notes` stand at the end, in small letters."""

    language: str
    title: str
    subtitle: str
    statements: tuple[str, ...]
    late: bool = False
    facts: Facts | None = None
    charts: tuple[Chart, ...] = ()
    grids: tuple[Grid, ...] = ()
    notes: tuple[str, ...] = ()
