"""Waiting for the customer: the clocks stand still meanwhile, and go on where they stood."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vastine.core.clock import Calendar
from vastine.core.complaint import Complaint

if TYPE_CHECKING:  # the rules know the ladder, and the ladder what was waited
    from vastine.core.rules import Rulebook


def resumed(complaint: Complaint, book: "Rulebook", at: datetime) -> Complaint:
    """The complaint open again at that time; the clocks that still run are due later by the open time that was waited.

    Any other complaint than a waiting one stays as it is. The ladder looks at it again at once, since its steps lie
    elsewhere now. The promise stays what the customer was told.
    """
    if complaint.status != "waiting":
        return complaint
    calendar = book.priority_or_usual(complaint.clock_priority).calendar
    since = complaint.waiting_since or at
    by = calendar.open_between(since, at)
    return replace(
        complaint,
        status="open",
        waiting_since=None,
        remind_at=None,
        waits=(*complaint.waits, (since, at)) if since < at else complaint.waits,
        first_reply_due=complaint.first_reply_due
        if complaint.first_replied_at is not None
        else later(complaint.first_reply_due, by, calendar),
        next_reply_due=complaint.next_reply_due
        if complaint.next_replied_at is not None
        else later(complaint.next_reply_due, by, calendar),
        resolve_due=later(complaint.resolve_due, by, calendar),
        next_step_at=at,
    )


def waited(complaint: Complaint, calendar: Calendar, since: datetime) -> timedelta:
    """The open time, as that calendar counts it, that the complaint has waited for its customer since then."""
    spans = (calendar.open_between(max(begin, since), end) for begin, end in complaint.waits)
    return sum(spans, timedelta())


def promised_until(complaint: Complaint, calendar: Calendar) -> datetime | None:
    """Until when the promise can be kept: what the customer was told, and what was waited for them since then."""
    told_at = complaint.renewed_at or complaint.clock_started_at
    return later(complaint.promise, waited(complaint, calendar, told_at), calendar)


def kept_until(
    due: datetime, told_at: datetime, waits: Iterable[tuple[datetime, datetime]], calendar: Calendar
) -> datetime:
    """Until when a promise can be kept, or could have been: what was waited (from, until) since it was told is added,
    as long as it was not broken when the wait began.
    """
    for begin, end in sorted(waits):
        if begin >= due:
            break
        if end > told_at:
            due = _later(due, calendar.open_between(max(begin, told_at), end), calendar)
    return due


def later(due: datetime | None, by: timedelta, calendar: Calendar) -> datetime | None:
    """That much open time after `due`; the very same time where it is none."""
    return due if due is None else _later(due, by, calendar)


def _later(due: datetime, by: timedelta, calendar: Calendar) -> datetime:
    return calendar.forward(due, by) if by else due
