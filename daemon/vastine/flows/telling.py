"""Telling staff of a mail: the routed mail of a new complaint, and the customer's further mails."""

from collections.abc import Iterable
from datetime import datetime

from vastine.core.complaint import Complaint
from vastine.core.compose import routed
from vastine.core.desk import Desk
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.recipients import address_of, concerned, named, recipients
from vastine.core.story import Letter

EARLIER_SHOWN = 5


def tell_of_mail(
    complaint: Complaint, mail: Mail, desk: Desk, office: Office, now: datetime, *, also: Iterable[str], follow_up: bool
) -> tuple[Letter, ...]:
    """A routed mail (or with `follow_up` a mail of that kind) to whom it concerns and to those whom rules `tell`."""
    book = office.rulebook
    on = now.astimezone(book.timezone).date()
    first = recipients(concerned(complaint), complaint, book, on=on, admin=office.admin)
    people = {address_of(person): person for person in (*first, *named(also, complaint, book, on=on))}
    known = desk.earlier.get(complaint.customer.address, ())
    earlier = tuple(c for c in known if c.reference != complaint.reference)[:EARLIER_SHOWN]
    return tuple(
        Letter(
            draft=routed(
                book,
                complaint,
                mail=mail,
                recipient=recipient,
                decision=complaint.decision,
                earlier=earlier,
                now=now,
                authenticated=complaint.authenticated,
                follow_up=follow_up,
            )
        )
        for recipient in people.values()
    )
