"""docs/rules.md names everything that the language has, and nothing that it has not."""

import re
from pathlib import Path

import pytest

from vastine.core.rules import REPLY_VARIABLES
from vastine.core.rules.conditions import CONDITIONS
from vastine.core.rules.effects import EFFECTS
from vastine.core.rules.extract import BUILTINS
from vastine.core.rules.reading_rules import RULE_FIELDS
from vastine.core.rules.sections import SECTIONS

DOCS = (Path(__file__).parents[3] / "docs/rules.md").read_text(encoding="utf-8")


def table(heading: str) -> set[str]:
    """The first column of the first table under a heading."""
    rows = DOCS.split(f"{heading}\n", 1)[1].split("| --- |", 1)[1].split("\n\n", 1)[0]
    return set(re.findall(r"^\| `([^`|]+)`", rows, re.MULTILINE))


@pytest.mark.parametrize(
    ("heading", "declared"),
    [
        ("## A first rule", RULE_FIELDS),
        ("## Conditions", CONDITIONS),
        ("## Effects", EFFECTS),
        ("## The other sections", SECTIONS),
        ("### Replies", REPLY_VARIABLES),
    ],
)
def test_a_table_has_what_is_declared(heading: str, declared: dict[str, object]) -> None:
    assert table(heading) == set(declared)


def test_every_builtin_fact_is_named() -> None:
    assert all(f"`{name}`" in DOCS for name in BUILTINS)


@pytest.mark.parametrize("section", SECTIONS)
def test_every_key_of_a_section_is_named(section: str) -> None:
    shape = SECTIONS[section].shape
    fields = getattr(shape, "fields", None) or getattr(getattr(shape, "value", None), "fields", {})
    assert all(f"`{name}`" in DOCS for name in fields)


def test_required_sections_are_named_as_such() -> None:
    required = ", ".join(f"`{name}`" for name, field in SECTIONS.items() if field.required)
    assert f"Required are {required.rpartition(', ')[0]} and {required.rpartition(', ')[2]}." in DOCS.replace("\n", " ")


@pytest.mark.parametrize("name", [*CONDITIONS, *EFFECTS])
def test_every_condition_and_effect_has_an_example_of_itself(name: str) -> None:
    declared = CONDITIONS.get(name) or EFFECTS[name]
    assert declared.example.startswith(f"{name}: ")
