"""Rule words and what they find. Each line: the rule word, then forms that it must find."""

import pytest

from vastine.core.words import WordIndex, parse_word

LANGUAGES = ("fi", "sv", "en")

FINNISH = """
maksu: maksuni maksun maksuja maksuhäiriö laskunmaksu MAKSUT maksuistanikin maksumuistutus ennakkomaksun maksussanne
vika: vian viat vikoja viassa viallani vikaa
hinta: hinnan hinnat hintoja hintaan alkuhinta
palauttaa: palautin palauttanut palautan palauttaisin palautetaan palautettu palauttamaan palauttaneet palautti
myöhässä: myohassa
lähetys: lähetykseni lahetys lähetysten lähetyksiä
viivästyä: viivästyy viivästynyt viivästyneen viivastynyt viivästymässä viivästyneet
vuotaa: vuotanut vuoti vuodan vuotava
koko: koon koot koossa
vesi: vedellä veden vettä vedet vesiä veteen
pyörä: pyörästä pyöräni pyöriä pyöränlukko pyoran pyöräkauppa polkupyörän sähköpyöräni
lukko: pyöränlukko lukon
tilaus: tilaukseni tilaustani tilausnumero tilausvahvistus
veloittaa: veloitettiin veloitettu veloitatte
tuplaveloitus: tuplaveloituksen tuplaveloitukset
halpa: halvan halvempi halvemman
kallis: kalliin kalliimpi kallista
uusi: uuden uutta uusia
asiakas: asiakkaan asiakkaita asiakaspalvelu
osoite: osoitteen osoitetta toimitusosoite
kirje: uutiskirje uutiskirjeen
rengas: renkaan renkaita takarengas
nainen: naisten naista
tilata: tilasin tilannut tilattu
tulla: tullut tuli tulee tullu
haluta: haluaisin halusin haluan
tehdä: teen tehnyt teki
häiritä: häiritsee häirinnyt
kadota: katosi kadonnut
tullut: tulla tulee
rahat: raha rahaa
"""
SWEDISH = """
betalning: betalningarna delbetalning betalningen betalningsproblem
försenad: försenat försenade forsenad
leverans: leveransen leveranstid hemleverans
återbetalning: aterbetalning
cykel: cykeln cyklar elcykel
"""
ENGLISH = """
payment: payments prepayment
charge: charged charges
refund: refunds refunded
phone: phones smartphone
"""
OTHER_WORDS = """
maksu: maksa maksan maksaa maksullinen maksuton
kuva: kuvaus kuvauksen kuvata
saari: säärissä säären
hinta: vanhinta
lasku: laskuttaa laskutus laskelma laskea laskin
virhe: virheellinen virheetön
palauttaa: palauttaminen palautumaton
vika: moottorivika
raha: rahasto
"""


def pairs(table: str) -> list[tuple[str, str]]:
    rows = (line.partition(":") for line in table.strip().splitlines())
    return [(word, form) for word, _, forms in rows for form in forms.split()]


def finds(word: str, text: str, language: str | None = "fi", *, subject: str = "") -> bool:
    wanted = parse_word(word)
    return wanted in WordIndex([wanted], LANGUAGES).search([("subject", subject), ("body", text)], language)


@pytest.mark.parametrize(("word", "form"), pairs(FINNISH))
def test_a_finnish_word_is_found_in_its_forms_and_compounds(word: str, form: str) -> None:
    assert finds(word, f"Tässä {form}.")


@pytest.mark.parametrize(("word", "form"), pairs(SWEDISH))
def test_a_swedish_word_is_found_in_its_forms_and_compounds(word: str, form: str) -> None:
    assert finds(word, f"Här är {form}.", "sv")


@pytest.mark.parametrize(("word", "form"), pairs(ENGLISH))
def test_an_english_word_is_found_in_its_forms_and_compounds(word: str, form: str) -> None:
    assert finds(word, f"The {form}.", "en")


@pytest.mark.parametrize(("word", "other"), pairs(OTHER_WORDS))
@pytest.mark.parametrize("language", ["fi", None])
def test_a_word_is_not_found_in_other_words(word: str, other: str, language: str | None) -> None:
    assert not finds(word, f"Tässä {other}.", language)


def test_in_a_mail_without_any_dots_a_known_word_may_have_lost_its_dots() -> None:
    assert finds("sääri", "Saari on kipea")


def test_in_a_mail_with_dots_a_known_word_is_what_it_looks_like() -> None:
    assert not finds("sääri", "Saari näkyy tästä")


def test_an_exact_word_is_not_found_in_another_form() -> None:
    assert finds("=maksu", "Maksu puuttuu")
    assert not finds("=maksu", "Maksun kanssa")


def test_an_exact_word_is_found_beside_a_hyphen() -> None:
    assert finds("=maksu", "maksu-ohje")


def test_added_forms_are_found() -> None:
    from vastine.core.words import Word

    word = Word(text="koko", forms=("koonkin",))
    assert word in WordIndex([word], LANGUAGES).search([("body", "Koonkin kanssa.")], "fi")


@pytest.mark.parametrize("text", ["ei ole tullut", "Ei ole vieläkään tullut", "eivät ole vielä kaikki tulleet"])
def test_a_phrase_may_have_two_words_between(text: str) -> None:
    assert finds("ei ole tullut", text)


@pytest.mark.parametrize("text", ["ei ole a b c tullut", "tullut ei ole", "ei ole\n\ntullut", "ei olisi"])
def test_a_phrase_ends_with_order_distance_and_paragraph(text: str) -> None:
    assert not finds("ei ole tullut", text)


def test_a_phrase_does_not_reach_from_the_subject_into_the_text() -> None:
    assert not finds("rahat takaisin", "takaisin", subject="Rahat")


def test_a_word_of_another_language_is_found_as_it_is_written() -> None:
    assert finds("betalning", "Kuitissa lukee betalning ja summa.")


def test_a_word_of_another_language_is_not_inflected() -> None:
    assert not finds("betalning", "Kuitissa lukee betalningarna ja summa.")


def test_a_mixed_mail_is_read_in_both_languages() -> None:
    assert finds("betalning", "Hei, kiitos. Jag har inte fått det, betalningarna är borta och borta.")


def test_an_unsure_mail_is_read_in_every_language() -> None:
    assert finds("betalning", "betalningarna", None)
    assert finds("maksu", "maksuja", None)


def test_a_wrong_entry_of_the_dictionary_does_not_match_everywhere() -> None:
    assert not finds("första", "Det är en cykel", "sv")


def test_letters_with_separate_marks_are_letters() -> None:
    assert finds("myöhässä", "myo\u0308ha\u0308ssa\u0308")


def test_the_surface_and_the_area_are_told() -> None:
    word = parse_word("veloittaa kahdesti")
    hits = WordIndex([word], LANGUAGES).search([("body", "Kortilta Veloitettiin heti\nkahdesti.")], "fi")
    assert hits == {word: {"body": "Veloitettiin heti kahdesti"}}


def test_text_without_words_has_none() -> None:
    assert not finds("maksu", "... 123 !!! " + "x" * 500)


def test_a_rule_word_without_letters_is_refused() -> None:
    with pytest.raises(ValueError, match="no word in it"):
        parse_word("= !!")
