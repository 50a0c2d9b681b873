"""Counting a complaint's clocks anew, each from its start, as if a priority had been its own from the beginning."""

from dataclasses import replace

from vastine.core.complaint import Clock, Complaint
from vastine.core.rules import Priority
from vastine.core.waiting import later, waited


def recounted(complaint: Complaint, priority: Priority) -> Complaint:
    """The complaint with the clocks that run due by that priority, counted from their start, also those taken over.

    What it waited for the customer is added again, as the priority's calendar counts it. Clocks that run to a day
    which a customer's mail named stay as they are. The promise stays what the customer was told.
    """
    counted = counted_but(complaint, priority, complaint.to_named_day)
    return replace(counted, clock_priority=priority.name, taken_over=())


def counted_but(complaint: Complaint, priority: Priority, left: tuple[Clock, ...]) -> Complaint:
    """The same, but for the clocks that are left as they are."""
    calendar, again = priority.calendar, complaint
    if complaint.resolved_at is None and "resolve" not in left:
        due = calendar.due(complaint.resolve_since, priority.resolve)
        again = replace(again, resolve_due=later(due, waited(complaint, calendar, "resolve"), calendar))
    if complaint.first_replied_at is None and "first_reply" not in left:
        due = calendar.due(complaint.first_reply_since, priority.first_reply)
        again = replace(again, first_reply_due=later(due, waited(complaint, calendar, "first_reply"), calendar))
    return again if "next_reply" in left else _next_reply_recounted(again, priority)


def _next_reply_recounted(complaint: Complaint, priority: Priority) -> Complaint:
    """A priority that has no such clock ends it."""
    since, calendar = complaint.next_reply_since, priority.calendar
    if since is None or complaint.next_reply_due is None or complaint.next_replied_at is not None:
        return complaint
    if priority.next_reply is None:
        return replace(complaint, next_reply_due=None)
    due = calendar.due(since, priority.next_reply)
    return replace(complaint, next_reply_due=later(due, waited(complaint, calendar, "next_reply"), calendar))
