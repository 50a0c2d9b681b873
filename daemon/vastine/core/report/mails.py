"""A report or digest as a mail: text, HTML with its pictures, and tables for a spreadsheet.

They go without a token: a reply to them is a note, never mail to a customer.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from vastine.core.compose.readers import Reader, draft_to
from vastine.core.compose.subjects import shortened
from vastine.core.mail import Attachment
from vastine.core.measures import Measures, Period
from vastine.core.outgoing import Draft, Picture
from vastine.core.report import pages, sheets
from vastine.core.report.html import as_html
from vastine.core.report.numbers import Writer
from vastine.core.report.page import Page
from vastine.core.report.recipients import MANAGEMENT, OWNER
from vastine.core.report.text import as_text

if TYPE_CHECKING:
    from vastine.core.rules import Rulebook

_NOT_IN_A_NAME: Final = re.compile(r"[^\w.-]+")


def seen_by(audience: str | None, measures: Measures) -> Measures:
    """What that audience may see. Management: no single complaint, no member, and no words of customers, as a name may
    be among them.
    """
    if audience != MANAGEMENT:
        return measures
    return replace(
        measures,
        by={dimension: groups for dimension, groups in measures.by.items() if dimension != "member"},
        stuck=(),
        loads=(),
        rising=tuple(each for each in measures.rising if each.kind != "word"),
    )


def page_of(
    measures: Measures, book: "Rulebook", *, audience: str | None, language: str, name: str = "", attached: bool = False
) -> Page:
    """The report for an audience of the rules: management, a team, or the owner of the process. `attached`: its tables
    go along.
    """
    if audience == MANAGEMENT:
        return pages.management_page(seen_by(audience, measures), book, language=language, name=name)
    return pages.owner_page(
        measures, book, language=language, name=name, team=team_of(audience, book), attached=attached
    )


def team_of(audience: str | None, book: "Rulebook") -> str | None:
    """The team that a report is about; None where it is about all."""
    return audience if audience in book.teams and audience != MANAGEMENT else None


def tables_of(measures: Measures, book: "Rulebook", *, audience: str | None, name: str) -> tuple[Attachment, ...]:
    """The figures, and but for management the list of what is late, as CSV."""
    first, measures = book.languages[0], seen_by(audience, measures)
    figures = sheets.figures_csv(measures, zone=book.timezone, first_language=first)
    stem = file_stem(name or audience or OWNER, measures.period, book)
    found = [_table(f"{stem}.csv", figures)]
    if measures.stuck:
        late = sheets.stuck_csv(measures, zone=book.timezone, first_language=first)
        found.append(_table(f"{stem}-late.csv", late))
    return tuple(found)


def file_stem(name: str, period: Period, book: "Rulebook") -> str:
    """The beginning of a file's name: the report's, and the first day that it is about."""
    first = book.day_at(period.begin)
    return f"{_NOT_IN_A_NAME.sub('-', name).strip('-') or 'report'}-{first}"


def report_mail(
    measures: Measures,
    page: Page,
    book: "Rulebook",
    *,
    reader: Reader,
    audience: str | None,
    name: str,
    pictures: Mapping[str, bytes],
    mailbox: str,
) -> Draft:
    """The mail to one reader. `pictures` are PNG by the names of the page's charts, those that could be had."""
    period = measures.period
    seen = f"{book.company}|{name}|{period.begin}|{period.end}|{reader.to.address}"
    shown = tuple(_picture(chart.name, pictures[chart.name], seen) for chart in page.charts if chart.name in pictures)
    sources = {each.filename.removesuffix(".png"): f"cid:{each.content_id}" for each in shown}
    team = team_of(audience, book)
    draft = draft_to(
        reader,
        "report",
        mailbox=mailbox,
        subject=shortened(pages.heading(name, period, Writer(language=reader.language, zone=book.timezone))),
        text=as_text(page),
        html=as_html(page, sources),
        headers=(("X-Vastine-Report", name or OWNER), *((("X-Vastine-Team", team),) if team else ())),
    )
    return replace(draft, attachments=tables_of(measures, book, audience=audience, name=name), pictures=shown)


def digest_mail(page: Page, *, reader: Reader, subject: str, mailbox: str) -> Draft:
    """A digest to one reader."""
    text, html = as_text(page), as_html(page, {})
    return draft_to(reader, "digest", mailbox=mailbox, subject=shortened(subject), text=text, html=html)


def _picture(name: str, content: bytes, seen: str) -> Picture:
    mark = sha256(f"{name}|{seen}".encode()).hexdigest()[:24]
    return Picture(content_id=f"{name}.{mark}@report.vastine", filename=f"{name}.png", content=content)


def _table(filename: str, content: bytes) -> Attachment:
    return Attachment(filename=filename, content_type="text/csv", size=len(content), content=content)
