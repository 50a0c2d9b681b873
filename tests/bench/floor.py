"""The floor: the same mails through the same libraries with nothing thought about them.

IMAPClient in batches of 100, the standard library's parser, one row a mail in one commit a batch, one reply a mail on
one connection. No rules, no tokens, no move, no second mail: what remains is what the protocols themselves cost.
"""

import asyncio
import hashlib
import sqlite3
import time
from email.message import Message
from email.parser import BytesParser
from email.policy import compat32
from email.utils import parseaddr
from pathlib import Path

import aiosmtplib
from imapclient import IMAPClient

from .result import Account, Measured

BATCH = 100
REPLY = (
    "From: asiakaspalvelu@pohjolanpyora.example\r\nTo: {to}\r\nSubject: Re: {subject}\r\n"
    "Message-ID: <{digest}@pohjolanpyora.example>\r\nIn-Reply-To: {message_id}\r\nAuto-Submitted: auto-replied\r\n"
    "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHei,\r\n\r\nolemme saaneet viestisi.\r\n"
)
SENDER = "asiakaspalvelu@pohjolanpyora.example"


def run_floor(account: Account, folder: Path) -> Measured:
    """Handle every mail in the inbox once. `folder` gets the database."""
    return asyncio.run(_run(account, folder))


async def _run(account: Account, folder: Path) -> Measured:
    started, cpu = time.monotonic(), time.process_time()
    database = _database(folder / "floor.db")
    mailbox = IMAPClient(account.host, port=account.port, ssl=False)
    mailbox.login(account.user, account.password)
    mailbox.select_folder("INBOX", readonly=True)
    uids = mailbox.search()
    async with aiosmtplib.SMTP(hostname=account.host, port=account.smtp_port, start_tls=False) as smtp:
        for first in range(0, len(uids), BATCH):
            for to, reply in _fetch(mailbox, uids[first : first + BATCH], database):
                await smtp.sendmail(SENDER, to, reply)
    mailbox.logout()
    database.close()
    return Measured(mails=len(uids), seconds=time.monotonic() - started, cpu_seconds=time.process_time() - cpu)


def _database(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, isolation_level=None)
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("PRAGMA synchronous=FULL")
    database.execute(
        "CREATE TABLE mail (uid INTEGER PRIMARY KEY, sha256 TEXT, message_id TEXT, subject TEXT, raw BLOB)"
    )
    return database


def _fetch(mailbox: IMAPClient, uids: list[int], database: sqlite3.Connection) -> list[tuple[str, bytes]]:
    """One batch: fetched, parsed, recorded in one commit. What comes back are the replies, each with its recipient."""
    fetched = mailbox.fetch(uids, ["BODY.PEEK[]"])
    replies = []
    database.execute("BEGIN IMMEDIATE")
    for uid, item in fetched.items():
        raw = item[b"BODY[]"]
        mail, digest = BytesParser(policy=compat32).parsebytes(raw), hashlib.sha256(raw).hexdigest()
        row = (uid, digest, mail["Message-ID"], str(mail["Subject"]), raw)
        database.execute("INSERT INTO mail VALUES (?, ?, ?, ?, ?)", row)
        replies.append(_reply(mail, digest))
    database.execute("COMMIT")
    return replies


def _reply(mail: Message, digest: str) -> tuple[str, bytes]:
    to, subject = parseaddr(str(mail["From"]))[1], " ".join(str(mail["Subject"]).split())
    text = REPLY.format(to=to, subject=subject, digest=digest[:26], message_id=mail["Message-ID"])
    return to, text.encode("utf-8", "replace")
