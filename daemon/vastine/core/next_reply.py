"""The clocks of what a customer waits for: an answer, the first one and that to each further mail of theirs."""

from dataclasses import replace
from datetime import datetime

from vastine.core.complaint import Complaint
from vastine.core.rules import Rulebook


def asked_again(complaint: Complaint, book: Rulebook, at: datetime) -> Complaint:
    """The customer of an answered complaint wrote again: from then on the clock of the next answer runs.

    A further mail while it runs does not start it anew, nor does it run where the priority whose calendar the other
    clocks run by has no `next_reply`. The ladder looks at the complaint again at once.
    """
    priority = book.priority_or_usual(complaint.clock_priority)
    if priority.next_reply is None or complaint.status != "open" or complaint.first_replied_at is None:
        return complaint
    if complaint.next_reply_due is not None and complaint.next_replied_at is None:
        return complaint
    return replace(
        complaint,
        next_reply_since=at,
        next_reply_run=complaint.next_reply_run + 1,
        next_reply_due=priority.calendar.due(at, priority.next_reply),
        next_replied_at=None,
        to_named_day=tuple(clock for clock in complaint.to_named_day if clock != "next_reply"),
        taken_over=tuple(clock for clock in complaint.taken_over if clock != "next_reply"),
        next_step_at=at,
    )


def replied(complaint: Complaint, at: datetime) -> Complaint:
    """A person's answer reached the customer then: the clocks of answers that run end, where it answers that mail."""
    since = complaint.next_reply_since
    asked = since is not None and since <= at and complaint.next_reply_due is not None
    return replace(
        complaint,
        first_replied_at=complaint.first_replied_at or at,
        next_replied_at=at if asked and complaint.next_replied_at is None else complaint.next_replied_at,
    )
