"""A tick of the clock: which steps of the ladder have come due, and everything that follows from taking them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

import structlog

from vastine.core.climb import Climb, climb, story_of
from vastine.core.complaint import Complaint
from vastine.core.gathering import Gathered, Notice, put_off
from vastine.core.office import Office
from vastine.core.recipients import address_of
from vastine.core.story import Story
from vastine.edges.reader import Reader
from vastine.edges.store import Store
from vastine.flows.due import each_alone, recorded
from vastine.flows.gather import Gathering, last_mails
from vastine.flows.hold import Hold
from vastine.flows.telling import customers_part

log = structlog.get_logger()
COMPLAINTS_A_TICK = 100


OnLadder: TypeAlias = tuple[Complaint, frozenset[str]]  # with the steps that were taken
Told: TypeAlias = tuple[Notice, Gathered | None]  # None: at once


class Escalation:
    """Takes due steps, for all complaints. `office` gives the company as it is now; `kick` wakes the dispatch. With a
    `hold` none is taken while the machine's clock cannot be right.
    """

    def __init__(
        self,
        store: Store,
        reader: Reader,
        office: Callable[[], Office],
        kick: Callable[[], None],
        tell_of_text: Callable[[str], None],
        hold: Hold | None = None,
    ) -> None:
        self.store = store
        self.reader = reader
        self.office = office
        self.kick = kick
        self.tell_of_text = tell_of_text
        self.hold = hold
        self.gathering = Gathering(store, reader, office)

    def tick(self, now: datetime) -> int:
        """Take every step that is due, and tell what was gathered until now. Returns how many steps were taken; a
        conflict leaves them to the next tick.
        """
        if self.hold is not None and not self.hold.may_climb(now):
            self.kick()  # the word about it is to go
            return 0
        taken = self._climb(now)
        told = self.gathering.release(now)
        if taken:
            log.info("steps taken", code="steps_taken", steps=taken)
        if taken or told:
            self.kick()
        return taken

    def _climb(self, now: datetime) -> int:
        office, taken = self.office(), 0

        def look() -> list[OnLadder]:
            return self.store.complaints_with_steps(now, COMPLAINTS_A_TICK)

        for story in recorded(look, lambda found: self._stories(found, office, now), self.store, now, name="ladder"):
            taken += len(story.steps)
            for problem in story.problems:
                self.tell_of_text(problem)
        return taken

    def _stories(self, found: Sequence[OnLadder], office: Office, now: datetime) -> list[Story]:
        """What follows for each complaint; one whose steps cannot be taken is left out, and is its own trouble."""
        climbs = self._climbs(found, office, now)
        notices = [notice for each in climbs for notice in each.notices]
        addresses, references = {address_of(each.recipient) for each in notices}, {each.reference for each in notices}
        recent = self.store.told_of_late(addresses, references, now) if notices else {}
        waits = iter(put_off(notices, recent, office.rulebook, now))
        told = [(each, [next(waits) for _ in each.notices]) for each in climbs]
        at_once = [each.before.reference for each, how in told if any(waiting is None for _, waiting in how)]
        mails = last_mails(self.store, self.reader, at_once)

        def story(one: tuple[Climb, Sequence[Told]]) -> Story:
            climbed, how = one
            last = mails.get(climbed.before.reference)
            mail = customers_part(last, climbed.before, office) if last else None
            return office.sealed(story_of(climbed, how, mail, office, now), now)

        return each_alone(
            told, story, "steps cannot be told", code="steps_failed", of=lambda one: _named(one[0].before)
        )

    def _climbs(self, found: Sequence[OnLadder], office: Office, now: datetime) -> list[Climb]:
        teams = office.rulebook.teams
        with_loads = any(rule.assign in teams for rule in office.rulebook.escalations)
        staffing = self.store.staffing(now, with_loads=with_loads)
        answering = self.store.answers_under_way([complaint.reference for complaint, _ in found])

        def climbed(one: OnLadder) -> Climb:
            complaint, taken = one
            return climb(complaint, taken, office, now, staffing, answered=complaint.reference in answering)

        return each_alone(found, climbed, "steps cannot be taken", code="steps_failed", of=lambda one: _named(one[0]))


def _named(complaint: Complaint) -> dict[str, str]:
    return {"reference": complaint.reference}
