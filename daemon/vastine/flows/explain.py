"""What would happen to a mail, and why: the very decisions of the intake, with nothing recorded."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from vastine.core.complaint import Complaint
from vastine.core.compose.links import LINK_START
from vastine.core.desk import Desk
from vastine.core.kind import kind_of
from vastine.core.mail import Address, Mail
from vastine.core.office import Office
from vastine.core.reading import Read, Reading
from vastine.core.rules import Decision
from vastine.core.story import Delivery, Letter, Story
from vastine.core.tokens import new_reference
from vastine.edges.signatures import Signatures
from vastine.edges.store import Recorded, Store
from vastine.flows.conclude import conclude
from vastine.flows.inquiry import inquiry_of
from vastine.flows.opening import open_complaint
from vastine.flows.replay import Openings, opened_before
from vastine.flows.tying import tied, tied_all


def explain(
    raw: bytes,
    reading: Reading,
    *,
    file: str,
    mailbox: str,
    office: Office,
    store: Store | None,
    signatures: Signatures,
    now: datetime,
) -> dict[str, Any]:
    """One mail, and what was read in it, in the shape of `explain --json`. `store`, where there is one, tells what is
    known of the customer.
    """
    [taken] = tied_all([_delivery(raw, mailbox, now)], [reading], office, signatures)
    story = conclude(taken, _desk(taken, office, store, now), office, now)
    return shown(story, taken, file=file)


def explain_complaint(recorded: Recorded, reading: Reading, openings: Openings, office: Office) -> dict[str, Any]:
    """What was decided of a complaint's first mail, by the rules of `office`, with the customer's history as it was.

    Who got it and whether the sender was proven are as they were then; `vastine show` lists the mails that went.
    """
    mail, at, raw = reading.mail, recorded.arrived_at, recorded.raw or b""
    delivery = _delivery(raw, recorded.mailbox, at)
    mailbox = recorded.mailbox if recorded.mailbox in office.mailboxes else next(iter(office.mailboxes))
    taken = tied(replace(delivery, mailbox=mailbox), reading, office)
    senders = (address.address for address in (*mail.from_, *mail.reply_to))
    desk = Desk(references=iter([recorded.reference or ""]), opened=opened_before(openings, senders, recorded.id))
    story = open_complaint(taken, kind_of(mail, ours=False, raw=raw), None, desk, office, at)
    told = shown(story, taken, file=recorded.reference or "")
    kept = recorded.decision or {}
    told["authentication"] = {"verified": recorded.authenticated, "reason": kept.get("authentication", "")}
    if told["decision"] is not None and "assignee" in kept:
        told["decision"]["assignee"] = kept["assignee"]  # it depended on what everybody had in hand then
    told["mails"] = []
    return told


def _delivery(raw: bytes, mailbox: str, at: datetime) -> Delivery:
    return Delivery(
        id=0,
        mailbox=mailbox,
        uidvalidity=0,
        uid=0,
        sha256=hashlib.sha256(raw).hexdigest(),
        tries=1,
        outcome=None,
        arrived_at=at,
        raw=raw,
    )


def _desk(taken: Read, office: Office, store: Store | None, now: datetime) -> Desk:
    if store is None:
        return Desk(references=iter([new_reference(office.random)]))
    return store.look_up(inquiry_of([taken], office), mails=1, per_hour=office.acknowledgements_per_hour, now=now)


def shown(story: Story, taken: Read, *, file: str) -> dict[str, Any]:
    """A story in the shape of `explain --json`."""
    finding = story.finding
    bounce = finding.bounce if finding else None
    return {
        "file": file,
        "mail": _shown_mail(taken.mail, taken.language),
        "kind": finding.kind if finding else "person",
        "kind_reason": finding.reason if finding else story.reason,
        "authentication": {
            "verified": taken.sender.authentication.verified,
            "reason": taken.sender.authentication.reason,
        },
        "bounce": bounce
        and {
            "class": "permanent" if bounce.permanent else "temporary",
            "failed_recipients": list(bounce.failed_recipients),
        },
        "rules": list(story.rules),
        "outcome": story.outcome,
        "reason": story.reason,
        "reference": story.reference,
        "decision": _shown_decision(story.decision, story.complaint) if story.decision and story.rules else None,
        "mails": [_shown_letter(letter) for letter in story.letters],
    }


def _shown_mail(mail: Mail, language: str | None) -> dict[str, Any]:
    return {
        "subject": mail.subject,
        "from": _addresses(mail.from_),
        "to": _addresses(mail.to),
        "cc": _addresses(mail.cc),
        "reply_to": _addresses(mail.reply_to),
        "date": shown_time(mail.date),
        "message_id": mail.message_id,
        "language": language,
        "text": mail.text,
        "new_text": mail.new_text,
        "attachments": [
            {"filename": each.filename, "content_type": each.content_type, "size": each.size}
            for each in mail.attachments
        ],
        "defects": list(mail.defects),
    }


def _addresses(addresses: tuple[Address, ...]) -> list[dict[str, str]]:
    return [{"name": each.name, "address": each.written or each.address} for each in addresses]


def _shown_decision(decision: Decision, complaint: Complaint | None) -> dict[str, Any]:
    """What the rules concluded; what only a complaint has is null where there is none."""
    customer = complaint.customer if complaint else decision.customer
    return {
        "topic": complaint.topic if complaint else decision.topic,
        "tags": list(complaint.tags if complaint else decision.tags),
        "priority": complaint.priority if complaint else decision.priority,
        "team": complaint.team if complaint else decision.team,
        "assignee": complaint.assignee if complaint else decision.assign,
        "customer": {"name": customer.name, "address": customer.address},
        "status": complaint.status if complaint else None,
        "first_reply_due": shown_time(complaint.first_reply_due) if complaint else None,
        "resolve_due": shown_time(complaint.resolve_due) if complaint else None,
        "found": {name: list(values) for name, values in decision.found.items()},
        "set_by": dict(decision.set_by),
        "needs_person": decision.needs_person,
    }


def _shown_letter(letter: Letter) -> dict[str, Any]:
    draft = letter.draft
    return {
        "kind": draft.kind,
        "to": draft.to.address,
        "language": draft.language,
        "subject": draft.subject,
        "text": draft.text.replace(LINK_START, "mailto:...?subject="),  # its address is made when it is sent
        "suppressed": letter.suppressed,
    }


def shown_time(moment: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
