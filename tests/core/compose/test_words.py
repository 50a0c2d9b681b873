"""Names, times, sizes, subjects and built-in texts."""

from datetime import UTC, datetime, timedelta
from string import Formatter

import pytest

from core.compose.samples import DUE, HELSINKI, NOW
from vastine.core.compose.moments import day, in_full, in_full_from, in_short, language_name, size_in_words, span
from vastine.core.compose.people import first_name
from vastine.core.compose.subjects import reply_subject, shortened, staff_subject
from vastine.core.quote import MARKER_PHRASES
from vastine.texts import LANGUAGES, first_with_texts, texts_in


@pytest.mark.parametrize(
    ("display", "name"),
    [
        ("Matti Meikäläinen", "Matti"),
        ("Meikäläinen, Matti", "Matti"),
        ('"Anna-Liisa Virtanen"', "Anna-Liisa"),
        ("Åsa von Essen", "Åsa"),
        ("Siobhán O'Brien", "Siobhán"),
        ("Matti Juhani Meikäläinen", "Matti"),
        ("Meikäläinen Matti", None),
        ("MEIKÄLÄINEN MATTI", None),
        ("Matti", None),
        ("matti meikäläinen", None),
        ("M. Meikäläinen", None),
        ("matti@posti.example", None),
        ("Pohjolan Pyörä Oy", None),
        ("Asiakaspalvelu Pohjola", None),
        ("Matti Meikäläinen (Posti)", None),
        ("Osta Nyt http://x.example", None),
        ("Matti2 Meikäläinen", None),
        ("", None),
    ],
)
def test_first_name_is_taken_only_where_it_surely_is_one(display: str, name: str | None) -> None:
    assert first_name(display) == name


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("fi", "keskiviikkona 24.6. klo 16.00"),
        ("sv", "onsdagen den 24 juni kl. 16.00"),
        ("en", "Wednesday 24 June at 16:00"),
        ("et", "kolmapäev 24 juuni, 16:00"),
    ],
)
def test_time_is_said_in_full(language: str, words: str) -> None:
    assert in_full(DUE, language=language, zone=HELSINKI) == words


def test_every_finnish_day_answers_when() -> None:
    week = [in_full(DUE + timedelta(days=n), language="fi", zone=HELSINKI).partition(" ")[0] for n in range(7)]
    assert all(day.endswith("na") for day in week)
    assert len(set(week)) == 7


@pytest.mark.parametrize(
    ("language", "words"), [("fi", "ke 24.6. klo 16.00"), ("sv", "ons 24.6 kl. 16.00"), ("en", "Wed 24 Jun 16:00")]
)
def test_time_is_said_in_short(language: str, words: str) -> None:
    assert in_short(DUE, language=language, zone=HELSINKI) == words


def test_hour_in_the_morning_has_no_zero_in_finnish() -> None:
    assert in_full(DUE - timedelta(hours=8), language="fi", zone=HELSINKI) == "keskiviikkona 24.6. klo 8.00"


def test_time_follows_the_zone_and_its_summer_time() -> None:
    assert in_full(datetime(2026, 1, 7, 14, tzinfo=UTC), language="en", zone=HELSINKI) == "Wednesday 7 January at 16:00"


@pytest.mark.parametrize(
    ("days", "words"), [(0, "tänään klo 16.00"), (1, "huomenna klo 16.00"), (2, "perjantaina 26.6. klo 16.00")]
)
def test_near_time_is_said_from_now(days: int, words: str) -> None:
    assert in_full_from(DUE + timedelta(days=days), now=NOW, language="fi", zone=HELSINKI) == words


def test_date_has_its_year_only_where_it_is_another() -> None:
    dates = [day(datetime(year, 5, 12, tzinfo=UTC), now=NOW, language="fi", zone=HELSINKI) for year in (2025, 2026)]
    assert dates == ["12.5.2025", "12.5."]


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "alle 1 min"),
        (42, "42 min"),
        (60, "1 h"),
        (380, "6 h 20 min"),
        (1440, "1 pv"),
        (3065, "2 pv 3 h"),
        (-42, "42 min"),
    ],
)
def test_duration_is_said_in_its_two_largest_units(minutes: int, words: str) -> None:
    assert span(timedelta(minutes=minutes), language="fi") == words


@pytest.mark.parametrize(("octets", "words"), [(1, "1 kt"), (84_000, "84 kt"), (1_230_000, "1,2 Mt")])
def test_size_is_said_in_words(octets: int, words: str) -> None:
    assert size_in_words(octets, language="fi") == words


@pytest.mark.parametrize(("code", "name"), [("sv", "ruotsi"), ("xx", "xx")])
def test_language_is_named_in_the_language_of_the_reader(code: str, name: str) -> None:
    assert language_name(code, language="fi") == name


def test_language_of_an_unknown_reader_is_named_in_english() -> None:
    assert language_name("fi", language="tlh-xx-??") == "Finnish"


@pytest.mark.parametrize("subject", ["Maksu", "Re: Maksu", "VS: Re[2]: SV: Maksu", " re : Maksu "])
def test_reply_subject_has_one_prefix(subject: str) -> None:
    assert reply_subject(subject) == "Re: Maksu"


def test_long_subject_is_cut() -> None:
    assert len(shortened("sana " * 100)) <= 200


def test_staff_subject_without_a_subject_ends_with_the_priority() -> None:
    assert staff_subject("V-7F3K9", "high", " \n ") == "[V-7F3K9] [high]"


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("part", ["customer", "staff", "times"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_texts_with_the_same_values(language: str, part: str) -> None:
    ours, finnish = getattr(texts_in(language), part), getattr(texts_in("fi"), part)
    assert {key: fields(text) for key, text in ours.items()} == {key: fields(text) for key, text in finnish.items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_marker_line_begins_with_the_phrase_that_reading_looks_for(language: str) -> None:
    assert texts_in(language).staff["marker"].startswith(MARKER_PHRASES[LANGUAGES.index(language)])


def test_language_without_texts_is_passed_over() -> None:
    assert (first_with_texts(("et", "sv")), first_with_texts(("et",))) == ("sv", "en")
