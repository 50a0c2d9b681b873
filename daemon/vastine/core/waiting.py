"""Waiting for the customer: the clocks stand still meanwhile, and go on where they stood."""

from dataclasses import replace
from datetime import datetime

from vastine.core.complaint import Complaint
from vastine.core.rules import Rulebook


def resumed(complaint: Complaint, book: Rulebook, at: datetime) -> Complaint:
    """The complaint open again at that time; the clocks that still run are due later by the open time that was waited.

    Any other complaint than a waiting one stays as it is. The ladder looks at it again at once, since its steps lie
    elsewhere now. The promise stays what the customer was told.
    """
    if complaint.status != "waiting":
        return complaint
    calendar = book.priority_or_usual(complaint.clock_priority).calendar
    waited = calendar.open_between(complaint.waiting_since or at, at)

    def moved(due: datetime | None) -> datetime | None:
        return calendar.forward(due, waited) if due is not None and waited else due

    return replace(
        complaint,
        status="open",
        waiting_since=None,
        remind_at=None,
        first_reply_due=moved(complaint.first_reply_due)
        if complaint.first_replied_at is None
        else complaint.first_reply_due,
        resolve_due=moved(complaint.resolve_due),
        next_step_at=at,
    )
