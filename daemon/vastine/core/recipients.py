"""Who is told: from the words of the rules (assignee, lead, management, a member, a team, an address) to people."""

from collections.abc import Iterable
from datetime import date

from vastine.core.assignment import stand_in
from vastine.core.complaint import Complaint
from vastine.core.mail import Address
from vastine.core.rules import Member, Rulebook

Recipient = Member | Address
"""A member of staff, or a plain address of management or the administrator, who get notices without a token."""


def recipients(
    names: Iterable[str], complaint: Complaint, rulebook: Rulebook, *, on: date, admin: str | None = None
) -> tuple[Recipient, ...]:
    """Everybody whom these words name, each once. Who is away is told by their deputy; where that leaves nobody at
    all, the lead is told, then management, then the administrator, and in the end whoever is away: never nobody.
    """
    found = named(names, complaint, rulebook, on=on)
    for last_resort in ("lead", "management"):
        found = found or named((last_resort,), complaint, rulebook, on=on)
    if found:
        return found
    if admin:
        return (Address(address=admin),)
    away = complaint.assignee or rulebook.teams[complaint.team].lead if complaint.team in rulebook.teams else None
    return (rulebook.staff[away],) if away in rulebook.staff else tuple(rulebook.staff.values())[:1]


def named(names: Iterable[str], complaint: Complaint, rulebook: Rulebook, *, on: date) -> tuple[Recipient, ...]:
    """Whom exactly these words name, each once; perhaps nobody."""
    return _each_once(r for name in names for r in _named(name, complaint, rulebook, on))


def address_of(recipient: Recipient) -> str:
    """The address of a recipient, in lower case."""
    return (recipient.address if isinstance(recipient, Address) else recipient.email).lower()


def concerned(complaint: Complaint) -> tuple[str, ...]:
    """Whom a complaint concerns first, as words: its assignee, or else its whole team."""
    return ("assignee",) if complaint.assignee else (complaint.team,)


def _named(name: str, complaint: Complaint, rulebook: Rulebook, on: date) -> list[Recipient]:
    match name:
        case "assignee":
            return (
                _member(complaint.assignee, rulebook, on) if complaint.assignee else _team(complaint.team, rulebook, on)
            )
        case "lead":
            team = rulebook.teams.get(complaint.team)
            return _member(team.lead, rulebook, on) if team else []
        case "management":
            return [_address(address, rulebook) for address in rulebook.management]
    if name in rulebook.teams:
        return _team(name, rulebook, on)
    if name in rulebook.staff:
        return _member(name, rulebook, on)
    return [_address(name, rulebook)] if "@" in name else []


def _team(name: str, rulebook: Rulebook, on: date) -> list[Recipient]:
    team = rulebook.teams.get(name)
    return [recipient for key in team.members for recipient in _member(key, rulebook, on)] if team else []


def _member(key: str | None, rulebook: Rulebook, on: date) -> list[Recipient]:
    present = stand_in(key, rulebook.staff, on) if key else None
    return [rulebook.staff[present]] if present else []


def _address(address: str, rulebook: Rulebook) -> Recipient:
    """A plain address; one that is a member's is that member."""
    lowered = address.lower()
    return next((m for m in rulebook.staff.values() if m.email.lower() == lowered), Address(address=lowered))


def _each_once(found: Iterable[Recipient]) -> tuple[Recipient, ...]:
    return tuple({address_of(recipient): recipient for recipient in found}.values())
