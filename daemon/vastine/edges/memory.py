"""Memory that was needed once, given back: what glibc keeps for itself after large things were loaded."""

import ctypes
import gc


def give_back() -> None:
    """Return free memory to the system (malloc_trim(3)); does nothing with another C library."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError):
        return
