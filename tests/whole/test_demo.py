"""`vastine demo` judges itself; here only that it says yes, and that what it promises to leave is there."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.whole]


def test_the_demo_does_what_had_to_happen_and_leaves_the_mails(tmp_path: Path) -> None:
    out = tmp_path / "mails"
    command = [sys.executable, "-m", "vastine.cli", "demo", "--out", str(out)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=110, check=False)
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
    assert all(list((out / side).glob("*.eml")) for side in ("inbox", "customers", "staff"))
