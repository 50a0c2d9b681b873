"""Recurring problems: which topics and words take a larger share of the complaints than before, beyond chance."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import exp, lgamma
from typing import Final, Literal

from vastine.core.measures.values import Rising

FALSE_ALARMS: Final = 0.05  # the share of those named that may be false alarms
LOOKED_AT: Final = 5  # complaints, before and now together, from which on something is looked at
SHOWN_FROM: Final = 5  # complaints in the period ...
CUSTOMERS: Final = 3  # ... of so many customers, of a word: fewer might tell of a person
MOST_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """In how many complaints something stood, in the period and before."""

    kind: Literal["topic", "word"]
    name: str
    count: int
    count_before: int


def rising(counted: Iterable[Counted], total: int, total_before: int) -> tuple[Rising, ...]:
    """What rose, the surest first. Whoever shows it leaves out the words of too few customers, and shows a few.

    What is looked at is chosen by both counts together, which tells nothing of a rise; so the share of false alarms
    among what is named is kept (Benjamini and Hochberg, 1995), over topics and words together.
    """
    if not total or not total_before:
        return ()
    looked_at = [one for one in counted if one.count + one.count_before >= LOOKED_AT]
    chances = [chance_of_rise(one.count, total, one.count_before, total_before) for one in looked_at]
    found = [
        Rising(
            kind=one.kind,
            name=one.name,
            count=one.count,
            total=total,
            count_before=one.count_before,
            total_before=total_before,
            q=q,
        )
        for one, q in zip(looked_at, false_alarm_shares(chances), strict=True)
        if q < FALSE_ALARMS and one.count >= SHOWN_FROM
    ]
    return tuple(sorted(found, key=lambda one: (one.q, -one.count, one.name)))


def chance_of_rise(count: int, total: int, count_before: int, total_before: int) -> float:
    """The chance of so many or more of the period's complaints, were the share the same as before (Fisher, one-sided).

    Given how many there are together, it is the upper tail of the hypergeometric distribution. Raises ValueError where
    something stood in more complaints than there are.
    """
    if count > total or count_before > total_before:
        raise ValueError(f"{count} of {total}, before {count_before} of {total_before}: a complaint was counted twice")
    together = count + count_before
    if count * total_before <= count_before * total:  # no rise: summed from the side that does not vanish
        return max(0.0, 1.0 - _tail(count_before + 1, total_before, together, total))
    return min(1.0, _tail(count, total, together, total_before))


def _tail(count: int, total: int, together: int, other: int) -> float:
    """The chance that of `together` drawn from both at least `count` are of the `total`."""
    if count > min(together, total):
        return 0.0
    term = exp(_log_choose(total, count) + _log_choose(other, together - count) - _log_choose(total + other, together))
    tail = term
    for k in range(count, min(together, total)):  # each term from the one before
        term *= (together - k) * (total - k) / ((k + 1) * (other - together + k + 1))
        tail += term
        if term <= tail * 1e-17:
            break
    return tail


def _log_choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def false_alarm_shares(chances: Sequence[float]) -> list[float]:
    """For each chance the share of false alarms to expect among all that are as small (adjusted, step-up)."""
    order = sorted(range(len(chances)), key=lambda place: chances[place], reverse=True)
    shares = [1.0] * len(chances)
    least = 1.0
    for rank, place in zip(range(len(chances), 0, -1), order, strict=True):
        least = min(least, chances[place] * len(chances) / rank)
        shares[place] = least
    return shares
