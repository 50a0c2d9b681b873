"""Topics and words of the period, of its last eight weeks at most, beside those of the eight weeks before."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Connection, func, select

from vastine.core.measures import Period, Rising
from vastine.core.measures.rising import CUSTOMERS, MOST_SHOWN, Counted, rising
from vastine.core.measures.words import base_form
from vastine.edges.store import tables as t
from vastine.edges.store.measures.cells import of_team

COMPARED_WITH: Final = timedelta(weeks=8)
_f = t.facts.c
_m = t.customer_mails.c
_c = t.cells.c


def recurring(connection: Connection, period: Period, team: str | None) -> tuple[Rising, ...]:
    """What rose lately: in the period, of a longer one in its last eight weeks, against the eight weeks before that."""
    period = Period(begin=max(period.begin, period.end - COMPARED_WITH), end=period.end)
    before = Period(begin=period.begin - COMPARED_WITH, end=period.begin)
    topics, topics_before = _topics(connection, period, team), _topics(connection, before, team)
    words, words_before = _words(connection, period, team), _words(connection, before, team)
    counted = [
        Counted(kind="topic", name=name, count=count, count_before=topics_before[name])
        for name, count in topics.items()
    ]
    counted += [
        Counted(kind="word", name=word, count=count, count_before=words_before[word]) for word, count in words.items()
    ]
    found = rising(counted, topics.total(), topics_before.total())
    spread = _customers(connection, period, team, {one.name for one in found if one.kind == "word"})
    return tuple(one for one in found if one.kind == "topic" or len(spread.get(one.name, ())) >= CUSTOMERS)[:MOST_SHOWN]


def _of(period: Period, team: str | None) -> list[Any]:
    counted = [_f.opened_at >= period.begin, _f.opened_at < period.end, _f.status.not_in(("spam", "merged"))]
    return [*counted, of_team(team)] if team is not None else counted


def _topics(connection: Connection, period: Period, team: str | None) -> Counter[str]:
    wanted = select(_c.topic, func.count()).join_from(t.facts, t.cells, _c.id == _f.cell)
    wanted = wanted.where(*_of(period, team)).group_by(_c.topic)
    return Counter({row[0]: row[1] for row in connection.execute(wanted)})


class _Bases(dict[str, str]):
    """Base forms in one language, each looked for once."""

    def __init__(self, language: str) -> None:
        self._language = language

    def __missing__(self, word: str) -> str:
        self[word] = base = base_form(word, self._language)
        return base


def _said(connection: Connection, period: Period, team: str | None) -> Iterator[tuple[set[str], str]]:
    """The base forms of the words of the mail that opened each complaint, and its customer. One that opened another
    complaint, merged into this one, counts no more: of each word there are no more than complaints.
    """
    wanted = (
        select(t.complaint_words.c.words, _c.language, _f.customer)
        .join_from(t.facts, t.customer_mails, _m.reference == _f.reference)
        .join(t.complaint_words, t.complaint_words.c.ledger_id == _m.ledger_id)
        .join(t.cells, _c.id == _f.cell)
        .where(_m.first, *_of(period, team))
    )
    bases: dict[str, _Bases] = {}
    for words, language, customer in connection.execution_options(yield_per=5000).execute(wanted):
        known = bases.get(language) or bases.setdefault(language, _Bases(language))
        yield {known[word] for word in words.split(" ")}, customer


def _words(connection: Connection, period: Period, team: str | None) -> Counter[str]:
    """In how many complaints each word stands, in whatever form."""
    counts: Counter[str] = Counter()
    for words, _ in _said(connection, period, team):
        counts.update(words)
    return counts


def _customers(connection: Connection, period: Period, team: str | None, names: set[str]) -> dict[str, set[str]]:
    """The customers who used each of these words, by a few at most."""
    customers: dict[str, set[str]] = {name: set() for name in names}
    for words, customer in _said(connection, period, team) if names else ():
        for word in names & words:
            if len(customers[word]) < CUSTOMERS:
                customers[word].add(customer)
    return customers
