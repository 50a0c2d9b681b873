"""Short mails to staff, management and the administrator: what went wrong, and what others have done."""

from datetime import datetime
from typing import TYPE_CHECKING, Literal

from vastine.core.complaint import Complaint
from vastine.core.compose import moments
from vastine.core.compose.quoting import quoted
from vastine.core.compose.readers import Reader, draft_to, reader_of
from vastine.core.compose.staff import staff_headers
from vastine.core.compose.subjects import shortened, staff_subject
from vastine.core.failures import cause_of
from vastine.core.mail import Address, Mail
from vastine.core.outgoing import Draft

if TYPE_CHECKING:
    from vastine.core.rules import Member, Rulebook


def told_of_answer(
    rulebook: "Rulebook", complaint: Complaint, *, recipient: "Member", by: "Member", now: datetime
) -> Draft:
    """Tells a member that another has answered the same customer just after them."""
    reader = reader_of(recipient, rulebook)
    clock = moments.clock_time(now, language=reader.language, zone=rulebook.timezone)
    text = reader.texts.staff["answered_after"].format(name=by.name, clock=clock)
    return short_mail("confirmation", reader, complaint.mailbox, complaint, subject=complaint.subject, text=text)


def undeliverable(
    rulebook: "Rulebook",
    complaint: Complaint | None,
    *,
    recipient: "Member | Address",
    failed: str,
    reason: str,
    mailbox: str,
    to: Literal["customer", "member", "other"] = "other",
) -> Draft:
    """A mail of ours to `failed` (an address) was refused for good, and why: to whom that concerns.

    First in plain words and what follows for who did not get it (`to`), then `reason` as the server said it.
    """
    reader = reader_of(recipient, rulebook)
    texts = reader.texts.staff
    lines = [
        texts["undeliverable"].format(to=failed, why=texts[f"failed_{cause_of(reason)}"]),
        *([texts[f"undeliverable_{to}"]] if to != "other" else []),
        "",
        texts["undeliverable_said"].format(reason=" ".join(reason.split())[:500]),
    ]
    text = "\n".join(lines)
    subject = reader.texts.staff["undeliverable_subject"]
    return short_mail("undeliverable", reader, mailbox, complaint, subject=subject, text=text)


def alert(rulebook: "Rulebook", *, to: str, subject: str, text: str, mailbox: str) -> Draft:
    """Tells the administrator about trouble; what is said comes from the caller."""
    reader = reader_of(Address(address=to), rulebook)
    return short_mail("alert", reader, mailbox, None, subject=subject, text=text)


def alert_over(
    rulebook: "Rulebook", *, to: str, subject: str, text: str | None, since: datetime, now: datetime, mailbox: str
) -> Draft:
    """Tells the administrator that a trouble is over. `subject` is that of its alert, and so is `text`, where that
    never went.
    """
    reader = reader_of(Address(address=to), rulebook)
    texts = reader.texts.staff
    begin, end = (moments.in_short(at, language=reader.language, zone=rulebook.timezone) for at in (since, now))
    what = subject.removeprefix("Vastine: ")
    said = texts["alert_over"].format(what=what, begin=begin, end=end)
    if text is not None:
        said = "\n\n".join((said, texts["alert_untold"], text))
    return alert(rulebook, to=to, subject=texts["alert_over_subject"].format(what=what), text=said, mailbox=mailbox)


def quarantine_alert(
    rulebook: "Rulebook", *, admin: str | None, mailbox: str, uid: int, sha256: str, reason: str
) -> Draft | None:
    """Tells the administrator that a mail could not be handled and is kept; None where there is none to tell."""
    if admin is None:
        return None
    reader = reader_of(Address(address=admin), rulebook)
    texts = reader.texts.staff
    text = texts["quarantined"].format(mailbox=mailbox, uid=uid, sha256=sha256, reason=" ".join(reason.split())[:500])
    return short_mail("alert", reader, mailbox, None, subject=texts["quarantined_subject"], text=text)


def shadow(rulebook: "Rulebook", draft: Draft, *, admin: str | None) -> Draft | None:
    """What would have gone to a customer, as a notice to the administrator; None where there is none to tell."""
    if admin is None:
        return None
    reader = reader_of(Address(address=admin), rulebook)
    texts = reader.texts.staff
    said = texts["shadow"].format(to=draft.to.address, kind=draft.kind, subject=shortened(draft.subject))
    text = "\n".join([said, "", *quoted(draft.text, reader=reader)])
    return short_mail("alert", reader, draft.mailbox, None, subject=texts["shadow_subject"], text=text)


def told_of_lock(
    rulebook: "Rulebook", complaint: Complaint, *, recipient: "Member | Address", member: "Member"
) -> Draft:
    """Tells the lead that a member's commands are locked, since mails with their token were not proven (R34)."""
    reader = reader_of(recipient, rulebook)
    text = reader.texts.staff["locked_member"].format(name=member.name)
    subject = reader.texts.staff["locked_subject"]
    return short_mail("alert", reader, complaint.mailbox, None, subject=subject, text=text)


def report_answered(
    rulebook: "Rulebook",
    *,
    recipient: "Member | Address",
    who: str,
    mail: Mail,
    mailbox: str,
    kind: Literal["report", "digest"] = "report",
) -> Draft:
    """Passes on what somebody (an address) answered to a report or a list of work; each line prefixed, as whoever wrote
    it is outside of this mail.
    """
    reader = reader_of(recipient, rulebook)
    texts, replied = reader.texts.report, "replied" if kind == "report" else "replied_list"
    text = "\n".join([texts[replied].format(who=rulebook.name_of(who)), "", *quoted(mail.text, reader=reader)])
    return short_mail("alert", reader, mailbox, None, subject=texts[f"{replied}_subject"], text=text)


def short_mail(
    kind: str, reader: Reader, mailbox: str, complaint: Complaint | None, *, subject: str, text: str
) -> Draft:
    """A mail of that kind, with a token for the complaint where there is one and the reader is a member."""
    return draft_to(
        reader,
        kind,
        mailbox=mailbox,
        reference=complaint.reference if complaint else None,
        subject=staff_subject(complaint.reference, complaint.priority, subject) if complaint else shortened(subject),
        text=text.rstrip("\n") + "\n",
        headers=staff_headers(complaint) if complaint else (),
    )
