"""Shapes of a single value: a text, a fixed word, a name, yes or no, a number."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vastine.core.rules.problem import did_you_mean
from vastine.core.rules.shapes.reading import JsonSchema, Reading, kind_of_node, scalar_text
from vastine.core.rules.tree import Node, Scalar

EMAIL = re.compile(r"[^@\s,;:<>()\[\]\"]+@[^@\s,;:<>()\[\]\"]+\.[^@\s,;:<>()\[\]\"]+")


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

    With `or_address` an e-mail address may stand in its place, and is read in lower case. Of `unoffered` words a
    warning will tell that they are of no use here: they are read, but not proposed.
    """

    kind: str
    also: tuple[str, ...] = ()
    or_address: bool = False
    unoffered: tuple[str, ...] = ()

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
        offered = [name for name in known if name not in self.unoffered]
        meant = did_you_mean(text, offered) or (f": there is {', '.join(offered[:12])}" if offered else "")
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
