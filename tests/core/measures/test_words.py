"""Base forms: under which word the forms of a mail are counted."""

import pytest

from vastine.core.measures.words import base_form


@pytest.mark.parametrize(
    ("language", "base", "forms"),
    [
        ("fi", "lasku", "lasku laskua laskuni laskusta laskut laskujen"),
        ("fi", "jarru", "jarru jarrut jarrujen jarruista"),
        ("fi", "vaihdevaijeri", "vaihdevaijeri vaihdevaijerini vaihdevaijerit"),
        ("fi", "rengas", "rengas renkaan renkaat renkaita"),
        ("sv", "leverans", "leverans leveransen leveranser"),
        ("sv", "försena", "försenad försenat"),
        ("en", "battery", "battery batteries"),
        ("en", "invoice", "invoice invoices"),
    ],
)
def test_inflected_forms_are_one_word(language: str, base: str, forms: str) -> None:
    assert {base_form(form, language) for form in forms.split()} == {base}


def test_words_of_a_language_without_a_dictionary_are_counted_as_written() -> None:
    assert base_form("rechnungen", "de") == "rechnungen"
