"""A story's facts: a new complaint, a changed one, and what members did about it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from vastine.core.complaint import Complaint, Event
from vastine.core.outgoing import CUSTOMER_KINDS
from vastine.core.story import Story
from vastine.edges.store import tables as t
from vastine.edges.store.facts.answered import answered_directly, dropped, taken_over
from vastine.edges.store.facts.cells import cell_of, record_cells
from vastine.edges.store.facts.resolved import reopened, resolved, undone

# What a member does to a complaint that shows that they took it up. Notes, tags and the like do not.
HANDLING: Final = frozenset({"answered", "seen", "resolved", "waiting", "assignee", "team", "merged", "status"})
_COPIED: Final = ("status", "assignee", "clock_priority", "resolved_at", "promise", "clock_run")
_CHANGED: Final = (
    update(t.facts)
    .where(t.facts.c.reference == bindparam("of"))
    .values({name: bindparam(name) for name in ("cell", *_COPIED)})
)


def record_facts(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    """Write down what the measures need of these stories. The stories themselves are recorded already."""
    opened = [story for story in stories if story.opens and story.complaint and story.delivery]
    record_cells(connection, [s.complaint for s in opened if s.complaint])
    _insert(connection, t.facts, [_of_complaint(s.complaint) for s in opened if s.complaint])
    _insert(connection, t.customer_mails, [_of_mail(s) for s in stories if s.sender_kind == "customer"])
    _insert(
        connection,
        t.complaint_words,
        [{"ledger_id": s.delivery.id, "words": " ".join(s.words)} for s in opened if s.delivery and s.words],
    )
    promised = [(s.complaint, s.complaint.promise) for s in opened if s.complaint and s.complaint.promise]
    _insert(
        connection,
        t.promises,
        [{"reference": c.reference, "made_at": now, "due_at": due} for c, due in promised],
    )
    others = [story for story in stories if not story.opens and (story.complaint or story.events or story.others)]
    if others:
        _record_changes(connection, others, now)


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _of_complaint(complaint: Complaint) -> dict[str, Any]:
    return {
        "reference": complaint.reference,
        "opened_at": complaint.opened_at,
        "customer": complaint.customer.address,
        **_changing(complaint),
    }


def _of_mail(story: Story) -> dict[str, Any]:
    if story.delivery is None:
        raise ValueError("a story without a delivery has no mail of a customer")
    return {
        "ledger_id": story.delivery.id,
        "reference": story.reference,
        "at": story.delivery.arrived_at,
        "first": story.opens,
        "asks": story.asks,
        "rules": "\n".join(rule["name"] for rule in story.rules if rule["matched"]),
    }


def _record_changes(connection: Connection, stories: Sequence[Story], now: datetime) -> None:
    """Each complaint of a story changes by itself: of two that are merged, the one that it was merged into too."""
    touched = {after.reference for story in stories for after in _changed_by(story)}
    references = touched | {story.reference for story in stories if story.reference}
    rows = connection.execute(select(t.facts).where(t.facts.c.reference.in_(references)))
    known: dict[str, Mapping[str, Any]] = {row.reference: dict(row._mapping) for row in rows}  # noqa: SLF001 - public
    changed: dict[str, Complaint] = {}
    moved: list[Complaint] = []
    for story in stories:
        if story.reference in known:
            _record_deeds(connection, story, now)
        for complaint in _changed_by(story):
            if (before := known.get(complaint.reference)) is None:
                continue
            after = _changing(complaint)
            _record_change(connection, before, complaint, story, now)
            if any(before[name] != after[name] for name in after):
                changed[complaint.reference] = complaint
            if before["cell"] != after["cell"]:
                moved.append(complaint)
            known[complaint.reference] = {**before, **after}
    record_cells(connection, moved)
    if changed:
        connection.execute(_CHANGED, [{"of": key, **_changing(changed[key])} for key in sorted(changed)])


def _changing(complaint: Complaint) -> dict[str, Any]:
    return {"cell": cell_of(complaint), **{name: getattr(complaint, name) for name in _COPIED}}


def _changed_by(story: Story) -> tuple[Complaint, ...]:
    return (*((story.complaint,) if story.complaint else ()), *story.others)


def _record_change(
    connection: Connection, before: Mapping[str, Any], after: Complaint, story: Story, now: datetime
) -> None:
    """What became of one complaint by this story."""
    by = next((e.actor for e in story.events if e.kind == "resolved" and e.reference == after.reference), None)
    # An answer that went along is taken back by itself too, and then the complaint is opened again, in a new run.
    was_undone = after.clock_run == before["clock_run"] and any(event.kind == "undone" for event in story.events)
    if before["status"] == "waiting" and after.status != "waiting":
        _end_wait(connection, after.reference, _moment_of(story, now))
    if after.status == "waiting" and before["status"] != "waiting":
        wait = {"reference": after.reference, "since": after.waiting_since or now}
        connection.execute(insert(t.waits), [wait])
    if after.promise != before["promise"]:
        _renew(connection, after, now)
    if before["resolved_at"] is not None and after.resolved_at is None:
        (undone if was_undone else reopened)(connection, after, before["resolved_at"], now)
    if after.resolved_at is not None and before["resolved_at"] is None:
        resolved(connection, after, _member(by))
    if before["status"] != after.status:
        _record_standing(connection, before, after, story, now)


def _moment_of(story: Story, now: datetime) -> datetime:
    """When it happened: a customer's mail takes effect from when it arrived."""
    return story.delivery.arrived_at if story.delivery and story.sender_kind == "customer" else now


def _end_wait(connection: Connection, reference: str, at: datetime) -> None:
    """One that ends before it began, by a mail that lay elsewhere meanwhile, was none."""
    running = (t.waits.c.reference == reference) & t.waits.c.until.is_(None)
    connection.execute(delete(t.waits).where(running, t.waits.c.since >= at))
    connection.execute(update(t.waits).where(running).values(until=at))


def _renew(connection: Connection, after: Complaint, now: datetime) -> None:
    """Another promise stands in place of the one before; it may stand already, taken over from a merged complaint."""
    p = t.promises.c
    standing = (p.reference == after.reference) & p.ended_at.is_(None)
    if after.promise is None:
        connection.execute(update(t.promises).where(standing).values(ended_at=now, ended="dropped"))
        return
    before = standing & (p.due_at != after.promise)
    connection.execute(update(t.promises).where(before).values(ended_at=now, ended="renewed"))
    if connection.execute(select(p.id).where(standing)).first() is None:
        promise = {"reference": after.reference, "made_at": now, "due_at": after.promise}
        connection.execute(insert(t.promises), [promise])


def _record_standing(
    connection: Connection, before: Mapping[str, Any], after: Complaint, story: Story, now: datetime
) -> None:
    """Spam, or merged into another: its promise is dropped, unless the other took it over; what the customer asked
    there is answered in the other.
    """
    if after.status == "merged":
        target = next((other for other in story.others if other.reference == after.merged_into), None)
        if target is not None and target.promise == after.promise:
            taken_over(connection, after.reference, target, now)
    if after.status in ("merged", "spam"):
        dropped(connection, after.reference, now)
    if after.status == "merged":
        unanswered = (t.customer_mails.c.reference == after.reference) & t.customer_mails.c.answered_at.is_(None)
        moved = {"reference": after.merged_into, "first": False}
        connection.execute(update(t.customer_mails).where(unanswered).values(moved))
    if before["status"] == "spam" and after.status == "open":
        again = (t.promises.c.reference == after.reference) & (t.promises.c.due_at == after.promise)
        connection.execute(
            update(t.promises)
            .where(again, t.promises.c.ended == "dropped")
            .values(ended_at=None, ended=None, until=None)
        )


def _record_deeds(connection: Connection, story: Story, now: datetime) -> None:
    """What members wrote and did, and what did not arrive, by the story's events."""
    for event in story.events:
        if event.reference != story.reference:
            continue
        if event.kind == "answered":
            _record_answer(connection, story, event, now)
        if event.kind in HANDLING and event.actor != "vastine":
            unhandled = (t.steps.c.reference == event.reference) & t.steps.c.handled_at.is_(None)
            handled = {"handled_at": event.at, "handled_by": _member(event.actor)}
            connection.execute(update(t.steps).where(unhandled, t.steps.c.taken_at <= event.at).values(handled))
        if event.kind == "undeliverable" and event.detail.get("kind") in CUSTOMER_KINDS:
            first = (t.facts.c.reference == event.reference) & t.facts.c.undeliverable_at.is_(None)
            connection.execute(update(t.facts).where(first).values(undeliverable_at=event.at))
    if story.withdrawn:
        connection.execute(delete(t.answers).where(t.answers.c.message_id.in_(story.withdrawn)))


def _record_answer(connection: Connection, story: Story, event: Event, now: datetime) -> None:
    """An answer that waits to be sent, or one that the customer has from the member already."""
    answer: dict[str, Any] = {"reference": event.reference, "member": _member(event.actor), "written_at": event.at}
    if not event.detail.get("directly"):
        ours = next((mail.message_id for mail in story.mails if mail.draft.kind == "answer"), None)
        connection.execute(insert(t.answers), [{**answer, "message_id": ours}])
        return
    was_sent = story.delivery.arrived_at if story.delivery and story.delivery.folder == "sent" else now
    connection.execute(insert(t.answers), [{**answer, "written_at": was_sent, "accepted_at": was_sent}])
    answered_directly(connection, event.reference, was_sent, _member(event.actor))


def _member(actor: str | None) -> str | None:
    """The key of a member; None for who wrote from the shared mailbox itself, known by its address only."""
    return None if actor is None or "@" in actor else actor
