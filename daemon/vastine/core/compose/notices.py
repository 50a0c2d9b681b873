"""Short mails to staff, management and the administrator: what became of a mail of theirs, and what went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

from vastine.core.commands import COMMANDS, Problem, name_of
from vastine.core.complaint import Complaint, is_late
from vastine.core.compose import moments
from vastine.core.compose.block import Notice, quoted
from vastine.core.compose.customers import references_to
from vastine.core.compose.readers import Reader, member_language, reader_of
from vastine.core.compose.staff import marker, staff_headers
from vastine.core.compose.subjects import shortened, staff_subject
from vastine.core.failures import cause_of
from vastine.core.mail import Address, Mail
from vastine.core.outgoing import Draft
from vastine.texts import texts_in

if TYPE_CHECKING:
    from vastine.core.rules import Member, Rulebook


def confirmation(
    rulebook: "Rulebook",
    complaint: Complaint,
    *,
    member: "Member",
    happened: Sequence[Notice],
    mail: Mail,
    now: datetime,
    more: Sequence[str] = (),
) -> Draft:
    """One line that says what was done with the member's mail; `more` are lines that it asked for. Each of `happened`
    is a key of the staff texts with its values; a time among these is told as the clock of the company shows it.
    """
    reader = reader_of(member, rulebook)
    said = [_said(each, reader, rulebook, now) for each in happened]
    text = "\n".join([" ".join(said), *(["", *more] if more else [])])
    return _to_member("confirmation", reader, complaint.mailbox, complaint, text=text.strip("\n"), mail=mail)


def _said(happened: Notice, reader: Reader, rulebook: "Rulebook", now: datetime) -> str:
    values = {
        name: moments.in_short(value, language=reader.language, zone=rulebook.timezone)
        if isinstance(value, datetime) and value.date() != now.date()
        else _clock(name, value, reader, rulebook)
        if isinstance(value, datetime)
        else moments.span(value, language=reader.language)
        if isinstance(value, timedelta)
        else value
        for name, value in happened.values.items()
    }
    return reader.texts.staff[f"did_{happened.key}"].format(**values)


def _clock(name: str, value: datetime, reader: Reader, rulebook: "Rulebook") -> str:
    """The time of day: alone in a sentence that has the word before it (`clock`), else with it."""
    clock = moments.clock_time(value, language=reader.language, zone=rulebook.timezone)
    return clock if name == "clock" else reader.texts.times["at_clock"].format(clock=clock)


def told_of_answer(
    rulebook: "Rulebook", complaint: Complaint, *, recipient: "Member", by: "Member", now: datetime
) -> Draft:
    """Tells a member that another has answered the same customer just after them."""
    reader = reader_of(recipient, rulebook)
    clock = moments.clock_time(now, language=reader.language, zone=rulebook.timezone)
    text = reader.texts.staff["answered_after"].format(name=by.name, clock=clock)
    return _notice("confirmation", reader, complaint.mailbox, complaint, subject=complaint.subject, text=text)


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
    said = {"address": reader.to.address}
    problems_said = (_explained(problem, reader.language, rulebook, said) for problem in problems)
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


def told_of_lock(
    rulebook: "Rulebook", complaint: Complaint, *, recipient: "Member | Address", member: "Member"
) -> Draft:
    """Tells the lead that a member's commands are locked, since mails with their token were not proven (R34)."""
    reader = reader_of(recipient, rulebook)
    text = reader.texts.staff["locked_member"].format(name=member.name)
    subject = reader.texts.staff["locked_subject"]
    return _notice("alert", reader, complaint.mailbox, None, subject=subject, text=text)


def report_answered(
    rulebook: "Rulebook", *, recipient: "Member | Address", who: str, mail: Mail, mailbox: str
) -> Draft:
    """Passes on what somebody answered to a report; each line prefixed, as whoever wrote it is outside of this mail."""
    reader = reader_of(recipient, rulebook)
    texts = reader.texts.report
    text = "\n".join([texts["replied"].format(who=who), "", *quoted(mail.text, reader=reader)])
    return _notice("alert", reader, mailbox, None, subject=texts["replied_subject"], text=text)


def help_lines(rulebook: "Rulebook", *, member: "Member") -> tuple[str, ...]:
    """Every command with what it does, in the member's language."""
    language = member_language(member, rulebook)
    texts = texts_in(language).staff
    named = [(f"{name_of(name, language)} {texts.get(f'takes_{name}', '')}".strip(), name) for name in COMMANDS]
    width = max(len(written) for written, _ in named) + 2
    return (texts["help"], "", *(f"{written:<{width}}{texts[f'does_{name}']}" for written, name in named))


def told_at_desk(
    rulebook: "Rulebook",
    *,
    member: "Member",
    happened: Sequence[Notice],
    mail: Mail,
    mailbox: str,
    lines: Sequence[str] = (),
    about: str | None = None,
) -> Draft:
    """The answer to a member's mail to the desk, which is about no complaint of its own; its subject names the one that
    it opened (`about`, a reference).
    """
    reader = reader_of(member, rulebook)
    said = [reader.texts.staff[f"did_{each.key}"].format(**each.values) for each in happened]
    text = "\n".join([*([" ".join(said)] if said else []), *lines])
    subject = reader.texts.staff["desk_subject"]
    subject = f"[{about}] {subject}" if about else subject
    draft = _notice("confirmation", reader, mailbox, None, subject=subject, text=text)
    return replace(draft, references=references_to(mail))


def list_lines(
    rulebook: "Rulebook",
    complaints: Sequence[Complaint],
    *,
    member: "Member",
    now: datetime,
    late: bool,
    leads: bool,
) -> tuple[str, ...]:
    """A line a complaint: reference, priority, until when, who has it where that is not the member, customer, subject;
    what is late first, then the most urgent time. `leads`: the member leads a team, of which all are here.
    """
    reader = reader_of(member, rulebook)
    texts = reader.texts.staff
    head = texts["list_head_lead" if leads else "list_head"].format(n=len(complaints))
    ordered = sorted(complaints, key=lambda each: (not is_late(each, now), each.until or now))
    lines = [_listed(each, reader, rulebook, now) for each in ordered] or [texts["list_none"]]
    take, status = name_of("take", reader.language), name_of("status", reader.language)
    below = ["", texts["list_below"].format(take=take, status=status)] if complaints else []
    return (f"{texts['list_late']} {head}" if late else head, "", *lines, *below)


def _listed(complaint: Complaint, reader: Reader, rulebook: "Rulebook", now: datetime) -> str:
    until = complaint.until
    when = moments.in_short(until, language=reader.language, zone=rulebook.timezone) if until else ""
    status = "" if complaint.status == "open" else f" · {reader.texts.staff[f'status_{complaint.status}']}"
    late = f" · {reader.texts.staff['list_is_late']}" if is_late(complaint, now) else ""
    customer, subject = complaint.customer.address, shortened(complaint.subject)
    return (
        f"{complaint.reference}  [{complaint.priority}]  {when}{late}{status}"
        f"{_whose(complaint, reader, rulebook)} · {customer} · {subject}"
    )


def _whose(complaint: Complaint, reader: Reader, rulebook: "Rulebook") -> str:
    """Who has it, where that is not who reads."""
    if complaint.assignee == reader.key:
        return ""
    member = rulebook.staff.get(complaint.assignee or "")
    name = member.name if member else complaint.assignee or reader.texts.staff["nobody"]
    return f" · {reader.texts.staff['list_whose'].format(name=name)}"


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


_AT_FAULT = frozenset({"unknown", "argument", "missing", "bad_time", "bad_address"})
"""With every `unknown_...`, the problems that lie in a line as it is written."""

_NAMED_BY = {"assign": "name", "priority": "priority", "topic": "topic", "reply": "reply"}


def _explained(problem: Problem, language: str, rulebook: "Rulebook", said: Mapping[str, str]) -> str:
    """A sentence about one problem, with its line where that is at fault, and with the names that would do."""
    texts = texts_in(language).staff
    key = f"problem_{problem.code}_suggestion" if problem.suggestion else f"problem_{problem.code}"
    sentence = texts[key].format(word=problem.word[:60], suggestion=problem.suggestion, **said)
    kind = _NAMED_BY.get(problem.command) or problem.code.removeprefix("unknown_")
    if names := _names(kind, rulebook):
        sentence = f"{sentence} {texts[f'names_{kind}'].format(names=', '.join(names))}"
    is_at_fault = problem.code in _AT_FAULT or problem.code.startswith("unknown_")
    return texts["line"].format(line=problem.line, problem=sentence) if problem.line and is_at_fault else sentence


def _names(kind: str, rulebook: "Rulebook") -> tuple[str, ...]:
    """What may be named: people and teams, priorities, topics or ready texts; nothing for any other kind."""
    match kind:
        case "name":
            return (*rulebook.staff, *rulebook.teams)
        case "priority":
            return tuple(each.name for each in rulebook.priorities)
        case "topic":
            return rulebook.topics
        case "reply":
            return tuple(rulebook.replies)
    return ()
