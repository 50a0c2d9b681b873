"""What `vastine show`, `vastine explain` and `vastine check` print for people."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from flows.climbing import take_steps
from flows.desktop import Desktop
from flows.office import ANNA, NOW, RULES, office, raw_mail
from vastine.cli.desk import outbox, show
from vastine.cli.explain import explain
from vastine.cli.replay import recompute
from vastine.cli.rules import check
from vastine.core.complaint import StepTaken
from vastine.core.parse import parse
from vastine.core.story import Story
from vastine.edges.reader import Reader
from vastine.edges.store import Store

SETTINGS = """\
rules = "rules.yaml"
[[mailbox]]
name = "support"
address = "tuki@yritys.example"
host = "imap.yritys.example"
user = "tuki"
password = "salainen"
[smtp]
host = "smtp.yritys.example"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "vastine.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def desktop(folder: Path) -> Iterator[Desktop]:
    store, reader = Store(f"sqlite:///{folder}/vastine.db"), Reader(["fi", "sv", "en"])
    store.migrate()
    yield Desktop(store, reader)
    reader.close()
    store.close()


def printed(folder: Path, desktop: Desktop) -> str:
    [complaint] = desktop.store.list_complaints(status=None, late_at=None, team=None)
    result = CliRunner().invoke(show, [complaint["reference"], "--config", str(folder / "vastine.toml")])
    return result.output


def test_explain_says_which_file_cannot_be_read(folder: Path) -> None:
    result = CliRunner().invoke(explain, [str(folder), "--config", str(folder / "vastine.toml")])
    assert (result.exit_code, result.stderr) == (1, f"{folder}: cannot be read: Is a directory\n")


def test_check_says_that_it_contacted_no_server(folder: Path) -> None:
    result = CliRunner().invoke(check, ["--config", str(folder / "vastine.toml")])
    assert result.output.splitlines()[-1] == (
        "settings and rules are in order; no server was contacted: vastine run --once tries them"
    )


def test_a_step_stands_once_in_the_history(folder: Path, desktop: Desktop) -> None:
    desktop.take(raw_mail())
    later = NOW + timedelta(hours=5)
    [(complaint, done)] = desktop.store.complaints_with_steps(later, 5)
    story: Story = take_steps(complaint, done, None, office(), later)
    assert all(isinstance(step, StepTaken) for step in story.steps)
    desktop.store.record_tick([story], later)
    assert printed(folder, desktop).count("50% of first_reply") == 1


def test_times_in_the_history_are_local_and_to_the_minute(folder: Path, desktop: Desktop) -> None:
    desktop.take(raw_mail())
    [(complaint, done)] = desktop.store.complaints_with_steps(NOW + timedelta(hours=5), 5)
    due = NOW + timedelta(hours=5, microseconds=75351)
    desktop.store.record_tick([take_steps(complaint, done, None, office(), due)], due)
    [line] = [line for line in printed(folder, desktop).splitlines() if "50% of first_reply" in line]
    assert line.endswith("vastine: step at: 50% of first_reply, due: 2026-06-24 16:00")


def test_a_mail_whose_time_has_come_is_due(folder: Path, desktop: Desktop) -> None:
    desktop.take(raw_mail())
    result = CliRunner().invoke(outbox, ["--config", str(folder / "vastine.toml")])
    assert {line.split("\t")[6] for line in result.output.splitlines()} == {"due"}


def test_recompute_says_so_where_nothing_moves(folder: Path, desktop: Desktop) -> None:
    result = CliRunner().invoke(recompute, ["--config", str(folder / "vastine.toml")])
    assert result.output == "No due time moves: all are as the rules have them now.\n"


def test_an_answer_that_was_taken_back_did_not_fail(folder: Path, desktop: Desktop) -> None:
    desktop.take(raw_mail())
    [routed] = [
        mail.raw for mail in desktop.store.claim(NOW, 9, timedelta(minutes=5), ["support"]) if mail.kind == "routed"
    ]
    for number, text in enumerate(("Korjaamme pyörän.", "#peru")):
        to = parse(routed).reply_to[0].address
        desktop.take(raw_mail(text, to=to, message_id=f"<{number}@yritys.example>", **{"from": ANNA}))
    [line] = [line for line in printed(folder, desktop).splitlines() if " answer to " in line]
    assert line.endswith(" undone")
