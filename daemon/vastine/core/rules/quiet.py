"""Quiet hours as the rules have them, of the company or of a member: when the ladder's notices wait."""

from dataclasses import dataclass, field
from typing import Any

from vastine.core.clock import parse_hours, parse_week, parse_weekdays
from vastine.core.rules.shapes import Either, JsonSchema, Reading, Shape, Table, Text
from vastine.core.rules.tree import Mapping, Node

Week = tuple[tuple[tuple[int, int], ...], ...]
"""The hours of seven days from Monday, as a Calendar has them."""

_NONE = "none"
_WHOLE_WEEK = 7 * 24 * 60


def _hours(text: str) -> Any:
    return parse_hours(text) and text


def _days(text: str) -> str:
    parse_weekdays(text)
    return text


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """`"21:00-07:00"`, or hours by weekdays; the quiet hours of a week. `none`, where allowed, is an empty week."""

    or_none: bool = False
    _shape: Shape = field(
        default=Either(
            text=Text(expects="hours such as 21:00-07:00", convert=str, examples=("21:00-07:00",)),
            mapping=Table(
                key=Text(expects="days", convert=_days),
                value=Text(expects="hours such as 21:00-07:00", convert=_hours, examples=("21:00-07:00",)),
            ),
        ),
        init=False,
        repr=False,
    )

    @property
    def expects(self) -> str:
        return "hours such as 21:00-07:00, or a mapping of days to hours" + (", or none" if self.or_none else "")

    def read(self, node: Node, reading: Reading) -> Week | None:
        before = len(reading.problems)
        found = self._shape.read(node, reading)
        if found is None or len(reading.problems) > before:
            return None
        if self.or_none and found == _NONE:
            return ()
        try:
            return _week(found if isinstance(node, Mapping) else {"mon-sun": found})
        except ValueError as error:
            reading.error(node, str(error))
            return None

    def schema(self) -> JsonSchema:
        return self._shape.schema()


def _week(hours: dict[str, str]) -> Week:
    week = parse_week(hours)
    if sum(end - begin for day in week for begin, end in day) >= _WHOLE_WEEK:
        raise ValueError("quiet hours must end some time: these are all hours of the week")
    return week
