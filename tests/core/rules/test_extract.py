import pytest
import regex

from vastine.core.rules.extract import BUILTINS, Extract, amount_of, by_regex

FOUND = [
    ("money", "yhteensä 149,90 €, ei 1 299,00 euroa eikä EUR 20", ["149,90 €", "1 299,00 euroa", "EUR 20"]),
    ("money", "$20 or £1,299.50", ["$20", "£1,299.50"]),
    ("money", "kostar 1 250 kr", ["1 250 kr"]),
    ("date", "24.6.2026, 2026-06-24, 31.2.2026 ja 24. kesäkuuta", ["24.6.2026", "2026-06-24", "24. kesäkuuta"]),
    ("date", "klo 12.30 versio 1.2.3", []),
    ("phone", "soita 040 123 4567 tai +358 40 1234567", ["040 123 4567", "+358 40 1234567"]),
    ("phone", "tilaus 123456 ja TIL-040123456", []),
    ("iban", "FI21 1234 5600 0007 85 kiitos", ["FI21 1234 5600 0007 85"]),
    ("iban", "FI21 1234 5600 0007 86", []),
    ("business_id", "Y-tunnus 0737546-2, ei 0737546-3", ["0737546-2"]),
    ("business_id", "VAT FI07375462", ["0737546-2"]),
    ("reference_number", "viite 1232 ja luku 1232", ["1232"]),
    ("reference_number", "12345 67894? ei; 1234 5672", ["12345672"]),
    ("reference_number", "RF18 5390 0754 7034", ["RF18539007547034"]),
    ("personal_id", "131052-308T", ["131052-308T"]),
    ("personal_id", "131052-308U, 310252-308T", []),
]


@pytest.mark.parametrize(("builtin", "text", "expected"), FOUND)
def test_a_builtin_finds_what_is_right(builtin: str, text: str, expected: list[str]) -> None:
    assert list(BUILTINS[builtin](text)) == expected


def test_of_a_regex_the_first_group_counts() -> None:
    assert list(by_regex(regex.compile(r"TIL-(\d+)"))("TIL-12 TIL-34")) == ["12", "34"]


def test_a_regex_without_groups_counts_whole() -> None:
    assert list(by_regex(regex.compile(r"TIL-\d+"))("TIL-12")) == ["TIL-12"]


def test_a_value_is_given_once_and_not_without_end() -> None:
    extract = Extract(name="n", written="", find=by_regex(regex.compile(r"\d+")))
    assert extract.values("1 2 1") == ("1", "2")
    assert len(extract.values(" ".join(map(str, range(100))))) == 20


@pytest.mark.parametrize(
    ("value", "amount"),
    [("149,90 €", 149.9), ("1 299,00 €", 1299), ("€1,299.50", 1299.5), ("1.299 €", 1299), ("20,- €", 20), ("x", None)],
)
def test_the_amount_in_a_value(value: str, amount: float | None) -> None:
    assert amount_of(value) == amount
