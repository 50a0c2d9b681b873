"""`vastine report` against a real database, and the daemon's own reports through a real SMTP peer."""

import csv
import json
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from mixed_texts import SUPPORT
from vastine.demo.samples import samples
from vastine.edges.store import Store
from whole.desk import ADMIN, RULES, Desk
from year import filled

pytestmark = pytest.mark.whole
REPORTS = """
reports:
  - {name: viikko, every: "mon 08:00", to: [lead], for: owner}
  - {name: kuukausi, every: "month 08:00", to: [management], for: management}
"""
SETTINGS = f"""\
rules = "rules.yaml"
database = "sqlite:///vastine.db"
admin = "{ADMIN}"
[[mailbox]]
name = "support"
address = "{SUPPORT}"
host = "127.0.0.1"
user = "u"
password = "p"
[smtp]
host = "127.0.0.1"
"""
WEEK = ("--from", "2026-06-22", "--to", "2026-06-28")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Settings, rules, and half a year of complaints in a database."""
    folder = tmp_path_factory.mktemp("desk")
    (folder / "vastine.toml").write_text(SETTINGS, encoding="utf-8")
    (folder / "rules.yaml").write_text(RULES + REPORTS, encoding="utf-8")
    store = Store(f"sqlite:///{folder / 'vastine.db'}")
    store.migrate()
    for _ in filled(store, 900, datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)):
        pass
    store.close()
    return folder


def vastine(folder: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "vastine.cli", "--config", str(folder / "vastine.toml"), *arguments]
    return subprocess.run(command, capture_output=True, timeout=90, check=False)


def said(folder: Path, *arguments: str) -> str:
    done = vastine(folder, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.decode()


@pytest.mark.parametrize("name", ["owner", "management", "viikko", "kuukausi"])
def test_a_report_is_one_page_with_its_pictures_inside(folder: Path, name: str) -> None:
    page = said(folder, "report", name, *WEEK)
    assert page.startswith("<!DOCTYPE html>")
    assert page.count('src="data:image/png;base64,') == page.count("<img ") >= 3
    assert "viikko 26 (22.–28.6.2026)" in page


def test_the_figures_as_json_are_those_of_the_page(folder: Path) -> None:
    told = json.loads(said(folder, "report", "owner", *WEEK, "--json"))
    assert list(told) == ["name", "from", "to", "measures"]
    assert (told["from"], told["to"]) == ("2026-06-21T21:00:00Z", "2026-06-28T21:00:00Z")
    assert f"{told['measures']['received']} uutta reklamaatiota" in said(folder, "report", "owner", *WEEK, "--text")


def test_managements_json_holds_no_complaint_and_no_member(folder: Path) -> None:
    measures = json.loads(said(folder, "report", "management", *WEEK, "--json"))["measures"]
    assert (measures["stuck"], measures["loads"], "member" in measures["by"]) == ([], [], False)
    assert measures["stuck_total"] > 0


def test_the_table_is_one_for_a_spreadsheet(folder: Path) -> None:
    rows = list(csv.reader(StringIO(said(folder, "report", "owner", *WEEK, "--csv").lstrip("\ufeff")), delimiter=";"))
    received = rows[0].index("received")
    assert sum(int(row[received]) for row in rows if row[2] == "topic") == int(rows[1][received]) > 0


def test_a_report_goes_to_a_file_for_nobody_else_to_read(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "viikko.html"
    assert said(folder, "report", "owner", *WEEK, "--out", str(file)) == ""
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("language", "word"), [("fi", "Luvut"), ("sv", "Siffror"), ("en", "Figures")])
def test_the_language_may_be_chosen(folder: Path, language: str, word: str) -> None:
    assert f"\n{word}\n" in said(folder, "report", "owner", *WEEK, "--text", "--language", language)


def test_one_teams_report_is_about_it_alone(folder: Path) -> None:
    everybody = json.loads(said(folder, "report", "owner", *WEEK, "--json"))["measures"]["received"]
    told = json.loads(said(folder, "report", "owner", *WEEK, "--json", "--team", "support"))["measures"]
    assert 0 < told["received"] < everybody
    assert told["team"] == "support"


def test_reports_are_listed_with_their_next_time(folder: Path) -> None:
    listed = json.loads(said(folder, "report", "--list", "--json"))
    assert [(each["name"], each["for"], each["every"]) for each in listed] == [
        ("viikko", "owner", "mon 08:00"),
        ("kuukausi", "management", "month 08:00"),
        ("owner", "owner", None),
        ("management", "management", None),
    ]
    assert all(each["next"] for each in listed[:2])


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (("vikko",), "there is no report 'vikko' (did you mean 'viikko'?)"),
        ((), "which report? There is viikko, kuukausi, owner, management"),
        (("owner", "--from", "2026-06-31"), "--from: 2026-06-31 is not a day"),
        (("owner", "--from", "2026-06-28", "--to", "2026-06-22"), "--to 2026-06-22 is before --from 2026-06-28"),
        (("owner", "--to", "2026-06-22"), "--to: from when?"),
        (("owner", "--team", "suport"), "team 'suport' is unknown (did you mean 'support'?)"),
        (("management", "--team", "support"), "a report for management is about all teams"),
        (("owner", "--json", "--csv"), "exclude each other"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_sentence(folder: Path, arguments: tuple[str, ...], why: str) -> None:
    done = vastine(folder, "report", *arguments)
    assert done.returncode == 2
    assert why in done.stderr.decode()


def test_a_file_that_cannot_be_written_is_told_of(folder: Path) -> None:
    done = vastine(folder, "report", "owner", *WEEK, "--text", "--out", str(folder / "nowhere" / "a.txt"))
    assert (done.returncode, "No such file or directory" in done.stderr.decode()) == (1, True)


def yesterday(desk: Desk) -> None:
    """As if everything on the timetable had been made a month ago for the last time."""
    with sqlite3.connect(desk.folder / "vastine.db") as database:
        database.execute("UPDATE timetable SET due_at = datetime(due_at, '-40 days')")


def test_the_daemon_mails_reports_and_digests_once(desk: Desk) -> None:
    desk.furnish(rules=RULES + REPORTS)
    desk.deliver(each.raw for each in samples()[:3])
    assert [desk.once(), desk.letters("report", "digest")] == [0, []]
    yesterday(desk)
    assert [desk.once(), desk.once()] == [0, 0]
    reports = desk.letters("report")
    assert len({letter.to for letter in desk.letters("digest")}) == len(desk.letters("digest")) > 0
    assert {letter.header("X-Vastine-Report") for letter in reports} == {"viikko", "kuukausi"}
    assert len({(letter.to, letter.subject) for letter in reports}) == len(reports)
    assert {row["kind"] for row in desk.outbox()} >= {"report", "digest"}


def test_an_answer_to_a_report_reaches_no_customer(desk: Desk) -> None:
    desk.furnish(rules=RULES + REPORTS)
    desk.once()
    yesterday(desk)
    desk.once()
    desk.answer(desk.letters("report")[0], "Hyvä viikko!")
    desk.once()
    assert desk.ledger()[-1]["outcome"] == "staff_reply"
    assert desk.complaints() == []
