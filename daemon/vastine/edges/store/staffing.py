"""Who can be given a complaint: whom mail reaches, who has how many, and whose turn it was last."""

from collections import Counter
from datetime import datetime

from sqlalchemy import Connection, func, select

from vastine.core.assignment import UNREACHABLE_FOR
from vastine.edges.store import tables as t


def unreachable_members(connection: Connection, now: datetime) -> set[str]:
    """The addresses of members of staff whose mailbox refused our mail for good within the last day."""
    lately = t.unreachable.c.since > now - UNREACHABLE_FOR
    return set(connection.scalars(select(t.unreachable.c.address).where(lately)))


def loads_of(connection: Connection) -> Counter[str]:
    """How many complaints each member has in hand; this reads all of these."""
    in_hand = select(t.complaints.c.assignee, func.count()).where(t.IN_HAND).group_by(t.complaints.c.assignee)
    return Counter({member: count for member, count in connection.execute(in_hand) if member})


def turns_of(connection: Connection) -> dict[str, str]:
    """Who of each team got the last complaint."""
    return {row.team: row.member for row in connection.execute(select(t.turns))}
