"""Telling what the ladder has gathered: one mail a person, about what is still so when its time has come."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import structlog

from vastine.core.complaint import Complaint, Event
from vastine.core.compose import Told, digest, escalation, reminder
from vastine.core.gathering import Gathered, quiet_until, still_tells, together
from vastine.core.mail import Address, Mail
from vastine.core.office import Office
from vastine.core.outgoing import Draft
from vastine.core.recipients import Recipient, address_of, recipients
from vastine.core.story import Letter, Story
from vastine.edges.reader import Reader, ReaderUnavailableError
from vastine.edges.store import ConflictError, Store

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
        office, mails = self.office(), 0
        while found := self.store.notices_due(now, NOTICES_A_LOOK):
            unreachable = self.store.staffing(now, with_loads=False).unreachable
            heaps = self._awake(heaps_of(found, office, now, unreachable), office, now)
            stories = self._stories(heaps, office, now)
            try:
                self.store.record_tick(stories, now)
            except ConflictError as conflict:
                log.info("gathered notices wait for the next look", code="gathered_conflict", why=str(conflict))
                break
            mails += sum(len(story.mails) for story in stories)
            if len(stories) < len(heaps):
                break  # what fails is tried again at the next tick, and must not be met again in this one
        return mails

    def _awake(self, heaps: Sequence[Heap], office: Office, now: datetime) -> list[Heap]:
        """Those who may be told now; for who is in quiet hours meanwhile it all waits on."""
        awake = []
        for heap in heaps:
            priorities = [complaint.priority for complaint, _ in heap.still.values()]
            ends = [quiet_until(heap.recipient, priority, office.rulebook, now) for priority in priorities]
            later = [end for end in ends if end is not None]
            if later and len(later) == len(ends):
                self.store.put_off_notices(heap.ids, max(later))
            else:
                awake.append(heap)
        return awake

    def _stories(self, heaps: Sequence[Heap], office: Office, now: datetime) -> list[Story]:
        single = [reference for heap in heaps if len(heap.still) == 1 for reference in heap.still]
        mails = last_mails(self.store, self.reader, single)
        stories = []
        for heap in heaps:
            try:
                stories.append(office.sealed(story_of(heap, mails, office, now), now))
            except Exception:  # one person's notices must not stop those of the others
                log.exception("notices cannot be told", code="notices_failed", member=_name(heap.recipient))
        return stories


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


def story_of(heap: Heap, mails: dict[str, Mail], office: Office, now: datetime) -> Story:
    """One mail about all that is still so, or none where everything is settled; the history tells either."""
    to = address_of(heap.recipient)
    told = [_event(reference, "told", {"to": to, "complaints": len(heap.still)}, now) for reference in heap.still]
    settled = dict.fromkeys(notice.reference for notice in heap.settled)
    not_told = [_event(reference, "not_told", {"to": to, "because": "settled"}, now) for reference in settled]
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
    on = now.astimezone(book.timezone).date()
    name = notice.address if notice.member is None else notice.member
    if notice.as_assignee and complaint.assignee is not None:
        name = "assignee"  # whoever has it by now
    return recipients((name,), complaint, book, on=on, admin=office.admin, unreachable=unreachable)[0]


def _name(recipient: Recipient) -> str:
    return "an address" if isinstance(recipient, Address) else recipient.key


def _event(reference: str, kind: str, detail: dict[str, object], now: datetime) -> Event:
    return Event(reference=reference, at=now, actor="vastine", kind=kind, trust="system", detail=detail)
