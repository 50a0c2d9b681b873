"""Signs of life of the loops, by the clock that never jumps. The watchdog is fed only while all loops show one."""

import threading
import time
from datetime import timedelta


class Pulses:
    """The last beat of each loop. Beating and asking may be done from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._expected: dict[str, float] = {}

    def beat(self, loop: str, *, resting: timedelta = timedelta()) -> None:
        """This loop lives, and will not be heard of while it rests."""
        with self._lock:
            self._expected[loop] = time.monotonic() + resting.total_seconds()

    def silent(self, *, longer_than: timedelta) -> list[str]:
        """The loops that should have been heard of so long ago."""
        limit = time.monotonic() - longer_than.total_seconds()
        with self._lock:
            return sorted(loop for loop, expected in self._expected.items() if expected < limit)
