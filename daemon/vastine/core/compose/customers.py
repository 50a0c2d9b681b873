"""Mails to customers: acknowledgement, delay, closing, survey, and the answers that people write.

The name of an unauthenticated sender is not repeated beside their address in To either (R23).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from vastine.core.complaint import Complaint
from vastine.core.compose.automatic import AutomaticText, Wording, neutral_subject
from vastine.core.compose.scale import offered
from vastine.core.compose.subjects import reply_subject
from vastine.core.follow_ups import signs_off
from vastine.core.leak import unprefix
from vastine.core.mail import Address, Attachment, Mail
from vastine.core.outgoing import Draft
from vastine.core.survey import Ask

if TYPE_CHECKING:
    from vastine.core.rules import Member, Rulebook


_CLOSING_LINES = 4  # at the end of an answer: a closing, an empty line perhaps, a name and a title


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A draft, and what was wrong with the company's own text where the built-in one had to stand in (F20)."""

    draft: Draft
    problems: tuple[str, ...] = ()


def acknowledgement(
    rulebook: "Rulebook",
    complaint: Complaint,
    *,
    promise: datetime | None,
    opening: datetime | None = None,
    authenticated: bool,
    mail: Mail,
    reply_name: str,
    language: str,
    found: Mapping[str, tuple[str, ...] | list[str]],
    built_in: Literal["acknowledgement", "recorded"] = "acknowledgement",
) -> Written:
    """The automatic answer to a new complaint, to its customer.

    `promise` is the time to name, None where there is none; `opening` when the desk opens, None where it is open.
    `reply_name` names the reply of the rules; the built-in text stands in where the rules have none of that name, or
    where theirs fails: `recorded` where the customer did not write to us, but a member wrote down what they said.
    """
    text = AutomaticText(
        rulebook=rulebook,
        complaint=complaint,
        authenticated=authenticated,
        language=language,
        promise=promise,
        opening=opening,
        found=found,
    )
    worded = text.worded(reply_name, built_in=built_in)
    return automatic_mail(
        "acknowledgement", complaint, worded, authenticated=authenticated, references=references_to(mail)
    )


def delay(
    rulebook: "Rulebook",
    complaint: Complaint,
    *,
    old_promise: datetime,
    new_promise: datetime,
    now: datetime,
    until: datetime | None = None,
    reply_name: str = "delay",
) -> Written:
    """A promise about to be missed, or missed already, is renewed. Replies of the rules may use `old_promise` too.

    `until` is until when the old one could be kept, later than what it says where we waited for the customer.
    """
    text = AutomaticText(
        rulebook=rulebook,
        complaint=complaint,
        authenticated=complaint.authenticated,
        language=complaint.language,
        promise=new_promise,
        old_promise=old_promise,
        now=now,
    )
    built_in = "delay" if now < (until or old_promise) else "delay_missed"
    return automatic_mail("delay", complaint, text.worded(reply_name, built_in=built_in))


def closing(rulebook: "Rulebook", complaint: Complaint, *, reply_name: str = "closing") -> Written:
    """Tells the customer that the complaint is resolved."""
    text = AutomaticText(
        rulebook=rulebook,
        complaint=complaint,
        authenticated=complaint.authenticated,
        language=complaint.language,
    )
    return automatic_mail("closing", complaint, text.worded(reply_name, built_in="closing"))


def survey(
    rulebook: "Rulebook", complaint: Complaint, *, ask: Ask, reply_name: str = "survey", is_told: bool = False
) -> Written:
    """Tells the customer that the complaint is resolved, unless they know, and asks how it went: a number, by reply or
    by a link.

    The links, and the way out of ever being asked, stand below a text of the company's own too.
    """
    text = AutomaticText(
        rulebook=rulebook,
        complaint=complaint,
        authenticated=complaint.authenticated,
        language=complaint.language,
        is_survey=True,
    )
    worded = text.worded(reply_name, built_in=f"survey_{ask}_closed" if is_told else f"survey_{ask}")
    written = automatic_mail("survey", complaint, worded)
    plain, html = offered(worded.text, ask=ask, reference=complaint.reference, language=worded.language)
    return replace(written, draft=replace(written.draft, text=plain, html=html))


def answer(
    rulebook: "Rulebook",
    complaint: Complaint,
    *,
    text: str,
    member: "Member",
    mail_refs: tuple[str, ...],
    signature: str = "",
    attachments: tuple[Attachment, ...] = (),
    not_before: datetime | None = None,
) -> Draft:
    """What a member of staff wrote, to the customer: nothing automatic about it (R27).

    `text` is their new text; the customer's own words in it lose the `| ` that we put before them. `mail_refs` are
    the Message-IDs of the customer's mail, oldest first; nothing of the member's own mail goes along. Below it stands
    the team's signature, or the member's own `signature` where the team has none in that language. Beside the company's
    address stands the company's name, whoever `member` is.
    """
    language = complaint.language
    team = rulebook.teams.get(complaint.team)
    of_team = [texts.get(language, "").strip("\n") for texts in (team.signature, team.footer)] if team else ["", ""]
    said = unprefix(text).strip("\n")
    parts = [said, _below_closing(said, of_team[0] or signature), of_team[1]]
    return Draft(
        kind="answer",
        to=_recipient(complaint, authenticated=complaint.authenticated),
        party=party_of(complaint),
        reference=complaint.reference,
        mailbox=complaint.mailbox,
        language=language,
        subject=reply_subject(complaint.subject) or neutral_subject(complaint, "acknowledgement", language),
        text="\n\n".join(part for part in parts if part) + "\n",
        auto_submitted=None,
        references=mail_refs,
        attachments=attachments,
        not_before=not_before,
    )


def ready_text(rulebook: "Rulebook", complaint: Complaint, reply_name: str) -> str | None:
    """A text of the company's own, for a member who puts it into an answer (`#reply NAME`); None where it fails.

    Where the team has a signature, which ends the answer, the text's own closing is left out.
    """
    text = AutomaticText(
        rulebook=rulebook,
        complaint=complaint,
        authenticated=complaint.authenticated,
        language=complaint.language,
        promise=complaint.promise,
        found=complaint.decision.get("found") or {},
        is_part=True,
    )
    worded = text.worded(reply_name, built_in="acknowledgement")
    if worded.problems:
        return None
    team = rulebook.teams.get(complaint.team)
    is_signed = team is not None and bool(team.signature.get(complaint.language, "").strip())
    return _without_closing(worded.text.strip("\n")) if is_signed else worded.text.strip("\n")


def _below_closing(text: str, signature: str) -> str:
    """The signature, without its own closing where the text ends with one: nobody takes leave twice."""
    first, _, rest = signature.partition("\n")
    last = [" ".join(line.replace(".", " ").split()) for line in text.split("\n")[-_CLOSING_LINES:] if line.strip()]
    return rest.strip("\n") if signs_off(first) and rest.strip() and any(map(signs_off, last)) else signature


def _without_closing(text: str) -> str:
    """The text without its last paragraph, where that is how a letter ends."""
    body, _, last = text.rpartition("\n\n")
    return body.rstrip("\n") if body and signs_off(last.lstrip("\n").split("\n")[0]) else text


def party_of(complaint: Complaint) -> str:
    """Who the customer of a complaint is to a token."""
    return f"customer:{complaint.customer.address}"


def references_to(mail: Mail) -> tuple[str, ...]:
    """The References of a mail that answers this one, oldest first (RFC 5322 section 3.6.4)."""
    earlier = tuple(each for each in mail.references if each != mail.message_id)
    return (*earlier, mail.message_id) if mail.message_id else earlier


def _recipient(complaint: Complaint, *, authenticated: bool) -> Address:
    return complaint.customer if authenticated else Address(address=complaint.customer.address)


def automatic_mail(
    kind: Literal["acknowledgement", "delay", "closing", "survey", "status"],
    complaint: Complaint,
    worded: Wording,
    *,
    authenticated: bool | None = None,
    references: tuple[str, ...] | None = None,
) -> Written:
    """An automatic mail: one that replies (an acknowledgement, the status), or one that nobody asked for just now."""
    known = complaint.authenticated if authenticated is None else authenticated
    draft = Draft(
        kind=kind,
        to=_recipient(complaint, authenticated=known),
        party=party_of(complaint),
        reference=complaint.reference,
        mailbox=complaint.mailbox,
        language=worded.language,
        subject=worded.subject,
        text=worded.text,
        auto_submitted="auto-replied" if kind in ("acknowledgement", "status") else "auto-generated",
        references=complaint.thread if references is None else references,
    )
    return Written(draft=draft, problems=worded.problems)
