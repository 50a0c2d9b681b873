"""The queries whose rows are tallied: one for each kind of fact, with what its complaint is counted by."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, case, exists, func, literal, select

from vastine.core.measures import Period
from vastine.core.measures.tally import Row, Tally
from vastine.core.measures.trend import second
from vastine.core.rules import Rulebook
from vastine.edges.store import tables as t
from vastine.edges.store.measures.moments import between, seconds_of, year_before
from vastine.edges.store.reckoning import kept_until, open_seconds

_TOGETHER: Final = 4_000  # rows fetched at once
_f = t.facts.c
_NOT_SPAM: Final = _f.status != "spam"
_COUNTED: Final = _f.status.not_in(("spam", "merged"))


class Passes:
    """All passes of one report over one connection; `run` makes the tally complete."""

    def __init__(
        self, connection: Connection, tally: Tally, period: Period, now: datetime, rules: Rulebook, team: str | None
    ) -> None:
        self._connection = connection
        self._tally = tally
        self._since = datetime.fromtimestamp(tally.since, UTC)
        self._until = period.end
        self._now = now
        self._rules = rules
        self._team = team

    def run(self) -> None:
        """Count everything."""
        self._complaints()
        self._mails()
        self._deeds()
        self._resolutions()
        self._steps()
        self._promises()
        self._surveys()

    def _rows(
        self,
        at: ColumnElement[Any],
        *more: ColumnElement[Any],
        where: ColumnElement[bool],
        member: ColumnElement[Any] = _f.assignee,
        of: Any = None,
    ) -> Iterator[Sequence[Row]]:
        """Rows of a kind of fact as the tally wants them, many at a time; `of` is its table, unless it is `facts`."""
        columns = (seconds_of(at), _f.team, _f.topic, _f.mailbox, _f.priority, _f.language, member, *more)
        wanted: Select[Any] = select(*columns).where(at >= self._since, at < self._until, where)
        if of is not None:
            wanted = wanted.join_from(of, t.facts, _f.reference == of.c.reference)
        if self._team is not None:
            wanted = wanted.where(_f.team == self._team)
        rows = self._connection.execution_options(yield_per=_TOGETHER).execute(wanted)
        return rows.partitions()

    def _complaints(self) -> None:
        c = t.complaints.alias("earlier").c
        complained = (
            exists()
            .where(c.customer_address == _f.customer, _f.customer != "")
            .where(c.opened_at < _f.opened_at, c.opened_at >= year_before(_f.opened_at))
            .where(c.status.not_in(("spam", "merged")))
        )
        acknowledged = case((_f.acknowledged_at.is_not(None), 1), else_=0)
        returns = case((complained, 1), else_=0)
        self._tally.add_complaints(self._rows(_f.opened_at, _f.status, acknowledged, returns, where=literal(True)))

    def _mails(self) -> None:
        """Mails that want an answer; those that have none yet are few, and how long they wait is reckoned here."""
        m = t.customer_mails.c
        asks = and_(m.asks, _COUNTED)
        who = func.coalesce(m.answered_by, _f.assignee)
        answered = self._rows(
            m.at,
            m.first,
            between(m.at, m.answered_at),
            func.coalesce(m.open_s, between(m.at, m.answered_at)),  # null for what came since the reckoning
            where=and_(asks, m.answered_at.is_not(None)),
            member=who,
            of=t.customer_mails,
        )
        for some in answered:
            self._tally.add_answered([some])
            self._tally.add_events("answered", [self._first_replies(some)])
        waiting = self._rows(
            m.at,
            m.first,
            m.reference,
            _f.clock_priority,
            where=and_(asks, m.answered_at.is_(None)),
            of=t.customer_mails,
        )
        self._tally.add_unanswered([self._waited(list(waiting))])

    def _first_replies(self, rows: Sequence[Row]) -> list[Row]:
        """When those of the rows that opened a complaint were answered, as far as that was before the period's end."""
        until = second(self._until)
        return [(row[0] + row[-2], *row[1:-3]) for row in rows if row[-3] and row[0] + row[-2] < until]

    def _waited(self, parts: Sequence[Sequence[Row]]) -> list[Row]:
        """The rows with the seconds that each has waited instead of its reference and priority."""
        rows = [row for some in parts for row in some]
        seconds = open_seconds(self._connection, {row[-2] for row in rows}, self._rules)
        now = second(self._now)
        found: list[Row] = []
        for *row, reference, priority in rows:
            since = datetime.fromtimestamp(row[0], UTC)
            found.append((*row, max(0, now - row[0]), seconds(priority, reference, since, self._now)))
        return found

    def _deeds(self) -> None:
        """What is only counted, when it happened."""
        m, a, r = t.customer_mails.c, t.answers.c, t.resolutions.c
        who = func.coalesce(m.answered_by, _f.assignee)
        # Of what was asked before; for all else this is counted with the mails.
        first = and_(m.first, _COUNTED, m.at < self._since)
        self._tally.add_events("answered", self._rows(m.answered_at, where=first, member=who, of=t.customer_mails))
        self._tally.add_events("answers", self._rows(a.accepted_at, where=_NOT_SPAM, member=a.member, of=t.answers))
        self._tally.add_events("reopened", self._rows(r.reopened_at, where=_COUNTED, of=t.resolutions))
        self._tally.add_events("undeliverable", self._rows(_f.undeliverable_at, where=_COUNTED))

    def _resolutions(self) -> None:
        r = t.resolutions.c
        at_once = case((and_(r.number == 1, r.answers <= 1, r.reopened_at.is_(None)), 1), else_=0)
        who = func.coalesce(r.resolved_by, _f.assignee)
        rows = self._rows(
            r.resolved_at,
            r.wall_s,
            func.coalesce(r.open_s, r.wall_s),
            at_once,
            where=_COUNTED,
            member=who,
            of=t.resolutions,
        )
        self._tally.add_resolutions(rows)

    def _steps(self) -> None:
        s = t.steps.c
        unhandled = second(self._now) - seconds_of(s.taken_at)
        rows = self._rows(s.taken_at, s.at, between(s.taken_at, s.handled_at), unhandled, where=_NOT_SPAM, of=t.steps)
        self._tally.add_steps(rows, _silent(self._rules))

    def _promises(self) -> None:
        """A promise is missed once it can be kept no more and there is no answer, however it ended afterwards."""
        p = t.promises.c
        late = p.ended_at > func.coalesce(p.until, p.due_at)
        how = case((late, "missed"), (p.ended == "answered", "kept"), else_=p.ended)
        self._tally.add_promises(self._rows(p.due_at, how, where=p.ended_at.is_not(None) & _NOT_SPAM, of=t.promises))
        overdue = p.ended_at.is_(None) & (p.due_at < self._now) & _NOT_SPAM
        more = (p.reference, _f.clock_priority, p.made_at, p.due_at)
        self._tally.add_promises([self._broken(list(self._rows(p.due_at, *more, where=overdue, of=t.promises)))])

    def _broken(self, parts: Sequence[Sequence[Row]]) -> list[Row]:
        """Those of the rows, promises that nobody has kept yet, that cannot be kept any more."""
        rows = [row for some in parts for row in some]
        until = kept_until(self._connection, {row[-4] for row in rows}, self._rules)
        return [
            (*row, "missed")
            for *row, reference, priority, made_at, due_at in rows
            if until(priority, reference, made_at, due_at, self._now) < self._now
        ]

    def _surveys(self) -> None:
        s = t.surveys.c
        self._tally.add_surveys(self._rows(s.asked_at, s.kind, s.score, where=_NOT_SPAM, of=t.surveys))


def _silent(rules: Rulebook) -> frozenset[str]:
    """The `at` of steps that only write to the customer: they alarm nobody of ours."""
    telling = {step.written for step in rules.escalations if step.tell or step.assign}
    return frozenset(step.written for step in rules.escalations) - telling
