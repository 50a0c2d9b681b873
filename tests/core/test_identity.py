"""Personal identity codes: known by their check character, and masked."""

import pytest

from vastine.core.identity import identity_codes, masked


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Tunnukseni on 131052-308T.", ["131052-308T"]),
        ("131052-308t", ["131052-308T"]),
        ("010594Y9032 ja 020594X903P", ["010594Y9032", "020594X903P"]),
        ("kuva_131052-308T.jpg, 131052–308T, 131052\u2011308T-", ["131052-308T", "131052–308T", "131052\u2011308T"]),
        ("131052-308U", []),
        ("310252-308T", []),
        ("Tilaus 2131052-308T ja 131052-308TX", []),
    ],
)
def test_a_code_is_known_by_its_date_and_check_character(text: str, found: list[str]) -> None:
    assert list(identity_codes(text)) == found


def test_a_masked_code_keeps_its_date_and_the_text_around_it() -> None:
    assert masked("Olen 131052-308T, tilaus TIL-123456.") == "Olen 131052-****, tilaus TIL-123456."


def test_what_is_no_code_stays() -> None:
    assert masked("Viite 131052-308U") == "Viite 131052-308U"
