"""`mailto:` links that open a ready reply: with a command in a mail to staff, with a number in a survey.

The address they go to holds a token, which is made only when the mail is sealed. Until then every link starts with
LINK_START; `seal` puts `link_start` in its place.
"""

from functools import lru_cache
from urllib.parse import quote

from vastine.core.commands import IN_USE, name_of
from vastine.texts import texts_in

LINK_START = "mailto:{reply-address}?subject="
"""How a link starts in the text of a Draft. Readers of an unsealed draft see it as it is."""

USUAL_COMMANDS = ("take", "resolve", "wait", "note", "assign")

# In a ready reply the cursor is to stand where the text goes: after these on the same line, else below.
_AFTER_COMMAND = {"assign": " ", "wait": " "}
_NEW_LINE = "\r\n\r\n"  # RFC 6068 section 5 wants line ends as %0D%0A


def action_lines(reference: str, language: str) -> list[str]:
    """The links (RFC 6068) for the usual commands, as far as they are in use, a line each."""
    subject = quote(f"Re: [{reference}]", safe="")
    return [f"{label}{LINK_START}{subject}&body={body}" for label, body in _actions(language)]


def ready_reply(reference: str, body: str) -> str:
    """A link that opens a mail to us with that text."""
    return f"{LINK_START}{quote(reference, safe='')}&body={quote(body, safe='')}"


def link_start(address: str, token: str | None) -> str:
    """What LINK_START becomes: the address, and in brackets in the subject the token that it cannot carry."""
    in_subject = quote(f"[{token}] ", safe="") if token else ""
    return f"mailto:{quote(address, safe='@+!$*')}?subject={in_subject}"


@lru_cache(maxsize=16)
def _actions(language: str) -> tuple[tuple[str, str], ...]:
    """For each link its label, filled up to one width, and the text of the reply, ready for an address."""
    texts = texts_in(language).staff
    labels = {name: texts[f"action_{name}"] for name in USUAL_COMMANDS if name in IN_USE}
    width = max(map(len, labels.values()), default=0) + 2
    bodies = {name: name_of(name, language) + _AFTER_COMMAND.get(name, _NEW_LINE) for name in labels}
    return tuple((f"{label:<{width}}", quote(bodies[name], safe="")) for name, label in labels.items())
