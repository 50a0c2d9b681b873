"""The values that reports are written from. Each measure is defined in docs/measures.md, under the same name."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

Dimension = Literal["team", "topic", "mailbox", "priority", "language", "member"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """From `begin` until just before `end`, both in UTC."""

    begin: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The measures of one group of complaints in one period. Times are seconds; None where there is nothing to measure.

    `_open_` are seconds of open time on the complaint's own calendar, without what was waited for the customer; the
    others are wall time. A percentile is None, too, where so many have not ended yet. `cost` is in the currency of
    `costs` in the rules, None without. `nps` is from -100 to 100.
    """

    received: int = 0
    spam: int = 0
    merged: int = 0
    acknowledged: int = 0
    unanswered: int = 0  # of those received: no person has answered yet
    unresolved: int = 0  # of those received: still in hand
    answered: int = 0  # got their first reply in the period, whenever they were opened
    answers: int = 0
    asks: int = 0  # mails of customers that want an answer
    asks_unanswered: int = 0
    resolved: int = 0
    reopened: int = 0
    promises_kept: int = 0
    promises_missed: int = 0
    promises_renewed: int = 0
    promises_dropped: int = 0
    steps: int = 0
    alarms: int = 0  # steps that told somebody of ours, or gave them the complaint
    steps_handled: int = 0
    step_handled_median_s: float | None = None
    step_handled_p90_s: float | None = None
    first_contact_resolved: int = 0
    undeliverable: int = 0
    first_reply_median_s: float | None = None
    first_reply_p90_s: float | None = None
    first_reply_open_median_s: float | None = None
    first_reply_open_p90_s: float | None = None
    answer_median_s: float | None = None  # to each mail of a customer, not only the first
    answer_p90_s: float | None = None
    answer_open_median_s: float | None = None
    answer_open_p90_s: float | None = None
    resolution_median_s: float | None = None
    resolution_p90_s: float | None = None
    resolution_open_median_s: float | None = None
    resolution_open_p90_s: float | None = None
    csat_mean: float | None = None
    csat_answers: int = 0
    csat_asked: int = 0
    nps: float | None = None
    nps_answers: int = 0
    nps_asked: int = 0
    returning: int = 0  # complaints of customers who had complained in the twelve months before
    cost: float | None = None
    cost_mean: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One point of the trend: a week from its Monday, or a day, in the company's time zone."""

    day: date
    figures: Figures


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """So many complaints in hand that were opened from `days_from` until before `days_to` days ago (None: no end)."""

    days_from: int
    days_to: int | None
    complaints: int
    late: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """A topic or a word whose share of the complaints rose against the eight weeks before the period; of one longer
    than that, in its last eight weeks against those before them.

    `count` of `total` complaints now, `count_before` of `total_before` then; `q` is the share of false alarms to
    expect among all that are as sure as this one (Benjamini and Hochberg, 1995), so below 0.05 is worth a look.
    """

    kind: Literal["topic", "word"]
    name: str
    count: int
    total: int
    count_before: int
    total_before: int
    q: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A complaint in hand that is late. `clock` is the one that ran out; `nobody` has it where `assignee` is None."""

    reference: str
    topic: str
    priority: str
    team: str
    assignee: str | None
    subject: str
    status: str
    opened_at: datetime
    due_at: datetime
    clock: Literal["first_reply", "next_reply", "resolve"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """What one member has in hand now, and did in the period; `member` None is what nobody has."""

    member: str | None
    in_hand: int
    late: int
    waiting: int
    answered: int
    resolved: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One step of the ladder by its written `at`: how often it was taken, and how fast somebody then did something."""

    at: str
    taken: int
    handled: int
    median_s: float | None
    p90_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measures:
    """Everything about one period. `before` is the period just before it (`preceding`).

    `trend` are the last weeks up to the period's end, oldest first; where nothing came, a week of noughts.
    `compared`: the period before was watched whole, so that a change tells something.
    `stuck` are the latest ones first, at most 500, `stuck_total` tells how many there are. `silent_rules` are rules in
    force that decided nothing in the period. `now` is when it was counted: ages and loads are of then.
    """

    period: Period
    now: datetime
    figures: Figures
    before: Figures
    by: Mapping[Dimension, Mapping[str, Figures]] = field(default_factory=dict)
    compared: bool = True
    trend: tuple[Moment, ...] = ()
    in_hand: int = 0
    ages: tuple[Band, ...] = ()
    stuck: tuple[Stuck, ...] = ()
    stuck_total: int = 0
    loads: tuple[Load, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    rising: tuple[Rising, ...] = ()
    silent_rules: tuple[str, ...] = ()
    team: str | None = None  # of which alone it all is; None for all of them
    currency: str | None = None  # of what it costs
