"""What an operator relies on: exit codes, orderly stopping, a desk that goes on beside what is broken."""

import pytest

from mixed import people
from servers.dovecot import Dovecot
from whole.desk import ADMIN, RULES, Desk, until

pytestmark = [pytest.mark.whole, pytest.mark.dovecot]
MAILS = [sample.raw for sample in people(3, seed=21)]


def closed_port() -> int:
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_second_instance_exits_75(desk: Desk) -> None:
    desk.deliver(MAILS[:1])
    desk.start()
    assert until(lambda: desk.letters("acknowledgement"))
    assert desk.once() == 75


def test_unknown_settings_exit_78_and_are_named(desk: Desk) -> None:
    desk.furnish(more="\n[limit]\nmail_size = 1\n")
    done = desk.run("check")
    assert done.returncode == 78
    assert "vastine.toml" in done.stdout + done.stderr


def test_broken_rules_exit_78_and_name_the_line(desk: Desk) -> None:
    desk.furnish(rules=RULES.replace("team: support,", "team: suport,"))
    line = RULES[: RULES.index("team: support,")].count("\n") + 1
    done = desk.run("run", "--once")
    assert done.returncode == 78
    assert f"rules.yaml:{line}:" in done.stdout + done.stderr


def test_wrong_usage_exits_2(desk: Desk) -> None:
    assert desk.run("no-such-command").returncode == 2


def test_one_broken_mailbox_does_not_stop_the_other(desk: Desk) -> None:
    broken = desk.mailbox("myynti", "myynti@pohjolanpyora.example", "nobody", port=closed_port())
    desk.furnish(more=broken).deliver(MAILS)
    assert desk.once() == 1
    assert len(desk.letters("acknowledgement")) == len(MAILS)


def test_sigterm_stops_in_order(desk: Desk) -> None:
    desk.deliver(MAILS)
    process = desk.start()
    assert until(lambda: len(desk.letters("routed")) == len(MAILS))
    assert desk.stop(process) == 0


def test_a_mail_that_ends_the_process_three_times_is_quarantined(desk: Desk) -> None:
    desk.deliver(MAILS[:1])
    assert [desk.once(kill_at="while_parsing") for _ in range(3)] == [-9, -9, -9]
    desk.once()
    assert [row["outcome"] for row in desk.ledger()] == ["quarantined"]
    assert [row["sha256"] for row in desk.ask("quarantine", "list")] == [desk.ledger()[0]["sha256"]]


def test_admin_is_told_about_a_quarantined_mail_once(desk: Desk) -> None:
    desk.deliver(MAILS[:1])
    for _ in range(3):
        desk.once(kill_at="while_parsing")
    assert (desk.once(), desk.once()) == (0, 0)
    assert [letter.to for letter in desk.letters("alert")] == [ADMIN]


def test_a_mail_that_arrives_while_idle_is_acknowledged(desk: Desk, dovecot: Dovecot) -> None:
    desk.deliver(MAILS[:1])
    desk.start()
    assert until(lambda: desk.letters("acknowledgement"))
    desk.deliver(MAILS[1:])
    assert until(lambda: len(desk.letters("acknowledgement")) == len(MAILS))
