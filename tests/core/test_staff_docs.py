"""docs/staff.md has every command, under the names that it is known by."""

import re
from pathlib import Path

from vastine.core.commands import COMMANDS, TO_THE_DESK

DOCS = (Path(__file__).parents[2] / "docs/staff.md").read_text(encoding="utf-8")


def named(text: str) -> set[tuple[str, ...]]:
    """The names in each row of the tables: English, Finnish, Swedish."""
    rows = [line.split("|")[1:4] for line in text.splitlines() if line.startswith("| `#")]
    return {tuple(re.findall(r"#\w+", cell)[0] for cell in row) for row in rows}


def declared(*names: str) -> set[tuple[str, ...]]:
    return {(COMMANDS[name][2], COMMANDS[name][0], COMMANDS[name][1]) for name in names}


def test_every_command_is_named_in_three_languages() -> None:
    assert named(DOCS) == declared(*COMMANDS)


def test_commands_to_the_desk_have_a_table_of_their_own() -> None:
    assert named(DOCS.split("## Mail to the desk", 1)[1]) == declared(*TO_THE_DESK)
