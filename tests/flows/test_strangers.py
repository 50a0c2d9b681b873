"""A wrong `authserv_id`: told once in the log, and to the administrator when a member's mail comes back for it."""

from dataclasses import replace

from structlog.testing import capture_logs

from flows.office import ANNA, CHECKED, desk_after, office, only, opened, raw_mail, read, reply_to, take
from vastine.core.story import Story
from vastine.flows.strangers import Strangers

OTHER = office(policy=replace(CHECKED, authserv_id="mx.other.example"))
PASS = "mx.pp.example; dmarc=pass header.from=posti.example"


def look(*results: str, strangers: Strangers | None = None) -> list[str]:
    """What is logged of mails with these results."""
    with capture_logs() as logged:
        (strangers or Strangers(lambda _mailbox, _why: None)).look(
            [read(raw_mail(authentication_results=each), OTHER) for each in results], OTHER
        )
    return [entry["why"] for entry in logged]


def returned_to_anna() -> Story:
    first = opened(OTHER)
    fields = {"from": ANNA, "to": reply_to(only(first, "routed")), "authentication_results": PASS}
    return take(raw_mail("#tila", message_id="<re@yritys.example>", **fields), at=OTHER, desk=desk_after(first))


def test_results_of_other_servers_only_are_told_of_once() -> None:
    assert look(PASS, PASS) == ["saw mx.pp.example, never mx.other.example"]


def test_mail_without_any_results_says_nothing() -> None:
    assert look("", "") == []


def test_where_ours_came_the_others_are_no_trouble() -> None:
    assert look("mx.other.example; dmarc=pass", PASS) == []


def test_the_administrator_hears_of_a_member_whose_mail_came_back() -> None:
    told: list[tuple[str, str]] = []
    strangers = Strangers(lambda mailbox, why: told.append((mailbox, why)))
    look(PASS, strangers=strangers)
    strangers.returned([returned_to_anna()], OTHER)
    assert told == [("support", "saw mx.pp.example, never mx.other.example")]


def test_a_mail_that_came_back_where_ours_is_known_is_the_members_own_trouble() -> None:
    told: list[str] = []
    strangers = Strangers(lambda mailbox, _why: told.append(mailbox))
    look("mx.other.example; dmarc=pass", PASS, strangers=strangers)
    strangers.returned([returned_to_anna()], OTHER)
    assert told == []


def test_the_members_mail_names_a_way_out() -> None:
    text = only(returned_to_anna(), "returned").draft.text
    assert "Lähetä se rekisteröidystä osoitteestasi (anna@yritys.example)" in text
    assert "kysy ylläpidolta" in text
