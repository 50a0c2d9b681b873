"""The child of `edges.painter`: reads charts as JSON from standard input, answers with PNG pictures, and ends.

Plain by intention (Tufte, "The Visual Display of Quantitative Information", 1983): no frame, no grid but a few faint
lines, the names of lines at their ends. White with a margin, so that a dark mail client leaves the pictures readable.
"""

import json
import os
import resource
import sys
from base64 import b64encode
from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

from vastine.core.report.charts import Chart, Series, chart_of

CPU_SECONDS: Final = 30
MEMORY: Final = 768 * 1024 * 1024  # octets of data; a report takes a fifth of it
WIDTH, HEIGHT, DPI = 320, 200, 144  # points; two device pixels each, which is sharp on a phone too
INK, FAINT, PALE = "#1f2933", "#5f6b76", "#e4e7eb"
COLOURS: Final = 48  # in a picture: enough for smooth edges
MARGIN: Final = 12  # points


def main() -> None:
    """Draw what is asked for; what a library prints must not get among the answer."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _limit(resource.RLIMIT_CPU, CPU_SECONDS)
    _limit(resource.RLIMIT_DATA, MEMORY)
    pictures = {each["name"]: b64encode(draw(chart_of(each))).decode() for each in json.load(sys.stdin)}
    answers.write(json.dumps(pictures).encode())
    answers.close()


def draw(chart: Chart) -> bytes:
    """One chart as PNG."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=DPI, facecolor="white")
    figure.text(MARGIN / WIDTH, 1 - 22 / HEIGHT, chart.title, fontsize=12.5, fontweight="bold", color=INK)
    (_lines if chart.kind == "lines" else _bars)(figure, chart)
    return _png(figure)


def _png(figure: Any) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from PIL import Image

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    picture = Image.frombuffer("RGBA", canvas.get_width_height(), canvas.buffer_rgba(), "raw", "RGBA", 0, 1).convert(
        "RGB"
    )
    octets = BytesIO()
    picture.quantize(COLOURS).save(octets, format="PNG", optimize=True, dpi=(DPI, DPI))
    return octets.getvalue()


def _number(value: float, chart: Chart) -> str:
    return f"{value:.{chart.places}f}".replace(".", chart.decimal).replace("-", "\N{MINUS SIGN}") + chart.suffix


def _lines(figure: Any, chart: Chart) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    names = [_end_label(series, chart) for series in chart.series]
    right = max(map(len, names), default=0) * 7.2 + 12  # points that the longest name takes
    axes = figure.add_axes(_place(left=44, right=min(150, right), bottom=28, top=36))
    weeks = range(len(chart.labels))
    for series in chart.series:
        values = [float("nan") if value is None else value for value in series.values]
        axes.plot(weeks, values, color=series.colour, linewidth=2, solid_capstyle="round", marker="o", markersize=2.5)
    if chart.target is not None:
        axes.axhline(chart.target, color=FAINT, linewidth=1, linestyle=(0, (4, 3)))
        axes.annotate(
            chart.target_label, (0, chart.target), (0, 3), textcoords="offset points", fontsize=10.5, color=FAINT
        )
    _bound(axes, chart)
    axes.set_xlim(-0.3, max(len(chart.labels) - 1, 1) + 0.15)
    axes.yaxis.set_major_locator(
        FixedLocator(chart.ticks) if chart.ticks else MaxNLocator(4, integer=chart.places == 0)
    )
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _number(value, chart)))
    shown = sorted({0, (len(chart.labels) - 1) // 2, len(chart.labels) - 1})
    axes.set_xticks(shown, [chart.labels[place] for place in shown])
    _plain(axes)
    axes.tick_params(axis="x", pad=5)
    axes.grid(axis="y", color=PALE, linewidth=0.8)
    axes.set_axisbelow(True)
    _name_ends(axes, chart, names)


def _bound(axes: Any, chart: Chart) -> None:
    values = [value for series in chart.series for value in series.values if value is not None]
    values += [chart.target] if chart.target is not None else []
    low = chart.least if chart.least is not None else min([0, *values])
    high = chart.most if chart.most is not None else max(values, default=1) * 1.12 or 1
    axes.set_ylim(low, max(high, low + 1e-9))


def _end_label(series: Series, chart: Chart) -> str:
    last = next((value for value in reversed(series.values) if value is not None), None)
    parts: tuple[str, ...] = (series.name, "" if last is None else _number(last, chart))
    return " ".join(part for part in parts if part)


def _name_ends(axes: Any, chart: Chart, names: Sequence[str]) -> None:
    """Each line's name and last value at its end, moved apart where two would lie on each other."""
    low, high = axes.get_ylim()
    height = HEIGHT - 28 - 36
    ends = []
    for series, name in zip(chart.series, names, strict=True):
        places = [n for n, value in enumerate(series.values) if value is not None]
        if places:
            value = series.values[places[-1]]
            ends.append([(value - low) / (high - low) * height, value, places[-1], name, series.colour])
    ends.sort(key=lambda end: end[0])
    lowest = 0.0
    for end in ends:
        shift = max(0.0, lowest - end[0])
        lowest = end[0] + shift + 14
        axes.annotate(
            end[3], (len(chart.labels) - 1, end[1]), (8, shift), textcoords="offset points",
            fontsize=11, color=end[4], va="center", fontweight="bold", annotation_clip=False,
        )  # fmt: skip


def _bars(figure: Any, chart: Chart) -> None:
    """Bars from above to below; of a second series the part at the left end is coloured."""
    left = min(150.0, 18 + max(len(_short(label)) for label in chart.labels) * 6.5)
    axes = figure.add_axes(_place(left=left, right=64, bottom=20, top=38))
    rows = range(len(chart.labels))
    whole, *parts = chart.series
    axes.barh(rows, [value or 0 for value in whole.values], color=whole.colour, height=0.62)
    for part in parts:
        axes.barh(rows, [value or 0 for value in part.values], color=part.colour, height=0.62)
    for row in rows:
        axes.annotate(
            chart.written[row], (whole.values[row] or 0, row), (5, 0), textcoords="offset points",
            fontsize=11, color=INK, va="center", annotation_clip=False,
        )  # fmt: skip
    axes.set_yticks(rows, [_short(label) for label in chart.labels])
    axes.set_xticks([])
    axes.set_ylim(max(len(chart.labels), 3) - 0.4, -0.6)
    axes.set_xlim(0, max([value or 0 for value in whole.values], default=1) or 1)
    _plain(axes)
    axes.spines["bottom"].set_visible(False)
    if parts:
        _name_colours(figure, [whole, *parts])


def _name_colours(figure: Any, series: Sequence[Series]) -> None:
    """The names of the colours at the right end below the bars, each in its own colour, where they have one: beside the
    title there need not be room.
    """
    named = " ".join(each.name for each in series[1:] if each.name)
    figure.text(
        1 - MARGIN / WIDTH, 6 / HEIGHT, named, fontsize=11, fontweight="bold", color=series[-1].colour, ha="right"
    )


def _short(label: str) -> str:
    return label if len(label) <= 20 else label[:19] + "…"


def _place(*, left: float, right: float, bottom: float, top: float) -> tuple[float, float, float, float]:
    return left / WIDTH, bottom / HEIGHT, (WIDTH - left - right) / WIDTH, (HEIGHT - bottom - top) / HEIGHT


def _plain(axes: Any) -> None:
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.spines["bottom"].set_color("#9aa5b1")
    axes.tick_params(length=0, labelsize=11, labelcolor=FAINT)


def _limit(what: int, limit: int) -> None:
    """Set a soft limit; a lower hard one, which somebody else has set, stays as it is."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


if __name__ == "__main__":
    main()
