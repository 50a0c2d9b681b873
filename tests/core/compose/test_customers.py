"""What customers read."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from core.compose.samples import ANNA, COMPLAINT, DUE, MAIL, NOW, RULEBOOK, SomeReply, SomeTeam, complaint
from vastine.core.compose import Written, acknowledgement, answer, closing, delay, ready_text
from vastine.core.mail import Address
from vastine.texts import LANGUAGES


def acknowledged(rulebook: Any = RULEBOOK, **changed: Any) -> Written:
    given: dict[str, Any] = {
        "promise": DUE,
        "authenticated": True,
        "mail": MAIL,
        "reply_name": "acknowledgement",
        "language": "fi",
        "found": {"order": ["TIL-1", "TIL-2"]},
    }
    return acknowledgement(rulebook, changed.pop("complaint", COMPLAINT), **(given | changed))


def with_reply(body: str, subject: str = "Asia", language: str = "fi", name: str = "acknowledgement") -> Any:
    return replace(RULEBOOK, replies={name: {language: SomeReply(subject=subject, body=body)}})


def rendered(body: str, **changed: Any) -> str:
    written = acknowledged(with_reply(body), **changed)
    assert written.problems == ()
    return written.draft.text.rstrip("\n")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("fi", "vastaamme sinulle viimeistään keskiviikkona 24.6. klo 16.00."),
        ("sv", "svarar dig senast onsdagen den 24 juni kl. 16.00."),
        ("en", "will reply by Wednesday 24 June at 16:00."),
    ],
)
def test_promise_is_said_in_the_words_of_the_language(language: str, line: str) -> None:
    assert line in acknowledged(language=language).draft.text


@pytest.mark.parametrize(("language", "greeting"), [("fi", "Hei Matti,"), ("sv", "Hej Matti,"), ("en", "Hello Matti,")])
def test_authenticated_customer_is_greeted_by_first_name(language: str, greeting: str) -> None:
    assert acknowledged(language=language).draft.text.startswith(greeting + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_of_an_unauthenticated_sender_is_repeated(language: str) -> None:
    draft = acknowledged(authenticated=False, language=language).draft
    said = f"{draft.subject} {draft.to} {draft.text}"
    assert not any(word in said for word in ("Matti", "Meikäläinen", "veloitettu", "kahdesti"))


def test_subject_for_an_unauthenticated_sender_is_our_own() -> None:
    assert acknowledged(authenticated=False).draft.subject == "Olemme saaneet viestisi (V-7F3K9)"


def test_subject_for_an_authenticated_sender_is_theirs_with_one_prefix() -> None:
    draft = acknowledged(complaint=complaint(subject="VS: Re: SV: Maksu")).draft
    assert draft.subject == "Re: Maksu"


def test_subject_is_our_own_where_theirs_is_empty() -> None:
    assert acknowledged(complaint=complaint(subject="Re: ")).draft.subject == "Olemme saaneet viestisi (V-7F3K9)"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_time_is_named_where_none_is_promised(language: str) -> None:
    text = acknowledged(promise=None, language=language).draft.text
    assert "16" not in text
    assert "V-7F3K9" in text


def test_acknowledgement_answers_the_mail() -> None:
    draft = acknowledged().draft
    assert (draft.references, draft.auto_submitted) == (
        ("<alku@posti.example>", "<kysymys@posti.example>"),
        "auto-replied",
    )


def test_acknowledgement_goes_to_the_customer_of_the_complaint() -> None:
    draft = acknowledged().draft
    assert (draft.to, draft.party) == (COMPLAINT.customer, "customer:matti@posti.example")


def test_own_reply_of_the_company_stands_before_the_built_in_text() -> None:
    assert rendered("{{ greeting }}\n{{ reference }} {{ company }} {{ team }}") == (
        "Hei Matti,\nV-7F3K9 Pohjolan Pyörä Oy billing"
    )


@pytest.mark.parametrize("body", ["{{ promise | words }}", "{{ promise }}"])
def test_promise_in_a_reply_is_said_in_words(body: str) -> None:
    assert rendered(body) == "keskiviikkona 24.6. klo 16.00"


def test_found_facts_stand_with_commas() -> None:
    assert rendered("{{ found.order }}") == "TIL-1, TIL-2"


def test_fact_that_was_not_found_is_empty_in_a_condition() -> None:
    assert rendered("{% if found.amount %}summa{% else %}ei summaa{% endif %}") == "ei summaa"


def test_all_found_facts_can_be_gone_through() -> None:
    assert rendered("{% for name in found %}{{ name }}: {{ found[name] }}{% endfor %}") == "order: TIL-1, TIL-2"


def test_reply_can_ask_whether_a_fact_is_there() -> None:
    assert rendered("{{ 'on' if 'order' in found else 'ei' }}") == "on"


def test_numbers_may_be_multiplied() -> None:
    assert rendered("{{ 6 * 7 }}") == "42"


def test_reply_of_endless_length_is_not_sent() -> None:
    assert acknowledged(with_reply("{{ found.order }}"), found={"order": ["x" * 60_000]}).problems


def test_name_and_subject_are_empty_for_an_unauthenticated_sender() -> None:
    assert rendered("[{{ customer.name }}{{ complaint.subject }}]", authenticated=False) == "[]"


def test_reply_in_a_missing_language_falls_back() -> None:
    written = acknowledged(with_reply("Thank you", language="en"), language="sv")
    assert (written.draft.text, written.draft.language) == ("Thank you\n", "en")


def test_language_without_texts_is_answered_in_the_fallback() -> None:
    assert acknowledged(language="et").draft.language == "en"


@pytest.mark.parametrize(
    "body",
    [
        "{{ nimi }}",
        "{{ customer.shoesize }}",
        "{% if %}",
        "{{ promise | sanoin }}",
        "{{ 1 / 0 }}",
        "{{ 'a' * 10**8 }}",
        "{{ '%1000000000d' % 1 }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ reference.format() }}{{ reference + 1 }}",
        "{% for i in range(10**8) %}x{% endfor %}",
        "  \n ",
        "{% include 'x' %}",
    ],
)
def test_reply_that_fails_is_reported_and_the_built_in_text_goes(body: str) -> None:
    written = acknowledged(with_reply(body))
    assert written.draft.text == acknowledged().draft.text
    assert written.problems[0].startswith("replies.acknowledgement.fi: ")


@pytest.mark.parametrize("body", ["{{ promise | words }}", "{{ promise }}"])
def test_promise_fails_where_there_is_none(body: str) -> None:
    assert acknowledged(with_reply(body), promise=None).problems


def test_reply_can_ask_whether_there_is_a_promise() -> None:
    assert rendered("{% if promise %}on{% else %}ei{% endif %}", promise=None) == "ei"


def test_subject_of_a_reply_is_one_line() -> None:
    assert acknowledged(with_reply("x", subject="A\n{{ reference }}")).draft.subject == "A V-7F3K9"


def test_reply_of_another_name_is_used_when_the_rules_say_so() -> None:
    written = acknowledged(with_reply("Myöhässä", name="delivery_late"), reply_name="delivery_late")
    assert written.draft.text == "Myöhässä\n"


def test_signature_of_the_team_takes_the_place_of_the_closing() -> None:
    team = SomeTeam(
        name="billing", signature={"fi": "Laskutus\np. 09 123"}, footer={"fi": "Tietosuoja: yritys.example"}
    )
    text = acknowledged(replace(RULEBOOK, teams={"billing": team})).draft.text
    assert text.endswith("V-7F3K9.\n\nLaskutus\np. 09 123\n\nTietosuoja: yritys.example\n")


def test_footer_of_the_team_ends_own_replies_too() -> None:
    rulebook = replace(with_reply("Hei"), teams={"billing": SomeTeam(name="billing", footer={"fi": "Tietosuoja"})})
    assert acknowledged(rulebook).draft.text == "Hei\n\nTietosuoja\n"


READY = "{{ greeting }}\n\nPahoittelemme.\n\n"


def ready(body: str, **team: dict[str, str]) -> str | None:
    rulebook = replace(with_reply(body, name="sorry"), teams={"billing": SomeTeam(name="billing", **team)})
    return ready_text(rulebook, complaint(team="billing"), "sorry")


@pytest.mark.parametrize(
    "closing", ["Ystävällisin terveisin\nPyörä Oy", "Terveisin,\nAnna", "Med vänlig hälsning", "Kind regards\nBikes"]
)
def test_ready_text_leaves_the_closing_to_the_signature_of_the_team(closing: str) -> None:
    assert (
        ready(READY + closing, signature={"fi": "Ystävällisin terveisin\nLaskutus"}) == "Hei Matti,\n\nPahoittelemme."
    )


def test_ready_text_keeps_its_closing_where_the_team_has_no_signature_in_that_language() -> None:
    text = ready(f"{READY}Terveisin\nPyörä Oy", signature={"sv": "Fakturering"})
    assert text == "Hei Matti,\n\nPahoittelemme.\n\nTerveisin\nPyörä Oy"


def test_ready_text_keeps_a_last_paragraph_that_is_no_closing() -> None:
    assert (ready(f"{READY}Hyvitys tulee pian.", signature={"fi": "Laskutus"}) or "").endswith("Hyvitys tulee pian.")


def test_ready_text_leaves_the_footer_to_the_answer() -> None:
    assert ready("Pahoittelemme.", footer={"fi": "Tietosuoja"}) == "Pahoittelemme."


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("fi", ("viimeistään tänään klo 16.00.", "viimeistään huomenna klo 16.00.")),
        ("sv", ("senast i dag kl. 16.00.", "senast i morgon kl. 16.00.")),
        ("en", ("by 16:00 today.", "by 16:00 tomorrow.")),
    ],
)
def test_delay_names_the_old_and_the_new_promise(language: str, lines: tuple[str, str]) -> None:
    late = complaint(language=language)
    text = delay(RULEBOOK, late, old_promise=DUE, new_promise=DUE + timedelta(days=1), now=NOW).draft.text
    assert all(line in text for line in lines)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("fi", "Valitettavasti emme ole vielä pystyneet siihen."),
        ("sv", "Tyvärr har vi ännu inte kunnat göra det."),
        ("en", "Unfortunately, we have not been able to do so yet."),
    ],
)
def test_delay_after_the_promised_time_says_that_it_has_passed(language: str, line: str) -> None:
    late = complaint(language=language, authenticated=False)
    draft = delay(RULEBOOK, late, old_promise=DUE, new_promise=DUE + timedelta(days=1), now=DUE).draft
    on_time = delay(RULEBOOK, late, old_promise=DUE, new_promise=DUE + timedelta(days=1), now=NOW).draft
    assert line in draft.text
    assert (line in on_time.text, draft.subject) == (False, on_time.subject)


def test_delay_is_generated_and_stays_in_the_conversation() -> None:
    late = complaint(thread=("<a@b.example>",))
    draft = delay(RULEBOOK, late, old_promise=DUE, new_promise=DUE, now=NOW).draft
    assert (draft.kind, draft.auto_submitted, draft.references) == ("delay", "auto-generated", ("<a@b.example>",))


def test_delay_to_an_unauthenticated_customer_repeats_nothing() -> None:
    late = complaint(authenticated=False)
    draft = delay(RULEBOOK, late, old_promise=DUE, new_promise=DUE, now=NOW).draft
    assert (draft.subject, draft.to) == ("Vastauksemme viivästyy (V-7F3K9)", Address(address="matti@posti.example"))


def test_own_reply_of_a_delay_may_name_the_old_promise() -> None:
    rulebook = with_reply("{{ old_promise | words }}", name="delay")
    text = delay(rulebook, COMPLAINT, old_promise=DUE, new_promise=DUE, now=NOW).draft.text
    assert text == "keskiviikkona 24.6. klo 16.00\n"


@pytest.mark.parametrize("language", LANGUAGES)
def test_closing_names_the_reference(language: str) -> None:
    assert "V-7F3K9" in closing(RULEBOOK, complaint(language=language)).draft.text


def answered(text: str, **changed: Any) -> Any:
    given = {"rulebook": RULEBOOK, "complaint": COMPLAINT, "member": ANNA, "mail_refs": ("<kysymys@posti.example>",)}
    given |= changed
    return answer(given.pop("rulebook"), given.pop("complaint"), text=text, **given)


def test_answer_is_what_the_member_wrote_and_not_automatic() -> None:
    draft = answered("Hei Matti,\nrahat tulevat huomenna.")
    assert (draft.text, draft.auto_submitted) == ("Hei Matti,\nrahat tulevat huomenna.\n", None)


def test_answer_gives_back_the_words_of_the_customer_without_their_prefix() -> None:
    assert answered("| maksoin jo\nAivan.").text == "maksoin jo\nAivan.\n"


def test_answer_of_a_person_has_the_subject_of_an_unauthenticated_customer_too() -> None:
    assert answered("Hei", complaint=complaint(authenticated=False)).subject == "Re: Maksu veloitettu kahdesti"


def test_answer_ends_with_signature_and_footer_of_the_team() -> None:
    team = SomeTeam(name="billing", signature={"fi": "-- \nLaskutus"}, footer={"fi": "Tietosuoja"})
    text = answered("Hei", rulebook=replace(RULEBOOK, teams={"billing": team})).text
    assert text == "Hei\n\n-- \nLaskutus\n\nTietosuoja\n"


def test_answer_ends_with_the_signature_of_the_member_where_the_team_has_none() -> None:
    assert answered("Korjaamme.", signature="Anna Virtanen").text == "Korjaamme.\n\nAnna Virtanen\n"


def test_answer_refers_to_the_mails_of_the_customer_only() -> None:
    assert answered("Hei").references == ("<kysymys@posti.example>",)


def test_answer_can_be_held() -> None:
    assert answered("Hei", not_before=NOW).not_before == NOW


SIGNED: Any = replace(
    RULEBOOK,
    teams={"billing": SomeTeam(name="billing", signature={"fi": "Ystävällisin terveisin\nPohjolan Pyörä Oy"})},
)


@pytest.mark.parametrize(
    "closing",
    [
        "Terveisin\nAnna",
        "Terveisin Anna",
        "Ystävällisin terveisin,\n\nAnna Virtanen\nLaskutus",
        "t. Anna",
        "Kind regards\nAnna",
    ],
)
def test_an_answer_that_takes_leave_itself_is_signed_without_another_closing(closing: str) -> None:
    draft = answer(SIGNED, COMPLAINT, text=f"Hei,\n\nkorjaamme.\n\n{closing}", member=ANNA, mail_refs=())
    assert draft.text.endswith(f"{closing}\n\nPohjolan Pyörä Oy\n")


def test_an_answer_without_a_closing_has_that_of_the_team() -> None:
    draft = answer(SIGNED, COMPLAINT, text="Hei,\n\nkorjaamme.", member=ANNA, mail_refs=())
    assert draft.text.endswith("korjaamme.\n\nYstävällisin terveisin\nPohjolan Pyörä Oy\n")
