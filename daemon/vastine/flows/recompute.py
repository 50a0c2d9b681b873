"""The clocks of complaints in hand, reckoned anew by the rules as they are now: only when somebody asks for it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from vastine.core.complaint import Complaint, Event
from vastine.core.ladder import next_step_at
from vastine.core.recounting import counted_but
from vastine.core.rules import Rulebook
from vastine.core.story import Story
from vastine.edges.store import ConflictError, Store

DUE_TIMES: Final = ("first_reply_due", "next_reply_due", "resolve_due")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A complaint whose due times the rules would set otherwise."""

    before: Complaint
    after: Complaint


def moves(store: Store, book: Rulebook) -> Iterator[Moved]:
    """Every complaint in hand whose due times would move."""
    for complaint, taken in store.in_hand():
        after = recomputed(complaint, taken, book)
        if any(getattr(after, name) != getattr(complaint, name) for name in DUE_TIMES):
            yield Moved(before=complaint, after=after)


def recomputed(complaint: Complaint, taken: frozenset[str], book: Rulebook) -> Complaint:
    """The complaint with its running clocks counted anew from their start. A clock that waits for the customer stays
    as it is, and so does one that runs to a day which a customer's mail named, or as it came of a merge. A promise that
    was given is kept.
    """
    if complaint.waiting_since is not None:
        return complaint
    priority = book.priority_or_usual(complaint.clock_priority)
    left = (*complaint.to_named_day, *complaint.taken_over)
    after, promised = counted_but(complaint, priority, left), complaint.promised_until
    counted = complaint.first_replied_at is None and "first_reply" not in left
    if counted and after.first_reply_due is not None and promised is not None:
        after = replace(after, first_reply_due=min(after.first_reply_due, promised))
    return replace(after, next_step_at=next_step_at(book.escalations, after, priority, taken))


def record_moves(store: Store, moved: Iterable[Moved], now: datetime) -> tuple[int, list[str]]:
    """Write them down. Returns how many, and the references of those that somebody else changed meanwhile."""
    done, passed_over = 0, []
    for each in moved:
        try:
            store.record_tick([_story(each, now)], now)
        except ConflictError:
            passed_over.append(each.before.reference)
        else:
            done += 1
    return done, passed_over


def _story(moved: Moved, now: datetime) -> Story:
    reference = moved.before.reference
    detail = {
        name: {"from": str(getattr(moved.before, name)), "to": str(getattr(moved.after, name))}
        for name in DUE_TIMES
        if getattr(moved.before, name) != getattr(moved.after, name)
    }
    event = Event(reference=reference, at=now, actor="operator", kind="recomputed", trust="system", detail=detail)
    return Story(reference=reference, complaint=moved.after, events=(event,))
