"""Whether a survey follows when a member resolves a complaint: its customer is to hear once that it is closed."""

from dataclasses import replace

from vastine.core.complaint import Complaint
from vastine.core.desk import Desk
from vastine.core.rules import Survey
from vastine.core.survey import History, why_not_asked
from vastine.flows.staff.work import Work


def why_no_survey(complaint: Complaint, survey: Survey, work: Work, desk: Desk) -> str | None:
    """Why the customer of a complaint that is resolved now will not be asked, as far as that is known; None where they
    will be.
    """
    history = desk.histories.get(complaint.reference, History())
    known = replace(
        history,
        answered=history.answered or bool(desk.answered.get(complaint.reference)),
        awaited=history.awaited or _is_awaited(complaint, work, desk),
    )
    asked_at = work.now + survey.after
    return why_not_asked(complaint, known, survey, our_addresses=work.office.our_addresses, now=asked_at)


def _is_awaited(complaint: Complaint, work: Work, desk: Desk) -> bool:
    """Whether another complaint of the customer was resolved by a mail of the same batch, of which no store knows."""
    return any(
        other.status == "resolved"
        and other.survey is None
        and other.resolved_at == work.now
        and other.reference != complaint.reference
        and other.customer.address == complaint.customer.address
        for other in desk.complaints.values()
    )
