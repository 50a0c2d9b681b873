"""Log lines: sentences with a machine word, on standard error; under journald each with its priority in front.

Lines are handed to a thread of their own: a busy desk writes several a mail, and each write would make the loops wait
for one another. What a killed process had not written yet is lost; what it did stands in the database.
"""

import atexit
import logging
import os
import queue
import sys
import threading
from typing import Final, TextIO

import structlog

from vastine.core.identity import masked

GATHER: Final = 0.05  # seconds
PRIORITIES: Final = {"critical": 2, "error": 3, "warning": 4, "info": 6, "debug": 7}


class LineWriter:
    """Writes lines from many threads in one, as many at a time as wait."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._closing = threading.Event()
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="log", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def msg(self, line: str) -> None:
        """Write a line, soon."""
        self._lines.put(line)

    log = debug = info = warn = warning = error = critical = exception = fatal = msg

    def close(self) -> None:
        """Write what waits, and end."""
        self._closing.set()
        self._lines.put(None)
        self._thread.join(timeout=5)

    def _run(self) -> None:
        ended = False
        while not ended:
            lines = [self._lines.get()]
            self._closing.wait(GATHER)  # the lines of a busy moment are written together
            while not self._lines.empty():
                lines.append(self._lines.get())
            ended = None in lines
            self._write("".join(f"{line}\n" for line in lines if line is not None))

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            pass  # nobody reads any more; the work goes on


def set_up_logging(level: str) -> None:
    """From now on everything from that level upwards is written."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    logging.getLogger("imapclient").setLevel(logging.INFO)  # at DEBUG it writes customers' mail
    under_journald = "JOURNAL_STREAM" in os.environ
    stamp: list[structlog.typing.Processor] = [structlog.processors.TimeStamper(fmt="iso", utc=True)]
    writer = LineWriter(sys.stderr)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            *([] if under_journald else stamp),  # journald has the time already
            _with_priority if under_journald else _plain,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=lambda *_: writer,
        cache_logger_on_first_use=True,
    )


def _plain(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
    time, level, sentence = event.pop("timestamp", ""), event.pop("level"), event.pop("event")
    return masked(f"{time} {level:<7} {sentence}{_details(event)}")


def _with_priority(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
    level, sentence = event.pop("level"), event.pop("event")
    lines = masked(f"{sentence}{_details(event)}").splitlines()
    return "\n".join(f"<{PRIORITIES[level]}>{line}" for line in lines)


def _details(event: structlog.typing.EventDict) -> str:
    trace = event.pop("exception", None)
    words = "".join(f" {name}={value}" for name, value in event.items() if value is not None)
    return f"{words}\n{trace}" if trace else words
