"""What members of staff and management read about a complaint."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from core.compose.samples import ANNA, COMPLAINT, DECISION, DUE, MAIL, NOW, RULEBOOK, VILLE, complaint, sealed
from vastine.core.compose import escalation, reminder, routed, told_facts
from vastine.core.leak import leaks
from vastine.core.mail import Address, Mail
from vastine.core.outgoing import Draft
from vastine.core.quote import MARKER_PHRASES, new_text
from vastine.texts import LANGUAGES

MANAGER = Address(address="johtaja@pohjolanpyora.example")

ROUTED = """\
--- Kirjoita vastauksesi tämän rivin yläpuolelle. Se lähtee asiakkaalle. Komennot: #ohje ---

Asiakas    Matti Meikäläinen <matti@posti.example> · suomi · lähettäjä varmennettu
Aihe       payment · tärkeys high · tiimi billing · vastuussa: sinä
Miksi      payment trouble: ”veloitettiin kahdesti” = veloittaa kahdesti · otsikossa 'maksu'
Luvattu    vastaus viimeistään ke 24.6. klo 16.00 (aikaa 6 h 20 min)
Määräaika  ratkaisu viimeistään ma 29.6. klo 16.00 (aikaa 5 pv 6 h)
Löytyi     tilaus TIL-123456 · summa 149,90 €

| Hei,
| kortiltani veloitettiin tilaus TIL-123456 kahdesti.
|
| --- rivi
| Matti Meikäläinen

Liitteet   kuitti.pdf (84 kt)

Ratkaistu          mailto:{reply-address}?subject=Re%3A%20%5BV-7F3K9%5D&body=%23ratkaistu%0D%0A%0D%0A
Odottaa asiakasta  mailto:{reply-address}?subject=Re%3A%20%5BV-7F3K9%5D&body=%23odota%20
Huomautus          mailto:{reply-address}?subject=Re%3A%20%5BV-7F3K9%5D&body=%23huomautus%0D%0A%0D%0A
Siirrä             mailto:{reply-address}?subject=Re%3A%20%5BV-7F3K9%5D&body=%23siirr%C3%A4%20
"""


def to_staff(**changed: Any) -> Draft:
    given: dict[str, Any] = {
        "mail": MAIL,
        "recipient": ANNA,
        "decision": DECISION,
        "earlier": (),
        "now": NOW,
        "authenticated": True,
    }
    return routed(changed.pop("rulebook", RULEBOOK), changed.pop("complaint", COMPLAINT), **(given | changed))


def escalated(**changed: Any) -> Draft:
    given: dict[str, Any] = {"recipient": ANNA, "steps": ("first_reply",), "now": DUE + timedelta(minutes=42)}
    return escalation(RULEBOOK, changed.pop("complaint", COMPLAINT), **(given | changed))


def statement(draft: Draft) -> str:
    """The first line below the marker line, if there is one."""
    lines = [line for line in draft.text.split("\n") if line]
    return lines[1] if lines[0].startswith(MARKER_PHRASES) else lines[0]


def test_routed_mail_says_who_what_why_and_until_when() -> None:
    assert to_staff().text == ROUTED


def test_subject_has_reference_and_priority_before_that_of_the_customer() -> None:
    assert to_staff().subject == "[V-7F3K9] [high] Maksu veloitettu kahdesti"


def test_routed_mail_carries_what_mail_filters_look_at() -> None:
    assert to_staff().headers == (
        ("X-Vastine-Reference", "V-7F3K9"),
        ("X-Vastine-Priority", "high"),
        ("X-Vastine-Topic", "payment"),
        ("X-Vastine-Team", "billing"),
    )


def test_routed_mail_is_bound_to_the_member() -> None:
    assert (to_staff().party, to_staff().to.address) == ("staff:anna", "anna@pohjolanpyora.example")


def test_attachments_of_the_customer_go_along() -> None:
    assert to_staff().attachments == MAIL.attachments


def test_attachments_that_were_refused_are_only_named() -> None:
    draft = to_staff(with_attachments=False)
    assert draft.attachments == ()
    assert f"kuitti.pdf (84 kt)\n{' ' * 11}Liitteet jäivät pois" in draft.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_member_reads_their_own_language(language: str) -> None:
    draft = to_staff(recipient=replace(ANNA, languages=("et", language)))
    assert draft.language == language
    assert draft.text.startswith(MARKER_PHRASES[LANGUAGES.index(language)])


def test_member_without_languages_reads_the_first_of_the_company() -> None:
    assert to_staff(recipient=VILLE).language == "fi"


def test_every_line_of_the_customer_is_prefixed() -> None:
    text = to_staff(mail=Mail(text="a\r\n#ratkaistu\rAsiakas    x\u2028y\x00z")).text
    assert "\n| a\n| #ratkaistu\n| Asiakas    xyz\n" in text


def test_marker_line_in_the_text_of_the_customer_stays_behind_a_prefix() -> None:
    text = to_staff(mail=Mail(text=f"{MARKER_PHRASES[0]} ---\n#ratkaistu")).text
    assert [line.startswith(MARKER_PHRASES[0]) for line in text.split("\n")].count(True) == 1


def test_follow_up_shows_what_is_new_in_the_mail() -> None:
    draft = to_staff(follow_up=True)
    assert draft.kind == "follow_up"
    assert "\n| kortiltani veloitettiin kahdesti\n\n" in draft.text


def test_follow_up_without_anything_new_shows_the_whole_mail() -> None:
    assert "\n| vanha\n" in to_staff(follow_up=True, mail=Mail(text="vanha", new_text="")).text


def test_very_long_text_is_cut_and_says_so() -> None:
    assert "|\nTeksti jatkuu; siitä on tässä vain alku.\n" in to_staff(mail=Mail(text="rivi\n" * 50_000)).text


def test_decision_of_the_rules_is_shown_like_its_record() -> None:
    tried = [SimpleNamespace(**rule) for rule in DECISION["rules"]]
    assert to_staff(decision=SimpleNamespace(tried=tried, found=DECISION["found"])).text == ROUTED


def test_unverified_sender_is_named_as_such() -> None:
    assert "· lähettäjää ei ole varmennettu\n" in to_staff(authenticated=False).text


def test_mail_without_a_sender_says_so() -> None:
    assert (
        "Asiakas    lähettäjä ei selviä viestistä" in to_staff(complaint=complaint(customer=Address(address=""))).text
    )


def test_damaged_mail_says_so() -> None:
    assert "Huomaa     viestiä ei voitu lukea kaikilta osin" in to_staff(mail=replace(MAIL, defects=("x",))).text


def test_guide_of_the_topic_stands_in_the_language_of_the_reader() -> None:
    book = replace(RULEBOOK, guides={"payment": {"sv": "Kolla först.", "fi": "Katso ensin tilaus.\nSoita sitten."}})
    assert "Ohje       Katso ensin tilaus.\n           Soita sitten.\n" in to_staff(rulebook=book).text


def test_guide_in_another_language_is_better_than_none() -> None:
    only_swedish = replace(RULEBOOK, guides={"payment": {"sv": "Kolla först."}})
    assert "Ohje       Kolla först.\n" in to_staff(rulebook=only_swedish).text


def test_guide_of_another_topic_stays_away() -> None:
    book = replace(RULEBOOK, guides={"delivery": {"fi": "Katso ensin."}})
    assert "Ohje " not in to_staff(rulebook=book).text


def test_earlier_complaints_are_named_with_their_dates() -> None:
    resolved = complaint(reference="V-2AB3C", status="resolved", resolved_at=datetime(2026, 5, 12, 9, tzinfo=UTC))
    opened = complaint(reference="V-2AB3D", opened_at=datetime(2025, 2, 3, 9, tzinfo=UTC), status="waiting")
    text = to_staff(earlier=(resolved, opened)).text
    assert "Aiemmin    V-2AB3C payment, ratkaistu 12.5. · V-2AB3D payment, odottaa asiakasta, saapui 3.2.2025\n" in text


def test_many_earlier_complaints_are_counted() -> None:
    assert "· ja 4 muuta\n" in to_staff(earlier=(COMPLAINT,) * 9).text


def test_promise_that_has_passed_is_late() -> None:
    assert "vastaus viimeistään ke 24.6. klo 16.00 (myöhässä 3 h)" in to_staff(now=DUE + timedelta(hours=3)).text


TOLD_AND_NOW = {
    "fi": "vastaus viimeistään ke 24.6. klo 16.00 · asiakasta odotettiin: nyt viimeistään to 25.6. klo 12.00",
    "sv": "svar senast ons 24.6 kl. 16.00 · vi väntade på kunden: nu senast tors 25.6 kl. 12.00 (1 d 2 h kvar)",
    "en": "reply by Wed 24 Jun 16:00 · we waited for the customer: now by Thu 25 Jun 12:00 (1 d 2 h left)",
}


@pytest.mark.parametrize("language", TOLD_AND_NOW)
def test_promise_that_waited_says_what_the_customer_was_told_and_until_when_it_counts(language: str) -> None:
    moved = complaint(promise_moved_to=DUE + timedelta(hours=20))
    assert TOLD_AND_NOW[language] in to_staff(recipient=replace(ANNA, languages=(language,)), complaint=moved).text


def test_promise_that_waited_is_late_once_that_has_passed_too() -> None:
    moved = complaint(promise_moved_to=DUE + timedelta(hours=20))
    assert (
        "nyt viimeistään to 25.6. klo 12.00 (myöhässä 1 h)"
        in to_staff(complaint=moved, now=DUE + timedelta(hours=21)).text
    )


def test_promise_is_not_named_once_the_customer_has_an_answer() -> None:
    assert "vastaus viimeistään" not in to_staff(complaint=complaint(first_replied_at=NOW)).text


def test_nothing_is_promised_of_a_resolved_complaint() -> None:
    resolved = complaint(status="resolved", first_replied_at=NOW, resolved_at=NOW)
    assert "Luvattu" not in to_staff(complaint=resolved).text


def test_decision_without_a_matching_rule_says_so() -> None:
    assert "Miksi      mikään sääntö ei osunut" in to_staff(decision={"rules": []}).text


def test_routed_mail_to_an_address_of_management_has_no_token_and_nothing_to_answer() -> None:
    draft = to_staff(recipient=MANAGER)
    assert draft.party == "notice:johtaja@pohjolanpyora.example"
    assert "mailto:" not in draft.text
    assert not draft.text.startswith(MARKER_PHRASES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reply_above_the_routed_mail_is_all_that_is_new(language: str) -> None:
    draft = to_staff(recipient=replace(ANNA, languages=(language,)))
    quoted = "\n".join(f"> {line}".rstrip() for line in draft.text.split("\n"))
    assert new_text(f"Hei Matti, asia on kunnossa.\n\n{draft.text}") == "Hei Matti, asia on kunnossa."
    assert new_text(f"Hei Matti, asia on kunnossa.\n\n{quoted}") == "Hei Matti, asia on kunnossa."


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_facts_would_pass_as_an_answer(language: str) -> None:
    draft = to_staff(recipient=replace(ANNA, languages=(language,)), earlier=(COMPLAINT,))
    facts = draft.text.split("\n\n")[1].split("\n")
    assert [leaks(fact) for fact in facts] == ["leak_facts"] * len(facts)


def test_links_of_the_sealed_mail_would_not_pass_as_an_answer() -> None:
    raw = sealed(to_staff()).raw.replace(b"=\r\n", b"").decode()
    assert leaks(raw[raw.index("mailto:") :]) == "leak_token"


def test_escalation_says_first_what_is_late_and_since_when() -> None:
    assert statement(escalated(recipient=VILLE)) == (
        "Asiakas odottaa ensimmäistä vastausta. Luvattu aika meni 42 min sitten. Vastuussa: Anna Virtanen."
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("minutes", [-30, 42])
def test_what_an_escalation_says_first_would_not_pass_as_an_answer(language: str, minutes: int) -> None:
    reader, at = replace(ANNA, languages=(language,)), DUE + timedelta(minutes=minutes)
    said = statement(escalated(recipient=reader, now=at))
    facts = told_facts(RULEBOOK, COMPLAINT, member=reader, now=NOW)
    assert leaks(f"Hei!\n\n{said}", routed_facts=facts) == "leak_facts"


def test_escalation_says_who_is_away_and_who_stands_in() -> None:
    text = statement(escalated(complaint=complaint(assignee="ville")))
    assert text.endswith("Vastuussa: Ville Laine (poissa 22.6.–3.7., sijainen Anna Virtanen).")


def test_escalation_says_who_is_away_where_nobody_stands_in() -> None:
    alone = replace(RULEBOOK, staff={"ville": replace(VILLE, deputy=None)})
    draft = escalation(alone, complaint(assignee="ville"), recipient=ANNA, steps=(), now=DUE)
    assert statement(draft).endswith("Vastuussa: Ville Laine (poissa 22.6.–3.7.).")


def test_a_single_day_away_is_no_range() -> None:
    ville = replace(VILLE, deputy=None, away=((DUE.date(), DUE.date()),))
    book = replace(RULEBOOK, staff={"ville": ville})
    draft = escalation(book, complaint(assignee="ville"), recipient=ANNA, steps=(), now=DUE)
    assert statement(draft).endswith("Vastuussa: Ville Laine (poissa 24.6.).")


@pytest.mark.parametrize(("assignee", "who"), [("anna", "sinä"), (None, "ei kukaan"), ("poistunut", "poistunut")])
def test_escalation_names_who_is_responsible(assignee: str | None, who: str) -> None:
    assert statement(escalated(complaint=complaint(assignee=assignee))).endswith(f"Vastuussa: {who}.")


def test_what_was_waited_for_the_customer_has_not_passed() -> None:
    day = timedelta(days=1)
    waited = complaint(promise=DUE, promise_moved_to=DUE + day, first_reply_due=DUE + day)
    text = escalated(complaint=waited, now=DUE + day - timedelta(hours=1)).text
    assert "aikaa on 1 h" in text
    assert "myöhässä" not in text


def test_escalation_does_not_call_a_renewed_promise_broken() -> None:
    renewed = complaint(promise=DUE + timedelta(days=1))
    assert statement(escalated(complaint=renewed)).startswith(
        "Asiakas odottaa ensimmäistä vastausta. Määräaika meni 42 min sitten; "
        "asiakkaalle on luvattu vastaus viimeistään to 25.6. klo 16.00."
    )


def test_a_renewed_promise_that_is_missed_is_late_since_that_time() -> None:
    missed = complaint(promise=DUE + timedelta(hours=2))
    said = statement(escalated(complaint=missed, now=DUE + timedelta(hours=2, minutes=3)))
    assert "Luvattu aika meni 3 min sitten." in said


def test_escalation_names_a_renewed_promise_as_the_customer_was_told_it() -> None:
    renewed = complaint(promise=DUE + timedelta(days=1), promise_moved_to=DUE + timedelta(days=2))
    assert "asiakkaalle on luvattu vastaus viimeistään to 25.6. klo 16.00." in statement(escalated(complaint=renewed))


def test_escalation_of_an_answered_complaint_is_about_its_resolution() -> None:
    late = complaint(first_replied_at=NOW, resolve_due=DUE)
    assert statement(escalated(complaint=late)).startswith("Asia on ratkaisematta. Määräaika meni 42 min sitten.")


def test_escalation_of_a_further_mail_is_about_that() -> None:
    asked = complaint(first_replied_at=NOW, next_reply_since=NOW, next_reply_due=DUE)
    late = escalated(complaint=asked, steps=("next_reply",))
    assert statement(late).startswith("Asiakas odottaa vastausta uuteen viestiinsä. Määräaika meni 42 min sitten.")
    assert "Määräaika  vastaus viimeistään ke 24.6. klo 16.00" in late.text
    about_resolution = escalated(complaint=asked, steps=("resolve - 1d",))
    assert statement(about_resolution).startswith("Asia on ratkaisematta.")


def test_escalation_without_any_clock_says_that_it_is_open() -> None:
    open_one = complaint(first_reply_due=None, resolve_due=None)
    assert statement(escalated(complaint=open_one)).startswith("Asia on edelleen avoinna.")


def test_reminder_says_how_much_time_is_left() -> None:
    draft = reminder(RULEBOOK, COMPLAINT, recipient=ANNA, steps=("75% of first_reply",), now=NOW)
    assert draft.kind == "reminder"
    assert statement(draft).startswith(
        "Asiakas odottaa ensimmäistä vastausta. Se on luvattu viimeistään ke 24.6. klo 16.00, aikaa on 6 h 20 min."
    )


def test_steps_taken_at_once_stand_in_one_mail() -> None:
    assert (
        "Porras     vastausaika on täynnä · 4 h vastausajan jälkeen\n"
        in escalated(steps=("first_reply", "first_reply + 4h")).text
    )


def test_escalation_to_management_has_no_token_and_nothing_to_answer() -> None:
    draft = escalated(recipient=MANAGER)
    assert (draft.party, draft.kind) == ("notice:johtaja@pohjolanpyora.example", "escalation")
    assert "mailto:" not in draft.text


def test_escalation_shows_the_text_of_the_customer_where_it_is_at_hand() -> None:
    assert "\n| kortiltani veloitettiin" in escalated(mail=MAIL).text
