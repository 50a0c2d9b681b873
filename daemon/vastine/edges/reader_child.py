"""The child of `edges.reader`: reads handfuls of mails from standard input, answers with what they say.

It loads what it needs for that and nothing else, and uses no more time and memory for a mail than R7 allows. Mails and
the contents of attachments cross the pipes as they are, one after another, so that neither side holds them twice.
"""

import os
import pickle
import resource
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import IO, Final

from vastine.core.language import LanguageGuesser
from vastine.core.reading import Reading, read_mail
from vastine.edges.memory import give_back

SIZE: Final = 8  # octets of a length
READY: Final = b"R"  # what the child says once all that it needs is loaded
CPU_SECONDS: Final = 5  # for one mail (R7); over it the kernel ends the process
MEMORY: Final = 256 * 1024 * 1024  # octets for what is read at once (R7); over it a mail is read by less of it


def serve(languages: tuple[str, ...]) -> None:
    """Read questions, each some raw mails, and answer each with their readings, until there are no more."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the answers
    guesser = LanguageGuesser(languages)
    _read_in_time(b"Content-Type: text/html\n\n<p>Kaikki kirjastot ladataan nyt, ennen rajaa.</p>", guesser)
    give_back()
    limit = _data_in_use() + MEMORY
    _limit(resource.RLIMIT_DATA, limit)
    answers.write(READY)
    answers.flush()
    while size := requests.read(SIZE):
        raws = [requests.read(int.from_bytes(requests.read(SIZE))) for _ in range(int.from_bytes(size))]
        _answer(answers, raws, guesser)
        del raws


def ask(stream: IO[bytes], raws: Sequence[bytes]) -> None:
    """Write a question: how many mails, then each with its length in front."""
    stream.write(len(raws).to_bytes(SIZE))
    for raw in raws:
        _write(stream, raw)
    stream.flush()


def _answer(stream: IO[bytes], raws: list[bytes], guesser: LanguageGuesser) -> None:
    """Write the readings without their attachments' contents, then each of these."""
    readings = [_read_in_time(raw, guesser) for raw in raws]
    raws.clear()
    contents = [each.content for reading in readings for each in reading.mail.attachments]
    _write(stream, pickle.dumps([_slim(reading) for reading in readings], protocol=5))
    for content in contents:
        _write(stream, content)
    stream.flush()


def _slim(reading: Reading) -> Reading:
    mail = reading.mail
    if not mail.attachments:
        return reading
    return replace(reading, mail=replace(mail, attachments=tuple(replace(a, content=b"") for a in mail.attachments)))


def _write(stream: IO[bytes], octets: bytes) -> None:
    stream.write(len(octets).to_bytes(SIZE))
    stream.write(octets)


def _read_in_time(raw: bytes, guesser: LanguageGuesser) -> Reading:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1  # whole seconds of the whole life
    _limit(resource.RLIMIT_CPU, limit)
    return read_mail(raw, guesser)


def _limit(what: int, limit: int) -> None:
    """Set a soft limit; a lower hard one, which somebody else has set, stays as it is."""
    hard = resource.getrlimit(what)[1]
    resource.setrlimit(what, (limit if hard == resource.RLIM_INFINITY else min(limit, hard), hard))


def _data_in_use() -> int:
    """Octets of this process's own memory, as RLIMIT_DATA counts them (proc_pid_status(5), VmData)."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    line = next(line for line in lines if line.startswith("VmData:"))
    return int(line.split()[1]) * 1024


if __name__ == "__main__":
    serve(tuple(sys.argv[1:]))
