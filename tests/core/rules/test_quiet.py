"""Quiet hours, addresses and times on the ladder, as the rules file has them."""

from datetime import UTC, datetime

import pytest

from flows.office import RULES
from vastine.core.clock import Calendar
from vastine.core.rules import Rulebook, RulesError, load, schema

MANAGEMENT = "management: [johtaja@yritys.example]\n"
MAIJA = "email: maija@yritys.example}"


def book(quiet: str = "", *, maija: str = "") -> Rulebook:
    own = f"email: maija@yritys.example, quiet: {maija}}}" if maija else MAIJA
    section = f"quiet: {quiet}\n" if quiet else ""
    return load(RULES.replace(MANAGEMENT, MANAGEMENT + section).replace(MAIJA, own))


def ends(hours: Calendar | None, local: datetime) -> datetime | None:
    assert hours is not None
    return hours.closes_at(local)


def utc(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


NIGHT = '{hours: "21:00-07:00"}'


@pytest.mark.parametrize(
    ("at", "until"),
    [
        (utc(6, 24, 18), utc(6, 25, 4)),  # 21:00 in Helsinki, UTC+3
        (utc(6, 24, 17, 59), None),
        (utc(6, 25, 3, 59), utc(6, 25, 4)),
        (utc(6, 25, 4), None),  # at their very end they are over
        (utc(10, 24, 20), utc(10, 25, 5)),  # in this night the clocks go back, and 7:00 is UTC+2
        (utc(3, 28, 20), utc(3, 29, 4)),  # and in this one forward
    ],
)
def test_quiet_hours_end_by_the_clock_of_the_company(at: datetime, until: datetime | None) -> None:
    assert ends(book(NIGHT).staff["anna"].quiet, at) == until


def test_hours_by_weekday_that_touch_are_one_quiet_time() -> None:
    weekend = book('{hours: {fri: "17:00-24:00", sat-sun: "00:00-24:00", mon: "00:00-07:00"}}').quiet.hours
    assert ends(weekend, utc(6, 26, 14)) == utc(6, 29, 4)  # from Friday 17:00 to Monday 7:00


def test_without_the_section_nobody_has_quiet_hours() -> None:
    assert (book().quiet.hours, book().staff["anna"].quiet) == (None, None)


def test_hours_of_a_member_take_the_place_of_the_companys() -> None:
    found = book(NIGHT, maija='"12:00-13:00"')
    assert ends(found.staff["maija"].quiet, utc(6, 24, 9)) == utc(6, 24, 10)
    assert ends(found.staff["maija"].quiet, utc(6, 24, 20)) is None


def test_a_member_may_have_none() -> None:
    assert book(NIGHT, maija="none").staff["maija"].quiet is None


@pytest.mark.parametrize(
    ("more", "urgent"),
    [("", {"critical"}), (", except: [critical, high]", {"critical", "high"}), (", except: []", set())],
)
def test_the_most_urgent_priority_is_excepted_unless_the_rules_say(more: str, urgent: set[str]) -> None:
    assert book(f'{{hours: "21:00-07:00"{more}}}').quiet.urgent == urgent


@pytest.mark.parametrize(
    ("quiet", "said"),
    [
        ('{hours: "00:00-24:00"}', "quiet hours must end some time"),
        ('{hours: "21-7"}', "'21' is not a time of day"),
        ("{hours: none}", "'none' is not a span of hours"),
        ("{hours: [a]}", "hours such as 21:00-07:00, or a mapping"),
        ('{hours: {moon: "1:00-2:00"}}', "'moon' is not a day"),
        ('{hours: "21:00-07:00", except: [urgent]}', "priority 'urgent' is unknown"),
    ],
)
def test_wrong_quiet_hours_are_named(quiet: str, said: str) -> None:
    with pytest.raises(RulesError) as caught:
        book(quiet)
    assert said in str(caught.value)


def test_quiet_hours_are_in_the_schema() -> None:
    assert set(schema()["properties"]["quiet"]["properties"]) == {"hours", "except"}


def test_a_step_may_tell_an_address() -> None:
    told = load(RULES.replace("{at: resolve, tell: [management]}", "{at: resolve, tell: [Hallitus@Muualla.example]}"))
    assert told.escalations[-1].tell == ("hallitus@muualla.example",)


def test_what_is_no_address_and_no_name_is_refused() -> None:
    with pytest.raises(RulesError, match="member of staff or team 'hallitus@' is unknown"):
        load(RULES.replace("{at: resolve, tell: [management]}", "{at: resolve, tell: ['hallitus@']}"))


def test_a_time_that_could_not_be_recorded_is_refused() -> None:
    with pytest.raises(RulesError, match="too long for a time on the ladder"):
        load(RULES.replace("{at: resolve,", f"{{at: resolve + {' '.join(['1d'] * 20)},"))


def test_a_calendar_that_never_closes_says_so() -> None:
    with pytest.raises(ValueError, match="never closes"):
        Calendar.always(book().timezone).closes_at(utc(6, 24, 9))
    hours = {"mon-sun": "00:00-24:00"}
    with pytest.raises(ValueError, match="does not close within"):
        Calendar.build("day and night", book().timezone, hours).closes_at(utc(6, 24, 9))
