"""The answer to a customer who asks how things stand."""

from datetime import timedelta
from typing import Any

import pytest

from core.compose.samples import DUE, MAIL, NOW, RULEBOOK, complaint
from vastine.core.compose import status


def text(language: str = "fi", **changed: Any) -> str:
    return status(RULEBOOK, complaint(language=language, **changed), others=(), mail=MAIL, now=NOW).text


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({}, "V-7F3K9 (Maksu veloitettu kahdesti): asia on käsittelyssä. Vastaamme sinulle viimeistään keskiviikkona"),
        ({"promise": NOW, "first_reply_due": NOW}, "Vastauksemme on valitettavasti myöhässä"),
        ({"promise": NOW, "first_reply_due": DUE}, "asia on käsittelyssä, ja vastaamme sinulle."),
        ({"promise": None}, "asia on käsittelyssä, ja vastaamme sinulle."),
        ({"first_replied_at": NOW}, "olemme vastanneet sinulle, ja asia on yhä avoinna."),
        ({"status": "waiting", "waiting_since": NOW}, "odotamme vastaustasi viestiimme."),
        ({"status": "resolved", "resolved_at": NOW}, "asia on käsitelty."),
    ],
)
def test_every_state_has_its_sentence(changed: dict[str, Any], said: str) -> None:
    assert said in text(**changed)


def test_an_unproven_customers_name_and_subject_are_not_repeated() -> None:
    draft = status(RULEBOOK, complaint(authenticated=False), others=(), mail=MAIL, now=NOW)
    assert "Matti" not in draft.text + draft.to.name
    assert "Maksu" not in draft.text + draft.subject


def test_every_matter_has_a_line_in_the_language_of_the_complaint() -> None:
    other = complaint(reference="V-AAAAA", subject="", promise=DUE + timedelta(days=1), language="fi")
    draft = status(RULEBOOK, complaint(language="sv"), others=(other,), mail=MAIL, now=NOW)
    assert "V-AAAAA: ärendet är under behandling. Vi svarar dig senast torsdagen den 25 juni kl. 16.00." in draft.text
    assert draft.references == ("<alku@posti.example>", "<kysymys@posti.example>")
