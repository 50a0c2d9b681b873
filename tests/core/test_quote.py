import pytest

from vastine.core.parse import parse
from vastine.core.quote import MARKER_PHRASES, new_text, own_text, signature_of


@pytest.mark.parametrize(
    "heading",
    [
        "Matti Meikäläinen <matti@posti.example> kirjoitti 22.6.2026 kello 10.00:",
        "ma 22. kesäk. 2026 klo 10.00 Matti Meikäläinen (matti@posti.example) kirjoitti:",
        "22.6.2026 10.00, Matti kirjoitti:",
        "Den mån 22 juni 2026 kl 10:00 skrev Matti Meikäläinen\n<matti@posti.example>:",
        "22 juni 2026 kl. 10:00 skrev Matti <matti@posti.example>:",
        "On Mon, Jun 22, 2026 at 10:00 AM Matti <\nmatti@posti.example> wrote:",
        "Am Mo., 22. Juni 2026 um 10:00 Uhr schrieb Matti <matti@posti.example>:",
        "-----Alkuperäinen viesti-----",
        "-----Ursprungligt meddelande-----",
        "-----Original Message-----",
        "Lähettäjä: Tuki <tuki@yritys.example>\nLähetetty: 22. kesäkuuta 2026 10:00\nVastaanottaja: Matti\nAihe: x",
        "________________________________\nFrån: Tuki <tuki@yritys.example>\nSkickat: den 22 juni 2026 10:00",
        "*From:* Support\n*Sent:* Monday, June 22, 2026\n*To:* Matti\n*Subject:* x",
        "Från: Tuki <tuki@yritys.example>\nDatum: måndag 22 juni 2026\nTill: Matti\nÄmne: x",
    ],
)
def test_history_below_a_heading_is_off(heading: str) -> None:
    assert new_text(f"Kiitos, mutta ei auttanut.\n\n{heading}\n\nHei Matti,\nvanhaa tekstiä.") == (
        "Kiitos, mutta ei auttanut."
    )


@pytest.mark.parametrize(
    "sentence",
    [
        "Myyjä kirjoitti minulle, että korvausta ei tule:",
        "Hän kirjoitti:",
        "Asiakaspalvelunne kirjoitti minulle 22.6.2026 klo 10.00:",
        "Säljaren skrev att allt är klart:",
        "You wrote that it ships today:",
        "Lähettäjä: ei näy paketissa",
        "Från: Helsingfors till Vasa",
    ],
)
def test_a_customers_sentence_is_no_heading(sentence: str) -> None:
    text = f"Hei,\n{sentence}\nMitä nyt teen?"
    assert new_text(text) == text


@pytest.mark.parametrize("phrase", MARKER_PHRASES)
def test_everything_below_our_marker_is_off(phrase: str) -> None:
    assert new_text(f"#ratkaistu\nVaihdamme lukon.\n\n{phrase} Se lähtee asiakkaalle. ---\n\nAsiakas Matti") == (
        "#ratkaistu\nVaihdamme lukon."
    )


def test_answer_below_a_quoted_marker_is_kept() -> None:
    assert new_text(f"> {MARKER_PHRASES[0]} ---\n> | Missä?\n\nHuomenna tulee.") == "Huomenna tulee."


def test_answers_between_quoted_lines_are_kept() -> None:
    assert new_text("> Koko?\n54.\n> Väri?\nMusta.") == "54.\n\nMusta."


@pytest.mark.parametrize(
    "signature",
    [
        "Lähetetty iPhonesta",
        "Lähetetty Samsung Galaxy -älypuhelimesta",
        "Skickat från min iPhone",
        "Sent from my iPhone",
        "Hanki Outlook for Android <https://aka.ms/x>",
        "--\nMatti Meikäläinen\nOy Yritys Ab\n050 123",
    ],
)
def test_signature_is_off(signature: str) -> None:
    assert new_text(f"Tilaus puuttuu.\n\n{signature}") == "Tilaus puuttuu."


@pytest.mark.parametrize(
    "line",
    [
        "Lähetetty paketti ei ole tullut.",
        "Lähetetty puhelin oli rikki",
        "Sent from my desk, is much easier than my mobile phone.",
        "Skickat paket har inte kommit",
    ],
)
def test_a_sentence_about_sending_is_no_signature(line: str) -> None:
    assert new_text(f"Hei\n{line}") == f"Hei\n{line}"


def test_a_forward_is_all_new() -> None:
    text = "-------- Välitetty viesti --------\nLähettäjä: a@b.example\nPäiväys: 1.1.2026\nAihe: x\n\nhei"
    assert new_text(text) == text


MARKED = "Hei,\n\n> pyörä on rikki\n> ja poljin irti\n\nTerv. Matti"


def test_what_a_mail_that_answers_nothing_marks_is_its_writers() -> None:
    assert new_text(MARKED, answers=False) == MARKED


def test_what_a_mail_that_answers_nothing_quotes_below_a_heading_is_not_its_writers() -> None:
    text = "> oma\n\nMyyjä kirjoitti 12.6.2024 klo 10.15:\n> Palautamme rahat\n\nRahaa ei ole tullut.\n> lainattu"
    assert new_text(text, answers=False) == "> oma\n\nRahaa ei ole tullut."


@pytest.mark.parametrize(
    ("fields", "kept"),
    [
        ("Subject: Lasku", True),
        ("Subject: Re: Lasku", False),
        ("Subject: Lasku\nIn-Reply-To: <a@b.example>", False),
        ("Subject: VL: Lasku", False),
    ],
)
def test_a_mail_answers_something_where_its_fields_say_so(fields: str, kept: bool) -> None:
    mail = parse(f"From: a@posti.example\n{fields}\nContent-Type: text/plain; charset=utf-8\n\n{MARKED}\n".encode())
    assert ("rikki" in mail.new_text) is kept


def test_only_quoted_lines_are_all_new() -> None:
    assert new_text("> hei\n> taas") == "> hei\n> taas"


@pytest.mark.parametrize(
    "text",
    [
        'Hei,\n\nMyyjä kirjoitti 12.6.2024 klo 10.15:\n\n"Palautamme rahat"\n\nRahaa ei ole tullut.',
        "Hej,\n\nFöretaget skrev den 3 juni 2024 kl. 10.15:\n\nVi återbetalar.\n\nInga pengar har kommit.",
        "Hei.\n\nLähettäjä: Matti Virtanen\nPäivämäärä: 3.6.2024\nAihe: hella\n\nTuote hajosi.",
    ],
)
def test_a_customer_who_tells_what_was_written_to_them_is_kept_whole(text: str) -> None:
    assert new_text(text) == text


def test_the_line_above_a_heading_is_the_writers_own() -> None:
    text = "Laite ostettu 12.6.2024 Kotkasta\nma 10. kesäk. 2024 klo 9.00 Anna <a@b.example> kirjoitti:\n\n> Hei"
    assert new_text(text) == "Laite ostettu 12.6.2024 Kotkasta"


def test_an_answer_below_a_marked_quotation_is_kept() -> None:
    assert new_text("Hej!\n\n----- Ursprungligt meddelande -----\n> Från: a\n> Hej\n\nSvar här.") == "Hej!\n\nSvar här."


def test_nothing_below_the_marker_is_an_answer() -> None:
    text = f"Vastaus.\n\n{MARKER_PHRASES[0]} Se lähtee asiakkaalle. ---\n> Asiakas\n\nPeruutettu"
    assert own_text(text) == "Vastaus."


@pytest.mark.parametrize(
    "heading",
    [
        "---- On Wed, 24 Feb 2021 14:02:50 +0530 anna@yritys.example wrote ----",
        '30.09.2017, 18.30, "Anna Virtanen" <anna@yritys.example>:',
        "2013/1/3 Anna Virtanen <anna@yritys.example>",
        "-------- Välitetty viesti / Fwd.Msg --------",
        "Date: Mon, 3 Jun 2024 10:15\nFrom: anna@yritys.example\nTo: a@b.example\nSubject: hei",
    ],
)
def test_rarer_headings_are_known(heading: str) -> None:
    assert new_text(f"Oma teksti.\n\n{heading}\n> Hei\n> vaan") == "Oma teksti."


HISTORY = "Lähettäjä: Tuki <tuki@yritys.example>\nLähetetty: 22. kesäkuuta 2026 10:00\nVastaanottaja: Matti\nAihe: x"


@pytest.mark.parametrize(
    "said", ["Hei, vastaukset alla punaisella.", "Vastasin kysymyksiin väliin.", "See my comments inline."]
)
def test_where_answers_stand_unmarked_in_the_history_all_is_kept(said: str) -> None:
    text = f"{said}\n\n{HISTORY}\n\nMikä on tilausnumero?\nTIL-123456"
    assert new_text(text) == text


@pytest.mark.parametrize("said", ["Toivon vastausta alle viikossa.", "Please reply, my budget is below 100 euros."])
def test_an_everyday_sentence_keeps_no_history(said: str) -> None:
    assert new_text(f"{said}\n\n{HISTORY}\n\nMikä on tilausnumero?") == said


# --- signatures


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("Korjaamme.\n\n--\nAnna Virtanen\np. 09 123", "Anna Virtanen\np. 09 123"),
        ("Korjaamme.\n\n-- \nAnna Virtanen", "Anna Virtanen"),
        ("Korjaamme.\n--\nAnna\n\nke 24.6.2026 klo 12.00 tuki kirjoitti:\n> Hei\n> --\n> Matti", "Anna"),
        ("Korjaamme.\n\nYt. Anna", ""),
        ("> Hei\n> --\n> Matti", ""),
        ("Korjaamme.\n--\n" + "rivi\n" * 40, ""),
    ],
)
def test_the_signature_of_the_writer_alone(text: str, signature: str) -> None:
    assert signature_of(text) == signature
