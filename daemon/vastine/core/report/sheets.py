"""Figures as CSV for a spreadsheet. One row a group of complaints; columns are named as in docs/measures.md.

UTF-8 with a byte order mark, by which Excel knows it. Where the company's first language writes decimals with a comma
fields are divided by `;`, as a Finnish or Swedish Excel expects when a file is opened by a double click; else by `,`.
"""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any, Final
from zoneinfo import ZoneInfo

from vastine.core.identity import masked
from vastine.core.measures import Figures, Measures
from vastine.core.schedule import preceding

MARK: Final = "\ufeff"
_WITH_COMMA: Final = ("fi", "sv")
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet would take for a formula
_FIGURES: Final = tuple(each.name for each in fields(Figures))


def figures_csv(measures: Measures, *, zone: ZoneInfo, first_language: str) -> bytes:
    """The whole period, the one before, each group of the period, then each week of the trend."""
    head = ("from", "to", "by", "name", *_FIGURES)
    return _written([head, *_rows(measures, zone)], first_language)


def stuck_csv(measures: Measures, *, zone: ZoneInfo, first_language: str) -> bytes:
    """The complaints that are late, the latest first."""
    head = ("reference", "topic", "priority", "team", "assignee", "subject", "status", "opened_at", "clock", "due_at")
    rows = (
        [
            each.reference,
            each.topic,
            each.priority,
            each.team,
            each.assignee,
            masked(each.subject),
            each.status,
            _local(each.opened_at, zone),
            each.clock,
            _local(each.due_at, zone),
        ]
        for each in measures.stuck
    )
    return _written([head, *rows], first_language)


def _rows(measures: Measures, zone: ZoneInfo) -> Iterator[Sequence[Any]]:
    begin, end = (_local(each, zone) for each in (measures.period.begin, measures.period.end))
    before = preceding(measures.period, zone)
    yield [begin, end, "all", "", *_values(measures.figures)]
    yield [_local(before.begin, zone), _local(before.end, zone), "all", "", *_values(measures.before)]
    for dimension, groups in measures.by.items():
        for name, figures in groups.items():
            yield [begin, end, dimension, name, *_values(figures)]
    for number, moment in enumerate(measures.trend):
        last = number + 1 == len(measures.trend)
        after = moment.day + timedelta(days=7)
        yield [f"{moment.day} 00:00", end if last else f"{after} 00:00", "trend", "", *_values(moment.figures)]


def _values(figures: Figures) -> list[Any]:
    return [getattr(figures, name) for name in _FIGURES]


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _written(rows: Sequence[Sequence[Any]], first_language: str) -> bytes:
    with_comma = first_language in _WITH_COMMA
    out = StringIO()
    writer = csv.writer(out, delimiter=";" if with_comma else ",", lineterminator="\r\n")
    writer.writerows([_field(value, with_comma=with_comma) for value in row] for row in rows)
    return (MARK + out.getvalue()).encode("utf-8")


def _field(value: Any, *, with_comma: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        written = f"{value:.4f}".rstrip("0").rstrip(".")
        return written.replace(".", ",") if with_comma else written
    if isinstance(value, int | date):
        return str(value)
    text = " ".join(str(value).split())
    return f"'{text}" if text.startswith(_FORMULA) else text
