"""Open time of answers and resolutions, and until when promises could be kept.

Reckoned soon after they happen, by the calendars as they then are: not in the transaction that records an answer, since
that one knows no rules; and not when a report is made, since opening hours that change later must not change what was.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import Connection, bindparam, select, update

from vastine.core import waiting
from vastine.core.rules import Rulebook
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database

OpenSeconds = Callable[[str, str, datetime, datetime], int]
"""Of a complaint's clock: the priority whose calendar it runs by, the complaint's reference, from and until when."""

KeptUntil = Callable[[str, str, datetime, datetime, datetime], datetime]
"""Of a promise: the priority whose calendar its clock runs by, the complaint's reference, when it was made (or taken
over) and is due (or was by then), and until when to look."""

TOGETHER: Final = 500


class ReckoningRecords(Database):
    """What an answer or a resolution took in open time, and until when a promise that ended late could be kept."""

    def reckon(self, book: Rulebook) -> int:
        """Reckon whatever has ended and is not reckoned yet. Returns how much that was."""
        done = 0
        while found := self._reckon_some(book):
            done += found
        return done

    def _reckon_some(self, book: Rulebook) -> int:
        with self.read() as connection:
            answered = connection.execute(_ANSWERED).all()
            resolved = connection.execute(_RESOLVED).all()
            promised = connection.execute(_PROMISED).all()
            if not answered and not resolved and not promised:
                return 0
            until = kept_until(connection, {row.reference for row in promised}, book)
            seconds = open_seconds(connection, {row.reference for row in (*answered, *resolved)}, book)
            before = _earlier(connection, {row.reference for row in resolved if row.number > 1})
        mails = [
            {
                "key": row.ledger_id,
                "until": row.answered_at,
                "open": seconds(row.clock_priority, row.reference, row.at, row.answered_at),
            }
            for row in answered
        ]
        runs = []
        for row in resolved:
            here = seconds(row.clock_priority, row.reference, row.began_at, row.resolved_at)
            total = here + before.get((row.reference, row.number - 1), 0)
            before[row.reference, row.number] = total
            runs.append({"key": row.id, "open": total})
        promises = [
            {
                "key": row.id,
                "ended_then": row.ended_at,
                "kept": until(row.clock_priority, row.reference, row.made_at, row.moved_to or row.due_at, row.ended_at),
            }
            for row in promised
        ]
        with self.write() as connection:
            if mails:
                connection.execute(_SET_ANSWERED, mails)
            if runs:
                connection.execute(_SET_RESOLVED, runs)
            if promises:
                connection.execute(_SET_PROMISED, promises)
        return len(mails) + len(runs) + len(promises)


def open_seconds(connection: Connection, references: Collection[str], book: Rulebook) -> OpenSeconds:
    """How to count open time of these complaints, without what was waited for the customer."""
    waits = _waits(connection, references)

    def seconds(priority: str, reference: str, since: datetime, until: datetime) -> int:
        calendar = book.priority_or_usual(priority).calendar
        begin, end = _whole(since), _whole(until)
        total = calendar.open_between(begin, end)
        for waited_from, waited_until in waits.get(reference, ()):
            total -= calendar.open_between(max(begin, waited_from), min(end, waited_until or end))
        return max(0, round(total / timedelta(seconds=1)))

    return seconds


def kept_until(connection: Connection, references: Collection[str], book: Rulebook) -> KeptUntil:
    """Until when promises of these complaints can be kept, with what was waited for the customer."""
    waits = _waits(connection, references)

    def until(priority: str, reference: str, made_at: datetime, due_at: datetime, last: datetime) -> datetime:
        calendar = book.priority_or_usual(priority).calendar
        spans = ((since, min(end or last, last)) for since, end in waits.get(reference, ()) if since < last)
        return waiting.kept_until(due_at, made_at, spans, calendar)

    return until


def _waits(connection: Connection, references: Collection[str]) -> dict[str, list[tuple[datetime, datetime | None]]]:
    found: dict[str, list[tuple[datetime, datetime | None]]] = defaultdict(list)
    listed = sorted(references)
    for place in range(0, len(listed), TOGETHER):
        wanted = select(t.waits).where(t.waits.c.reference.in_(listed[place : place + TOGETHER]))
        for row in connection.execute(wanted):
            found[row.reference].append((_whole(row.since), _whole(row.until) if row.until else None))
    return found


def _earlier(connection: Connection, references: Collection[str]) -> dict[tuple[str, int], int]:
    """The open seconds up to earlier resolutions of complaints that were opened again."""
    wanted = select(t.resolutions).where(t.resolutions.c.reference.in_(references), t.resolutions.c.open_s.is_not(None))
    return {(row.reference, row.number): row.open_s for row in connection.execute(wanted)}


def _whole(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(microsecond=0)


_ANSWERED = (
    select(t.customer_mails, t.facts.c.clock_priority)
    .join(t.facts, t.facts.c.reference == t.customer_mails.c.reference)
    .where(t.UNRECKONED_ANSWER)
    .order_by(t.customer_mails.c.ledger_id)
    .limit(TOGETHER)
)
_RESOLVED = (
    select(t.resolutions, t.facts.c.clock_priority)
    .join(t.facts, t.facts.c.reference == t.resolutions.c.reference)
    .where(t.UNRECKONED_RESOLUTION)
    .order_by(t.resolutions.c.id)
    .limit(TOGETHER)
)
_PROMISED = (
    select(t.promises, t.facts.c.clock_priority)
    .join(t.facts, t.facts.c.reference == t.promises.c.reference)
    .where(t.UNRECKONED_PROMISE)
    .order_by(t.promises.c.id)
    .limit(TOGETHER)
)
# Unless what was reckoned is not so any more: an answer was undone meanwhile.
_SET_ANSWERED = (
    update(t.customer_mails)
    .where(t.customer_mails.c.ledger_id == bindparam("key"), t.customer_mails.c.answered_at == bindparam("until"))
    .values(open_s=bindparam("open"))
)
_SET_RESOLVED = update(t.resolutions).where(t.resolutions.c.id == bindparam("key")).values(open_s=bindparam("open"))
_SET_PROMISED = (
    update(t.promises)
    .where(t.promises.c.id == bindparam("key"), t.promises.c.ended_at == bindparam("ended_then"))
    .values(until=bindparam("kept"))
)
