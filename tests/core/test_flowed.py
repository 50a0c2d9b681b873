"""Soft line breaks (RFC 3676) are undone where the mail says that they are soft, and nowhere else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vastine.core.parse import parse
from vastine.core.parse.flowed import flow_of, unflowed

LONG = "Laskutitte korjauksesta 640 euroa, \nvaikka tarjouksessa luki 420."


def text_of(body: str, content_type: str = "text/plain; format=flowed; charset=utf-8") -> str:
    return parse(f"From: a@posti.example\nContent-Type: {content_type}\n\n{body}\n".encode()).text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (LONG, "Laskutitte korjauksesta 640 euroa, vaikka tarjouksessa luki 420."),
        ("yksi\nkaksi", "yksi\nkaksi"),
        ("yksi \n\nkaksi", "yksi\n\nkaksi"),
        (" From alkaen\n >nuoli", "From alkaen\n>nuoli"),
        ("Terveisin \n-- \nAnna ", "Terveisin\n--\nAnna"),
        ("Terveisin\n- -- \nAnna", "Terveisin\n- --\nAnna"),
        ("> hei \n> taas\noma", "> hei taas\noma"),
        ("> hei \noma", "> hei\noma"),
        ("oma \n> hei", "oma\n> hei"),
        (">> syvä \n>> rivi\n> matala", ">> syvä rivi\n> matala"),
        ("> > syvä \n> > rivi\n> matala", ">> syvä rivi\n> matala"),
        ("> yksi\n>\n> kaksi", "> yksi\n>\n> kaksi"),
        ("> hei\n> -- \n> Anna", "> hei\n> --\n> Anna"),
    ],
)
def test_a_line_that_ends_with_a_blank_goes_on_in_the_next_of_its_depth(body: str, text: str) -> None:
    assert text_of(body) == text


def test_with_delsp_the_blank_is_not_the_writers() -> None:
    flowed = "text/plain; charset=utf-8; Format=Flowed; DelSp=Yes"
    assert text_of("kolme  \nsanaa ja yhdys \nsana", flowed) == "kolme sanaa ja yhdyssana"


@pytest.mark.parametrize("content_type", ["text/plain", "text/plain; format=fixed", "text/plain; delsp=yes"])
def test_other_lines_stay_as_they_were_sent(content_type: str) -> None:
    assert text_of("yksi \nkaksi\n kolme", f"{content_type}; charset=utf-8") == "yksi\nkaksi\n kolme"


def test_html_is_not_flowed() -> None:
    assert flow_of("text/html", {"format": "flowed"}) == "fixed"


def test_a_parameter_with_a_charset_of_its_own_is_read() -> None:
    assert flow_of("text/plain", {"format": ("us-ascii", "", "flowed"), "delsp": '"YES"'}) == "delsp"


def test_a_quoted_paragraph_is_known_as_quoted() -> None:
    quoted = LONG.replace("\n", "\n> ")
    body = f"Kiitos, mutta \nei käy.\n\nTuki kirjoitti 24.6.2026 klo \n10.15:\n> {quoted}"
    mail = parse(f"Content-Type: text/plain; format=flowed; charset=utf-8\n\n{body}\n".encode())
    assert mail.new_text == "Kiitos, mutta ei käy."


@given(st.text(alphabet="ab >-\n"), st.sampled_from(["flowed", "delsp"]))
def test_no_letter_is_lost(text: str, flow: str) -> None:
    letters = [one for one in text if one in "ab-"]
    assert [one for one in unflowed(text, flow) if one in "ab-"] == letters  # type: ignore[arg-type]
