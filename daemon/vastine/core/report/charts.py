"""Charts as plain values: what is to be seen, and what it is told as to those who do not see it. Nothing is drawn here.

Each answers one question, which is its title. Numbers are drawn by `edges.painter_child`, in the reader's way of
writing them: `decimal` is the sign before tenths, `suffix` stands behind each number.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

# Colours that people with any colour vision tell apart: Okabe and Ito, "Color Universal Design" (2008).
BLUE, VERMILLION, GREEN, GREY = "#0072B2", "#D55E00", "#009E73", "#5f6b76"


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Values from left to right, or from above to below; None where there is nothing to show."""

    name: str
    values: tuple[float | None, ...]
    colour: str = BLUE


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`lines` go along `labels` (weeks); `bars` lie one a label, the second series being a part of the first.

    `name` is for file names, `target` a line to be compared with. `least` and `most` bound the axis where given,
    `ticks` are its marks.
    `written` are the values of bars as text. `alt` says what the picture shows, with its figures.
    """

    name: str
    kind: Literal["lines", "bars"]
    title: str
    alt: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    written: tuple[str, ...] = ()
    target: float | None = None
    target_label: str = ""
    least: float | None = None
    most: float | None = None
    ticks: tuple[float, ...] = ()
    decimal: str = ","
    places: int = 0
    suffix: str = ""


def as_json(chart: Chart) -> dict[str, Any]:
    """The chart for another process."""
    return asdict(chart)


def chart_of(given: dict[str, Any]) -> Chart:
    """The chart that `as_json` described."""
    tuples = {name: tuple(given[name]) for name in ("labels", "written", "ticks")}
    series = tuple(Series(**{**each, "values": tuple(each["values"])}) for each in given["series"])
    return Chart(**{**given, **tuples, "series": series})
