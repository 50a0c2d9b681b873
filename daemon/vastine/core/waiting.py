"""Waiting for the customer: the clocks stand still meanwhile, and go on where they stood."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vastine.core.clock import Calendar
from vastine.core.complaint import Clock, Complaint, Wait

if TYPE_CHECKING:  # the rules know the ladder, and the ladder what was waited
    from vastine.core.rules import Rulebook


def resumed(complaint: Complaint, book: "Rulebook", at: datetime) -> Complaint:
    """The complaint open again at that time; the clocks that still run are due later by the open time that was waited.

    Any other complaint than a waiting one stays as it is. The ladder looks at it again at once, since its steps lie
    elsewhere now. The promise stays what the customer was told, but counts until later by as much.
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
        waits=(*complaint.waits, Wait(since=since, until=at)) if since < at else complaint.waits,
        promise_moved_to=_promise_moved_to(complaint, by, calendar),
        first_reply_due=later(complaint.due("first_reply"), by, calendar) or complaint.first_reply_due,
        next_reply_due=complaint.next_reply_due
        if complaint.next_replied_at is not None
        else later(complaint.next_reply_due, by, calendar),
        resolve_due=later(complaint.resolve_due, by, calendar),
        next_step_at=at,
    )


def _promise_moved_to(complaint: Complaint, by: timedelta, calendar: Calendar) -> datetime | None:
    """Later by that much, while nobody has answered."""
    if complaint.first_replied_at is not None or not by:
        return complaint.promise_moved_to
    return later(complaint.promised_until, by, calendar)


def waited(complaint: Complaint, calendar: Calendar, clock: Clock) -> timedelta:
    """The open time, as that calendar counts it, that was waited for the customer since that clock began to run."""
    began = complaint.since(clock)
    spans = (
        calendar.open_between(max(each.since, began), each.until) for each in complaint.waits if clock in each.clocks
    )
    return sum(spans, timedelta())


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
