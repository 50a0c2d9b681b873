"""Telling staff of a mail: the routed mail of a new complaint, the customer's further mails, and what is passed on."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from vastine.core.brought import brought_in
from vastine.core.complaint import Complaint
from vastine.core.compose import Notice, routed
from vastine.core.desk import Desk
from vastine.core.joining import Tie
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.past import Entry
from vastine.core.reading import Read
from vastine.core.recipients import Recipient, address_of, concerned, named, recipients
from vastine.core.rules import Decision
from vastine.core.story import Letter, Story

EARLIER_SHOWN = 5


def tell_of_mail(
    complaint: Complaint,
    mail: Mail,
    desk: Desk,
    office: Office,
    now: datetime,
    *,
    also: Mapping[str, str],
    follow_up: bool,
    notices: tuple[Notice, ...] = (),
    past: tuple[Entry, ...] = (),
    to: Iterable[Recipient] = (),
) -> tuple[Letter, ...]:
    """A routed mail (or with `follow_up` a mail of that kind) to whom it concerns and to those whom rules `tell`.

    `also` has the words of these, each with its rule, which they are told. With `to` it goes to those alone.
    """
    book = office.rulebook
    people = _told(complaint, tuple(to), also, notices, office, now)
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
                notices=told,
                past=past,
            )
        )
        for recipient, told in people
    )


def _told(
    complaint: Complaint,
    to: tuple[Recipient, ...],
    also: Mapping[str, str],
    notices: tuple[Notice, ...],
    office: Office,
    now: datetime,
) -> list[tuple[Recipient, tuple[Notice, ...]]]:
    """Who gets the mail, each once, and what stands in theirs."""
    book = office.rulebook
    on = book.day_at(now)
    first = to or recipients(concerned(complaint), complaint, book, on=on, admin=office.admin)
    people = {address_of(person): (person, notices) for person in first}
    for word, rule in also.items():
        why = Notice(key="told_by_rule", values={"rule": rule, "word": word})
        for person in named((word,), complaint, book, on=on):
            people.setdefault(address_of(person), (person, (why, *notices)))
    return list(people.values())


def hand_over(story: Story, mails: Mapping[str, Mail], desk: Desk, office: Office, now: datetime) -> Story:
    """The story with the routed mail to who has the complaint now; `mails` are the customers' last ones, if kept."""
    complaint = story.complaint
    if complaint is None:
        return story
    mail = mails.get(complaint.reference) or Mail(subject=complaint.subject)
    mail = customers_part(mail, complaint, office)
    past = desk.past_of(complaint.reference)
    seen_by = [office.rulebook.staff[key]] if (key := story.show_to) else []
    letters = tell_of_mail(complaint, mail, desk, office, now, also={}, follow_up=False, past=past, to=seen_by)
    routed = office.sealed(Story(letters=letters), now)
    return replace(story, letters=(*story.letters, *letters), mails=(*story.mails, *routed.mails))


def told_by(decision: Decision) -> dict[str, str]:
    """For each word of a rule's `tell` the name of the first rule that says it."""
    found: dict[str, str] = {}
    for tried in decision.tried:
        for effect in tried.applied:
            if effect.effect == "tell":
                for word in effect.value.split(", "):
                    found.setdefault(word, tried.name)
    return found


def customers_part(mail: Mail, complaint: Complaint, office: Office) -> Mail:
    """A mail of a complaint as it was shown when it came: of one that a member brought the customer's part."""
    if mail.sender is None or office.member_at(mail.sender.address) is None:
        return mail
    brought = brought_in(mail)
    is_theirs = brought is not None and brought.customer.address == complaint.customer.address
    return brought.as_mail(mail) if brought is not None and is_theirs else mail


def only_new(mail: Mail) -> Mail:
    """A further mail as it was shown when it came: without the history that it quotes."""
    return replace(mail, text=mail.new_text.strip() or mail.text)


def notices_of(read: Read, tie: Tie | None, desk: Desk) -> tuple[Notice, ...]:
    """What staff must know of how a mail came to its complaint, or why it did not join another."""
    twin = desk.theirs.get(read.mail.message_id)
    same_id = (Notice(key="same_message_id", values={"reference": twin}),) if twin else ()
    if tie is None or tie.level == 3:
        return same_id
    if tie.hint is not None:
        return (Notice(key=f"linked_{tie.hint}", values={"reference": tie.reference}), *same_id)
    if tie.level == 1:
        return (Notice(key="joined_inferred"), *same_id)
    writers = ", ".join(str(address) for address in read.mail.from_)
    return (Notice(key="joined_unverified" if writers else "joined_nameless", values={"sender": writers}), *same_id)
