from datetime import UTC, datetime, timedelta

from core.compose.samples import complaint
from vastine.core.desk import Desk, acknowledgement_time

NOW = datetime(2026, 6, 24, 9, 0, tzinfo=UTC)


def times(count: int, at: datetime = NOW) -> list[datetime]:
    return [at] * count


def test_an_acknowledgement_goes_at_once_while_the_hour_has_room() -> None:
    assert acknowledgement_time(times(4), per_hour=5, now=NOW) == NOW


def test_over_the_rate_an_acknowledgement_is_held_until_the_hour_has_room() -> None:
    assert acknowledgement_time(times(5), per_hour=5, now=NOW) == NOW + timedelta(hours=1)


def test_held_ones_take_their_places_in_later_hours() -> None:
    held = [*times(5), *times(5, NOW + timedelta(hours=1))]
    assert acknowledgement_time(held, per_hour=5, now=NOW) == NOW + timedelta(hours=2)


def test_old_ones_hold_nothing_back() -> None:
    assert acknowledgement_time(times(5, NOW - timedelta(hours=1)), per_hour=5, now=NOW) == NOW


def test_what_would_be_held_for_over_a_day_is_dropped() -> None:
    held = times(5, NOW + timedelta(hours=23, seconds=1))
    assert acknowledgement_time(held, per_hour=5, now=NOW) is None


def test_no_hour_ever_has_more_than_its_rate() -> None:
    times_given: list[datetime] = []
    for minute in range(0, 180, 7):
        now = NOW + timedelta(minutes=minute)
        for _ in range(3):
            at = acknowledgement_time(times_given, per_hour=10, now=now)
            assert at is not None
            times_given.append(at)
    for start in times_given:
        assert sum(start <= at < start + timedelta(hours=1) for at in times_given) <= 10


def test_complaints_that_were_merged_in_a_circle_come_to_an_end() -> None:
    first = complaint(reference="V-AAAAA", status="merged", merged_into="V-BBBBB")
    second = complaint(reference="V-BBBBB", status="merged", merged_into="V-AAAAA")
    assert Desk(complaints={"V-AAAAA": first, "V-BBBBB": second}).current("V-AAAAA") == second
