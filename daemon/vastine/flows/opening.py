"""A new matter: what the rules conclude of it, its clocks, its acknowledgement, and the mail to whom it concerns."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from vastine.core.assignment import choose
from vastine.core.authentication import Authentication
from vastine.core.complaint import Complaint, Event
from vastine.core.compose import Notice, acknowledgement, references_to
from vastine.core.desk import Desk, acknowledgement_time
from vastine.core.identity import masked
from vastine.core.joining import Tie
from vastine.core.kind import Finding, cannot_be_answered, no_automatic_answer
from vastine.core.ladder import next_step_at
from vastine.core.loop import looks_like_loop, said_in
from vastine.core.mail import Mail
from vastine.core.measures.words import content_words
from vastine.core.office import Mailbox, Office
from vastine.core.past import Entry
from vastine.core.reading import Read
from vastine.core.rules import Case, Checked, Decision, Member, Tried, decide
from vastine.core.story import Delivery, Letter, Story
from vastine.flows.telling import notices_of, tell_of_mail, told_by

RULES_KEPT: Final = 200  # of a file with more, a complaint keeps only those that matched


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """The member who brings a customer's words: wrote them down, or forwarded the customer's mail."""

    member: Member
    writes_down: bool
    unacknowledged: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A mail that opens a complaint, with all that its decision rests on."""

    delivery: Delivery
    mail: Mail
    finding: Finding
    language: str | None
    decision: Decision
    rules: tuple[dict[str, Any], ...]
    authentication: Authentication
    mailbox: Mailbox
    tie: Tie | None = None
    notices: tuple[Notice, ...] = ()
    by: By | None = None
    past: tuple[Entry, ...] = ()


def open_complaint(
    read: Read,
    finding: Finding,
    tie: Tie | None,
    desk: Desk,
    office: Office,
    now: datetime,
    *,
    by: By | None = None,
    past: tuple[Entry, ...] = (),
) -> Story:
    """Decide a mail that continues nothing: ignored by a rule, bulk that no rule wants, or a new complaint.

    `tie` is a hint for staff, where something yet points to another complaint; `by` is the member who brings it, where
    the customer did not write to us; `past` is what a member says with it.
    """
    delivery, mail, language = read.delivery, read.mail, read.language
    decision = decide(office.rulebook, case_of(read, finding, desk))
    story = Story(
        delivery=delivery,
        mail=mail,
        finding=finding,
        language=language,
        rules=shown_rules(decision.tried),
        decision=decision,
    )
    if decision.ignore:
        return replace(story, outcome="ignored", reason=f"rule '{decision.set_by['ignore']}' ignores it")
    if finding.kind == "bulk" and not any(tried.matched for tried in decision.tried):
        return replace(story, outcome="bulk", reason=finding.reason)
    mailbox = office.mailbox(delivery.mailbox)
    opening = Opening(
        delivery=delivery,
        mail=mail,
        finding=finding,
        language=language,
        decision=decision,
        rules=story.rules,
        authentication=read.sender.authentication,
        mailbox=mailbox,
        tie=tie,
        notices=(*_brought_notices(by), *notices_of(read, tie, desk)),
        by=by,
        past=past,
    )
    return _opened(story, opening, desk, office, now)


def _brought_notices(by: By | None) -> tuple[Notice, ...]:
    if by is None:
        return ()
    return (Notice(key="written_by" if by.writes_down else "forwarded_by", values={"name": by.member.name}),)


def answer_language(found: str | None, mailbox: Mailbox, office: Office, conversation: str | None = None) -> str:
    """What we answer in: the found language, `fallback` for one that we have no texts in, and when unsure that of the
    conversation that the mail belonged to, else of the mailbox, else the first.
    """
    configured = office.rulebook.languages
    if found is not None:
        return found if found in configured else office.rulebook.fallback
    return conversation or mailbox.language or configured[0]


def case_of(read: Read, finding: Finding, desk: Desk) -> Case:
    """What the rules see of a new matter."""
    delivery = read.delivery
    return new_case(
        read.mail, finding.kind, delivery.mailbox, read.language, at=delivery.arrived_at, opened=desk.opened
    )


def new_case(
    mail: Mail,
    kind: str,
    mailbox: str,
    language: str | None,
    *,
    at: datetime,
    opened: Mapping[str, tuple[datetime, ...]],
) -> Case:
    """What the rules see of a mail that came then; `opened` says when each address opened complaints before."""
    senders = (address.address for address in (*mail.from_, *mail.reply_to))
    earlier = {address: opened.get(address, ()) for address in senders}
    return Case(mail=mail, kind=kind, mailbox=mailbox, language=language, now=at, earlier=earlier)


def shown_rules(tried: tuple[Tried, ...]) -> tuple[dict[str, Any], ...]:
    """Each rule and how it went, in the shape of `explain --json`."""
    return tuple(_shown_rule(each) for each in tried)


def _shown_rule(tried: Tried) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": tried.name, "matched": tried.matched, "because": list(tried.because)}
    if tried.applied:
        shown["effects"] = [
            {"effect": each.effect, "value": each.value, "overridden_by": each.overridden_by} for each in tried.applied
        ]
    if tried.checked is not None:
        shown["conditions"] = _shown_condition(tried.checked)
    return shown


def _shown_condition(checked: Checked) -> dict[str, Any]:
    shown: dict[str, Any] = {"condition": checked.condition, "holds": checked.holds}
    if checked.saw:
        shown["saw"] = checked.saw
    if checked.parts:
        shown["parts"] = [_shown_condition(part) for part in checked.parts]
    return shown


def _opened(story: Story, opening: Opening, desk: Desk, office: Office, now: datetime) -> Story:
    complaint, because = _new_complaint(opening, desk, office)
    letters: tuple[Letter, ...] = ()
    if complaint.status != "spam":
        letter, withheld = _acknowledgement(complaint, opening, desk, office, now)
        complaint = replace(complaint, promise=_told_promise(complaint, opening, letter, office, now))
        told = tell_of_mail(
            complaint,
            opening.mail,
            desk,
            office,
            now,
            also=told_by(opening.decision),
            follow_up=False,
            notices=(*opening.notices, *withheld),
            past=opening.past,
        )
        letters = (letter, *told)
    else:
        complaint = replace(complaint, promise=None)
    return replace(
        story,
        outcome="complaint",
        reason=opening.finding.reason,
        reference=complaint.reference,
        complaint=complaint,
        opens=True,
        sender_kind="customer",
        asks=True,
        words=content_words(opening.mail, complaint),
        events=_events(complaint, opening, because, letters, now),
        letters=letters,
    )


def _new_complaint(opening: Opening, desk: Desk, office: Office) -> tuple[Complaint, str]:
    """The complaint, and why it is its assignee's."""
    book, decision, start = office.rulebook, opening.decision, opening.delivery.arrived_at
    priority = book.priority(decision.priority)
    due = decision.due or priority.calendar.due(start, priority.first_reply)
    before = desk.current(opening.tie.reference) if opening.tie else None
    conversation = before.language if before else None
    language = decision.language or answer_language(opening.language, opening.mailbox, office, conversation)
    assignee, because = _assignee(decision, language, desk, office, start)
    complaint = Complaint(
        reference=desk.next_reference(),
        status="spam" if decision.spam else "open",
        topic=decision.topic,
        tags=decision.tags,
        priority=decision.priority,
        team=decision.team,
        assignee=None if decision.spam else assignee,
        customer=decision.customer,
        language=language,
        subject=masked(opening.mail.subject),
        mailbox=opening.delivery.mailbox,
        opened_at=start,
        promise=due,
        clock_started_at=start,
        clock_priority=priority.name,
        first_reply_due=due,
        resolve_due=decision.due or priority.calendar.due(start, priority.resolve),
        authenticated=opening.authentication.verified,
        thread=references_to(opening.mail),
        rules_hash=book.hash,
        decision=_kept_decision(opening, assignee, due, desk),
    )
    return replace(complaint, next_step_at=next_step_at(book.escalations, complaint, priority, frozenset())), because


def _assignee(decision: Decision, language: str, desk: Desk, office: Office, at: datetime) -> tuple[str | None, str]:
    if decision.assign is not None:
        return decision.assign, f"assigned by {decision.set_by.get('assign', 'the rules')}"
    book = office.rulebook
    on = book.day_at(at)
    last = desk.turns.get(decision.team)
    return choose(book.teams[decision.team], book.staff, desk.loads, last, on, language, desk.unreachable)


def _kept_decision(opening: Opening, assignee: str | None, first_reply_due: datetime, desk: Desk) -> dict[str, Any]:
    """What is kept with the complaint, so that `show` explains it later too, whatever staff have changed since.

    Of very many rules only those that matched are kept: the others are found again with the version of the rules.
    What the mail said is kept where it may be a program's answer to us.
    """
    answers_us = opening.decision.customer.address in desk.acknowledged
    rules = opening.rules if len(opening.rules) <= RULES_KEPT else [each for each in opening.rules if each["matched"]]
    decision = opening.decision
    return {
        "topic": decision.topic,
        "priority": decision.priority,
        "team": decision.team,
        "assignee": assignee,
        "assign": decision.assign,
        "reply": decision.reply,
        "tags": list(decision.tags),
        "tell": list(decision.tell),
        "spam": decision.spam,
        "first_reply_due": first_reply_due.isoformat(),
        "due": decision.due and decision.due.isoformat(),
        "kind": opening.finding.kind,
        "kind_reason": opening.finding.reason,
        "language": opening.language,
        "set_by": dict(opening.decision.set_by),
        "found": {name: [masked(each) for each in values] for name, values in decision.found.items()},
        "rules": [{**rule, "because": [masked(each) for each in rule["because"]]} for rule in rules],
        "needs_person": opening.decision.needs_person,
        "authentication": opening.authentication.reason,
        "linked": opening.tie and {"reference": opening.tie.reference, "because": opening.tie.reason},
        **({"brought_by": opening.by.member.key} if opening.by else {}),
        **({"said": said_in(opening.mail)} if answers_us else {}),
    }


def _acknowledgement(
    complaint: Complaint, opening: Opening, desk: Desk, office: Office, now: datetime
) -> tuple[Letter, tuple[Notice, ...]]:
    """The acknowledgement, or the reason why it stays away (R21 to R23), and that as staff are told it."""
    decision = opening.decision
    allowed = acknowledgement_time(desk.acknowledgement_times, per_hour=office.acknowledgements_per_hour, now=now)
    promise = _promise(complaint, allowed or now)
    is_written = opening.by is not None and opening.by.writes_down
    written = acknowledgement(
        office.rulebook,
        complaint,
        promise=promise,
        opening=_opening(complaint, allowed or now, office),
        authenticated=opening.authentication.verified,
        mail=opening.mail,
        reply_name="recorded" if is_written else decision.reply or "acknowledgement",
        built_in="recorded" if is_written else "acknowledgement",
        language=complaint.language,
        found=decision.found,
    )
    draft = replace(written.draft, not_before=allowed) if allowed and allowed > now else written.draft
    found = _no_acknowledgement(complaint, opening, desk, office)
    if found is None and allowed is None:
        found = ("many", "more acknowledgements wait than a day allows")
    key, suppressed = found or (None, None)
    letter = Letter(draft=draft, suppressed=suppressed, problems=written.problems)
    return letter, (Notice(key=f"withheld_{key}"),) if key else ()


def _promise(complaint: Complaint, leaves_at: datetime) -> datetime | None:
    """The time to name in a mail that leaves then: none where it would be over, or nearly."""
    due = complaint.first_reply_due
    return due if due is not None and due > leaves_at + timedelta(minutes=1) else None


def _opening(complaint: Complaint, leaves_at: datetime, office: Office) -> datetime | None:
    """When the desk opens, for a mail that leaves then; None where it is open, or never closes."""
    calendar = office.rulebook.priority_or_usual(complaint.clock_priority).calendar
    return None if calendar.is_open(leaves_at) else calendar.next_opening(leaves_at)


def _told_promise(
    complaint: Complaint, opening: Opening, letter: Letter, office: Office, now: datetime
) -> datetime | None:
    """The promise as the customer knows it: None where no mail goes, or one without a time."""
    if letter.suppressed is not None:
        return None
    sent = letter.draft
    name = "recorded" if opening.by is not None else opening.decision.reply or ""
    own = office.rulebook.replies.get(name, {}).get(sent.language)
    names_time = own is None or "promise" in own.subject + own.body
    return _promise(complaint, sent.not_before or now) if names_time else None


def _no_acknowledgement(complaint: Complaint, opening: Opening, desk: Desk, office: Office) -> tuple[str, str] | None:
    """Why this complaint is not acknowledged: a word for the texts to staff, and a sentence; None where it is."""
    customer = complaint.customer
    if opening.by is not None and opening.by.unacknowledged is not None:
        return "brought", opening.by.unacknowledged
    if not customer.address:
        return "address", "the mail names nobody who could be answered"
    if opening.decision.reply is None:
        return "rule", f"{opening.decision.set_by.get('reply', 'the rules')} says reply: none"
    if opening.finding.kind != "person":
        return "program", f"it is {opening.finding.kind}: {opening.finding.reason}"
    if opening.authentication.rejected:
        return "forged", f"the sender is forged, by its domain's own policy: {opening.authentication.reason}"
    if reason := no_automatic_answer(opening.mail, answer_to=customer, our_addresses=office.our_addresses):
        return "address" if cannot_be_answered(customer, office.our_addresses) else "program", reason
    if desk.acknowledged_today[customer.address] >= office.acknowledgements_per_sender:
        return "many", f"{customer.address} had {office.acknowledgements_per_sender} acknowledgements within a day"
    loop = looks_like_loop(opening.mail, customer.address, desk, at=opening.delivery.arrived_at)
    return ("program", loop) if loop is not None else None


def _events(
    complaint: Complaint, opening: Opening, because: str, letters: tuple[Letter, ...], now: datetime
) -> tuple[Event, ...]:
    def event(kind: str, detail: dict[str, Any], actor: str = "vastine", trust: Any = "system") -> Event:
        return Event(reference=complaint.reference, at=now, actor=actor, kind=kind, trust=trust, detail=detail)

    trust = "verified" if opening.authentication.verified else "unverified"
    opened: dict[str, Any] = {"message_id": opening.mail.message_id, "defects": list(opening.mail.defects)}
    opened |= {notice.key: notice.values["reference"] for notice in opening.notices if notice.key == "same_message_id"}
    assigned = {"assignee": complaint.assignee, "team": complaint.team, "because": because}
    withheld = [
        event("acknowledgement_withheld", {"reason": letter.suppressed})
        for letter in letters
        if letter.draft.kind == "acknowledgement" and letter.suppressed
    ]
    tie = opening.tie
    linked = [event("linked", {"reference": tie.reference, "because": tie.reason})] if tie else []
    return (event("opened", opened, complaint.customer.address, trust), *linked, event("assigned", assigned), *withheld)
