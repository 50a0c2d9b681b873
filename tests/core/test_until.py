"""Times behind a command, as people write them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from vastine.core.clock import Calendar, Duration
from vastine.core.until import until

HELSINKI = ZoneInfo("Europe/Helsinki")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # a Monday, noon in Helsinki
OFFICE = Calendar.build("office", HELSINKI, {"mon-fri": "08:00-16:00"})


def read(text: str, now: datetime = NOW) -> datetime:
    return until(text, now=now, calendar=OFFICE, zone=HELSINKI)


@pytest.mark.parametrize(
    ("text", "strict"),
    [
        ("2pv", "2d"),
        ("2 pv", "2d"),
        ("2 päivää", "2d"),
        ("2 PAIVAA", "2d"),
        ("2 dagar", "2d"),
        ("1 day", "1d"),
        ("5 min", "5m"),
        ("4 t", "4h"),
        ("3 tuntia", "3h"),
        ("3 timmar", "3h"),
        ("2 hours", "2h"),
        ("1pv 2t", "1d 2h"),
        ("2d 4h", "2d 4h"),
    ],
)
def test_a_length_of_time_is_that_of_the_calendar(text: str, strict: str) -> None:
    assert read(text) == OFFICE.due(NOW, Duration.parse(strict))


@pytest.mark.parametrize("text", ["30.11.", "30.11", "30.11.2026", "30. 11. 2026", "2026-11-30"])
def test_a_day_is_its_opening(text: str) -> None:
    assert read(text) == datetime(2026, 11, 30, 6, 0, tzinfo=UTC)


def test_a_day_on_which_nobody_works_is_the_next_opening() -> None:
    assert read("28.11.") == datetime(2026, 11, 30, 6, 0, tzinfo=UTC)


def test_a_day_of_the_new_year_needs_no_year() -> None:
    assert read("4.1.") == datetime(2027, 1, 4, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["huomenna", "3", "pv", "2 kuuta", "23.11.", "20.11.", "2026-11-20", "30.2.", "31.12.2099", "1,5 pv", ""]
)
def test_anything_else_is_no_time_to_come(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is for nobody, the command has its own
        read(text)
