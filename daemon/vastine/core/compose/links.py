"""`mailto:` links that open a ready reply: with a command in a mail to staff, with a number in a survey.

The address they go to holds a token, which is made only when the mail is sealed. Until then every link starts with
LINK_START; `seal` puts `link_start` in its place.
"""

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import quote

from vastine.core.commands import name_of
from vastine.texts import texts_in

LINK_START = "mailto:{reply-address}?subject="
"""How a link starts in the text and the HTML of a Draft. Readers of an unsealed draft see it as it is."""

USUAL_COMMANDS = ("take", "resolve", "wait", "note", "assign")  # the first one is left out for who has it
DIGEST_COMMANDS = ("take", "ok", "resolve")

# In a ready reply the cursor is to stand where the text goes: after these on the same line, else below.
_AFTER_COMMAND = {"assign": " ", "wait": " "}
_NEW_LINE = "\r\n\r\n"  # RFC 6068 section 5 wants line ends as %0D%0A


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is called, and where it goes."""

    label: str
    target: str


def action_links(reference: str, language: str, *, may_take: bool = True, resolved: bool = False) -> tuple[Link, ...]:
    """The links (RFC 6068) for the usual commands: to take it not for who has it already; of a resolved complaint first
    the one that opens it again.
    """
    subject = quote(f"Re: [{reference}]", safe="")
    unwanted = {"resolve"} if resolved else set()
    unwanted |= set() if may_take else {"take"}
    commands = (*(("reopen",) if resolved else ()), *(name for name in USUAL_COMMANDS if name not in unwanted))
    return tuple(Link(label, f"{LINK_START}{subject}&body={body}") for label, body in _actions(language, commands))


def digest_links(reference: str, language: str, *, may_take: bool = True) -> tuple[Link, ...]:
    """The links of one complaint among several: they go to an address of its own."""
    subject = quote(f"Re: [{reference}]", safe="")
    start = link_start_of(reference)
    commands = tuple(name for name in DIGEST_COMMANDS if may_take or name != "take")
    return tuple(Link(label, f"{start}{subject}&body={body}") for label, body in _actions(language, commands))


def link_start_of(reference: str) -> str:
    """How a link about that complaint starts in a Draft that is about several."""
    return f"mailto:{{reply-address {reference}}}?subject="


def ready_reply(reference: str, body: str) -> str:
    """A link that opens a mail to us with that text."""
    return f"{LINK_START}{quote(reference, safe='')}&body={quote(body, safe='')}"


def link_start(address: str, token: str | None) -> str:
    """What LINK_START becomes: the address, and in brackets in the subject the token that it cannot carry."""
    in_subject = quote(f"[{token}] ", safe="") if token else ""
    return f"mailto:{quote(address, safe='@+!$*')}?subject={in_subject}"


@lru_cache(maxsize=16)
def _actions(language: str, commands: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """For each link its label, and the text of the reply, ready for an address."""
    texts = texts_in(language).staff
    bodies = {name: name_of(name, language) + _AFTER_COMMAND.get(name, _NEW_LINE) for name in commands}
    return tuple((texts[f"action_{name}"], quote(body, safe="")) for name, body in bodies.items())
