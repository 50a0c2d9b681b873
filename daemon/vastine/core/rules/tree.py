"""YAML as a tree of texts with their places, read from the parser's events.

The composer of libyaml is not used: it crashes the process at 40,000 nested brackets, lets a later duplicate key win
and expands aliases. Scalars stay texts, since `no`, `12:00` and `010` change their meaning in YAML 1.1.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

import yaml

_DEEPEST = 40
_LONGEST = 10_000_000  # characters; 10,000 rules are about a tenth of it

try:
    from yaml import CSafeLoader as _Loader
except ImportError:  # PyYAML without libyaml reads the same, only slower
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text as it was written. `line` and `column` count from 1; `block` is a text under `|` or `>`."""

    text: str
    line: int
    column: int
    plain: bool = True
    block: bool = False

    @property
    def empty(self) -> bool:
        return self.plain and self.text in ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True)
class Listing:
    items: "tuple[Node, ...]"
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values in their order; a key that comes twice is still here twice."""

    pairs: "tuple[tuple[Node, Node], ...]"
    line: int
    column: int

    def get(self, key: str) -> "Node | None":
        """The value of the first key of that name."""
        return next((value for name, value in self.pairs if isinstance(name, Scalar) and name.text == key), None)


Node: TypeAlias = Scalar | Listing | Mapping


class TreeError(Exception):
    """The text is no tree that we take; `line` and `column` count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column


def read_tree(text: str) -> tuple[Node, tuple[TreeError, ...]]:
    """The one document of a YAML text, and what in it is not allowed though it can be read.

    Raises TreeError where reading has to end.
    """
    if len(text) > _LONGEST:
        raise TreeError(f"the file is too long: at most {_LONGEST:,} characters", 1, 1)
    try:
        grower = _Grower(yaml.parse(text, Loader=_Loader))
        return grower.document(), tuple(grower.refused)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        raise TreeError(_kindly(error.problem or "this cannot be read as YAML"), line, column) from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, int(error.position)) + 1
        raise TreeError("there is a character here that YAML does not allow", line, 1) from error


def _kindly(problem: str) -> str:
    """The parser's words, with a hint where beginners stumble."""
    if "cannot start any token" in problem:
        return f"{problem}; indent with spaces, not tabs, and quote a text that begins with a special character"
    if "mapping values are not allowed" in problem:
        return f"{problem}; quote a text that contains ': '"
    if "did not find expected" in problem:
        return f"{problem}; is the indentation the same as that of the lines around it?"
    return problem


class _Grower:
    def __init__(self, events: Iterator[yaml.Event]) -> None:
        self._events = events
        self.refused: list[TreeError] = []

    def document(self) -> Node:
        root: Node | None = None
        for event in self._events:
            if isinstance(event, (yaml.ScalarEvent, yaml.CollectionStartEvent, yaml.AliasEvent)):
                if root is not None:
                    _refuse("only one document a file", event)
                root = self._node(event, 0)
        if root is None:
            raise TreeError("the file is empty", 1, 1)
        return root

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if isinstance(event, yaml.AliasEvent):
            self._note(f"aliases (*{event.anchor}) are not allowed here; write it out", event)
            return Scalar(event.anchor or "", *_place(event))
        if event.anchor is not None:  # type: ignore[attr-defined]  # every event that begins a node has one
            self._note(f"anchors (&{event.anchor}) are not allowed here", event)  # type: ignore[attr-defined]
        if event.tag not in (None, "!"):  # type: ignore[attr-defined]
            self._note(f"tags ({event.tag}) are not allowed here", event)  # type: ignore[attr-defined]
        if isinstance(event, yaml.ScalarEvent):
            plain = event.implicit[0] and event.style not in ("'", '"', "|", ">")
            return Scalar(event.value, *_place(event), plain, event.style in ("|", ">"))
        if depth >= _DEEPEST:
            _refuse(f"this is nested too deeply: at most {_DEEPEST} levels", event)
        return self._collection(event, depth + 1)

    def _note(self, message: str, event: yaml.Event) -> None:
        self.refused.append(TreeError(message, *_place(event)))

    def _collection(self, start: yaml.Event, depth: int) -> Node:
        line, column = _place(start)
        items: list[Node] = []
        for event in self._events:
            if isinstance(event, yaml.CollectionEndEvent):
                break
            items.append(self._node(event, depth))
        if isinstance(start, yaml.SequenceStartEvent):
            return Listing(tuple(items), line, column)
        return Mapping(tuple(zip(items[::2], items[1::2], strict=True)), line, column)


def _place(event: yaml.Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _refuse(message: str, event: yaml.Event) -> NoReturn:
    raise TreeError(message, *_place(event))
