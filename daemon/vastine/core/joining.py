"""Who may join a complaint: the levels 3 to 0 of what ties a mail to it. A subject proves nothing by itself (R30).

3: a token or our Message-ID, from the sender it is bound to, authenticated. 2: the same from anybody else.
1: neither, but an authenticated known customer and the reference or subject of a complaint of theirs.
0: no more than a hint for staff; the mail opens a complaint of its own.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Literal

from vastine.core.authentication import Authentication
from vastine.core.complaint import Complaint, Trust
from vastine.core.desk import Desk, Grant
from vastine.core.mail import Mail
from vastine.core.subject import bare_subject, is_reply

Level = Literal[0, 1, 2, 3]
Hint = Literal["closed", "other", "named", "subject"]

REMEMBERED_FOR: Final = timedelta(days=90)  # after its resolution a complaint is continued by a new one
_REFERENCE = re.compile(r"\bV-[2-9A-HJKMNP-Z]{5}\b", re.IGNORECASE)
_LOOKED_AT = 20_000  # characters of a text
_MOST = 20  # references in a mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Tie:
    """What ties a mail to a complaint. `hint` says, where it does not join (level 0), why staff should know of it."""

    level: Level
    reference: str
    reason: str
    hint: Hint | None = None

    def loosened(self, hint: Hint, reason: str) -> "Tie":
        """The same, but the mail opens a complaint of its own that is linked to this one."""
        return replace(self, level=0, hint=hint, reason=reason)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Who sent a mail, as far as anybody can tell; `checked` is false where authentication is switched off."""

    address: str | None
    authentication: Authentication
    checked: bool

    @property
    def proven(self) -> bool:
        """Whether the address may be taken at its word."""
        return self.address is not None and (self.authentication.verified or not self.checked)

    def trust(self, level: Level) -> Trust:
        """How far an event that this sender caused at that level is to be believed."""
        if level == 3:
            return "verified" if self.authentication.verified else "token"
        return "inferred" if level == 1 else "unverified"


def references_in(mail: Mail) -> tuple[str, ...]:
    """What looks like references of ours in a mail's subject and new text, each once."""
    found = _REFERENCE.findall(f"{mail.subject}\n{mail.new_text[:_LOOKED_AT]}")
    return tuple(dict.fromkeys(each.upper() for each in found))[:_MOST]


def tie_of(mail: Mail, grants: Iterable[Grant], sender: Sender, desk: Desk, *, at: datetime) -> Tie | None:
    """The strongest tie of a mail that arrived then to a complaint, or None."""
    ties = [*_by_grants(grants, sender, desk), *_inferred(mail, sender, desk)]
    tie = max(ties, key=lambda each: each.level, default=None)
    complaint = desk.current(tie.reference) if tie else None
    if tie is None or complaint is None or tie.level == 0:
        return tie
    resolved_at = complaint.resolved_at
    if complaint.status == "resolved" and resolved_at is not None and at - resolved_at > REMEMBERED_FOR:
        return tie.loosened("closed", f"{tie.reason}, but that was closed over {REMEMBERED_FOR.days} days ago")
    return tie


def begins_anew(mail: Mail, complaint: Complaint) -> bool:
    """Whether the subject is a new one, that neither replies nor names the complaint."""
    bare = bare_subject(mail.subject)
    new_subject = bool(bare) and bare.casefold() != bare_subject(complaint.subject).casefold()
    return new_subject and not is_reply(mail.subject) and complaint.reference not in references_in(mail)


def _by_grants(grants: Iterable[Grant], sender: Sender, desk: Desk) -> Iterator[Tie]:
    for grant in grants:
        complaint = desk.current(grant.reference) if grant.reference else None
        if complaint is None or not _lets_customers_join(grant, complaint, sender):
            continue
        answered = f"it answers our {grant.kind} by its {grant.via}"
        if sender.proven and grant.party == f"customer:{sender.address}":
            yield Tie(level=3, reference=complaint.reference, reason=answered)
        else:
            why = (
                "from another address" if grant.party != f"customer:{sender.address}" else sender.authentication.reason
            )
            yield Tie(level=2, reference=complaint.reference, reason=f"{answered}, unverified: {why}")


def _lets_customers_join(grant: Grant, complaint: Complaint, sender: Sender) -> bool:
    """A customer's own token, or a mail to staff that the customer came to see and answers."""
    return grant.purpose == "c" or (grant.via == "Message-ID" and sender.address == complaint.customer.address)


def _inferred(mail: Mail, sender: Sender, desk: Desk) -> Iterator[Tie]:
    """Ties by what the mail says: they join where the sender is known and proven, and are a hint elsewhere."""
    known = sender.checked and sender.authentication.verified
    for reference in references_in(mail):
        complaint = desk.current(reference)
        if complaint is None:
            continue
        theirs = sender.address is not None and complaint.customer.address == sender.address
        reason = f"it names {reference}"
        level: Level = 1 if known and theirs else 0
        yield Tie(level=level, reference=complaint.reference, reason=reason, hint=None if level else "named")
    for message_id in reversed(mail.references):
        complaint = desk.current(desk.theirs[message_id]) if message_id in desk.theirs else None
        if complaint is not None:
            theirs = sender.address is not None and complaint.customer.address == sender.address
            level = 1 if known and theirs else 0
            reason = f"it answers a mail in {complaint.reference}"
            yield Tie(level=level, reference=complaint.reference, reason=reason, hint=None if level else "subject")
            break
    if not is_reply(mail.subject) or sender.address is None:
        return
    bare = bare_subject(mail.subject).casefold()
    for complaint in desk.earlier.get(sender.address, ()):
        if bare and bare_subject(complaint.subject).casefold() == bare and (now := desk.current(complaint.reference)):
            level = 1 if known and now.customer.address == sender.address else 0
            reason = f"it replies to the subject of {complaint.reference}"
            yield Tie(level=level, reference=now.reference, reason=reason, hint=None if level else "subject")
            return
