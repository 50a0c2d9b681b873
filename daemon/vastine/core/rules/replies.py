"""Texts to customers, checked when the rules are read: syntax, variables, and what R23 says of names and subjects.

Rendering them is the work of `core.compose`; both offer the variables that `REPLY_VARIABLES` names.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from vastine.core.rules.problem import did_you_mean
from vastine.core.rules.shapes import JsonSchema, Reading, scalar_text
from vastine.core.rules.tree import Node, Scalar

REPLY_VARIABLES: dict[str, str] = {
    "greeting": "“Hei Matti,” or “Hei,” where the name is unknown or not to be repeated",
    "reference": "the complaint's reference, such as V-7F3K9",
    "promise": "when a person will answer at the latest; `promise | words` says it in words",
    "old_promise": "in a text about a delay: the time that was promised before",
    "opening": "when the desk opens again, in a mail that leaves outside its hours; empty where it is open",
    "customer.name": "the customer's name; empty where the sender is not authenticated",
    "complaint.subject": "the subject of their mail; empty where the sender is not authenticated",
    "company": "the name of the company",
    "team": "the name of the team",
    "found": "the facts that were extracted, each a list: `found.order`",
}
_NAMES = frozenset(name.partition(".")[0] for name in REPLY_VARIABLES)
_FIELDS = {
    whole.partition(".")[0]: frozenset(
        n.partition(".")[2] for n in REPLY_VARIABLES if n.startswith(whole.partition(".")[0])
    )
    for whole in REPLY_VARIABLES
    if "." in whole
}
_ONLY_AUTHENTICATED = frozenset({("customer", "name"), ("complaint", "subject")})
_NOT_OFFERED = ("center", "format", "indent", "wordwrap", "attr")
_LONGEST = 20_000


def _environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment()
    environment.globals.clear()
    for name in _NOT_OFFERED:
        del environment.filters[name]
    environment.filters["words"] = str
    return environment


_ENVIRONMENT = _environment()


@dataclass(frozen=True, slots=True)
class Template:
    """A jinja2 template over `REPLY_VARIABLES`."""

    expects: str = "a text"

    def read(self, node: Node, reading: Reading) -> str | None:
        text = scalar_text(node, reading, self.expects)
        if text is None:
            return None
        place = _Place(node, reading)
        if len(text) > _LONGEST:
            place.error(1, f"the text has {len(text):,} characters, more than {_LONGEST:,}")
            return None
        try:
            tree = _ENVIRONMENT.parse(text)
            _check_names(tree, place)
        except TemplateSyntaxError as error:
            place.error(error.lineno, f"this text is not a template: {error.message}")
            return None
        except RecursionError:
            place.error(1, "this text is nested too deeply")
            return None
        return text

    def schema(self) -> JsonSchema:
        return {
            "type": "string",
            "description": "a text with {{ greeting }}, {{ reference }}, {{ promise | words }} ...",
        }


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a line of a template stands in the file."""

    node: Node
    reading: Reading

    def error(self, line: int, message: str) -> None:
        self.reading.error_at(*self._at(line), message)

    def warn(self, line: int, message: str) -> None:
        self.reading.warn_at(*self._at(line), message)

    def _at(self, line: int) -> tuple[int, int]:
        if not isinstance(self.node, Scalar) or not self.node.block:
            return self.node.line, self.node.column
        number = self.node.line + line  # a block text begins in the line after its `|`
        lines = self.reading.lines
        written = lines[number - 1] if number <= len(lines) else ""
        return number, len(written) - len(written.lstrip()) + 1


def _check_names(tree: nodes.Template, place: _Place) -> None:
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")}
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and name.name not in _NAMES | own:
            meant = did_you_mean(name.name, _NAMES) or f": there is {', '.join(REPLY_VARIABLES)}"
            place.error(name.lineno, f"'{name.name}' is unknown in a text{meant}")
    for field in tree.find_all((nodes.Getattr, nodes.Getitem)):
        _check_field(field, place)
    for used, offered, what in (
        (tree.find_all(nodes.Filter), _ENVIRONMENT.filters, "filter"),
        (tree.find_all(nodes.Test), _ENVIRONMENT.tests, "test"),
    ):  # jinja2 itself tells of those inside a condition only when it comes to that
        for each in used:
            if each.name not in offered:
                place.error(each.lineno, f"there is no {what} '{each.name}'{did_you_mean(each.name, offered)}")
    for field in _unconditional(tree):
        place.warn(
            field.lineno,
            f"'{'.'.join(_path(field))}' is empty for a sender who is not authenticated:"
            f" test it, {{% if {'.'.join(_path(field))} %}} ... {{% endif %}}",
        )


def _path(field: Any) -> tuple[str, str]:
    """`customer.name` and `customer["name"]` as their two names; empty ones where it is anything else."""
    if not isinstance(field.node, nodes.Name):
        return "", ""
    key = field.attr if isinstance(field, nodes.Getattr) else getattr(field.arg, "value", "")
    return field.node.name, str(key)


def _check_field(field: Any, place: _Place) -> None:
    name, key = _path(field)
    if name in _FIELDS and key not in _FIELDS[name]:
        meant = did_you_mean(key, _FIELDS[name]) or f": there is {', '.join(sorted(_FIELDS[name]))}"
        place.error(field.lineno, f"'{name}' has no '{key}'{meant}")
    facts = place.reading.names.get("fact", ())
    if name == "found" and key not in (*facts, "") and not key.isdigit():
        meant = did_you_mean(key, facts) or (f": there is {', '.join(facts)}" if facts else "")
        place.error(field.lineno, f"fact '{key}' is unknown{meant}")


def _unconditional(node: nodes.Node) -> Iterator[Any]:
    """Names and subjects that are put out without a condition around them."""
    if isinstance(node, nodes.If | nodes.CondExpr | nodes.Or | nodes.And):
        return
    if isinstance(node, nodes.Filter) and node.name in ("default", "d"):
        return
    if isinstance(node, nodes.Getattr | nodes.Getitem) and _path(node) in _ONLY_AUTHENTICATED:
        yield node
    for child in node.iter_child_nodes():
        yield from _unconditional(child)
