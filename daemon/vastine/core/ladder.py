"""The ladder of escalations: when its steps come due for a complaint, and which are due now.

Nothing is done here: the caller takes the steps, and records each by complaint, clock run and its written `at`.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, Self, get_args

from vastine.core.clock import Calendar, Duration
from vastine.core.complaint import Complaint
from vastine.core.waiting import waited

Clock = Literal["first_reply", "next_reply", "resolve", "promise"]

_MOST_REPETITIONS = 20
_SHARE = re.compile(r"([0-9]{1,4})\s*%\s*of\s+(\w+)")
_OFFSET = re.compile(r"(\w+)(?:\s*([+-])\s*(.+))?", re.DOTALL)


class Timed(Protocol):
    """What the ladder needs to know of a priority: the calendar that its clocks run by."""

    @property
    def calendar(self) -> Calendar: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A place on the ladder: a share of one of the clocks, or so long before or after it runs out.

    `promise` is the clock of the first reply until the time that the customer was told, which a renewal moves.
    """

    clock: Clock
    percent: int | None = None
    before: Duration | None = None
    after: Duration | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `75% of first_reply`, `first_reply`, `first_reply + 4h` or `resolve - 1d`; raises ValueError."""
        if share := _SHARE.fullmatch(text.strip()):
            return cls(clock=_clock(share[2]), percent=_percent(share[1]))
        found = _OFFSET.fullmatch(text.strip())
        if not found:
            raise ValueError(
                f"'{text}' is not a time on the ladder: write first_reply + 4h, resolve - 1d or 75% of first_reply"
            )
        clock = _clock(found[1])
        if found[2] is None:
            return cls(clock=clock)
        duration = Duration.parse(found[3])
        return cls(clock=clock, after=duration) if found[2] == "+" else cls(clock=clock, before=duration)


def _clock(word: str) -> Clock:
    if word not in get_args(Clock):
        raise ValueError(f"'{word}' is not a clock: it is first_reply, next_reply, resolve or promise")
    return word  # type: ignore[return-value]  # just looked up


def _percent(digits: str) -> int:
    percent = int(digits)
    if not 1 <= percent <= 1000:
        raise ValueError(f"{percent}% is not a share: it goes from 1% to 1000%")
    return percent


@dataclass(frozen=True, slots=True, kw_only=True)
class StepRule:
    """One rung as the rules have it. `written` is its `at` word for word: with it the step is known again.

    `tell` are the words of the rules (assignee, lead, management, a member or a team), `raise_by` moves along the
    scale of priorities, `assign` is a member, a team or `lead`, `tell_customer` the kind of mail (`delay`), `reply`
    the reply text for it. With `every` the step comes again each time that this has passed, 20 times at most.
    """

    at: At
    written: str
    tell: tuple[str, ...] = ()
    raise_by: int = 0
    assign: str | None = None
    tell_customer: str | None = None
    reply: str | None = None
    every: Duration | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A step of the ladder and the time, in UTC, at which it falls due for one complaint.

    `written` is by what it is recorded: the rule's, and for a repetition its number behind it, `first_reply (2)`.
    """

    at: datetime
    rule: StepRule
    written: str


def schedule(step_rules: Iterable[StepRule], complaint: Complaint, priority: Timed) -> tuple[Due, ...]:
    """Every step that lies on the way of a complaint, taken or not, in the order of their times.

    Empty unless the complaint is open. Steps on `first_reply` end with the first reply; those that tell the customer
    look at what they were promised. A step that would lie at or before the start of the clock (a day before a due time
    that is hours away) is left out: it would warn of nothing.
    `priority` is that of `clock_priority`, whose calendar the clocks run by.
    """
    if complaint.status != "open":
        return ()
    calendar = priority.calendar
    found: list[Due] = []
    for rule in step_rules:
        start, end = _start(rule.at.clock, complaint, calendar), _end(rule, complaint)
        if end is not None and (at := _when(rule.at, start, end, calendar)) > start:
            found.append(Due(at=at, rule=rule, written=rule.written))
            found.extend(_repetitions(rule, at, calendar))
    return tuple(sorted(found, key=lambda due: due.at))


def _repetitions(rule: StepRule, at: datetime, calendar: Calendar) -> Iterator[Due]:
    if rule.every is None:
        return
    for number in range(2, _MOST_REPETITIONS + 2):
        at = calendar.due(at, rule.every)
        yield Due(at=at, rule=rule, written=f"{rule.written} ({number})")


def steps_due(
    step_rules: Iterable[StepRule], complaint: Complaint, priority: Timed, taken: frozenset[str], now: datetime
) -> tuple[Due, ...]:
    """The steps to take now, oldest first. `taken` holds the `written` of those taken in this run of the clock.

    In a pause (`#ok 4h`) these are only the ones that tell the customer: to have seen it is no answer to them.
    Several can fall due at once after a standstill: all of them take effect, but make one mail a person (R17).
    """
    left = _left(step_rules, complaint, priority, taken)
    return tuple(due for due in left if due.at <= now and (due.rule.tell_customer or not is_paused(complaint, now)))


def next_step_at(
    step_rules: Iterable[StepRule],
    complaint: Complaint,
    priority: Timed,
    taken: frozenset[str],
) -> datetime | None:
    """When the complaint is to be looked at next; None: nothing is left. Before a pause (`#ok 4h`) has ended that is
    only for a step that tells the customer.

    While it waits for the customer that is when its assignee is to be reminded of it.
    """
    if complaint.status == "waiting":
        return complaint.remind_at
    left = _left(step_rules, complaint, priority, taken)
    return min((_not_paused_at(due, complaint) for due in left), default=None)


def is_paused(complaint: Complaint, now: datetime) -> bool:
    """Whether a member said that they have seen it (`#ok 4h`), and the time that this quiets the ladder is not over."""
    return complaint.paused_until is not None and now < complaint.paused_until


def _not_paused_at(due: Due, complaint: Complaint) -> datetime:
    if complaint.paused_until is None or due.rule.tell_customer:
        return due.at
    return max(due.at, complaint.paused_until)


def _left(
    step_rules: Iterable[StepRule], complaint: Complaint, priority: Timed, taken: frozenset[str]
) -> tuple[Due, ...]:
    return tuple(due for due in schedule(step_rules, complaint, priority) if due.written not in taken)


def run_of(complaint: Complaint, written: str) -> int:
    """Which run of its clock a step is taken in, by its written `at`: each further mail has steps of its own."""
    return complaint.next_reply_run if "next_reply" in written else complaint.clock_run


def is_running(clock: Clock, complaint: Complaint) -> bool:
    """Whether that clock of the complaint still runs, so that a notice of a step on it still tells something."""
    return complaint.status == "open" and end_of(clock, complaint) is not None


def end_of(clock: Clock, complaint: Complaint) -> datetime | None:
    """When that clock of the complaint runs out; None where it does not run.

    What was waited for the customer has moved it, that of the promise too, which is still named as it was told.
    """
    if clock != "promise":
        return complaint.due(clock)
    due = complaint.due("first_reply")
    return due and (complaint.promised_until or due)


def _start(clock: Clock, complaint: Complaint, calendar: Calendar) -> datetime:
    """When that clock began to run. What was waited lies before it: no share of the time is over for that."""
    own = "first_reply" if clock == "promise" else clock
    return calendar.forward(complaint.since(own), waited(complaint, calendar, own))


def _end(rule: StepRule, complaint: Complaint) -> datetime | None:
    """When the clock of that step runs out: one that tells the customer looks at what they were promised."""
    clock = rule.at.clock
    to_customer = clock == "first_reply" and rule.tell_customer is not None
    return end_of("promise" if to_customer else clock, complaint)


def _when(at: At, start: datetime, end: datetime, calendar: Calendar) -> datetime:
    if at.percent is not None:
        return calendar.share(start, end, at.percent)
    if at.before is not None:
        return calendar.back(end, at.before)
    return calendar.due(end, at.after) if at.after is not None else end
