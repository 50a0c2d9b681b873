"""Replies as the mail programs of staff write them: their header fields, structures, headings and quotations.

Each `Client` turns what somebody typed and the mail of ours that they answer into octets.
"""

import base64
import quopri
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from email.header import Header
from html import escape
from typing import Literal

from flows.office import parsed, reply_to
from vastine.core.outgoing import Outgoing

Language = Literal["fi", "sv", "en"]
Encoding = Literal["quoted-printable", "base64", "8bit"]

ANNA, US = "anna@yritys.example", "Yritys Oy <tuki@yritys.example>"
PROVEN = "Authentication-Results: mx.yritys.example;\n\tdmarc=pass (p=reject) header.from=yritys.example"

ANNA_AT_GMAIL = "Anna Virtanen\n+358 40 555 0199"
ANNA_IN_THUNDERBIRD = "Anna Virtanen\nYritys Oy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a member typed into their program, which shows our mail `answered` below or above it.

    `signature` is one that the program adds below the words, without a line of dashes before it.
    """

    answered: Outgoing
    words: str
    language: Language
    signature: str = ""

    @property
    def typed(self) -> str:
        return f"{self.words}\n\n{self.signature}" if self.signature else self.words

    @property
    def subject(self) -> str:
        return parsed(self.answered).subject

    @property
    def quoted(self) -> str:
        """Our text as their program shows it."""
        return parsed(self.answered).text.rstrip("\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """`breaks_lines`: what it sends has other line breaks than what was typed. `signs`: a signature stands above.

    `adds` is the signature that it sets off by dashes; it goes along without them.
    """

    name: str
    write: Callable[[Reply], bytes]
    breaks_lines: bool = False
    signs: bool = True
    adds: str = ""

    def sends(self, words: str) -> str:
        """The words and its signature, or all on one line where line breaks get lost."""
        return self.shown(f"{words}\n\n{self.adds}" if self.adds else words)

    def shown(self, text: str) -> str:
        return " ".join(text.split()) if self.breaks_lines else text


# --- the words that programs add, by language

PREFIX = {"fi": "Vs: ", "sv": "Sv: ", "en": "RE: "}
FIELDS = {
    "fi": ("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe", "keskiviikko 24. kesäkuuta 2026 12.00"),
    "sv": ("Från", "Skickat", "Till", "Ämne", "den 24 juni 2026 12:00"),
    "en": ("From", "Sent", "To", "Subject", "Wednesday, June 24, 2026 12:00 PM"),
}
RULE = "________________________________\n"
DIVIDER = {"fi": "Alkuperäinen viesti", "sv": "Ursprungligt meddelande", "en": "Original Message"}
MOBILE = {
    "fi": "Hanki Outlook for iOS<https://aka.ms/o0ukef>",
    "sv": "Skaffa Outlook för Android<https://aka.ms/AAb9ysg>",
    "en": "Get Outlook for iOS<https://aka.ms/o0ukef>",
}
BY_PHONE = {"fi": "Lähetetty iPhonesta", "sv": "Skickat från min iPhone", "en": "Sent from my iPhone"}
BY_GMAIL = {
    "fi": "ke 24. kesäk. 2026 klo 12.00 Yritys Oy (tuki@yritys.example) kirjoitti:",
    "sv": "Den ons 24 juni 2026 kl 12:00 skrev Yritys Oy <tuki@yritys.example>:",
    "en": "On Wed, Jun 24, 2026 at 12:00\u202fPM Yritys Oy <tuki@yritys.example> wrote:",
}
BY_APPLE = {
    "fi": f"{US} kirjoitti 24.6.2026 kello 12.00:",
    "sv": f"24 juni 2026 kl. 12:00 skrev {US}:",
    "en": f"On 24 Jun 2026, at 12.00, {US} wrote:",
}
BY_THUNDERBIRD = {
    "fi": "Yritys Oy kirjoitti 24.6.2026 klo 12.00:",
    "sv": "Den 2026-06-24 kl. 12:00, skrev Yritys Oy:",
    "en": "On 24/06/2026 12:00, Yritys Oy wrote:",
}
TAGS = {"fi": "fi-FI", "sv": "sv-SE", "en": "en-GB"}

# --- octets


def _word(text: str, charset: str = "utf-8") -> str:
    return text if text.isascii() else Header(text, charset, maxlinelen=200).encode()


def _encoded(text: str, charset: str, encoding: Encoding) -> str:
    octets = text.encode(charset)
    if encoding == "base64":
        return base64.encodebytes(octets).decode()
    return quopri.encodestring(octets).decode() if encoding == "quoted-printable" else text


def _part(
    kind: str, text: str, *, charset: str = "utf-8", encoding: Encoding = "quoted-printable", more: str = ""
) -> str:
    """A header of a part, and its body."""
    head = f'Content-Type: {kind}; charset="{charset}"{more}\nContent-Transfer-Encoding: {encoding}\n'
    return f"{head}\n{_encoded(text, charset, encoding)}\n"


def _alternative(plain: str, html: str, boundary: str) -> str:
    between = f"--{boundary}\n"
    head = f'Content-Type: multipart/alternative;\n\tboundary="{boundary}"\n'
    return f"{head}\n{between}{plain}\n{between}{html}\n--{boundary}--\n"


def _mail(fields: list[str], body: str, *, charset: str = "utf-8") -> bytes:
    text = "\n".join([PROVEN, *fields, "MIME-Version: 1.0", body])
    lines = text.replace("\r\n", "\n").split("\n")
    return "\r\n".join(lines).encode(charset if charset != "us-ascii" else "utf-8")


def _paragraphs(text: str, element: str, blank: str) -> str:
    tag = element.split(maxsplit=1)[0]
    return "\n".join(f"<{element}>{escape(line) or blank}</{tag}>" for line in text.split("\n"))


def _linked(text: str) -> str:
    """Our lines as HTML, each address that can be clicked made a link."""
    lines = []
    for line in text.split("\n"):
        before, found, address = line.partition("mailto:")
        link = f'<a href="mailto:{escape(address)}">mailto:{escape(address)}</a>' if found else ""
        lines.append(escape(before).replace("  ", "&nbsp; ") + link)
    return "<br>\n".join(lines)


def _marked(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n"))


def _flowed(text: str, *, depth: int = 0, delsp: bool = False) -> str:
    """RFC 3676: soft breaks after 71 characters, quoted so deep; blanks stuffed before what would be misread."""
    return "\n".join(piece for line in text.split("\n") for piece in _softly(line.rstrip(), depth, delsp=delsp))


def _softly(line: str, depth: int, *, delsp: bool) -> list[str]:
    pieces = []
    while len(line) > 71 and (blank := line.rfind(" ", 1, 71)) > 0:
        pieces.append(line[: blank + 1] + (" " if delsp else ""))
        line = line[blank + 1 :]
    marks = ">" * depth
    # Quoted lines always get a blank, others only where they begin like something else (section 4.4).
    return [
        f"{marks} {piece}" if (depth and piece) or piece.startswith((" ", ">", "From ")) else f"{marks}{piece}"
        for piece in [*pieces, line]
    ]


# --- Outlook: a server of Exchange rewrites Message-IDs, and what it answers stands in both forms


def _exchange(reply: Reply, device: str, *, charset: str = "utf-8") -> list[str]:
    ours, name = reply.answered.message_id, f"{device}PR07MB4321"
    return [
        f"From: Anna Virtanen <{ANNA}>",
        f'To: "{reply_to(reply.answered)}"\n\t<{reply_to(reply.answered)}>',
        f"Subject: {_word(PREFIX[reply.language] + reply.subject, charset)}",
        f"Thread-Topic: {_word(reply.subject, charset)}",
        "Thread-Index: AQHc5KqZ8bX1mJt9vEqk0H2m7s3zZLYwT4Qg",
        "Date: Wed, 24 Jun 2026 09:41:12 +0000",
        f"Message-ID: <{name}6F0C2A91D7B3E8F5A1C2D3E42@{name}.eurprd07.prod.outlook.example>",
        f"References: {ours}\n <DB9{name}@eurprd07.prod.outlook.example>",
        f"In-Reply-To: <DB9{name}@eurprd07.prod.outlook.example>",
        f"Accept-Language: {TAGS[reply.language]}, en-US",
        f"Content-Language: {TAGS[reply.language]}",
        "X-MS-Has-Attach:",
        "X-MS-TNEF-Correlator:",
    ]


def _header(reply: Reply, *, rule: str = "") -> str:
    sender, sent, to, subject, when = FIELDS[reply.language]
    return f"{rule}{sender}: {US}\n{sent}: {when}\n{to}: Anna Virtanen <{ANNA}>\n{subject}: {reply.subject}\n"


def _word_html(reply: Reply) -> str:
    """As Word writes it for Outlook on Windows."""
    head = _header(reply).rstrip("\n").split("\n")
    fields = "<br>\n".join(f"<b>{escape(a)}:</b>{escape(b)}" for a, _, b in (line.partition(":") for line in head))
    blank = "<o:p>&nbsp;</o:p>"
    return (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns="http://www.w3.org/TR/REC-html40">\n<head>'
        '<meta name="Generator" content="Microsoft Word 15 (filtered medium)"><style><!--\np.MsoNormal {margin:0cm;}\n'
        '--></style></head>\n<body lang="FI" link="#467886"><div class="WordSection1">\n'
        f"{_paragraphs(reply.typed, 'p class=MsoNormal', blank)}\n<p class=MsoNormal>{blank}</p>\n"
        '<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">\n'
        f"<p class=MsoNormal>{fields}<o:p></o:p></p></div>\n<p class=MsoNormal>{blank}</p>\n"
        f"<p class=MsoPlainText>{_linked(reply.quoted)}</p>\n</div></body></html>"
    )


def _web_html(reply: Reply, separator: str = "") -> str:
    """As Outlook on the web and on phones write it."""
    head = _header(reply).rstrip("\n").split("\n")
    fields = "<br>\n".join(f"<b>{escape(a)}:</b>{escape(b)}" for a, _, b in (line.partition(":") for line in head))
    return (
        '<html>\n<head>\n<style type="text/css" style="display:none;"> P {margin-top:0;margin-bottom:0;} </style>\n'
        f'</head>\n<body dir="ltr">\n{_paragraphs(reply.typed, "div class=elementToProof", "<br>")}\n{separator}'
        '<div id="appendonsend"></div>\n<hr style="display:inline-block;width:98%" tabindex="-1">\n'
        f'<div id="divRplyFwdMsg" dir="ltr"><font face="Calibri, sans-serif">{fields}</font>\n<div>&nbsp;</div></div>\n'
        f'<div class="BodyFragment"><font size="2"><div class="PlainText">{_linked(reply.quoted)}</div></font></div>\n'
        "</body>\n</html>"
    )


def outlook_windows(reply: Reply) -> bytes:
    plain = f"{reply.typed}\n\n{_header(reply)}\n{reply.quoted}\n"
    body = _alternative(_part("text/plain", plain), _part("text/html", _word_html(reply)), "_000_HE1PR07MB4321_")
    return _mail(_exchange(reply, "HE1"), body)


def outlook_windows_plain(reply: Reply) -> bytes:
    """To a plain mail it answers plainly, unless told otherwise."""
    plain = f"{reply.typed}\n\n-----{DIVIDER[reply.language]}-----\n{_header(reply)}\n{reply.quoted}\n"
    fields = [*_exchange(reply, "AM7", charset="iso-8859-1"), "X-Mailer: Microsoft Outlook 16.0"]
    return _mail(fields, _part("text/plain", plain, encoding="base64"))


def outlook_windows_marked(reply: Reply) -> bytes:
    """Set to put a mark before each quoted line."""
    quoted = f"-----{DIVIDER[reply.language]}-----\n{_header(reply)}\n{reply.quoted}"
    plain = f"{reply.typed}\n\n{_marked(quoted)}\n"
    return _mail(_exchange(reply, "VI1"), _part("text/plain", plain))


def outlook_web(reply: Reply) -> bytes:
    plain = f"{reply.typed}\n{_header(reply, rule=RULE)}\n{reply.quoted}\n"
    body = _alternative(_part("text/plain", plain), _part("text/html", _web_html(reply)), "_000_AS8PR02MB9411_")
    return _mail(_exchange(reply, "AS8"), body)


def outlook_web_html(reply: Reply) -> bytes:
    return _mail(_exchange(reply, "DB9"), _part("text/html", _web_html(reply), encoding="base64"))


def outlook_phone(reply: Reply) -> bytes:
    added = MOBILE[reply.language]
    plain = f"{reply.typed}\n\n{added}\n{_header(reply, rule=RULE)}\n{reply.quoted}\n"
    name, _, link = added.partition("<")
    separator = f'<div id="ms-outlook-mobile-signature"><a href="{link.rstrip(">")}">{escape(name)}</a></div>\n'
    body = _alternative(
        _part("text/plain", plain, encoding="base64"),
        _part("text/html", _web_html(reply, separator), encoding="base64"),
        "_000_GV1P280MB0031_",
    )
    return _mail(_exchange(reply, "GV1"), body)


# --- Gmail


def _google(reply: Reply) -> list[str]:
    return [
        f"References: {reply.answered.message_id}",
        f"In-Reply-To: {reply.answered.message_id}",
        f"From: Anna Virtanen <{ANNA}>",
        "Date: Wed, 24 Jun 2026 12:41:33 +0300",
        "X-Gm-Features: AX0GCFu2mXbZ",
        "Message-ID: <CAFx7pQ2mLw9eR4tYz8uVbN6kJ3hG1fD5sA0qW7e@mail.gmail.example>",
        f"Subject: {_word('Re: ' + reply.subject)}",
        f"To: {reply_to(reply.answered)}",
    ]


def _broken(text: str) -> str:
    """Its plain text has hard line breaks."""
    lines = [
        textwrap.wrap(line, 78, break_long_words=False, break_on_hyphens=False) or [""] for line in text.split("\n")
    ]
    return "\n".join(piece for line in lines for piece in line)


def _gmail(reply: Reply, *, direction: str, signature: str = "") -> bytes:
    heading = _broken(BY_GMAIL[reply.language])
    quoted = _marked(_broken(reply.quoted))
    plain = f"{_broken(reply.typed)}{signature}\n\n{heading}\n\n{quoted}\n"
    typed = _paragraphs(reply.typed, "div", "<br>")
    html = (
        f'<div dir="{direction}">{typed}</div><br><div class="gmail_quote gmail_quote_container"><div dir="ltr" '
        f'class="gmail_attr">{escape(BY_GMAIL[reply.language])}<br></div><blockquote class="gmail_quote" '
        f'style="margin:0px 0px 0px 0.8ex">{_linked(reply.quoted)}</blockquote></div>'
    )
    body = _alternative(_part("text/plain", plain), _part("text/html", html), "000000000000f3a1c40638a1b2c3")
    return _mail(_google(reply), body)


def gmail_web(reply: Reply) -> bytes:
    return _gmail(reply, direction="ltr")


def gmail_web_signed(reply: Reply) -> bytes:
    """With its own signature, which is set off by dashes."""
    return _gmail(reply, direction="ltr", signature=f"\n\n-- \n{ANNA_AT_GMAIL}")


def gmail_phone(reply: Reply) -> bytes:
    return _gmail(reply, direction="auto")


# --- Apple


def _apple(reply: Reply, mailer: str) -> list[str]:
    return [
        f"From: Anna Virtanen <{ANNA}>",
        f"Subject: {_word('Re: ' + reply.subject)}",
        "Date: Wed, 24 Jun 2026 12:30:31 +0300",
        "Message-Id: <9F8E7D6C-5B4A-4039-8271-60514F3E2D1C@yritys.example>",
        f"References: {reply.answered.message_id}",
        f"In-Reply-To: {reply.answered.message_id}",
        f"To: {reply_to(reply.answered)}",
        f"X-Mailer: {mailer}",
    ]


def apple_mail(reply: Reply) -> bytes:
    plain = f"{reply.typed}\n\n\n" + _marked(f"{BY_APPLE[reply.language]}\n\n{reply.quoted}") + "\n"
    return _mail(_apple(reply, "Apple Mail (2.3826.600.51.1.1)"), _part("text/plain", plain))


def apple_mail_flowed(reply: Reply) -> bytes:
    """As it wrote plain text for many years: the blank before a soft line break is not the writer's."""
    quoted = _flowed(f"{BY_APPLE[reply.language]}\n\n{reply.quoted}", depth=1, delsp=True)
    plain = f"{_flowed(reply.typed, delsp=True)}\n\n{quoted}\n"
    body = _part("text/plain", plain, more="; format=flowed; delsp=yes")
    return _mail(_apple(reply, "Apple Mail (2.1510)"), body)


def apple_mail_older(reply: Reply) -> bytes:
    """Its heading is not marked, and it writes both forms."""
    plain = f"{reply.typed}\n\n{BY_APPLE[reply.language]}\n\n{_marked(reply.quoted)}\n"
    html = (
        f'<html><body style="word-wrap: break-word;">{_paragraphs(reply.typed, "div", "<br>")}<div><br><blockquote '
        f'type="cite"><div>{escape(BY_APPLE[reply.language])}</div><br><div>{_linked(reply.quoted)}</div></blockquote>'
        "</div></body></html>"
    )
    body = _alternative(_part("text/plain", plain), _part("text/html", html), "Apple-Mail=_5C1D2E3F")
    return _mail(_apple(reply, "Apple Mail (2.3445.104.11)"), body)


def iphone(reply: Reply) -> bytes:
    heading, sent = BY_APPLE[reply.language], BY_PHONE[reply.language]
    plain = f"{reply.typed}\n\n{sent}\n\n" + _marked(f"{heading}\n\n\ufeff{reply.quoted}") + "\n"
    html = (
        f'<html><body dir="auto">{_paragraphs(reply.typed, "div", "<br>")}<div><br>'
        f'<div dir="ltr">{sent}</div><div dir="ltr"><br><blockquote type="cite">{escape(heading)}<br><br></blockquote>'
        f'</div><blockquote type="cite"><div dir="ltr">\ufeff{_linked(reply.quoted)}</div></blockquote></div>'
        "</body></html>"
    )
    body = _alternative(_part("text/plain", plain), _part("text/html", html), "Apple-Mail-3C5F0D1E-2B4A")
    return _mail(_apple(reply, "iPhone Mail (22F76)"), body)


# --- Thunderbird


def _thunderbird(reply: Reply) -> list[str]:
    return [
        "Message-ID: <0c9f6a5e-2d1b-4f3a-8e7c-6b5a4d3c2b1a@yritys.example>",
        "Date: Wed, 24 Jun 2026 12:03:15 +0300",
        "User-Agent: Mozilla Thunderbird",
        f"Subject: {_word('Re: ' + reply.subject)}",
        f"To: {reply_to(reply.answered)}",
        f"References: {reply.answered.message_id}",
        f"Content-Language: {reply.language}",
        f"From: Anna Virtanen <{ANNA}>",
        f"In-Reply-To: {reply.answered.message_id}",
    ]


def _in_plain(reply: Reply, text: str) -> bytes:
    body = _part("text/plain", text, encoding="8bit", more="; format=flowed")
    return _mail(_thunderbird(reply), body)


def thunderbird_plain(reply: Reply) -> bytes:
    heading = BY_THUNDERBIRD[reply.language]
    return _in_plain(reply, f"{_flowed(reply.typed)}\n\n{heading}\n{_flowed(reply.quoted, depth=1)}\n")


def thunderbird_plain_below(reply: Reply) -> bytes:
    """Its factory setting: the answer below what is quoted, and the signature below that."""
    heading = BY_THUNDERBIRD[reply.language]
    quoted, signature = _flowed(reply.quoted, depth=1), f"-- \n{ANNA_IN_THUNDERBIRD}"
    return _in_plain(reply, f"{heading}\n{quoted}\n\n{_flowed(reply.words)}\n\n{signature}\n")


def thunderbird_html(reply: Reply) -> bytes:
    return _mail(_thunderbird(reply), _part("text/html", _cited(reply, below=False), encoding="8bit"))


def thunderbird_html_below(reply: Reply) -> bytes:
    return _mail(_thunderbird(reply), _part("text/html", _cited(reply, below=True), encoding="8bit"))


def _cited(reply: Reply, *, below: bool) -> str:
    typed = escape(reply.words if below else reply.typed).replace("\n", "<br>\n")
    cited = (
        f'<div class="moz-cite-prefix">{escape(BY_THUNDERBIRD[reply.language])}<br></div>\n<blockquote type="cite" '
        f'cite="mid:{escape(reply.answered.message_id[1:-1])}">\n<pre wrap="" class="moz-quote-pre">'
        f"{_linked(reply.quoted).replace('<br>', '')}</pre>\n</blockquote>\n"
    )
    inner = f"{cited}{typed}<br>\n" if below else f"{typed}<br>\n<br>\n{cited}"
    return f'<!DOCTYPE html>\n<html><head><meta charset="UTF-8"></head>\n<body>\n{inner}</body></html>'


CLIENTS = (
    Client(name="Outlook on Windows", write=outlook_windows),
    Client(name="Outlook on Windows, plain", write=outlook_windows_plain),
    Client(name="Outlook on Windows, marked", write=outlook_windows_marked),
    Client(name="Outlook on the web", write=outlook_web),
    Client(name="Outlook on the web, HTML alone", write=outlook_web_html),
    Client(name="Outlook on a phone", write=outlook_phone),
    Client(name="Gmail on the web", write=gmail_web, breaks_lines=True),
    Client(name="Gmail on the web, signed", write=gmail_web_signed, breaks_lines=True, adds=ANNA_AT_GMAIL),
    Client(name="Gmail on Android and iOS", write=gmail_phone, breaks_lines=True),
    Client(name="Apple Mail", write=apple_mail),
    Client(name="Apple Mail, flowed", write=apple_mail_flowed),
    Client(name="Apple Mail, older", write=apple_mail_older),
    Client(name="iPhone", write=iphone),
    Client(name="Thunderbird, plain, above", write=thunderbird_plain),
    Client(
        name="Thunderbird, plain, below",
        write=thunderbird_plain_below,
        signs=False,
        adds=ANNA_IN_THUNDERBIRD,
    ),
    Client(name="Thunderbird, HTML, above", write=thunderbird_html),
    Client(name="Thunderbird, HTML, below", write=thunderbird_html_below, signs=False),
)
