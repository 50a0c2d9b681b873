"""A customer's further mail in a complaint: it joins, whom it concerns is told, and nothing is acknowledged."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from vastine.core.assignment import choose
from vastine.core.complaint import Complaint, Event
from vastine.core.compose import Notice, references_to, status
from vastine.core.desk import Desk
from vastine.core.follow_ups import meaning_of
from vastine.core.joining import Tie
from vastine.core.kind import Finding, no_automatic_answer
from vastine.core.mail import Mail
from vastine.core.next_reply import asked_again
from vastine.core.office import Office
from vastine.core.reading import SHORT_TEXT, Read
from vastine.core.reopening import reopened
from vastine.core.rules import Case, Decision, decide, shown_rules
from vastine.core.story import Letter, Story
from vastine.core.waiting import resumed
from vastine.flows.telling import notices_of, tell_of_mail, told_by

CHASED_AGAIN_AFTER: Final = timedelta(days=1)
LONG_TEXT: Final = (
    200  # characters of a further mail that show that its writer prefers its language to an earlier one's
)


def follow_up(read: Read, finding: Finding, tie: Tie, desk: Desk, office: Office, now: datetime) -> Story:
    """Join a mail to its complaint; a resolved one is opened again, with a new clock for its resolution, unless the
    mail only says thanks or asks for the status. What waits for the customer goes on. After an answer the clock of the
    next one begins to run.

    From anybody but its proven customer it is shown to staff only: answers go on to the customer's own conversation.
    """
    delivery, mail = read.delivery, read.mail
    before = desk.complaints[tie.reference]
    meaning = meaning_of(mail, before)
    decision = decide(office.rulebook, _case(read, finding, before))
    after = _after(before, read, finding, tie, decision, meaning, desk, office)
    story = Story(
        delivery=delivery,
        mail=mail,
        finding=finding,
        outcome="follow_up",
        reason=tie.reason,
        reference=after.reference,
        complaint=after,
        sender_kind="customer",
        asks=tie.level != 2 and _asks(meaning, before),
        language=read.language,
        rules=shown_rules(decision.tried),
        decision=decision,
        events=_events(before, after, read, tie, now),
    )
    if meaning == "status" and _may_be_told(before, read, finding, tie, desk, office):
        return _with_status(story, after, mail, desk, office, now)
    if meaning == "thanks" and before.status == "resolved" and not decision.tell:
        return _with_event(story, "thanked", {"message_id": mail.message_id})
    notices = (*notices_of(read, tie, desk), *_chaser_notices(before, after, meaning, decision))
    told = tell_of_mail(after, mail, desk, office, now, also=told_by(decision), follow_up=True, notices=notices)
    return replace(story, letters=told)


def _after(
    before: Complaint,
    read: Read,
    finding: Finding,
    tie: Tie,
    decision: Decision,
    meaning: str,
    desk: Desk,
    office: Office,
) -> Complaint:
    """The complaint with the mail in it; what is not proven to be the customer's (level 2) moves little."""
    at = read.delivery.arrived_at
    after = _continued(before, decision, meaning, desk, office, at)
    if tie.level == 2:
        return after
    if meaning == "chaser":
        after = _chased(after, office, at)
    language = _language(before, decision, read, office)
    after = replace(after, thread=references_to(read.mail), undeliverable=False, language=language)
    if finding.kind == "person" and meaning in ("chaser", "other"):
        after = asked_again(after, office.rulebook, at)
    if tie.level == 3 and read.sender.authentication.verified and read.sender.address == before.customer.address:
        after = replace(after, authenticated=True)  # of what a member brought, or came unproven
    return after


def _asks(meaning: str, before: Complaint) -> bool:
    """Whether the mail waits for an answer. A chaser before the first reply asks for nothing that is not asked yet."""
    return meaning == "other" or (meaning == "chaser" and before.first_replied_at is not None)


def _language(complaint: Complaint, decision: Decision, read: Read, office: Office) -> str:
    """The language of the complaint, or of this mail of the customer's own where that is sure: the mail is long enough,
    and much longer where they wrote in the other one themselves. What a group of customers is answered in stays.
    """
    found, decided = read.language, complaint.decision
    if found is None or found not in office.rulebook.languages or decision.language is not None:
        return complaint.language
    own = decided.get("language") == complaint.language and not decided.get("brought_by")
    return found if len(read.mail.new_text) >= (LONG_TEXT if own else SHORT_TEXT) else complaint.language


def _may_be_told(complaint: Complaint, read: Read, finding: Finding, tie: Tie, desk: Desk, office: Office) -> bool:
    """Whether a program may answer how things stand: to the proven customer, at the stored address, once a day."""
    customer = complaint.customer
    return (
        tie.level == 3
        and complaint.status != "spam"
        and finding.kind == "person"
        and customer.address == read.sender.address
        and customer.address not in desk.told_status
        and no_automatic_answer(read.mail, answer_to=customer, our_addresses=office.our_addresses) is None
    )


def _with_status(story: Story, complaint: Complaint, mail: Mail, desk: Desk, office: Office, now: datetime) -> Story:
    """The story with the mail that says how this matter and the customer's other open ones stand."""
    known = desk.matters.get(complaint.customer.address, ())
    others = [other for other in known if other.reference != complaint.reference]
    draft = status(office.rulebook, complaint, others=others, mail=mail, now=now)
    told = [complaint.reference, *(other.reference for other in others)]
    return replace(_with_event(story, "status_told", {"matters": told}), letters=(Letter(draft=draft),))


def _with_event(story: Story, kind: str, detail: dict[str, Any]) -> Story:
    wrote = story.events[0]
    event = replace(wrote, actor="vastine", trust="system", kind=kind, detail=detail)
    return replace(story, events=(*story.events, event))


def _chased(complaint: Complaint, office: Office, at: datetime) -> Complaint:
    """More urgent by one place where no person has answered yet, once in 24 hours."""
    if complaint.status not in ("open", "waiting") or complaint.first_replied_at is not None:
        return complaint
    if complaint.chased_at is not None and at - complaint.chased_at < CHASED_AGAIN_AFTER:
        return complaint
    return replace(complaint, priority=office.rulebook.raised(complaint.priority, 1), chased_at=at)


def _chaser_notices(before: Complaint, after: Complaint, meaning: str, decision: Decision) -> tuple[Notice, ...]:
    if meaning != "chaser" or after.first_replied_at is not None:
        return ()
    if after.chased_at == before.chased_at or after.priority == decision.priority:
        return (Notice(key="chased"),)
    return (Notice(key="chased_raised", values={"priority": after.priority}),)


def _case(read: Read, finding: Finding, complaint: Complaint) -> Case:
    return Case(
        mail=read.mail,
        kind=finding.kind,
        mailbox=read.delivery.mailbox,
        language=read.language,
        now=read.delivery.arrived_at,
        follow_up=True,
        topic=complaint.topic,
        priority=complaint.priority,
        team=complaint.team,
        tags=complaint.tags,
    )


def _continued(
    before: Complaint, decision: Decision, meaning: str, desk: Desk, office: Office, at: datetime
) -> Complaint:
    after = replace(
        before,
        priority=decision.priority,
        topic=decision.topic,
        team=decision.team,
        assignee=_assignee(before, decision, desk, office, at),
        tags=tuple(dict.fromkeys((*before.tags, *decision.tags))),
    )
    book = office.rulebook
    if meaning != "status":
        after = resumed(after, book, at)
    if before.status != "resolved" or meaning in ("thanks", "status"):
        return after
    return reopened(after, book, at)


def _assignee(before: Complaint, decision: Decision, desk: Desk, office: Office, at: datetime) -> str | None:
    """Whoever had it, unless a rule that holds on follow-ups says otherwise or gives it to another team."""
    if decision.assign is not None:
        return decision.assign
    if decision.team == before.team:
        return before.assignee
    book = office.rulebook
    on = book.day_at(at)
    team, last = book.teams[decision.team], desk.turns.get(decision.team)
    return choose(team, book.staff, desk.loads, last, on, before.language, desk.unreachable)[0]


def _events(before: Complaint, after: Complaint, read: Read, tie: Tie, now: datetime) -> tuple[Event, ...]:
    wrote = Event(
        reference=after.reference,
        at=now,
        actor=after.customer.address if tie.level != 2 else read.sender.address or "unknown",
        kind="customer_wrote",
        trust=read.sender.trust(tie.level),
        detail={"message_id": read.mail.message_id, "because": tie.reason, "defects": list(read.mail.defects)},
    )
    changes = []
    if before.status != after.status:
        kind = "resumed" if before.status == "waiting" else "reopened"
        changes.append(replace(wrote, actor="vastine", trust="system", kind=kind, detail={"was": before.status}))
    if before.chased_at != after.chased_at:
        changes.append(replace(wrote, actor="vastine", trust="system", kind="chased", detail={}))
    for name in ("priority", "topic", "team", "assignee"):
        if getattr(before, name) != getattr(after, name):
            detail = {"from": getattr(before, name), "to": getattr(after, name)}
            changes.append(replace(wrote, actor="vastine", trust="system", kind=name, detail=detail))
    return (wrote, *changes)
