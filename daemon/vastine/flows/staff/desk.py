"""A member of staff writes to the desk itself: asks for their complaints, opens one for a customer, or forwards a mail.

Only what begins with a command, forwards a customer's mail, or answers a mail of ours about no complaint is taken so:
any other mail of theirs is a customer's.
No token stands in such a mail, so where nobody checks senders none is believed (R31).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vastine.core.authentication import Authentication
from vastine.core.brought import Brought, brought_in
from vastine.core.commands import NAMING_ONE, TO_THE_DESK, Command, Problem, Reply, is_like, name_of, read_reply
from vastine.core.complaint import Event, is_late
from vastine.core.compose import Notice, help_lines, list_lines, member_language, returned, told_at_desk
from vastine.core.desk import Desk, Grant
from vastine.core.follow_ups import what_it_is
from vastine.core.kind import Finding
from vastine.core.office import Office
from vastine.core.opening import By
from vastine.core.past import Entry
from vastine.core.quote import own_text
from vastine.core.reading import Read
from vastine.core.rules import Member
from vastine.core.story import Letter, Story
from vastine.flows.opening import open_complaint

_LATE = ("myöhässä", "försenade", "försenad", "late")


def take_desk_mail(
    read: Read, finding: Finding, grants: Sequence[Grant], desk: Desk, office: Office, now: datetime
) -> Story | None:
    """What follows from a member's mail to the desk; None where it is an ordinary mail, or not proven to be theirs."""
    member = desk_writer(read, office)
    if member is None or finding.kind != "person":
        return None
    asked = _asked(read, finding, member, desk, office, now)
    return asked or _answering(read, finding, member, grants, office)


def _asked(read: Read, finding: Finding, member: Member, desk: Desk, office: Office, now: datetime) -> Story | None:
    """What follows where a mail is forwarded or a command given."""
    brought = brought_in(read.mail)
    if brought is not None and brought.how == "forwarded" and not _is_internal(brought.customer.address, office):
        above = Entry(at=now, actor=member.key, kind="note", text=brought.note)
        past = (above,) if brought.note else ()
        story = _opened_for(brought, read, finding, member, desk, office, now, past=past)
        return _confirmed(_with_note(story, member, brought.note, now), "forwarded", read, member, office)
    reply = read_reply(own_text(read.mail.text))
    if not reply.commands and not reply.problems:
        return None
    problems = [*reply.problems, *_misplaced(reply, member_language(member, office.rulebook))]
    if problems:
        return _returned(read, finding, member, problems, office)
    if brought is not None and reply.has("new"):
        return _new(brought, reply, read, finding, member, desk, office, now)
    if reply.commands[0].name in NAMING_ONE:
        return _shown(reply.commands[0], read, finding, member, desk, office, now)
    return _told(reply, read, finding, member, desk, office, now)


def _answering(read: Read, finding: Finding, member: Member, grants: Sequence[Grant], office: Office) -> Story | None:
    """A plain answer to a mail of ours that is about no complaint: recorded. Unless it is thanks the member is told so,
    but not in answer to a mail that returned one: a program may be at work (R26).
    """
    theirs = f"notice:{member.email.lower()}"
    ours = next((each for each in grants if each.party == theirs and each.reference is None), None)
    if ours is None or ours.kind in ("report", "digest"):  # those are answered in words: `take_notice_reply`
        return None
    said = own_text(read.mail.text)
    says_nothing = not said and not read.mail.attachments
    if says_nothing or what_it_is(said) == "thanks" or ours.kind == "returned":
        reason = f"{member.key} answers our {ours.kind}, which is about no complaint"
        return replace(_story(read, finding, member), reason=reason)
    command = name_of("help", member_language(member, office.rulebook))
    return _returned(read, finding, member, [Problem(code="no_matter", word=command)], office)


def desk_writer(read: Read, office: Office) -> Member | None:
    """The member whose mail to the desk this may be. With the method `none` it may be nobody's: From proves nothing."""
    return office.member_at(read.sender.address) if read.sender.authentication.verified else None


def customer_brought(read: Read, office: Office) -> str | None:
    """The address of the customer whom a member's mail to the desk brings, if it is one that does."""
    brought = brought_in(read.mail) if desk_writer(read, office) is not None else None
    return brought.customer.address or None if brought else None


def _is_internal(address: str, office: Office) -> bool:
    return office.is_ours(address) or office.member_at(address) is not None


def _misplaced(reply: Reply, language: str) -> list[Problem]:
    """Commands that need a complaint; and more than one, of which none can be carried out after another."""
    wrong = [
        each
        for each in reply.commands
        if each.name not in TO_THE_DESK or (each.name in NAMING_ONE and not each.argument)
    ]
    if wrong:
        return [Problem(code="no_complaint", line=wrong[0].line, word=name_of(wrong[0].name, language))]
    return [Problem(code="alone", line=reply.commands[1].line)] if len(reply.commands) > 1 else []


def _new(
    brought: Brought,
    reply: Reply,
    read: Read,
    finding: Finding,
    member: Member,
    desk: Desk,
    office: Office,
    now: datetime,
) -> Story:
    address = brought.customer.address
    if not address or _is_internal(address, office):
        problem = Problem(code="bad_address", line=1, word=reply.commands[0].argument)
        return _returned(read, finding, member, [problem], office)
    if not brought.text:
        return _returned(read, finding, member, [Problem(code="empty")], office)
    story = _opened_for(brought, read, finding, member, desk, office, now)
    return _confirmed(story, "new", read, member, office)


def named_at_desk(read: Read, office: Office) -> str | None:
    """The reference of the complaint that a member's mail to the desk wants to take or to see."""
    if desk_writer(read, office) is None:
        return None
    commands = read_reply(own_text(read.mail.text)).commands
    return next((each.argument for each in commands if each.name in NAMING_ONE and each.argument), None)


def _shown(
    command: Command, read: Read, finding: Finding, member: Member, desk: Desk, office: Office, now: datetime
) -> Story:
    """The member gets the complaint's routed mail, and has it from now on where they take it. Only for a proven member:
    to a customer, a reference opens nothing (R30).
    """
    complaint = desk.current(command.argument)
    if complaint is None:
        unknown = Problem(code="unknown_reference", line=command.line, word=command.argument)
        return _returned(read, finding, member, [unknown], office)
    if command.name == "take" and complaint.status == "merged":
        return _returned(read, finding, member, [Problem(code="merged")], office)
    story = replace(
        _story(read, finding, member),
        reference=complaint.reference,
        sender_kind="staff",
        complaint=complaint,
        hand_over=True,
        show_to=member.key,
    )
    if command.name == "status" or complaint.assignee == member.key:
        return story
    taken = Event(
        reference=complaint.reference,
        at=now,
        actor=member.key,
        kind="assignee",
        trust=read.sender.trust(3),
        detail={"from": complaint.assignee, "to": member.key},
    )
    return replace(story, complaint=replace(complaint, assignee=member.key), events=(taken,))


def _opened_for(
    brought: Brought,
    read: Read,
    finding: Finding,
    member: Member,
    desk: Desk,
    office: Office,
    now: datetime,
    *,
    past: tuple[Entry, ...] = (),
) -> Story:
    """The complaint of a customer whose words a member brings; they did not write themselves, so nothing is proven."""
    customer, mail = brought.customer, brought.as_mail(read.mail)
    sender = replace(
        read.sender, address=customer.address, authentication=Authentication(verified=False, reason="brought by staff")
    )
    headers = tuple((n, v) for n, v in mail.headers if n.lower() not in ("from", "reply-to", "to", "cc"))
    theirs = replace(mail, from_=(customer,), reply_to=(), cc=(), message_id="", references=(), headers=headers)
    brought_read = replace(read, mail=theirs, sender=sender, language=read.brought_language)
    is_written = brought.how == "written"
    by = By(
        member=member,
        writes_down=is_written,
        unacknowledged=None if is_written else f"{member.key} forwarded the mail: its sender is what the text says",
    )
    story = open_complaint(brought_read, finding, None, desk, office, now, by=by, past=past)
    event = Event(
        reference=story.reference or "",
        at=now,
        actor=member.key,
        kind="brought",
        trust=read.sender.trust(3),
        detail={"message_id": read.mail.message_id},
    )
    return replace(story, events=(*story.events, event)) if story.reference else story


def _with_note(story: Story, member: Member, note: str, now: datetime) -> Story:
    """What the member wrote above the mail that they forward is for their colleagues."""
    if not note or story.reference is None:
        return story
    event = Event(
        reference=story.reference, at=now, actor=member.key, kind="note", trust="token", detail={"text": note}
    )
    return replace(story, events=(*story.events, event))


def _confirmed(story: Story, key: str, read: Read, member: Member, office: Office) -> Story:
    if story.complaint is None:
        return story
    reference, customer = story.complaint.reference, story.complaint.customer.address
    told = [Notice(key=key, values={"reference": reference, "customer": customer})]
    if key == "new":
        letters = [letter for letter in story.letters if letter.draft.kind == "acknowledgement"]
        goes = any(letter.suppressed is None for letter in letters)
        told.append(Notice(key="acknowledged" if goes else "unacknowledged", values={"customer": customer}))
    draft = told_at_desk(
        office.rulebook,
        member=member,
        happened=told,
        mail=read.mail,
        mailbox=read.delivery.mailbox,
        about=reference,
    )
    return replace(story, letters=(*story.letters, Letter(draft=draft)))


def _told(
    reply: Reply, read: Read, finding: Finding, member: Member, desk: Desk, office: Office, now: datetime
) -> Story:
    """The member's complaints, or the commands."""
    book = office.rulebook
    if reply.has("help"):
        lines = help_lines(book, member=member)
    else:
        late = any(is_like(reply.commands[0].argument, word) for word in _LATE)
        led = frozenset(team.name for team in book.teams.values() if team.lead == member.key)
        work = desk.work_of(member.key, _teams_of(member, office), led)
        theirs = [each for each in work if not late or is_late(each, now)]
        lines = list_lines(book, theirs, member=member, now=now, late=late, leads=bool(led))
    draft = told_at_desk(book, member=member, happened=(), mail=read.mail, mailbox=read.delivery.mailbox, lines=lines)
    return replace(_story(read, finding, member), letters=(Letter(draft=draft),))


def _teams_of(member: Member, office: Office) -> frozenset[str]:
    """The teams that the member is in or leads."""
    teams = office.rulebook.teams.values()
    return frozenset(team.name for team in teams if member.key in (*team.members, team.lead))


def _returned(read: Read, finding: Finding, member: Member, problems: list[Problem], office: Office) -> Story:
    draft = returned(
        office.rulebook, None, member=member, problems=problems, mail=read.mail, mailbox=read.delivery.mailbox
    )
    codes = ", ".join(problem.code for problem in problems)
    story = _story(read, finding, member)
    return replace(story, reason=f"nothing was done: {codes}", letters=(Letter(draft=draft),))


def _story(read: Read, finding: Finding, member: Member) -> Story:
    reason = f"{member.key} wrote to the desk"
    return Story(delivery=read.delivery, mail=read.mail, finding=finding, outcome="staff_reply", reason=reason)
