"""The HTML of a mail to staff: a page that mail clients agree on, Outlook's Word engine among them.

Tables for layout and styles on each cell, since Word inherits none; no image, nothing remote, no script. All that comes
from elsewhere goes through `escape`. The marker line stands first, and what the customer wrote in a box of its own.
"""

import re
from html import escape
from typing import Final

from vastine.core.compose.links import Link
from vastine.core.compose.sheet import Digest, Entry, Row, Sheet, Tone, Urgency

LONGEST: Final = 90_000
"""Characters. Gmail cuts a page at 102,400 octets, and the links stand at its end; beyond this the text must do."""

_FONT: Final = "font-family:'Segoe UI',Helvetica,Arial,sans-serif;"
_TEXT: Final = f"{_FONT}font-size:15px;line-height:22px;color:#1f2933;"
_SMALL: Final = f"{_FONT}font-size:13px;line-height:22px;color:#52606d;"
_TABLE: Final = (
    '<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" '
    'style="width:100%;max-width:720px;table-layout:fixed;border-collapse:collapse;word-wrap:break-word;'
)

# A colour needs 4.5:1 against what it stands on (WCAG 2.1, 1.4.3); these have 6:1 and more.
_BADGES: Final[dict[Urgency, str]] = {"urgent": "#b42318", "raised": "#93440b", "usual": "#475467"}
_VALUES: Final[dict[Tone, str]] = {
    "plain": "",
    "due": "font-weight:bold;",
    "late": "font-weight:bold;color:#b42318;",
}
_STATEMENTS: Final[dict[Tone, tuple[str, str]]] = {
    "plain": ("#f2f4f7", "#475467"),
    "due": ("#fef6e7", "#b54708"),
    "late": ("#fdecea", "#b42318"),
}

_OPENING: Final = """\
<head><meta http-equiv="Content-Type" content="text/html; charset=utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light"></head>
<body bgcolor="#ffffff" style="margin:0;padding:12px;background-color:#ffffff;">
"""
_MARKER: Final = f'<p style="{_FONT}font-size:12px;line-height:18px;color:#52606d;margin:0 0 14px 0;">'
_HEAD: Final = f'{_TABLE}margin:0 0 10px 0;">\n<tr><td style="{_TEXT}color:#52606d;padding:0 0 4px 0;">'
_NEXT_HEAD: Final = (
    f'{_TABLE}margin:0 0 10px 0;">\n<tr><td height="16" style="height:16px;line-height:16px;font-size:1px;">&nbsp;</td>'
    f'</tr>\n<tr><td style="{_TEXT}color:#52606d;padding:16px 0 4px 0;border-top:2px solid #cbd2d9;">'
)
_END_OF_ENTRIES: Final = f'{_TABLE}margin:0;">\n<tr><td height="16" style="height:16px;">&nbsp;</td></tr>\n</table>\n'
_BADGE: Final = "color:#ffffff;font-size:13px;font-weight:bold;padding:2px 5px;border-radius:3px;"
_SUBJECT: Final = f'<tr><td style="{_TEXT}font-size:19px;line-height:26px;font-weight:bold;">'
_STATEMENT: Final = f"{_TEXT}font-weight:bold;padding:10px 12px;border-left:4px solid "
_LABEL: Final = (
    f'<tr><td width="96" valign="top" style="{_SMALL}width:96px;padding:5px 8px 5px 0;border-top:1px solid #e4e7eb;">'
)
_VALUE: Final = f'</td><td valign="top" style="{_TEXT}padding:5px 0;border-top:1px solid #e4e7eb;'
_BOX: Final = (
    f'{_TABLE}margin:14px 0;">\n<tr><td bgcolor="#f5f7fa" '
    f'style="{_TEXT}background-color:#f5f7fa;border:1px solid #d5dce3;padding:12px 14px;"'
)
_PREFIX: Final = re.compile(r"^\|(?:$| (?!\s*#))", re.MULTILINE)  # a line that might be read as a command keeps it
_INDENT: Final = re.compile(r"^ ", re.MULTILINE)
_LINKS: Final = f'{_TABLE}margin:4px 0 0 0;">\n<tr><td style="{_TEXT}line-height:44px;padding:0;">\n'
_LINK: Final = (
    f'style="{_FONT}font-size:15px;line-height:22px;font-weight:bold;color:#0b4f8a;background-color:#eaf2fa;'
    "border:1px solid #0b4f8a;border-radius:4px;display:inline-block;padding:6px 8px;margin:0 8px 0 0;"
    'text-decoration:none;">'
)


def as_html(sheet: Sheet) -> str | None:
    """The mail as a page of HTML with LF line ends; None where it would be too long."""
    subject = f"{_SUBJECT}{escape(sheet.subject)}</td></tr>\n" if sheet.subject else ""
    page = "".join([
        f'<!DOCTYPE html>\n<html lang="{escape(sheet.language)}">',
        _OPENING,
        f"{_MARKER}{escape(sheet.marker)}</p>\n" if sheet.marker else "",
        f"{_HEAD}{_badge(sheet)}&nbsp; {escape(sheet.reference)}</td></tr>\n{subject}</table>\n",
        _statement(sheet) if sheet.statement else "",
        _rows(sheet.rows),
        _box(sheet) if sheet.quoted else "",
        _rows(sheet.below),
        _links(sheet.links),
        "</body></html>\n",
    ])  # fmt: skip
    return page if len(page) <= LONGEST else None


def as_digest_html(digest: Digest) -> str | None:
    """Several complaints on one page, the same words as in its text; None where it would be too long."""
    page = "".join([
        f'<!DOCTYPE html>\n<html lang="{escape(digest.language)}">',
        _OPENING,
        f"{_TABLE}margin:0 0 14px 0;\">\n{_SUBJECT}{escape(digest.heading)}</td></tr>\n",
        *(f'<tr><td style="{_TEXT}padding:6px 0 0 0;">{escape(line)}</td></tr>\n' for line in digest.intro),
        "</table>\n",
        *(_entry(entry) for entry in digest.entries),
        _END_OF_ENTRIES,
        *(f'<p style="{_SMALL}margin:0 0 6px 0;">{escape(line)}</p>\n' for line in digest.below),
        "</body></html>\n",
    ])  # fmt: skip
    return page if len(page) <= LONGEST else None


def _entry(entry: Entry) -> str:
    head = f"{_NEXT_HEAD}{_badge(entry)}&nbsp; {escape(entry.reference)}</td></tr>\n{_SUBJECT}{escape(entry.subject)}"
    return f"{head}</td></tr>\n</table>\n{_statement(entry)}{_rows(entry.rows)}{_links(entry.links)}"


def _badge(entry: Entry) -> str:
    # Word minds no padding of a span, so that a blank stands on either side.
    colour = _BADGES[entry.urgency]
    return f'<span style="background-color:{colour};{_BADGE}">&nbsp;{escape(entry.priority)}&nbsp;</span>'


def _statement(entry: Entry) -> str:
    ground, edge = _STATEMENTS[entry.statement_tone]
    cell = f'<td bgcolor="{ground}" style="{_STATEMENT}{edge};background-color:{ground};">'
    return f'{_TABLE}margin:0 0 12px 0;">\n<tr>{cell}{escape(entry.statement)}</td></tr>\n</table>\n'


def _rows(rows: tuple[Row, ...]) -> str:
    if not rows:
        return ""
    # The wide blank is what the leak check knows a label by; html_to_text and mail clients keep it.
    written = [
        f'{_LABEL}{escape(row.label)}&emsp;{_VALUE}{_VALUES[row.tone]}">'
        f"{'<br>'.join(map(escape, row.lines))}</td></tr>\n"
        for row in rows
    ]
    return f'{_TABLE}margin:0 0 10px 0;">\n{"".join(written)}</table>\n'


def _box(sheet: Sheet) -> str:
    shown = _PREFIX.sub("", "\n".join(sheet.quoted))
    text = _INDENT.sub("&nbsp;", escape(shown, quote=False).replace("\t", "    ").replace("  ", " &nbsp;"))
    text = text.replace("\n", "<br>\n")
    return f'{_BOX} lang="{escape(sheet.customer_language)}">\n{text}</td></tr>\n</table>\n'


def _links(links: tuple[Link, ...]) -> str:
    if not links:
        return ""
    written = [f'<a href="{escape(each.target)}" {_LINK}&nbsp;{escape(each.label)}&nbsp;</a>\n' for each in links]
    return f"{_LINKS}{''.join(written)}</td></tr>\n</table>\n"
