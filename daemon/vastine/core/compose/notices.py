"""Short mails to staff, management and the administrator: what became of a mail of theirs, and what went wrong."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from vastine.core.commands import Problem
from vastine.core.complaint import Complaint
from vastine.core.compose import moments
from vastine.core.compose.block import quoted
from vastine.core.compose.customers import references_to
from vastine.core.compose.readers import Reader, reader_of
from vastine.core.compose.staff import marker, staff_headers
from vastine.core.compose.subjects import shortened, staff_subject
from vastine.core.failures import cause_of
from vastine.core.mail import Address, Mail
from vastine.core.outgoing import Draft
from vastine.texts import texts_in

if TYPE_CHECKING:
    from vastine.core.rules import Member, Rulebook

Happened = Literal["sent", "resolved", "noted", "recorded", "outside"]
"""What was done with a reply: sent to the customer, resolved, kept as a note, recorded as an answer that the customer
had already, kept as a note because an outside address was among the recipients."""


def confirmation(
    rulebook: "Rulebook",
    complaint: Complaint,
    *,
    member: "Member",
    happened: Sequence[Happened],
    mail: Mail,
    now: datetime,
    sent_at: datetime | None = None,
) -> Draft:
    """One line that says what was done with the member's mail. `sent_at` is when the answer leaves (now)."""
    reader = reader_of(member, rulebook)
    clock = moments.clock_time(sent_at or now, language=reader.language, zone=rulebook.timezone)
    said = [reader.texts.staff[each].format(customer=complaint.customer.address, clock=clock) for each in happened]
    return _to_member("confirmation", reader, complaint.mailbox, complaint, text=" ".join(said), mail=mail)


def returned(
    rulebook: "Rulebook",
    complaint: Complaint | None,
    *,
    member: "Member",
    problems: Sequence[Problem],
    mail: Mail,
    mailbox: str,
) -> Draft:
    """The member's mail comes back whole to their registered address, with why nothing was done (R33).

    Without a complaint (a token that opens none any more) nothing can be answered: there is no token then.
    """
    reader = reader_of(member, rulebook)
    texts = reader.texts.staff
    problems_said = (_explained(problem, reader.language) for problem in problems)
    above = [marker(reader.language), ""] if complaint else []
    why = " ".join([texts["returned"], *problems_said, texts["whole_below"]])
    text = "\n".join([*above, why, "", mail.text.strip("\n")])
    return _to_member("returned", reader, mailbox, complaint, text=text, mail=mail)


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
    return _notice("undeliverable", reader, mailbox, complaint, subject=subject, text=text)


def alert(rulebook: "Rulebook", *, to: str, subject: str, text: str, mailbox: str) -> Draft:
    """Tells the administrator about trouble; what is said comes from the caller."""
    reader = reader_of(Address(address=to), rulebook)
    return _notice("alert", reader, mailbox, None, subject=subject, text=text)


def quarantine_alert(
    rulebook: "Rulebook", *, admin: str | None, mailbox: str, uid: int, sha256: str, reason: str
) -> Draft | None:
    """Tells the administrator that a mail could not be handled and is kept; None where there is none to tell."""
    if admin is None:
        return None
    reader = reader_of(Address(address=admin), rulebook)
    texts = reader.texts.staff
    text = texts["quarantined"].format(mailbox=mailbox, uid=uid, sha256=sha256, reason=" ".join(reason.split())[:500])
    return _notice("alert", reader, mailbox, None, subject=texts["quarantined_subject"], text=text)


def shadow(rulebook: "Rulebook", draft: Draft, *, admin: str | None) -> Draft | None:
    """What would have gone to a customer, as a notice to the administrator; None where there is none to tell."""
    if admin is None:
        return None
    reader = reader_of(Address(address=admin), rulebook)
    texts = reader.texts.staff
    said = texts["shadow"].format(to=draft.to.address, kind=draft.kind, subject=shortened(draft.subject))
    text = "\n".join([said, "", *quoted(draft.text, reader=reader)])
    return _notice("alert", reader, draft.mailbox, None, subject=texts["shadow_subject"], text=text)


def _to_member(kind: str, reader: Reader, mailbox: str, complaint: Complaint | None, *, text: str, mail: Mail) -> Draft:
    """An answer to a member's own mail, with a token for the complaint where there is one."""
    subject = complaint.subject if complaint else reader.texts.staff["returned_subject"]
    draft = _notice(kind, reader, mailbox, complaint, subject=subject, text=text)
    return replace(draft, references=references_to(mail))


def _notice(kind: str, reader: Reader, mailbox: str, complaint: Complaint | None, *, subject: str, text: str) -> Draft:
    reference = complaint.reference if complaint else None
    return Draft(
        kind=kind,
        to=reader.to,
        party=reader.party(reference),
        reference=reference,
        mailbox=mailbox,
        language=reader.language,
        subject=staff_subject(complaint.reference, complaint.priority, subject) if complaint else shortened(subject),
        text=text.rstrip("\n") + "\n",
        auto_submitted="auto-generated",
        headers=staff_headers(complaint) if complaint else (),
    )


def _explained(problem: Problem, language: str) -> str:
    """A sentence about one problem, with its line where it has one."""
    texts = texts_in(language).staff
    key = f"problem_{problem.code}_suggestion" if problem.suggestion else f"problem_{problem.code}"
    said = texts[key].format(word=problem.word[:60], suggestion=problem.suggestion)
    return texts["line"].format(line=problem.line, problem=said) if problem.line else said
