"""What follows from one mail, as a story: the branches, in their order. Each has a room of its own.

`explain` concludes in the same way, and records nothing.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from vastine.core.conversation import bounced_grant, grants_of, is_ours, notice_grant, staff_grant
from vastine.core.desk import Desk, Grant
from vastine.core.follow_ups import meaning_of
from vastine.core.joining import Tie, tie_of
from vastine.core.kind import Finding, kind_of
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.other_matter import Seen, is_other_matter
from vastine.core.reading import Read
from vastine.core.rules import decide
from vastine.core.story import Outcome, Story
from vastine.flows.follow_up import follow_up
from vastine.flows.junk import PASSED_OVER, concerns_us
from vastine.flows.opening import case_of, open_complaint
from vastine.flows.quarantine import quarantined
from vastine.flows.returns import take_bounce
from vastine.flows.sent import answers_from_our_address, take_sent, unproven_answer
from vastine.flows.staff import may_be_answer, take_desk_mail, take_notice_reply, take_reply
from vastine.flows.survey import refused, survey_grant, take_answer

RECORDED_ONLY: dict[str, Outcome] = {"auto_reply": "auto_reply", "receipt": "receipt", "own": "own"}  # by kind


def conclude(read: Read, desk: Desk, office: Office, now: datetime) -> Story:
    """Everything that follows from one mail. Who proves to have written it can be written to again."""
    story = _concluded(read, desk, office, now)
    if story.outcome in ("duplicate", "bounce", "own", "quarantined") or not read.sender.proven:
        return story
    return replace(story, reached=read.sender.address)


def _concluded(read: Read, desk: Desk, office: Office, now: datetime) -> Story:
    """The straight way, each branch one reason to leave it."""
    delivery, mail = read.delivery, read.mail
    if delivery.folder == "sent" or answers_from_our_address(read, desk, office):
        return take_sent(read, desk, office, now)
    finding = kind_of(mail, ours=is_ours(mail, read.bonds, desk), raw=delivery.raw, answers_us=bool(read.bonds.carried))
    if (story := _passed_over(read, finding, desk)) is not None:
        return story
    grants = grants_of(mail, read.bonds, desk)
    if finding.kind == "unreadable":
        return quarantined(delivery, mail, finding.reason, office, finding)
    if finding.kind == "bounce":
        return take_bounce(read, finding, bounced_grant(mail, read.bonds, desk), desk, office, now)
    outcome = RECORDED_ONLY.get(finding.kind)
    if outcome is not None and not may_be_answer(read, finding, grants, desk, office):
        reference = grants[0].reference if grants else None
        return _outcome(read, finding, outcome, finding.reason, reference)
    if (story := _by_staff(read, finding, grants, desk, office, now)) is not None:
        return story
    asked = survey_grant(read, finding, grants, desk)
    if asked is not None and (story := take_answer(read, finding, asked, desk, office, now)) is not None:
        return story
    tie = _tie(read, finding, grants, desk, office)
    if tie is not None and tie.level > 0:
        story = follow_up(read, finding, tie, desk, office, now)
        return refused(story, read, asked, now) if asked is not None else story
    return open_complaint(read, finding, tie, desk, office, now)


def _by_staff(
    read: Read, finding: Finding, grants: tuple[Grant, ...], desk: Desk, office: Office, now: datetime
) -> Story | None:
    """What follows from a member's reply, or from their mail to the desk; None for anybody else's mail."""
    member = office.member_at(read.sender.address)
    grant = staff_grant(read.mail, grants, desk, member.key if member else None)
    if grant is not None and read.mail.field("Auto-Submitted") in (None, "no"):
        return take_reply(read, finding, grant, desk, office, now)
    also = member.addresses if member else frozenset()
    if (grant := notice_grant(read.mail, grants, also)) is not None:
        about_several = grant.reference is None or grant.is_gathered  # what is ordered there is for no complaint
        asked = take_desk_mail(read, finding, grants, desk, office, now) if about_several else None
        return asked or take_notice_reply(read, finding, grant, desk, office, now)
    if any(grant.reference for grant in grants):
        return None
    return take_desk_mail(read, finding, grants, desk, office, now)


def _tie(read: Read, finding: Finding, grants: Sequence[Grant], desk: Desk, office: Office) -> Tie | None:
    """What ties the mail to a complaint, if anything; at level 0 it is a hint for staff only."""
    tie = tie_of(read.mail, grants, read.sender, desk, at=read.delivery.arrived_at)
    if tie is None or tie.level == 0:
        return unproven_answer(read, desk, office) or tie
    return _unless_other_matter(tie, read, finding, desk, office)


def _passed_over(read: Read, finding: Finding, desk: Desk) -> Story | None:
    """The story of a mail that came before, or that lies in Junk and does not concern us; None for any other."""
    if (seen := desk.seen_before(read.delivery)) is not None and read.delivery.outcome is None:
        return _outcome(read, finding, "duplicate", f"the same mail came before: {seen.outcome}", seen.reference)
    if read.delivery.folder == "junk" and not concerns_us(read, desk):
        return _outcome(read, finding, "ignored", PASSED_OVER, None)
    return None


def _unless_other_matter(tie: Tie, read: Read, finding: Finding, desk: Desk, office: Office) -> Tie:
    """The tie, loosened to a hint where the conversation has turned to something else. Thanks turn to nothing."""
    complaint = desk.complaints[tie.reference]
    if meaning_of(read.mail, complaint) in ("thanks", "status"):
        return tie

    def see(mail: Mail) -> Seen:
        decision = decide(office.rulebook, case_of(replace(read, mail=mail), finding, desk))
        topic = decision.topic if decision.set_by.get("topic", "defaults") != "defaults" else None
        facts = {name: found for name, found in decision.found.items() if office.rulebook.extract[name].tells_apart}
        return Seen(topic=topic, facts=facts)

    if is_other_matter(read.mail, complaint, see):
        return tie.loosened("other", f"{tie.reason}, but it is about another matter")
    return tie


def _outcome(read: Read, finding: Finding, outcome: Outcome, reason: str, reference: str | None) -> Story:
    """A mail that is recorded, and from which nothing else follows."""
    return Story(
        delivery=read.delivery, mail=read.mail, finding=finding, outcome=outcome, reason=reason, reference=reference
    )
