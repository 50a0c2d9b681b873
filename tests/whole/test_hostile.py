"""Hostile mails through the real command: each becomes a complaint, and the mail behind each is handled as ever."""

from pathlib import Path

import pytest

from hostile import head, hostile
from servers.dovecot import Dovecot
from servers.smtp_peer import SmtpPeer
from whole.desk import Desk

pytestmark = [pytest.mark.whole, pytest.mark.dovecot]


def test_no_hostile_mail_is_lost_or_keeps_its_neighbours_waiting(tmp_path: Path, dovecot: Dovecot) -> None:
    mails = [mail for number, each in enumerate(hostile()) for mail in (each, head(100 + number) + b"\r\nHei vaan\r\n")]
    with SmtpPeer() as smtp:
        desk = Desk(folder=tmp_path, dovecot=dovecot, smtp=smtp, user="hostile").furnish()
        desk.deliver(mails)
        done = desk.run("run", "--once")
        assert done.returncode == 0, done.stderr
        ends = {row["message_id"]: row["outcome"] for row in desk.ledger()}
        innocent = {one["customer"]["address"] for one in desk.complaints() if one["subject"].startswith("Asia 10")}
        desk.close()
    assert ends == {f"<{number}@muu.example>": "complaint" for number in (*range(8), *range(100, 108))}
    assert innocent == {f"hyokkaaja{number}@muu.example" for number in range(100, 108)}
    assert desk.inbox() == []
