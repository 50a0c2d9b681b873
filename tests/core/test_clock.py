"""The clock: every sentence of the section on durations and clocks in docs/rules.md, and its laws."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import given, settings
from hypothesis import strategies as st

from vastine.core.clock import Calendar, Duration, parse_days, parse_hours, parse_wall, parse_weekdays

HELSINKI = ZoneInfo("Europe/Helsinki")
OFFICE_HOURS = {"mon-thu": "08:00-16:00", "fri": "08:00-11:30, 12:00-15:00"}
OFFICE = Calendar.build(
    "office",
    HELSINKI,
    OFFICE_HOURS,
    holidays="FI",
    closed=["2026-12-31", "2027-07-05..2027-07-18"],
    short={"2027-04-30": "08:00-12:00", "2027-07-07": "10:00-12:00", "2027-06-25": "09:00-11:00"},
)
NIGHT = Calendar.build("night", HELSINKI, {"mon-fri": "22:00-06:00"})
ALL_DAY = Calendar.build("all_day", HELSINKI, {"mon-sun": "00:00-24:00"})
ALWAYS = Calendar.always(HELSINKI)


def local(text: str, *, fold: int = 0) -> datetime:
    """A time in Helsinki, written `2026-06-18 14:00`, in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=HELSINKI, fold=fold).astimezone(UTC)


def due(calendar: Calendar, start: str, duration: str) -> str:
    found = calendar.due(local(start), Duration.parse(duration))
    assert found.tzinfo is UTC
    return found.astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M")


def back(calendar: Calendar, end: str, duration: str) -> str:
    return calendar.back(local(end), Duration.parse(duration)).astimezone(HELSINKI).strftime("%Y-%m-%d %H:%M")


# Hours, minutes and seconds: open time


def test_hours_run_within_the_day() -> None:
    assert due(OFFICE, "2026-06-22 09:00", "4h") == "2026-06-22 13:00"


def test_hours_go_on_at_the_next_opening() -> None:
    assert due(OFFICE, "2026-06-22 15:00", "4h") == "2026-06-23 11:00"


def test_an_hour_that_ends_at_closing_time_ends_there() -> None:
    assert due(OFFICE, "2026-06-22 15:00", "1h") == "2026-06-22 16:00"


def test_an_hour_that_ends_at_the_start_of_a_break_ends_there() -> None:
    assert due(OFFICE, "2026-06-26 10:30", "1h") == "2026-06-26 11:30"


def test_the_lunch_break_does_not_count() -> None:
    assert due(OFFICE, "2026-06-26 11:00", "1h") == "2026-06-26 12:30"


def test_hours_from_friday_1459_go_over_the_weekend() -> None:
    assert due(OFFICE, "2026-06-26 14:59", "1h") == "2026-06-29 08:59"


def test_a_start_at_night_moves_to_the_next_opening() -> None:
    assert due(OFFICE, "2026-06-22 03:00", "2h") == "2026-06-22 10:00"


def test_a_start_in_the_break_moves_to_its_end() -> None:
    assert due(OFFICE, "2026-06-26 11:45", "30m") == "2026-06-26 12:30"


def test_seconds_and_minutes_add_up() -> None:
    assert OFFICE.due(local("2026-06-22 09:00"), Duration.parse("1m 30s")) == local("2026-06-22 09:01:30")


# Days: working days


def test_a_day_is_the_same_time_on_the_next_working_day() -> None:
    assert due(OFFICE, "2026-06-22 14:00", "1d") == "2026-06-23 14:00"


def test_a_day_from_friday_1459_is_monday_1459() -> None:
    assert due(OFFICE, "2026-06-26 14:59", "1d") == "2026-06-29 14:59"


def test_a_day_before_juhannusaatto_passes_over_it_and_the_weekend() -> None:
    assert due(OFFICE, "2026-06-18 14:00", "1d") == "2026-06-22 14:00"


def test_a_day_that_lands_after_closing_moves_to_the_next_opening() -> None:
    assert due(OFFICE, "2026-06-25 15:30", "1d") == "2026-06-29 08:00"


def test_a_day_that_lands_in_the_break_moves_to_its_end() -> None:
    assert due(OFFICE, "2026-06-25 11:45", "1d") == "2026-06-26 12:00"


def test_a_day_that_lands_on_the_start_of_the_break_stays() -> None:
    assert due(OFFICE, "2026-06-25 11:30", "1d") == "2026-06-26 11:30"


def test_a_day_that_lands_on_closing_time_stays() -> None:
    assert due(OFFICE, "2026-06-25 15:00", "1d") == "2026-06-26 15:00"


def test_a_start_at_closing_time_counts_as_open() -> None:
    assert due(OFFICE, "2026-06-26 15:00", "1d") == "2026-06-29 15:00"


def test_a_start_on_saturday_counts_its_day_from_monday_morning() -> None:
    assert due(OFFICE, "2026-06-27 15:30", "1d") == "2026-06-30 08:00"


def test_days_and_hours_add_up_from_left_to_right() -> None:
    assert due(OFFICE, "2026-06-25 15:30", "1d 4h") == "2026-06-29 12:00"
    assert due(OFFICE, "2026-06-25 15:30", "4h 1d") == "2026-06-29 11:30"
    assert due(OFFICE, "2026-06-24 13:00", "4h 1d") == "2026-06-26 09:00"


def test_in_always_a_day_has_24_hours_even_when_the_clock_changes() -> None:
    assert due(ALWAYS, "2026-03-28 12:00", "1d") == "2026-03-29 13:00"


def test_in_an_own_calendar_without_closing_a_day_is_the_same_time_of_day() -> None:
    assert due(ALL_DAY, "2026-03-28 12:00", "1d") == "2026-03-29 12:00"


# Which hours hold


def test_a_closed_day_is_passed_over() -> None:
    assert due(OFFICE, "2026-12-30 15:30", "1h") == "2027-01-04 08:30"


def test_a_range_of_closed_days_includes_both_ends() -> None:
    assert due(OFFICE, "2027-07-02 14:00", "2h") == "2027-07-07 11:00"
    assert not OFFICE.is_open(local("2027-07-05 09:00"))
    assert OFFICE.is_open(local("2027-07-19 08:00"))


def test_short_hours_beat_the_hours_of_the_week() -> None:
    assert due(OFFICE, "2027-04-30 11:00", "2h") == "2027-05-03 09:00"


def test_short_hours_beat_closed_days() -> None:
    assert OFFICE.is_open(local("2027-07-07 11:00"))


def test_short_hours_beat_holidays() -> None:
    assert OFFICE.is_open(local("2027-06-25 10:00"))


def test_both_eves_are_holidays() -> None:
    assert not OFFICE.is_open(local("2026-06-19 10:00"))
    assert not OFFICE.is_open(local("2026-12-24 10:00"))


def test_a_subdivision_has_its_own_holidays() -> None:
    aland = Calendar.build("aland", ZoneInfo("Europe/Mariehamn"), OFFICE_HOURS, holidays="FI-01")
    assert not aland.is_open(local("2027-06-09 10:00"))
    assert OFFICE.is_open(local("2027-06-09 10:00"))


def test_ranges_of_days_wrap() -> None:
    assert parse_weekdays("sat-mon") == (5, 6, 0)


def test_ranges_of_dates_include_both_ends() -> None:
    assert parse_days("2026-12-21..2027-01-03") == (date(2026, 12, 21), date(2027, 1, 3))


# Hours over midnight


def test_hours_over_midnight_go_on_into_the_next_day() -> None:
    assert due(NIGHT, "2026-06-22 23:00", "4h") == "2026-06-23 03:00"


def test_hours_over_midnight_belong_to_the_day_they_begin_on() -> None:
    assert NIGHT.is_open(local("2026-06-27 03:00"))
    assert not NIGHT.is_open(local("2026-06-28 23:00"))
    assert not NIGHT.is_open(local("2026-06-29 03:00"))


def test_short_hours_run_over_midnight_only_where_those_of_the_week_do() -> None:
    over_midnight = {"2026-12-31": "20:00-02:00"}
    night = Calendar.build("night", HELSINKI, {"mon-fri": "22:00-06:00"}, short=over_midnight)
    assert night.is_open(local("2027-01-01 01:00"))
    assert not night.is_open(local("2027-01-01 03:00"))
    with pytest.raises(ValueError, match="run over midnight"):
        Calendar.build("day", HELSINKI, {"mon-fri": "08:00-16:00"}, short=over_midnight)


def test_a_day_from_saturday_night_of_fridays_hours_is_the_night_of_monday() -> None:
    assert due(NIGHT, "2026-06-27 02:00", "1d") == "2026-06-30 02:00"


def test_hours_until_2400_touch_the_next_day() -> None:
    late = Calendar.build("late", HELSINKI, {"mon": "18:00-24:00", "tue": "00:00-02:00"})
    assert due(late, "2026-06-22 23:00", "2h") == "2026-06-23 01:00"


def test_a_friday_that_begins_at_midnight_counts_as_friday() -> None:
    weekdays = Calendar.build("weekdays", HELSINKI, {"mon-fri": "00:00-24:00"})
    assert due(weekdays, "2026-06-26 00:00", "1d") == "2026-06-29 00:00"


def test_overlapping_nights_and_mornings_count_once() -> None:
    both = Calendar.build("both", HELSINKI, {"mon": "22:00-06:00", "tue": "05:00-08:00"})
    assert both.open_between(local("2026-06-22 12:00"), local("2026-06-23 12:00")) == timedelta(hours=10)


# The two nights of the clock change (29 March 2026: 03 becomes 04; 25 October 2026: 04 becomes 03)


def test_the_night_of_spring_is_an_hour_shorter() -> None:
    assert due(ALL_DAY, "2026-03-29 02:30", "2h") == "2026-03-29 05:30"


def test_the_night_of_autumn_is_an_hour_longer() -> None:
    assert due(ALL_DAY, "2026-10-25 02:30", "2h") == "2026-10-25 03:30"
    assert ALL_DAY.due(local("2026-10-25 02:30"), Duration.parse("2h")) == local("2026-10-25 03:30", fold=1)


def test_a_day_into_a_skipped_time_moves_forward_by_the_gap() -> None:
    assert due(ALL_DAY, "2026-03-28 03:30", "1d") == "2026-03-29 04:30"


def test_a_day_into_a_repeated_time_means_the_first() -> None:
    assert ALL_DAY.due(local("2026-10-24 03:30"), Duration.parse("1d")) == local("2026-10-25 03:30", fold=0)


def test_an_opening_that_is_skipped_moves_forward_by_the_gap() -> None:
    early = Calendar.build("early", HELSINKI, {"sun": "03:30-08:00"})
    assert early.next_opening(local("2026-03-29 01:00")) == local("2026-03-29 04:30")


def test_hours_that_the_clock_change_swallows_are_no_hours() -> None:
    swallowed = Calendar.build("swallowed", HELSINKI, {"sun": "03:30-04:00"})
    assert swallowed.next_opening(local("2026-03-29 01:00")) == local("2026-04-05 03:30")


# Backwards, shares and open time


def test_a_day_back_is_the_same_time_on_the_working_day_before() -> None:
    assert back(OFFICE, "2026-06-22 14:00", "1d") == "2026-06-18 14:00"


def test_a_day_back_is_not_before_an_opening() -> None:
    assert back(OFFICE, "2027-05-03 07:00", "1d") == "2027-04-30 08:00"
    assert back(OFFICE, "2026-06-29 11:45", "1d") == "2026-06-26 12:00"
    assert back(OFFICE, "2026-06-29 15:30", "1d") == "2026-06-29 08:00"


def test_hours_back_stop_at_an_opening_and_not_at_the_closing_before_it() -> None:
    assert back(OFFICE, "2026-06-29 08:30", "30m") == "2026-06-29 08:00"
    assert back(OFFICE, "2026-06-29 08:30", "1h") == "2026-06-26 14:30"


def test_a_day_back_in_always_is_24_hours() -> None:
    assert back(ALWAYS, "2026-03-29 13:00", "1d") == "2026-03-28 12:00"


def test_nothing_back_is_the_due_time_itself() -> None:
    assert back(OFFICE, "2026-06-28 10:00", "0h") == "2026-06-28 10:00"


def test_a_share_is_one_of_open_time() -> None:
    start, end = local("2026-06-25 14:00"), local("2026-06-26 10:00")
    assert OFFICE.share(start, end, 75) == local("2026-06-26 09:00")


def test_the_whole_share_is_the_due_time_itself() -> None:
    start, end = local("2026-06-25 15:30"), local("2026-06-29 08:00")
    assert OFFICE.share(start, end, 100) == end


def test_open_time_between_is_nothing_backwards() -> None:
    assert OFFICE.open_between(local("2026-06-26 10:00"), local("2026-06-25 10:00")) == timedelta()
    assert ALWAYS.open_between(local("2026-06-26 10:00"), local("2026-06-25 10:00")) == timedelta()


def test_a_calendar_is_open_from_opening_to_closing_time_inclusive() -> None:
    open_at = [
        OFFICE.is_open(local(f"2026-06-26 {at}")) for at in ("07:59", "08:00", "11:30", "11:31", "15:00", "15:01")
    ]
    assert open_at == [False, True, True, False, True, False]


def test_a_repeated_time_given_in_its_own_zone_is_open_twice() -> None:
    at = datetime(2026, 10, 25, 3, 30, tzinfo=HELSINKI)
    assert ALL_DAY.is_open(at)
    assert ALL_DAY.is_open(at.replace(fold=1))


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="has no zone"):
        OFFICE.due(datetime(2026, 6, 22, 10), Duration.parse("1h"))  # noqa: DTZ001  # that is the point


def test_a_calendar_that_stays_closed_says_so_instead_of_searching_for_ever() -> None:
    years = [f"{year}-01-01..{year}-12-31" for year in range(2027, 2039)]
    shut = Calendar.build("shut", HELSINKI, {"mon-fri": "08:00-16:00"}, closed=years)
    with pytest.raises(ValueError, match="'shut' does not open"):
        shut.next_opening(local("2027-01-01 10:00"))
    with pytest.raises(ValueError, match="'shut' has no working day"):
        shut.due(local("2026-12-31 10:00"), Duration.parse("1d"))
    with pytest.raises(ValueError, match="'shut' was not open"):
        shut.back(local("2038-12-31 10:00"), Duration.parse("1h"))


# What is written wrong


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "is not a duration"),
        ("4", "is not a duration"),
        ("4 hours or so", "is not a duration"),
        ("-1h", "is not a duration"),
        ("1.5h", "whole numbers"),
        ("1w", "'w' in '1w' is not a unit"),
        ("2hours", "'hours' in"),
        ("99999d", "too long"),
        ("9" * 5000 + "d", "too long"),
    ],
)
def test_what_is_not_a_duration_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Duration.parse(text)


def test_a_duration_reads_as_it_was_written() -> None:
    assert str(Duration.parse(" 2d  4h ")) == "2d 4h"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("60s", timedelta(seconds=60)),
        ("90d", timedelta(days=90)),
        ("2w", timedelta(weeks=2)),
        ("3y", timedelta(days=3 * 365)),
        ("1d 12h", timedelta(hours=36)),
    ],
)
def test_durations_by_the_wall_know_weeks_and_years_too(text: str, meant: timedelta) -> None:
    assert parse_wall(text) == meant


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        ({}, "no day has any hours"),
        ({"mon": "8-16"}, "'8' is not a time of day"),
        ({"mon": "08:00"}, "is not a span of hours"),
        ({"mon": "08:00-16:60"}, "goes from 00:00 to 24:00"),
        ({"mon": "08:00-24:01"}, "goes from 00:00 to 24:00"),
        ({"mon": "08:00-08:00"}, "has no length"),
        ({"mon": "24:00-06:00"}, "begins at 24:00"),
        ({"mon": "08:00-12:00, 11:00-16:00"}, "overlap"),
        ({"monday": "08:00-16:00"}, "is not a day"),
        ({"mon-fri": "08:00-16:00", "wed": "08:00-12:00"}, "'wed' has hours twice"),
        ({"mon-wed, tue": "08:00-16:00"}, "names a day twice"),
    ],
)
def test_hours_that_make_no_sense_are_refused_with_a_sentence(hours: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Calendar.build("office", HELSINKI, hours)


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        ("2026-02-30", "is not a date"),
        ("20261231", "is not a date"),
        ("31.12.2026", "is not a date"),
        ("2027-01-03..2026-12-21", "ends before it begins"),
        ("2026-01-01..2036-01-01", "longer than a year"),
    ],
)
def test_closed_days_that_make_no_sense_are_refused_with_a_sentence(days: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Calendar.build("office", HELSINKI, OFFICE_HOURS, closed=[days])


@pytest.mark.parametrize(
    ("holidays", "sentence"),
    [("fi", "did you mean 'FI'"), ("Suomi", "write FI, or FI-01"), ("FI-99", "'FI' has no subdivision '99'")],
)
def test_unknown_holidays_are_refused_with_a_sentence(holidays: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Calendar.build("office", HELSINKI, OFFICE_HOURS, holidays=holidays)


def test_the_name_always_is_reserved() -> None:
    with pytest.raises(ValueError, match="reserved"):
        Calendar.build("always", HELSINKI, OFFICE_HOURS)


def test_hours_may_be_written_with_an_en_dash() -> None:
    assert parse_hours("8:00\N{EN DASH}16:00") == ((480, 960),)


# Worked out by hand

PLAIN = Calendar.build("plain", HELSINKI, {"mon-fri": "08:00-16:00"}, holidays="FI")
LUNCH = Calendar.build("lunch", HELSINKI, {"mon-fri": "08:00-11:00, 11:30-16:00"})
SWEDEN = Calendar.build("sweden", ZoneInfo("Europe/Stockholm"), {"mon-fri": "08:00-17:00"}, holidays="SE")
WEEKEND = Calendar.build("weekend", HELSINKI, {"sat-sun": "00:00-24:00"})


@pytest.mark.parametrize(
    ("calendar", "start", "duration", "end"),
    [
        # Midsummer Eve is Friday 19.6.2026: of Thursday 15-16 counts, Friday to Sunday not, then Monday 8-11.
        (PLAIN, "2026-06-18 15:00", "4h", "2026-06-22 11:00"),
        # In 2027 it is Friday 25.6.: Thursday 14:00 a working day later is Monday 14:00.
        (PLAIN, "2027-06-24 14:00", "1d", "2027-06-28 14:00"),
        # In 2028 it is Friday 23.6.: mail of that very morning starts on Monday at 8.
        (PLAIN, "2028-06-23 09:00", "30m", "2028-06-26 08:30"),
        # Christmas Eve is Thursday 24.12.2026, and 25. and 26. follow: Wednesday 15:30, half an hour, then Monday 8:30.
        (PLAIN, "2026-12-23 15:30", "1h", "2026-12-28 08:30"),
        # Epiphany, Wednesday 6.1.2027, lies between.
        (PLAIN, "2027-01-05 12:00", "1d", "2027-01-07 12:00"),
        # A mail on Friday at 14:59: until 15:00 a minute of the hour, then from Monday 8:00 the other 59.
        (OFFICE, "2026-06-12 14:59", "1h", "2026-06-15 08:59"),
        (OFFICE, "2026-06-12 14:59", "1d", "2026-06-15 14:59"),
        # A weekend does not count: from Saturday on is from Monday 8:00 on.
        (PLAIN, "2026-06-13 11:00", "8h", "2026-06-15 16:00"),
        # 10:45 and half an hour: 15 minutes until the break, 15 after it.
        (LUNCH, "2026-06-16 10:45", "30m", "2026-06-16 11:45"),
        # 7.5 hours a day: 9:00 leaves 2 + 4.5, so the eighth and ninth hour end on Wednesday at 10:30.
        (LUNCH, "2026-06-16 09:00", "9h", "2026-06-17 10:30"),
        # The night of 29.3.2026: 3:00 is 4:00. An hour until midnight, three until 3:00, which is 4:00, one more: 5:00.
        (WEEKEND, "2026-03-28 23:00", "5h", "2026-03-29 05:00"),
        # The night of 25.10.2026: 4:00 is 3:00 again. An hour until midnight, four until 4:00, which is 3:00, one more.
        (WEEKEND, "2026-10-24 23:00", "6h", "2026-10-25 04:00"),
        # That weekend has 47 and 49 hours: what is left over goes on Saturday a week later.
        (WEEKEND, "2026-03-28 00:00", "48h", "2026-04-04 01:00"),
        (WEEKEND, "2026-10-24 00:00", "48h", "2026-10-25 23:00"),
    ],
)
def test_times_worked_out_by_hand(calendar: Calendar, start: str, duration: str, end: str) -> None:
    assert due(calendar, start, duration) == end


def test_midsummer_eve_is_no_public_holiday_where_the_calendar_has_none() -> None:
    assert due(LUNCH, "2026-06-18 15:00", "4h") == "2026-06-19 11:00"  # an hour of Thursday, three of Friday


def test_sweden_keeps_its_national_day() -> None:
    # 6.6.2028 is a Tuesday. Monday 17:00 is 16:00 in Stockholm and leaves an hour; the other is Wednesday's first.
    assert due(SWEDEN, "2028-06-05 17:00", "2h") == "2028-06-07 10:00"


# Laws, against a reference that walks minute by minute through local time

SPANS = st.sampled_from(
    ["08:00-16:00", "08:00-11:30, 12:00-15:00", "22:00-06:00", "00:00-24:00", "02:30-03:30, 18:00-24:00"]
)
DAY_SPANS = st.sampled_from(["08:00-16:00", "08:00-11:30, 12:00-15:00", "02:30-03:30, 18:00-22:00"])
DAYS = st.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"])
# Around both clock changes, midsummer and the turn of the year.
MINUTES = st.one_of(
    *(
        st.integers(0, 6 * 1440).map(lambda minutes, begin=begin: begin + timedelta(minutes=minutes))
        for begin in (
            datetime(2026, 3, 26, tzinfo=UTC),
            datetime(2026, 6, 16, tzinfo=UTC),
            datetime(2026, 10, 22, tzinfo=UTC),
            datetime(2026, 12, 22, tzinfo=UTC),
        )
    )
)


def calendars(spans: st.SearchStrategy[str]) -> st.SearchStrategy[Calendar]:
    weeks = st.dictionaries(DAYS, spans, min_size=1)
    return weeks.map(lambda week: Calendar.build("any", HELSINKI, week, holidays="FI"))


CALENDARS, DAYTIME = calendars(SPANS), calendars(DAY_SPANS)
HOLIDAYS = frozenset(country_holidays("FI", years=(2026, 2027), expand=False))


def instants(calendar: Calendar, day: date) -> list[tuple[datetime, datetime]]:
    """The hours of a day, read again in the plainest way."""
    assert calendar.week is not None
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # made aware below
    spans = () if day in HOLIDAYS else calendar.week[day.weekday()]
    return [
        tuple((midnight + timedelta(minutes=m)).replace(tzinfo=HELSINKI).astimezone(UTC) for m in span)  # type: ignore[misc]
        for span in spans
    ]


def minutes_open(calendar: Calendar, start: datetime, count: int) -> list[bool]:
    """Whether each of the minutes from `start` on is open, one after the other."""
    first = start.astimezone(HELSINKI).date()
    days = range(-1, count // 1440 + 2)
    spans = [span for number in days for span in instants(calendar, first + timedelta(days=number))]
    times = (start + timedelta(minutes=number) for number in range(count))
    return [any(begin <= at < end for begin, end in spans) for at in times]


@settings(max_examples=60, deadline=None)
@given(CALENDARS, MINUTES, st.integers(0, 3 * 1440))
def test_open_time_is_what_walking_minute_by_minute_counts(calendar: Calendar, start: datetime, length: int) -> None:
    counted = sum(minutes_open(calendar, start, length))
    assert calendar.open_between(start, start + timedelta(minutes=length)) == timedelta(minutes=counted)


@settings(max_examples=60, deadline=None)
@given(CALENDARS, MINUTES, st.integers(1, 900))
def test_due_is_the_first_minute_by_which_the_walk_has_counted_enough(
    calendar: Calendar, start: datetime, minutes: int
) -> None:
    due_at = calendar.due(start, Duration(((minutes, "m"),)))
    walked = minutes_open(calendar, start, int((due_at - start) / timedelta(minutes=1)))
    assert sum(walked) == minutes
    assert walked[-1]


@settings(max_examples=150, deadline=None)
@given(CALENDARS, MINUTES, st.integers(0, 2000), st.integers(0, 2000))
def test_open_time_adds_up(calendar: Calendar, start: datetime, first: int, second: int) -> None:
    both = calendar.due(start, Duration(((first + second, "m"),)))
    assert calendar.due(start, Duration(((first, "m"), (second, "m")))) == both


@settings(max_examples=150, deadline=None)
@given(CALENDARS, MINUTES, st.integers(0, 5000), st.sampled_from(["30m", "5h", "1d", "3d", "1d 2h", "2h 1d"]))
def test_a_later_start_is_never_due_earlier(calendar: Calendar, start: datetime, wait: int, text: str) -> None:
    duration = Duration.parse(text)
    assert calendar.due(start, duration) <= calendar.due(start + timedelta(minutes=wait), duration)


@settings(max_examples=150, deadline=None)
@given(CALENDARS, MINUTES, st.sampled_from(["30m", "5h", "1d", "3d", "1d 2h", "2h 1d"]))
def test_due_is_open_and_not_before_the_start(calendar: Calendar, start: datetime, text: str) -> None:
    due_at = calendar.due(start, Duration.parse(text))
    assert due_at >= start
    assert calendar.is_open(due_at)


@settings(max_examples=150, deadline=None)
@given(CALENDARS, MINUTES, st.integers(1, 900))
def test_going_back_leaves_just_that_much_open_time(calendar: Calendar, end: datetime, minutes: int) -> None:
    begin = calendar.back(end, Duration(((minutes, "m"),)))
    assert calendar.open_between(begin, end) == timedelta(minutes=minutes)
    assert calendar.open_between(begin + timedelta(seconds=1), end) < timedelta(minutes=minutes)


@settings(max_examples=100, deadline=None)
@given(DAYTIME, MINUTES, st.integers(1, 6))
def test_days_pass_over_just_that_many_working_days(calendar: Calendar, start: datetime, days: int) -> None:
    begin = calendar.next_opening(start).astimezone(HELSINKI)
    following = (begin.date() + timedelta(days=number) for number in range(1, 200))
    working = [day for day in following if instants(calendar, day)][days - 1]
    same_time = datetime.combine(working, begin.time(), HELSINKI)
    assert calendar.due(start, Duration(((days, "d"),))) == calendar.next_opening(same_time)


# Laws of seconds, in three zones

ZONES = st.sampled_from([ZoneInfo("Europe/Helsinki"), ZoneInfo("Europe/Stockholm"), ZoneInfo("UTC")])
ANYWHERE = st.builds(
    lambda week, zone: Calendar.build("any", zone, week), st.dictionaries(DAYS, SPANS, min_size=1), ZONES
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 12, 1), timezones=st.just(UTC))  # noqa: DTZ001
LENGTHS = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(("h", "m", "s"))), max_size=3).map(tuple)


@settings(max_examples=300, deadline=None)
@given(ANYWHERE, MOMENTS, LENGTHS, LENGTHS)
def test_counting_on_from_a_due_time_is_counting_both(calendar: Calendar, start: datetime, a: Any, b: Any) -> None:
    assert calendar.due(calendar.due(start, Duration(a)), Duration(b)) == calendar.due(start, Duration(a + b))


@settings(max_examples=300, deadline=None)
@given(ANYWHERE, MOMENTS, LENGTHS, LENGTHS)
def test_a_longer_time_is_never_due_earlier(calendar: Calendar, start: datetime, a: Any, b: Any) -> None:
    assert calendar.due(start, Duration(a)) <= calendar.due(start, Duration(a + b))


@settings(max_examples=300, deadline=None)
@given(ANYWHERE, MOMENTS, st.integers(0, 10**9), LENGTHS)
def test_an_earlier_start_is_never_due_later(calendar: Calendar, start: datetime, wait_ms: int, length: Any) -> None:
    later = start + timedelta(milliseconds=wait_ms)
    assert calendar.due(start, Duration(length)) <= calendar.due(later, Duration(length))


@settings(max_examples=300, deadline=None)
@given(ANYWHERE, MOMENTS, LENGTHS)
def test_the_open_time_until_a_due_time_is_what_was_counted(calendar: Calendar, start: datetime, length: Any) -> None:
    units = {"h": timedelta(hours=1), "m": timedelta(minutes=1), "s": timedelta(seconds=1)}
    counted = sum((count * units[unit] for count, unit in length), timedelta())
    end = calendar.due(start, Duration(length))
    assert calendar.open_between(start, end) == counted
    begin = calendar.back(end, Duration(length))  # the latest such time: none of the open time lies before it
    assert calendar.open_between(begin, end) == counted
    assert calendar.open_between(start, begin) == timedelta()
