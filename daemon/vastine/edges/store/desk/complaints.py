"""The complaints that mails refer to, and those that their customers had."""

from collections.abc import Iterable
from itertools import chain
from typing import Any, Final

from sqlalchemy import Connection, Select, func, over, select

from vastine.core.complaint import Complaint
from vastine.core.desk import EARLIER_KEPT, Desk, Inquiry
from vastine.edges.store import tables as t
from vastine.edges.store.rows import complaint_of

OPENED_KEPT: Final = 50  # of a customer: how far `recent` can count


def add_complaints(connection: Connection, desk: Desk, inquiry: Inquiry) -> None:
    wanted = {*inquiry.references, *desk.theirs.values()}
    wanted |= {grant.reference for grant in chain(desk.grants.values(), desk.ours.values()) if grant.reference}
    while wanted:
        found = complaints_of(connection, wanted)
        desk.complaints.update(found)
        wanted = {c.merged_into for c in found.values() if c.merged_into} - desk.complaints.keys()
    newest = connection.execute(_newest(inquiry.addresses)).all()
    lately = [row.reference for row in newest if row.place <= EARLIER_KEPT]
    desk.complaints.update(complaints_of(connection, set(lately) - desk.complaints.keys()))
    for complaint in (desk.complaints[reference] for reference in lately):
        known = desk.earlier.get(complaint.customer.address, ())
        desk.earlier[complaint.customer.address] = (*known, complaint)
    for row in newest:
        desk.opened[row.customer_address] = (*desk.opened.get(row.customer_address, ()), row.opened_at)


def _newest(addresses: frozenset[str]) -> Select[Any]:
    """The newest complaints of these customers with their places, 1 for a customer's newest, from the index alone."""
    of_customer = over(
        func.row_number(), partition_by=t.complaints.c.customer_address, order_by=t.complaints.c.opened_at.desc()
    )
    wanted = (t.complaints.c.reference, t.complaints.c.customer_address, t.complaints.c.opened_at)
    placed = (
        select(*wanted, of_customer.label("place"))
        .where(t.complaints.c.customer_address.in_(addresses), t.complaints.c.status != "spam")
        .subquery()
    )
    return select(placed).where(placed.c.place <= OPENED_KEPT).order_by(placed.c.place)


def complaints_of(connection: Connection, references: Iterable[str]) -> dict[str, Complaint]:
    rows = connection.execute(select(t.complaints).where(t.complaints.c.reference.in_(references)))
    return {complaint.reference: complaint for complaint in map(complaint_of, rows)}
