"""What is known that bears on a batch of mails: a few look-ups, each for the whole batch."""

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Any, Final

from sqlalchemy import Column, Connection, Select, case, func, over, select

from vastine.core.assignment import UNREACHABLE_FOR
from vastine.core.complaint import Complaint
from vastine.core.desk import EARLIER_KEPT, Desk, Grant, Held, Seen
from vastine.core.past import KINDS
from vastine.core.tokens import new_reference
from vastine.edges.store import tables as t
from vastine.edges.store.rows import complaint_of, event_of
from vastine.edges.store.surveys import histories_of, with_awaited

OPENED_KEPT: Final = 50  # of a customer: how far `recent` can count
MATTERS_TOLD: Final = 20  # in one mail about the status
PURPOSES: Final = {"staff": "s", "customer": "c"}  # of whoever answers a mail of ours
MAILS_AT_MOST: Final = 1000  # in a batch
LATELY: Final = timedelta(minutes=30)  # two answers within it were written at once
LEFT: Final = ("sending", "unknown", "sent")  # states of a mail that its recipient may have
LOOKED_BACK: Final = timedelta(hours=25)  # for mails of staff that were not proven, and for answers that are held


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What a batch of mails refers to, and so has to be looked up: hashes, tokens' hashes, Message-IDs, addresses,
    and references that it only names. `asks_for_work`: a mail may ask for what is in hand. `asking` are the addresses
    that ask for the status of their matters, `shown` the references that a member wants to see. `survey_within`: a mail
    may resolve a complaint, and a survey, if any, follows within so long; None where that is not so.
    """

    sha256s: frozenset[str]
    content_keys: frozenset[str]
    token_hashes: frozenset[str]
    message_ids: frozenset[str]
    addresses: frozenset[str]
    references: frozenset[str] = frozenset()
    asks_for_work: bool = False
    asking: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    survey_within: timedelta | None = None


def desk_for(connection: Connection, inquiry: Inquiry, *, mails: int, per_hour: int, now: datetime) -> Desk:
    """Fill a desk with a few look-ups, each for the whole batch."""
    desk = Desk(
        seen={
            **_seen(connection, t.ledger.c.content_key, inquiry.content_keys),
            **_seen(connection, t.ledger.c.sha256, inquiry.sha256s),
        },
        grants=_grants(connection, inquiry.token_hashes),
        ours=_ours(connection, inquiry.message_ids),
        theirs=_theirs(connection, inquiry.message_ids),
        references=_free_references(connection, mails),
    )
    _add_complaints(connection, desk, inquiry)
    references = _add_work(connection, desk, inquiry.shown, now)
    if inquiry.survey_within is not None:
        _add_histories(connection, desk, references, inquiry.survey_within, now)
    if inquiry.asks_for_work:
        in_hand = select(t.complaints).where(t.IN_HAND).order_by(t.complaints.c.opened_at)
        desk.work = tuple(complaint_of(row) for row in connection.execute(in_hand))
    _add_acknowledgements(connection, desk, inquiry.addresses, per_hour, now)
    _add_matters(connection, desk, inquiry.asking, now)
    desk.unreachable |= unreachable_members(connection, now)
    loads = select(t.complaints.c.assignee, func.count()).where(t.IN_HAND).group_by(t.complaints.c.assignee)
    desk.loads.update({member: count for member, count in connection.execute(loads) if member})
    desk.turns.update({row.team: row.member for row in connection.execute(select(t.turns))})
    return desk


def _seen(connection: Connection, key: Column[str], wanted: frozenset[str]) -> dict[str, Seen]:
    """Earlier deliveries by one of their keys. What is in quarantine was not handled, and may come again."""
    if not wanted:
        return {}
    rows = connection.execute(
        select(key.label("key"), t.ledger.c.outcome, t.ledger.c.reference)
        .where(key.in_(wanted), t.HANDLED)
        .order_by(t.ledger.c.id.desc())
    )
    return {row.key: Seen(outcome=row.outcome, reference=row.reference) for row in rows}


def _grants(connection: Connection, hashes: frozenset[str]) -> dict[str, Grant]:
    if not hashes:
        return {}
    rows = connection.execute(
        select(t.tokens, t.outbox.c.kind, t.outbox.c.bounced_at)
        .join(t.outbox, t.outbox.c.message_id == t.tokens.c.message_id)
        .where(t.tokens.c.hash.in_(hashes))
    )
    return {
        row.hash: Grant(
            via="token",
            purpose=row.purpose,
            party=row.party,
            reference=row.reference,
            message_id=row.message_id,
            kind=row.kind,
            revoked=row.revoked_at is not None,
            failed=row.bounced_at is not None,
        )
        for row in rows
    }


def _ours(connection: Connection, message_ids: frozenset[str]) -> dict[str, Grant]:
    if not message_ids:
        return {}
    ended = select(t.tokens.c.hash).where(
        t.tokens.c.reference == t.outbox.c.reference,
        t.tokens.c.party == t.outbox.c.party,
        t.tokens.c.message_id == t.outbox.c.message_id,
        t.tokens.c.revoked_at.is_not(None),
    )
    wanted = (
        t.outbox.c.message_id,
        t.outbox.c.party,
        t.outbox.c.reference,
        t.outbox.c.kind,
        t.outbox.c.bounced_at,
    )
    rows = connection.execute(
        select(*wanted, ended.exists().label("revoked")).where(t.outbox.c.message_id.in_(message_ids))
    )
    return {
        row.message_id: Grant(
            via="Message-ID",
            purpose=PURPOSES.get(row.party.partition(":")[0], "b"),
            party=row.party,
            reference=row.reference,
            message_id=row.message_id,
            kind=row.kind,
            revoked=row.revoked,
            failed=row.bounced_at is not None,
        )
        for row in rows
    }


def _theirs(connection: Connection, message_ids: frozenset[str]) -> dict[str, str]:
    wanted = select(t.incoming.c.message_id, t.incoming.c.reference).where(t.incoming.c.message_id.in_(message_ids))
    return {row.message_id: row.reference for row in connection.execute(wanted.order_by(t.incoming.c.ledger_id))}


def _add_complaints(connection: Connection, desk: Desk, inquiry: Inquiry) -> None:
    wanted = {*inquiry.references, *desk.theirs.values()}
    wanted |= {grant.reference for grant in chain(desk.grants.values(), desk.ours.values()) if grant.reference}
    while wanted:
        found = _complaints(connection, wanted)
        desk.complaints.update(found)
        wanted = {c.merged_into for c in found.values() if c.merged_into} - desk.complaints.keys()
    newest = connection.execute(_newest(inquiry.addresses)).all()
    lately = [row.reference for row in newest if row.place <= EARLIER_KEPT]
    desk.complaints.update(_complaints(connection, set(lately) - desk.complaints.keys()))
    for complaint in (desk.complaints[reference] for reference in lately):
        known = desk.earlier.get(complaint.customer.address, ())
        desk.earlier[complaint.customer.address] = (*known, complaint)
    for row in newest:
        desk.opened[row.customer_address] = (*desk.opened.get(row.customer_address, ()), row.opened_at)


def _add_work(connection: Connection, desk: Desk, shown: frozenset[str], now: datetime) -> set[str]:
    """What staff have done in the complaints that members write about. Returns the references of these."""
    grants = [grant for grant in chain(desk.grants.values(), desk.ours.values()) if grant.purpose == "s"]
    written_about = {grant.reference for grant in grants if grant.reference} | (shown & desk.complaints.keys())
    references = _with_merged(connection, desk, written_about, now)
    if not references:
        return references
    _add_held(connection, desk, references, now)
    done = select(t.events).where(t.events.c.reference.in_(references), t.events.c.kind.in_(KINDS))
    for row in connection.execute(done.order_by(t.events.c.id)):
        desk.past[row.reference] = (*desk.past.get(row.reference, ()), event_of(row))
        if row.kind == "undone":
            desk.take_back(row.reference, row.detail)
        elif row.kind == "answered" and row.at > now - LATELY:
            desk.answered[row.reference] = (*desk.answered.get(row.reference, ()), (row.actor, row.at))
    members = {grant.party.partition(":")[2] for grant in grants}
    returned = select(t.events.c.actor, t.events.c.at, t.events.c.detail).where(
        t.events.c.actor.in_(members), t.RETURNED, t.events.c.at > now - LOOKED_BACK
    )
    for row in connection.execute(returned.order_by(t.events.c.id)):
        desk.returned[row.actor] = (*desk.returned.get(row.actor, ()), row.at)
        if "not_verified" in row.detail["problems"]:
            desk.unproven[row.actor] = (*desk.unproven.get(row.actor, ()), row.at)
    return references


def _add_held(connection: Connection, desk: Desk, references: set[str], now: datetime) -> None:
    """What goes to these customers and can still be undone; a closing by whoever resolved the complaint."""
    resolved = select(t.events.c.reference, t.events.c.at, t.events.c.actor).where(
        t.events.c.reference.in_(references), t.events.c.kind == "resolved", t.events.c.at > now - LOOKED_BACK
    )
    resolved_by = {(row.reference, row.at): row.actor for row in connection.execute(resolved)}
    columns = (t.outbox.c.reference, t.outbox.c.message_id, t.outbox.c.created_at, t.outbox.c.kind)
    held = select(*columns).where(
        t.outbox.c.reference.in_(references), t.outbox.c.kind.in_(("answer", "closing")), t.outbox.c.state == "held"
    )
    for row in connection.execute(held.order_by(t.outbox.c.id)):
        by = resolved_by.get((row.reference, row.created_at)) if row.kind == "closing" else None
        mail = Held(message_id=row.message_id, created_at=row.created_at, kind=row.kind, by=by)
        desk.held[row.reference] = (*desk.held.get(row.reference, ()), mail)


def _add_histories(
    connection: Connection, desk: Desk, references: set[str], survey_within: timedelta, now: datetime
) -> None:
    """What bears on asking the customers of these complaints, should they be resolved now."""
    complaints = [complaint for each in sorted(references) if (complaint := desk.complaints.get(each)) is not None]
    if complaints:
        histories = histories_of(connection, complaints, now)
        desk.histories.update(with_awaited(connection, histories, complaints, now - survey_within))


def _with_merged(connection: Connection, desk: Desk, references: set[str], now: datetime) -> set[str]:
    """These complaints, what they were merged into, and what was merged into that lately: an answer of which a member
    writes may stand in any of them.
    """
    found = references | {current.reference for each in references if (current := desk.current(each))}
    newest = found
    while newest:
        merged = select(t.events.c.detail).where(
            t.events.c.reference.in_(newest), t.events.c.kind == "merged", t.events.c.at > now - LOOKED_BACK
        )
        newest = {detail["from"] for detail in connection.scalars(merged) if "from" in detail} - found
        found |= newest
    desk.complaints.update(_complaints(connection, found - desk.complaints.keys()))
    return found


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


def _complaints(connection: Connection, references: Iterable[str]) -> dict[str, Complaint]:
    rows = connection.execute(select(t.complaints).where(t.complaints.c.reference.in_(references)))
    return {complaint.reference: complaint for complaint in map(complaint_of, rows)}


def _add_acknowledgements(
    connection: Connection, desk: Desk, addresses: frozenset[str], per_hour: int, now: datetime
) -> None:
    acknowledgements = t.outbox.c.kind == "acknowledgement"
    today = (
        select(t.outbox.c.recipient, func.count(), func.sum(case((t.outbox.c.state.in_(LEFT), 1), else_=0)))
        .where(acknowledgements, t.outbox.c.recipient.in_(addresses), t.outbox.c.due_at > now - timedelta(days=1))
        .group_by(t.outbox.c.recipient)
    )
    for recipient, count, left in connection.execute(today):
        desk.acknowledged_today[recipient] = count
        if left:
            desk.acknowledged.add(recipient)
    _add_times(connection, desk, per_hour, now)


def _add_matters(connection: Connection, desk: Desk, asking: frozenset[str], now: datetime) -> None:
    """What is in hand of those who ask for it, newest first, and who of them had an answer to that already."""
    if not asking:
        return
    told = select(t.outbox.c.recipient).where(
        t.outbox.c.kind == "status", t.outbox.c.recipient.in_(asking), t.outbox.c.due_at > now - timedelta(days=1)
    )
    desk.told_status.update(connection.scalars(told))
    for address in asking:
        newest = (
            select(t.complaints)
            .where(t.complaints.c.customer_address == address, t.IN_HAND)
            .order_by(t.complaints.c.opened_at.desc())
            .limit(MATTERS_TOLD)
        )
        desk.matters[address] = tuple(complaint_of(row) for row in connection.execute(newest))


def unreachable_members(connection: Connection, now: datetime) -> set[str]:
    """The addresses of members of staff whose mailbox refused our mail for good within the last day."""
    lately = t.unreachable.c.since > now - UNREACHABLE_FOR
    return set(connection.scalars(select(t.unreachable.c.address).where(lately)))


def _add_times(connection: Connection, desk: Desk, per_hour: int, now: datetime) -> None:
    """The times of the newest acknowledgements, where the hour is nearly full; else there is room in any case."""
    this_hour = (t.outbox.c.kind == "acknowledgement") & (t.outbox.c.due_at > now - timedelta(hours=1))
    count = connection.scalar(select(func.count()).select_from(t.outbox).where(this_hour)) or 0
    if count + MAILS_AT_MOST < per_hour:
        return
    newest = select(t.outbox.c.due_at).where(this_hour).order_by(t.outbox.c.due_at.desc()).limit(per_hour)
    desk.acknowledgement_times.extend(reversed(connection.scalars(newest).all()))


def _free_references(connection: Connection, count: int) -> Iterator[str]:
    drawn: list[str] = []
    while len(drawn) < count:
        candidates = {new_reference(secrets.token_bytes) for _ in range(count)}
        taken = connection.scalars(select(t.complaints.c.reference).where(t.complaints.c.reference.in_(candidates)))
        drawn.extend(candidates - set(taken) - set(drawn))
    return iter(drawn)
