"""To whom a mail to staff goes, in which language, and what they are to its token."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vastine.core.mail import Address
from vastine.core.outgoing import Draft
from vastine.texts import Texts, first_with_texts, texts_in

if TYPE_CHECKING:
    from vastine.core.rules import Member, Rulebook


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a mail of ours that is not to a customer. `key` is their key of `staff`, None for management."""

    to: Address
    language: str
    key: str | None

    @property
    def texts(self) -> Texts:
        """The texts in the reader's language."""
        return texts_in(self.language)

    def party(self, reference: str | None) -> str:
        """What a token would be bound to: a member of staff in a complaint; all else is a notice, without a token."""
        return f"staff:{self.key}" if self.key is not None and reference else f"notice:{self.to.address}"


def reader_of(recipient: "Member | Address", rulebook: "Rulebook") -> Reader:
    """A member of staff, or an address of management or the administrator, who read the company's first language."""
    if isinstance(recipient, Address):
        return Reader(to=recipient, language=first_with_texts(rulebook.languages), key=None)
    to = Address(name=recipient.name, address=recipient.email.lower())
    return Reader(to=to, language=member_language(recipient, rulebook), key=recipient.key)


def draft_to(
    reader: Reader,
    kind: str,
    *,
    mailbox: str,
    reference: str | None = None,
    subject: str,
    text: str,
    html: str | None = None,
    headers: tuple[tuple[str, str], ...] = (),
) -> Draft:
    """A mail that the program writes to somebody of the company."""
    return Draft(
        kind=kind,
        to=reader.to,
        party=reader.party(reference),
        reference=reference,
        mailbox=mailbox,
        language=reader.language,
        subject=subject,
        text=text,
        html=html,
        auto_submitted="auto-generated",
        headers=headers,
    )


def member_language(member: "Member", rulebook: "Rulebook") -> str:
    """The first of the member's languages that has texts, else the first of the company's."""
    return first_with_texts((*member.languages, *rulebook.languages))
