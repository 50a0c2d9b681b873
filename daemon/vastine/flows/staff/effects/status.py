"""Whether a complaint is open: `#resolve`, `#spam`, `#reopen`, and `#wait` and `#ok` for a while."""

from dataclasses import replace
from datetime import datetime

from vastine.core.climb import with_promise_renewed
from vastine.core.commands import Problem, name_of
from vastine.core.complaint import Complaint
from vastine.core.compose import Notice, closing, member_language
from vastine.core.kind import cannot_be_answered
from vastine.core.ladder import end_of, schedule
from vastine.core.next_reply import replied
from vastine.core.reopening import reopened
from vastine.core.story import Letter
from vastine.core.survey import History
from vastine.core.until import until
from vastine.core.waiting import resumed
from vastine.flows.staff.asking import why_no_survey
from vastine.flows.staff.effects.state import Place, State
from vastine.flows.staff.held import held_in
from vastine.flows.staff.work import event_of

REMINDED_AFTER = "5d"  # where `#wait` says nothing else
PAUSED_FOR = "1d"  # where `#ok` says nothing else


def resolve(state: State, at: Place) -> State | Problem:
    """`#resolve` also counts as the first reply; nothing more is due then.

    The customer hears of it once: by the text that goes along; by the survey, where a person has answered since their
    last mail; or else by a mail that says just that.
    """
    book, before, now = at.work.office.rulebook, state.complaint, at.work.now
    if before.status == "merged":
        return at.problem("merged")
    # Were this undone, the complaint would be open, and due later by what was waited.
    ran_on = replied(resumed(before, book, now), now)
    changed = replace(state, complaint=ran_on).after(
        event_of(at.work, "resolved", {}),
        "resolved",
        status="resolved",
        resolved_at=now,
        waiting_since=None,
        remind_at=None,
        paused_until=None,
        next_step_at=None,
    )
    return changed if at.has_text else _let_know(changed, before, at)


def _let_know(state: State, before: Complaint, at: Place) -> State:
    """The state with how the customer learns that the complaint is resolved: by a mail now, by the survey, or not."""
    customer, office = before.customer, at.work.office
    unheard = before.undeliverable or cannot_be_answered(customer, office.our_addresses)
    if unheard or before.status not in ("open", "waiting"):
        return replace(state, told=(*state.told, Notice(key="untold")))
    survey = office.rulebook.survey
    is_heard = at.desk.histories.get(before.reference, History()).heard
    if is_heard and survey is not None and before.survey is None:
        if (reason := why_no_survey(state.complaint, survey, at.work, at.desk)) is None:
            by_survey = {"customer": customer.address, "until": at.work.now + survey.after}
            return replace(state, told=(*state.told, Notice(key="told_by_survey", values=by_survey)))
        withheld = replace(event_of(at.work, "survey_withheld", {"reason": reason}), actor="vastine", trust="system")
        decided = replace(state.complaint, survey="none")
        state = replace(state, complaint=decided, events=(*state.events, withheld))
    return _with_closing(state, at)


def _with_closing(state: State, at: Place) -> State:
    """With a mail that says that the complaint is resolved, held like an answer."""
    work = at.work
    hold, customer = work.office.hold_replies, state.complaint.customer.address
    written = closing(work.office.rulebook, state.complaint)
    draft = replace(written.draft, not_before=work.now + hold if hold else None)
    notice = Notice(key="closing", values={"customer": customer})
    if hold:
        undo = name_of("undo", member_language(work.member, work.office.rulebook))
        values = {"customer": customer, "clock": work.now + hold, "undo": undo}
        notice = Notice(key="closing_held", values=values)
    by_mail = {"closing": True}
    events = [replace(each, detail=by_mail) if each.kind == "resolved" else each for each in state.events]
    letter = Letter(draft=draft, problems=written.problems)
    return replace(state, events=tuple(events), letters=(*state.letters, letter), told=(*state.told, notice))


def spam(state: State, at: Place) -> State | Problem:
    if at.has_text:
        return at.problem("with_text")
    event = at.event("status", state.complaint.status, "spam")
    held = [answer for _, answer in held_in(at.desk, state.complaint.reference)]
    changed = state.after(event, "spam", status="spam", waiting_since=None, remind_at=None, next_step_at=None)
    return replace(changed, withdrawn=(*changed.withdrawn, *(each.message_id for each in held)))


def reopen(state: State, at: Place) -> State | Problem:
    before, book, now = state.complaint, at.work.office.rulebook, at.work.now
    if before.status == "merged":
        return at.problem("merged")
    if before.status == "open":
        return at.problem("not_resolved")
    event = event_of(at.work, "reopened", {"was": before.status})
    waited = before.status == "waiting"
    again = resumed(before, book, now) if waited else reopened(before, book, now)
    return replace(state.after(event, "reopen"), complaint=again)


def wait(state: State, at: Place) -> State | Problem:
    if state.complaint.status not in ("open", "waiting"):
        return at.problem("is_resolved")
    until = _after(at, REMINDED_AFTER, state.complaint)
    if isinstance(until, Problem):
        return until
    event = event_of(at.work, "waiting", {"until": until.isoformat()})
    since = state.complaint.waiting_since or at.work.now
    return state.after(
        event, "wait", {"until": until}, status="waiting", waiting_since=since, remind_at=until, next_step_at=until
    )


def ok(state: State, at: Place) -> State | Problem:
    until = _after(at, PAUSED_FOR, state.complaint)
    if isinstance(until, Problem):
        return until
    before, later = state.complaint, state.complaint.next_step_at
    # The ladder looks at an open one at once: what tells the customer is not put off.
    looked_at = at.work.now if before.status == "open" else later and max(later, until)
    event = event_of(at.work, "seen", {"until": until.isoformat()})
    changed = state.after(event, "ok", {"until": until}, paused_until=until, next_step_at=later and looked_at)
    if not _is_renewed_in_pause(until, before, at):
        return changed
    runs_out = Notice(key="ok_promise", values={"until": before.promised_until})
    return replace(changed, told=(*changed.told, runs_out))


def _is_renewed_in_pause(until: datetime, complaint: Complaint, at: Place) -> bool:
    """Whether the ladder will renew a promise that still holds before that time: then it has not come there yet."""
    book, now, runs_out = at.work.office.rulebook, at.work.now, end_of("promise", complaint)
    if runs_out is None or runs_out <= now:
        return False
    clock = book.priority_or_usual(complaint.clock_priority)
    steps = (step for step in schedule(book.escalations, complaint, clock) if now < step.at < until)
    return any(with_promise_renewed(complaint, (step,), clock, step.at) != complaint for step in steps)


def _after(at: Place, usual: str, complaint: Complaint) -> datetime | Problem:
    """When so much time has passed on the complaint's clock, or the day that is named opens."""
    book = at.work.office.rulebook
    calendar = book.priority_or_usual(complaint.clock_priority).calendar
    try:
        return until(at.argument or usual, now=at.work.now, calendar=calendar, zone=book.timezone)
    except ValueError:
        return at.problem("bad_time")
