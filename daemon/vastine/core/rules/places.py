"""Where things stand in a rules file: the line and column of every name that a warning may be about."""

from collections.abc import Iterator

from vastine.core.rules.rulebook import Place
from vastine.core.rules.tree import Listing, Mapping, Node, Scalar

_NAMED = ("calendars", "priorities", "staff", "teams", "customers", "extract", "replies")


def places_in(tree: Node) -> dict[Place, tuple[int, int]]:
    """The places of sections, names, rules, and of the values of their conditions; of each the first."""
    found: dict[Place, tuple[int, int]] = {}
    if isinstance(tree, Mapping):
        for place, node in _all(tree):
            found.setdefault(place, (node.line, node.column))
    return found


def _all(tree: Mapping) -> Iterator[tuple[Place, Node]]:
    for key, value in tree.pairs:
        if not isinstance(key, Scalar):
            continue
        yield (key.text,), key
        if key.text in _NAMED and isinstance(value, Mapping):
            yield from _names((key.text,), value)
        elif key.text == "rules" and isinstance(value, Listing):
            for rule in value.items:
                yield from _rule(rule)
        elif isinstance(value, Listing):
            for number, item in enumerate(value.items):
                yield (key.text, item.text if isinstance(item, Scalar) else str(number)), item


def _names(place: Place, section: Mapping) -> Iterator[tuple[Place, Node]]:
    for key, value in section.pairs:
        if isinstance(key, Scalar):
            yield (*place, key.text), key
            if place == ("replies",) and isinstance(value, Mapping):
                yield from _names((*place, key.text), value)


def _rule(rule: Node) -> Iterator[tuple[Place, Node]]:
    name = rule.get("name") if isinstance(rule, Mapping) else None
    when = rule.get("when") if isinstance(rule, Mapping) else None
    if isinstance(name, Scalar):
        yield ("rules", name.text), name
        if when is not None:
            yield from _values(name.text, "", when)


def _values(rule: str, condition: str, node: Node) -> Iterator[tuple[Place, Node]]:
    if isinstance(node, Scalar):
        yield ("value", rule, condition, node.text), node
        yield ("word", rule, node.text.lower()), node
    elif isinstance(node, Listing):
        for item in node.items:
            yield from _values(rule, condition, item)
    else:
        for key, value in node.pairs:
            yield from _values(rule, key.text if isinstance(key, Scalar) else condition, value)
