"""Dates in mails, and the day that a mail names for its answer."""

from datetime import UTC, date, datetime

import pytest

from core.rules.sample import run
from vastine.core.rules import Rulebook, load
from vastine.core.rules.dates import dates, day_of, reply_dates

TODAY = date(2026, 3, 11)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Pyydämme vastinettanne viimeistään 31.3.2026.", ["31.3.2026"]),
        ("Vastaus on annettava 31.3.2026 mennessä.", ["31.3.2026"]),
        ("Määräaika vastineelle on 2026-04-15.", ["2026-04-15"]),
        ("Vi ber er svara senast den 15 mars 2026.", ["15 mars 2026"]),
        ("Sista svarstid är 1.4.2026.", ["1.4.2026"]),
        ("Please reply no later than 3 April 2026.", ["3 April 2026"]),
        ("We expect your answer by April 3, 2026.", ["April 3, 2026"]),
        ("Ostin pyörän 1.3.2026. Se hajosi 5.3.2026.", []),
        ("Viimeistään nyt riittää. Ostin sen 1.3.2026.", []),
        ("viimeistään 31.2.2026", []),
        ("Vastine on toimitettava 15.12.2026 klo 16.15 mennessä.", ["15.12.2026"]),
        ("Vastine on toimitettava 15.12.2026\nmennessä.", ["15.12.2026"]),
        ("Vastatkaa viimeistään 15 päivänä joulukuuta 2026.", ["15 päivänä joulukuuta 2026"]),
        ("Svara senast kl. 16 den 15 mars 2026.", ["15 mars 2026"]),
        ("Sent by Matti on 15.12.2026", []),
        ("Laskun eräpäivä on 30.11.2026.", []),
        ("Laskun eräpäivä oli viimeistään 30.11.2026.", []),
        ("Förfallodagen är senast den 30 november 2026.", []),
        ("The due date is 30 November 2026, not later than that.", []),
        ("Eräpäivä on 30.11.2026. Vastatkaa viimeistään 15.12.2026.", ["15.12.2026"]),
        ("Viittaamme kirjeeseenne 1.12.2026, vastine toimitettava mennessä 5.12.2026", []),
    ],
)
def test_a_date_counts_where_something_is_asked_for_by_then(text: str, found: list[str]) -> None:
    assert list(reply_dates(text)) == found


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("31.3.2026", date(2026, 3, 31)),
        ("31.3.26", date(2026, 3, 31)),
        ("31.3.", date(2026, 3, 31)),
        ("1.3.", date(2027, 3, 1)),
        ("29.2.", date(2028, 2, 29)),
        ("2026-04-15", date(2026, 4, 15)),
        ("15/4/2026", date(2026, 4, 15)),
        ("15. huhtikuuta", date(2026, 4, 15)),
        ("15 april 2027", date(2027, 4, 15)),
        ("April 3rd, 2026", date(2026, 4, 3)),
        ("3rd of April", date(2026, 4, 3)),
        ("31.2.2026", None),
        ("ensi viikolla", None),
    ],
)
def test_a_date_is_a_day_without_a_year_the_next_one(written: str, day: date | None) -> None:
    assert day_of(written, TODAY) == day


def test_every_date_of_the_calendar_is_found_as_it_is_written() -> None:
    assert list(dates("1.3.2026, 32.1.2026, 5 maj 2026 ja 2026-13-01")) == ["1.3.2026", "5 maj 2026"]


def due(body: str, rules: str = "") -> datetime | None:
    return run(rulebook(rules), body).due


def rulebook(more: str = "") -> Rulebook:
    from core.rules.sample import BASE

    base = BASE.replace("extract:\n", "extract:\n  reply_by: {builtin: reply_date}\n")
    return load(base + "rules:\n  - {name: r1, when: {language: fi}, then: {due: reply_by}}\n" + more)


def test_the_due_date_is_the_end_of_that_day() -> None:
    assert due("Vastatkaa viimeistään 31.3.2026.") == datetime(2026, 3, 31, 13, tzinfo=UTC)  # a Tuesday, 16.00


def test_on_a_closed_day_it_is_the_end_of_the_working_day_before() -> None:
    assert due("Vastatkaa viimeistään 22.3.2026.") == datetime(2026, 3, 20, 14, tzinfo=UTC)  # Sunday: Friday, 16.00


def test_of_several_days_the_first_that_is_still_to_come_counts() -> None:
    text = "Viimeistään 1.2.2026 piti. Vastatkaa viimeistään 31.3.2026, maksakaa viimeistään 20.3.2026."
    assert due(text) == datetime(2026, 3, 20, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    "body", ["Vastatkaa viimeistään 1.2.2026.", "Vastatkaa pian.", "Vastatkaa viimeistään 31.3.2999."]
)
def test_a_day_that_is_over_or_none_leaves_the_clocks_alone(body: str) -> None:
    assert due(body) is None


def test_with_a_calendar_that_never_closes_it_is_the_end_of_the_day() -> None:
    more = "  - {name: r2, when: {language: fi}, then: {priority: critical}}\n"
    assert due("Vastatkaa viimeistään 31.3.2026.", more) == datetime(2026, 3, 31, 20, 59, tzinfo=UTC)
