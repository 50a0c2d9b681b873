"""What becomes of a complaint into which another one of the same customer is merged: nothing that was due is lost."""

from dataclasses import replace
from datetime import datetime

from vastine.core.complaint import Complaint
from vastine.core.rules import Rulebook
from vastine.core.waiting import resumed


def taken_in(target: Complaint, other: Complaint, book: Rulebook, at: datetime) -> Complaint:
    """The target with what was still to be done in the other one: open where either was, as urgent as the more urgent
    of the two, and answered and resolved by the earlier of their times.

    Where only the target was answered, the other's wait for an answer goes on in it: with its clock, with its promise
    as it was told and as it was waited for, and in a new run of the clocks.
    """
    if other.status not in ("open", "waiting"):
        return target
    after = resumed(target, book, at) if other.status == "open" else target
    other = resumed(other, book, at) if after.status == "open" else other  # what was waited in it is waited no more
    after = replace(
        after,
        priority=_more_urgent(after.priority, other.priority, book),
        resolve_due=_earlier(after.resolve_due, other.resolve_due),
        chased_at=max((each for each in (after.chased_at, other.chased_at) if each), default=None),
    )
    if other.first_replied_at is None:
        after = _to_be_answered(after, other)
    return after if after == target or after.status != "open" else replace(after, next_step_at=at)


def _to_be_answered(after: Complaint, other: Complaint) -> Complaint:
    if after.first_replied_at is None:
        return replace(
            after,
            promise=_earlier(after.promise, other.promise),
            first_reply_due=_earlier(after.first_reply_due, other.first_reply_due),
        )
    return replace(
        after,
        promise=other.promise,
        first_reply_due=other.first_reply_due,
        first_replied_at=None,
        clock_run=after.clock_run + 1,
        # No step on `resolve` lies before the start of its clock, whosever due time it now has.
        clock_started_at=min(after.clock_started_at, other.clock_started_at),
        clock_priority=other.clock_priority,
        waits=other.waits,
        renewed_at=other.renewed_at,
    )


def _more_urgent(one: str, other: str, book: Rulebook) -> str:
    scale = [priority.name for priority in book.priorities]
    known = [name for name in (one, other) if name in scale]
    return min(known, key=scale.index, default=one)


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((each for each in (one, other) if each is not None), default=None)
