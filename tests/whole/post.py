"""The post between people and a desk: what an SMTP peer took is put into the Dovecot mailbox of whom it is for.

Each mail gets on top what a receiving mail exchanger writes: the return path, its verdict on the sender, its Received.
"""

import re
import secrets
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from servers.dovecot import Dovecot
from servers.smtp_peer import Received
from vastine.demo.letters import Letter
from whole.desk import until

Change = Callable[[bytes], bytes]
"""What a relay does to a mail on its way."""


def unchanged(raw: bytes) -> bytes:
    return raw


@dataclass(slots=True, kw_only=True)
class Post:
    """`boxes` are Dovecot's users by address, without what may follow a plus sign; other mails go nowhere.

    `change` is what a relay does to each mail, `proves` whether the exchangers find that senders are who they say. An
    SmtpPeer calls `carry` for each mail that it took; `carried_at` is when, of time.monotonic().
    """

    dovecot: Dovecot
    boxes: dict[str, str] = field(default_factory=dict)
    change: Change = unchanged
    proves: bool = True
    carried_at: float = field(default_factory=time.monotonic)

    def carry(self, mail: Received) -> None:
        self.carried_at = time.monotonic()
        for to in mail.recipients:
            user = self.boxes.get(plain(to))
            if user is not None:
                self.dovecot.deliver(user, stamped(self.change(mail.raw), mail.envelope_from, to, proven=self.proves))

    def is_quiet(self, seconds: float) -> bool:
        return time.monotonic() - self.carried_at > seconds


@dataclass(slots=True, kw_only=True)
class Player:
    """Somebody with a mailbox in Dovecot and a mail client. `seen` is how many of its mails they have looked at,
    `sent` the Message-IDs of what they sent.
    """

    name: str
    address: str
    post: Post
    smtp_port: int
    seen: int = 0
    sent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.post.boxes[self.address] = f"{self.name.split()[0].lower()}-{secrets.token_hex(6)}"

    def mailbox(self) -> list[Letter]:
        """All that lies in it, oldest first."""
        raws = self.post.dovecot.messages(self.post.boxes[self.address])
        return [Letter(returned_path(raw), self.address, raw, datetime.now(UTC)) for raw in raws]

    def news(self, *kinds: str) -> list[Letter]:
        """The mails that came since they last looked, once there are as many as kinds; these they must be, in order."""
        until(lambda: len(self.mailbox()) >= self.seen + len(kinds))
        found = self.mailbox()[self.seen :]
        self.seen += len(found)
        assert [letter.kind for letter in found] == list(kinds), f"{self.name} got {[each.text for each in found]}"
        return found

    def write(self, to: str, subject: str, text: str) -> str:
        """A new mail; its Message-ID."""
        return self._send(self._mail(to, subject), text)

    def reply(self, letter: Letter, text: str) -> str:
        """What a mail client sends after Reply: to the Reply-To, new text on top, the mail quoted below."""
        mail = self._mail(reply_address(letter), f"VS: {letter.subject}")
        mail["In-Reply-To"] = letter.header("Message-ID")
        mail["References"] = " ".join([*letter.header("References").split(), letter.header("Message-ID")])
        quoted = "\n".join(f"> {line}".rstrip() for line in letter.text.rstrip().split("\n"))
        name, address = parseaddr(letter.header("From"))
        now = datetime.now(UTC)
        heading = f"{now.day}.{now.month}.{now.year} klo {now:%H.%M} {name} <{address}> kirjoitti:"
        return self._send(mail, f"{text}\n\n{heading}\n{quoted}")

    def _mail(self, to: str, subject: str) -> EmailMessage:
        mail = EmailMessage(policy=SMTP)
        mail["From"] = f"{self.name} <{self.address}>"
        mail["To"] = to
        mail["Subject"] = subject
        mail["Date"] = format_datetime(datetime.now(UTC))
        mail["Message-ID"] = f"<{secrets.token_hex(12)}@{self.address.partition('@')[2]}>"
        return mail

    def _send(self, mail: EmailMessage, text: str) -> str:
        mail.set_content(f"{text}\n", cte="8bit")
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=20) as client:
            client.sendmail(self.address, [str(mail["To"])], mail.as_bytes())
        self.sent.append(str(mail["Message-ID"]))
        return self.sent[-1]


def plain(address: str) -> str:
    """An address without what follows a plus sign (RFC 5233), in lower case."""
    return re.sub(r"\+[^@]*@", "@", address.lower())


def reply_address(letter: Letter) -> str:
    return parseaddr(letter.header("Reply-To") or letter.header("From"))[1]


def returned_path(raw: bytes) -> str:
    return raw.partition(b"\r\n")[0].decode("ascii").removeprefix("Return-Path: <").removesuffix(">")


def stamped(raw: bytes, sender: str, to: str, *, proven: bool = True) -> bytes:
    """The mail with what the recipient's mail exchanger writes on top, and whether the sender is who they say."""
    exchanger, domain = f"mx.{to.partition('@')[2]}", sender.partition("@")[2]
    verdict = "pass" if proven else "none"
    return (
        f"Return-Path: <{sender}>\r\n"
        f"Authentication-Results: {exchanger}; dkim={verdict} header.d={domain};\r\n"
        f" spf={verdict} smtp.mailfrom={sender}; dmarc={verdict} header.from={domain}\r\n"
        f"Received: from mail.{domain} (mail.{domain} [192.0.2.25])\r\n by {exchanger} with ESMTPS;"
        f" {format_datetime(datetime.now(UTC))}\r\n"
    ).encode("ascii") + raw
