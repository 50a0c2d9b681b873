"""A mail as it was read: all that can be told from its octets alone, and then what ties it to us."""

from dataclasses import dataclass
from typing import Final

from vastine.core.conversation import Bonds
from vastine.core.language import LanguageGuesser
from vastine.core.mail import Mail
from vastine.core.parse import parse
from vastine.core.story import Delivery

SHORT_TEXT: Final = 60  # characters of new text below which the subject helps to tell the language


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a mail says, and the language of its new text; None when unsure."""

    mail: Mail
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A delivery that was read. `bonds` are the tokens of ours that it carries."""

    delivery: Delivery
    mail: Mail
    language: str | None
    bonds: Bonds


def read_mail(raw: bytes, guesser: LanguageGuesser) -> Reading:
    """Parse a mail and guess its language, by the new text, and with the subject where that is short."""
    mail = parse(raw)
    new = mail.new_text
    return Reading(mail=mail, language=guesser.guess(new if len(new) >= SHORT_TEXT else f"{mail.subject}\n{new}"))
