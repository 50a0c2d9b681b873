"""The acknowledgement of a new complaint: whether it goes, when, and what it promises."""

from dataclasses import replace
from datetime import datetime, timedelta

from vastine.core.complaint import Complaint
from vastine.core.compose import Notice, acknowledgement
from vastine.core.desk import Desk, acknowledgement_time
from vastine.core.kind import cannot_be_answered, no_automatic_answer
from vastine.core.loop import looks_like_loop
from vastine.core.office import Office
from vastine.core.opening.values import Opening
from vastine.core.story import Letter


def acknowledgement_of(
    complaint: Complaint, opening: Opening, desk: Desk, office: Office, now: datetime
) -> tuple[Letter, tuple[Notice, ...]]:
    """The acknowledgement, or the reason why it stays away (R21 to R23), and that as staff are told it."""
    decision = opening.decision
    allowed = acknowledgement_time(desk.acknowledgement_times, per_hour=office.acknowledgements_per_hour, now=now)
    promise = _promise(complaint, allowed or now)
    is_written = opening.by is not None and opening.by.writes_down
    written = acknowledgement(
        office.rulebook,
        complaint,
        promise=promise,
        opening=_desk_opens(complaint, allowed or now, office),
        authenticated=opening.authentication.verified,
        mail=opening.mail,
        reply_name="recorded" if is_written else decision.reply or "acknowledgement",
        built_in="recorded" if is_written else "acknowledgement",
        language=complaint.language,
        found=decision.found,
    )
    draft = replace(written.draft, not_before=allowed) if allowed and allowed > now else written.draft
    found = _why_not_acknowledged(complaint, opening, desk, office)
    if found is None and allowed is None:
        found = ("many", "more acknowledgements wait than a day allows")
    key, suppressed = found or (None, None)
    letter = Letter(draft=draft, suppressed=suppressed, problems=written.problems)
    return letter, (Notice(key=f"withheld_{key}"),) if key else ()


def _promise(complaint: Complaint, leaves_at: datetime) -> datetime | None:
    """The time to name in a mail that leaves then: none where it would be over, or nearly."""
    due = complaint.first_reply_due
    return due if due is not None and due > leaves_at + timedelta(minutes=1) else None


def _desk_opens(complaint: Complaint, leaves_at: datetime, office: Office) -> datetime | None:
    """When the desk opens, for a mail that leaves then; None where it is open, or never closes."""
    calendar = office.rulebook.priority_or_usual(complaint.clock_priority).calendar
    return None if calendar.is_open(leaves_at) else calendar.next_opening(leaves_at)


def told_promise(
    complaint: Complaint, opening: Opening, letter: Letter, office: Office, now: datetime
) -> datetime | None:
    """The promise as the customer knows it: None where no mail goes, or one without a time."""
    if letter.suppressed is not None:
        return None
    sent = letter.draft
    name = "recorded" if opening.by is not None else opening.decision.reply or ""
    own = office.rulebook.replies.get(name, {}).get(sent.language)
    names_time = own is None or "promise" in own.subject + own.body
    return _promise(complaint, sent.not_before or now) if names_time else None


def _why_not_acknowledged(complaint: Complaint, opening: Opening, desk: Desk, office: Office) -> tuple[str, str] | None:
    """Why this complaint is not acknowledged: a word for the texts to staff, and a sentence; None where it is."""
    customer = complaint.customer
    if opening.by is not None and opening.by.unacknowledged is not None:
        return "brought", opening.by.unacknowledged
    if not customer.address:
        return "address", "the mail names nobody who could be answered"
    if opening.decision.reply is None:
        return "rule", f"{opening.decision.set_by.get('reply', 'the rules')} says reply: none"
    if opening.finding.kind != "person":
        return "program", f"it is {opening.finding.kind}: {opening.finding.reason}"
    if opening.authentication.rejected:
        return "forged", f"the sender is forged, by its domain's own policy: {opening.authentication.reason}"
    if reason := no_automatic_answer(opening.mail, answer_to=customer, our_addresses=office.our_addresses):
        return "address" if cannot_be_answered(customer, office.our_addresses) else "program", reason
    if desk.acknowledged_today[customer.address] >= office.acknowledgements_per_sender:
        return "many", f"{customer.address} had {office.acknowledgements_per_sender} acknowledgements within a day"
    loop = looks_like_loop(opening.mail, customer.address, desk, at=opening.read.delivery.arrived_at)
    return ("program", loop) if loop is not None else None
