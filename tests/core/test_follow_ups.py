"""What a follow-up is: thanks, a chaser, the word for the status, or anything else. Half of the mails are traps."""

from dataclasses import replace

import pytest

from core.compose.samples import COMPLAINT
from vastine.core.follow_ups import asks_status, besides_courtesy, meaning_of, says_still, what_it_is
from vastine.core.mail import Attachment, Mail

THANKS = [
    "kiitos!",
    "Kiitos avusta, asia kunnossa",
    "Kiitos paljon nopeasta vastauksesta! 🙏",
    "Hei Anna,\n\nsuuret kiitokset avusta. Nyt toimii.\n\nYstävällisin terveisin\nMatti Meikäläinen\npuh. 040 123 4567",
    "Moi! Rahat tulivat tilille, kiitos. Hyvää kesää!\nT. Liisa",
    "Selvä, kiitos tiedosta.",
    "kiitti asia hoitui",
    "Kiitoksia\n\nLähetetty iPhonesta",
    "Hei\nKiitoksia paljon",
    "Paketti tuli perille. Kiitos ja hyvää viikonloppua!",
    "Kiitos! Asian voi sulkea.",
    "KIITOS AVUSTA",
    "tack för hjälpen",
    "Hej!\nTack så mycket för snabbt svar, nu fungerar det.\nMvh Åsa von Essen",
    "Tusen tack :)",
    "Tack! Pengarna kom i går. Ha en trevlig helg!",
    "Tack, ärendet kan stängas.",
    "tack, allt ok nu",
    "Toppen, tack!\n\nVänliga hälsningar\nKarl Öberg\nkarl@posti.example",
    "thanks, all good",
    "Hi Maija,\n\nThank you so much for your quick reply. That solved it.\n\nBest regards,\nJohn Smith\n+358 40 123456",
    "Thanks a lot for your help!",
    "Great, thank you. The refund arrived today.",
    "Many thanks for sorting this out. Everything works now.\nHave a great weekend!",
    "Ok, thanks",
    "Much appreciated.",
]

CHASERS = [
    "missä vastaus?",
    "Onko mitään uutta?",
    "odotan edelleen vastausta",
    "Hei, kysyisin vain, onko tähän tullut jotain... Milloin saan vastauksen? Pyörä seisoo pihalla.",
    "En ole vieläkään saanut teiltä mitään vastausta reklamaatiooni.",
    "Mikä on asiani tilanne?\nT. Matti",
    "Kiitos kuittauksesta. Odottelen yhä vastaustanne.",
    "Missa se vastaus viipyy???",
    "Hei! Lähetin viestin jo viikko sitten. Ette ole vastanneet.",
    "Missä mennään?",
    "någon uppdatering?",
    "Hej, när får jag svar?",
    "Jag väntar fortfarande på ert svar.",
    "Har ni några nyheter i ärendet? Mvh Lena",
    "Hej igen. Jag har ännu inte fått något svar på min reklamation.",
    "Hur går det med mitt ärende?",
    "when will I get an answer?",
    "Any update on this?",
    "Hello, I'm still waiting for your reply. It has been two weeks now.",
    "I haven’t heard back from you yet.",
    "What is the status of my complaint?",
    "Any news?",
]

STATUSES = [
    "tila",
    "Tila?",
    "TILA!",
    "status",
    "Status.",
    "läge",
    "lage?",
    "Hei,\n\ntila?\n\nMatti",
    "#tila",
    " läget ",
]

TRAPS = [
    # not thanks
    "kiitos, mutta laite ei toimi",
    "Kiitos vastauksesta. Vika tuli takaisin.",
    "ei toimi vieläkään",
    "Kiitos ei mistään!",
    "Ei kiitos.",
    "Kiitos jo etukäteen!",
    "Kiitos\nRikki",
    "KIITOS\nEI TOIMI",
    "Kiitos! Milloin rahat tulevat?",
    "Kiitos, asia kunnossa?",
    "Asia ei ole kunnossa.",
    "Kiitos avusta. Ystävällisin terveisin Matti. PS. Lasku oli taas väärin.",
    "Kiitos hyvityksestä, puolet vielä puuttuu",
    "Hei,\nterveisin Matti",
    "Kiitos avusta, mutta näin kauan ei pitäisi joutua odottamaan.",
    "Paketti tuli rikki, kiitos vaan",
    "tack men det fungerar fortfarande inte",
    "det fungerar fortfarande inte",
    "Tack för ingenting",
    "Tack på förhand",
    "Nej tack.",
    "Tack. Felet kom tillbaka i går.",
    "Tack för svaret, men när får jag pengarna?",
    "still not working",
    "Thanks for nothing.",
    "Thanks in advance",
    "Thanks, but the replacement arrived broken",
    "No thanks.",
    "Thank you. It works now but the screen flickers.",
    "The refund arrived today, only half of it. Thanks.",
    "Thanks 🙄",
    # not chasers
    "Jään odottamaan vastaustanne.",
    "Odotan edelleen pakettia.",
    "Onko mitään uutta mallia tulossa syksyllä?",
    "Jos en ole saanut vastausta perjantaihin mennessä, vien asian kuluttajariitalautakuntaan.",
    "En ole saanut vastausta kuljetusliikkeestä.",
    "Milloin saan uuden laitteen?",
    "Vastaus on edelleen väärä.",
    "Jag väntar fortfarande på mitt paket.",
    "När får jag min cykel?",
    "Ser fram emot ert svar.",
    "I look forward to your reply.",
    "Any update of the app makes it crash.",
    "I am still waiting for my refund.",
    "When will the new model be in stock?",
    "He said: “any update on this?” and hung up.",
    # not the status
    "Hotellin tila on varattu.",
    "Tila on edelleen sama, laite ei käynnisty",
    "Status quo gäller",
    "tila 2",
    "läget är dåligt",
    "",
    "?",
    "Kiitos. " * 1000,
]


@pytest.mark.parametrize("text", THANKS)
def test_a_mere_thank_you_is_known(text: str) -> None:
    assert what_it_is(text) == "thanks"


@pytest.mark.parametrize("text", CHASERS)
def test_a_question_where_the_answer_stays_is_known(text: str) -> None:
    assert what_it_is(text) == "chaser"


@pytest.mark.parametrize("text", STATUSES)
def test_the_word_for_the_status_alone_is_known(text: str) -> None:
    assert what_it_is(text) == "status"


@pytest.mark.parametrize("text", TRAPS)
def test_in_doubt_it_is_a_mail_like_any_other(text: str) -> None:
    assert what_it_is(text) == "other"


def mail(text: str, subject: str = "Re: Maksu veloitettu kahdesti", **changed: object) -> Mail:
    return replace(Mail(subject=subject, text=text, new_text=text), **changed)


def test_a_new_subject_that_says_something_is_no_thank_you() -> None:
    assert meaning_of(mail("Kiitos!", "Laite taas rikki"), COMPLAINT) == "other"
    assert meaning_of(mail("Kiitos!", "Kiitos"), COMPLAINT) == "thanks"


def test_a_thank_you_with_an_attachment_is_looked_at_by_a_person() -> None:
    photo = Attachment(filename="vika.jpg", content_type="image/jpeg", size=1, content=b"x")
    assert meaning_of(mail("Kiitos!", attachments=(photo,)), COMPLAINT) == "other"


def test_the_status_may_be_asked_in_the_subject_of_an_empty_reply() -> None:
    assert meaning_of(mail("", "Re: tila"), COMPLAINT) == "status"
    assert meaning_of(mail("> Otimme asian käsittelyyn.", "Status?"), COMPLAINT) == "status"
    assert meaning_of(mail("Ei toimi.", "Re: tila"), COMPLAINT) == "other"
    assert meaning_of(mail("", "Re: Maksu"), COMPLAINT) == "other"


def test_a_hostile_text_takes_no_time() -> None:
    for piece in ("ok ", "kiitos ", "tack ", "and ", "thank you for your quick ", "onko asiasta jo "):
        assert what_it_is((piece * 2000)[:5000]) in ("thanks", "other")


@pytest.mark.parametrize(
    ("text", "subject", "asks"),
    [("tila", "Re: Maksu", True), ("", "Re: status", True), ("Ei toimi", "Re: Maksu", False), ("x " * 200, "", False)],
)
def test_what_may_ask_for_the_status_is_known_before_anything_is_looked_up(text: str, subject: str, asks: bool) -> None:
    assert asks_status(mail(text, subject)) == asks


def test_a_thank_you_is_told_from_the_name_below_it() -> None:
    assert what_it_is("Kiitos, Matti") == "thanks"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("Kiitos, mutta rahat puuttuvat.", "rahat puuttuvat."),
        ("Palvelu oli hieno. Mutta summa 29,90 € on väärä.", "summa 29,90 € on väärä."),
        ("Kiitos avusta rahat puuttuvat", "rahat puuttuvat"),
        ("Laskussa on virhe, mutta kiitos.", "Laskussa on virhe,."),
        ("Tack så mycket!", "!"),
        ("x" * 6000, "x" * 6000),
    ],
)
def test_what_a_mail_says_besides_courtesy(text: str, rest: str) -> None:
    assert besides_courtesy(text) == rest


@pytest.mark.parametrize(
    "text",
    [
        "Ei toimi vieläkään",
        "Odotan edelleen.",
        "Rahat eivät ole vielä tulleet.",
        "Vielä ei ole tullut mitään.",
        "Det fungerar fortfarande inte.",
        "Jag har ännu inte fått pengarna.",
        "Paketet har inte kommit än.",
        "It is still broken.",
        "It has not arrived yet.",
        "It hasn't come yet",
    ],
)
def test_that_something_still_fails_is_heard(text: str) -> None:
    assert says_still(text)


@pytest.mark.parametrize("text", ["Kiitos kaikesta.", "Laskussa on virhe.", "Tack, större än väntat.", "Thanks again"])
def test_what_does_not_say_that_something_still_fails(text: str) -> None:
    assert not says_still(text)
