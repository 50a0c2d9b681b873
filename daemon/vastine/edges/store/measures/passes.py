"""The queries whose rows are tallied: one for each kind of fact, with what its complaint is counted by."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, exists, func, not_, select, true

from vastine.core.measures import Period
from vastine.core.measures.tally import Columns, Row, Rows, Tally
from vastine.core.measures.trend import second
from vastine.core.rules import Rulebook
from vastine.edges.store import tables as t
from vastine.edges.store.measures.cells import of_team
from vastine.edges.store.moments import between, listed, seconds_of, year_before
from vastine.edges.store.reckoning import kept_until, open_seconds

_PROMOTER, _DETRACTOR = 9, 6  # of 0 to 10 (Reichheld, 2003)
_f = t.facts.c
_NOT_SPAM: Final = _f.status != "spam"
_COUNTED: Final = _f.status.not_in(("spam", "merged"))
_UNANSWERED: Final = Columns(
    counts=("asks", "asks_unanswered", "unanswered"),
    waiting=("answer", "answer_open", "first_reply", "first_reply_open"),
)


class Passes:
    """All passes of one report over one connection; `run` makes the tally complete."""

    def __init__(self, connection: Connection, tally: Tally, now: datetime, rules: Rulebook, team: str | None) -> None:
        self._connection = connection
        self._tally = tally
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

    def _count(
        self,
        at: ColumnElement[Any],
        counts: Mapping[str, ColumnElement[int]],
        *,
        where: ColumnElement[bool],
        times: Mapping[str, ColumnElement[Any]] | None = None,
        member: ColumnElement[Any] = _f.assignee,
        of: Any = None,
    ) -> None:
        """Count a kind of fact by when it happened: how many, or sums, and how long they took.

        `of` is the table, unless it is `facts`.
        """
        # By label: PostgreSQL does not see that two expressions are the same where they have parameters.
        keys = (_f.cell, member.label("who"))
        took = {} if times is None else times
        wanted = select(*keys, *counts.values(), *took.values()).where(where)
        rows = self._sliced(wanted.group_by(_f.cell, "who"), at, of)
        self._tally.add(rows, Columns(counts=tuple(counts), ended=tuple(took)))

    def _sliced(self, wanted: Select[Any], at: ColumnElement[Any], of: Any) -> Rows:
        """The rows of each slice, by when they happened; `of` is the table, unless it is `facts`."""
        wanted = wanted.where(at >= bindparam("since"), at < bindparam("until"))
        if of is not None:
            wanted = wanted.join_from(of, t.facts, _f.reference == of.c.reference)
        if self._team is not None:
            wanted = wanted.where(of_team(self._team))
        for part in self._tally.slices:
            rows = self._connection.execute(wanted, {"since": part.begin, "until": part.end})
            yield part, rows.all()

    def _complaints(self) -> None:
        c = t.complaints.alias("earlier").c
        complained = (
            exists()
            .where(c.customer_address == _f.customer, _f.customer != "")
            .where(c.opened_at < _f.opened_at, c.opened_at >= year_before(_f.opened_at))
            .where(c.status.not_in(("spam", "merged")))
        )
        counts = {
            "spam": _how_many(_f.status == "spam"),
            "merged": _how_many(_f.status == "merged"),
            "received": _how_many(_COUNTED),
            "acknowledged": _how_many(and_(_COUNTED, _f.acknowledged_at.is_not(None))),
            "returning": _how_many(and_(_COUNTED, complained)),
            "unresolved": _how_many(and_(_COUNTED, _f.status != "resolved")),
        }
        self._count(_f.opened_at, counts, where=true())

    def _mails(self) -> None:
        """Mails that want an answer; those that have none yet are few, and how long they wait is reckoned here."""
        m = t.customer_mails.c
        asks = and_(m.asks, _COUNTED)
        open_ = func.coalesce(m.open_s, m.wall_s)  # null for what came since the reckoning
        times = {
            "answer": listed(m.wall_s, true()),
            "answer_open": listed(open_, true()),
            "first_reply": listed(m.wall_s, m.first),
            "first_reply_open": listed(open_, m.first),
        }
        who = func.coalesce(m.answered_by, _f.assignee)
        answered = and_(asks, m.answered_at.is_not(None))
        self._count(m.at, {"asks": func.count()}, where=answered, times=times, member=who, of=t.customer_mails)
        waiting = select(_f.cell, _f.assignee, m.first, m.at, m.reference, _f.clock_priority)
        waiting = waiting.where(asks, m.answered_at.is_(None))
        self._tally.add(self._waited(self._sliced(waiting, m.at, t.customer_mails)), _UNANSWERED)

    def _waited(self, parts: Rows) -> Rows:
        """The rows with the seconds that each has waited instead of when it came, its reference and priority."""
        for part, some in parts:
            rows = list(some)
            seconds = open_seconds(self._connection, {row[-2] for row in rows}, self._rules)
            found: list[Row] = []
            for cell, member, first, at, reference, priority in rows:
                wall = [max(0, second(self._now) - second(at))]
                open_ = [seconds(priority, reference, at, self._now)]
                firsts = (wall, open_) if first else ((), ())
                found.append((cell, member, 1, 1, int(first), wall, open_, *firsts))
            yield part, found

    def _deeds(self) -> None:
        """What is only counted, when it happened."""
        m, a, r = t.customer_mails.c, t.answers.c, t.resolutions.c
        who = func.coalesce(m.answered_by, _f.assignee)
        first, every = and_(m.first, _COUNTED), func.count()
        self._count(m.answered_at, {"answered": every}, where=first, member=who, of=t.customer_mails)
        self._count(a.accepted_at, {"answers": every}, where=_NOT_SPAM, member=a.member, of=t.answers)
        self._count(r.reopened_at, {"reopened": every}, where=_COUNTED, of=t.resolutions)
        self._count(_f.undeliverable_at, {"undeliverable": every}, where=_COUNTED)

    def _resolutions(self) -> None:
        r = t.resolutions.c
        at_once = and_(r.number == 1, r.answers <= 1, r.reopened_at.is_(None))
        counts = {"resolved": func.count(), "first_contact_resolved": _how_many(at_once)}
        open_ = func.coalesce(r.open_s, r.wall_s)
        times = {"resolution": listed(r.wall_s, true()), "resolution_open": listed(open_, true())}
        who = func.coalesce(r.resolved_by, _f.assignee)
        self._count(r.resolved_at, counts, where=_COUNTED, times=times, member=who, of=t.resolutions)

    def _steps(self) -> None:
        s = t.steps.c
        handled = listed(between(s.taken_at, s.handled_at), s.handled_at.is_not(None))
        lasted = listed(second(self._now) - seconds_of(s.taken_at), s.handled_at.is_(None))
        wanted = select(_f.cell, _f.assignee, s.at, func.count(), handled, lasted).where(_NOT_SPAM)
        rows = self._sliced(wanted.group_by(_f.cell, _f.assignee, s.at), s.taken_at, t.steps)
        self._tally.add_steps(rows, _silent(self._rules))

    def _promises(self) -> None:
        """A promise is missed once it can be kept no more and there is no answer, however it ended afterwards."""
        p = t.promises.c
        late = p.ended_at > func.coalesce(p.until, p.due_at)
        counts = {
            "promises_missed": _how_many(late),
            "promises_kept": _how_many(and_(not_(late), p.ended == "answered")),
            "promises_renewed": _how_many(and_(not_(late), p.ended == "renewed")),
            "promises_dropped": _how_many(and_(not_(late), p.ended == "dropped")),
        }
        self._count(p.due_at, counts, where=and_(p.ended_at.is_not(None), _NOT_SPAM), of=t.promises)
        runs_out = func.coalesce(p.moved_to, p.due_at)
        standing = select(_f.cell, _f.assignee, p.reference, _f.clock_priority, p.made_at, runs_out)
        overdue = standing.where(p.ended_at.is_(None), p.due_at < self._now, _NOT_SPAM)
        self._tally.add(self._broken(self._sliced(overdue, p.due_at, t.promises)), Columns(counts=("promises_missed",)))

    def _broken(self, parts: Rows) -> Rows:
        """Those of the rows, promises that nobody has kept yet, that cannot be kept any more."""
        for part, some in parts:
            rows = list(some)
            until = kept_until(self._connection, {row[-4] for row in rows}, self._rules)
            found: list[Row] = [
                (*row, 1)
                for *row, reference, priority, made_at, due_at in rows
                if until(priority, reference, made_at, due_at, self._now) < self._now
            ]
            yield part, found

    def _surveys(self) -> None:
        s = t.surveys.c
        rated, asked = s.kind == "csat", s.kind == "nps"
        counts = {
            "csat_asked": _how_many(rated),
            "csat_answers": _how_many(and_(rated, s.score.is_not(None))),
            "csat_sum": func.coalesce(func.sum(s.score).filter(rated), 0),
            "nps_asked": _how_many(asked),
            "nps_answers": _how_many(and_(asked, s.score.is_not(None))),
            "promoters": _how_many(and_(asked, s.score >= _PROMOTER)),
            "detractors": _how_many(and_(asked, s.score <= _DETRACTOR)),
        }
        self._count(s.asked_at, counts, where=_NOT_SPAM, of=t.surveys)


def is_watched(connection: Connection, period: Period) -> bool:
    """Whether there were complaints already before the period: it was watched from its beginning."""
    return connection.execute(select(_f.reference).where(_f.opened_at < period.begin).limit(1)).first() is not None


def _how_many(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.count().filter(condition)


def _silent(rules: Rulebook) -> frozenset[str]:
    """The `at` of steps that only write to the customer: they alarm nobody of ours."""
    telling = {step.written for step in rules.escalations if step.tell or step.assign}
    return frozenset(step.written for step in rules.escalations) - telling
