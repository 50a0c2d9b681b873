"""Damaged mails: each ends in exactly one decided row, and nothing stops. `make mutations` tries many more."""

from pathlib import Path

import pytest

from mutations.run import run


@pytest.mark.whole
def test_no_damaged_mail_is_lost(tmp_path: Path) -> None:
    result = run(1_500, seed=20261122, folder=tmp_path)
    assert result.lost == []
    assert sum(result.outcomes.values()) == 1_500
    assert not [reason for reason in result.reasons if "failed" in reason]
