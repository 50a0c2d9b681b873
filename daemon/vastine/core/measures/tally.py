"""Counting in one pass: each row goes to every group that it belongs to, and groups become figures at the end.

The time that is looked at is cut into slices, at the beginning of each week and of each period: all that happened in
one slice belongs to the same week and the same period. A row is what happened in one slice alike: it begins with team,
topic, mailbox, priority, language and member of the complaints, None where there is none; then comes what is said where
it is counted: names, a count, lists of seconds. One pass for all groups at once is faster than a sorted query for each,
and both kinds of database give the same figures (docs/decisions/0018-counted-in-one-pass.md).
"""

from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, get_args

from vastine.core.measures.percentile import percentile
from vastine.core.measures.values import Alarm, Dimension, Figures, Period
from vastine.core.rules import Costs

Row = Sequence[Any]
Rows = Iterable[tuple[Period, Iterable[Row]]]  # by slice

DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)
_REST: Final = len(DIMENSIONS)  # where a row's own values begin
_PROMOTER, _DETRACTOR = 9, 6  # of 0 to 10 (Reichheld, 2003)


def _seconds() -> "array[int]":
    return array("i")


@dataclass(slots=True)
class Times:
    """How long something took, in seconds, and how long that has lasted which has not ended."""

    ended: "array[int]" = field(default_factory=_seconds)
    waiting: "array[int]" = field(default_factory=_seconds)

    def percentiles(self) -> tuple[float | None, float | None]:
        """The median and the 90th."""
        ended, waiting = sorted(self.ended), sorted(self.waiting)
        return percentile(ended, waiting, 50), percentile(ended, waiting, 90)


@dataclass(slots=True)
class Group:
    """What is counted of one group of complaints. Names are those of the measures (docs/measures.md)."""

    counts: Counter[str] = field(default_factory=Counter)
    times: "defaultdict[str, Times]" = field(default_factory=lambda: defaultdict(Times))

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

    `weeks` are the beginnings of the weeks of the trend, oldest first; the last one ends with the period.
    """

    def __init__(self, period: Period, before: Period, weeks: Sequence[datetime]) -> None:
        self._begin = period.begin
        self._begin_before = before.begin
        self._starts = list(weeks)
        edges = sorted({before.begin, period.begin, *weeks})
        self.slices = [Period(begin=begin, end=end) for begin, end in pairwise([*edges, period.end])]
        self.before = Group()
        self.weeks = [Group() for _ in weeks]  # oldest first
        self._cells: defaultdict[Row, Group] = defaultdict(Group)  # by the names in all dimensions
        self._by_step: defaultdict[str, Times] = defaultdict(Times)

    @property
    def total(self) -> Group:
        """The period's."""
        return _together(self._cells.values())

    def by(self, dimension: Dimension) -> Mapping[str, Group]:
        """The period's by one dimension, by name; what has none there is left out."""
        place = DIMENSIONS.index(dimension)
        found: defaultdict[str, list[Group]] = defaultdict(list)
        for names, group in self._cells.items():
            if (name := names[place]) is not None:
                found[name].append(group)
        return {name: _together(found[name]) for name in sorted(found)}

    def _spread(self, rows: Rows) -> Iterator[tuple[Group, Row]]:
        """Every row with each group that it belongs to, without the names in the dimensions.

        What belongs to the period goes to the smallest groups there are, which are put together at the end.
        """
        for part, some in rows:
            wholes = []
            if week := bisect_right(self._starts, part.begin):
                wholes.append(self.weeks[week - 1])
            if self._begin_before <= part.begin < self._begin:
                wholes.append(self.before)
            is_now = part.begin >= self._begin
            for row in some:
                own = row[_REST:]
                for group in wholes:
                    yield group, own
                if is_now:
                    yield self._cells[row[:_REST]], own

    def add_complaints(self, rows: Rows) -> None:
        """By when they were opened: status, 1 if acknowledged, 1 if their customer had complained before; how many."""
        for group, (status, known, returns, count) in self._spread(rows):
            if status in ("spam", "merged"):
                group.counts[status] += count
                continue
            group.counts["received"] += count
            group.counts["acknowledged"] += count * known
            group.counts["returning"] += count * returns
            group.counts["unresolved"] += count * (status != "resolved")

    def add_answered(self, rows: Rows) -> None:
        """Mails that want an answer, by when they came: whether they opened their complaints; how many; wall and open
        seconds until each was answered.
        """
        for group, (first, count, wall, open_) in self._spread(rows):
            group.counts["asks"] += count
            for name in ("answer", "first_reply") if first else ("answer",):
                group.times[name].ended.extend(wall)
                group.times[f"{name}_open"].ended.extend(open_)

    def add_unanswered(self, rows: Rows) -> None:
        """Those without an answer yet: whether they opened a complaint; seconds that each waited, wall and open."""
        for group, (first, wall, open_) in self._spread(rows):
            group.counts["asks"] += len(wall)
            group.counts["asks_unanswered"] += len(wall)
            group.counts["unanswered"] += len(wall) * first
            for name in ("answer", "first_reply") if first else ("answer",):
                group.times[name].waiting.extend(wall)
                group.times[f"{name}_open"].waiting.extend(open_)

    def add_events(self, name: str, rows: Rows) -> None:
        """What is only counted, by when it happened: how many."""
        for group, (count,) in self._spread(rows):
            group.counts[name] += count

    def add_resolutions(self, rows: Rows) -> None:
        """By when: 1 if one answer at most was enough; how many; wall and open seconds in hand of each."""
        for group, (at_once, count, wall, open_) in self._spread(rows):
            group.counts["resolved"] += count
            group.counts["first_contact_resolved"] += count * at_once
            group.times["resolution"].ended.extend(wall)
            group.times["resolution_open"].ended.extend(open_)

    def add_steps(self, rows: Rows, silent: frozenset[str]) -> None:
        """By when they were taken: their `at`; how many; seconds until somebody acted, and how long it is now where
        nobody has. `silent` are the `at` of steps that tell nobody of ours.
        """
        for part, some in rows:
            kept = list(some)
            for group, (at, count, handled, unhandled) in self._spread([(part, kept)]):
                group.counts["steps"] += count
                if _written(at) not in silent:
                    group.counts["alarms"] += count
                    group.counts["steps_handled"] += len(handled)
                    group.times["step_handled"].ended.extend(handled)
                    group.times["step_handled"].waiting.extend(unhandled)
            for at, _, handled, unhandled in (row[_REST:] for row in kept if part.begin >= self._begin):
                if _written(at) not in silent:
                    self._by_step[_written(at)].ended.extend(handled)
                    self._by_step[_written(at)].waiting.extend(unhandled)

    def add_promises(self, rows: Rows) -> None:
        """By when they were due: how they ended (kept, missed, renewed, dropped); how many."""
        for group, (how, count) in self._spread(rows):
            group.counts[f"promises_{how}"] += count

    def add_surveys(self, rows: Rows) -> None:
        """By when the customer was asked: the scale, and the score if they gave one; how many."""
        for group, (kind, score, count) in self._spread(rows):
            for name, by in _of_surveys(kind, score, count):
                group.counts[name] += by

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


def _of_surveys(kind: str, score: int | None, count: int) -> Iterator[tuple[str, int]]:
    yield f"{kind}_asked", count
    if score is None:
        return
    yield f"{kind}_answers", count
    if kind == "csat":
        yield "csat_sum", count * score
    elif score >= _PROMOTER or score <= _DETRACTOR:
        yield "promoters" if score >= _PROMOTER else "detractors", count


def _written(at: str) -> str:
    """The step's `at` as the rules have it: `first_reply` of `first_reply (2)`."""
    return at.partition(" (")[0]
