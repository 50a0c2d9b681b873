"""A member's mail in a complaint of theirs: what every step of acting on it knows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vastine.core.complaint import Complaint, Event, Trust
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.rules import Member
from vastine.core.story import Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """`story` is what is known of it already; `trust` how far the mail is proven to be the member's."""

    story: Story
    mail: Mail
    member: Member
    complaint: Complaint
    office: Office
    now: datetime
    trust: Trust


def event_of(work: Work, kind: str, detail: dict[str, Any]) -> Event:
    """Something that the member did."""
    return Event(
        reference=work.complaint.reference,
        at=work.now,
        actor=work.member.key,
        kind=kind,
        trust=work.trust,
        detail=detail,
    )
