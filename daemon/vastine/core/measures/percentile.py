"""Percentiles of times, of which some have not ended yet."""

from bisect import bisect_right
from collections.abc import Sequence
from math import ceil, inf

_CLOSE = 1e-9  # what rounding may make of a whole number


def percentile(ended: Sequence[int], waiting: Sequence[int], percent: int) -> float | None:
    """The shortest of the times within which that percentage had ended; both sequences in order, in seconds.

    `waiting` are those that still last, by how long they have lasted. Each counts as one that takes at least so long,
    and no longer than that tells it anything: the product-limit estimate (Kaplan and Meier, 1958). With none waiting
    it is the nearest rank: the value at place ceil(n * percent / 100). None where so many have not ended.
    """
    left = 1 - percent / 100  # the share that is still to last at the percentile
    at_risk, lasting, done = len(ended) + len(waiting), 1.0, 0
    for lasted in (*waiting, inf):
        until = bisect_right(ended, lasted, lo=done)
        after = lasting * (at_risk - (until - done)) / at_risk if at_risk else 0.0
        if until > done and after <= left + _CLOSE:
            places = max(1, ceil(at_risk * (1 - left / lasting) - _CLOSE))
            return float(ended[done + places - 1])
        at_risk -= until - done + 1
        lasting, done = after, until
    return None
