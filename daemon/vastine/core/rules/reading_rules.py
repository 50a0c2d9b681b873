"""Reading one rule: the tree of its `when`, its effects, and the tests that stand under it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from vastine.core.rules.conditions import CONDITIONS
from vastine.core.rules.effects import EFFECTS, THEN
from vastine.core.rules.problem import did_you_mean
from vastine.core.rules.rule import InlineTest, Rule
from vastine.core.rules.shapes import (
    Either,
    Field,
    JsonSchema,
    Many,
    Name,
    Reading,
    Record,
    Table,
    Text,
    YesNo,
    kind_of_node,
    unique_pairs,
)
from vastine.core.rules.tree import Listing, Mapping, Node, Scalar
from vastine.core.rules.when import All, AnyOf, Condition, Not

_JOINERS = ("any", "all", "not")


@dataclass(frozen=True, slots=True)
class When:
    """A mapping means all of its keys, a list any of its items; any, all and not nest freely."""

    expects: str = "conditions, as a mapping or a list,"

    def read(self, node: Node, reading: Reading) -> Condition | None:
        if isinstance(node, Listing):
            return AnyOf(self._items(node, reading))
        if not isinstance(node, Mapping):
            reading.error(node, f"{self.expects} are expected here, not {kind_of_node(node)}")
            return None
        if not node.pairs:
            reading.error(node, "there is no condition here")
        read = (self._pair(key, value, reading) for key, value in unique_pairs(node, reading))
        parts = tuple(part for part in read if part is not None)
        return parts[0] if len(parts) == 1 else All(parts)

    def _items(self, node: Listing, reading: Reading) -> tuple[Condition, ...]:
        if not node.items:
            reading.error(node, "the list is empty")
        read = (self.read(item, reading) for item in node.items)
        return tuple(part for part in read if part is not None)

    def _pair(self, key: Scalar, value: Node, reading: Reading) -> Condition | None:
        if key.text in CONDITIONS:
            declared = CONDITIONS[key.text]
            before = len(reading.problems)
            found = declared.shape.read(value, reading)
            return declared.make(found) if len(reading.problems) == before else None
        if key.text == "all" and isinstance(value, Listing):
            return All(self._items(value, reading))
        if key.text in ("any", "all"):
            return self.read(value, reading)
        if key.text == "not":
            part = self.read(value, reading)
            over_any = isinstance(value, Mapping) and isinstance(value.get("any"), Listing) and len(value.pairs) == 1
            return Not(part, over_any) if part is not None else None
        known = (*CONDITIONS, *_JOINERS)
        meant = did_you_mean(key.text, known) or f": there is {', '.join(known)}"
        reading.error(key, f"condition '{key.text}' is unknown{meant}")
        return None

    def schema(self) -> JsonSchema:
        return {"$ref": "#/$defs/when"}


def when_schema() -> JsonSchema:
    """The schema that `$defs/when` holds: it refers to itself."""
    nested: JsonSchema = {"$ref": "#/$defs/when"}
    properties = {
        name: declared.shape.schema() | {"description": declared.doc, "examples": [declared.example]}
        for name, declared in CONDITIONS.items()
    }
    mapping = {
        "type": "object",
        "properties": properties | dict.fromkeys(_JOINERS, nested),
        "additionalProperties": False,
        "minProperties": 1,
    }
    return {"anyOf": [mapping, {"type": "array", "items": nested, "minItems": 1}]}


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueError(f"'{text}' is not a time: write 2026-06-24T14:30") from error


_TEXT = Text()
_MAIL = Record(
    fields={
        "subject": Field(shape=_TEXT, doc="its subject"),
        "body": Field(shape=_TEXT, doc="its text"),
        "from": Field(shape=_TEXT, doc="its sender: an address, or Name <address>"),
        "to": Field(shape=Many(of=_TEXT, single=True), doc="whom it is addressed to"),
        "headers": Field(shape=Table(key=_TEXT, value=_TEXT), doc="further header fields"),
        "language": Field(shape=_TEXT, doc="its language, where it is not to be guessed"),
        "mailbox": Field(shape=_TEXT, doc="the mailbox that it comes to"),
        "follow_up": Field(shape=YesNo(), doc="it continues a complaint", default=False),
        "file": Field(shape=_TEXT, doc="a mail in a file, beside the rules, instead of all this"),
    },
    what="a mail",
    least=1,
)
_EXPECT = {
    "matched": Field(shape=YesNo(), doc="whether the rule above matches"),
    **{
        name: Field(shape=EFFECTS[name].shape, doc=EFFECTS[name].doc)
        for name in ("topic", "priority", "team", "assign", "reply", "tags", "tell", "ignore", "spam")
    },
    "customer": Field(shape=_TEXT, doc="the customer's address"),
    "due": Field(shape=Text(expects="a time", convert=_moment), doc="when the mail itself wants its answer"),
    "language": Field(shape=_TEXT, doc="the language that the customer's group is answered in"),
    "found": Field(
        shape=Table(key=Name("fact"), value=Many(of=_TEXT, single=True)), doc="facts that are extracted, by name"
    ),
}


def _expectation(**given: Any) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


_TEST = Record(
    fields={
        "mail": Field(shape=Either(text=_TEXT, mapping=_MAIL), doc="a mail: its body, or its parts", required=True),
        "expect": Field(
            shape=Record(fields=_EXPECT, build=_expectation, what="expectations", least=1),
            doc="what must come of it",
            required=True,
        ),
        "at": Field(shape=Text(expects="a time", convert=_moment), doc="when it arrives"),
    },
    what="a test",
)


@dataclass(frozen=True, slots=True)
class _Test:
    expects: str = "a test with mail and expect"

    def read(self, node: Node, reading: Reading) -> InlineTest | None:
        found = _TEST.read(node, reading)
        if found is None:
            return None
        mail = {"body": found["mail"]} if isinstance(found["mail"], str) else found["mail"]
        given = {name: value for name, value in mail.items() if value is not None}
        return InlineTest(line=node.line, column=node.column, mail=given, at=found["at"], expect=found["expect"])

    def schema(self) -> JsonSchema:
        return _TEST.schema()


RULE_FIELDS: dict[str, Field] = {
    "name": Field(shape=Text(expects="the name of the rule"), doc="what it is called in explanations", required=True),
    "when": Field(shape=When(), doc="the conditions", required=True),
    "then": Field(shape=THEN, doc="the effects", required=True),
    "follow_up": Field(
        shape=YesNo(), doc="all effects hold on follow-ups too, not only raise, tags and tell", default=False
    ),
    "tests": Field(shape=Many(of=_Test()), doc="mails, and what must come of them", default=()),
}


def _rule(**given: Any) -> Rule:
    names = {test.name for test in given["when"].tests()}
    return Rule(
        name=given["name"],
        when=given["when"],
        then=given["then"],
        on_follow_up=given["follow_up"],
        sees_bulk=bool(names & {"header", "from"}),
        tests=given["tests"],
    )


_RULE = Record(fields=RULE_FIELDS, build=_rule, what="a rule")


@dataclass(frozen=True, slots=True)
class RuleShape:
    """A rule; one whose conditions say `follow_up: true` has all its effects on follow-ups."""

    expects: str = _RULE.expects

    def read(self, node: Node, reading: Reading) -> Rule | None:
        rule: Rule | None = _RULE.read(node, reading)
        when = node.get("when") if isinstance(node, Mapping) else None
        if rule is not None and when is not None and _says_follow_up(when):
            return replace(rule, on_follow_up=True)
        return rule

    def schema(self) -> JsonSchema:
        return _RULE.schema()


def _says_follow_up(node: Node) -> bool:
    if isinstance(node, Listing):
        return any(_says_follow_up(item) for item in node.items)
    if not isinstance(node, Mapping):
        return False
    said = node.get("follow_up")
    if isinstance(said, Scalar) and said.text == "true":
        return True
    return any(_says_follow_up(inner) for name in ("any", "all") if (inner := node.get(name)) is not None)
