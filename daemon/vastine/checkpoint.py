"""Named points at which a test may end the process, as a power cut would. In service nothing happens here.

`VASTINE_KILL_AT=after_raw_commit` kills at the first passing, `VASTINE_KILL_AT=after_raw_commit:3` at the third.
"""

import os
import signal
from collections import Counter
from typing import Final, Literal

Name = Literal[
    "after_raw_commit",
    "while_parsing",
    "after_decision_commit",
    "before_move",
    "after_move",
    "after_claim",
    "after_final_dot",
    "before_settle",
]

_wanted, _, _times = os.environ.get("VASTINE_KILL_AT", "").partition(":")
_passed: Final[Counter[str]] = Counter()


def reached(name: Name) -> None:
    """Say that the work has come to this point; SIGKILL follows if the environment asks for it."""
    if name != _wanted:
        return
    _passed[name] += 1
    if _passed[name] >= int(_times or 1):
        os.kill(os.getpid(), signal.SIGKILL)
