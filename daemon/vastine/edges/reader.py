"""The reading of mails in a process of its own: what strangers send is parsed where it can hurt nobody.

The child is kept warm and replaced when it dies or takes too long; the mail that it was at is then read by its header
alone, with the reason among its defects. It also takes parsing to a second core. `vastine.edges.reader_child`
is the child.
"""

import os
import pickle
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import IO, Final

import structlog

from vastine.core.parse.scan import scan_mail
from vastine.core.reading import Reading
from vastine.edges.reader_child import READY, SIZE, ask

log = structlog.get_logger()
TOGETHER: Final = 16  # mails in one question, so that little time goes into asking
LONGEST: Final = 15.0  # seconds of waiting for an answer; one mail's 5 s of CPU fit in on a busy machine (R7)
FIRST: Final = 60.0  # seconds for a new child to load its libraries
HEADER_OCTETS: Final = 65_536
WAITS: Final = (1.0, 2.0, 4.0, 8.0)  # seconds between attempts to start a child


class ReaderEndedError(Exception):
    """The child died, or took too long, over a mail."""


class ReaderUnavailableError(Exception):
    """No child can be started: nothing can be read now, and nothing is said of any mail."""


class Reader:
    """Reads batches of mails, one batch at a time, in a child process. `languages` are the configured ones."""

    def __init__(self, languages: tuple[str, ...]) -> None:
        self._languages = languages
        self._turns = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reader")
        self._child: subprocess.Popen[bytes] | None = None
        self._closing = threading.Event()

    def begin(self, raws: Sequence[bytes]) -> "Future[list[Reading]]":
        """Have mails read; the readings come in order, one a mail, whatever the mails are."""
        return self._turns.submit(self._read, list(raws))

    def speak(self, languages: tuple[str, ...]) -> None:
        """Tell these languages apart from now on."""
        if languages != self._languages:
            self._languages = languages
            self._turns.submit(self._end).result()

    def close(self) -> None:
        """End the child, after what it is at."""
        self._closing.set()
        self._turns.submit(self._end).result()
        self._turns.shutdown()

    # --- in the reader's own thread

    def _read(self, raws: list[bytes]) -> list[Reading]:
        readings: list[Reading] = []
        together = TOGETHER
        while len(readings) < len(raws):
            left = raws[len(readings) :]
            try:
                self._ask([left[i : i + together] for i in range(0, len(left), together)], readings)
            except (ReaderEndedError, OSError, EOFError) as error:
                self._end()
                if together == 1:
                    log.warning("reader ended over a mail", code="reader_ended", why=str(error))
                    readings.append(_by_header(raws[len(readings)], str(error)))
                together = 1  # one at a time shows which mail it was
        return readings

    def _ask(self, questions: list[list[bytes]], readings: list[Reading]) -> None:
        """Have several handfuls of mails read; readings are added as they come."""
        child = self._child or self._start()
        requests, answers = _pipes(child)
        sending = threading.Thread(target=_send_quietly, args=(requests, questions), daemon=True)
        sending.start()  # the child answers while it is still being asked: neither may wait for the other
        answered = False
        try:
            for question in questions:
                readings.extend(_receive(answers, LONGEST, count=len(question)))
            answered = True
        finally:
            if not answered:
                child.kill()
            sending.join()

    def _start(self) -> subprocess.Popen[bytes]:
        """A new child. Where none can be had now (no memory, no process), wait: the mail is not at fault."""
        for patience in (*WAITS, None):
            try:
                return self._spawn()
            except OSError as error:
                if patience is None:
                    raise ReaderUnavailableError(f"the reader cannot be started: {error}") from error
                log.warning("reader cannot be started now", code="reader_waits", why=str(error))
                self._closing.wait(patience)
        raise ReaderUnavailableError("the reader cannot be started")

    def _spawn(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "vastine.edges.reader_child", *self._languages]
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_THE_CHILDS}
        child = subprocess.Popen(  # noqa: S603 - our own module
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment, start_new_session=True
        )
        self._child = child
        try:
            said = _exactly(_pipes(child)[1], len(READY), time.monotonic() + FIRST)
        except ReaderEndedError as error:
            self._end()
            raise OSError(f"it ended while it was loading: {error}") from error
        if said != READY:
            self._end()
            raise OSError("it says something else than a reader")
        return child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.kill()
        for pipe in _pipes(child):
            try:
                pipe.close()
            except OSError:
                pass  # it had something left to write, to nobody
        child.wait()


_NOT_THE_CHILDS = frozenset({"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "CREDENTIALS_DIRECTORY"})


def _by_header(raw: bytes, reason: str) -> Reading:
    """What the header alone tells, by a scan that nothing can hurt."""
    return Reading(mail=scan_mail(raw[:HEADER_OCTETS], (f"it could not be read whole: {reason}",)), language=None)


def _pipes(child: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    if child.stdin is None or child.stdout is None:
        raise ReaderEndedError("the reader has no pipes")
    return child.stdin, child.stdout


def _send_quietly(requests: IO[bytes], questions: Sequence[list[bytes]]) -> None:
    """Ask everything. A child that is gone is noticed by who waits for its answers."""
    try:
        for question in questions:
            ask(requests, question)
    except OSError:
        return


def _receive(stream: IO[bytes], seconds: float, *, count: int) -> list[Reading]:
    """One answer of the child. Raises ReaderEndedError where none comes in that time."""
    end = time.monotonic() + seconds
    readings: list[Reading] = pickle.loads(_framed(stream, end))  # noqa: S301 - our own child, our own pipe
    if len(readings) != count:
        raise ReaderEndedError("its reader answered nonsense")
    return [_whole(reading, stream, end) for reading in readings]


def _whole(reading: Reading, stream: IO[bytes], end: float) -> Reading:
    """A reading with the contents of its attachments, which follow."""
    mail = reading.mail
    if not mail.attachments:
        return reading
    attachments = tuple(replace(each, content=_framed(stream, end)) for each in mail.attachments)
    return replace(reading, mail=replace(mail, attachments=attachments))


def _framed(stream: IO[bytes], end: float) -> bytes:
    """Octets with their length in front."""
    return _exactly(stream, int.from_bytes(_exactly(stream, SIZE, end)), end)


def _exactly(stream: IO[bytes], count: int, end: float) -> bytes:
    """So many octets, read as they come: the pipe is unbuffered on this side."""
    pieces: list[bytes] = []
    while count:
        left = end - time.monotonic()
        if left <= 0 or not select.select([stream], [], [], left)[0]:
            raise ReaderEndedError("it took too long")
        piece = os.read(stream.fileno(), min(count, 1 << 20))
        if not piece:
            raise ReaderEndedError("its reader died over it")
        pieces.append(piece)
        count -= len(piece)
    return b"".join(pieces)
