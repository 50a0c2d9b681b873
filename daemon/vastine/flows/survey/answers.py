"""What follows from the number that a customer answers to a survey.

An answer counts only from the proven sender to whom the survey went; it never opens a complaint anew, but for a low one
where the rules say so. An answer without a number is an ordinary follow-up.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from vastine.core.complaint import Complaint, Event, SurveyAnswered, own_event
from vastine.core.compose import Notice, low_answer
from vastine.core.desk import Desk, Grant
from vastine.core.joining import Sender
from vastine.core.kind import Finding
from vastine.core.office import Office
from vastine.core.quote import own_text
from vastine.core.reading import Read
from vastine.core.recipients import concerned, recipients
from vastine.core.reopening import reopened
from vastine.core.rules import Survey
from vastine.core.story import Letter, Story
from vastine.core.survey import SCALES, Answer, read_answer
from vastine.core.waiting import resumed
from vastine.flows.telling import tell_of_mail

LONGEST_KEPT: Final = 5_000  # characters of a comment; the mail itself is kept whole


def survey_grant(read: Read, finding: Finding, grants: Sequence[Grant], desk: Desk) -> Grant | None:
    """The survey that a person's mail answers: by its token, or as the newest mail of ours that it refers to."""
    grant = next((each for each in grants if each.purpose == "c"), None)
    if grant is None or grant.kind != "survey" or grant.reference not in desk.complaints:
        return None
    return grant if finding.kind == "person" else None


def take_answer(read: Read, finding: Finding, grant: Grant, desk: Desk, office: Office, now: datetime) -> Story | None:
    """The story of an answer that holds a number, or says no more than that nobody there wants to be asked again.

    A number from anybody but the proven customer does not count, and is only written down where it is all that was
    said. None for any other answer, which is an ordinary follow-up.
    """
    asked = desk.complaints[grant.reference or ""]
    if asked.survey not in SCALES:
        return None
    answer = read_answer(own_text(read.mail.text), asked.survey)
    counts = answer.score is not None and _is_bound(grant, read.sender)
    says_more = answer.says_more or bool(read.mail.attachments)
    is_bare = not counts and answer.score is not None and not says_more
    says_only_that = answer.refuses and answer.score is None and not answer.says_more
    if not counts and not is_bare and not says_only_that:
        return None
    story = Story(
        delivery=read.delivery,
        mail=read.mail,
        finding=finding,
        outcome="survey",
        reason=f"it answers our survey by its {grant.via}",
        reference=asked.reference,
        sender_kind="customer",
        language=read.language,
    )
    if counts:
        story = _rated(story, asked, answer, read, desk, office, now)
    elif is_bare:
        story = _doubted(story, answer, read, grant, now)
    return refused(story, read, grant, now)


def refused(story: Story, read: Read, grant: Grant, now: datetime) -> Story:
    """The story, and that the address which the survey went to is never asked again, where the mail says so.

    Whoever holds the survey may say it, proven or not: silence harms nobody.
    """
    if not read_answer(own_text(read.mail.text), "csat").refuses:
        return story
    reference, address = grant.reference or "", grant.party.partition(":")[2]
    trust = read.sender.trust(3 if _is_bound(grant, read.sender) else 2)
    event = Event(reference=reference, at=now, actor=address, kind="no_surveys", trust=trust, detail={})
    return replace(story, no_surveys=address, events=(*story.events, event))


def _is_bound(grant: Grant, sender: Sender) -> bool:
    """Whether the sender is who the survey went to, and proven: level 3."""
    return sender.proven and grant.party == f"customer:{sender.address}"


def _doubted(story: Story, answer: Answer, read: Read, grant: Grant, now: datetime) -> Story:
    """A number from who is not proven to be the customer: in the history, and no more (level 2)."""
    is_other = grant.party != f"customer:{read.sender.address}"
    why = "from another address" if is_other else read.sender.authentication.reason
    reason = f"{story.reason}, but its number does not count, unverified: {why}"
    event = Event(
        reference=story.reference or "",
        at=now,
        actor=read.sender.address or "unknown",
        kind="customer_wrote",
        trust=read.sender.trust(2),
        detail={"message_id": read.mail.message_id, "because": reason, "score": answer.score},
    )
    return replace(story, reason=reason, events=(event,))


def _rated(
    story: Story, asked: Complaint, answer: Answer, read: Read, desk: Desk, office: Office, now: datetime
) -> Story:
    """The number recorded, whoever must know of it told, and a low one acted on as the rules say.

    A complaint that was merged keeps its rating; all else happens to the one that it was merged into.
    """
    score, rules = answer.score or 0, office.rulebook.survey
    low_by = rules if rules is not None and rules.ask == asked.survey and score <= rules.low else None
    rated = replace(asked, rating=score)
    current = desk.current(asked.reference)
    before = rated if current is None or current.reference == asked.reference else current
    opens = low_by is not None and low_by.reopen and before.status == "resolved"
    detail = {"score": score, "kind": asked.survey, "was": asked.rating, "message_id": read.mail.message_id}
    answered = Event(
        reference=asked.reference,
        at=now,
        actor=asked.customer.address,
        kind="survey_answered",
        trust=read.sender.trust(3),
        detail=detail,
    )
    after, moves = _moved(before, answer, read, office, now, opens=opens)
    is_news = score != asked.rating or opens
    low = _low(after, answer, low_by, read, office, now, opens=opens) if low_by is not None and is_news else ()
    noted = _noted(after, answer, asked.survey or "", read, desk, office, now)
    told = {letter.draft.to.address for letter in low}
    comment = answer.comment[:LONGEST_KEPT]
    return replace(
        story,
        complaint=after if before is rated else rated,
        others=(after,) if before is not rated and after != before else (),
        survey=SurveyAnswered(reference=asked.reference, score=score, comment=comment, answered_at=now),
        events=(answered, *moves),
        letters=(*low, *(letter for letter in noted if letter.draft.to.address not in told)),
    )


def _moved(
    before: Complaint, answer: Answer, read: Read, office: Office, now: datetime, *, opens: bool
) -> tuple[Complaint, tuple[Event, ...]]:
    """Open again where the rules want that of a low answer; what waited for the customer's words goes on."""
    at, was = read.delivery.arrived_at, {"was": before.status}
    if opens:
        why = {**was, "because": f"the customer gave {answer.score}"}
        return reopened(before, office.rulebook, at), (own_event(before.reference, "reopened", why, now),)
    if before.status == "waiting" and (answer.says_more or read.mail.attachments):
        return resumed(before, office.rulebook, at), (own_event(before.reference, "resumed", was, now),)
    return before, ()


def _low(
    complaint: Complaint, answer: Answer, rules: Survey, read: Read, office: Office, now: datetime, *, opens: bool
) -> tuple[Letter, ...]:
    """A mail to those whom the rules tell of a low answer, and to who has the complaint again."""
    book = office.rulebook
    names = (*rules.tell, *(concerned(complaint) if opens else ()))
    on = book.day_at(now)
    comment = replace(read.mail, text=own_text(read.mail.text)) if answer.comment else None
    return tuple(
        Letter(
            draft=low_answer(
                book,
                complaint,
                recipient=recipient,
                score=answer.score or 0,
                ask=rules.ask,
                reopened=opens,
                now=now,
                mail=comment,
            )
        )
        for recipient in recipients(names, complaint, book, on=on, admin=office.admin)
    )


def _noted(
    complaint: Complaint, answer: Answer, kind: str, read: Read, desk: Desk, office: Office, now: datetime
) -> tuple[Letter, ...]:
    """What the customer wrote besides the number, to who has the complaint, where it is more than a few words."""
    if not answer.says_more and not read.mail.attachments:
        return ()
    least, most = SCALES[kind]
    values = {"score": str(answer.score), "least": str(least), "most": str(most)}
    notices: tuple[Notice, ...] = (Notice(key="survey_comment", values=values),)
    if complaint.status == "resolved":
        notices = (*notices, Notice(key="still_resolved"))
    return tell_of_mail(complaint, read.mail, desk, office, now, also={}, follow_up=True, notices=notices)
