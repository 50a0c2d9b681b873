"""Memory: how much is in use; and given back what was needed once and glibc keeps after large things were loaded."""

import ctypes
import gc
import resource
from pathlib import Path


def give_back() -> None:
    """Return free memory to the system (malloc_trim(3)); does nothing with another C library."""
    gc.collect()
    try:
        ctypes.CDLL(None).malloc_trim(0)
    except (AttributeError, OSError):
        return


def resident() -> int | None:
    """How many octets of memory this process takes now (proc(5), statm); None where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * resource.getpagesize()
