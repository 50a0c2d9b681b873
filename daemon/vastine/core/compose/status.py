"""The mail that answers a customer's question how things stand: status and promise of their open matters, no more."""

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from vastine.core.complaint import Complaint
from vastine.core.compose.automatic import AutomaticText
from vastine.core.compose.customers import automatic_mail, references_to
from vastine.core.compose.moments import in_full
from vastine.core.compose.subjects import shortened
from vastine.core.mail import Mail
from vastine.core.outgoing import Draft
from vastine.texts import texts_in

if TYPE_CHECKING:
    from vastine.core.rules import Rulebook


def status(
    rulebook: "Rulebook", complaint: Complaint, *, others: Iterable[Complaint], mail: Mail, now: datetime
) -> Draft:
    """How the complaint stands whose customer asked, and the customer's `others`, to the stored address.

    The built-in text alone: replies of the rules know one complaint, and this names several.
    """
    matters = (complaint, *others)
    text = AutomaticText(
        rulebook=rulebook,
        complaint=complaint,
        authenticated=complaint.authenticated,
        language=complaint.language,
        matters=lambda language: "\n".join(_line(each, rulebook, language, now) for each in matters),
    )
    return automatic_mail("status", complaint, text.built_in("status"), references=references_to(mail)).draft


def _line(complaint: Complaint, rulebook: "Rulebook", language: str, now: datetime) -> str:
    """One matter. Its subject is repeated only where it is known to be the customer's own (R23)."""
    texts = texts_in(language).customer
    subject = f" ({shortened(complaint.subject)})" if complaint.authenticated and complaint.subject else ""
    promise = complaint.promise
    said = texts[f"status_{_state(complaint, now)}"].format(
        promise=in_full(promise, language=language, zone=rulebook.timezone) if promise else ""
    )
    return f"{complaint.reference}{subject}: {said}"


def _state(complaint: Complaint, now: datetime) -> str:
    if complaint.status == "resolved":
        return "resolved"
    if complaint.status == "waiting":
        return "waiting"
    if complaint.first_replied_at is not None:
        return "answered"
    due = complaint.first_reply_due
    if complaint.promise is None:
        return "open"
    if complaint.promise > now:
        return "promised"
    return "late" if due is None or due <= now else "open"
