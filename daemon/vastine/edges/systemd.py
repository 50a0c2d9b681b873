"""Talking to systemd: ready, status, watchdog, stopping. Silent where the service manager did not ask for it."""

import os
import socket
from collections.abc import Mapping
from datetime import timedelta


def is_listening(environ: Mapping[str, str] = os.environ) -> bool:
    """Whether a service manager asked to be told."""
    return environ.get("NOTIFY_SOCKET", "")[:1] in ("/", "@")


def notify(state: str, environ: Mapping[str, str] = os.environ) -> bool:
    """Send `READY=1`, `STATUS=...`, `WATCHDOG=1` or the like, see sd_notify(3); lines end with LF.

    False where nobody listens. A manager that went away or is busy is no reason for a mail to wait, so it never
    blocks and never raises.
    """
    if not is_listening(environ):
        return False
    path = environ["NOTIFY_SOCKET"]
    address = "\0" + path[1:] if path.startswith("@") else path  # an abstract socket, see unix(7)
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC | socket.SOCK_NONBLOCK) as sender:
            sender.sendto(state.encode(), address)
    except OSError:
        return False
    return True


def watchdog_interval(environ: Mapping[str, str] = os.environ) -> timedelta | None:
    """Within which time `WATCHDOG=1` must come, see sd_watchdog_enabled(3); None where no watchdog waits for us.

    Send it twice as often.
    """
    microseconds = environ.get("WATCHDOG_USEC", "")
    if not microseconds.isdecimal() or int(microseconds) == 0:
        return None
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()):
        return None  # it was meant for the process that started us
    return timedelta(microseconds=int(microseconds))
