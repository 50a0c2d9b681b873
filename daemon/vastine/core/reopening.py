"""Opening a resolved complaint again: a new run of its clock of the resolution."""

from dataclasses import replace
from datetime import datetime

from vastine.core.complaint import Complaint
from vastine.core.ladder import next_step_at
from vastine.core.rules import Rulebook


def reopened(complaint: Complaint, book: Rulebook, at: datetime) -> Complaint:
    """The complaint open from then on, to be resolved within the time that its priority gives."""
    priority = book.priority_or_usual(complaint.priority)
    opened = replace(
        complaint,
        status="open",
        resolved_at=None,
        clock_run=complaint.clock_run + 1,
        clock_started_at=at,
        clock_priority=priority.name,
        waits=(),
        renewed_at=None,
        resolve_due=priority.calendar.due(at, priority.resolve),
    )
    return replace(opened, next_step_at=next_step_at(book.escalations, opened, priority, frozenset()))
