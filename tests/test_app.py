"""Building the daemon from its settings: the key, the rules, and a reload that is all or nothing."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from flows.office import complaint_of, raw_mail, take
from vastine.app import App
from vastine.app.rules_in_force import RulesInForce
from vastine.clock import now
from vastine.company import office_for_explain, office_of, read_key
from vastine.config import KeySource, Settings, load
from vastine.core.complaint import Event
from vastine.core.condition import Fault
from vastine.core.rules import RulesError
from vastine.edges.store import Arrival
from vastine.rules_file import SetupError, read_rules, rules_for

RULES = """\
version: 1
company: Yritys Oy
timezone: Europe/Helsinki
languages: [fi]
priorities:
  normal: {first_reply: 1d, resolve: 5d, calendar: always}
staff:
  anna: {name: Anna, email: anna@yritys.example}
teams:
  support: {members: [anna], lead: anna}
defaults: {topic: other, priority: normal, team: support}
rules: []
"""
SETTINGS = """\
rules = "rules.yaml"
admin = "yllapito@yritys.example"
mode = "shadow"

[[mailbox]]
name = "support"
address = "Tuki@Yritys.example"
aliases = ["Info@Yritys.example"]
host = "127.0.0.1"
user = "tuki"
password = "salasana"

[smtp]
host = "127.0.0.1"
tls = "none"

[limits]
acknowledgements_per_hour = 7
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "rules.yaml").write_text(RULES, encoding="utf-8")
    (tmp_path / "vastine.toml").write_text(SETTINGS, encoding="utf-8")
    return load(tmp_path / "vastine.toml")


@pytest.fixture
def app(settings: Settings) -> Iterator[App]:
    app = App(settings)
    with app.opened(), capture_logs():
        yield app


def rewrite(settings: Settings, old: str, new: str) -> None:
    assert old in RULES
    settings.rules.write_text(RULES.replace(old, new), encoding="utf-8")


def test_the_clock_asks_customers_some_time_after_a_resolution(settings: Settings) -> None:
    rewrite(settings, "rules: []", "rules: []\nsurvey: {after: 1d}")
    app, raw, before = App(settings), raw_mail(), now() - timedelta(days=1, minutes=1)
    with app.opened(), capture_logs():
        [received] = app.store.receive("support", 7, [Arrival(uid=1, raw=raw, arrived_at=before)], before)
        story = take(raw, id=received.id)
        answered = Event(reference="V-AAAAA", at=before, actor="anna", kind="answered", trust="verified", detail={})
        closed = complaint_of(story, status="resolved", resolved_at=before, next_step_at=None)
        app.store.record_intake([replace(story, complaint=closed, mails=(), events=(answered,))], before)
        app.clockwork.climb()
        app.clockwork.climb()
        assert [mail["kind"] for mail in app.store.list_outgoing()] == ["alert"]  # in shadow, in place of the survey
        assert (app.store.complaint("V-AAAAA") or closed).survey == "csat"


def test_surveys_are_asked_though_the_ladder_fails(settings: Settings) -> None:
    rewrite(settings, "rules: []", "rules: []\nsurvey: {after: 1d}")
    app, raw, before = App(settings), raw_mail(), now() - timedelta(days=1, minutes=1)
    with app.opened(), capture_logs() as logs:
        [received] = app.store.receive("support", 7, [Arrival(uid=1, raw=raw, arrived_at=before)], before)
        story = take(raw, id=received.id)
        answered = Event(reference="V-AAAAA", at=before, actor="anna", kind="answered", trust="verified", detail={})
        closed = complaint_of(story, status="resolved", resolved_at=before, next_step_at=None)
        app.store.record_intake([replace(story, complaint=closed, mails=(), events=(answered,))], before)
        with app.store.write() as connection:
            connection.execute(text("DROP TABLE clock_watch"))
        app.clockwork.climb()
        assert (app.store.complaint("V-AAAAA") or closed).survey == "csat"
    assert [each["part"] for each in logs if each.get("code") == "ladder_failed"] == ["ladder"]


# --- the key


def test_a_missing_key_is_made_for_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        key = read_key(KeySource(path=tmp_path / "token.key", may_be_made=True))
    finally:
        os.umask(before)
    assert ((tmp_path / "token.key").stat().st_mode & 0o777, len(key)) == (0o600, 64)


def test_a_key_that_was_made_stays(tmp_path: Path) -> None:
    source = KeySource(path=tmp_path / "token.key", may_be_made=True)
    assert read_key(source) == read_key(source)


def test_two_keys_differ(tmp_path: Path) -> None:
    keys = {read_key(KeySource(path=tmp_path / name, may_be_made=True)) for name in ("one", "two")}
    assert len(keys) == 2


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "token.key").write_text("a" * 31 + "\n")
    with pytest.raises(SetupError, match="too short"):
        read_key(KeySource(path=tmp_path / "token.key", may_be_made=True))


def test_a_credential_that_is_missing_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be read"):
        read_key(KeySource(path=tmp_path / "token.key", may_be_made=False))
    assert not (tmp_path / "token.key").exists()


def test_a_key_in_a_folder_that_is_missing_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be read"):
        read_key(KeySource(path=tmp_path / "gone" / "token.key", may_be_made=True))


# --- the office


def test_the_office_is_what_the_settings_say(settings: Settings) -> None:
    office = office_of(settings, read_rules(settings.rules), b"k" * 32)
    assert (office.mode, office.admin, office.acknowledgements_per_hour) == ("shadow", "yllapito@yritys.example", 7)


def test_addresses_of_ours_are_in_lower_case(settings: Settings) -> None:
    office = office_of(settings, read_rules(settings.rules), b"k" * 32)
    assert office.our_addresses == {"tuki@yritys.example", "info@yritys.example"}


def test_random_octets_are_as_many_as_asked_for_and_never_the_same(settings: Settings) -> None:
    random = office_of(settings, read_rules(settings.rules), b"k" * 32).random
    drawn = [random(16) for _ in range(1000)]
    assert ({len(each) for each in drawn}, len(set(drawn))) == ({16}, 1000)


def test_explaining_makes_no_key(settings: Settings) -> None:
    assert office_for_explain(settings).key
    assert not settings.key.path.exists()


# --- the rules


def test_rules_that_are_not_there_are_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="rules cannot be read"):
        read_rules(tmp_path / "rules.yaml")


def test_rules_in_another_encoding_are_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_bytes("company: Pyörä".encode("latin-1"))
    with pytest.raises(SetupError, match="rules cannot be read"):
        read_rules(tmp_path / "rules.yaml")


def test_a_daemon_does_not_start_on_bad_rules(settings: Settings) -> None:
    rewrite(settings, "team: support", "team: suport")
    with pytest.raises(RulesError):
        App(settings)


# --- reloading


def test_a_reload_takes_the_new_rules(app: App, settings: Settings) -> None:
    rewrite(settings, "company: Yritys Oy", "company: Toinen Oy")
    assert app.reload()
    assert app.office().rulebook.company == "Toinen Oy"


def test_new_rules_are_in_force_everywhere_before_the_database_has_them(app: App, settings: Settings) -> None:
    kept: list[str | None] = []
    store = app.store
    rules = RulesInForce(settings, store, lambda _: None, lambda book: kept.append(store.rules_version(book.hash)))
    rewrite(settings, "company: Yritys Oy", "company: Toinen Oy")
    assert rules.reload()
    assert (kept, store.rules_version(rules.book().hash)) == ([None], rules.book().source)


def test_a_reload_changes_nothing_but_the_rules(app: App, settings: Settings) -> None:
    before = app.office()
    rewrite(settings, "company: Yritys Oy", "company: Toinen Oy")
    app.reload()
    assert (app.office().key, app.office().mailboxes) == (before.key, before.mailboxes)


def test_bad_rules_leave_the_old_ones_in_force(app: App, settings: Settings) -> None:
    before = app.office()
    settings.rules.write_text(RULES.replace("Yritys Oy", "Toinen Oy").replace("team: support", "team: suport"))
    assert not app.reload()
    assert app.office() is before


@pytest.mark.parametrize("broken", ["", "rules: [", "\x00", "version: 1\nversion: 1\n"])
def test_rules_that_are_no_rules_leave_the_old_ones_in_force(app: App, settings: Settings, broken: str) -> None:
    settings.rules.write_text(broken)
    assert not app.reload()
    assert app.office().rulebook.company == "Yritys Oy"


def test_a_rules_file_that_is_gone_leaves_the_old_ones_in_force(app: App, settings: Settings) -> None:
    settings.rules.unlink()
    assert not app.reload()
    assert app.office().rulebook.company == "Yritys Oy"


def test_the_administrator_is_told_of_bad_rules_once(app: App, settings: Settings) -> None:
    rewrite(settings, "team: support", "team: suport")
    for _ in range(3):
        app.reload()
    assert [(mail["kind"], mail["to"]) for mail in app.store.list_outgoing()] == [("alert", "yllapito@yritys.example")]


def test_the_administrator_is_told_again_of_the_next_bad_rules(app: App, settings: Settings) -> None:
    for company in ("suport", "support", "suport"):
        rewrite(settings, "team: support", f"team: {company}")
        app.reload()
    refused = "Vastine: rules.yaml was not reloaded"
    over = "Vastine, ohi: rules.yaml was not reloaded"
    assert [mail["subject"] for mail in app.store.list_outgoing()] == [refused, over, refused]


def test_a_reload_ends_the_alarms_about_texts(app: App) -> None:
    app.intake.tell_of_text("replies.delay.fi: bad")
    app.reload()
    app.intake.tell_of_text("replies.delay.fi: bad")
    assert len(app.store.list_outgoing()) == 2


# --- alarms


def test_an_account_that_cannot_send_is_an_alarm_until_it_works(app: App) -> None:
    counted = []
    app.troubles.account(("support",), "451 4.3.0 Later", now())
    counted.append(app.lookout.condition().alarms)
    app.troubles.account_works(("support",))
    assert [*counted, app.lookout.condition().alarms] == [1, 0]


def test_a_mailbox_that_is_read_again_is_told_with_the_time_of_its_first_failure(app: App) -> None:
    failure = Fault(text="connection refused", word="unreachable")
    for failures in range(1, 6):
        app.troubles.looked("support", failure, failures)
    app.troubles.looked("support", None, 0)
    subjects = [mail["subject"] for mail in app.store.list_outgoing()]
    assert subjects == ["Vastine: mailbox support cannot be read", "Vastine, ohi: mailbox support cannot be read"]


# --- starting


def test_a_second_daemon_on_the_same_database_is_refused(app: App, settings: Settings) -> None:
    from vastine.edges.store import AnotherInstanceError

    with pytest.raises(AnotherInstanceError), App(settings).opened():
        pass


def test_a_mailbox_that_cannot_be_reached_is_named(settings: Settings) -> None:
    settings.path.write_text(SETTINGS.replace('user = "tuki"', 'user = "tuki"\nport = 1\ntls = "none"'))
    with capture_logs():
        [why] = App(load(settings.path)).run_once()
    assert why.startswith("support: ")


def test_staff_at_an_address_of_our_own_are_refused(settings: Settings) -> None:
    rewrite(settings, "anna@yritys.example", "info@yritys.example")
    with pytest.raises(SetupError, match="is an address of mailbox 'support' itself"):
        rules_for(settings)
