"""The mail clients of the demo: what staff and customers see of a mail of ours, and what they write back.

A reply is written as a mail client writes it: to the Reply-To, under a localised prefix, with the whole mail quoted
beneath. On top stand the lines that the company's own mail exchanger adds when it takes a mail in.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from email.utils import format_datetime, parseaddr
from functools import cached_property
from zoneinfo import ZoneInfo

AUTHSERV_ID = "mx.pohjolanpyora.example"
COMPANY_DOMAIN = "pohjolanpyora.example"
_ZONE = ZoneInfo("Europe/Helsinki")
_PREFIXES = {"fi": "VS: ", "sv": "SV: ", "en": "Re: "}
_ATTRIBUTIONS = {
    "fi": "{day}.{month}.{year} klo {hour:02}.{minute:02} {sender} kirjoitti:",
    "sv": "Den {year}-{month:02}-{day:02} kl. {hour:02}:{minute:02} skrev {sender}:",
    "en": "On {year}-{month:02}-{day:02} at {hour:02}:{minute:02}, {sender} wrote:",
}
_BOUNCE = """\
From: MAILER-DAEMON@mx.posti.example (Mail Delivery System)
To: {envelope_from}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{number}@mx.posti.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="{number}"

--{number}
Content-Type: text/plain; charset=us-ascii

<{recipient}>: mailbox unavailable

--{number}
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.posti.example

Final-Recipient: rfc822; {recipient}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 mailbox unavailable

--{number}
Content-Type: text/rfc822-headers

{headers}

--{number}--
"""


@dataclass(frozen=True)
class Letter:
    """A mail of ours as the SMTP server took it: the envelope and the octets."""

    envelope_from: str
    to: str
    raw: bytes
    at: datetime

    @cached_property
    def mail(self) -> EmailMessage:
        """Our own mail; the standard library's modern policy is only dangerous on foreign ones."""
        return message_from_bytes(self.raw, policy=default)

    def header(self, name: str) -> str:
        return str(self.mail.get(name, ""))

    @property
    def kind(self) -> str:
        return self.header("X-Vastine-Kind")

    @property
    def reference(self) -> str:
        return self.header("X-Vastine-Reference")

    @property
    def language(self) -> str:
        return self.header("Content-Language")[:2].lower()

    @property
    def subject(self) -> str:
        return self.header("Subject")

    @cached_property
    def text(self) -> str:
        part = self.mail.get_body(preferencelist=("plain",))
        return str(part.get_content()).replace("\r\n", "\n") if part is not None else ""


def answer_to(letter: Letter, *, name: str, address: str, text: str, language: str) -> bytes:
    """What the mail client of that person sends after Reply: new text on top, the whole mail quoted below."""
    reply = EmailMessage(policy=SMTP)
    reply["From"] = f"{name} <{address}>" if name.isascii() else address
    reply["To"] = _reply_address(letter)
    reply["Subject"] = _PREFIXES[language] + letter.subject
    reply["Date"] = format_datetime(datetime.now(_ZONE))
    reply["Message-ID"] = f"<{secrets.token_hex(12)}@{address.partition('@')[2]}>"
    reply["In-Reply-To"] = letter.header("Message-ID")
    reply["References"] = " ".join([*letter.header("References").split(), letter.header("Message-ID")])
    reply.set_content(f"{text}\n\n{_attribution(letter, language)}\n{_quoted(letter.text)}\n", cte="8bit")
    return _arrived(reply.as_bytes(), address)


def out_of_office(letter: Letter, *, address: str) -> bytes:
    """What a mail server answers for somebody who is away (RFC 3834)."""
    reply = EmailMessage(policy=SMTP)
    reply["From"] = address
    reply["To"] = _reply_address(letter)
    reply["Subject"] = f"Automaattinen vastaus: {letter.subject}"
    reply["Date"] = format_datetime(datetime.now(_ZONE))
    reply["Message-ID"] = f"<{secrets.token_hex(12)}@{address.partition('@')[2]}>"
    reply["In-Reply-To"] = letter.header("Message-ID")
    reply["Auto-Submitted"] = "auto-replied"
    reply.set_content("Olen matkoilla ensi viikkoon enkä lue sähköpostia.\n", cte="8bit")
    return _arrived(reply.as_bytes(), address, null=True)


def bounce_of(letter: Letter) -> bytes:
    """What the recipient's server reports to the envelope sender when there is no such mailbox (RFC 3464)."""
    text = _BOUNCE.format(
        envelope_from=letter.envelope_from,
        recipient=letter.to,
        number=secrets.token_hex(8),
        date=format_datetime(datetime.now(_ZONE)),
        headers="\n".join(f"{name}: {letter.header(name)}" for name in ("From", "To", "Message-ID")),
    )
    return _arrived(text.replace("\n", "\r\n").encode("utf-8"), "MAILER-DAEMON@mx.posti.example", null=True)


def _reply_address(letter: Letter) -> str:
    return parseaddr(letter.header("Reply-To") or letter.header("From"))[1]


def _attribution(letter: Letter, language: str) -> str:
    now = datetime.now(_ZONE)
    name, address = parseaddr(letter.header("From"))
    sender = f"{name} <{address}>"
    return _ATTRIBUTIONS[language].format(
        day=now.day, month=now.month, year=now.year, hour=now.hour, minute=now.minute, sender=sender
    )


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.rstrip().split("\n"))


def _arrived(raw: bytes, sender: str, *, null: bool = False) -> bytes:
    """With the lines on top that our own mail exchanger writes: the return path, its verdict, its Received."""
    domain = sender.partition("@")[2]
    protocol = "ESMTPSA" if domain == COMPANY_DOMAIN else "ESMTPS"
    return (
        f"Return-Path: <{'' if null else sender}>\r\n"
        f"Authentication-Results: {AUTHSERV_ID}; dkim=pass header.d={domain};\r\n"
        f" spf=pass smtp.mailfrom={sender}; dmarc=pass header.from={domain}\r\n"
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.25])\r\n by {AUTHSERV_ID} with {protocol};"
        f" {format_datetime(datetime.now(UTC))}\r\n"
    ).encode("ascii") + raw
