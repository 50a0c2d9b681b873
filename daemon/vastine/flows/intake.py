"""A mail in: from its octets to everything that follows from it, recorded in one transaction.

Read `take_in` for a batch; what follows from one mail is `conclude`d, and recorded here.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

import structlog

from vastine import checkpoint
from vastine.core.desk import Desk
from vastine.core.office import Office
from vastine.core.reading import Read, Reading
from vastine.core.story import Delivery, Story
from vastine.edges.reader import Reader
from vastine.edges.signatures import Signatures
from vastine.edges.store import ConflictError, Store
from vastine.flows.conclude import conclude
from vastine.flows.inquiry import inquiry_of
from vastine.flows.quarantine import quarantined
from vastine.flows.strangers import Strangers
from vastine.flows.telling import hand_over, only_new
from vastine.flows.tying import tied_all

log = structlog.get_logger()
TRIES_AT_MOST = 3


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
            for problem in story.problems:
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
