"""How long this machine runs, sleep included, and which run of it this is: a clock that nobody can set."""

import os
import secrets
import time
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from vastine.core.doubt import Look

BOOT_VARIABLE = "VASTINE_BOOT"
"""Where the unit tells the id of the boot, since its sandbox hides the file below."""

_BOOT_FILE = Path("/proc/sys/kernel/random/boot_id")


def look_at_clocks(now: datetime) -> Look:
    """Both clocks at once; `now` is the time of day."""
    return Look(at=now, boot=_boot(), uptime=timedelta(seconds=time.clock_gettime(time.CLOCK_BOOTTIME)))


@cache
def _boot() -> str:
    """The id of this run of the machine; where it cannot be read, one for this process alone."""
    try:
        told = os.environ.get(BOOT_VARIABLE) or _BOOT_FILE.read_text(encoding="ascii")
    except OSError:
        told = secrets.token_hex(16)
    return told.strip().replace("-", "")[:36]
