"""A rule as a value: its condition, its effects and its tests."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vastine.core.rules.when import Condition


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


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineTest:
    """A test under a rule. `expect` maps a field to its value; `lines` says where each of them stands."""

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
