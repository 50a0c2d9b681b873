"""What number an answer to a survey holds, and whom a survey may be sent to."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.compose.samples import COMPLAINT
from vastine.core.mail import Address
from vastine.core.survey import History, read_answer, why_not_asked

NOW = datetime(2026, 6, 24, 9, 0, tzinfo=UTC)
OURS = frozenset({"tuki@yritys.example"})


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("5", 5),
        ("5!", 5),
        (" 3 ", 3),
        ("4.", 4),
        ("5 :)", 5),
        ("5 👍", 5),
        ("👍 5", 5),
        ("*5*", 5),
        ("５", 5),
        ("5️⃣", 5),
        ("4+", 4),
        ("⭐⭐⭐⭐", 4),
        ("★ ★ ★", 3),
        ("4/5", 4),
        ("4 / 5", 4),
        ("4/5.", 4),
        ("Arvosana 4", 4),
        ("arvosana: 4", 4),
        ("Arvosanani on 2.", 2),
        ("annan 5", 5),
        ("Annan teille arvosanan 4", 4),
        ("annan arvosanaksi 3", 3),
        ("Saatte 5 pistettä!", 5),
        ("5 tähteä", 5),
        ("viisi", 5),
        ("Nelonen", 4),
        ("Betyg 4", 4),
        ("Betyget är 2", 2),
        ("Jag ger er 5", 5),
        ("4 av 5", 4),
        ("fyra", 4),
        ("5 stjärnor", 5),
        ("3 poäng", 3),
        ("Rating: 4", 4),
        ("I'd give it a 4", 4),
        ("I give you 5 stars", 5),
        ("My score is 3", 3),
        ("4 out of 5", 4),
        ("five", 5),
        ("5 kiitos", 5),
        ("5, kiitos hyvästä palvelusta", 5),
        ("5 - todella hyvä", 5),
        ("2. Kesti liian kauan.", 2),
        ("5 tack för hjälpen", 5),
        ("5 thanks", 5),
        ("Arvosana 5 ja hymy päälle", 5),
        ("Hei,\n\n5\n\nTerveisin\nMatti", 5),
        ("Hei Matti!\n4, ihan hyvin", 4),
        ("Kaikki meni hyvin.\n\nArvosana: 5", 5),
        ("5\n5", 5),
        ("1\nSain vasta 2 pyörää 3:sta", 1),
    ],
)
def test_a_number_is_found(text: str, score: int) -> None:
    assert read_answer(text, "csat").score == score


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Kiitos!",
        "2 kertaa",
        "5 päivää sitten tilasin",
        "3 dagar sedan",
        "5 times",
        "tilasin 2 pyörää",
        "6",
        "0",
        "55",
        "2026",
        "-5",
        "+5",
        "#5",
        "4.5",
        "4,5",
        "4½",
        "3-4",
        "3 - 4",
        "3–4",
        "5 tai 4",
        "5, 4",
        "4\n5",
        "5 €",
        "5 %",
        "5.5.2026",
        "klo 5",
        "5-vuotias poika",
        "7/10",
        "4/10",
        "3 out of 10",
        "4/5/2026",
        "1) Missä paketti on?",
        "1. Paketti puuttuu.\n2. Lasku on väärin.",
        "Annan 5 päivää aikaa",
        "annan 5 euroa",
        "viisi kertaa",
        "yksi asia jäi auki",
        "V-7F3K5",
        "TIL-5",
        "Arvosana 45",
        "⭐⭐⭐⭐⭐⭐",
    ],
)
def test_no_number_is_found(text: str) -> None:
    assert read_answer(text, "csat").score is None


@pytest.mark.parametrize(
    ("text", "score"),
    [("0", 0), ("10", 10), ("10/10", 10), ("7", 7), ("kymppi", 10), ("8 av 10", 8), ("0, aldrig mer", 0)],
)
def test_a_number_from_nought_to_ten_is_found(text: str, score: int) -> None:
    assert read_answer(text, "nps").score == score


@pytest.mark.parametrize("text", ["11", "4/5", "7,5", "10 kertaa", "⭐⭐⭐"])
def test_no_number_from_nought_to_ten_is_found(text: str) -> None:
    assert read_answer(text, "nps").score is None


@pytest.mark.parametrize(
    ("text", "comment"),
    [
        ("5", ""),
        ("5, kiitos avusta!", "kiitos avusta"),
        ("5 tack för hjälpen", "tack för hjälpen"),
        ("Hei,\n5\nLasku on yhä väärin.", "Hei,\nLasku on yhä väärin."),
        ("Arvosana 2 koska kesti kauan", "koska kesti kauan"),
        ("Ei numeroa", "Ei numeroa"),
    ],
)
def test_what_stands_besides_the_number_is_kept(text: str, comment: str) -> None:
    assert read_answer(text, "csat").comment == comment


@pytest.mark.parametrize(
    ("text", "says_more"),
    [
        ("5", False),
        ("5, kiitos avusta!", False),
        ("5\n\nYstävällisin terveisin\nMatti Meikäläinen\nEsimerkkikatu 1", False),
        ("4\nMvh Maja Svensson, Storgatan", False),
        ("5, milloin?", True),
        ("3\nPyörä on yhä rikki, eikä kukaan soittanut.", True),
    ],
)
def test_more_than_a_few_words_are_for_somebody_to_read(text: str, *, says_more: bool) -> None:
    assert read_answer(text, "csat").says_more is says_more


@pytest.mark.parametrize(
    "text",
    [
        "STOP",
        "stop.",
        "#ei kyselyitä",
        "Ei kiitos kyselyille",
        "ei enää kyselyitä",
        "En halua enää kyselyitä.",
        "#inga enkäter",
        "Nej tack, inga fler enkäter",
        "#no surveys",
        "No more surveys please",
        "Hei,\n\nei kyselyitä, kiitos\nei kyselyitä",
    ],
)
def test_who_wants_no_surveys_is_understood(text: str) -> None:
    assert read_answer(text, "csat").refuses


@pytest.mark.parametrize("text", ["5", "Pyörä ei stop", "Ei tullut kyselyitä lainkaan tähän asti", "Kiitos kyselystä"])
def test_who_says_nothing_of_it_may_be_asked_again(text: str) -> None:
    assert not read_answer(text, "csat").refuses


def test_a_number_and_a_refusal_may_stand_in_one_mail() -> None:
    answer = read_answer("4\nSTOP", "csat")
    assert (answer.score, answer.refuses, answer.comment) == (4, True, "")


def test_a_very_long_text_is_read_in_no_time() -> None:
    assert read_answer("5 " * 100_000, "csat").score is None


# --- who is asked


@dataclass(frozen=True)
class Excluding:
    exclude: tuple[str, ...] = ()


RESOLVED = replace(
    COMPLAINT, status="resolved", resolved_at=NOW - timedelta(days=1), authenticated=True, decision={"kind": "person"}
)


def why_not(history: History | None = None, exclude: tuple[str, ...] = (), **changed: Any) -> str | None:
    complaint = replace(RESOLVED, **changed)
    return why_not_asked(complaint, history or History(), Excluding(exclude), our_addresses=OURS, now=NOW)


def test_a_proven_customer_is_asked() -> None:
    assert why_not() is None


def test_an_unproven_customer_whom_a_person_answered_is_asked() -> None:
    assert why_not(History(answered=True, unacknowledged=True), authenticated=False) is None


def test_an_unproven_customer_whom_nobody_answered_is_not_asked() -> None:
    assert why_not(authenticated=False) is not None


def test_who_was_not_even_acknowledged_is_not_asked() -> None:
    assert why_not(History(unacknowledged=True)) is not None


@pytest.mark.parametrize(("days", "asked"), [(89, False), (90, True)])
def test_nobody_is_asked_twice_within_ninety_days(days: int, *, asked: bool) -> None:
    assert (why_not(History(asked_at=NOW - timedelta(days=days))) is None) is asked


def test_who_is_about_to_be_asked_about_another_matter_is_not_asked() -> None:
    assert why_not(History(awaited=True)) == "the customer is about to be asked about another matter"


def test_a_topic_may_be_excluded() -> None:
    assert why_not(exclude=("gdpr",), topic="gdpr") == "topic 'gdpr' is excluded"


def test_who_wants_no_surveys_gets_none() -> None:
    assert why_not(History(refused=True)) == "the customer wants no surveys"


def test_an_address_that_bounced_gets_none() -> None:
    assert why_not(History(bounced=True, answered=True)) is not None


def test_a_customer_whom_our_mail_does_not_reach_gets_none() -> None:
    assert why_not(History(answered=True), undeliverable=True) is not None


@pytest.mark.parametrize("kind", ["bulk", "auto_generated"])
def test_what_a_program_sent_is_followed_by_no_survey(kind: str) -> None:
    assert why_not(History(answered=True), decision={"kind": kind}) == f"it began with a mail that is {kind}"


@pytest.mark.parametrize("address", ["", "noreply@kauppa.example", "tuki@yritys.example"])
def test_what_is_no_customers_address_gets_none(address: str) -> None:
    assert why_not(History(answered=True), customer=Address(address=address)) is not None
