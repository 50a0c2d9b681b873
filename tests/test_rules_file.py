"""When the file of rules counts as saved anew."""

from pathlib import Path

import pytest

from vastine.rules_file import RulesFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text("a")
    return path


def test_a_file_that_stays_is_not_new(path: Path) -> None:
    file = RulesFile(path)
    assert not file.has_settled_anew()


def test_a_saved_file_is_new_once_when_it_has_settled(path: Path) -> None:
    file = RulesFile(path)
    path.write_text("ab")
    assert [file.has_settled_anew() for _ in range(3)] == [False, True, False]


def test_a_file_that_is_still_being_written_is_waited_for(path: Path) -> None:
    file = RulesFile(path)
    path.write_text("ab")
    file.has_settled_anew()
    path.write_text("abc")
    assert [file.has_settled_anew() for _ in range(2)] == [False, True]


def test_a_file_that_is_gone_for_a_moment_is_waited_for(path: Path) -> None:
    file = RulesFile(path)
    path.unlink()
    gone = [file.has_settled_anew() for _ in range(2)]
    path.write_text("b")
    assert (gone, [file.has_settled_anew() for _ in range(2)]) == ([False, False], [False, True])


def test_what_was_read_already_is_not_new(path: Path) -> None:
    file = RulesFile(path)
    path.write_text("ab")
    file.notice()
    assert [file.has_settled_anew() for _ in range(2)] == [False, False]
