"""Who is told: from the words of the rules to people, and never nobody."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from vastine.core.complaint import Complaint
from vastine.core.mail import Address
from vastine.core.recipients import address_of, concerned, recipients
from vastine.core.rules import Rulebook, load

RULES = """\
version: 1
company: Yritys Oy
timezone: Europe/Helsinki
languages: [fi]
priorities:
  normal: {first_reply: 1d, resolve: 5d, calendar: always}
staff:
  anna: {name: Anna, email: Anna@Yritys.example}
  ville: {name: Ville, email: ville@yritys.example, away: ["2026-06-22..2026-07-03"], deputy: anna}
  olli: {name: Olli, email: olli@yritys.example, away: ["2026-06-22..2026-07-03"]}
  maija: {name: Maija, email: maija@yritys.example, away: ["2026-12-24"]}
teams:
  support: {members: [anna, ville], lead: maija}
  night: {members: [olli], lead: olli}
defaults: {topic: other, priority: normal, team: support}
management: [johtaja@yritys.example, ANNA@yritys.example]
rules: []
"""
BOOK = load(RULES)
SUMMER, WINTER, CHRISTMAS = date(2026, 6, 24), date(2026, 11, 2), date(2026, 12, 24)
NOW = datetime(2026, 6, 24, tzinfo=UTC)
COMPLAINT = Complaint(
    reference="V-AAAAA",
    status="open",
    topic="other",
    tags=(),
    priority="normal",
    team="support",
    assignee="anna",
    customer=Address(address="matti@posti.example"),
    language="fi",
    subject="Pyörä",
    mailbox="support",
    opened_at=NOW,
    promise=None,
    first_reply_since=NOW,
    resolve_since=NOW,
    clock_priority="normal",
    first_reply_due=None,
    resolve_due=None,
    decision={},
)


def named(
    *names: str, on: date = SUMMER, book: Rulebook = BOOK, admin: str | None = None, **changed: str | None
) -> list[str]:
    """The addresses that these words stand for."""
    found = recipients(names, replace(COMPLAINT, **changed), book, on=on, admin=admin)
    return [address_of(recipient).partition("@")[0] for recipient in found]


@pytest.mark.parametrize(
    ("name", "people"),
    [
        ("assignee", ["anna"]),
        ("lead", ["maija"]),
        ("management", ["johtaja", "anna"]),
        ("maija", ["maija"]),
        ("support", ["anna"]),
        ("johtaja@yritys.example", ["johtaja"]),
    ],
)
def test_each_word_of_the_rules_stands_for_people(name: str, people: list[str]) -> None:
    assert named(name) == people


def test_everybody_is_told_once() -> None:
    assert named("assignee", "anna", "support", "anna@yritys.example") == ["anna"]


def test_a_deputy_is_told_for_who_is_away() -> None:
    assert (named("ville"), named("ville", on=WINTER)) == (["anna"], ["ville"])


def test_a_team_that_is_all_there_is_told_in_its_order() -> None:
    assert named("support", on=WINTER) == ["anna", "ville"]


def test_a_complaint_of_nobody_is_told_to_its_team() -> None:
    assert named("assignee", assignee=None, on=WINTER) == ["anna", "ville"]


def test_where_nobody_of_them_is_there_the_lead_is_told() -> None:
    assert named("assignee", assignee="olli") == ["maija"]


def test_where_the_lead_is_away_too_management_is_told() -> None:
    assert named("assignee", assignee="olli", team="night") == ["johtaja", "anna"]


def test_where_there_is_no_management_either_the_administrator_is_told() -> None:
    book = load(RULES.replace("management: [johtaja@yritys.example, ANNA@yritys.example]\n", ""))
    assert named("assignee", assignee="olli", team="night", book=book, admin="yllapito@yritys.example") == ["yllapito"]


@pytest.mark.parametrize(
    ("assignee", "team", "told"), [("olli", "night", "olli"), (None, "night", "olli"), (None, "gone", "anna")]
)
def test_where_there_is_nobody_else_somebody_who_is_away_is_told(assignee: str | None, team: str, told: str) -> None:
    book = load(RULES.replace("management: [johtaja@yritys.example, ANNA@yritys.example]\n", ""))
    assert named("lead", assignee=assignee, team=team, book=book) == [told]


def test_who_is_not_of_the_staff_any_more_is_passed_over() -> None:
    assert named("assignee", assignee="pekka") == ["maija"]


def test_a_team_that_the_rules_have_no_more_falls_to_management() -> None:
    assert named("lead", team="gone") == ["johtaja", "anna"]


def test_a_plain_address_that_is_a_members_is_that_member() -> None:
    [found] = recipients(["ANNA@YRITYS.EXAMPLE"], COMPLAINT, BOOK, on=SUMMER)
    assert found == BOOK.staff["anna"]


def test_addresses_are_in_lower_case() -> None:
    assert address_of(BOOK.staff["anna"]) == "anna@yritys.example"


@pytest.mark.parametrize(("assignee", "words"), [("anna", ("assignee",)), (None, ("support",))])
def test_a_complaint_concerns_its_assignee_or_else_its_team(assignee: str | None, words: tuple[str, ...]) -> None:
    assert concerned(replace(COMPLAINT, assignee=assignee)) == words


def test_the_lead_of_the_team_is_told_on_the_day_that_they_are_there() -> None:
    assert named("lead", on=CHRISTMAS) == ["johtaja", "anna"]


def reached(*names: str, unreachable: tuple[str, ...], **changed: str | None) -> list[str]:
    complaint = replace(COMPLAINT, **changed)
    found = recipients(names, complaint, BOOK, on=WINTER, admin="admin@yritys.example", unreachable=unreachable)
    return [address_of(recipient) for recipient in found]


def test_for_who_is_not_reached_the_deputy_is_told() -> None:
    assert reached("ville", unreachable=("ville@yritys.example",)) == ["anna@yritys.example"]


def test_where_no_deputy_is_reached_the_lead_is_told() -> None:
    assert reached("assignee", unreachable=("anna@yritys.example",)) == ["maija@yritys.example"]


def test_where_the_lead_is_not_reached_either_management_is_told() -> None:
    lost = ("anna@yritys.example", "maija@yritys.example")
    assert reached("assignee", unreachable=lost)[0] == "johtaja@yritys.example"


def test_an_assignee_who_left_the_company_has_the_lead_told() -> None:
    assert reached("assignee", unreachable=(), assignee="kalle") == ["maija@yritys.example"]


def test_an_address_outside_is_told() -> None:
    assert reached("Hallitus@muualla.example", unreachable=()) == ["hallitus@muualla.example"]
