from pathlib import Path

import pytest

from vastine.core.language import LanguageGuesser

LABELLED = [
    line.split("\t")
    for line in (Path(__file__).parents[1] / "corpus" / "language.tsv").read_text().splitlines()
    if not line.startswith("#")
]
GUESSER = LanguageGuesser(("fi", "sv", "en"))


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, _, text in LABELLED])
def test_language_is_guessed(code: str, text: str) -> None:
    assert (GUESSER.guess(text) or "-") == code


def test_only_configured_languages_compete() -> None:
    assert (
        LanguageGuesser(("fi", "en")).guess("Jag undrar varför min cykel inte har kommit, den skulle komma igår")
        == "sv"
    )
    assert LanguageGuesser(("sv",)).guess("Cykeln trasig, vill ha pengarna tillbaka") == "sv"


def test_names_and_numbers_do_not_decide() -> None:
    assert GUESSER.guess("Hi, my order 4711 from Jyväskylä Pyöräkauppa Oy has not arrived") == "en"


def test_nothing_to_read_is_unsure() -> None:
    assert GUESSER.guess("") is None
