"""Reading a mail: its text, and the language of what is new in it."""

import pytest

from vastine.core.language import LanguageGuesser
from vastine.core.reading import read_mail

FINNISH = "Polkupyöräni ketju katkesi heti ensimmäisellä lenkillä, ja haluaisin tietää mitä voin tehdä."
SWEDISH = "Kedjan på min cykel gick av redan på första turen och jag undrar vad jag kan göra åt det."


@pytest.fixture(scope="module")
def guesser() -> LanguageGuesser:
    return LanguageGuesser(("fi", "sv", "en"))


def raw(text: str, subject: str = "") -> bytes:
    head = f"From: a@b.example\r\nSubject: {subject}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    return f"{head}{text}\r\n".encode()


@pytest.mark.parametrize(("text", "language"), [(FINNISH, "fi"), (SWEDISH, "sv")])
def test_the_language_is_that_of_the_text(guesser: LanguageGuesser, text: str, language: str) -> None:
    assert read_mail(raw(text), guesser).language == language


def test_quoted_history_does_not_tell_the_language(guesser: LanguageGuesser) -> None:
    quoted = f"{SWEDISH}\r\n\r\nDen 24 juni 2026 kl. 12.00 skrev tuki@yritys.example:\r\n> {FINNISH}\r\n> {FINNISH}"
    assert read_mail(raw(quoted), guesser).language == "sv"


def test_the_subject_helps_where_the_text_is_short(guesser: LanguageGuesser) -> None:
    assert read_mail(raw("Hei!", subject="Tilaamani paketti ei ole vieläkään tullut perille"), guesser).language == "fi"


def test_the_subject_does_not_count_where_the_text_is_long(guesser: LanguageGuesser) -> None:
    assert read_mail(raw(SWEDISH, subject="Tilaamani paketti ei ole vielä tullut"), guesser).language == "sv"


@pytest.mark.parametrize("text", ["", "12345", "ok"])
def test_of_too_little_the_language_is_unknown(guesser: LanguageGuesser, text: str) -> None:
    assert read_mail(raw(text), guesser).language is None


def test_octets_that_are_no_mail_give_a_mail_with_defects(guesser: LanguageGuesser) -> None:
    assert read_mail(b"\x00\xff\x00", guesser).mail.defects
