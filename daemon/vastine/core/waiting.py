"""Waiting for the customer: both clocks stand still, and afterwards everything is due later by the time waited."""

from dataclasses import replace
from datetime import datetime

from vastine.core.clock import Calendar
from vastine.core.complaint import Complaint


def resumed(complaint: Complaint, calendar: Calendar, now: datetime) -> Complaint:
    """The complaint open again, its due times moved by the open time that was waited (RULES, Durations and clocks).

    One that does not wait stays as it is. `calendar` is that of the priority that its clocks run by.
    """
    if complaint.status != "waiting" or complaint.waiting_since is None:
        return complaint
    waited = calendar.open_between(complaint.waiting_since, now)

    def moved(due: datetime | None) -> datetime | None:
        return calendar.forward(due, waited) if due is not None else None

    return replace(
        complaint,
        status="open",
        waiting_since=None,
        remind_at=None,
        first_reply_due=moved(complaint.first_reply_due),
        resolve_due=moved(complaint.resolve_due),
    )
