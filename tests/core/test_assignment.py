"""Who gets a complaint first."""

from dataclasses import dataclass
from datetime import date

import pytest

from vastine.core.assignment import choose, stand_in

TODAY = date(2026, 12, 22)
HOLIDAY = ((date(2026, 12, 21), date(2027, 1, 3)),)


@dataclass(frozen=True, kw_only=True)
class Member:
    key: str
    name: str = ""
    email: str = ""
    languages: tuple[str, ...] = ("fi",)
    away: tuple[tuple[date, date], ...] = ()
    deputy: str | None = None


@dataclass(frozen=True, kw_only=True)
class Team:
    members: tuple[str, ...] = ("anna", "ville", "olli")
    lead: str | None = "maija"
    assign: str = "least_busy"


def staff(**away: str | None) -> dict[str, Member]:
    """Four members of staff; those named are away, with that deputy."""
    return {
        key: Member(
            key=key,
            email=f"{key.title()}@yritys.example",
            languages=("fi", "sv") if key == "ville" else ("fi",),
            away=HOLIDAY if key in away else (),
            deputy=away.get(key),
        )
        for key in ("anna", "ville", "olli", "maija")
    }


def chosen(
    team: Team,
    *,
    loads: dict[str, int] | None = None,
    last: str | None = None,
    language: str | None = None,
    on: date = TODAY,
    **away: str | None,
) -> str | None:
    return choose(team, staff(**away), loads or {}, last, on, language)[0]


def test_the_least_busy_gets_it() -> None:
    assert chosen(Team(), loads={"anna": 3, "ville": 1, "olli": 2}) == "ville"


def test_who_has_nothing_is_the_least_busy() -> None:
    assert chosen(Team(), loads={"anna": 3, "ville": 1}) == "olli"


def test_among_equals_the_first_of_the_team_gets_it() -> None:
    assert chosen(Team()) == "anna"


def test_who_knows_the_language_goes_before_the_less_busy() -> None:
    assert chosen(Team(), loads={"ville": 9}, language="sv") == "ville"


def test_a_language_that_nobody_knows_does_not_matter() -> None:
    assert chosen(Team(), loads={"anna": 1, "ville": 1}, language="de") == "olli"


def test_the_turn_goes_round() -> None:
    assert [chosen(Team(assign="round_robin"), last=last) for last in (None, "anna", "ville", "olli")] == [
        "anna",
        "ville",
        "olli",
        "anna",
    ]


def test_the_turn_begins_anew_after_somebody_who_left() -> None:
    assert chosen(Team(assign="round_robin"), last="gone") == "anna"


def test_the_turn_passes_over_who_is_away() -> None:
    assert chosen(Team(assign="round_robin"), last="anna", ville=None) == "olli"


def test_the_turn_goes_on_behind_the_member_whose_deputy_had_it() -> None:
    assert chosen(Team(assign="round_robin"), last="maija", ville="maija") == "olli"


def test_the_turn_keeps_to_who_knows_the_language() -> None:
    assert chosen(Team(assign="round_robin"), last="ville", language="sv") == "ville"


def test_a_deputy_takes_the_place_of_who_is_away() -> None:
    assert chosen(Team(members=("anna",)), anna="olli") == "olli"


def test_an_absence_includes_both_ends() -> None:
    team = Team(members=("anna", "ville"))
    days = [date(2026, 12, 20), date(2026, 12, 21), date(2027, 1, 3), date(2027, 1, 4)]
    assert [chosen(team, on=day, anna=None) for day in days] == ["anna", "ville", "ville", "anna"]


def test_where_nobody_is_there_the_lead_gets_it() -> None:
    assert chosen(Team(members=("anna",)), anna=None) == "maija"


def test_where_the_lead_is_away_too_nobody_gets_it() -> None:
    found = choose(Team(members=("anna",)), staff(anna=None, maija=None), {}, None, TODAY, None)
    assert found == (None, "no member of the team is there, and the lead is away")


def test_the_leads_deputy_stands_in_for_the_lead() -> None:
    found = choose(Team(assign="lead"), staff(maija="olli"), {}, None, TODAY, None)
    assert found == ("olli", "the team gives its complaints to the lead, for whom olli stands in")


def test_a_team_without_a_lead_leaves_it_to_nobody() -> None:
    assert chosen(Team(members=(), lead=None)) is None


def test_a_team_may_take_its_complaints_itself() -> None:
    assert chosen(Team(assign="nobody")) is None


@pytest.mark.parametrize(
    ("team", "last", "language", "reason"),
    [
        (Team(), None, None, "least busy, 0 open"),
        (Team(), None, "sv", "least busy, 0 open, knows sv"),
        (Team(assign="round_robin"), None, None, "first in turn"),
        (Team(assign="round_robin"), "anna", None, "next in turn after anna"),
    ],
)
def test_the_choice_can_tell_why(team: Team, last: str | None, language: str | None, reason: str) -> None:
    assert choose(team, staff(), {}, last, TODAY, language)[1] == reason


def test_deputies_who_are_away_for_each_other_do_not_go_round_for_ever() -> None:
    assert stand_in("anna", staff(anna="ville", ville="anna"), TODAY) is None


def test_whose_mailbox_refuses_our_mail_is_passed_over_like_who_is_away() -> None:
    unreachable = {"anna@yritys.example"}
    found = choose(Team(members=("anna", "ville")), staff(), {}, None, TODAY, None, unreachable)
    assert (found[0], stand_in("anna", staff(), TODAY, unreachable)) == ("ville", None)


def test_a_deputys_deputy_stands_in() -> None:
    assert stand_in("anna", staff(anna="ville", ville="olli"), TODAY) == "olli"


def test_nobody_stands_in_for_who_is_not_of_the_staff() -> None:
    assert stand_in("gone", staff(), TODAY) is None
