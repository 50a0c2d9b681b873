"""Who gets a complaint first: a choice among the members of a team who are there that day, with its reason."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Protocol

UNREACHABLE_FOR: Final = timedelta(days=1)  # how long a member is passed over whose mailbox refused our mail


class Colleague(Protocol):
    """A member of staff, as far as the choice needs to know them. `away` are first and last days, both included."""

    @property
    def key(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str: ...
    @property
    def languages(self) -> Sequence[str]: ...
    @property
    def away(self) -> Sequence[tuple[date, date]]: ...
    @property
    def deputy(self) -> str | None: ...


class Group(Protocol):
    """A team, as far as the choice needs to know it. `assign` is least_busy, round_robin, lead or nobody."""

    @property
    def members(self) -> Sequence[str]: ...
    @property
    def lead(self) -> str | None: ...
    @property
    def assign(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Staffing:
    """Who can be given a complaint: addresses that mail does not reach, complaints in hand by member, and whose turn
    it was last in each team. Whoever gives a complaint to somebody takes note of it here, for the next one.
    """

    unreachable: frozenset[str]
    loads: Counter[str]
    turns: dict[str, str]


def is_away(member: Colleague, on: date) -> bool:
    """Whether the member is away on that day, which is one of the company's time zone."""
    return any(first <= on <= last for first, last in member.away)


def stand_in(
    member_key: str, staff: Mapping[str, Colleague], on: date, unreachable: Collection[str] = frozenset()
) -> str | None:
    """Who does the member's work that day: themselves, else the first who is there along the line of deputies.

    None where nobody is, also for a key that is not of the staff. Whose address is `unreachable` is not there either.
    """
    asked: set[str] = set()
    key: str | None = member_key
    while key is not None and key in staff and key not in asked:
        if not is_away(staff[key], on) and staff[key].email.lower() not in unreachable:
            return key
        asked.add(key)
        key = staff[key].deputy
    return None


def choose(
    team: Group,
    staff: Mapping[str, Colleague],
    loads: Mapping[str, int],
    last: str | None,
    on: date,
    language: str | None,
    unreachable: Collection[str] = frozenset(),
) -> tuple[str | None, str]:
    """The member who gets a new complaint of that team, or None, and the reason as half a sentence.

    `loads` says how many open complaints each has (a key that is missing: none), `last` who of this team got the
    one before, `language` what the customer writes. Members who are away, or whose address is
    `unreachable` (in lower case), are passed over for their deputies. Those
    who know the language come first where anybody does. Where nobody is there the lead gets it.
    """
    if team.assign == "nobody":
        return None, "the team takes its complaints itself"
    if team.assign == "lead":
        return _lead(team, staff, on, unreachable, "the team gives its complaints to the lead")
    present = _present(team.members, staff, on, unreachable)
    if not present:
        return _lead(team, staff, on, unreachable, "no member of the team is there")
    speakers = [key for key in present if language is not None and language in staff[key].languages]
    among = speakers or present
    knows = f", knows {language}" if speakers and len(speakers) < len(present) else ""
    if team.assign == "round_robin":
        key = _next_in_turn(among, team.members, staff, last, on, unreachable)
        return key, f"next in turn after {last}{knows}" if last else f"first in turn{knows}"
    key = min(among, key=lambda member: loads.get(member, 0))
    return key, f"least busy, {loads.get(key, 0)} open{knows}"


def _present(
    members: Sequence[str], staff: Mapping[str, Colleague], on: date, unreachable: Collection[str]
) -> list[str]:
    """The members who are there and the deputies of those who are not, in the team's order, each once."""
    standing = (stand_in(member, staff, on, unreachable) for member in members)
    return list(dict.fromkeys(key for key in standing if key is not None))


def _next_in_turn(
    among: Sequence[str],
    members: Sequence[str],
    staff: Mapping[str, Colleague],
    last: str | None,
    on: date,
    unreachable: Collection[str],
) -> str:
    """Go round the team's list from behind `last`, who may have been somebody's deputy."""
    places = [
        index for index, member in enumerate(members) if last in (member, stand_in(member, staff, on, unreachable))
    ]
    exact = [index for index in places if members[index] == last]
    behind = (exact or places or [-1])[0] + 1
    turn = (stand_in(member, staff, on, unreachable) for member in (*members[behind:], *members[:behind]))
    return next(key for key in turn if key is not None and key in among)


def _lead(
    team: Group, staff: Mapping[str, Colleague], on: date, unreachable: Collection[str], because: str
) -> tuple[str | None, str]:
    if team.lead is None:
        return None, f"{because}, and it has no lead"
    key = stand_in(team.lead, staff, on, unreachable)
    if key is None:
        return None, f"{because}, and the lead is away"
    return key, because if key == team.lead else f"{because}, for whom {key} stands in"
