"""The effects of the rules language, each declared once: its shape and its line in the docs."""

from dataclasses import dataclass
from typing import Any

from vastine.core.rules.rule import Effects
from vastine.core.rules.rulebook import Group
from vastine.core.rules.shapes import Field, Many, Name, OneOf, Record, Shape, Table, Text, Whole, YesNo

TARGETS = ("assignee", "lead", "management")
_STEPS = Whole(least=1, most=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclaredEffect:
    shape: Shape
    doc: str
    example: str


EFFECTS: dict[str, DeclaredEffect] = {
    "topic": DeclaredEffect(shape=Text(), doc="what the matter is about", example="topic: payment"),
    "priority": DeclaredEffect(shape=Name("priority"), doc="one of `priorities`", example="priority: high"),
    "raise": DeclaredEffect(shape=_STEPS, doc="more urgent by so many steps of the scale", example="raise: 1"),
    "lower": DeclaredEffect(shape=_STEPS, doc="less urgent by so many steps of the scale", example="lower: 1"),
    "team": DeclaredEffect(shape=Name("team"), doc="the team that gets it", example="team: billing"),
    "assign": DeclaredEffect(
        shape=Name("staff", also=("lead",)),
        doc="the member of staff who gets it, or the team's lead",
        example="assign: anna",
    ),
    "reply": DeclaredEffect(
        shape=Name("reply", also=("none",)),
        doc="the text of the acknowledgement, by its name under `replies`; none sends none",
        example="reply: delivery_late",
    ),
    "due": DeclaredEffect(
        shape=Name("fact"),
        doc="a fact that is a date: the first one still to come is when both clocks run out, at the end of that day",
        example="due: reply_by",
    ),
    "tags": DeclaredEffect(
        shape=Many(of=Text(), single=True), doc="words of your own, added up", example="tags: [warranty]"
    ),
    "customer_is": DeclaredEffect(
        shape=OneOf(("reply_to", "from")),
        doc="who the customer is: the address in Reply-To, or the one in From",
        example="customer_is: reply_to",
    ),
    "tell": DeclaredEffect(
        shape=Many(of=Name("target", or_address=True), single=True),
        doc="who else is told: members of staff, teams, assignee, lead, management, an address",
        example="tell: [maija]",
    ),
    "ignore": DeclaredEffect(shape=YesNo(), doc="recorded in the ledger, but no complaint", example="ignore: true"),
    "spam": DeclaredEffect(
        shape=YesNo(), doc="a complaint with status spam: no acknowledgement, nobody told", example="spam: true"
    ),
    "stop": DeclaredEffect(shape=YesNo(), doc="no later rule is tried", example="stop: true"),
}

_RENAMED = {"raise": "raise_by", "lower": "lower_by"}


def _effects(**given: Any) -> Effects:
    return Effects(**{_RENAMED.get(name, name): value for name, value in given.items() if value is not None})


THEN = Record(
    fields={name: Field(shape=effect.shape, doc=effect.doc) for name, effect in EFFECTS.items()},
    build=_effects,
    what="effects",
    least=1,
)


def _group(**given: Any) -> Group:
    return Group(
        name="",
        patterns=frozenset(given["match"]),
        raise_by=given["raise"] or 0,
        team=given["team"],
        assign=given["assign"],
        reply=given["reply"],
        language=given["language"],
    )


def groups(addresses: Shape) -> Table:
    """The section `customers`; `addresses` is the shape of the condition `from`."""
    match = Record(
        fields={"from": Field(shape=addresses, doc="addresses and @domains", required=True)},
        build=lambda **given: given["from"],
    )
    own = {
        name: Field(shape=EFFECTS[name].shape, doc=EFFECTS[name].doc) for name in ("raise", "team", "assign", "reply")
    }
    fields = {
        "match": Field(shape=match, doc="who belongs to the group", required=True),
        **own,
        "language": Field(shape=Name("language"), doc="the language they are answered in"),
    }
    return Table(key=Text(expects="the name of a group"), value=Record(fields=fields, build=_group, what="a group"))
