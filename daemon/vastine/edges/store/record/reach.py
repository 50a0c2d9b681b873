"""Whom our mail does not reach, and whom it reaches again."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, update

from vastine.core.story import Story
from vastine.edges.store import tables as t
from vastine.edges.store.rows import new_rows


def record_lost(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    """What did not arrive, and whom our mail does not reach: a customer in all their open matters, or a member."""
    mails = [story.bounced for story in stories if story.bounced]
    if mails:
        first = t.outbox.c.message_id.in_(mails) & t.outbox.c.bounced_at.is_(None)
        connection.execute(update(t.outbox).where(first).values(bounced_at=now))
    customers = {story.lost_customer: story.reference for story in stories if story.lost_customer}
    for address, reference in customers.items():
        others = (t.complaints.c.customer_address == address) & (t.complaints.c.reference != reference) & t.IN_HAND
        connection.execute(
            update(t.complaints).where(others).values(undeliverable=True, version=t.complaints.c.version + 1)
        )
    members = {story.lost_member for story in stories if story.lost_member}
    if members:
        connection.execute(delete(t.unreachable).where(t.unreachable.c.address.in_(members)))
        new_rows(connection, t.unreachable, [{"address": address, "since": now} for address in sorted(members)])


def record_reached(connection: Connection, stories: Sequence[Story]) -> None:
    """Who wrote can be written to again, unless a later mail says otherwise."""
    addresses: set[str] = set()
    for story in stories:
        if story.reached:
            addresses.add(story.reached)
        addresses -= {each for each in (story.lost_customer, story.lost_member) if each}
    if addresses:
        connection.execute(delete(t.unreachable).where(t.unreachable.c.address.in_(addresses)))
        deliverable_again(connection, addresses)


def deliverable_again(connection: Connection, addresses: Iterable[str]) -> None:
    """Take the mark off complaints of these customers."""
    marked = t.complaints.c.customer_address.in_(addresses) & t.LOST
    connection.execute(
        update(t.complaints).where(marked).values(undeliverable=False, version=t.complaints.c.version + 1)
    )
