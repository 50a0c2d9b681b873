"""Telling that steps of the ladder are held, since the machine's clock jumped (R17)."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from vastine.core.compose import moments
from vastine.core.compose.notices import alert
from vastine.core.compose.readers import reader_of
from vastine.core.mail import Address
from vastine.core.outgoing import Draft

if TYPE_CHECKING:
    from vastine.core.rules import Rulebook


def held_steps(
    rulebook: "Rulebook",
    *,
    to: str,
    mailbox: str,
    steps: int,
    complaints: int,
    jump: timedelta,
    trusted: datetime,
    now: datetime,
) -> Draft:
    """The figures, and what to do. `trusted` is when the clock was surely right."""
    reader = reader_of(Address(address=to), rulebook)
    texts = reader.texts.staff
    sign = "+" if jump >= timedelta() else "-"
    text = texts["held"].format(
        jump=f"{sign} {moments.span(jump, language=reader.language)}",
        steps=steps,
        complaints=complaints,
        now=_written(now, rulebook),
        trusted=_written(trusted, rulebook),
    )
    return alert(rulebook, to=to, subject=texts["held_subject"], text=text, mailbox=mailbox)


def _written(moment: datetime, rulebook: "Rulebook") -> str:
    """With its year, which is what a clock often has wrong."""
    return moment.astimezone(rulebook.timezone).strftime("%Y-%m-%d %H:%M")
