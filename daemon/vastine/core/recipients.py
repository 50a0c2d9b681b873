"""Who is told: from the words of the rules (assignee, lead, management, a member, a team, an address) to people."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from vastine.core.assignment import stand_in
from vastine.core.complaint import Complaint
from vastine.core.mail import Address
from vastine.core.rules import Member, Rulebook

Recipient = Member | Address
"""A member of staff, or a plain address of management or the administrator, who get notices without a token."""


def recipients(
    names: Iterable[str],
    complaint: Complaint,
    rulebook: Rulebook,
    *,
    on: date,
    admin: str | None = None,
    unreachable: Collection[str] = frozenset(),
) -> tuple[Recipient, ...]:
    """Everybody whom these words name, each once. For who is away, or at an `unreachable` address (in lower case),
    their deputy is told; where that leaves nobody at all, the lead is told, then management, then the administrator,
    and in the end whoever is away: never nobody.
    """
    found = named(names, complaint, rulebook, on=on, unreachable=unreachable)
    for last_resort in ("lead", "management"):
        found = found or named((last_resort,), complaint, rulebook, on=on, unreachable=unreachable)
    if found:
        return found
    if admin:
        return (Address(address=admin),)
    away = complaint.assignee or rulebook.teams[complaint.team].lead if complaint.team in rulebook.teams else None
    return (rulebook.staff[away],) if away in rulebook.staff else tuple(rulebook.staff.values())[:1]


def named(
    names: Iterable[str],
    complaint: Complaint,
    rulebook: Rulebook,
    *,
    on: date,
    unreachable: Collection[str] = frozenset(),
) -> tuple[Recipient, ...]:
    """Whom exactly these words name, each once; perhaps nobody."""
    present = _Present(rulebook, on, unreachable)
    return _each_once(r for name in names for r in _named(name, complaint, present))


def address_of(recipient: Recipient) -> str:
    """The address of a recipient, in lower case."""
    return (recipient.address if isinstance(recipient, Address) else recipient.email).lower()


def concerned(complaint: Complaint) -> tuple[str, ...]:
    """Whom a complaint concerns first, as words: its assignee, or else its whole team."""
    return ("assignee",) if complaint.assignee else (complaint.team,)


@dataclass(frozen=True, slots=True)
class _Present:
    """Who is there that day, and can be reached."""

    rulebook: Rulebook
    on: date
    unreachable: Collection[str]

    def member(self, key: str | None) -> list[Recipient]:
        """The member, or whoever stands in for them."""
        staff = self.rulebook.staff
        present = stand_in(key, staff, self.on, self.unreachable) if key else None
        return [staff[present]] if present else []

    def team(self, name: str) -> list[Recipient]:
        team = self.rulebook.teams.get(name)
        return [recipient for key in team.members for recipient in self.member(key)] if team else []

    def address(self, address: str) -> list[Recipient]:
        """A plain address; one that is a member's is that member, who is written to also while nobody stands in."""
        lowered = address.lower()
        known = next((m for m in self.rulebook.staff.values() if m.email.lower() == lowered), None)
        return (self.member(known.key) or [known]) if known else [Address(address=lowered)]


def _named(name: str, complaint: Complaint, present: _Present) -> list[Recipient]:
    book = present.rulebook
    match name:
        case "assignee":
            return present.member(complaint.assignee) if complaint.assignee else present.team(complaint.team)
        case "lead":
            team = book.teams.get(complaint.team)
            return present.member(team.lead) if team else []
        case "management":
            return [recipient for address in book.management for recipient in present.address(address)]
    if name in book.teams:
        return present.team(name)
    if name in book.staff:
        return present.member(name)
    return present.address(name) if "@" in name else []


def _each_once(found: Iterable[Recipient]) -> tuple[Recipient, ...]:
    return tuple({address_of(recipient): recipient for recipient in found}.values())
