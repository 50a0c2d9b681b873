"""Measures as plain JSON values: what `report --json` prints under `measures`, and what CSV files have as columns."""

from dataclasses import asdict, fields
from datetime import UTC, date, datetime
from typing import Any

from vastine.core.measures.values import Figures, Measures, Period

_ELSEWHERE = ("figures", "period", "now", "alarms")  # in `measures` itself, beside it, or by another name


def as_json(measures: Measures) -> dict[str, Any]:
    """The period's figures by their names, and beside them everything else by its name in `Measures`.

    Times are ISO 8601 in UTC, days ISO 8601; figures that nothing was measured for are null.
    """
    rest = {each.name: _plain(getattr(measures, each.name)) for each in fields(measures) if each.name not in _ELSEWHERE}
    steps = _plain(measures.alarms)  # `alarms` is how many there were
    return {**_figures(measures.figures), "counted_at": _plain(measures.now), **rest, "alarms_by_step": steps}


def _figures(figures: Figures) -> dict[str, Any]:
    return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(figures).items()}


def _plain(value: Any) -> Any:
    """A value of the measures, however deep, in the types of JSON."""
    if isinstance(value, Figures):
        return _figures(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if hasattr(value, "__dataclass_fields__"):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value


def period_json(period: Period) -> dict[str, str]:
    """`from` and `to` of `report --json`."""
    return {"from": _plain(period.begin), "to": _plain(period.end)}
