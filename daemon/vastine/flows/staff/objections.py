"""Why a member's reply is not acted on, but goes back to them: each reason a check of its own, and no effect."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from vastine.core.commands import NAMING_ONE, Problem, Reply, name_of
from vastine.core.complaint import Complaint
from vastine.core.compose import member_language, told_facts
from vastine.core.conversation import staff_grant
from vastine.core.desk import Desk, Grant
from vastine.core.kind import Finding
from vastine.core.leak import leaks
from vastine.core.mail import Address, Mail
from vastine.core.office import Office
from vastine.core.quote import signature_of
from vastine.core.reading import Read
from vastine.core.rules import Member
from vastine.flows.staff.work import Work

MOST_UNPROVEN = 5  # mails with a member's token that were not proven to be theirs, within an hour (R34)
LOCKED_FOR = timedelta(days=1)
MOST_ABSENCES = 3  # mails returned to a member within a day, the last of which they answer with an absence notice
MOST_RETURNED = 10  # mails to a member within an hour; what is returned after that is only recorded
MOST_TO_CONFIRMATIONS = 3  # answers of a member in one complaint, within half an hour: more is a program's doing (R26)


def objections(reply: Reply, grant: Grant, work: Work, desk: Desk, *, is_read: bool) -> list[Problem]:
    """Everything that speaks against acting on what a proven member wrote, but for the commands themselves: where
    these were not all understood (`is_read`), they still say that the mail is no slip.
    """
    return [
        *_like_a_program(reply, grant, work, desk),
        *_leaks(reply, work, desk),
        *(_emptiness(reply, work.mail) if is_read else ()),
        *_nobody(reply, work.complaint),
        *_alone(reply),
        *_elsewhere(reply, work),
    ]


def may_be_answer(read: Read, finding: Finding, grants: Sequence[Grant], desk: Desk, office: Office) -> bool:
    """Whether what only reads like an absence notice is a proven member's, so that they must know that it went nowhere.

    In answer to mails that were returned this ends after a few: then it is a program that sets no marks (R26).
    """
    member = office.member_at(read.sender.address)
    if not finding.guessed or member is None or not read.sender.proven:
        return False
    grant = staff_grant(read.mail, tuple(grants), desk, member.key)
    if grant is None or grant.party != f"staff:{member.key}" or desk.current(grant.reference or "") is None:
        return False
    return grant.kind != "returned" or len(desk.returned.get(member.key, ())) < MOST_ABSENCES


def may_be_told(returned: Sequence[datetime], now: datetime) -> bool:
    """Whether another mail may go back to whom some went back at these times: not to a program (R26)."""
    return len([at for at in returned if now - at < timedelta(hours=1)]) < MOST_RETURNED


def like_absence(finding: Finding, member: Member, office: Office) -> list[Problem]:
    """The problem of a text that a program may have written; with any command at the top it is a person's."""
    if not finding.guessed:
        return []
    return [Problem(code="like_absence", word=name_of("status", member_language(member, office.rulebook)))]


def unproven(read: Read, member: Member) -> Problem | None:
    """The problem where this may not be the member (R31)."""
    if read.sender.address in member.addresses:
        return None if read.sender.proven else Problem(code="not_verified")
    return Problem(code="not_verified", word=", ".join(_shown(author) for author in read.mail.from_))


def _shown(author: Address) -> str:
    return f"{author.address} ({author.name})" if author.name else author.address


def is_locked(unproven: tuple[datetime, ...], now: datetime) -> bool:
    """Whether so many came within one hour, less than a day ago, that the member's commands are locked (R34)."""
    lately = [at for at in unproven if now - at < LOCKED_FOR]
    spans = zip(lately, lately[MOST_UNPROVEN - 1 :], strict=False)
    return any(last - first <= timedelta(hours=1) for first, last in spans)


def _like_a_program(reply: Reply, grant: Grant, work: Work, desk: Desk) -> list[Problem]:
    """Answer upon answer to our own confirmations: a mailbox that answers everything, and no end of it (R26)."""
    answers = [key for key, _ in desk.answered.get(work.complaint.reference, ()) if key == work.member.key]
    to_ours = grant.kind in ("confirmation", "returned") and not reply.commands
    return [Problem(code="like_a_program")] if to_ours and len(answers) >= MOST_TO_CONFIRMATIONS else []


def _leaks(reply: Reply, work: Work, desk: Desk) -> list[Problem]:
    """What the customer must not see. A mail as an attachment may be our routed one, so none is passed on."""
    if reply.has("note"):
        return []
    if any(attachment.content_type.startswith("message/") for attachment in work.mail.attachments):
        return [Problem(code="leak_facts")]
    past = desk.past_of(work.complaint.reference)
    facts = told_facts(work.office.rulebook, work.complaint, member=work.member, now=work.now, past=past)
    leak = leaks(f"{reply.body}\n\n{signature_of(work.mail.text)}", routed_facts=facts)
    return [Problem(code=leak)] if leak else []


def _emptiness(reply: Reply, mail: Mail) -> list[Problem]:
    """An empty reply is a slip of the hand, unless a command or an attachment says what is meant."""
    says_nothing = not reply.body and not mail.attachments
    asks_something = any(command.name not in ("note", "reply") for command in reply.commands)
    return [Problem(code="empty")] if says_nothing and not asks_something else []


def _nobody(reply: Reply, complaint: Complaint) -> list[Problem]:
    """An answer to a complaint whose mail named no sender has nowhere to go."""
    goes_out = bool(reply.body) and not reply.has("note")
    return [Problem(code="no_customer")] if goes_out and not complaint.customer.address else []


def _elsewhere(reply: Reply, work: Work) -> list[Problem]:
    """A command that names a complaint is about this one, or it is not meant for this reply."""
    named = [each for each in reply.commands if each.name in NAMING_ONE and each.argument]
    wrong = next((each for each in named if each.argument != work.complaint.reference), None)
    language = member_language(work.member, work.office.rulebook)
    return [Problem(code="not_here", word=f"{name_of(wrong.name, language)} {wrong.argument}")] if wrong else []


def _alone(reply: Reply) -> list[Problem]:
    """`#undo` and `#help` stand alone: with anything else beside them it is not clear what is meant."""
    lonely = [command for command in reply.commands if command.name in ("undo", "help", "list", "new")]
    if not lonely:
        return []
    if lonely[0].name in ("list", "new"):
        return [Problem(code="not_here", line=lonely[0].line, word=f"#{lonely[0].name}")]
    return [Problem(code="alone", line=lonely[0].line)] if reply.body or len(reply.commands) > 1 else []
