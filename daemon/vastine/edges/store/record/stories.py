"""Writing stories down: everything that follows from some mails or a tick, one statement a table."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, bindparam, delete, insert, select, tuple_, update

from vastine.core.complaint import Complaint, SurveyAnswered, SurveyAsked
from vastine.core.outgoing import UNDONE, Outgoing
from vastine.core.story import Story
from vastine.core.tokens import mask_text
from vastine.edges.store import tables as t
from vastine.edges.store.facts import record_facts
from vastine.edges.store.rows import columns_of, event_columns
from vastine.edges.store_errors import ConflictError


def new_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert many rows in one statement; none is fine."""
    if rows:
        connection.execute(insert(table), rows)


def record_stories(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    """Write stories, one statement a table. The order of the tables keeps foreign keys satisfied."""
    opened = [
        {**columns_of(s.complaint), "source": s.delivery.sha256}
        for s in stories
        if s.complaint and s.opens and s.delivery
    ]
    new_rows(connection, t.complaints, opened)
    _change(connection, stories)
    _record_lost(connection, stories, now)
    _record_reached(connection, stories)
    _record_outcomes(connection, stories, now)
    new_rows(connection, t.events, [event_columns(event) for story in stories for event in story.events])
    new_rows(
        connection,
        t.steps,
        [
            {"reference": s.reference, "clock_run": s.clock_run, "at": s.at, "taken_at": s.taken_at}
            for story in stories
            for s in story.steps
        ],
    )
    _record_gathered(connection, stories)
    _withdraw(connection, stories, now)
    _record_surveys(connection, stories, now)
    _record_revocations(connection, stories, now)
    record_mails(connection, [mail for story in stories for mail in story.mails])
    _record_turns(connection, stories)
    record_facts(connection, stories, now)


# Made once: SQLAlchemy takes a millisecond to write a statement with so many values.
_CHANGED = (
    update(t.complaints)
    .where(t.complaints.c.reference == bindparam("of_reference"), t.complaints.c.version == bindparam("as_read"))
    .values({column.name: bindparam(f"new_{column.name}") for column in t.complaints.c if column.name != "source"})
)


def _change(connection: Connection, stories: Sequence[Story]) -> None:
    """The last state of each complaint that changes. In the order of their references, so that two processes which
    change the same two wait for each other one way only.
    """
    changed: dict[str, Complaint] = {}
    for story in stories:
        own = (story.complaint,) if story.complaint and not story.opens else ()
        changed.update({complaint.reference: complaint for complaint in (*own, *story.others)})
    for reference in sorted(changed):
        complaint = changed[reference]
        values = {f"new_{name}": value for name, value in columns_of(complaint).items()}
        values |= {"of_reference": reference, "as_read": complaint.version, "new_version": complaint.version + 1}
        if not connection.execute(_CHANGED, values).rowcount:
            raise ConflictError(f"{reference} was changed meanwhile")


def _record_lost(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
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


def _record_reached(connection: Connection, stories: Sequence[Story]) -> None:
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


def _record_outcomes(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    decided = [
        {
            "row_id": story.delivery.id,
            "outcome": story.outcome,
            "reason": story.reason,
            "reference": story.reference,
            "message_id": story.mail.message_id if story.mail else "",
            "content_key": story.delivery.content_key,
        }
        for story in stories
        if story.delivery is not None
    ]
    if decided:
        connection.execute(update(t.ledger).where(t.ledger.c.id == bindparam("row_id")), decided)
    new_rows(connection, t.incoming, [_incoming_columns(s) for s in stories if s.delivery and s.mail and s.sender_kind])
    again = [s.delivery.id for s in stories if s.delivery and s.delivery.outcome == "quarantined"]
    if again:
        connection.execute(delete(t.quarantine).where(t.quarantine.c.ledger_id.in_(again)))
    new_rows(
        connection,
        t.quarantine,
        [
            {
                "ledger_id": s.delivery.id,
                "mailbox": s.delivery.mailbox,
                "uid": s.delivery.uid,
                "sha256": s.delivery.sha256,
                "reason": s.reason,
                "tries": s.delivery.tries,
                "at": now,
                "state": "waiting",
            }
            for s in stories
            if s.delivery and s.outcome == "quarantined"
        ],
    )


def _incoming_columns(story: Story) -> dict[str, Any]:
    if story.delivery is None or story.mail is None:
        raise ValueError("a story without a mail has nothing incoming")
    mail = story.mail
    return {
        "ledger_id": story.delivery.id,
        "reference": story.reference,
        "kind": story.sender_kind,
        "message_id": mail.message_id,
        "sender": [{"name": a.name, "address": a.address} for a in mail.from_],
        "recipients": [{"name": a.name, "address": mask_text(a.address)} for a in (*mail.to, *mail.cc)],
        "subject": mail.subject,
        "at": story.delivery.arrived_at,
    }


def _record_gathered(connection: Connection, stories: Sequence[Story]) -> None:
    """Notices of the ladder that wait; and those that waited, which go with what is made of them or not at all."""
    rows = [
        {
            "reference": each.reference,
            "member": each.member,
            "address": each.address,
            "kind": each.kind,
            "steps": [[step.written, step.clock, step.run] for step in each.steps],
            "as_assignee": each.as_assignee,
            "because": each.because,
            "created_at": each.created_at,
            "due_at": each.due_at,
        }
        for story in stories
        for each in story.gathered
    ]
    new_rows(connection, t.gathered, rows)
    told = {row for story in stories for row in story.told}
    if told and connection.execute(delete(t.gathered).where(t.gathered.c.id.in_(told))).rowcount != len(told):
        raise ConflictError("a notice that waited was told meanwhile")


def _withdraw(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    """Take back answers that are held; ConflictError where one has left meanwhile."""
    ids = [message_id for story in stories for message_id in story.withdrawn]
    if not ids:
        return
    waits = t.outbox.c.message_id.in_(ids) & (t.outbox.c.state == "held")
    rows = connection.scalars(
        update(t.outbox).where(waits).values(state="failed", next_attempt_at=None).returning(t.outbox.c.id)
    ).all()
    if len(rows) != len(ids):
        raise ConflictError("an answer that was to be taken back has left")
    notes = [{"outbox_id": row, "at": now, "outcome": "failed", "detail": UNDONE} for row in rows]
    connection.execute(insert(t.attempts), notes)


def _record_surveys(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    """Who was asked, once a complaint; what they answered, the newest in place of any before; who wants no surveys."""
    asked = [story.survey for story in stories if isinstance(story.survey, SurveyAsked)]
    rows = [{"reference": each.reference, "kind": each.kind, "asked_at": each.asked_at} for each in asked]
    new_rows(connection, t.surveys, rows)
    answered = [
        {
            "of": each.reference,
            "score": each.score,
            "comment": mask_text(each.comment),
            "answered_at": each.answered_at,
        }
        for each in (story.survey for story in stories)
        if isinstance(each, SurveyAnswered)
    ]
    if answered:
        connection.execute(update(t.surveys).where(t.surveys.c.reference == bindparam("of")), answered)
    refused = {story.no_surveys for story in stories if story.no_surveys}
    if refused:
        known = set(connection.scalars(select(t.no_surveys.c.address).where(t.no_surveys.c.address.in_(refused))))
        new_rows(connection, t.no_surveys, [{"address": each, "since": now} for each in sorted(refused - known)])


def _record_revocations(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    ended = [(story.reference, story.revoked_party) for story in stories if story.revoked_party]
    if ended:
        connection.execute(
            update(t.tokens)
            .where(tuple_(t.tokens.c.reference, t.tokens.c.party).in_(ended), t.tokens.c.revoked_at.is_(None))
            .values(revoked_at=now)
        )


def _record_turns(connection: Connection, stories: Sequence[Story]) -> None:
    turns = {
        s.complaint.team: s.complaint.assignee
        for s in stories
        if s.complaint and (s.opens or s.in_turn) and s.complaint.assignee
    }
    for team, member in turns.items():
        if not connection.execute(update(t.turns).where(t.turns.c.team == team).values(member=member)).rowcount:
            connection.execute(insert(t.turns).values(team=team, member=member))


def record_mails(connection: Connection, mails: Sequence[Outgoing]) -> None:
    """Put sealed mails into the outbox with the hashes of their tokens."""
    rows = []
    for mail in mails:
        due = mail.draft.not_before or mail.created_at
        rows.append(
            {
                "message_id": mail.message_id,
                "kind": mail.draft.kind,
                "reference": mail.draft.reference,
                "mailbox": mail.draft.mailbox,
                "party": mail.draft.party,
                "recipient": mail.draft.to.address,
                "subject": mail.draft.subject,
                "envelope_from": mail.envelope_from,
                "raw": mail.raw,
                "state": "held" if due > mail.created_at else "ready",
                "created_at": mail.created_at,
                "due_at": due,
                "rank": 0 if mail.draft.kind == "answer" else 1,
                "next_attempt_at": due,
            }
        )
    new_rows(connection, t.outbox, rows)
    new_rows(
        connection,
        t.tokens,
        [
            {
                "hash": token.hash,
                "purpose": token.purpose,
                "party": token.party,
                "reference": token.reference,
                "message_id": token.message_id,
            }
            for mail in mails
            for token in mail.tokens
        ],
    )
