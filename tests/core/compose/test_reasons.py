"""Why rules matched, as staff read it in their own language."""

import pytest

from core.rules.sample import because as because_of
from core.rules.sample import mail
from vastine.core.compose.reasons import fact_in_words, reason_in_words
from vastine.core.compose.rungs import rung_in_words
from vastine.core.mail import Attachment
from vastine.texts import texts_in

FINNISH = [
    ("words: 'maksu' ~ 'maksuni' (body)", "”maksuni” = maksu"),
    ("words: 'ei toimi' ~ 'eivät toimineet' (body), base form 'ei toimia'", "”eivät toimineet” = ei toimi"),
    ("words: 'maksu' ~ 'junamaksuni' (subject), a compound of 'maksu'", "”junamaksuni” = maksu"),
    ("body: 'maksu' ~ 'junamaksuni', a compound of 'maksu' (body)", "”junamaksuni” = maksu"),
    ("subject: contains 'tilausvahvistus' (subject)", "otsikossa 'tilausvahvistus'"),
    ("body: is 'kyllä' (body)", "tekstissä 'kyllä'"),
    (r"text: /\bTIL-\d+/ ~ 'TIL-123' (body)", "viestissä 'TIL-123'"),
    ("header: contains 'lomake' (X-Form)", "otsakkeessa 'lomake' (X-Form)"),
    ("header: List-Id is there", "otsake List-Id on mukana"),
    ("header: List-Id is missing", "otsake List-Id puuttuu"),
    ("from: @iso.example", "lähettäjä @iso.example"),
    ("reply_to: @yritys.example", "vastausosoite @yritys.example"),
    ("language: sv, en", "kieli ruotsi, englanti"),
    ("customers: key_accounts and 2 more", "asiakasryhmä key_accounts ja 2 muuta"),
    ("attachment: kuitti.pdf", "liite kuitti.pdf"),
    ("attachment: none", "ei liitteitä"),
    ("found: amount 1 299 €", "löytyi summa 1 299 €"),
    ("found: sarjanumero 17", "löytyi sarjanumero 17"),
    ("recent: 3 earlier complaints", "aiempia asioita 3"),
    ("open: false", "aukioloajan ulkopuolella"),
    ("follow_up: true", "lisäviesti"),
    ("not: from: not @iso.example", "ei: lähettäjä @iso.example"),
    ("not: words: none of maksu, lasku found", "ei: sanat maksu, lasku"),
    ("not: found: not amount over 100.0", "ei: löytyi summa > 100.0"),
    ("not: recent: fewer than 3 earlier complaints", "ei: aiempia asioita 3"),
    ("not: open: not true", "ei: aukioloaikana"),
    ("not: attachment: there is one", "liite"),
    ("not: attachment: fewer than 1 that fit", "ei sopivia liitteitä"),
    ("not: attachment: fewer than 3 that fit", "sopivia liitteitä alle 3"),
    ("something that nobody foresaw: {x}", "something that nobody foresaw: {x}"),
    ("found: ", "found:"),
    ("", ""),
]


@pytest.mark.parametrize(("because", "said"), FINNISH)
def test_reason_is_said_in_finnish(because: str, said: str) -> None:
    assert reason_in_words(because, texts_in("fi")) == said


@pytest.mark.parametrize("language", ["fi", "sv"])
@pytest.mark.parametrize("because", [because for because, _ in FINNISH[:-3]])
def test_no_reason_keeps_its_english_words(because: str, language: str) -> None:
    said = reason_in_words(because, texts_in(language)).split()
    english = {"contains", "is", "not:", "there", "missing", "earlier", "complaints", "found", "more", "fewer", "one"}
    assert not english & set(said)


@pytest.mark.parametrize(("language", "said"), [("fi", "liite"), ("sv", "bilaga"), ("en", "something attached")])
def test_that_there_is_an_attachment_is_said_without_a_double_negation(language: str, said: str) -> None:
    letter = mail("hei", attachments=(Attachment(filename="kuva.jpg", content_type="image/jpeg", size=0, content=b""),))
    [because] = because_of("{not: {attachment: false}}", letter)
    assert reason_in_words(because, texts_in(language)) == said


def test_long_reason_is_shortened() -> None:
    assert len(reason_in_words(f"attachment: {'x' * 900}", texts_in("fi"))) <= 200


@pytest.mark.parametrize(("language", "name"), [("fi", "tilaus"), ("sv", "beställning"), ("en", "order")])
def test_usual_fact_is_named_in_the_language_of_the_reader(language: str, name: str) -> None:
    assert (fact_in_words("order", texts_in(language)), fact_in_words("vin", texts_in(language))) == (name, "vin")


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("{subject: lasku}", "otsikossa 'lasku'"),
        ("{body: {is: maksoin 20 €}}", "tekstissä 'maksoin 20 €'"),
        (r"{text: {regex: 'm[aä]ks\w+'}}", "viestissä 'maksoin'"),
        ("{found: {amount: {over: 10}}}", "löytyi summa 20 €"),
        ("{not: {found: {amount: {over: 100}}}}", "ei: löytyi summa > 100.0"),
        ("{not: {words: [takuu, huolto]}}", "ei: sanat takuu, huolto"),
        ("{header: {X-Form: true}}", "otsake X-Form on mukana"),
        ("{attachment: false}", "ei liitteitä"),
        ("{not: {attachment: {type: 'image/*'}}}", "ei sopivia liitteitä"),
        ("{open: true}", "aukioloaikana"),
        ("{follow_up: false}", "uusi asia"),
        ("{from: '@posti.example'}", "lähettäjä @posti.example"),
    ],
)
def test_rules_give_reasons_that_are_known_here(when: str, said: str) -> None:
    read = mail("maksoin 20 €", subject="Lasku", headers=(("X-Form", "1"),))
    assert [reason_in_words(each, texts_in("fi")) for each in because_of(when, read)] == [said]


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("75% of first_reply", "75 % vastausajasta"),
        ("first_reply", "vastausaika on täynnä"),
        ("first_reply + 4h", "4 h vastausajan jälkeen"),
        ("resolve - 1d", "1 pv ennen ratkaisuajan loppua"),
        ("first_reply - 30m", "30 min ennen vastausajan loppua"),
        ("resolve (2)", "ratkaisuaika on täynnä (2.)"),
        ("resolve + 90s", "90 s ratkaisuajan jälkeen"),
        ("jotain vanhaa", "jotain vanhaa"),
    ],
)
def test_a_rung_of_the_ladder_is_said_in_words(written: str, words: str) -> None:
    assert rung_in_words(written, texts_in("fi")) == words
