"""The numbers of a survey as people meet them: offered to a customer as links, and told to staff where they are low."""

import re
from collections.abc import Iterator
from datetime import datetime
from html import escape
from typing import TYPE_CHECKING

from vastine.core.commands import name_of
from vastine.core.complaint import Complaint
from vastine.core.compose.automatic import SCALE
from vastine.core.compose.links import ready_reply
from vastine.core.compose.readers import reader_of
from vastine.core.compose.staff import escalation
from vastine.core.mail import Address, Mail
from vastine.core.outgoing import Draft
from vastine.core.survey import SCALES, Ask
from vastine.texts import texts_in

if TYPE_CHECKING:
    from vastine.core.rules import Member, Rulebook

_BETWEEN = " &nbsp; "


def offered(text: str, *, ask: Ask, reference: str, language: str) -> tuple[str, str]:
    """The text of a survey and its HTML, with a link for each number, and one out of surveys, where SCALE stands."""
    before, _, after = text.rpartition(SCALE)
    return before + _plain(ask, reference, language) + after, _html(before, ask, reference, language, after)


def _numbers(ask: Ask, reference: str) -> Iterator[tuple[int, str]]:
    least, most = SCALES[ask]
    for number in range(least, most + 1):
        yield number, ready_reply(reference, str(number))


def _plain(ask: Ask, reference: str, language: str) -> str:
    texts = texts_in(language).customer
    lines = [f"{number:<4}{link}" for number, link in _numbers(ask, reference)]
    return "\n".join((*lines, "", texts["survey_way_out"], ready_reply(reference, texts["survey_refusal"])))


def _html(before: str, ask: Ask, reference: str, language: str, after: str) -> str:
    texts = texts_in(language).customer
    numbers = _BETWEEN.join(_link(link, str(number)) for number, link in _numbers(ask, reference))
    way_out = _link(ready_reply(reference, texts["survey_refusal"]), texts["survey_way_out_link"])
    middle = f'<p style="font-size:150%">{numbers}</p>\n<p>{escape(texts["survey_way_out"])} {way_out}</p>'
    body = "\n".join((*_paragraphs(before), middle, *_paragraphs(after)))
    return f'<!DOCTYPE html>\n<html lang="{escape(language)}"><body>\n{body}\n</body></html>\n'


def _link(address: str, label: str) -> str:
    return f'<a href="{escape(address)}">{escape(label)}</a>'


def _paragraphs(text: str) -> list[str]:
    parts = [part.strip("\n") for part in re.split(r"\n{2,}", text)]
    return [f"<p>{'<br>'.join(map(escape, part.splitlines()))}</p>" for part in parts if part]


def low_answer(
    rulebook: "Rulebook",
    complaint: Complaint,
    *,
    recipient: "Member | Address",
    score: int,
    ask: Ask,
    reopened: bool,
    now: datetime,
    mail: Mail | None = None,
) -> Draft:
    """Says how unhappy the customer is and who had the complaint, then the block. `mail` is what they wrote besides."""
    least, most = SCALES[ask]
    texts = reader_of(recipient, rulebook).texts.staff
    key = "survey_low_reopened" if reopened else "survey_low"
    statement = texts[key].format(score=score, least=least, most=most)
    if complaint.status == "resolved":
        language = reader_of(recipient, rulebook).language
        statement += " " + texts["survey_low_resolved"].format(reopen=name_of("reopen", language))
    return escalation(rulebook, complaint, recipient=recipient, steps=(), now=now, mail=mail, statement=statement)
