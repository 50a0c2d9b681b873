"""Counting a complaint's clocks anew, each from its start, as if a priority had been its own from the beginning."""

from dataclasses import replace

from vastine.core.complaint import Complaint
from vastine.core.rules import Priority
from vastine.core.waiting import later, waited


def recounted(complaint: Complaint, priority: Priority) -> Complaint:
    """The complaint with the clocks that run due by that priority, counted from their start.

    What it waited for the customer is added again, as the priority's calendar counts it. Clocks that run to a day
    which the customer's mail named stay as they are. The promise stays what the customer was told.
    """
    calendar = priority.calendar
    again = replace(complaint, clock_priority=priority.name)
    if not (complaint.decision.get("due") and complaint.clock_run == 1):
        if complaint.resolved_at is None:
            due = calendar.due(complaint.resolve_since, priority.resolve)
            again = replace(again, resolve_due=later(due, waited(complaint, calendar, "resolve"), calendar))
        if complaint.first_replied_at is None:
            due = calendar.due(complaint.first_reply_since, priority.first_reply)
            again = replace(again, first_reply_due=later(due, waited(complaint, calendar, "first_reply"), calendar))
    return _next_reply_recounted(again, priority)


def _next_reply_recounted(complaint: Complaint, priority: Priority) -> Complaint:
    """A priority that has no such clock ends it."""
    since, calendar = complaint.next_reply_since, priority.calendar
    if since is None or complaint.next_reply_due is None or complaint.next_replied_at is not None:
        return complaint
    if priority.next_reply is None:
        return replace(complaint, next_reply_due=None)
    due = calendar.due(since, priority.next_reply)
    return replace(complaint, next_reply_due=later(due, waited(complaint, calendar, "next_reply"), calendar))
