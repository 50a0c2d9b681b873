"""Replies as mail clients write them over our HTML: what they quote, how, and what they make of it as plain text.

Written after the markup that these clients are known to send, with the page of a draft where they quote. Outlook on a
desktop is the odd one: Word takes each cell apart into paragraphs.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from html import escape, unescape

from vastine.core.mail import Mail
from vastine.core.parse import parse

US, THEM = "Pohjolan Pyörä Oy", "asiakaspalvelu+s.m3k5zz5e7ep65mvoy6dv7oemvm@yritys.example"
SUBJECT = "[V-7F3K9] [high] Maksu veloitettu kahdesti"


@dataclass(frozen=True)
class Reply:
    """Both bodies of a reply."""

    text: str
    html: str

    def read(self, *, html_alone: bool = False) -> Mail:
        """As we read it, also from a server that passes on nothing but its HTML."""
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "anna@pohjolanpyora.example", THEM, f"VS: {SUBJECT}"
        if html_alone:
            message.set_content(self.html, subtype="html")
        else:
            message.set_content(self.text)
            message.add_alternative(self.html, subtype="html")
        return parse(message.as_bytes())


def gmail(answer: str, page: str) -> Reply:
    heading = f"ke 24. kesäk. 2026 klo 9.45 {US} ({THEM}) kirjoitti:"
    html = (
        f'<div dir="ltr">{_divs(answer)}</div><br><div class="gmail_quote gmail_quote_container">'
        f'<div dir="ltr" class="gmail_attr">{heading}<br></div><blockquote class="gmail_quote" '
        f'style="margin:0px 0px 0px 0.8ex;border-left:1px solid rgb(204,204,204);padding-left:1ex"><u></u>\n\n'
        f"<div>{_body(page)}</div>\n</blockquote></div>\n"
    )
    return Reply(f"{answer}\n\n{heading}\n\n{_quoted(_flat(page))}\n", html)


def apple_mail(answer: str, page: str) -> Reply:
    heading = f"{US} <{THEM}> kirjoitti 24.6.2026 kello 9.45:"
    html = (
        '<html><head><meta http-equiv="content-type" content="text/html; charset=utf-8"></head><body dir="auto">'
        f'{_divs(answer)}<div dir="ltr"></div><div dir="ltr"><br><blockquote type="cite">{escape(heading)}<br><br>'
        f'</blockquote></div><blockquote type="cite"><div dir="ltr">\ufeff{_body(page)}</div></blockquote></body>'
        "</html>"
    )
    quoted = _quoted(f"{heading}\n\n{_flat(page)}")
    return Reply(f"{answer}\n\n{quoted}\n", html)


def thunderbird(answer: str, page: str) -> Reply:
    heading = f"{US} kirjoitti 24.6.2026 klo 9.45:"
    html = (
        f"<!DOCTYPE html>\n<html><head></head><body>\n<p>{answer.replace(chr(10), '<br>')}</p>\n"
        f'<div class="moz-cite-prefix">{heading}<br>\n</div><blockquote type="cite" cite="mid:x@yritys.example">'
        f"{_body(page)}</blockquote>\n<br>\n</body></html>\n"
    )
    return Reply(f"{answer}\n\n{heading}\n{_quoted(_flat(page))}\n", html)


def outlook(answer: str, page: str) -> Reply:
    """Outlook on a desktop: Word rewrites the page, and quotes it without a mark, below header fields."""
    fields = {"Lähettäjä": f"{US} <{THEM}>", "Lähetetty": "keskiviikko 24. kesäkuuta 2026 9.45", "Aihe": SUBJECT}
    header = "<br>\n".join(f"<b>{name}:</b> {escape(value)}" for name, value in fields.items())
    word = re.sub(
        r"<td([^>]*)>(.*?)</td>", r"<td\1><p class=MsoNormal>\2<o:p></o:p></p></td>", _body(page), flags=re.DOTALL
    )
    html = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style>p.MsoNormal {margin:0cm;}</style></head>'
        f"<body lang=FI><div class=WordSection1>{_paragraphs(answer)}<p class=MsoNormal><o:p>&nbsp;</o:p></p>\n"
        "<div><div style='border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm'>"
        f"<p class=MsoNormal>{header}<o:p></o:p></p></div></div>\n"
        f"{word.replace('<table', '<table class=MsoNormalTable')}</div></body></html>"
    )
    plain = "\n".join(f"{name}: {value}" for name, value in fields.items())
    return Reply(f"{answer}\n\n{plain}\n\n{_flat(page, targets=True)}\n", html)


def outlook_on_the_web(answer: str, page: str) -> Reply:
    sent = "<b>Sent:</b> Wednesday, June 24, 2026 9:45 AM"
    fields = f"<b>From:</b> {US} &lt;{THEM}&gt;<br>{sent}<br><b>Subject:</b> {SUBJECT}"
    html = (
        f'<html><head></head><body dir="ltr"><div class="elementToProof">{_divs(answer)}</div><div id="appendonsend">'
        f'</div><hr style="display:inline-block;width:98%" tabindex="-1"><div id="divRplyFwdMsg" dir="ltr">{fields}'
        f"<div>&nbsp;</div></div><div>{_body(page)}</div></body></html>"
    )
    rule = "_" * 32
    plain = re.sub(r"</?b>", "", fields).replace("<br>", "\n")
    return Reply(f"{answer}\n{rule}\n{unescape(plain)}\n\n{_flat(page, targets=True)}\n", html)


CLIENTS: tuple[Callable[[str, str], Reply], ...] = (gmail, apple_mail, thunderbird, outlook, outlook_on_the_web)


def _body(page: str) -> str:
    return page.partition("<body")[2].partition(">")[2].partition("</body>")[0]


def _flat(page: str, *, targets: bool = False) -> str:
    """As plain text: a line a cell, and with `targets` (Outlook) where the links go."""
    text = re.sub(r'<a href="([^"]*)".*?>(.*?)</a>', r"\2<\1>" if targets else r"\2", _body(page).replace("\n", ""))
    text = re.sub(r"<br>|</p>|</td>", "\n", text)
    return unescape(re.sub(r"<(?!mailto:)[^>]*>", "", text)).strip()


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _divs(text: str) -> str:
    return "".join(f"<div>{escape(line) or '<br>'}</div>" for line in text.split("\n"))


def _paragraphs(text: str) -> str:
    return "".join(f"<p class=MsoNormal>{escape(line) or '&nbsp;'}<o:p></o:p></p>\n" for line in text.split("\n"))
