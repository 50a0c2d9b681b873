"""The part of the store that reports and digests use: when each was made last, and what is in hand."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Select, func, insert, select

from vastine.core.complaint import Complaint
from vastine.core.report.digest import Held, Work
from vastine.core.story import Story
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database
from vastine.edges.store.gathered import held_in
from vastine.edges.store.record import record_stories
from vastine.edges.store.rows import complaint_of

OVERDUE: Final = timedelta(minutes=10)  # a step that was not taken so long after its time is held by something


class ReportRecords(Database):
    """What the flow of reports reads and writes."""

    def last_made(self, now: datetime) -> dict[str, datetime]:
        """For what time each report and digest was made last, by its name; times still to come do not count, as a
        clock may have left them that was wrong.
        """
        newest = select(t.timetable.c.name, func.max(t.timetable.c.due_at).label("due_at")).where(
            t.timetable.c.due_at <= now
        )
        with self.read() as connection:
            return {row.name: row.due_at for row in connection.execute(newest.group_by(t.timetable.c.name))}

    def record_made(self, due: Sequence[tuple[str, datetime]], stories: Sequence[Story], now: datetime) -> None:
        """That these were made for these times, and their mails, in one transaction.

        Raises ConflictError where another made one of them meanwhile: nothing is written.
        """
        mails = sum(len(story.mails) for story in stories)
        rows = [{"name": name, "due_at": at, "made_at": now, "mails": mails} for name, at in due]
        with self.write() as connection:
            connection.execute(insert(t.timetable), rows)
            record_stories(connection, stories, now)

    def work_in_hand(self, since: datetime, now: datetime) -> Work:
        """Every complaint in hand, the oldest first, and what was held back by team: acknowledgements that were
        withheld since then, and what waits now.
        """
        wanted = select(t.complaints).where(t.IN_HAND).order_by(t.complaints.c.opened_at, t.complaints.c.reference)
        with self.read() as connection:
            found = tuple(complaint_of(row) for row in connection.execute(wanted))
            on_hold = held_in(connection) is not None
            held = _held(connection, found, since, now, timedelta() if on_hold else OVERDUE)
            return Work(now=now, in_hand=found, held=held, ladder_held=on_hold)


def _held(
    connection: Connection, found: Sequence[Complaint], since: datetime, now: datetime, overdue: timedelta
) -> dict[str, Held]:
    withheld = _count(connection, _withheld(since))
    waiting = _count(connection, _waiting())
    steps: dict[str, int] = {}
    for each in found:
        if each.next_step_at is not None and each.next_step_at < now - overdue:
            steps[each.team] = steps.get(each.team, 0) + 1
    return {
        team: Held(withheld=withheld.get(team, 0), waiting=waiting.get(team, 0), steps=steps.get(team, 0))
        for team in {*withheld, *waiting, *steps}
    }


def _count(connection: Connection, counted: Select[Any]) -> dict[str, int]:
    return {row[0]: row[1] for row in connection.execute(counted)}


def _withheld(since: datetime) -> Select[Any]:
    return (
        select(t.complaints.c.team, func.count())
        .join(t.events, t.events.c.reference == t.complaints.c.reference)
        .where(t.complaints.c.opened_at >= since, t.events.c.kind == "acknowledgement_withheld")
        .group_by(t.complaints.c.team)
    )


def _waiting() -> Select[Any]:
    held = (
        (t.outbox.c.kind == "acknowledgement") & (t.outbox.c.state == "held") & t.outbox.c.next_attempt_at.is_not(None)
    )
    return (
        select(t.complaints.c.team, func.count())
        .join(t.outbox, t.outbox.c.reference == t.complaints.c.reference)
        .where(held)
        .group_by(t.complaints.c.team)
    )
