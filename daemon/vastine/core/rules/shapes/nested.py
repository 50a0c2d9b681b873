"""Shapes that hold others: lists, tables, records."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from vastine.core.rules.shapes.reading import JsonSchema, Reading, Shape, kind_of_node, unique_pairs, unknown_key
from vastine.core.rules.tree import Listing, Mapping, Node, Scalar

_MOST_SHOWN: Final = 9  # keys in a sentence


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
        return self.what if len(self.fields) > _MOST_SHOWN else f"{self.what} with {', '.join(self.fields)}"

    def read(self, node: Node, reading: Reading) -> Any:
        if not isinstance(node, Mapping):
            reading.error(node, self._refusal(node))
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

    def _refusal(self, node: Node) -> str:
        if len(self.fields) > _MOST_SHOWN:
            return f"{self.expects} is expected here, not {kind_of_node(node)}"
        keys = ", ".join(f"{name}: .." for name in self.fields)
        return f"a mapping is expected here, not {kind_of_node(node)}: {{{keys}}}"

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


def _is(words: list[str]) -> str:
    return "is" if len(words) == 1 else "are"
