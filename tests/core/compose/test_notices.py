"""What staff and the administrator are told about mails of theirs and of ours."""

from dataclasses import replace
from typing import Any

import pytest

from core.compose.samples import ANNA, COMPLAINT, MAIL, NOW, RULEBOOK
from vastine.core.commands import Problem, read_reply
from vastine.core.compose import (
    Notice,
    alert,
    answer,
    confirmation,
    quarantine_alert,
    returned,
    shadow,
    undeliverable,
)
from vastine.core.mail import Address
from vastine.core.outgoing import Draft
from vastine.core.quote import MARKER_PHRASES

ADMIN = "yllapito@yritys.example"


def came_back(*problems: Problem, **changed: Any) -> Draft:
    given: dict[str, Any] = {"member": ANNA, "problems": problems, "mail": MAIL, "mailbox": "support"}
    return returned(RULEBOOK, changed.pop("complaint", COMPLAINT), **(given | changed))


SENT = (
    Notice(key="sent", values={"customer": "matti@posti.example", "clock": NOW}),
    Notice(key="resolved"),
)


def test_confirmation_is_one_line() -> None:
    draft = confirmation(RULEBOOK, COMPLAINT, member=ANNA, happened=SENT, mail=MAIL, now=NOW)
    assert draft.text == "Lähetetty asiakkaalle matti@posti.example klo 9.40. Asia on merkitty ratkaistuksi.\n"


def test_confirmation_answers_the_mail_of_the_member() -> None:
    draft = confirmation(RULEBOOK, COMPLAINT, member=ANNA, happened=(Notice(key="noted"),), mail=MAIL, now=NOW)
    assert (draft.to.address, draft.references[-1], draft.party) == (ANNA.email, MAIL.message_id, "staff:anna")


def test_returned_command_says_that_nothing_was_done_and_what_was_meant() -> None:
    text = came_back(*read_reply("#ratkiastu").problems).text
    assert (
        "\n\nMitään ei tehty eikä mitään lähetetty. Rivi 1: ”#ratkiastu” ei ole komento. Tarkoititko: #ratkaistu? "
        "Viestisi on alla kokonaan.\n\n"
    ) in text


def test_returned_mail_holds_the_whole_mail() -> None:
    assert came_back(Problem(code="empty")).text.endswith(MAIL.text)


def test_returned_mail_can_be_answered_above_its_marker_line() -> None:
    assert came_back(Problem(code="empty")).text.startswith(MARKER_PHRASES)


def test_returned_mail_without_a_complaint_cannot_be_answered() -> None:
    draft = came_back(Problem(code="not_verified"), complaint=None)
    assert (draft.party, draft.reference) == (f"notice:{ANNA.email}", None)
    assert not draft.text.startswith(MARKER_PHRASES)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(
    "problem",
    [
        Problem(code="unknown", line=1, word="#x"),
        Problem(code="unknown", line=1, word="#x", suggestion="#note"),
        Problem(code="argument", line=2, word="#ratkaistu"),
        Problem(code="empty"),
        Problem(code="not_verified"),
        Problem(code="not_verified", word="aino@yritys.example (Aino Aalto)"),
        Problem(code="leak_marker"),
        Problem(code="leak_token"),
        Problem(code="leak_facts"),
    ],
)
def test_every_problem_has_words_in_every_language(problem: Problem, language: str) -> None:
    text = came_back(problem, member=replace(ANNA, languages=(language,))).text
    assert problem.word in text
    assert "{" not in text


def test_undeliverable_names_the_address_and_the_reason() -> None:
    draft = undeliverable(
        RULEBOOK, COMPLAINT, recipient=ANNA, failed="matti@posti.example", reason="550 ei\nole", mailbox="support"
    )
    assert (
        "Vastaanottaja: matti@posti.example. Vastaanottajan palvelin torjui viestin.\n\nPalvelin sanoi: 550 ei ole\n"
        in draft.text
    )
    assert draft.subject == "[V-7F3K9] [high] Viestiä ei voitu toimittaa"


def test_alert_goes_to_the_administrator_without_a_token() -> None:
    draft = alert(RULEBOOK, to=ADMIN, subject="Levy täynnä", text="Tilaa 0 Mt", mailbox="support")
    assert (draft.party, draft.text, draft.auto_submitted) == (f"notice:{ADMIN}", "Tilaa 0 Mt\n", "auto-generated")


def test_quarantine_is_told_with_what_finds_the_mail() -> None:
    draft = quarantine_alert(RULEBOOK, admin=ADMIN, mailbox="support", uid=7, sha256="ab12", reason="too deep")
    assert draft
    assert "UID: 7\nSHA-256: ab12\nSyy: too deep\n" in draft.text


def test_shadow_shows_the_administrator_what_would_have_gone() -> None:
    draft = answer(RULEBOOK, COMPLAINT, text="Hei", member=ANNA, mail_refs=())
    notice = shadow(RULEBOOK, draft, admin=ADMIN)
    assert notice
    assert (notice.to, notice.kind, notice.to_customer) == (Address(address=ADMIN), "alert", False)
    assert notice.text.endswith("Otsikko: Re: Maksu veloitettu kahdesti\n\n| Hei\n")


def test_nobody_is_told_where_there_is_no_administrator() -> None:
    draft = answer(RULEBOOK, COMPLAINT, text="Hei", member=ANNA, mail_refs=())
    assert shadow(RULEBOOK, draft, admin=None) is None
    assert quarantine_alert(RULEBOOK, admin=None, mailbox="support", uid=7, sha256="ab12", reason="x") is None
