"""Asking customers some time after a resolution, once a complaint, or deciding why they are not asked."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeAlias

import structlog

from vastine.core.complaint import Complaint, SurveyAsked, own_event
from vastine.core.compose import survey
from vastine.core.office import Office
from vastine.core.rules import Survey
from vastine.core.story import Letter, Story
from vastine.core.survey import NOT_LATER_THAN, History, why_not_asked
from vastine.edges.store import Store
from vastine.flows.due import each_alone, recorded

log = structlog.get_logger()
COMPLAINTS_A_TICK: Final = 50
Resolved: TypeAlias = tuple[Complaint, History]


class Surveys:
    """Asks customers whose time has come. `office` gives the company as it is now; `kick` wakes the dispatch."""

    def __init__(
        self,
        store: Store,
        office: Callable[[], Office],
        kick: Callable[[], None],
        tell_of_text: Callable[[str], None],
    ) -> None:
        self.store = store
        self.office = office
        self.kick = kick
        self.tell_of_text = tell_of_text

    def tick(self, now: datetime) -> int:
        """Decide for every resolved complaint whose time has come whether its customer is asked, once and for all.

        Returns how many were asked; a conflict leaves the rest to the next tick.
        """
        office, asked = self.office(), 0
        rules = office.rulebook.survey
        if rules is None:
            return 0
        by = now - rules.after

        def look() -> list[Resolved]:
            return self.store.complaints_to_survey(by - NOT_LATER_THAN, by, COMPLAINTS_A_TICK, now)

        for story in recorded(look, lambda found: _stories(found, rules, office, now), self.store, now, name="survey"):
            asked += story.survey is not None
            for problem in story.problems:
                self.tell_of_text(problem)
        if asked:
            log.info("customers asked", code="customers_asked", surveys=asked)
            self.kick()
        return asked


def _stories(found: Sequence[Resolved], rules: Survey, office: Office, now: datetime) -> list[Story]:
    """What follows for each complaint; two of one customer make one survey."""
    asked: set[str] = set()

    def story(one: Resolved) -> Story:
        complaint, history = one
        known = replace(history, asked_at=now) if complaint.customer.address in asked else history
        made = office.sealed(ask(complaint, known, rules, office, now), now)
        if made.survey is not None:
            asked.add(complaint.customer.address)
        return made

    return each_alone(
        found, story, "customer cannot be asked", code="survey_failed", of=lambda one: {"reference": one[0].reference}
    )


def ask(complaint: Complaint, history: History, rules: Survey, office: Office, now: datetime) -> Story:
    """The survey of a resolved complaint, or the reason why its customer is not asked."""
    reason = why_not_asked(complaint, history, rules, our_addresses=office.our_addresses, now=now)
    reference = complaint.reference
    if reason is not None:
        withheld = own_event(reference, "survey_withheld", {"reason": reason}, now)
        return Story(reference=reference, complaint=replace(complaint, survey="none"), events=(withheld,))
    written = survey(office.rulebook, complaint, ask=rules.ask, is_told=history.closing_sent)
    return Story(
        reference=reference,
        complaint=replace(complaint, survey=rules.ask),
        survey=SurveyAsked(reference=reference, kind=rules.ask, asked_at=now),
        events=(own_event(reference, "survey_sent", {"kind": rules.ask}, now),),
        letters=(Letter(draft=written.draft, problems=written.problems),),
    )
