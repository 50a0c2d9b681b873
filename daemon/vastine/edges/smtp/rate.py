"""How fast an account may send."""

import asyncio
from collections import deque

from vastine.edges.smtp.account import Rate


class Turns:
    """Lets at most `rate.count` callers pass in any stretch of `rate.per`, first come first served.

    A bucket that refills evenly would let twice as many pass in the first stretch, and a provider that counts by
    the minute would refuse the surplus; so the times of the last turns are kept instead.
    """

    def __init__(self, rate: Rate | None) -> None:
        self._taken: deque[float] = deque(maxlen=rate.count if rate else 0)
        self._per = rate.per.total_seconds() if rate else 0.0
        self._free = rate is None

    async def take(self) -> None:
        """Wait for a turn. A turn whose caller is cancelled meanwhile is lost."""
        if self._free:
            return
        now = asyncio.get_running_loop().time()
        full = len(self._taken) == self._taken.maxlen
        at = max(now, self._taken[0] + self._per) if full else now
        self._taken.append(at)
        if at > now:
            await asyncio.sleep(at - now)
