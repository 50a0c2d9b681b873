"""A page as HTML that mail clients agree on: tables for layout, styles on each cell, nothing remote, no script.

The pictures stand side by side where there is room and below each other where there is not: plain images in one cell,
which every client wraps. All that comes from elsewhere goes through `escape`.
"""

import re
from collections.abc import Mapping
from html import escape
from typing import Final

from vastine.core.report.page import Cell, Facts, Grid, Page

WIDTH: Final = 320  # CSS pixels of a picture: a phone shows one, a desk two beside each other
HEIGHT: Final = 200

_FONT: Final = "font-family:'Segoe UI',Helvetica,Arial,sans-serif;"
_TEXT: Final = f"{_FONT}font-size:15px;line-height:21px;color:#1f2933;"
_SMALL: Final = f"{_FONT}font-size:13px;line-height:18px;color:#52606d;"
_TABLE: Final = (
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
    'style="width:100%;max-width:720px;border-collapse:collapse;'
)
_DATA: Final = _TABLE.replace(' role="presentation"', "")
_OPENING: Final = """\
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light">
"""
_BODY: Final = '<body bgcolor="#ffffff" style="margin:0;padding:14px;background-color:#ffffff;">\n'
_TITLE: Final = f'<h1 style="{_FONT}font-size:22px;line-height:28px;color:#1f2933;margin:0;">'
_SUBTITLE: Final = f'<p style="{_SMALL}margin:2px 0 14px 0;">'
_HEADING: Final = f'<h2 style="{_FONT}font-size:16px;line-height:22px;color:#1f2933;margin:22px 0 4px 0;">'
_RULE: Final = "border-top:1px solid #e4e7eb;padding:6px 0 6px 14px;"
_FIRST: Final = "border-top:1px solid #e4e7eb;padding:6px 0;word-break:break-word;"
_LABEL: Final = "border-top:1px solid #e4e7eb;padding:6px 0;"  # of our own words, which a phone has room for
_WITHIN_AN_AMOUNT: Final = re.compile(r"(?<=\d) (?=[^\W\d])")
_BOX: Final = {False: ("#eef4fa", "#0b4f8a"), True: ("#fdf0ea", "#b54708")}


def as_html(page: Page, sources: Mapping[str, str]) -> str:
    """The page, with LF line ends. `sources` are addresses of its pictures by name; one without is left out."""
    return "".join([
        f'<!DOCTYPE html>\n<html lang="{escape(page.language)}">',
        _OPENING,
        f"<title>{escape(page.title)}</title></head>\n",
        _BODY,
        f"{_TITLE}{escape(page.title)}</h1>\n{_SUBTITLE}{escape(page.subtitle)}</p>\n",
        _statements(page),
        _facts(page.facts) if page.facts else "",
        _charts(page, sources),
        *(_grid(grid) for grid in page.grids),
        _notes(page),
        "</body></html>\n",
    ])  # fmt: skip


def _statements(page: Page) -> str:
    if not page.statements:
        return ""
    ground, edge = _BOX[page.late]
    first, *others = page.statements
    more = "".join(f'<br>\n<span style="{_TEXT}">{escape(other)}</span>' for other in others)
    cell = f"{_TEXT}padding:12px 14px;border-left:4px solid {edge};background-color:{ground};"
    said = f'<b style="font-size:17px;line-height:25px;">{escape(first)}</b>{more}'
    return f'{_TABLE}margin:0;">\n<tr><td bgcolor="{ground}" style="{cell}">{said}</td></tr>\n</table>\n'


def _headed(title: str) -> str:
    return f"{_HEADING}{escape(title)}</h2>\n"


def _row(cells: list[str]) -> str:
    return f"<tr>{''.join(cells)}</tr>\n"


def _head(columns: tuple[str, ...]) -> str:
    first, *others = columns
    return _row([
        f'<th align="left" style="{_SMALL}font-weight:normal;padding:0 0 4px 0;">{escape(first)}</th>',
        *(
            f'<th align="right" style="{_SMALL}font-weight:normal;padding:0 0 4px 14px;">{escape(each)}</th>'
            for each in others
        ),
    ])  # fmt: skip


def _facts(facts: Facts) -> str:
    rows = [
        _row([
            f'<td style="{_TEXT}{_LABEL}">{escape(row.label)}</td>',
            f'<td align="right" style="{_TEXT}{_RULE}font-weight:bold;">{_amounts(row.value)}</td>',
            f'<td align="right" style="{_TEXT}{_RULE}color:#52606d;">{_amounts(row.before)}</td>',
            f'<td align="right" style="{_TEXT}{_RULE}">{_amounts(row.change)}</td>',
        ])
        for row in facts.rows
    ]  # fmt: skip
    head = _head(("", facts.now, facts.before, facts.change))
    note = f'<p style="{_SMALL}margin:6px 0 0 0;">{escape(facts.note)}</p>\n' if facts.note else ""
    return f'{_headed(facts.title)}{_DATA}">\n{head}{"".join(rows)}</table>\n{note}'


def _amounts(text: str) -> str:
    """On a phone a line may end between two amounts, *22 h* and *8 min*, not within one."""
    return escape(_WITHIN_AN_AMOUNT.sub("\N{NO-BREAK SPACE}", text))


def _charts(page: Page, sources: Mapping[str, str]) -> str:
    shown = [
        f'<img src="{escape(sources[chart.name])}" width="{WIDTH}" height="{HEIGHT}" alt="{escape(chart.alt)}" '
        f'style="width:{WIDTH}px;max-width:100%;height:auto;border:0;background-color:#ffffff;{_SMALL}">\n'
        for chart in page.charts
        if chart.name in sources
    ]
    told = [f"{escape(chart.alt)}<br>\n" for chart in page.charts if chart.name not in sources]
    if not shown and not told:
        return ""
    words = f'<p style="{_TEXT}margin:14px 0 0 0;">{"".join(told)}</p>\n' if told else ""
    cell = f'<tr><td style="padding:14px 0 0 0;">{"".join(shown)}</td></tr>'
    return (f'{_TABLE}margin:0;">\n{cell}\n</table>\n' if shown else "") + words


def _grid(grid: Grid) -> str:
    rows = [_row([_cell(cell, first=place == 0) for place, cell in enumerate(row)]) for row in grid.rows]
    note = f'<p style="{_SMALL}margin:6px 0 0 0;">{escape(grid.note)}</p>\n' if grid.note else ""
    return f'{_headed(grid.title)}{_DATA}">\n{_head(grid.columns)}{"".join(rows)}</table>\n{note}'


def _cell(cell: Cell, *, first: bool) -> str:
    colour = "color:#b42318;font-weight:bold;" if cell.tone == "late" else ""
    below = f'<br><span style="{_SMALL}font-weight:normal;">{escape(cell.below)}</span>' if cell.below else ""
    place = f'style="{_TEXT}{_FIRST}' if first else f'align="right" nowrap style="{_TEXT}{_RULE}'
    return f'<td valign="top" {place}{colour}">{escape(cell.text)}{below}</td>'


def _notes(page: Page) -> str:
    if not page.notes:
        return ""
    lines = "<br>\n".join(map(escape, page.notes))
    return f'<p style="{_SMALL}margin:22px 0 0 0;">{lines}</p>\n'
