import pytest

from vastine.core.quote import MARKER_PHRASES, new_text


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


def test_only_quoted_lines_are_all_new() -> None:
    assert new_text("> hei\n> taas") == "> hei\n> taas"
