"""The clock against a second one that walks through three years minute by minute (`clock_reference`)."""

from core.clock_reference import CASES, compared, references


def test_our_clock_is_the_one_that_walks_through_every_minute() -> None:
    counted = compared(seed=20260624)
    print(f"{counted.total()} cases agree: {dict(counted)}")
    assert counted.total() == len(references()) * sum(CASES.values())
    assert counted.total() > 20_000
