"""Whose mail a forwarded one was, as the mail programs of staff write it."""

import pytest

from vastine.core.forward import Forwarded, forwarded
from vastine.core.parse import parse

OUTLOOK = """Tämä kuuluu teille.

-----Alkuperäinen viesti-----
Lähettäjä: Matti Meikäläinen <matti@posti.example>
Lähetetty: keskiviikko 24. kesäkuuta 2026 11.58
Vastaanottaja: Anna Virtanen
Aihe: Pyörä rikki

Pyörä on rikki.

Matti
"""
GMAIL = """---------- Forwarded message ---------
From: Matti Meikäläinen <matti@posti.example>
Date: Wed, Jun 24, 2026 at 11:58 AM
Subject: Pyörä rikki
To: Anna Virtanen <anna@yritys.example>


Pyörä on rikki.

Matti
"""
APPLE = """> Begin forwarded message:
>
> From: Matti Meikäläinen <matti@posti.example>
> Subject: Pyörä rikki
> Date: 24 June 2026 at 11:58
> To: anna@yritys.example
>
> Pyörä on rikki.
>
> Matti
"""
SWEDISH = """Från: Matti Meikäläinen <matti@posti.example>
Skickat: den 24 juni 2026 11:58
Till: Anna Virtanen
Ämne: Pyörä rikki

Pyörä on rikki.

Matti
"""


def read(text: str, subject: str = "Fwd: Pyörä rikki") -> Forwarded | None:
    head = f"From: anna@yritys.example\r\nSubject: {subject}\r\n"
    return forwarded(parse(f"{head}Content-Type: text/plain; charset=utf-8\r\n\r\n{text}".encode()))


def inside(text: str, subject: str = "Fwd: Pyörä rikki") -> Forwarded:
    found = read(text, subject)
    assert found is not None
    return found


@pytest.mark.parametrize("text", [OUTLOOK, GMAIL, APPLE, SWEDISH], ids=["outlook", "gmail", "apple", "swedish"])
def test_the_customer_subject_and_text_are_found(text: str) -> None:
    found = inside(text)
    assert (found.author.name, found.author.address) == ("Matti Meikäläinen", "matti@posti.example")
    assert (found.subject, found.text) == ("Pyörä rikki", "Pyörä on rikki.\n\nMatti")


def test_what_the_member_wrote_above_is_a_note() -> None:
    assert inside(OUTLOOK).note == "Tämä kuuluu teille."


@pytest.mark.parametrize("text", [GMAIL, APPLE, SWEDISH], ids=["gmail", "apple", "swedish"])
def test_the_heading_of_the_mail_program_is_no_note(text: str) -> None:
    assert inside(text).note == ""


def test_without_a_subject_inside_the_mails_own_is_taken() -> None:
    assert inside("From: matti@posti.example\n\nPyörä on rikki.", "VL: Apua").subject == "Apua"


def test_a_reply_that_quotes_is_no_forward() -> None:
    assert read(OUTLOOK, "Re: Pyörä rikki") is None


def test_a_forward_that_does_not_say_whose_it_was_is_none() -> None:
    assert read("Katsokaa tätä.\n\nPyörä on rikki.") is None
