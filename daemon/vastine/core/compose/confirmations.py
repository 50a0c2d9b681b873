"""Answers to a member's own mail: what was done with it, or why it comes back."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vastine.core.commands import Problem, name_of
from vastine.core.complaint import Complaint
from vastine.core.compose import moments
from vastine.core.compose.block import Notice
from vastine.core.compose.customers import references_to
from vastine.core.compose.digest import named
from vastine.core.compose.notices import short_mail
from vastine.core.compose.readers import Reader, draft_to, reader_of
from vastine.core.compose.staff import marker, staff_headers
from vastine.core.mail import Mail
from vastine.core.outgoing import GATHERED, Draft
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
    below = texts["whole_below_by" if any(map(_is_by_another, problems)) else "whole_below"]
    why = " ".join([texts["returned"], *problems_said, below])
    text = "\n".join([*above, why, "", mail.text.strip("\n")])
    return _to_member("returned", reader, mailbox, complaint, text=text, mail=mail)


def kept_as_note(
    rulebook: "Rulebook",
    complaint: Complaint,
    *,
    member: "Member",
    mail: Mail,
    about: Sequence[str],
    by_command: bool,
) -> Draft:
    """The member's answer to a mail about several complaints (`about`, references) comes back: it is a note in this
    one, and no customer got it; and how one does. `by_command`: they can have a complaint's mail sent by a command.

    No token stands in it: whose customer a reply to this were for is not clear either.
    """
    reader = reader_of(member, rulebook)
    texts, reference = reader.texts.staff, complaint.reference
    command = f"{name_of('status', reader.language)} {reference}"
    why = [
        texts["kept"].format(reference=reference),
        *([texts["kept_several"].format(references=named(about))] if len(about) > 1 else []),
        texts["kept_how"],
        *([texts["kept_command"].format(command=command)] if by_command else []),
        texts["whole_below"],
    ]
    draft = draft_to(
        reader,
        "returned",
        mailbox=complaint.mailbox,
        reference=reference,
        subject=texts["kept_subject"],
        text="\n".join([" ".join(why), "", mail.text.strip("\n")]).rstrip("\n") + "\n",
        headers=staff_headers(complaint),
    )
    return replace(draft, party=f"{GATHERED}:{reader.to.address}", references=references_to(mail))


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
    draft = short_mail("confirmation", reader, mailbox, None, subject=subject, text=text)
    return replace(draft, references=references_to(mail))


def _to_member(kind: str, reader: Reader, mailbox: str, complaint: Complaint | None, *, text: str, mail: Mail) -> Draft:
    """An answer to a member's own mail, with a token for the complaint where there is one."""
    subject = complaint.subject if complaint else reader.texts.staff["returned_subject"]
    draft = short_mail(kind, reader, mailbox, complaint, subject=subject, text=text)
    return replace(draft, references=references_to(mail))


_AT_FAULT = frozenset({"unknown", "argument", "missing", "bad_time", "bad_address"})
"""With every `unknown_...`, the problems that lie in a line as it is written."""


_NAMED_BY = {"assign": "name", "priority": "priority", "topic": "topic", "reply": "reply"}


def _explained(problem: Problem, language: str, rulebook: "Rulebook", said: Mapping[str, str]) -> str:
    """A sentence about one problem, with its line where that is at fault, and with the names that would do."""
    texts = texts_in(language).staff
    key = f"problem_{problem.code}_suggestion" if problem.suggestion else f"problem_{problem.code}"
    key = f"{key}_by" if _is_by_another(problem) else key
    sentence = texts[key].format(word=problem.word[:60], suggestion=problem.suggestion, **said)
    kind = _NAMED_BY.get(problem.command) or problem.code.removeprefix("unknown_")
    if names := _names(kind, rulebook):
        sentence = f"{sentence} {texts[f'names_{kind}'].format(names=', '.join(names))}"
    is_at_fault = problem.code in _AT_FAULT or problem.code.startswith("unknown_")
    return texts["line"].format(line=problem.line, problem=sentence) if problem.line and is_at_fault else sentence


def _is_by_another(problem: Problem) -> bool:
    """Whether the mail has another sender than the member whom it goes back to; they are the problem's word."""
    return problem.code == "not_verified" and bool(problem.word)


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
