"""Taking back what has not left yet: `#undo`."""

from dataclasses import replace

from vastine.core.commands import Problem
from vastine.core.complaint import Complaint
from vastine.core.compose import Notice
from vastine.core.desk import Held
from vastine.core.reopening import reopened
from vastine.core.waiting import resumed
from vastine.flows.staff.effects.state import Place, State
from vastine.flows.staff.held import answers_of_others, held_in
from vastine.flows.staff.work import event_of


def undo(state: State, at: Place) -> State | Problem:
    """The member's last answer that is still held is not sent; what was resolved with it is open as before."""
    before = state.complaint
    if not (held := _held_by_member(before, at)):
        return at.problem("nothing_to_undo")
    reference, last = held[-1]
    event = event_of(at.work, "undone", {"answer": last.message_id, "at": last.created_at.isoformat()})
    told = "undo_closing" if last.kind == "closing" else "undo"
    changed = replace(state.after(replace(event, reference=reference), told), withdrawn=(last.message_id,))
    again = _without(last, reference, before, at)
    opens = before.status == "resolved" and again.status != "resolved"
    return replace(
        changed, complaint=again, told=(*changed.told, Notice(key="undo_resolved")) if opens else changed.told
    )


def _held_by_member(complaint: Complaint, at: Place) -> list[tuple[str, Held]]:
    """What waits in this complaint and is the member's own, oldest first."""
    key = at.work.member.key
    of_others = answers_of_others(at.desk, key)
    return [
        (reference, answer)
        for reference, answer in held_in(at.desk, complaint.reference)
        if (reference, answer.created_at) not in of_others and answer.by in (None, key)
    ]


def _without(last: Held, reference: str, before: Complaint, at: Place) -> Complaint:
    """The complaint as if that answer, in the complaint of that reference, had never been written."""
    book, now = at.work.office.rulebook, at.work.now
    if before.status == "waiting" and before.waiting_since == last.created_at:
        return resumed(before, book, now)
    if before.status == "resolved" and reference != before.reference:  # what it answered would lie where nobody looks
        return reopened(before, book, now)
    if before.status != "resolved" or before.resolved_at != last.created_at:
        return before
    return replace(
        before,
        status="open",
        resolved_at=None,
        first_replied_at=None if before.first_replied_at == last.created_at else before.first_replied_at,
        next_replied_at=None if before.next_replied_at == last.created_at else before.next_replied_at,
        next_step_at=now,
        # Whether to ask the customer was decided with the resolution.
        survey=None if last.kind == "closing" and before.survey == "none" else before.survey,
    )
