"""The child of `edges.reader`: reads handfuls of mails from standard input, answers with what they say.

It loads what it needs for that and nothing else, and takes no longer over a mail than R7 allows.
"""

import os
import pickle
import resource
import sys
from typing import IO, Any, Final

from vastine.core.language import LanguageGuesser
from vastine.core.reading import Reading, read_mail

SIZE: Final = 8  # octets of a length before each pickle
CPU_SECONDS: Final = 5  # for one mail (R7); over it the kernel ends the process


def serve(languages: tuple[str, ...]) -> None:
    """Read questions, each a list of raw mails, and answer each with a list of readings, until there are no more."""
    requests, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the answers
    guesser = LanguageGuesser(languages)
    while size := requests.read(SIZE):
        raws = pickle.loads(requests.read(int.from_bytes(size)))  # noqa: S301 - from our parent, over its pipe
        send(answers, [_read_in_time(raw, guesser) for raw in raws])


def _read_in_time(raw: bytes, guesser: LanguageGuesser) -> Reading:
    used = resource.getrusage(resource.RUSAGE_SELF)
    limit = int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1  # whole seconds of the whole life
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))
    return read_mail(raw, guesser)


def send(stream: IO[bytes], value: Any) -> None:
    """Write a value with its length in front."""
    pickled = pickle.dumps(value, protocol=5)
    stream.write(len(pickled).to_bytes(SIZE))
    stream.write(pickled)
    stream.flush()


if __name__ == "__main__":
    serve(tuple(sys.argv[1:]))
