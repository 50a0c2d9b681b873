"""The survey: asking customers some time after a resolution, and what follows from the number that they answer.

An answer counts only from the proven sender to whom the survey went; it never opens a complaint anew, but for a low one
where the rules say so. An answer without a number is an ordinary follow-up.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, TypeAlias

import structlog

from vastine.core.complaint import Complaint, Event, SurveyAnswered, SurveyAsked, Trust
from vastine.core.compose import Notice, low_answer, survey
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
from vastine.core.survey import NOT_LATER_THAN, SCALES, Answer, History, read_answer, why_not_asked
from vastine.core.waiting import resumed
from vastine.edges.store import Store
from vastine.flows.due import each_alone, recorded
from vastine.flows.telling import tell_of_mail

log = structlog.get_logger()
COMPLAINTS_A_TICK: Final = 50
LONGEST_KEPT: Final = 5_000  # characters of a comment; the mail itself is kept whole


Resolved: TypeAlias = tuple[Complaint, History]


class Surveys:
    """Asks customers whose time has come. `office` gives the company as it is now; `kick` wakes the dispatch."""

    def __init__(
        self,
        store: Store,
        office: Callable[[], Office],
        kick: Callable[[], None],
        tell_of_text: Callable[[str], None],
    ) -> None:
        self.store = store
        self.office = office
        self.kick = kick
        self.tell_of_text = tell_of_text

    def tick(self, now: datetime) -> int:
        """Decide for every resolved complaint whose time has come whether its customer is asked, once and for all.

        Returns how many were asked; a conflict leaves the rest to the next tick.
        """
        office, asked = self.office(), 0
        rules = office.rulebook.survey
        if rules is None:
            return 0
        by = now - rules.after

        def look() -> list[Resolved]:
            return self.store.complaints_to_survey(by - NOT_LATER_THAN, by, COMPLAINTS_A_TICK, now)

        for story in recorded(look, lambda found: _stories(found, rules, office, now), self.store, now, name="survey"):
            asked += story.survey is not None
            for problem in story.problems:
                self.tell_of_text(problem)
        if asked:
            log.info("customers asked", code="customers_asked", surveys=asked)
            self.kick()
        return asked


def _stories(found: Sequence[Resolved], rules: Survey, office: Office, now: datetime) -> list[Story]:
    """What follows for each complaint; two of one customer make one survey."""
    asked: set[str] = set()

    def story(one: Resolved) -> Story:
        complaint, history = one
        known = replace(history, asked_at=now) if complaint.customer.address in asked else history
        made = office.sealed(ask(complaint, known, rules, office, now), now)
        if made.survey is not None:
            asked.add(complaint.customer.address)
        return made

    return each_alone(
        found, story, "customer cannot be asked", code="survey_failed", of=lambda one: {"reference": one[0].reference}
    )


def ask(complaint: Complaint, history: History, rules: Survey, office: Office, now: datetime) -> Story:
    """The survey of a resolved complaint, or the reason why its customer is not asked."""
    reason = why_not_asked(complaint, history, rules, our_addresses=office.our_addresses, now=now)
    reference = complaint.reference
    if reason is not None:
        withheld = _event(complaint, "survey_withheld", {"reason": reason}, now)
        return Story(reference=reference, complaint=replace(complaint, survey="none"), events=(withheld,))
    written = survey(office.rulebook, complaint, ask=rules.ask, is_told=history.closing_sent)
    return Story(
        reference=reference,
        complaint=replace(complaint, survey=rules.ask),
        survey=SurveyAsked(reference=reference, kind=rules.ask, asked_at=now),
        events=(_event(complaint, "survey_sent", {"kind": rules.ask}, now),),
        letters=(Letter(draft=written.draft, problems=written.problems),),
    )


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
    after = before
    detail = {"score": score, "kind": asked.survey, "was": asked.rating, "message_id": read.mail.message_id}
    trust = read.sender.trust(3)
    events = [_event(asked, "survey_answered", detail, now, actor=asked.customer.address, trust=trust)]
    if opens:
        after = reopened(after, office.rulebook, read.delivery.arrived_at)
        events.append(_event(after, "reopened", {"was": before.status, "because": f"the customer gave {score}"}, now))
    if before.status == "waiting" and (answer.says_more or read.mail.attachments):
        after = resumed(after, office.rulebook, read.delivery.arrived_at)
        events.append(_event(after, "resumed", {"was": before.status}, now))
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
        events=tuple(events),
        letters=(*low, *(letter for letter in noted if letter.draft.to.address not in told)),
    )


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


def _event(
    complaint: Complaint,
    kind: str,
    detail: dict[str, Any],
    now: datetime,
    *,
    actor: str = "vastine",
    trust: Trust = "system",
) -> Event:
    return Event(reference=complaint.reference, at=now, actor=actor, kind=kind, trust=trust, detail=detail)
