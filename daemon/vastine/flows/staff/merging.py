"""What becomes of a complaint into which another one of the same customer is merged: nothing that was due is lost."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from vastine.core.complaint import CLOCKS, Clock, Complaint
from vastine.core.rules import Rulebook
from vastine.core.waiting import resumed


def taken_in(target: Complaint, other: Complaint, book: Rulebook, at: datetime) -> Complaint:
    """The target with what was still to be done in the other one: open where either was, as urgent as the more urgent
    of the two, and answered and resolved by the earlier of their times.

    A clock that goes on in it goes on as it ran: from its own start, and with what was waited in its own complaint.
    Where only the target was answered, the other's wait for an answer goes on in it in a new run of the clocks.
    """
    if other.status not in ("open", "waiting"):
        return target
    waits_on, other_remind_at = target.status == other.status == "waiting", other.remind_at
    after, other = resumed(target, book, at), resumed(other, book, at)  # what was waited in each is its own
    after = replace(
        _to_be_resolved(_to_be_answered(after, other), other),
        priority=_more_urgent(after.priority, other.priority, book),
        chased_at=max((each for each in (after.chased_at, other.chased_at) if each), default=None),
    )
    if waits_on:
        remind_at = min(filter(None, (target.remind_at, other_remind_at)), default=None)
        return replace(after, status="waiting", waiting_since=at, remind_at=remind_at, next_step_at=remind_at)
    return after if after == target or after.status != "open" else replace(after, next_step_at=at)


def _to_be_answered(after: Complaint, other: Complaint) -> Complaint:
    """One answer is awaited, by the earlier of their times; it is the first one where either had none."""
    earlier = _running_out_first(after, other, after.reply_clock, other.reply_clock)
    if earlier is None:
        return after
    unanswered = after.first_replied_at is None or other.first_replied_at is None
    clock: Clock = "first_reply" if unanswered else "next_reply"
    changed = _promised(after, other) if unanswered else after
    if earlier is after and clock == after.reply_clock:
        return changed
    if clock == "next_reply":
        changed = replace(changed, next_replied_at=None, next_reply_run=after.next_reply_run + 1)
    elif after.first_replied_at is not None:
        changed = replace(changed, first_replied_at=None, clock_run=after.clock_run + 1)
    changed = _with_clock(changed, clock, earlier, earlier.reply_clock)
    if earlier.clock_priority != after.clock_priority:  # by which its other clocks were counted
        changed = replace(changed, taken_over=CLOCKS)
    return replace(changed, clock_priority=earlier.clock_priority)


def _to_be_resolved(after: Complaint, other: Complaint) -> Complaint:
    earlier = _running_out_first(after, other, "resolve", "resolve")
    return after if earlier is not other else _with_clock(after, "resolve", other, "resolve")


def _running_out_first(one: Complaint, other: Complaint, clock: Clock, of_other: Clock) -> Complaint | None:
    """The one of the two whose clock runs out first; None where neither runs."""
    ends = [(due, each) for each, which in ((one, clock), (other, of_other)) if (due := each.due(which)) is not None]
    return min(ends, key=lambda end: end[0])[1] if ends else None


def _with_clock(complaint: Complaint, clock: Clock, source: Complaint, theirs: Clock) -> Complaint:
    """The complaint with a clock that runs as one of the source does, and that no change of the rules counts anew."""
    to_day = tuple(each for each in complaint.to_named_day if each != clock)
    left = ((each, tuple(name for name in each.clocks if name != clock)) for each in complaint.waits)
    own = (replace(each, clocks=clocks) for each, clocks in left if clocks)
    taken = (replace(each, clocks=(clock,)) for each in source.waits if theirs in each.clocks)
    runs: dict[str, Any] = {f"{clock}_since": source.since(theirs), f"{clock}_due": source.due(theirs)}
    return replace(
        complaint,
        waits=(*own, *taken),
        to_named_day=_with(to_day, clock) if theirs in source.to_named_day else to_day,
        taken_over=_with(complaint.taken_over, clock),
        **runs,
    )


def _with(clocks: tuple[Clock, ...], clock: Clock) -> tuple[Clock, ...]:
    return clocks if clock in clocks else (*clocks, clock)


def _promised(after: Complaint, other: Complaint) -> Complaint:
    """With the promise that runs out first, as the customer was told it, of those that nobody has kept yet."""
    ends = [(each.promised_until, each) for each in (after, other) if each.first_replied_at is None]
    standing = [(until, each) for until, each in ends if until is not None]
    if not standing:
        return replace(after, promise=None, promise_moved_to=None, renewed_at=None)
    _, kept = min(standing, key=lambda end: end[0])
    changed = replace(after, promise=kept.promise, promise_moved_to=kept.promise_moved_to, renewed_at=kept.renewed_at)
    if kept is after:
        return changed
    # The step that renews was taken for its own promise: only in a new run is it there for this one.
    renews_again = after.first_replied_at is None and after.renewed_at is not None and kept.renewed_at is None
    # Counted anew, its own first reply would be due by what was promised in the other.
    taken_over = _with(after.taken_over, "first_reply")
    return replace(changed, taken_over=taken_over, clock_run=after.clock_run + 1 if renews_again else after.clock_run)


def _more_urgent(one: str, other: str, book: Rulebook) -> str:
    scale = [priority.name for priority in book.priorities]
    known = [name for name in (one, other) if name in scale]
    return min(known, key=scale.index, default=one)
