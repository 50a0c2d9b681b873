"""Writing stories down: everything that follows from some mails or a tick, one statement a table."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, update

from vastine.core.complaint import Complaint
from vastine.core.story import Story
from vastine.edges.store import tables as t
from vastine.edges.store.facts import record_facts
from vastine.edges.store.record.deliveries import record_outcomes
from vastine.edges.store.record.ladder import record_gathered, record_steps, record_turns
from vastine.edges.store.record.outgoing import record_mails, record_revocations, withdraw
from vastine.edges.store.record.reach import record_lost, record_reached
from vastine.edges.store.record.surveys import record_surveys
from vastine.edges.store.rows import columns_of, event_columns, new_rows
from vastine.edges.store_errors import ConflictError


def record_stories(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    """Write stories, one statement a table. The order of the tables keeps foreign keys satisfied."""
    opened = [
        {**columns_of(s.complaint), "source": s.delivery.sha256}
        for s in stories
        if s.complaint and s.opens and s.delivery
    ]
    new_rows(connection, t.complaints, opened)
    _change(connection, stories)
    record_lost(connection, stories, now)
    record_reached(connection, stories)
    record_outcomes(connection, stories, now)
    new_rows(connection, t.events, [event_columns(event) for story in stories for event in story.events])
    record_steps(connection, stories)
    record_gathered(connection, stories)
    withdraw(connection, stories, now)
    record_surveys(connection, stories, now)
    record_revocations(connection, stories, now)
    record_mails(connection, [mail for story in stories for mail in story.mails])
    record_turns(connection, stories)
    record_facts(connection, stories, now)


# Made once: SQLAlchemy takes a millisecond to write a statement with so many values.
_CHANGED = (
    update(t.complaints)
    .where(t.complaints.c.reference == bindparam("of_reference"), t.complaints.c.version == bindparam("as_read"))
    .values({column.name: bindparam(f"new_{column.name}") for column in t.complaints.c if column.name != "source"})
)


def _change(connection: Connection, stories: Sequence[Story]) -> None:
    """The last state of each complaint that changes. In the order of their references, so that two processes which
    change the same two wait for each other one way only.
    """
    changed: dict[str, Complaint] = {}
    for story in stories:
        own = (story.complaint,) if story.complaint and not story.opens else ()
        changed.update({complaint.reference: complaint for complaint in (*own, *story.others)})
    for reference in sorted(changed):
        complaint = changed[reference]
        values = {f"new_{name}": value for name, value in columns_of(complaint).items()}
        values |= {"of_reference": reference, "as_read": complaint.version, "new_version": complaint.version + 1}
        if not connection.execute(_CHANGED, values).rowcount:
            raise ConflictError(f"{reference} was changed meanwhile")
