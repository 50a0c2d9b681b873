"""`python -m tests.mutations` from the repository's root; `make mutations` says the same."""

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest has it

from tests.mutations.run import run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description="Damaged mails, by the thousand.")
    parser.add_argument("--mails", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    began = time.monotonic()

    def told(count: int) -> None:
        if count % 5_000 < 100:
            print(f"{count} of {chosen.mails}, {count / (time.monotonic() - began):.0f} a second", flush=True)

    with tempfile.TemporaryDirectory(prefix="vastine-mutations-") as folder:
        result = run(chosen.mails, chosen.seed, Path(folder), told)
    for outcome, count in result.outcomes.most_common():
        print(f"{outcome:<12} {count}")
    for reason, count in result.reasons.most_common(10):
        print(f"  in quarantine: {reason}  {count}")
    print(f"readers replaced: {result.children}; lost: {len(result.lost)} {result.lost[:10]}")
    return 1 if result.lost else 0


if __name__ == "__main__":
    sys.exit(main())
