"""`python -m tests.bench.profiled FILE vastine-arguments...`: the real command under cProfile, in every thread.

The profiler of the standard library sees only the thread that starts it; here each thread has its own, and the file
gets the sum of all.
"""

import cProfile
import pstats
import sys
import threading

profiles: list[cProfile.Profile] = []
plain_run = threading.Thread.run


def _profiled_run(thread: threading.Thread) -> None:
    profile = cProfile.Profile()
    profiles.append(profile)
    profile.runcall(plain_run, thread)


def main() -> None:
    file, *arguments = sys.argv[1:]
    from vastine.cli import main as command

    threading.Thread.run = _profiled_run  # type: ignore[method-assign]
    sys.argv = ["vastine", *arguments]
    whole = cProfile.Profile()
    try:
        whole.runcall(command)
    finally:
        total = pstats.Stats(whole)
        for profile in profiles:
            total.add(profile)
        total.dump_stats(file)


if __name__ == "__main__":
    main()
