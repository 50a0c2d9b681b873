"""What must not reach a customer in an answer."""

import pytest

from core.compose.samples import facts_of
from vastine.core.compose.staff import marker
from vastine.core.leak import leaks, unprefix
from vastine.texts import LANGUAGES, texts_in

TOKEN = "m3k5zz5e7ep65mvoy6dv7oemvm"


def test_ordinary_answer_may_go() -> None:
    assert leaks("Hei Matti,\n\nmaksu palautetaan huomenna. Aihe on nyt selvä.\n\nTerveisin Anna") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_marker_line_of_any_language_is_a_leak(language: str) -> None:
    assert leaks(f"Kiitos!\n\n{marker(language)}\n") == "leak_marker"


def test_marker_line_that_a_mail_client_quoted_and_broke_is_a_leak() -> None:
    assert leaks("> — Kirjoita vastauksesi tämän rivin\n> yläpuolelle. Se lähtee") == "leak_marker"


@pytest.mark.parametrize("purpose", "csb")
def test_token_of_ours_is_a_leak(purpose: str) -> None:
    assert leaks(f"vastaa: tuki+{purpose}.{TOKEN}@yritys.example") == "leak_token"


def test_token_in_an_encoded_link_is_a_leak() -> None:
    assert leaks(f"mailto:tuki%2BS.{TOKEN.upper()}@yritys.example") == "leak_token"


def test_known_token_without_its_prefix_is_a_leak() -> None:
    assert leaks(f"koodi {TOKEN}", tokens_known=[TOKEN]) == "leak_token"


@pytest.mark.parametrize("language", LANGUAGES)
def test_line_with_a_label_of_the_routed_mail_is_a_leak(language: str) -> None:
    assert leaks(f"Hei\n> {texts_in(language).staff['label_why']:<11}payment trouble") == "leak_facts"


def test_label_whose_blanks_a_mail_client_removed_is_a_leak_by_the_dots() -> None:
    assert leaks("Aihe payment · tärkeys high · tiimi billing") == "leak_facts"


def test_subject_of_a_staff_mail_is_a_leak() -> None:
    assert leaks("Otsikko: Re: [V-7F3K9] [high] Maksu") == "leak_facts"


def test_line_of_the_list_of_complaints_is_a_leak() -> None:
    assert leaks("V-7F3K9  [high]  ke 24.6. klo 16.00 · liisa@posti.example · Lasku") == "leak_facts"


def test_reference_alone_may_go() -> None:
    assert leaks("Tapauksesi V-7F3K9 on hoidettu, samoin se, jonka tunnus on [V-3KD2A].") is None


def test_line_that_we_sent_to_the_member_is_a_leak_also_when_broken() -> None:
    routed = "Miksi      payment trouble: ”veloitettiin kahdesti”\n\n| Hei, maksoin jo kerran\n"
    assert leaks("> Miksi payment trouble:\n> ”veloitettiin kahdesti”", routed_facts=facts_of(routed)) == "leak_facts"


def test_words_of_the_customer_between_the_lines_may_go_back() -> None:
    routed = "Miksi      payment trouble: ”veloitettiin kahdesti”\n\n| Hei, maksoin jo kerran tämän laskun\n"
    assert leaks("> | Hei, maksoin jo kerran tämän laskun\nAivan.", routed_facts=facts_of(routed)) is None


@pytest.mark.parametrize(
    ("quoted", "bare"),
    [("| Hei", "Hei"), ("> | Hei", "> Hei"), ("|", ""), ("> > |", "> > "), ("a | b", "a | b"), ("| a | b", "a | b")],
)
def test_prefix_before_the_words_of_the_customer_is_taken_off(quoted: str, bare: str) -> None:
    assert unprefix(quoted) == bare
