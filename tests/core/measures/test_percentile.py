"""Percentiles: the nearest rank, and what they become where something has not ended."""

from hypothesis import given
from hypothesis import strategies as st

from vastine.core.measures.percentile import percentile

times = st.lists(st.integers(0, 50), max_size=40).map(sorted)


def product_limit(ended: list[int], waiting: list[int], percent: int) -> float | None:
    """Kaplan and Meier, one different time after the other."""
    lasting = 1.0
    for at in sorted(set(ended)):
        at_risk = sum(each >= at for each in (*ended, *waiting))
        lasting *= 1 - ended.count(at) / at_risk
        if lasting <= 1 - percent / 100 + 1e-9:
            return float(at)
    return None


def test_the_median_of_an_even_number_is_the_lower_of_the_middle() -> None:
    assert percentile([1, 2, 3, 4], [], 50) == 2


def test_the_ninetieth_of_ten_is_the_ninth() -> None:
    assert percentile([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [], 90) == 9


def test_nothing_has_no_percentile() -> None:
    assert percentile([], [], 50) is None


def test_what_has_only_begun_says_little() -> None:
    assert percentile([10, 20, 30], [1, 1, 1], 50) == 20


def test_what_lasts_long_is_not_left_out() -> None:
    assert percentile([10, 20, 30], [40, 40], 50) == 30


def test_where_most_have_not_ended_nobody_can_tell() -> None:
    assert percentile([10], [40, 40], 50) is None


@given(times, st.sampled_from([50, 90]))
def test_with_none_waiting_it_is_the_nearest_rank(ended: list[int], percent: int) -> None:
    rank = -(-len(ended) * percent // 100)
    assert percentile(ended, [], percent) == (ended[rank - 1] if ended else None)


@given(times, times, st.sampled_from([50, 90]))
def test_it_is_the_product_limit(ended: list[int], waiting: list[int], percent: int) -> None:
    assert percentile(ended, waiting, percent) == product_limit(ended, waiting, percent)
