"""Telling what the ladder has gathered: one mail a person, about what is still so when its time has come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from vastine.core.complaint import Complaint, own_event
from vastine.core.compose import Told, digest, escalation, reminder
from vastine.core.gathering import Gathered, quiet_until, still_tells, together
from vastine.core.mail import Address, Mail
from vastine.core.office import Office
from vastine.core.outgoing import Draft
from vastine.core.recipients import Recipient, address_of, recipients
from vastine.core.story import Letter, Story
from vastine.edges.reader import Reader, ReaderUnavailableError
from vastine.edges.store import Store
from vastine.flows.due import each_alone, recorded

log = structlog.get_logger()
NOTICES_A_LOOK = 2000

Due = tuple[Gathered, Complaint | None]


@dataclass(slots=True, kw_only=True)
class Heap:
    """What waits for one person: notices by complaint, and those about what is settled."""

    recipient: Recipient
    still: dict[str, tuple[Complaint, list[Gathered]]] = field(default_factory=dict)
    settled: list[Gathered] = field(default_factory=list)

    @property
    def ids(self) -> tuple[int, ...]:
        """The rows of all of them."""
        notices = [notice for _, each in self.still.values() for notice in each] + self.settled
        return tuple(notice.id for notice in notices if notice.id is not None)


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
                if (later := _rests_until(heap, office, now)) is None:
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
            of=lambda heap: {"member": _name(heap.recipient)},
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


def heaps_of(found: Sequence[Due], office: Office, now: datetime, unreachable: frozenset[str]) -> list[Heap]:
    """The notices by who is to be told now: for whoever is away meanwhile somebody else is."""
    heaps: dict[str, Heap] = {}
    for notice, complaint in found:
        recipient = _recipient(notice, complaint, office, now, unreachable)
        heap = heaps.setdefault(address_of(recipient), Heap(recipient=recipient))
        if complaint is not None and still_tells(notice, complaint, now):
            heap.still.setdefault(notice.reference, (complaint, []))[1].append(notice)
        else:
            heap.settled.append(notice)
    return list(heaps.values())


def _rests_until(heap: Heap, office: Office, now: datetime) -> datetime | None:
    """When the quiet hours of whom all this is for end, for every notice of it; None where it may be told now."""
    priorities = [complaint.priority for complaint, _ in heap.still.values()]
    ends = [quiet_until(heap.recipient, priority, office.rulebook, now) for priority in priorities]
    later = [end for end in ends if end is not None]
    return max(later) if later and len(later) == len(ends) else None


def story_of(heap: Heap, mails: dict[str, Mail], office: Office, now: datetime) -> Story:
    """One mail about all that is still so, or none where everything is settled; the history tells either."""
    to = address_of(heap.recipient)
    told = [own_event(reference, "told", {"to": to, "complaints": len(heap.still)}, now) for reference in heap.still]
    settled = dict.fromkeys(notice.reference for notice in heap.settled)
    not_told = [own_event(reference, "not_told", {"to": to, "because": "settled"}, now) for reference in settled]
    letters = tuple(Letter(draft=draft) for draft in _drafts(heap, mails, office, now))
    return Story(events=(*told, *not_told), letters=letters, told=heap.ids)


def _drafts(heap: Heap, mails: dict[str, Mail], office: Office, now: datetime) -> list[Draft]:
    book, recipient = office.rulebook, heap.recipient
    if not heap.still:
        return []
    if len(heap.still) == 1:
        [(complaint, notices)] = heap.still.values()
        compose = escalation if any(notice.kind == "escalation" for notice in notices) else reminder
        steps, mail = [step.written for step in together(notices)], mails.get(complaint.reference)
        return [compose(book, complaint, recipient=recipient, steps=steps, now=now, mail=mail)]
    told = [
        Told(complaint=complaint, steps=tuple(step.written for step in together(notices)))
        for complaint, notices in heap.still.values()
    ]
    overnight = any(notice.because == "quiet" for _, notices in heap.still.values() for notice in notices)
    settled = sorted({notice.reference for notice in heap.settled} - heap.still.keys())
    return [digest(book, told, recipient=recipient, now=now, overnight=overnight, settled=settled)]


def _recipient(
    notice: Gathered, complaint: Complaint | None, office: Office, now: datetime, unreachable: frozenset[str]
) -> Recipient:
    book = office.rulebook
    if complaint is None:
        member = book.staff.get(notice.member) if notice.member else None
        return member or Address(address=notice.address)
    on = book.day_at(now)
    name = notice.address if notice.member is None else notice.member
    if notice.as_assignee and complaint.assignee is not None:
        name = "assignee"  # whoever has it by now
    return recipients((name,), complaint, book, on=on, admin=office.admin, unreachable=unreachable)[0]


def _name(recipient: Recipient) -> str:
    return "an address" if isinstance(recipient, Address) else recipient.key
