"""What a member brings of a customer: the words, whose they are, and in which language."""

import pytest

from vastine.core.brought import brought_in
from vastine.core.language import LanguageGuesser
from vastine.core.mail import Mail
from vastine.core.reading import read_mail

NOTE = "Asiakas on ollut meihin yhteydessä jo aiemmin, ja tämä pitäisi hoitaa ripeästi kuntoon ennen viikonloppua.\n\n"
SWEDISH = "Hej! Cykeln som jag köpte hos er är trasig, och jag vill gärna veta när ni kan laga den. Tack på förhand!"
FORWARD = f"""{NOTE}---------- Forwarded message ---------
From: Karl Berg <karl@posti.example>
Date: ons 24.6.2026 kl. 11.58
Subject: Cykeln

{SWEDISH}
"""


@pytest.mark.parametrize(
    "raw",
    [
        f"Subject: Fwd: Cykeln\nContent-Type: text/plain; charset=utf-8\n\n{FORWARD}",
        f"Subject: Puhelu\nContent-Type: text/plain; charset=utf-8\n\n#uusi k@p.example\n\n{SWEDISH}",
    ],
)
def test_only_the_customers_part_tells_their_language(raw: str) -> None:
    reading = read_mail(raw.encode(), LanguageGuesser(("fi", "sv", "en")))
    assert reading.brought_language == "sv"


@pytest.mark.parametrize("text", ["Pyörä on rikki.", "#lista", "", "#hups\nPyörä"])
def test_any_other_mail_brings_nothing(text: str) -> None:
    assert brought_in(Mail(text=text)) is None


@pytest.mark.parametrize("argument", ["matti", "a@b@c.example d", "Liisa Kuula"])
def test_what_is_no_address_is_none(argument: str) -> None:
    brought = brought_in(Mail(text=f"#uusi {argument}\n\nPyörä"))
    assert brought is not None
    assert brought.customer.address == ""


def test_a_long_first_line_is_shortened_for_a_subject() -> None:
    brought = brought_in(Mail(text="#uusi a@b.example\n\n" + "pyörä " * 30))
    assert brought is not None
    assert brought.subject == "pyörä " * 9 + "pyörä…"
