"""A member of staff answers: their Reply becomes an answer, a note or a command, or comes back to them, never half.

Whatever is not understood, not proven, or would show the customer what is not theirs, changes nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vastine.core.commands import Problem, Reply, is_like, name_of, nearest, read_reply
from vastine.core.compose import (
    Notice,
    answer,
    confirmation,
    first_lines,
    help_lines,
    member_language,
    ready_text,
    returned,
    status_lines,
    told_of_answer,
    told_of_lock,
)
from vastine.core.desk import Desk, Grant
from vastine.core.kind import Finding
from vastine.core.next_reply import replied
from vastine.core.office import Office
from vastine.core.past import entries_of
from vastine.core.quote import own_text, signature_of
from vastine.core.reading import Read
from vastine.core.recipients import recipients
from vastine.core.story import Letter, Story
from vastine.flows.staff.effects import State, carried_out
from vastine.flows.staff.notices import note_letters
from vastine.flows.staff.objections import is_locked, like_absence, may_be_told, objections, unproven
from vastine.flows.staff.work import Work, event_of


def take_reply(read: Read, finding: Finding, grant: Grant, desk: Desk, office: Office, now: datetime) -> Story:
    """Do what a member's reply says, or return it to their registered address with the reason (R31, R33)."""
    delivery, mail = read.delivery, read.mail
    key = grant.party.partition(":")[2]
    member = office.rulebook.staff.get(key)
    complaint = desk.current(grant.reference) if grant.reference else None
    story = Story(
        delivery=delivery,
        mail=mail,
        finding=finding,
        outcome="staff_reply",
        reason=f"it answers our {grant.kind} to {key} by its {grant.via}",
        reference=complaint.reference if complaint else None,
        sender_kind="staff" if complaint else None,
    )
    if member is None or complaint is None:
        return replace(story, outcome="ignored", reason=f"{key} is not of the staff any more", sender_kind=None)
    work = Work(
        story=story,
        mail=mail,
        member=member,
        complaint=complaint,
        office=office,
        now=now,
        trust=read.sender.trust(3),
    )
    if (problem := unproven(read, member)) is not None:
        return _locking(_returned(work, [problem], desk), work, desk)
    if is_locked(desk.unproven.get(key, ()), now):
        return _returned(work, [Problem(code="locked")], desk)
    reply, problems = _with_text(read_reply(own_text(mail.text)), work)
    problems += [*like_absence(finding, member, office), *objections(reply, grant, work, desk, is_read=not problems)]
    story = _returned(work, problems, desk) if problems else _done(work, reply, desk)
    return _closed(story, work)


def _with_text(reply: Reply, work: Work) -> tuple[Reply, list[Problem]]:
    """The reply with the company's own text that it asks for in front of what the member wrote."""
    problems = list(reply.problems)
    body = reply.body
    for command in reply.commands:
        if command.name == "reply":
            book = work.office.rulebook
            name = next((each for each in book.replies if is_like(each, command.argument)), None)
            if name is None:
                near = nearest(command.argument, book.replies)
                unknown = Problem(code="unknown_reply", line=command.line, word=command.argument, suggestion=near)
                problems.append(unknown)
            elif (ready := ready_text(book, work.complaint, name)) is None:
                problems.append(Problem(code="reply_fails", line=command.line, word=name))
            else:
                body = f"{ready}\n\n{body}".strip()
    return replace(reply, body=body), problems


def _locking(story: Story, work: Work, desk: Desk) -> Story:
    """The story of an unproven mail; the one that locks the member's commands is told to the lead."""
    before = desk.unproven.get(work.member.key, ())
    if is_locked(before, work.now) or not is_locked((*before, work.now), work.now):
        return story
    book, complaint = work.office.rulebook, work.complaint
    on = book.day_at(work.now)
    people = recipients(("lead",), complaint, book, on=on, admin=work.office.admin)
    told = [Letter(draft=told_of_lock(book, complaint, recipient=each, member=work.member)) for each in people]
    return replace(story, letters=(*story.letters, *told))


def _closed(story: Story, work: Work) -> Story:
    """The story, with the member's token ended where somebody besides us and the staff has seen it in To or Cc."""
    known = _staff_addresses(work.office)
    seen_by = {a.address for a in (*work.mail.to, *work.mail.cc) if a.address not in known}
    others = {address for address in seen_by if not work.office.is_ours(address)}
    return replace(story, revoked_party=f"staff:{work.member.key}") if others else story


def _returned(work: Work, problems: Sequence[Problem], desk: Desk) -> Story:
    """The mail goes back, and why is recorded. Who had many such mails lately is a program, and gets none (R26)."""
    codes = [problem.code for problem in problems]
    draft = returned(
        work.office.rulebook,
        work.complaint,
        member=work.member,
        problems=problems,
        mail=work.mail,
        mailbox=work.complaint.mailbox,
    )
    event = event_of(work, "returned", {"problems": codes, "message_id": work.mail.message_id})
    reason = f"nothing was done: {', '.join(codes)}"
    letters = (Letter(draft=draft),) if may_be_told(desk.returned.get(work.member.key, ()), work.now) else ()
    return replace(work.story, reason=reason, events=(event,), letters=letters)


def _done(work: Work, reply: Reply, desk: Desk) -> Story:
    """The reply takes effect: note or answer, commands, and one confirmation of it all."""
    said, told = _said(work, reply)
    before = State(complaint=said.complaint or work.complaint, events=said.events, told=told, letters=said.letters)
    has_text = any(event.kind == "answered" for event in said.events)
    if has_text and reply.has("assign"):
        told = (*told, Notice(key="text_goes_out", values={"note": name_of("note", _language(work))}))
        before = replace(before, told=told)
    after, problems = carried_out(reply.commands, before, work, desk, has_text=has_text)
    if problems:
        return _returned(work, problems, desk)
    after = _beside_others(_asked(after, reply, work, desk), work, desk)
    confirmed = confirmation(
        work.office.rulebook,
        after.complaint,
        member=work.member,
        happened=after.told,
        mail=work.mail,
        now=work.now,
        more=after.lines,
    )
    return replace(
        work.story,
        complaint=after.complaint if after.complaint != work.complaint or after.hand_over else None,
        others=after.others,
        events=after.events,
        letters=(*after.letters, Letter(draft=confirmed), *_with_note(after, work, desk)),
        withdrawn=after.withdrawn,
        hand_over=after.hand_over,
    )


def _with_note(state: State, work: Work, desk: Desk) -> list[Letter]:
    """A colleague's note for who has the complaint, unless it stands in the mail that hands it over to them."""
    notes = [] if state.hand_over else [event for event in state.events if event.kind == "note"]
    return [letter for note in notes for letter in note_letters(note, state.complaint, work.office, desk, work.now)]


def _asked(state: State, reply: Reply, work: Work, desk: Desk) -> State:
    """With what `#status` and `#help` ask for."""
    book = work.office.rulebook
    lines: list[str] = []
    if reply.has("status"):
        past = (*desk.past_of(work.complaint.reference), *entries_of(state.events))
        lines += status_lines(book, state.complaint, member=work.member, now=work.now, past=past)
    if reply.has("help"):
        lines += help_lines(book, member=work.member)
    return replace(state, lines=tuple(lines))


def _beside_others(state: State, work: Work, desk: Desk) -> State:
    """Two who answer one customer at once are told of each other."""
    answers = any(event.kind == "answered" for event in state.events)
    by_others = [(key, at) for key, at in desk.answered.get(work.complaint.reference, ()) if key != work.member.key]
    if not answers or not by_others:
        return state
    book = work.office.rulebook
    key, at = by_others[-1]
    other = book.staff.get(key)
    told = (*state.told, Notice(key="answered_before", values={"name": other.name if other else key, "clock": at}))
    if other is None:
        return replace(state, told=told)
    draft = told_of_answer(book, state.complaint, recipient=other, by=work.member, now=work.now)
    return replace(state, told=told, letters=(*state.letters, Letter(draft=draft)))


def _said(work: Work, reply: Reply) -> tuple[Story, tuple[Notice, ...]]:
    """What becomes of the text: a note, an answer that the customer has already, or an answer to be sent."""
    if not reply.body and (reply.commands and not work.mail.attachments):
        return work.story, ()
    addressed = {address.address for address in (*work.mail.to, *work.mail.cc)}
    others = _outsiders(addressed, work)
    if reply.has("note") or others:
        detail = {"text": reply.body, "message_id": work.mail.message_id, "outside": sorted(others)}
        story = replace(work.story, events=(event_of(work, "note", detail),))
        return story, (Notice(key="outside" if others and not reply.has("note") else "noted"),)
    if work.complaint.customer.address in addressed:
        return _recorded(work), (Notice(key="recorded"),)
    return _answered(work, reply), (_sending(work),)


def _sending(work: Work) -> Notice:
    customer, hold = work.complaint.customer.address, work.office.hold_replies
    if not hold:
        return Notice(key="sent", values={"customer": customer, "clock": work.now})
    values = {"customer": customer, "clock": work.now + hold, "hold": hold, "undo": name_of("undo", _language(work))}
    return Notice(key="sending", values=values)


def _language(work: Work) -> str:
    return member_language(work.member, work.office.rulebook)


def _outsiders(recipients: set[str], work: Work) -> set[str]:
    """Addresses among the recipients that are neither ours, nor the staff's, nor the customer's."""
    known = _staff_addresses(work.office) | {work.complaint.customer.address}
    return {address for address in recipients if address not in known and not work.office.is_ours(address)}


def _staff_addresses(office: Office) -> set[str]:
    """The addresses of staff and management, who may see what is internal."""
    return {*office.rulebook.writers, *(address.lower() for address in office.rulebook.management)}


def _recorded(work: Work) -> Story:
    """The customer was among the recipients: they have the answer already."""
    complaint = replied(work.complaint, work.now)
    if complaint != work.complaint:
        complaint = replace(complaint, next_step_at=work.now)
    detail = {"message_id": work.mail.message_id, "directly": True, "text": first_lines(own_text(work.mail.text))}
    event = event_of(work, "answered", detail)
    return replace(work.story, complaint=complaint, events=(event,))


def _answered(work: Work, reply: Reply) -> Story:
    draft = answer(
        work.office.rulebook,
        work.complaint,
        text=reply.body,
        member=work.member,
        mail_refs=work.complaint.thread,
        signature=signature_of(work.mail.text),
        attachments=work.mail.attachments,
        not_before=work.now + work.office.hold_replies if work.office.hold_replies else None,
    )
    detail = {"message_id": work.mail.message_id, "directly": False, "text": first_lines(reply.body)}
    event = event_of(work, "answered", detail)
    return replace(work.story, events=(event,), letters=(Letter(draft=draft),))
