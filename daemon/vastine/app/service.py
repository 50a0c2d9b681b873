"""Running until a signal: starting the loops, hearing the signals, telling systemd, stopping in order."""

import asyncio
import signal
import threading
import time
from collections.abc import Sequence

import structlog

from vastine.app.clockwork import Clockwork
from vastine.app.parts import Parts
from vastine.edges import systemd
from vastine.edges.timers import Timers
from vastine.flows.mail_loop import MailLoop

log = structlog.get_logger()
GRACE = 5.0  # seconds for all mailboxes to end what they are at, before their lines are cut, and again after


async def serve(parts: Parts, clockwork: Clockwork) -> None:
    """Watch, send and escalate until SIGTERM or SIGINT; SIGHUP reloads the rules."""
    stop = asyncio.Event()
    _hear_signals(stop, parts)
    threads = [_started(watcher, parts) for watcher in parts.watchers]
    timers = clockwork.timers()
    timers.start()
    dispatch = asyncio.create_task(parts.dispatcher.run(stop))
    systemd.notify("READY=1")
    log.info("ready", code="ready", mailboxes=len(parts.settings.mailboxes), rules=len(parts.rules.book().rules))
    await stop.wait()
    systemd.notify("STOPPING=1")
    log.info("stopping", code="stopping")
    await _stopped(parts, threads, timers, dispatch)


def _hear_signals(stop: asyncio.Event, parts: Parts) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, parts.rules.reload))


def _started(watcher: MailLoop, parts: Parts) -> threading.Thread:
    thread = threading.Thread(target=watcher.run, name=f"mailbox {watcher.name}", daemon=True)
    parts.pulses.beat(thread.name)
    thread.start()
    return thread


async def _stopped(parts: Parts, threads: list[threading.Thread], timers: Timers, dispatch: asyncio.Task[None]) -> None:
    """Let each loop finish what it is in the midst of: nothing is begun, nothing is cut off."""
    for watcher in parts.watchers:
        watcher.stop()
    parts.reports.stop()
    await asyncio.to_thread(timers.stop)
    await asyncio.to_thread(_join, threads, GRACE)
    for watcher in parts.watchers:
        watcher.cut()
    await asyncio.to_thread(_join, threads, GRACE)
    await dispatch
    left = [thread.name for thread in threads if thread.is_alive()]
    log.info("stopped", code="stopped", left=left)


def _join(threads: Sequence[threading.Thread], seconds: float) -> None:
    """Wait for all of them, so many seconds together."""
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))
