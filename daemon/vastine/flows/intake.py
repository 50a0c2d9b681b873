"""A mail in: from its octets to everything that follows from it, recorded in one transaction.

Read `take_in` for a batch, `conclude` for one mail. `explain` runs `conclude` as well, and records nothing.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import sha256

import structlog

from vastine import checkpoint
from vastine.core.authentication import authenticate
from vastine.core.commands import read_reply
from vastine.core.conversation import bonds_of, bounced_grant, grants_of, is_ours, notice_grant, staff_grant
from vastine.core.desk import Desk, Grant
from vastine.core.follow_ups import asks_status, meaning_of
from vastine.core.joining import Sender, Tie, references_in, tie_of
from vastine.core.kind import Finding, kind_of
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.other_matter import Seen, is_other_matter
from vastine.core.quote import own_text
from vastine.core.reading import Read, Reading, content_key
from vastine.core.rules import decide
from vastine.core.story import Delivery, Outcome, Story
from vastine.core.survey import NOT_LATER_THAN
from vastine.edges.reader import Reader
from vastine.edges.signatures import Signatures
from vastine.edges.store import ConflictError, Inquiry, Store
from vastine.flows.follow_up import follow_up
from vastine.flows.junk import PASSED_OVER, concerns_us
from vastine.flows.opening import case_of, open_complaint
from vastine.flows.quarantine import quarantined
from vastine.flows.returns import take_bounce
from vastine.flows.sent import answers_from_our_address, take_sent, unproven_answer
from vastine.flows.staff import (
    customer_brought,
    desk_writer,
    may_be_answer,
    named_at_desk,
    take_desk_mail,
    take_notice_reply,
    take_reply,
)
from vastine.flows.strangers import Strangers
from vastine.flows.survey import refused, survey_grant, take_answer
from vastine.flows.telling import customers_part, only_new, tell_of_mail

log = structlog.get_logger()
TRIES_AT_MOST = 3
RECORDED_ONLY: dict[str, Outcome] = {"auto_reply": "auto_reply", "receipt": "receipt", "own": "own"}  # by kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Deliveries whose raw mail is committed, and the readings of those that may be read, when they come."""

    deliveries: tuple[Delivery, ...]
    readings: "Future[list[Reading]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A delivery that is decided and may leave the inbox."""

    uid: int
    outcome: str


class Intake:
    """Takes mails in, for all mailboxes. `office` gives the company as it is now; `kick` wakes the dispatch.

    `tell_of_text` is told what is wrong with the company's own texts (the built-in ones were sent then), `count` of
    each story that was recorded, `tell_of_strangers` of a mailbox whose `authserv_id` seems to be wrong.
    """

    def __init__(
        self,
        store: Store,
        reader: Reader,
        office: Callable[[], Office],
        kick: Callable[[], None],
        tell_of_text: Callable[[str], None],
        signatures: Signatures | None = None,
        count: Callable[[Story], object] = lambda _: None,
        tell_of_strangers: Callable[[str, str], None] = lambda _mailbox, _why: None,
    ) -> None:
        self.store = store
        self.reader = reader
        self.office = office
        self.kick = kick
        self.tell_of_text = tell_of_text
        self.signatures = signatures or Signatures()
        self.count = count
        self.strangers = Strangers(tell_of_strangers)

    def begin(self, deliveries: Sequence[Delivery]) -> Begun:
        """Have deliveries read, elsewhere and meanwhile. What is decided already, or hopeless, is not read."""
        readings = self.reader.begin([delivery.raw for delivery in deliveries if _wants_reading(delivery)])
        checkpoint.reached("while_parsing")
        return Begun(deliveries=tuple(deliveries), readings=readings)

    def take_in(self, begun: Begun, now: datetime) -> list[Taken]:
        """Decide deliveries, and record what follows. Returns those that are decided.

        A mail whose decision fails stays undecided, and is tried again at a later look; its neighbours go on.
        """
        office = self.office()
        wanted = [delivery for delivery in begun.deliveries if _wants_reading(delivery)]
        reads = tied_all(wanted, begun.readings.result(), office, self.signatures)
        self.strangers.look(reads, office)
        hopeless = [d for d in begun.deliveries if d.outcome is None and d.tries > TRIES_AT_MOST]
        decided = [Taken(uid=d.uid, outcome=d.outcome) for d in begun.deliveries if d.outcome is not None]
        if not reads and not hopeless:
            return decided
        try:
            decided += self._decide_together(reads, hopeless, office, now)
        except ConflictError as conflict:  # somebody else wrote meanwhile: look again, decide again
            log.info("decided again after a conflict", code="intake_conflict", why=str(conflict))
            for read in reads:
                decided += self._decide_together([read], [], office, now)
            decided += self._decide_together([], hopeless, office, now)
        self.kick()
        return decided

    def take_in_again(self, delivery: Delivery, now: datetime) -> None:
        """Decide a mail anew that is in quarantine: an operator has mended what stood in its way."""
        office = self.office()
        readings = self.reader.begin([delivery.raw]).result()
        last_try = replace(delivery, tries=TRIES_AT_MOST)  # should deciding fail again, it goes back to quarantine
        self._decide_together(tied_all([last_try], readings, office, self.signatures), [], office, now)
        self.kick()

    def _decide_together(
        self, reads: Sequence[Read], hopeless: Sequence[Delivery], office: Office, now: datetime
    ) -> list[Taken]:
        why = f"it failed {TRIES_AT_MOST} times"
        stories = [office.sealed(quarantined(delivery, None, why, office), now) for delivery in hopeless]
        desk = self.store.look_up(
            inquiry_of(reads, office), mails=len(reads), per_hour=office.acknowledgements_per_hour, now=now
        )
        decided = [story for read in reads if (story := _decide(read, desk, office, now)) is not None]
        stories += self._handed_over(decided, desk, office, now)
        self.store.record_intake(stories, now)
        checkpoint.reached("after_decision_commit")
        self.strangers.returned(stories, office)
        for story in stories:
            _log_story(story)
            self.count(story)
        for problem in (problem for story in stories for letter in story.letters for problem in letter.problems):
            self.tell_of_text(problem)
        return [Taken(uid=s.delivery.uid, outcome=s.outcome) for s in stories if s.delivery and s.outcome]

    def _handed_over(self, stories: list[Story], desk: Desk, office: Office, now: datetime) -> list[Story]:
        """With the customer's last mail to whom a complaint was passed on."""
        passed_on = {s.complaint.reference for s in stories if s.hand_over and s.complaint}
        if not passed_on:
            return stories
        raws = self.store.last_customer_mails(sorted(passed_on))
        readings = self.reader.begin(list(raws.values())).result()
        mails = {reference: reading.mail for reference, reading in zip(raws, readings, strict=True)}
        openings = self.store.opening_hashes(sorted(raws))
        for reference, raw in raws.items():
            if sha256(raw).hexdigest() != openings.get(reference):
                mails[reference] = only_new(mails[reference])
        return [hand_over(s, mails, desk, office, now) if s.hand_over else s for s in stories]


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


def _wants_reading(delivery: Delivery) -> bool:
    """Whether a delivery is still to be decided, and worth reading: one that was begun thrice may end the process."""
    return delivery.outcome is None and delivery.tries <= TRIES_AT_MOST


def _decide(read: Read, desk: Desk, office: Office, now: datetime) -> Story | None:
    """The story of one mail. Where deciding fails, None, and at the third time the story of a mail in quarantine."""
    try:
        story = office.sealed(conclude(read, desk, office, now), now)
    except Exception as error:  # one mail's failure is its own: the batch goes on (R6)
        log.exception("mail could not be decided", code="decision_failed", sha256=read.delivery.sha256)
        if read.delivery.tries < TRIES_AT_MOST:
            return None
        why = f"deciding failed: {type(error).__name__}: {error}"
        story = office.sealed(quarantined(read.delivery, read.mail, why, office), now)
    desk.remember(story)
    return story


def tied_all(
    deliveries: Sequence[Delivery], readings: Sequence[Reading], office: Office, signatures: Signatures
) -> list[Read]:
    """Readings with their deliveries, and with what ties each to us: here alone keys of signatures are looked up."""
    signers = signatures.of([_claim(d, r.mail, office) for d, r in zip(deliveries, readings, strict=True)])
    return [tied(d, r, office, by) for d, r, by in zip(deliveries, readings, signers, strict=True)]


def _claim(delivery: Delivery, mail: Mail, office: Office) -> tuple[bytes, str]:
    """The mail, and the domain that should have signed it; none where that would prove nothing."""
    by_signature = office.mailbox(delivery.mailbox).policy.method == "dkim" and not delivery.truncated
    return delivery.raw, mail.sender.address.rpartition("@")[2] if mail.sender and by_signature else ""


def tied(delivery: Delivery, reading: Reading, office: Office, signed_by: tuple[str, ...] = ()) -> Read:
    """A reading with its delivery, and with what ties it to us. `signed_by` are the domains whose signature holds."""
    mail = reading.mail
    if delivery.truncated:
        mail = replace(mail, defects=(*mail.defects, "larger than the limit: only its beginning was fetched"))
    policy = office.mailbox(delivery.mailbox).policy
    return Read(
        delivery=replace(delivery, content_key=content_key(mail)),
        mail=mail,
        language=reading.language,
        brought_language=reading.brought_language,
        bonds=bonds_of(mail, addresses=office.our_addresses, subaddress=office.subaddress, key=office.key),
        sender=Sender(
            address=mail.sender.address if mail.sender else None,
            authentication=authenticate(mail, policy=policy, signed_by=signed_by),
            checked=policy.method != "none",
        ),
    )


def _may_ask_for_work(read: Read, office: Office) -> bool:
    return (
        desk_writer(read, office) is not None
        and not read.bonds.carried
        and read_reply(own_text(read.mail.text)).has("list")
    )


def _survey_within(reads: Sequence[Read], office: Office) -> timedelta | None:
    """How long after a resolution a survey may follow (not at all without one in the rules), where one of these mails
    may resolve a complaint; else None.
    """
    rules = office.rulebook.survey
    may_resolve = (
        office.member_at(read.sender.address) is not None and read_reply(own_text(read.mail.text)).has("resolve")
        for read in reads
    )
    if not any(may_resolve):
        return None
    return rules.after + NOT_LATER_THAN if rules is not None else timedelta(0)


def _written_by(read: Read) -> Iterator[str]:
    return (author.address for author in (*read.mail.from_, *read.mail.reply_to))


def inquiry_of(reads: Sequence[Read], office: Office) -> Inquiry:
    """What has to be looked up before these mails can be decided."""
    shown = frozenset(reference for read in reads if (reference := named_at_desk(read, office)))
    return Inquiry(
        sha256s=frozenset(read.delivery.sha256 for read in reads),
        content_keys=frozenset(key for read in reads if (key := read.delivery.content_key)),
        token_hashes=frozenset(h for read in reads for h in (*read.bonds.carried, *read.bonds.own)),
        message_ids=frozenset(
            i
            for read in reads
            for i in (read.mail.message_id, *read.mail.references, *read.mail.returned_message_ids)
            if i
        ),
        references=frozenset(reference for read in reads for reference in references_in(read.mail)) | shown,
        shown=shown,
        survey_within=_survey_within(reads, office),
        asks_for_work=any(_may_ask_for_work(read, office) for read in reads),
        asking=frozenset(a for read in reads if (a := read.sender.address) and asks_status(read.mail)),
        addresses=frozenset(
            address for read in reads for address in (*_written_by(read), customer_brought(read, office)) if address
        ),
    )


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
        about_several = grant.reference is None or grant.kind == "digest"  # what is ordered there is for no complaint
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


def _log_story(story: Story) -> None:
    delivery = story.delivery
    log.info(
        "mail recorded",
        code="mail_recorded",
        outcome=story.outcome,
        reference=story.reference,
        mailbox=delivery.mailbox if delivery else None,
        folder=(delivery.folder or "inbox") if delivery else None,
        uid=delivery.uid if delivery else None,
        sha256=delivery.sha256[:12] if delivery else None,
    )
