"""The queries whose rows are tallied: one for each kind of fact, with what its complaint is counted by."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, exists, func, literal, select

from vastine.core.measures.tally import Row, Rows, Tally
from vastine.core.measures.trend import second
from vastine.core.rules import Rulebook
from vastine.edges.store import tables as t
from vastine.edges.store.measures.moments import between, listed, seconds_of, year_before
from vastine.edges.store.reckoning import kept_until, open_seconds

_f = t.facts.c
_DIMENSIONS: Final = (_f.team, _f.topic, _f.mailbox, _f.priority, _f.language)  # and the member
_NOT_SPAM: Final = _f.status != "spam"
_COUNTED: Final = _f.status.not_in(("spam", "merged"))


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

    def _grouped(
        self,
        at: ColumnElement[Any],
        *own: ColumnElement[Any],
        where: ColumnElement[bool],
        lists: Sequence[ColumnElement[Any]] = (),
        member: ColumnElement[Any] = _f.assignee,
        of: Any = None,
    ) -> Rows:
        """A kind of fact as the tally wants it: names, what is counted apart, how many, and lists of values."""
        # By label: PostgreSQL does not see that two expressions are the same where they have parameters.
        keys = [key.label(f"key_{number}") for number, key in enumerate((*_DIMENSIONS, member, *own))]
        wanted = select(*keys, func.count(), *(listed(value) for value in lists)).where(where)
        return self._sliced(wanted.group_by(*(key.name for key in keys)), at, of)

    def _sliced(self, wanted: Select[Any], at: ColumnElement[Any], of: Any) -> Rows:
        """The rows of each slice, by when they happened; `of` is the table, unless it is `facts`."""
        wanted = wanted.where(at >= bindparam("since"), at < bindparam("until"))
        if of is not None:
            wanted = wanted.join_from(of, t.facts, _f.reference == of.c.reference)
        if self._team is not None:
            wanted = wanted.where(_f.team == self._team)
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
        acknowledged = case((_f.acknowledged_at.is_not(None), 1), else_=0)
        returns = case((complained, 1), else_=0)
        self._tally.add_complaints(self._grouped(_f.opened_at, _f.status, acknowledged, returns, where=literal(True)))

    def _mails(self) -> None:
        """Mails that want an answer; those that have none yet are few, and how long they wait is reckoned here."""
        m = t.customer_mails.c
        asks = and_(m.asks, _COUNTED)
        wall = between(m.at, m.answered_at)
        answered = self._grouped(
            m.at,
            m.first,
            where=and_(asks, m.answered_at.is_not(None)),
            lists=(wall, func.coalesce(m.open_s, wall)),  # null for what came since the reckoning
            member=func.coalesce(m.answered_by, _f.assignee),
            of=t.customer_mails,
        )
        self._tally.add_answered(answered)
        names = (*_DIMENSIONS, _f.assignee)
        waiting = select(*names, m.first, m.at, m.reference, _f.clock_priority).where(asks, m.answered_at.is_(None))
        self._tally.add_unanswered(self._waited(self._sliced(waiting, m.at, t.customer_mails)))

    def _waited(self, parts: Rows) -> Rows:
        """The rows with the seconds that each has waited instead of when it came, its reference and priority."""
        for part, some in parts:
            rows = list(some)
            seconds = open_seconds(self._connection, {row[-2] for row in rows}, self._rules)
            found: list[Row] = []
            for *row, at, reference, priority in rows:
                wall = max(0, second(self._now) - second(at))
                found.append((*row, [wall], [seconds(priority, reference, at, self._now)]))
            yield part, found

    def _deeds(self) -> None:
        """What is only counted, when it happened."""
        m, a, r = t.customer_mails.c, t.answers.c, t.resolutions.c
        who = func.coalesce(m.answered_by, _f.assignee)
        first = and_(m.first, _COUNTED)
        for name, rows in (
            ("answered", self._grouped(m.answered_at, where=first, member=who, of=t.customer_mails)),
            ("answers", self._grouped(a.accepted_at, where=_NOT_SPAM, member=a.member, of=t.answers)),
            ("reopened", self._grouped(r.reopened_at, where=_COUNTED, of=t.resolutions)),
            ("undeliverable", self._grouped(_f.undeliverable_at, where=_COUNTED)),
        ):
            self._tally.add_events(name, rows)

    def _resolutions(self) -> None:
        r = t.resolutions.c
        at_once = case((and_(r.number == 1, r.answers <= 1, r.reopened_at.is_(None)), 1), else_=0)
        who = func.coalesce(r.resolved_by, _f.assignee)
        rows = self._grouped(
            r.resolved_at,
            at_once,
            where=_COUNTED,
            lists=(r.wall_s, func.coalesce(r.open_s, r.wall_s)),
            member=who,
            of=t.resolutions,
        )
        self._tally.add_resolutions(rows)

    def _steps(self) -> None:
        s = t.steps.c
        lasted = case((s.handled_at.is_(None), second(self._now) - seconds_of(s.taken_at)))
        lists = (between(s.taken_at, s.handled_at), lasted)
        rows = self._grouped(s.taken_at, s.at, where=_NOT_SPAM, lists=lists, of=t.steps)
        self._tally.add_steps(rows, _silent(self._rules))

    def _promises(self) -> None:
        """A promise is missed once it can be kept no more and there is no answer, however it ended afterwards."""
        p = t.promises.c
        late = p.ended_at > func.coalesce(p.until, p.due_at)
        how = case((late, "missed"), (p.ended == "answered", "kept"), else_=p.ended)
        ended = p.ended_at.is_not(None) & _NOT_SPAM
        self._tally.add_promises(self._grouped(p.due_at, how, where=ended, of=t.promises))
        standing = select(*_DIMENSIONS, _f.assignee, p.reference, _f.clock_priority, p.made_at, p.due_at)
        overdue = standing.where(p.ended_at.is_(None), p.due_at < self._now, _NOT_SPAM)
        self._tally.add_promises(self._broken(self._sliced(overdue, p.due_at, t.promises)))

    def _broken(self, parts: Rows) -> Rows:
        """Those of the rows, promises that nobody has kept yet, that cannot be kept any more."""
        for part, some in parts:
            rows = list(some)
            until = kept_until(self._connection, {row[-4] for row in rows}, self._rules)
            found: list[Row] = [
                (*row, "missed", 1)
                for *row, reference, priority, made_at, due_at in rows
                if until(priority, reference, made_at, due_at, self._now) < self._now
            ]
            yield part, found

    def _surveys(self) -> None:
        s = t.surveys.c
        self._tally.add_surveys(self._grouped(s.asked_at, s.kind, s.score, where=_NOT_SPAM, of=t.surveys))


def _silent(rules: Rulebook) -> frozenset[str]:
    """The `at` of steps that only write to the customer: they alarm nobody of ours."""
    telling = {step.written for step in rules.escalations if step.tell or step.assign}
    return frozenset(step.written for step in rules.escalations) - telling
