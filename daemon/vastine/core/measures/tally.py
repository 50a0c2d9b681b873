"""Counting in one pass: each row goes to every group that it belongs to, and groups become figures at the end.

The time that is looked at is cut into slices, at the beginning of each week and of each period: all that happened in
one slice belongs to the same week and the same period. A row is what happened in one slice alike: it begins with the
cell of the complaints (a key of their team, topic, mailbox, priority and language together) and the member, None where
there is none; then come counts and lists of seconds, as its columns say. One pass for all groups at
once is faster than a sorted query for each, and both kinds of database give the same figures
(docs/decisions/0018-counted-in-one-pass.md).
"""

from array import array
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from itertools import pairwise
from typing import Any, Final, get_args

from vastine.core.measures.percentile import percentile
from vastine.core.measures.values import Alarm, Dimension, Figures, Period
from vastine.core.rules import Costs

Row = Sequence[Any]
Rows = Iterable[tuple[Period, Iterable[Row]]]  # by slice

DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)


def _seconds() -> "array[int]":
    return array("i")


@dataclass(slots=True)
class Times:
    """How long something took, in seconds, and how long that has lasted which has not ended."""

    ended: "array[int]" = field(default_factory=_seconds)
    waiting: "array[int]" = field(default_factory=_seconds)

    def put_in_order(self) -> None:
        """So that what is put together of several is sorted in a third less time."""
        self.ended, self.waiting = array("i", sorted(self.ended)), array("i", sorted(self.waiting))

    def percentiles(self) -> tuple[float | None, float | None]:
        """The median and the 90th."""
        ended, waiting = sorted(self.ended), sorted(self.waiting)
        return percentile(ended, waiting, 50), percentile(ended, waiting, 90)


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """What a row has after cell and member: counts, lists of seconds that things took, and of such as still last."""

    counts: Sequence[str] = ()
    ended: Sequence[str] = ()
    waiting: Sequence[str] = ()


_ALARMS: Final = Columns(
    counts=("steps", "alarms", "steps_handled"), ended=("step_handled",), waiting=("step_handled",)
)


@dataclass(slots=True)
class Group:
    """What is counted of one group of complaints. Names are those of the measures (docs/measures.md)."""

    counts: "defaultdict[str, int]" = field(default_factory=lambda: defaultdict(int))
    times: "defaultdict[str, Times]" = field(default_factory=lambda: defaultdict(Times))

    def add(self, columns: Columns, values: Sequence[Any]) -> None:
        """Count one row, or a part of one."""
        rest = iter(values)
        for name in columns.counts:
            self.counts[name] += next(rest)
        for name in columns.ended:
            self.times[name].ended.extend(next(rest))
        for name in columns.waiting:
            self.times[name].waiting.extend(next(rest))

    def figures(self, costs: Costs | None) -> Figures:
        counts = dict(self.counts)
        score, promoters, detractors = (counts.pop(name, 0) for name in ("csat_sum", "promoters", "detractors"))
        rated, asked = counts.get("csat_answers", 0), counts.get("nps_answers", 0)
        measured: dict[str, Any] = {
            **counts,
            **self._times(),
            **_cost(counts.get("received", 0), counts.get("answers", 0), costs),
        }
        return Figures(
            **measured,
            csat_mean=score / rated if rated else None,
            nps=100 * (promoters - detractors) / asked if asked else None,
        )

    def _times(self) -> dict[str, float | None]:
        found: dict[str, float | None] = {}
        for name, times in self.times.items():
            found[f"{name}_median_s"], found[f"{name}_p90_s"] = times.percentiles()
        return found


def _together(groups: Iterable[Group]) -> Group:
    """One group of all that is in these."""
    whole = Group()
    for group in groups:
        for name, count in group.counts.items():
            whole.counts[name] += count
        for name, times in group.times.items():
            whole.times[name].ended.extend(times.ended)
            whole.times[name].waiting.extend(times.waiting)
    return whole


def _cost(received: int, answers: int, costs: Costs | None) -> dict[str, float | None]:
    if costs is None:
        return {"cost": None, "cost_mean": None}
    cost = float(received * costs.complaint + answers * costs.answer)
    return {"cost": cost, "cost_mean": cost / received if received else None}


class Tally:
    """All groups of one report: the period, the one before it, the period's groups by dimension, and the weeks.

    `weeks` are the beginnings of the weeks of the trend, oldest first; the last one ends with the period. `cells` are
    the names of each cell, in the order of the dimensions, without the member.
    """

    def __init__(
        self, period: Period, before: Period, weeks: Sequence[datetime], cells: Mapping[int, Sequence[str]]
    ) -> None:
        self._names = cells
        self._begin = period.begin
        self._begin_before = before.begin
        self._starts = list(weeks)
        edges = sorted({before.begin, period.begin, *weeks})
        self.slices = [Period(begin=begin, end=end) for begin, end in pairwise([*edges, period.end])]
        self.before = Group()
        self.weeks = [Group() for _ in weeks]  # oldest first
        self._cells: defaultdict[tuple[int, str | None], Group] = defaultdict(Group)  # by cell and member
        self._by_step: defaultdict[str, Times] = defaultdict(Times)

    @cached_property
    def _ordered(self) -> Mapping[tuple[int, str | None], Group]:
        """The period's smallest groups, complete."""
        for group in self._cells.values():
            for times in group.times.values():
                times.put_in_order()
        return self._cells

    @property
    def total(self) -> Group:
        """The period's."""
        return _together(self._ordered.values())

    def by(self, dimension: Dimension) -> Mapping[str, Group]:
        """The period's by one dimension, by name; what has none there is left out."""
        place = DIMENSIONS.index(dimension)
        found: defaultdict[str, list[Group]] = defaultdict(list)
        for (cell, member), group in self._ordered.items():
            if (name := (*self._names[cell], member)[place]) is not None:
                found[name].append(group)
        return {name: _together(found[name]) for name in sorted(found)}

    def add(self, rows: Rows, columns: Columns) -> None:
        """Every row to each group that it belongs to: the week's, the period before's, or the smallest of the period's,
        which are put together at the end.
        """
        for part, some in rows:
            wholes = self._wholes(part)
            is_now = part.begin >= self._begin
            for cell, member, *values in some:
                for group in wholes:
                    group.add(columns, values)
                if is_now:
                    self._cells[cell, member].add(columns, values)

    def _wholes(self, part: Period) -> list[Group]:
        wholes = []
        if week := bisect_right(self._starts, part.begin):
            wholes.append(self.weeks[week - 1])
        if self._begin_before <= part.begin < self._begin:
            wholes.append(self.before)
        return wholes

    def add_steps(self, rows: Rows, silent: frozenset[str]) -> None:
        """Steps of the ladder, by when they were taken: their `at`; how many; seconds until somebody acted, and how
        long it is now where nobody has. `silent` are the `at` of steps that tell nobody of ours: they are no alarms.
        """
        for part, some in rows:
            alarms, others = [], []
            for cell, member, at, count, ended, waiting in some:
                if _written(at) in silent:
                    others.append((cell, member, count))
                    continue
                alarms.append((cell, member, count, count, len(ended), ended, waiting))
                if part.begin >= self._begin:
                    self._by_step[_written(at)].ended.extend(ended)
                    self._by_step[_written(at)].waiting.extend(waiting)
            self.add([(part, others)], Columns(counts=("steps",)))
            self.add([(part, alarms)], _ALARMS)

    def alarms(self, order: Sequence[str]) -> tuple[Alarm, ...]:
        """The steps of the period, in the order of the ladder; those that it has no more behind."""
        places = {at: place for place, at in enumerate(order)}
        found = []
        for at, times in sorted(self._by_step.items(), key=lambda each: (places.get(each[0], len(places)), each[0])):
            median, p90 = times.percentiles()
            handled = len(times.ended)
            taken = handled + len(times.waiting)
            found.append(Alarm(at=at, taken=taken, handled=handled, median_s=median, p90_s=p90))
        return tuple(found)


def _written(at: str) -> str:
    """The step's `at` as the rules have it: `first_reply` of `first_reply (2)`."""
    return at.partition(" (")[0]
