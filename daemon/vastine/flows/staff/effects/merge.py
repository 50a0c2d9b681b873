"""One complaint into another: `#merge`."""

from dataclasses import replace

from vastine.core.commands import Problem
from vastine.core.complaint import Complaint
from vastine.core.compose import Notice
from vastine.flows.staff.effects.state import Place, State
from vastine.flows.staff.merging import taken_in
from vastine.flows.staff.work import event_of


def merge(state: State, at: Place) -> State | Problem:
    """Into another complaint of the same customer: what is written about the one goes on in the other."""
    target = at.desk.current(at.argument.strip("[]").upper())
    if target is None:
        return at.problem("unknown_reference")
    if target.reference == state.complaint.reference:
        return at.problem("same_complaint")
    if target.customer.address != state.complaint.customer.address or not target.customer.address:
        return at.problem("other_customer")
    if state.complaint.status in ("open", "waiting") and target.status not in ("open", "waiting"):
        return at.problem("is_resolved")  # an open question would lie in what nobody looks at
    after = taken_in(target, state.complaint, at.work.office.rulebook, at.work.now)
    merged = event_of(at.work, "merged", {"into": target.reference})
    events = [replace(event_of(at.work, "merged", {"from": state.complaint.reference}), reference=target.reference)]
    if target.status != after.status:
        events.append(replace(event_of(at.work, "resumed", {"was": target.status}), reference=target.reference))
    if target.priority != after.priority:
        events.append(replace(at.event("priority", target.priority, after.priority), reference=target.reference))
    changed = state.after(
        merged,
        "merge",
        {"reference": target.reference},
        status="merged",
        merged_into=target.reference,
        waiting_since=None,
        remind_at=None,
        next_step_at=None,
    )
    # Were the other merged or resolved at the same time, elsewhere, nobody would have the matter in hand.
    told = (*changed.told, *_merged_notices(after))
    return replace(changed, events=(*changed.events, *events), others=(*changed.others, after), told=told)


def _merged_notices(complaint: Complaint) -> tuple[Notice, ...]:
    """How the complaint stands that the other one was merged into."""
    if complaint.status not in ("open", "waiting"):
        return ()
    stands = Notice(key=f"merge_{complaint.status}", values={"priority": complaint.priority})
    until = None if complaint.first_replied_at else complaint.promised_until or complaint.first_reply_due
    return (stands, Notice(key="merge_until", values={"until": until})) if until else (stands,)
