"""Counting in one pass: each row goes to every group that it belongs to, and groups become figures at the end.

A row begins with when it happened (whole seconds since 1970), then team, topic, mailbox, priority, language and
member of its complaint, None where there is none; what follows is said where it is counted. One pass for all groups
at once is faster than a sorted query for each, and both kinds of database give the same figures
(docs/decisions/0018-counted-in-one-pass.md). Rows are taken some thousand at a time, a column after the other.
"""

from array import array
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import compress
from typing import Any, Final, get_args

from vastine.core.measures.percentile import percentile
from vastine.core.measures.trend import second
from vastine.core.measures.values import Alarm, Dimension, Figures, Period
from vastine.core.rules import Costs

Row = Sequence[Any]
Rows = Iterable[Sequence[Row]]  # some thousand together
Spread = tuple["defaultdict[Any, Group]", Sequence[Any], list[tuple[Any, ...]]]

DIMENSIONS: Final[tuple[Dimension, ...]] = get_args(Dimension)
_REST: Final = 1 + len(DIMENSIONS)  # where a row's own values begin
_PROMOTER, _DETRACTOR = 9, 6  # of 0 to 10 (Reichheld, 2003)


def _seconds() -> "array[int]":
    return array("i")


@dataclass(slots=True)
class Times:
    """How long something took, in seconds, and how long that has lasted which has not ended."""

    ended: "array[int]" = field(default_factory=_seconds)
    waiting: "array[int]" = field(default_factory=_seconds)

    def add(self, ended: int | None, waiting: int) -> None:
        if ended is None:
            self.waiting.append(waiting)
        else:
            self.ended.append(ended)

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

    `weeks` are the beginnings of the weeks of the trend, oldest first, in seconds since 1970; the last one ends with
    the period.
    """

    def __init__(self, period: Period, before: Period, weeks: Sequence[int]) -> None:
        self._begin = second(period.begin)
        self._begin_before = second(before.begin)
        self._starts = list(weeks)
        self._before: defaultdict[bool, Group] = defaultdict(Group)  # of one key
        self._weeks: defaultdict[int, Group] = defaultdict(Group)
        self._cells: defaultdict[tuple[str | None, ...], Group] = defaultdict(Group)  # by the names in all dimensions
        self._by_step: defaultdict[str, Times] = defaultdict(Times)

    @property
    def since(self) -> int:
        """From when on rows are wanted."""
        return min(self._begin_before, *self._starts[:1])

    @property
    def total(self) -> Group:
        """The period's."""
        return _together(self._cells.values())

    @property
    def before(self) -> Group:
        """Of the period before."""
        return self._before[True]

    @property
    def weeks(self) -> list[Group]:
        """Oldest first."""
        return [self._weeks[number] for number in range(1, len(self._starts) + 1)]

    def by(self, dimension: Dimension) -> Mapping[str, Group]:
        """The period's by one dimension, by name; what has none there is left out."""
        place = DIMENSIONS.index(dimension)
        found: defaultdict[str, list[Group]] = defaultdict(list)
        for names, group in self._cells.items():
            if (name := names[place]) is not None:
                found[name].append(group)
        return {name: _together(found[name]) for name in sorted(found)}

    def _spread(self, rows: Sequence[Row]) -> Iterator[Spread]:
        """For every way to group: its groups, each row's key among them, and the rows' own values in columns.

        What belongs to the period goes to the smallest groups there are, which are put together at the end.
        """
        columns = list(zip(*rows, strict=True))
        weeks = [bisect_right(self._starts, at) for at in columns[0]]
        yield self._weeks, weeks, columns[_REST:]  # 0 are those before the first week
        now = [at >= self._begin for at in columns[0]]
        if all(now):
            yield self._cells, list(zip(*columns[1:_REST], strict=True)), columns[_REST:]
            return
        if any(now):
            these = [tuple(compress(column, now)) for column in columns]
            yield self._cells, list(zip(*these[1:_REST], strict=True)), these[_REST:]
        before = [self._begin_before <= at < self._begin for at in columns[0]]
        if any(before):
            yield self._before, [True] * sum(before), [tuple(compress(column, before)) for column in columns[_REST:]]

    def _spreads(self, rows: Rows) -> Iterator[Spread]:
        for some in rows:
            if some:
                yield from self._spread(some)

    def add_complaints(self, rows: Rows) -> None:
        """By when they were opened: status, 1 if acknowledged, 1 if their customer had complained before."""
        for groups, keys, columns in self._spreads(rows):
            for (key, status, known, returns), count in Counter(zip(keys, *columns, strict=True)).items():
                counts = groups[key].counts
                if status in ("spam", "merged"):
                    counts[status] += count
                    continue
                counts["received"] += count
                counts["acknowledged"] += count * known
                counts["returning"] += count * returns
                counts["unresolved"] += count * (status != "resolved")

    def add_answered(self, rows: Rows) -> None:
        """Mails that want an answer, by when they came: whether each opened its complaint; wall and open seconds until
        it was answered.
        """
        for groups, keys, (first, wall, open_) in self._spreads(rows):
            _count(groups, keys, "asks")
            _collect(groups, keys, "answer", wall)
            _collect(groups, keys, "answer_open", open_)
            firsts = list(compress(keys, first))
            _collect(groups, firsts, "first_reply", compress(wall, first))
            _collect(groups, firsts, "first_reply_open", compress(open_, first))

    def add_unanswered(self, rows: Rows) -> None:
        """Those that have no answer yet: whether each opened its complaint; wall and open seconds that it waited."""
        for groups, keys, (first, wall, open_) in self._spreads(rows):
            _count(groups, keys, "asks")
            _count(groups, keys, "asks_unanswered")
            _collect(groups, keys, "answer", wall, ended=False)
            _collect(groups, keys, "answer_open", open_, ended=False)
            firsts = list(compress(keys, first))
            _count(groups, firsts, "unanswered")
            _collect(groups, firsts, "first_reply", compress(wall, first), ended=False)
            _collect(groups, firsts, "first_reply_open", compress(open_, first), ended=False)

    def add_events(self, name: str, rows: Rows) -> None:
        """What is only counted, by when it happened."""
        for groups, keys, _ in self._spreads(rows):
            _count(groups, keys, name)

    def add_resolutions(self, rows: Rows) -> None:
        """By when: wall and open seconds in hand, and 1 if one answer at most was enough."""
        for groups, keys, (wall, open_, at_once) in self._spreads(rows):
            _count(groups, keys, "resolved")
            _count(groups, list(compress(keys, at_once)), "first_contact_resolved")
            _collect(groups, keys, "resolution", wall)
            _collect(groups, keys, "resolution_open", open_)

    def add_steps(self, rows: Rows, silent: frozenset[str]) -> None:
        """By when they were taken: their `at`, and seconds until somebody acted, None where nobody has, and how long it
        is now. `silent` are the `at` of steps that tell nobody of ours.
        """
        for some in rows:
            for groups, keys, _ in self._spread(some) if some else ():
                _count(groups, keys, "steps")
            telling = [row for row in some if _written(row[_REST]) not in silent]
            handled = [row for row in telling if row[_REST + 1] is not None]
            unhandled = [row for row in telling if row[_REST + 1] is None]
            for groups, keys, (_, seconds, _) in self._spread(handled) if handled else ():
                _count(groups, keys, "alarms")
                _count(groups, keys, "steps_handled")
                _collect(groups, keys, "step_handled", seconds)
            for groups, keys, (_, _, lasted) in self._spread(unhandled) if unhandled else ():
                _count(groups, keys, "alarms")
                _collect(groups, keys, "step_handled", lasted, ended=False)
            for row in telling:
                if row[0] >= self._begin:
                    self._by_step[_written(row[_REST])].add(row[_REST + 1], row[_REST + 2])

    def add_promises(self, rows: Rows) -> None:
        """By when they were due: how they ended (kept, missed, renewed, dropped)."""
        for groups, keys, (ended,) in self._spreads(rows):
            for (key, how), count in Counter(zip(keys, ended, strict=True)).items():
                groups[key].counts[f"promises_{how}"] += count

    def add_surveys(self, rows: Rows) -> None:
        """By when the customer was asked: the scale, and the score if they gave one."""
        for groups, keys, columns in self._spreads(rows):
            for (key, kind, score), count in Counter(zip(keys, *columns, strict=True)).items():
                for name, by in _of_surveys(kind, score, count):
                    groups[key].counts[name] += by

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


class _Into(dict[Any, Any]):
    """Where the times of each key go: found once a key."""

    def __init__(self, groups: "defaultdict[Any, Group]", name: str, *, ended: bool) -> None:
        self._groups, self._name, self._ended = groups, name, ended

    def __missing__(self, key: Any) -> Any:
        times = self._groups[key].times[self._name]
        self[key] = append = (times.ended if self._ended else times.waiting).append
        return append


def _collect(
    groups: "defaultdict[Any, Group]", keys: Iterable[Any], name: str, seconds: Iterable[int], *, ended: bool = True
) -> None:
    into = _Into(groups, name, ended=ended)
    for key, value in zip(keys, seconds, strict=True):
        into[key](value)


def _count(groups: "defaultdict[Any, Group]", keys: Iterable[Any], name: str) -> None:
    for key, count in Counter(keys).items():
        groups[key].counts[name] += count


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
