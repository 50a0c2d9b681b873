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

_BUTTON = (
    "font-family:'Segoe UI',Helvetica,Arial,sans-serif;font-size:18px;line-height:24px;font-weight:bold;color:#0b4f8a;"
    "background-color:#eaf2fa;border:1px solid #0b4f8a;border-radius:4px;display:inline-block;padding:8px 12px;"
    "margin:0 8px 8px 0;text-decoration:none;"
)
_BODY = "font-family:'Segoe UI',Helvetica,Arial,sans-serif;font-size:16px;line-height:24px;color:#1f2933;margin:12px;"


def offered(text: str, *, ask: Ask, reference: str, language: str) -> tuple[str, str]:
    """The text of a survey and its HTML. Where SCALE stands both say how to get no more of them; the text is answered
    by writing, so that only the HTML has links, a button a number.
    """
    before, _, after = text.rpartition(SCALE)
    plain = before + texts_in(language).customer["survey_way_out"] + after
    return plain, _html(before, ask, reference, language, after)


def _numbers(ask: Ask, reference: str) -> Iterator[tuple[int, str]]:
    least, most = SCALES[ask]
    for number in range(least, most + 1):
        yield number, ready_reply(reference, str(number))


def _html(before: str, ask: Ask, reference: str, language: str, after: str) -> str:
    texts = texts_in(language).customer
    numbers = "\n".join(_link(link, f"\xa0{number}\xa0", _BUTTON) for number, link in _numbers(ask, reference))
    way_out = _link(ready_reply(reference, texts["survey_refusal"]), texts["survey_way_out_link"])
    middle = f"<p>{numbers}</p>\n<p>{escape(texts['survey_way_out'])} {way_out}</p>"
    body = "\n".join((*_paragraphs(before), middle, *_paragraphs(after)))
    head = '<head><meta name="viewport" content="width=device-width,initial-scale=1"></head>'
    return f'<!DOCTYPE html>\n<html lang="{escape(language)}">{head}<body style="{_BODY}">\n{body}\n</body></html>\n'


def _link(address: str, label: str, style: str = "") -> str:
    styled = f' style="{style}"' if style else ""
    return f'<a href="{escape(address)}"{styled}>{escape(label)}</a>'


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
