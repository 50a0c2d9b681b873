"""What rises beyond chance, and what does not."""

from fractions import Fraction
from math import comb
from random import Random

import pytest

from vastine.core.measures.rising import Counted, chance_of_rise, false_alarm_shares, rising


def exactly(count: int, total: int, count_before: int, total_before: int) -> float:
    """The upper tail of the hypergeometric distribution, in whole numbers."""
    together, both = count + count_before, total + total_before
    ways = sum(comb(total, k) * comb(total_before, together - k) for k in range(count, min(together, total) + 1))
    return float(Fraction(ways, comb(both, together)))


def word(name: str, count: int, count_before: int) -> Counted:
    return Counted(kind="word", name=name, count=count, count_before=count_before)


@pytest.mark.parametrize(
    "counts", [(5, 10, 5, 80), (0, 10, 5, 80), (10, 10, 0, 80), (3, 100, 24, 800), (40, 200, 60, 1500), (1, 1, 1, 1)]
)
def test_the_chance_is_exact(counts: tuple[int, int, int, int]) -> None:
    assert chance_of_rise(*counts) == pytest.approx(exactly(*counts), rel=1e-9)


def test_a_share_that_fell_in_very_many_is_no_rise() -> None:
    assert chance_of_rise(0, 50_000, 5_000, 50_000) == pytest.approx(1.0)


def test_a_share_that_rose_in_very_many_is_beyond_doubt() -> None:
    assert chance_of_rise(5_000, 50_000, 0, 50_000) < 1e-100


def test_shares_of_false_alarms_step_up() -> None:
    # Benjamini and Hochberg: the chance times the number of all by its rank, and never above that of a higher rank.
    assert false_alarm_shares([0.01, 0.04, 0.03, 0.5]) == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.5])


def test_what_doubled_among_many_is_told() -> None:
    [found] = rising([word("akku", 30, 60), word("lasku", 10, 80)], 100, 800)
    assert (found.name, found.count, found.count_before, found.q < 0.001) == ("akku", 30, 60, True)


def test_what_is_sure_alone_is_not_sure_among_a_thousand() -> None:
    one = word("akku", 9, 18)
    others = [word(f"sana{number}", 10, 80) for number in range(1000)]
    assert [len(rising(looked_at, 100, 800)) for looked_at in ([one], [one, *others])] == [1, 0]


def test_a_few_complaints_are_not_told() -> None:
    assert rising([word("akku", 4, 0)], 10, 8000) == ()


def test_before_there_was_anything_nothing_rises() -> None:
    assert rising([word("akku", 20, 0)], 20, 0) == ()


def test_chance_alone_is_seldom_told() -> None:
    """In a hundred quiet weeks with two hundred words each, some of which are rare, nearly none has a false alarm."""
    random = Random(5)
    alarms = 0
    for _ in range(100):
        shares = [random.choice((0.01, 0.03, 0.1)) for _ in range(200)]
        counted = [
            word(str(number), sum(random.random() < p for _ in range(60)), sum(random.random() < p for _ in range(480)))
            for number, p in enumerate(shares)
        ]
        alarms += bool(rising(counted, 60, 480))
    assert alarms <= 10


@pytest.mark.parametrize("counts", [(7, 6, 0, 60), (1, 6, 61, 60)])
def test_more_than_all_is_refused(counts: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="counted twice"):
        chance_of_rise(*counts)
