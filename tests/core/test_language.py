from pathlib import Path

import pytest

from vastine.core.language import LanguageGuesser

CORPUS = Path(__file__).parents[1] / "corpus" / "language"


def labelled(name: str) -> list[list[str]]:
    """Code, difficulty and text of each line."""
    lines = (CORPUS / name).read_text().splitlines()
    return [line.replace("\\n", "\n").split("\t") for line in lines if not line.startswith("#")]


GUESSER = LanguageGuesser(("fi", "sv", "en"))


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, _, text in labelled("measured.tsv")])
def test_language_is_guessed(code: str, text: str) -> None:
    assert (GUESSER.guess(text) or "-") == code


def test_of_short_texts_that_nothing_was_measured_on_nearly_all_are_guessed() -> None:
    texts = labelled("texts.tsv")
    wrong = [(code, text) for code, _, text in texts if (GUESSER.guess(text) or "-") != code]
    assert len(texts) >= 300
    assert len(wrong) <= 0.03 * len(texts), wrong


def test_a_signature_in_another_language_does_not_decide() -> None:
    text = "Could you correct the invoice?\n\nYstävällisin terveisin\nMaija Mäkinen\nTalouspäällikkö, Rakennus Oy"
    assert GUESSER.guess(text) == "en"


def test_a_quoted_message_in_another_language_does_not_decide() -> None:
    assert GUESSER.guess('Sain vain viestin "your order has been cancelled", mitä nyt?') == "fi"


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


def test_a_long_text_is_guessed_like_a_short_one() -> None:
    assert GUESSER.guess("missä tilaukseni on ja milloin se tulee? " * 2000) == "fi"
