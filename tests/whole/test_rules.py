"""What an administrator does with the rules of a running desk, by the command itself."""

import json
from email.header import Header

import pytest

from mixed_texts import SUPPORT
from whole.desk import RULES, Desk, until

pytestmark = [pytest.mark.whole, pytest.mark.dovecot]
WORDS = (
    "  - {name: brakes, when: {words: [jarru]}, then: {topic: brakes, priority: high}}\n"
    "  - {name: chains, when: {words: [ketju]}, then: {topic: chains}}\n"
)
OURS = RULES.replace("\nrules:\n", f"\nrules:\n{WORDS}", 1)
CHANGED = OURS.replace("[jarru]", "[vaihde]")


def mail(number: int, text: str) -> bytes:
    head = (
        f"From: asiakas{number}@posti.example\r\nTo: {SUPPORT}\r\nSubject: {Header('Pyörä', 'utf-8').encode()}\r\n"
        f"Message-ID: <r{number}@posti.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
        "Content-Transfer-Encoding: 8bit\r\n\r\n"
    )
    return f"{head}{text}\r\n".encode()


MAILS = [
    mail(1, "Hei, pyöräni jarrut vinkuvat kovasti eikä niihin auta mikään."),
    mail(2, "Hei, vaihteeni eivät toimi enää lainkaan, mitä voin tehdä?"),
    mail(3, "Hei, ketju katkesi heti ensimmäisellä lenkillä, kuka sen korvaa?"),
]


@pytest.fixture
def handled(desk: Desk) -> Desk:
    desk.furnish(rules=OURS).deliver(MAILS)
    assert desk.once() == 0
    return desk


def replayed(desk: Desk, rules: str) -> list[dict[str, object]]:
    (desk.folder / "new.yaml").write_text(rules, encoding="utf-8")
    done = desk.run("rules", "replay", str(desk.folder / "new.yaml"), "--json")
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_replay_tells_exactly_the_complaints_that_a_changed_word_changes(handled: Desk) -> None:
    by_topic = {row["topic"]: row["reference"] for row in handled.complaints()}
    changes = replayed(handled, CHANGED)
    assert [(c["before"]["topic"], c["after"]["topic"]) for c in changes] == [("brakes", "other"), ("other", "brakes")]  # type: ignore[index]
    assert [c["reference"] for c in changes] == [by_topic["brakes"], by_topic["other"]]
    assert {tuple(c["rules"]) for c in changes} == {("brakes",)}  # type: ignore[arg-type]


def test_replay_with_the_rules_in_force_changes_nothing_and_nothing_is_written(handled: Desk) -> None:
    before = (handled.ledger(), handled.outbox())
    assert replayed(handled, OURS) == []
    assert (handled.ledger(), handled.outbox()) == before


def test_a_complaint_is_explained_by_the_rules_of_its_time_whatever_they_are_now(handled: Desk) -> None:
    reference = next(row["reference"] for row in handled.complaints() if row["topic"] == "brakes")
    (handled.folder / "rules.yaml").write_text(CHANGED, encoding="utf-8")
    told = handled.run("explain", reference, "--json")
    [brakes] = [rule for rule in json.loads(told.stdout)["rules"] if rule["name"] == "brakes"]
    assert (brakes["matched"], brakes["because"]) == (True, ["words: 'jarru' ~ 'jarrut' (body)"])
    assert "'jarru' found as 'jarrut' in the text" in handled.run("explain", reference).stdout
    assert "'jarru' found as 'jarrut' in the text" in handled.run("show", reference).stdout


def test_stats_count_what_each_rule_did_and_name_those_that_never_did(handled: Desk) -> None:
    counted = {row["rule"]: (row["matched"], row["decided"]) for row in handled.ask("rules", "stats")}
    assert (counted["brakes"], counted["chains"]) == ((1, 1), (1, 1))
    assert "Never matched: " in handled.run("rules", "stats").stdout


def test_recompute_moves_due_times_only_when_it_is_told_to(handled: Desk) -> None:
    before = {row["reference"]: row["resolve_due"] for row in handled.complaints()}
    longer = OURS.replace("resolve: 8h", "resolve: 9h")
    assert longer != OURS
    handled.furnish(rules=longer)
    assert len(handled.ask("rules", "recompute")) == 2  # the one with high priority keeps its clock
    assert {row["reference"]: row["resolve_due"] for row in handled.complaints()} == before
    assert handled.run("rules", "recompute", "--yes").returncode == 0
    after = {row["reference"]: row["resolve_due"] for row in handled.complaints()}
    assert sum(after[reference] > before[reference] for reference in before) == 2


def test_a_saved_file_is_reloaded_where_the_settings_say_so_and_a_bad_one_is_not(desk: Desk) -> None:
    desk.furnish(rules=OURS)
    desk.settings.write_text("reload_on_change = true\n" + desk.settings.read_text(encoding="utf-8"), encoding="utf-8")
    desk.deliver(MAILS[:1])
    process = desk.start()
    assert until(lambda: desk.letters("acknowledgement"))
    (desk.folder / "rules.yaml").write_text(CHANGED.replace("topic: brakes", "topic: [brakes"), encoding="utf-8")
    assert until(lambda: desk.letters("alert"))
    (desk.folder / "rules.yaml").write_text(CHANGED, encoding="utf-8")
    assert until(lambda: "code=rules_reloaded" in (desk.folder / "daemon.log").read_text(encoding="utf-8"))
    desk.deliver(MAILS[1:2])
    assert until(lambda: len(desk.letters("acknowledgement")) == 2)
    assert desk.stop(process) == 0
    assert [row["topic"] for row in desk.complaints()] == ["brakes", "brakes"]
