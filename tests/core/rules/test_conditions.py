from datetime import timedelta

import pytest

from core.rules.sample import NIGHT, OFFICE_HOURS, because, book, mail, matches, run
from vastine.core.mail import Address, Attachment


def test_a_mapping_means_all_of_its_keys() -> None:
    assert not matches("{words: maksu, from: '@toinen.example'}", "Maksuni")


def test_a_list_under_when_means_any() -> None:
    assert matches("[{words: maksu}, {from: '@toinen.example'}]", "Maksuni")


@pytest.mark.parametrize(("text", "expected"), [("toimitus myöhässä", True), ("toimitus ajallaan", False)])
def test_a_list_under_all_means_each(text: str, expected: bool) -> None:
    assert matches("{all: [{words: toimitus}, {words: myöhässä}]}", text) is expected


def test_not_a_list_means_none_of_them() -> None:
    assert not matches("{not: [{words: maksu}, {words: lasku}]}", "lasku")


def test_not_a_mapping_means_not_both() -> None:
    assert matches("{not: {words: maksu, subject: lasku}}", "maksu")


def test_the_reason_names_word_form_and_place() -> None:
    assert because("{words: [maksuhäiriö]}", "Maksuhäiriöstä") == ("words: 'maksuhäiriö' ~ 'Maksuhäiriöstä' (body)",)


def test_the_reason_for_no_match_names_what_was_looked_for() -> None:
    assert because("{words: [maksuhäiriö, betalning]}", "Hei") == ("words: none of maksuhäiriö, betalning found",)


def test_the_reason_is_the_same_where_the_rule_was_looked_at() -> None:
    assert because("{words: [vika], mailbox: x}", "vika") == ("mailbox: not x",)


def test_a_plain_matcher_ignores_case_and_lost_dots() -> None:
    assert matches("{subject: Pyörä}", mail(subject="MINUN PYORANI, PYÖRÄ"))
    assert matches("{body: pyörä}", "pyorani")


def test_a_plain_matcher_minds_dots_that_are_there() -> None:
    assert not matches("{body: saari}", "sääri")


def test_is_means_all_of_it() -> None:
    assert matches("{subject: {is: hei}}", mail(subject=" Hei "))
    assert not matches("{subject: {is: hei}}", mail(subject="Hei taas"))


def test_a_regex_knows_finnish_letters() -> None:
    assert matches(r"{text: {regex: '\bäiti\b'}}", "Oma äiti kullan kallis")


def test_words_in_the_subject_only() -> None:
    assert matches("{subject: {words: maksu}}", mail(subject="Maksuni"))
    assert not matches("{subject: {words: maksu}}", "Maksuni")


def test_a_regex_that_runs_out_of_time_is_reported_and_asks_for_a_person() -> None:
    rules = book("when: {body: {regex: '(a|aa)+$'}}, then: {topic: x}")
    decision = run(rules, "a" * 60 + "b")
    assert decision.tried[0].matched is False
    assert "ran out of time" in decision.tried[0].because[0]
    assert decision.needs_person


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [("matti@posti.example", True), ("'@posti.example'", True), ("'@example'", True), ("'@sti.example'", False)],
)
def test_from_is_an_address_or_a_domain_with_its_subdomains(pattern: str, expected: bool) -> None:
    assert matches(f"{{from: {pattern}}}", "hei") is expected


@pytest.mark.parametrize("field", ["to", "cc", "reply_to"])
def test_other_address_fields(field: str) -> None:
    assert matches(f"{{{field}: '@yritys.example'}}", mail(**{field: (Address(address="a@yritys.example"),)}))
    assert not matches(f"{{{field}: '@yritys.example'}}", "hei")


def test_mailbox_and_language_are_one_or_any_of_several() -> None:
    assert matches("{mailbox: [laskut, support], language: fi}", "hei")
    assert not matches("{language: sv}", "hei")


def test_customers_are_known_by_group() -> None:
    assert matches("{customers: key_accounts}", mail(from_=(Address(address="a@b.iso.example"),)))
    assert not matches("{customers: key_accounts}", "hei")


def test_topic_tag_and_priority_see_what_earlier_rules_set() -> None:
    rules = book(
        "when: {words: maksu}, then: {topic: payment, tags: [a], raise: 1}",
        "when: {topic: payment, tag: a, priority: high}, then: {tags: [b]}",
    )
    assert run(rules, "maksu").tags == ("a", "b")


def test_header_by_name_in_any_case() -> None:
    letter = mail(headers=(("list-id", "<Uutiskirje.x>"),))
    assert matches("{header: {List-Id: {contains: uutiskirje}}}", letter)
    assert matches("{header: {List-Id: true, X-Other: false}}", letter)
    assert not matches("{header: {List-Id: false}}", letter)


def test_our_own_fields_on_incoming_mail_are_not_believed() -> None:
    assert not matches("{header: {X-Vastine-Kind: answer}}", mail(headers=(("X-Vastine-Kind", "answer"),)))


def attachment(name: str, size: int, content_type: str = "image/png") -> Attachment:
    return Attachment(filename=name, content_type=content_type, size=size, content=b"")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("true", True),
        ("false", False),
        ("{type: 'image/*', count: 2}", True),
        ("{type: 'image/*', count: 3}", False),
        ("{over: 1MB}", True),
        ("{over: 3MB}", False),
        ("{name: kuitti}", True),
        ("{name: {words: lasku}}", False),
        ("{name: kuitti, over: 1MB}", False),
    ],
)
def test_attachments(asked: str, expected: bool) -> None:
    files = (attachment("Kuitti.png", 1000), attachment("kuva.png", 2_000_000))
    assert matches(f"{{attachment: {asked}}}", mail(attachments=files)) is expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("order", True),
        ("[amount, order]", True),
        ("{amount: {over: 100}}", True),
        ("{amount: {under: 100}}", False),
        ("{order: {is: '123456'}}", True),
        ("{order: {is: '1'}, amount: {over: 1}}", False),
    ],
)
def test_facts_that_were_found(asked: str, expected: bool) -> None:
    assert matches(f"{{found: {asked}}}", "TIL-123456 maksoi 149,90 €") is expected


def test_recent_counts_the_customers_earlier_complaints_within_the_time() -> None:
    times = tuple(OFFICE_HOURS - timedelta(days=days) for days in (1, 2, 40))
    earlier = {"matti@posti.example": times}
    assert matches("{recent: {complaints: 2, within: 30d}}", "hei", earlier=earlier)
    assert not matches("{recent: {complaints: 3, within: 30d}}", "hei", earlier=earlier)


def test_open_follows_the_calendar_of_the_default_priority() -> None:
    assert matches("{open: true}", "hei")
    assert matches("{open: false}", "hei", now=NIGHT)


def test_follow_up() -> None:
    assert matches("{follow_up: true}", "hei", follow_up=True)
    assert not matches("{follow_up: true}", "hei")
