"""A customer's words that somebody else brings: a mail that is forwarded, or what a member of staff writes down.

Who brings it is not looked at here: anybody can write so, and only of a proven member is it believed.
"""

import re
from dataclasses import dataclass, replace
from typing import Final, Literal

from vastine.core.commands import read_reply
from vastine.core.forward import forwarded
from vastine.core.mail import Address, Mail
from vastine.core.quote import own_text
from vastine.core.quote_patterns import ADDRESS

_SHOWN: Final = 60  # characters of the first line, where that has to do for a subject
_NAMED: Final = re.compile(rf"(?P<name>[^<>@]*?)[\s\"']*<?\s*(?P<address>{ADDRESS.pattern})\s*>?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The customer (an empty address where what is written is none), a subject, their words, and the bringer's note.

    `how`: their own mail was `forwarded`, or what they said was `written` down.
    """

    how: Literal["forwarded", "written"]
    customer: Address
    subject: str
    text: str
    note: str = ""

    def as_mail(self, mail: Mail) -> Mail:
        """The mail that brought it, with nothing but the customer's part to read."""
        return replace(mail, subject=self.subject, text=self.text, new_text=self.text)


def brought_in(mail: Mail) -> Brought | None:
    """What a mail brings, None for any other mail. The subject of a mail with `#new` is its writer's own: the first
    line of the words stands in for it.
    """
    if (inside := forwarded(mail)) is not None:
        return Brought(
            how="forwarded", customer=inside.author, subject=inside.subject, text=inside.text, note=inside.note
        )
    if not mail.text.lstrip().startswith("#"):
        return None
    reply = read_reply(own_text(mail.text))
    new = next((each for each in reply.commands if each.name == "new"), None)
    if new is None:
        return None
    return Brought(how="written", customer=_customer(new.argument), subject=_first_line(reply.body), text=reply.body)


def _customer(argument: str) -> Address:
    """Such as `liisa@posti.example`, or with a name, as mail programs paste it: `Liisa Kuula <liisa@posti.example>`."""
    found = _NAMED.fullmatch(argument.strip())
    if found is None:
        return Address(address="")
    return Address(name=found["name"].strip(" \t\"',"), address=found["address"].lower())


def _first_line(text: str) -> str:
    line = " ".join(text.split("\n", maxsplit=1)[0].split())
    return line if len(line) <= _SHOWN else f"{line[:_SHOWN].rpartition(' ')[0] or line[:_SHOWN]}…"
