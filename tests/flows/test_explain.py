"""What would happen to a mail, told without doing it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.office import NOW, office, opened, raw_mail, take
from flows.test_returns import bounce
from vastine.core.language import LanguageGuesser
from vastine.core.reading import read_mail
from vastine.edges.signatures import Signatures
from vastine.edges.store import Arrival, Store
from vastine.flows.explain import explain

FINNISH = "Polkupyöräni ketju katkesi heti ensimmäisellä lenkillä, ja haluaisin tietää mitä voin tehdä."


@pytest.fixture(scope="module")
def guesser() -> LanguageGuesser:
    return LanguageGuesser(("fi", "sv", "en"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    yield store
    store.close()


def explained(guesser: LanguageGuesser, raw: bytes, store: Store | None = None) -> dict[str, Any]:
    reading = read_mail(raw, guesser)
    return explain(
        raw,
        reading,
        file="a.eml",
        mailbox="support",
        office=office(),
        store=store,
        signatures=Signatures(),
        now=NOW,
    )


def test_a_new_matter_is_explained_with_its_decision_and_mails(guesser: LanguageGuesser) -> None:
    shown = explained(guesser, raw_mail(FINNISH, subject="Lasku"))
    assert (shown["kind"], shown["outcome"], shown["decision"]["team"]) == ("person", "complaint", "billing")
    assert [mail["kind"] for mail in shown["mails"]] == ["acknowledgement", "routed"]


def test_the_mail_is_shown_as_it_was_read(guesser: LanguageGuesser) -> None:
    mail = explained(guesser, raw_mail(FINNISH))["mail"]
    assert (mail["language"], mail["message_id"]) == ("fi", "<kysymys@posti.example>")
    assert mail["from"] == [{"name": "Matti Meikäläinen", "address": "matti@posti.example"}]


def test_every_rule_is_there_with_what_failed(guesser: LanguageGuesser) -> None:
    shown = explained(guesser, raw_mail(subject="Lasku"))["rules"]
    assert [rule["name"] for rule in shown if rule["matched"]] == ["payment"]
    assert all(rule["because"] for rule in shown)


def test_the_mails_are_shown_without_placeholders(guesser: LanguageGuesser) -> None:
    texts = [mail["text"] for mail in explained(guesser, raw_mail())["mails"]]
    assert len(texts) == 2
    assert "{reply-address}" not in "".join(texts)


def test_a_withheld_acknowledgement_says_why(guesser: LanguageGuesser) -> None:
    [mail] = [m for m in explained(guesser, raw_mail(subject="hiljaa"))["mails"] if m["kind"] == "acknowledgement"]
    assert mail["suppressed"] == "silent says reply: none"


def test_a_kind_that_rules_do_not_see_has_no_rules_and_no_decision(guesser: LanguageGuesser) -> None:
    shown = explained(guesser, raw_mail(auto_submitted="auto-replied"))
    assert (shown["kind"], shown["outcome"]) == ("auto_reply", "auto_reply")
    assert (shown["rules"], shown["decision"], shown["mails"]) == ([], None, [])


def test_a_bounce_says_whom_it_did_not_reach(guesser: LanguageGuesser) -> None:
    [mail] = [mail for mail in opened().mails if mail.draft.kind == "acknowledgement"]
    shown = explained(guesser, bounce(mail))
    assert (shown["outcome"], shown["bounce"]) == (
        "bounce",
        {"class": "permanent", "failed_recipients": ["matti@posti.example"]},
    )


def test_an_ignored_mail_has_rules_and_a_decision_without_times(guesser: LanguageGuesser) -> None:
    shown = explained(guesser, raw_mail(subject="mainos"))
    assert (shown["outcome"], bool(shown["rules"]), shown["mails"]) == ("ignored", True, [])
    assert (shown["decision"]["set_by"]["ignore"], shown["decision"]["first_reply_due"]) == ("adverts", None)


def test_times_are_in_utc(guesser: LanguageGuesser) -> None:
    assert explained(guesser, raw_mail())["decision"]["first_reply_due"] == "2026-06-25T09:00:00Z"


def test_octets_that_are_no_mail_are_explained_as_well(guesser: LanguageGuesser) -> None:
    shown = explained(guesser, b"\x00\xff\x00")
    assert shown["mail"]["defects"]
    assert shown["file"] == "a.eml"


def test_what_the_database_knows_counts(guesser: LanguageGuesser, store: Store) -> None:
    raw = raw_mail()
    [received] = store.receive("support", 7, [Arrival(uid=1, raw=raw, arrived_at=NOW)], NOW)
    store.record_intake([take(raw, id=received.id)], NOW)
    assert explained(guesser, raw, store)["outcome"] == "duplicate"


def test_nothing_is_recorded(guesser: LanguageGuesser, store: Store) -> None:
    explained(guesser, raw_mail(), store)
    assert (store.list_deliveries(None), store.list_outgoing()) == ([], [])
    assert store.list_complaints(status=None, late_at=None, team=None) == []
