"""What waits for one person, told in one mail about what is still so."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from vastine.core.complaint import Complaint, own_event
from vastine.core.compose import Told, digest, escalation, reminder
from vastine.core.gathering import Because, Gathered, Moot, quiet_until, together, why_moot
from vastine.core.mail import Address, Mail
from vastine.core.office import Office
from vastine.core.outgoing import Draft
from vastine.core.recipients import Recipient, address_of, recipients
from vastine.core.story import Letter, Story

Due = tuple[Gathered, Complaint | None]


@dataclass(slots=True, kw_only=True)
class Heap:
    """What waits for one person: notices by complaint, and those that tell nothing any more, with why."""

    recipient: Recipient
    still: dict[str, tuple[Complaint, list[Gathered]]] = field(default_factory=dict)
    moot: list[tuple[Gathered, Moot]] = field(default_factory=list)

    @property
    def ids(self) -> tuple[int, ...]:
        """The rows of all of them."""
        notices = [notice for _, each in self.still.values() for notice in each] + [notice for notice, _ in self.moot]
        return tuple(notice.id for notice in notices if notice.id is not None)

    @property
    def untold(self) -> dict[str, Moot]:
        """The complaints of which nothing is told, with why."""
        return {notice.reference: why for notice, why in self.moot if notice.reference not in self.still}


def heaps_of(found: Sequence[Due], office: Office, now: datetime, unreachable: frozenset[str]) -> list[Heap]:
    """The notices by who is to be told now: for whoever is away meanwhile somebody else is."""
    heaps: dict[str, Heap] = {}
    for notice, complaint in found:
        moot = why_moot(notice, complaint, now)
        if moot is not None and notice.due_at > now:
            continue  # of what is taken along before its time only what still tells something
        recipient = _recipient(notice, complaint, office, now, unreachable)
        heap = heaps.setdefault(address_of(recipient), Heap(recipient=recipient))
        if moot is not None:
            heap.moot.append((notice, moot))
        elif complaint is not None:
            heap.still.setdefault(notice.reference, (complaint, []))[1].append(notice)
    return list(heaps.values())


def rests_until(heap: Heap, office: Office, now: datetime) -> datetime | None:
    """When the quiet hours of whom all this is for end, for every notice of it; None where it may be told now."""
    priorities = [complaint.priority for complaint, _ in heap.still.values()]
    ends = [quiet_until(heap.recipient, priority, office.rulebook, now) for priority in priorities]
    later = [end for end in ends if end is not None]
    return max(later) if later and len(later) == len(ends) else None


def story_of(heap: Heap, mails: dict[str, Mail], office: Office, now: datetime) -> Story:
    """One mail about all that is still so, or none where nothing is; the history tells either."""
    to = address_of(heap.recipient)
    told = [own_event(reference, "told", {"to": to, "complaints": len(heap.still)}, now) for reference in heap.still]
    not_told = [
        own_event(reference, "not_told", {"to": to, "because": why}, now) for reference, why in heap.untold.items()
    ]
    letters = tuple(Letter(draft=draft) for draft in _drafts(heap, mails, office, now))
    return Story(events=(*told, *not_told), letters=letters, told=heap.ids)


def _drafts(heap: Heap, mails: dict[str, Mail], office: Office, now: datetime) -> list[Draft]:
    book, recipient = office.rulebook, heap.recipient
    if not heap.still:
        return []
    if len(heap.still) == 1:
        [(complaint, notices)] = heap.still.values()
        compose = escalation if _kind(notices) == "escalation" else reminder
        steps, mail = [step.written for step in together(notices)], mails.get(complaint.reference)
        return [compose(book, complaint, recipient=recipient, steps=steps, now=now, mail=mail)]
    told = [
        Told(complaint=complaint, steps=tuple(step.written for step in together(notices)), kind=_kind(notices))
        for complaint, notices in heap.still.values()
    ]
    because = _because([notices for _, notices in heap.still.values()])
    settled = sorted(reference for reference, why in heap.untold.items() if why == "settled")
    return [digest(book, told, recipient=recipient, now=now, because=because, settled=settled)]


def _because(about_each: Sequence[Sequence[Gathered]]) -> Because:
    """Why several complaints are told of in one mail. What joins those of a pause at its end waited for no other."""
    reasons = [{notice.because for notice in notices} for notices in about_each]
    if any("quiet" in each for each in reasons):
        return "quiet"
    return "seen" if all("seen" in each for each in reasons) else "storm"


def _kind(notices: Sequence[Gathered]) -> Literal["reminder", "escalation"]:
    return "escalation" if any(notice.kind == "escalation" for notice in notices) else "reminder"


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


def name_of(recipient: Recipient) -> str:
    return "an address" if isinstance(recipient, Address) else recipient.key
