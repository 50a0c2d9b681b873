"""Shapes: what a part of rules.yaml may look like. One declaration reads it, says what is wrong and gives its schema.

A shape reads a node into a plain value. It never raises: what is wrong goes to the `Reading`, and None comes back.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

from vastine.core.rules.problem import Problem, did_you_mean
from vastine.core.rules.tree import Listing, Mapping, Node, Scalar

JsonSchema = dict[str, Any]
EMAIL = re.compile(r"[^@\s,;:<>()\[\]\"]+@[^@\s,;:<>()\[\]\"]+\.[^@\s,;:<>()\[\]\"]+")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A text, converted by `convert`, which raises ValueError with a sentence."""

    expects: str = "a text"
    convert: Callable[[str], Any] = str
    examples: tuple[str, ...] = ()

    def read(self, node: Node, reading: Reading) -> Any:
        text = scalar_text(node, reading, self.expects)
        if text is None:
            return None
        try:
            return self.convert(text)
        except ValueError as error:
            reading.error(node, str(error))
            return None

    def schema(self) -> JsonSchema:
        schema: JsonSchema = {"type": ["string", "number"], "description": self.expects}
        return schema | ({"examples": list(self.examples)} if self.examples else {})


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of a few fixed words."""

    words: tuple[str, ...]

    @property
    def expects(self) -> str:
        return "one of " + ", ".join(self.words)

    def read(self, node: Node, reading: Reading) -> str | None:
        text = scalar_text(node, reading, self.expects)
        if text is None or text in self.words:
            return text
        meant = did_you_mean(text, self.words) or f": it is {self.expects}"
        reading.error(node, f"'{text}' is not known here{meant}")
        return None

    def schema(self) -> JsonSchema:
        return {"enum": list(self.words)}


_LABELS = {"staff": "member of staff", "customers": "group of customers", "target": "member of staff or team"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name that the file itself defines, such as a team's; `also` are words that are known besides.

    With `or_address` an e-mail address may stand in its place, and is read in lower case.
    """

    kind: str
    also: tuple[str, ...] = ()
    or_address: bool = False

    @property
    def _label(self) -> str:
        return _LABELS.get(self.kind, self.kind)

    @property
    def expects(self) -> str:
        return f"the name of a {self._label}" + (", or an e-mail address" if self.or_address else "")

    def read(self, node: Node, reading: Reading) -> str | None:
        text = scalar_text(node, reading, self.expects)
        known = (*reading.names.get(self.kind, ()), *self.also)
        if text is None or text in known:
            return text
        if self.or_address and EMAIL.fullmatch(text.strip()):
            return text.strip().lower()
        meant = did_you_mean(text, known) or (f": there is {', '.join(known[:12])}" if known else "")
        reading.error(node, f"{self._label} '{text}' is unknown{meant}")
        return None

    def schema(self) -> JsonSchema:
        return {"type": "string", "description": self.expects}


@dataclass(frozen=True, slots=True)
class YesNo:
    expects: str = "true or false"

    def read(self, node: Node, reading: Reading) -> bool | None:
        if isinstance(node, Scalar) and node.plain and node.text in ("true", "false"):
            return node.text == "true"
        written = f"'{node.text}'" if isinstance(node, Scalar) and not node.empty else kind_of_node(node)
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}.get(getattr(node, "text", "").lower())
        hint = f" (did you mean '{meant}'?)" if meant else ""
        reading.error(node, f"true or false is expected here, not {written}{hint}")
        return None

    def schema(self) -> JsonSchema:
        return {"type": "boolean"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A whole number between two bounds, both included."""

    least: int = 0
    most: int = 1_000_000

    @property
    def expects(self) -> str:
        return f"a whole number from {self.least} to {self.most:,}"

    def read(self, node: Node, reading: Reading) -> int | None:
        text = scalar_text(node, reading, self.expects)
        if text is None:
            return None
        # Leading zeros are refused: `010` is 8 to some readers of YAML and 10 to others.
        digits = text.removeprefix("-")
        fits = digits.isascii() and digits.isdigit() and len(digits) < 10 and (digits == "0" or digits[0] != "0")
        if fits and self.least <= int(text) <= self.most:
            return int(text)
        reading.error(node, f"'{text}' is not {self.expects}")
        return None

    def schema(self) -> JsonSchema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most}


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """A list; with `single` one value may stand for a list of one."""

    of: Shape
    single: bool = False
    least: int = 1

    @property
    def expects(self) -> str:
        return f"{self.of.expects}, or a list" if self.single else "a list"

    def read(self, node: Node, reading: Reading) -> tuple[Any, ...] | None:
        if not isinstance(node, Listing):
            if self.single:
                return (self.of.read(node, reading),)
            reading.error(node, f"a list is expected here, not {kind_of_node(node)}: [a, b]")
            return None
        if len(node.items) < self.least:
            reading.error(node, "the list is empty")
        return tuple(self.of.read(item, reading) for item in node.items)

    def schema(self) -> JsonSchema:
        listing: JsonSchema = {"type": "array", "items": self.of.schema(), "minItems": self.least}
        return {"anyOf": [self.of.schema(), listing]} if self.single else listing


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A mapping whose keys are names of the administrator's own choice."""

    key: Shape
    value: Shape
    least: int = 1
    expects: str = "a mapping"

    def read(self, node: Node, reading: Reading) -> dict[Any, Any] | None:
        if not isinstance(node, Mapping):
            reading.error(node, f"{self.expects} is expected here, not {kind_of_node(node)}")
            return None
        if len(node.pairs) < self.least:
            reading.error(node, "the mapping is empty")
        found = {}
        for key_node, value_node in unique_pairs(node, reading):
            key = self.key.read(key_node, reading)
            found[key] = self.value.read(value_node, reading)
        return found

    def schema(self) -> JsonSchema:
        return {"type": "object", "additionalProperties": self.value.schema(), "minProperties": self.least}


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    shape: Shape
    doc: str
    required: bool = False
    default: Any = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A mapping with fixed keys. `build` makes the value from the fields, once all of them are right."""

    fields: dict[str, Field]
    build: Callable[..., Any] = dict
    what: str = "a mapping"
    least: int = 0

    @property
    def expects(self) -> str:
        return self.what if len(self.fields) > 9 else f"{self.what} with {', '.join(self.fields)}"

    def read(self, node: Node, reading: Reading) -> Any:
        if not isinstance(node, Mapping):
            reading.error(node, f"{self.expects} is expected here, not {kind_of_node(node)}")
            return None
        before = len(reading.problems)
        found = {}
        for key, value in unique_pairs(node, reading):
            if key.text in self.fields:
                found[key.text] = self.fields[key.text].shape.read(value, reading)
            else:
                reading.error(key, unknown_key(key.text, self.fields))
        self._require(node, found, reading)
        if any(problem.severity == "error" for problem in reading.problems[before:]):
            return None
        return self._built(node, found, reading)

    def _require(self, node: Mapping, found: dict[str, Any], reading: Reading) -> None:
        missing = [name for name, known in self.fields.items() if known.required and name not in found]
        if missing:
            reading.error(node, f"{' and '.join(repr(name) for name in missing)} {_is(missing)} missing here")
        elif len(node.pairs) < self.least:
            reading.error(node, f"{self.expects} is expected here, not an empty one")

    def _built(self, node: Mapping, found: dict[str, Any], reading: Reading) -> Any:
        defaults = {name: known.default for name, known in self.fields.items() if name not in found}
        try:
            return self.build(**defaults, **found)
        except ValueError as error:
            reading.error(node, str(error))
            return None

    def schema(self) -> JsonSchema:
        properties = {name: known.shape.schema() | {"description": known.doc} for name, known in self.fields.items()}
        required = [name for name, known in self.fields.items() if known.required]
        schema = {"type": "object", "properties": properties, "additionalProperties": False}
        return schema | ({"required": required} if required else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Either:
    """Different shapes for a text, a list and a mapping."""

    text: Shape | None = None
    listing: Shape | None = None
    mapping: Shape | None = None

    @property
    def expects(self) -> str:
        return ", or ".join(shape.expects for shape in (self.text, self.listing, self.mapping) if shape)

    def read(self, node: Node, reading: Reading) -> Any:
        shape = {Scalar: self.text, Listing: self.listing, Mapping: self.mapping}[type(node)]
        if shape is None:
            reading.error(node, f"{self.expects} is expected here, not {kind_of_node(node)}")
            return None
        return shape.read(node, reading)

    def schema(self) -> JsonSchema:
        return {"anyOf": [shape.schema() for shape in (self.text, self.listing, self.mapping) if shape]}


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


def _is(words: list[str]) -> str:
    return "is" if len(words) == 1 else "are"
