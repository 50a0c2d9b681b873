"""Telling what the ladder has gathered: one mail a person, about what is still so when its time has come."""

from collections.abc import Callable, Sequence
from datetime import datetime

import structlog

from vastine.core.heaps import Heap, heaps_of, name_of, rests_until, story_of
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.story import Story
from vastine.edges.reader import Reader, ReaderUnavailableError
from vastine.edges.store import Store
from vastine.flows.due import each_alone, recorded

log = structlog.get_logger()
NOTICES_A_LOOK = 2000


class Gathering:
    """Makes mails of notices that waited. `office` gives the company as it is now."""

    def __init__(self, store: Store, reader: Reader, office: Callable[[], Office]) -> None:
        self.store = store
        self.reader = reader
        self.office = office

    def release(self, now: datetime) -> int:
        """Tell everything whose time has come. Returns how many mails that made; a conflict waits for the next look."""
        office = self.office()

        def look() -> list[Heap]:
            return self._awake(office, now)

        stories = recorded(look, lambda heaps: self._stories(heaps, office, now), self.store, now, name="gathered")
        return sum(len(story.mails) for story in stories)

    def _awake(self, office: Office, now: datetime) -> list[Heap]:
        """What waits for those who may be told now, some of it; for who is in quiet hours meanwhile it all waits on."""
        while found := self.store.notices_due(now, NOTICES_A_LOOK):
            awake = []
            for heap in heaps_of(found, office, now, self.store.unreachable_members(now)):
                if (later := rests_until(heap, office, now)) is None:
                    awake.append(heap)
                else:
                    self.store.put_off_notices(heap.ids, later)
            if awake:
                return awake
        return []

    def _stories(self, heaps: Sequence[Heap], office: Office, now: datetime) -> list[Story]:
        single = [reference for heap in heaps if len(heap.still) == 1 for reference in heap.still]
        mails = last_mails(self.store, self.reader, single)
        return each_alone(
            heaps,
            lambda heap: office.sealed(story_of(heap, mails, office, now), now),
            "notices cannot be told",
            code="notices_failed",
            of=lambda heap: {"member": name_of(heap.recipient)},
        )


def last_mails(store: Store, reader: Reader, references: Sequence[str]) -> dict[str, Mail]:
    """What the customer wrote last, by complaint, so that who is told now can answer at once. None of it where no mail
    can be read now: to be told without it is better than not at all.
    """
    if not references:
        return {}
    raws = store.last_customer_mails(references)
    try:
        readings = reader.begin(list(raws.values())).result()
    except ReaderUnavailableError as error:
        log.warning("told without the customer's text", code="told_without_text", why=str(error))
        return {}
    return {reference: reading.mail for reference, reading in zip(raws, readings, strict=True)}
