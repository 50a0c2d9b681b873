"""What a complaint costs, as rules.yaml says it."""

import re
from decimal import Decimal

import pytest

from flows.office import RULES
from vastine.core.rules import Costs, RulesError, load


def costs(written: str) -> Costs | None:
    return load(f"{RULES}costs: {written}\n").costs


def test_times_are_reckoned_by_the_hour() -> None:
    found = costs("{currency: EUR, hour: 38, complaint: 15m, answer: 10m}")
    assert found == Costs(currency="EUR", complaint=Decimal("9.5"), answer=Decimal(38) * 600 / 3600)


def test_prices_need_no_hour() -> None:
    assert costs("{currency: SEK, complaint: 7.50}") == Costs(
        currency="SEK", complaint=Decimal("7.50"), answer=Decimal(0)
    )


def test_without_the_section_nothing_costs() -> None:
    assert load(RULES).costs is None


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("{currency: EUR, complaint: 15m}", "say in `hour` what an hour costs"),
        ("{currency: EUR, hour: 38, complaint: 7.50}", "`hour` is of no use"),
        ("{currency: EUR, complaint: viisi}", "'viisi' is neither a time such as 15m nor an amount of money"),
        ("{currency: EUR, hour: -1, complaint: 15m}", "'-1' is not an amount of money"),
        ("{currency: euro, complaint: 7}", "'euro' is not a currency"),
        ("{complaint: 7}", "'currency' is missing here"),
    ],
)
def test_mistakes_are_named(written: str, problem: str) -> None:
    with pytest.raises(RulesError, match=re.escape(problem)):
        costs(written)
