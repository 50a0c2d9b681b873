"""Decisions in words: each rule with its conditions and effects, for `explain` and `show`."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import click

from vastine.cli.common import shown

Shown = Mapping[str, Any]

_FOUND_AS = re.compile(r"'([^']*)' ~ '([^']*)' \((\w+)\)")
_PLACES = {"body": "the text", "subject": "the subject", "attachment": "a file's name"}
_FOUND_SAYS_ALL = ("words", "subject", "body", "text", "attachment", "found")
_MARKS = {True: "yes", False: "no ", None: "-  "}


def print_rules(rules: Sequence[Shown]) -> None:
    """Every rule in order: whether it matches, each condition that is known, and what it does."""
    for number, rule in enumerate(rules, start=1):
        _print_rule(f"{number}. {rule['name']}", rule)


def print_matching(rules: Sequence[Shown]) -> None:
    """The rules that match, and how many others there are."""
    for rule in rules:
        if rule["matched"]:
            _print_rule(rule["name"], rule)
    others = sum(not rule["matched"] for rule in rules)
    if others:
        print(f"  {others} other rule{'s do' if others > 1 else ' does'} not match")


def _print_rule(title: str, rule: Shown) -> None:
    outcome = {True: "MATCHES", False: "does not match", None: "is not tried"}[rule["matched"]]
    click.secho(f"  {title}: {outcome}", bold=rule["matched"] is True)
    if "conditions" in rule and rule["matched"] is not None:
        _print_condition(rule["conditions"], 1)
    else:
        for reason in rule["because"]:
            print(f"       {in_words(reason)}")
    for effect in rule.get("effects", ()):
        by = f"  (replaced by '{effect['overridden_by']}')" if effect["overridden_by"] else ""
        print(f"       => {effect['effect']}: {effect['value']}{by}")


_HEADS = {
    ("all of these", True): "all of these hold:",
    ("all of these", False): "not all of these hold:",
    ("any of these", True): "one of these at least holds:",
    ("any of these", False): "not one of these holds:",
    ("none of these", True): "none of these holds, as it must be:",
    ("none of these", False): "one of these holds, and none may:",
}


def _print_condition(condition: Shown, depth: int) -> None:
    mark, indent, parts = _MARKS[condition["holds"]], "   " * depth, condition.get("parts", ())
    if condition["condition"] == "not" and not parts[0].get("parts"):
        print(f"    {indent}{mark} not {_said(parts[0])}")
        return
    head = _HEADS.get((condition["condition"], condition["holds"]))
    print(f"    {indent}{mark} {head or (condition['condition'] if parts else _said(condition))}")
    for part in parts:
        _print_condition(part, depth + 1)


def _said(condition: Shown) -> str:
    """One condition: what was found where it holds, else what was asked for and what is there."""
    name, saw = condition["condition"].partition(": ")[0], in_words(condition.get("saw", ""))
    if condition["holds"] and name in _FOUND_SAYS_ALL:
        return f"{name}: {saw}"
    return f"{condition['condition']}  ({saw})" if saw else str(condition["condition"])


def in_words(reason: str) -> str:
    """A reason as a sentence: `'vika' ~ 'vioissa' (body)` becomes 'vika' found as 'vioissa' in the text."""
    return _FOUND_AS.sub(lambda m: f"'{m[1]}' found as '{m[2]}' in {_PLACES.get(m[3], m[3])}", reason)


def decided_by(name: str, rules: Sequence[Shown], set_by: Mapping[str, str]) -> str:
    """Who decided a field, in words: the rule that set it, and for a priority those that moved it."""
    if name in ("tags", "tell"):
        givers = [rule["name"] for rule in rules if _effect(rule, name)]
        return ", ".join(f"'{each}'" for each in givers)
    said = _source(set_by.get(name))
    if name == "priority":
        moved = [f"{_moved(rule)} by '{rule['name']}'" for rule in rules if _moved(rule)]
        group = set_by.get("raise", "")
        moved += [f"raised for {group}"] if group.startswith("customers: ") else []
        said = ", then ".join([said, *moved] if said else moved)
    return said


def _source(source: str | None) -> str:
    if source is None or source.startswith("customers: "):
        return source or ""
    return {"defaults": "the defaults", "complaint": "as the complaint had it"}.get(source, f"'{source}'")


def _effect(rule: Shown, name: str) -> str | None:
    return next((each["value"] for each in rule.get("effects", ()) if each["effect"] == name), None)


def _moved(rule: Shown) -> str:
    raised, lowered = _effect(rule, "raise"), _effect(rule, "lower")
    return f"raised {raised}" if raised else f"lowered {lowered}" if lowered else ""


def print_decision(decision: Shown, rules: Sequence[Shown]) -> None:
    """What came of it, each with its source."""
    for name in ("topic", "priority", "team", "assignee", "tags"):
        if (value := decision.get(name)) in (None, []) and name != "assignee":
            continue
        by = decided_by(name, rules, decision["set_by"])
        print(f"  {name.capitalize():<12}{shown(value)}{f'  (by {by})' if by else ''}")
    for name, values in decision["found"].items():
        print(f"  Found       {name}: {shown(values)}")
