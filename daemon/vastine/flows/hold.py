"""Holding the ladder while the machine's clock cannot be right and many steps would be taken at once (R17).

A clock that is put right ends it by itself; where it is right, the operator says so (`vastine ladder release`). Until
then somebody is told once a day.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from vastine.core.compose import held_steps
from vastine.core.doubt import MOST_AT_ONCE, Look, Watch, is_doubtful, jump
from vastine.core.ladder import steps_due
from vastine.core.office import Office
from vastine.core.rules import Rulebook
from vastine.core.story import Letter, Story
from vastine.edges.store import Store

log = structlog.get_logger()
NOTED_EVERY: Final = timedelta(seconds=60)
TOLD_EVERY: Final = timedelta(days=1)
SETTLED_AFTER: Final = timedelta(hours=1)
"""A clock that went back is believed when it has gone on like that for so long: a time service needs minutes."""

MOST_COUNTED: Final = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What would be taken at once: steps (of the first MOST_COUNTED complaints), and of how many complaints."""

    steps: int
    complaints: int


class Hold:
    """Says whether steps may be taken. `look` reads both clocks; `office` gives the company as it is now."""

    def __init__(self, store: Store, office: Callable[[], Office], look: Callable[[datetime], Look]) -> None:
        self.store = store
        self.office = office
        self.look = look
        self._watch: Watch | None = None

    def may_climb(self, now: datetime) -> bool:
        """Whether the clock is right, or no more than MOST_AT_ONCE steps are due. Else it is told, and they wait."""
        seen = self.look(now)
        if self._watch is None or is_doubtful(self._watch.trusted, seen):
            self._watch = self.store.clock_watch(seen.boot)  # an operator may have said that it is right
        if self._watch is None or not is_doubtful(self._watch.trusted, seen):
            self._trust(seen)
            return True
        return self._may_climb_in_doubt(self._watch, seen)

    def _may_climb_in_doubt(self, watch: Watch, seen: Look) -> bool:
        # Of an earlier run of the machine nobody knows how long ago it was, but what it held is held on.
        if watch.doubted is None or watch.doubted.boot != seen.boot or is_doubtful(watch.doubted, seen):
            watch = self._watch = replace(watch, doubted=seen)  # kept: a daemon may run for one round only, again
            self.store.watch_clock(seen.boot, watch)
            seconds = round(jump(watch.trusted, seen).total_seconds())
            log.warning("the clock cannot be trusted", code="clock_doubtful", seconds=seconds)
        doubted = watch.doubted or seen
        if not are_too_many(self.store, self.office().rulebook, seen.at):
            went_back = seen.at < watch.trusted.at
            if not went_back or seen.uptime - doubted.uptime >= SETTLED_AFTER:
                self._trust(seen)
            return True
        if watch.held_since is None or _is_due_again(watch.told_at, seen.at):
            self._tell(watch, seen)
        return False

    def _trust(self, seen: Look) -> None:
        """Note that the clock is right: once in a while, and where it was in doubt."""
        watch = self._watch
        if watch is not None and watch.held_since is not None:
            log.warning("the ladder goes on", code="ladder_goes_on", held_since=watch.held_since.isoformat())
        elif watch is not None and watch.doubted is None and timedelta() <= seen.at - watch.trusted.at < NOTED_EVERY:
            return
        self._watch = Watch(trusted=seen)
        self.store.watch_clock(seen.boot, self._watch)

    def _tell(self, watch: Watch, seen: Look) -> None:
        office = self.office()
        waiting = waiting_steps(self.store, office.rulebook, seen.at)
        log.error("steps are held", code="ladder_held", steps=waiting.steps, complaints=waiting.complaints)
        story = told_of_hold(office, watch, seen, waiting)
        held = replace(watch, held_since=watch.held_since or seen.at, told_at=seen.at)
        self.store.record_hold(seen.boot, held, office.sealed(story, seen.at), seen.at)
        self._watch = held


def _is_due_again(told_at: datetime | None, now: datetime) -> bool:
    """Once a day, and anew where the clock has moved back meanwhile."""
    return told_at is None or not timedelta() <= now - told_at < TOLD_EVERY


def are_too_many(store: Store, book: Rulebook, now: datetime) -> bool:
    """Whether more steps are due than may be taken at once in doubt."""
    if store.complaints_due(now, MOST_AT_ONCE + 1) > MOST_AT_ONCE:
        return True
    return waiting_steps(store, book, now).steps > MOST_AT_ONCE


def waiting_steps(store: Store, book: Rulebook, now: datetime) -> Waiting:
    """The steps that are due now."""
    found = store.complaints_with_steps(now, MOST_COUNTED)
    steps = sum(
        len(steps_due(book.escalations, each, book.priority_or_usual(each.clock_priority), taken, now))
        for each, taken in found
    )
    complaints = len(found) if len(found) < MOST_COUNTED else store.complaints_due(now, 1_000_000)
    return Waiting(steps=steps, complaints=complaints)


def told_of_hold(office: Office, watch: Watch, seen: Look, waiting: Waiting) -> Story:
    """Mails to the administrator; where there is none, or the second time on, also to management, or else the leads."""
    book = office.rulebook
    first = (office.admin,) if office.admin else ()
    leads = tuple(book.staff[team.lead].email for team in book.teams.values())
    others = (book.management or leads) if watch.held_since is not None or not first else ()
    letters = tuple(
        Letter(
            draft=held_steps(
                book,
                to=to,
                mailbox=next(iter(office.mailboxes)),
                steps=waiting.steps,
                complaints=waiting.complaints,
                jump=jump(watch.trusted, seen),
                trusted=watch.trusted.at,
                now=seen.at,
            )
        )
        for to in dict.fromkeys((*first, *others))
    )
    return Story(letters=letters)
