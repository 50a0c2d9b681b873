"""A rules file as values: everything that an administrator decided, checked and ready for use."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal, TypeAlias
from zoneinfo import ZoneInfo

from vastine.core.clock import Calendar, Duration
from vastine.core.ladder import StepRule
from vastine.core.rules.engine import Engine
from vastine.core.rules.extract import Extract
from vastine.core.rules.problem import Problem
from vastine.core.rules.rule import Rule
from vastine.core.schedule import Every, Length

Place: TypeAlias = tuple[str, ...]  # such as ("teams", "billing"), ("word", "name of a rule", "maksu")


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """How fast, on whose clock. `next_reply` is for a customer's mail after an answer; None where nothing counts it."""

    name: str
    first_reply: Duration
    resolve: Duration
    calendar: Calendar
    next_reply: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A member of staff. `away` are first and last days, both included; `deputy` is another member's key.

    Mail goes to `email` alone; from the addresses in `also` they write as well. In the hours of `quiet` the ladder
    does not write to them.
    """

    key: str
    name: str
    email: str
    languages: tuple[str, ...]
    away: tuple[tuple[date, date], ...]
    deputy: str | None
    also: tuple[str, ...] = ()
    quiet: Calendar | None = None

    @property
    def addresses(self) -> frozenset[str]:
        """All that their mail may come from, in lower case."""
        return frozenset(address.lower() for address in (self.email, *self.also))


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """`members` and `lead` are keys of `staff`; `signature` and `footer` are texts by language."""

    name: str
    members: tuple[str, ...]
    lead: str
    assign: str  # least_busy | round_robin | lead | nobody
    signature: dict[str, str]
    footer: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplyText:
    """A reply in one language, as jinja2 templates over `REPLY_VARIABLES`."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Defaults:
    """What holds where no rule says otherwise; `reply` is None for no acknowledgement."""

    topic: str
    priority: str
    team: str
    reply: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group of customers: `patterns` are addresses and `@domains`; what is None is left to the rules."""

    name: str
    patterns: frozenset[str]
    raise_by: int
    team: str | None
    assign: str | None
    reply: str | None  # "none" for no acknowledgement
    language: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report by mail. `to` are words of the rules (management, lead, a member, a team); `audience` is management,
    owner or None (the same), or a team; it is about the last whole `period` before its time.
    """

    name: str
    every: Every
    to: tuple[str, ...]
    audience: str | None
    period: Length


@dataclass(frozen=True, slots=True, kw_only=True)
class Digests:
    """When teams and members are told what they have in hand; None: never."""

    teams: Every | None
    members: Every | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiet:
    """When the ladder's notices wait: the company's `hours`, for who has none of their own; None: never.

    Those about complaints of the priorities in `urgent` wait for nothing.
    """

    hours: Calendar | None
    urgent: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """How customers are asked so long `after` a resolution. `low` is the highest number that is told to `tell`, and
    that opens the complaint again where `reopen` says so. Nobody is asked about the topics in `exclude`.
    """

    after: timedelta
    ask: Literal["csat", "nps"]
    low: int
    tell: tuple[str, ...]
    reopen: bool
    exclude: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """What a complaint costs, and each answer besides, in a currency such as EUR."""

    currency: str
    complaint: Decimal
    answer: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """The whole file. `priorities` are in order, most urgent first; `hash` is the SHA-256 of its text, `source`.

    `guides` tell staff how to go about a topic, by topic and language. `writers` are the keys of staff by each address
    that their mail may come from. `places` are lines and columns of what stands in the file. A `thorough` one looks at
    every condition of every rule, for explanations; its decisions are the same.
    """

    company: str
    timezone: ZoneInfo
    languages: tuple[str, ...]
    fallback: str
    calendars: dict[str, Calendar]
    priorities: tuple[Priority, ...]
    staff: dict[str, Member]
    teams: dict[str, Team]
    defaults: Defaults
    management: tuple[str, ...]
    customers: dict[str, Group]
    extract: dict[str, Extract]
    guides: dict[str, dict[str, str]]
    rules: tuple[Rule, ...]
    replies: dict[str, dict[str, ReplyText]]
    escalations: tuple[StepRule, ...]
    quiet: Quiet
    reports: tuple[Report, ...]
    digests: Digests
    survey: Survey | None
    costs: Costs | None
    retention: dict[str, timedelta]
    file: str
    hash: str
    source: str = field(repr=False, compare=False)
    warnings: tuple[Problem, ...]
    engine: Engine = field(repr=False, compare=False)
    writers: Mapping[str, str] = field(repr=False, compare=False)
    thorough: bool = False
    places: Mapping[Place, tuple[int, int]] = field(default_factory=dict, repr=False, compare=False)

    def warning(self, place: Place, message: str) -> Problem:
        """A warning at that place of the file, or at its first line where nothing stands there."""
        line, column = self.places.get(place, (1, 1))
        return Problem(file=self.file, line=line, column=column, message=message, severity="warning")

    @property
    def topics(self) -> tuple[str, ...]:
        """Every topic that a complaint may have, sorted."""
        return tuple(sorted({self.defaults.topic, *(rule.then.topic for rule in self.rules if rule.then.topic)}))

    def day_at(self, moment: datetime) -> date:
        """Which day it is then where the company is."""
        return moment.astimezone(self.timezone).date()

    def name_of(self, key_or_address: str) -> str:
        """A member's name, by key or by an address of theirs; anybody else as they are known, such as a team."""
        member = self.staff.get(self.writers.get(key_or_address.lower(), key_or_address))
        return member.name if member else key_or_address

    def raised(self, name: str, by: int) -> str:
        """The priority so many places up the scale, at its top at most; the same where the rules do not have it."""
        names = [priority.name for priority in self.priorities]
        return names[max(0, names.index(name) - by)] if name in names else name

    def priority(self, name: str) -> Priority:
        """The priority of that name; KeyError where there is none."""
        for priority in self.priorities:
            if priority.name == name:
                return priority
        raise KeyError(name)

    def priority_or_usual(self, name: str) -> Priority:
        """The priority of that name; the usual one where the rules have it no more."""
        return next((each for each in self.priorities if each.name == name), None) or self.priority(
            self.defaults.priority
        )
