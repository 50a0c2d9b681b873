"""One reading of one file, the words about what stands there, and what a shape is."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from vastine.core.rules.problem import Problem, did_you_mean
from vastine.core.rules.tree import Listing, Mapping, Node, Scalar

JsonSchema = dict[str, Any]


@dataclass(slots=True)
class Reading:
    """One reading of one file: the names that are known so far, and the problems found so far."""

    file: str
    lines: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def error(self, node: Node, message: str) -> None:
        self.problems.append(Problem(file=self.file, line=node.line, column=node.column, message=message))

    def error_at(self, line: int, column: int, message: str) -> None:
        self.problems.append(Problem(file=self.file, line=line, column=column, message=message))

    def warn(self, node: Node, message: str) -> None:
        problem = Problem(file=self.file, line=node.line, column=node.column, message=message, severity="warning")
        self.problems.append(problem)

    def warn_at(self, line: int, column: int, message: str) -> None:
        problem = Problem(file=self.file, line=line, column=column, message=message, severity="warning")
        self.problems.append(problem)


class Shape(Protocol):
    """`expects` completes the sentence "... is expected here"."""

    @property
    def expects(self) -> str: ...

    def read(self, node: Node, reading: Reading) -> Any: ...

    def schema(self) -> JsonSchema: ...


def kind_of_node(node: Node) -> str:
    """What stands there, in an administrator's words."""
    if isinstance(node, Scalar):
        return "nothing" if node.empty else "a text"
    return "a list" if isinstance(node, Listing) else "a mapping"


def scalar_text(node: Node, reading: Reading, expects: str) -> str | None:
    """The text of a scalar that is not empty, else a problem."""
    if isinstance(node, Scalar) and not node.empty and node.text.strip():
        return node.text
    reading.error(node, f"{expects} is expected here, not {kind_of_node(node)}")
    return None


def unique_pairs(node: Mapping, reading: Reading) -> list[tuple[Scalar, Node]]:
    """The keys and values of a mapping; a key that is no text or comes twice is a problem, and left out."""
    first: dict[str, Scalar] = {}
    pairs: list[tuple[Scalar, Node]] = []
    for key, value in node.pairs:
        if not isinstance(key, Scalar):
            reading.error(key, "a key must be a text")
        elif key.text in first:
            reading.error(key, f"'{key.text}' stands here twice; the first is in line {first[key.text].line}")
        else:
            first[key.text] = key
            pairs.append((key, value))
    return pairs


def listed(values: Iterable[object], most: int = 8) -> str:
    """Some values in a sentence; of many the first ones."""
    named = [str(value) for value in values]
    return ", ".join(named[:most]) + (f" and {len(named) - most} more" if len(named) > most else "")


def unknown_key(key: str, known: Iterable[str]) -> str:
    """The sentence about a key that nobody knows."""
    names = tuple(known)
    return f"'{key}' is unknown here{did_you_mean(key, names) or ': known are ' + ', '.join(names)}"
