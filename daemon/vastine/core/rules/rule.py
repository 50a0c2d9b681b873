"""A rule as a value: its condition, its effects and its tests."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from vastine.core.rules.when import Condition

_SETTINGS = ("topic", "priority", "team", "assign", "reply", "due", "ignore", "spam")  # a later rule overrides these


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    """What a rule does. `reply` is "none" for no acknowledgement; None everywhere means: not touched."""

    topic: str | None = None
    priority: str | None = None
    raise_by: int = 0
    lower_by: int = 0
    team: str | None = None
    assign: str | None = None
    reply: str | None = None
    tags: tuple[str, ...] = ()
    due: str | None = None
    customer_is: str | None = None
    tell: tuple[str, ...] = ()
    ignore: bool = False
    spam: bool = False
    stop: bool = False
    settings: tuple[tuple[str, Any, str], ...] = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        """`settings` are the fields that it sets, each with its value, and how an explanation shows that."""
        given = ((name, getattr(self, name)) for name in _SETTINGS)
        shown = tuple((n, v, "true" if v is True else str(v)) for n, v in given if v is not None and v is not False)
        object.__setattr__(self, "settings", shown)


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineTest:
    """A test under a rule. `expect` maps a field to its value; `line` and `column` say where it stands."""

    line: int
    column: int
    mail: dict[str, Any]
    at: datetime | None
    expect: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`on_follow_up`: all effects hold on follow-ups too. `sees_bulk`: the condition tests header or from."""

    name: str
    when: Condition
    then: Effects
    on_follow_up: bool
    sees_bulk: bool
    tests: tuple[InlineTest, ...]
