"""What the rules are asked (`Case`) and what they conclude (`Decision`)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from vastine.core.mail import Address, Mail


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One mail and what is known around it. `now` is when it arrived, aware and in UTC.

    `earlier` says when each customer (by address) opened complaints before this one. On a follow-up, `topic`,
    `priority`, `team` and `tags` are those of the complaint that it continues.
    """

    mail: Mail
    kind: str
    mailbox: str
    language: str | None
    now: datetime
    follow_up: bool = False
    earlier: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)
    topic: str | None = None
    priority: str | None = None
    team: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One condition and how it went. `saw` says what in the mail settled it. `parts` are those of any, all and not,
    whose own `saw` is empty.
    """

    condition: str
    holds: bool
    saw: str = ""
    parts: "tuple[Checked, ...]" = ()


class Applied(NamedTuple):  # there are many: a tuple is made in a third of the time
    """One effect of a rule that matched. `overridden_by` is the later rule that says otherwise, where one does."""

    effect: str
    value: str
    overridden_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One rule and how it went: `matched` is None where a `stop` left it untried.

    `checked` is there where the rulebook is thorough, with every condition, also those that settled nothing.
    """

    name: str
    matched: bool | None
    because: tuple[str, ...]
    checked: Checked | None = None
    applied: tuple[Applied, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What all rules together concluded.

    `assign` is a key of `staff`, or None where the team's own way decides. `reply` is None where no acknowledgement
    is to go. `tell` are names of staff or teams, or `assignee`, `lead`, `management`. `language` is what a group of
    customers is answered in, None where the mail's own language counts. `found` are the extracted facts. `due` is when
    the mail itself wants its answer, None where the priority's clocks count.
    `set_by` says for each field which rule set it last: a rule's name, "customers: GROUP", "defaults" or "complaint"
    (what a follow-up continues). `needs_person` is true where a regex ran out of time, so that a person must look.
    """

    topic: str
    priority: str
    team: str
    assign: str | None
    reply: str | None
    tags: tuple[str, ...]
    customer: Address
    tell: tuple[str, ...]
    ignore: bool
    spam: bool
    found: dict[str, tuple[str, ...]]
    tried: tuple[Tried, ...]
    set_by: dict[str, str]
    language: str | None = None
    due: datetime | None = None
    needs_person: bool = False
