"""Opening a complaint again that was resolved, or taken for spam: a new run of the clocks that still matter."""

from dataclasses import replace
from datetime import datetime

from vastine.core.complaint import Complaint
from vastine.core.ladder import next_step_at
from vastine.core.rules import Priority, Rulebook


def reopened(complaint: Complaint, book: Rulebook, at: datetime) -> Complaint:
    """The complaint open from then on, to be resolved within the time that its priority gives, and answered where
    nobody has.
    """
    priority = book.priority_or_usual(complaint.priority)
    opened = replace(
        _to_be_answered(complaint, priority, at),
        status="open",
        resolved_at=None,
        clock_run=complaint.clock_run + 1,
        resolve_since=at,
        clock_priority=priority.name,
        to_named_day=(),
        taken_over=(),
        waits=(),
        renewed_at=None,
        resolve_due=priority.calendar.due(at, priority.resolve),
    )
    return replace(opened, next_step_at=next_step_at(book.escalations, opened, priority, frozenset()))


def _to_be_answered(complaint: Complaint, priority: Priority, at: datetime) -> Complaint:
    """With a new clock for the first reply, where nobody has answered (it lay in spam). A promise that can still be
    held stays, and ends that clock; one that has passed meanwhile is none any more: no other was told.
    """
    if complaint.first_replied_at is not None:
        return complaint
    until = complaint.promised_until
    still = until is not None and until > at
    return replace(
        complaint,
        first_reply_since=at,
        first_reply_due=until if still else priority.calendar.due(at, priority.first_reply),
        promise=complaint.promise if still else None,
        promise_moved_to=complaint.promise_moved_to if still else None,
    )
