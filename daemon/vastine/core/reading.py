"""A mail as it was read: all that can be told from its octets alone, and then what ties it to us."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from vastine.core.brought import brought_in
from vastine.core.conversation import Bonds
from vastine.core.joining import Sender
from vastine.core.language import LanguageGuesser
from vastine.core.mail import Mail
from vastine.core.parse import parse
from vastine.core.story import Delivery

SHORT_TEXT: Final = 60  # characters of new text below which the subject helps to tell the language


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a mail says, and the language of its new text; None when unsure. `brought_language` is that of the
    customer's part alone, should its writer be a member who brings it (`core/brought.py`).
    """

    mail: Mail
    language: str | None
    brought_language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A delivery that was read. `bonds` are the tokens of ours that it carries, `sender` is who it is from, if true."""

    delivery: Delivery
    mail: Mail
    language: str | None
    bonds: Bonds
    sender: Sender
    brought_language: str | None = None


def content_key(mail: Mail) -> str | None:
    """A digest of what stays the same in every copy of a mail, whatever its way added to the header: Message-ID, From,
    subject, text and attachments (R5). None where the mail has no Message-ID.
    """
    if not mail.message_id:
        return None
    digest = sha256()
    senders = (address.address for address in mail.from_)
    for part in (mail.message_id, *senders, mail.subject, mail.text):
        digest.update(part.encode("utf-8", "replace") + b"\0")
    for attachment in mail.attachments:
        digest.update(attachment.content + b"\0")
    return digest.hexdigest()


def read_mail(raw: bytes, guesser: LanguageGuesser) -> Reading:
    """Parse a mail and guess its language, by the new text, and with the subject where that is short."""
    mail = parse(raw)
    brought = brought_in(mail)
    return Reading(
        mail=mail,
        language=_guessed(mail.subject, mail.new_text, guesser),
        brought_language=_guessed(brought.subject, brought.text, guesser) if brought else None,
    )


def _guessed(subject: str, text: str, guesser: LanguageGuesser) -> str | None:
    return guesser.guess(text if len(text) >= SHORT_TEXT else f"{subject}\n{text}")
