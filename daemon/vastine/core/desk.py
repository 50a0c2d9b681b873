"""What the desk knows that bears on a batch of mails, and what it learns while deciding them.

The store fills a `Desk` with a few look-ups for the whole batch. Each decided mail is then remembered here, so that
the next one in the same batch sees it as if it had been recorded alone.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Literal

from vastine.core.complaint import Complaint, Event
from vastine.core.outgoing import GATHERED
from vastine.core.past import KINDS, Entry, entries_of
from vastine.core.story import Delivery, Story
from vastine.core.survey import History

EARLIER_KEPT: Final = 6  # of a customer: as many as a routed mail shows, and the one that it is about


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token, or a Message-ID of ours, tells about who answers it. `kind` is that of the mail it stood in;
    `failed` says that this mail is known not to have arrived. `about` are the references that a member's gathered mail
    has links for.
    """

    via: Literal["token", "Message-ID"]
    purpose: str  # "c", "s" or "b"
    party: str
    reference: str | None
    message_id: str
    kind: str
    revoked: bool = False
    failed: bool = False
    about: tuple[str, ...] = ()

    @property
    def is_gathered(self) -> bool:
        """Whether that mail is about several complaints: its `reference` is only where a reply is kept."""
        return self.party.startswith(f"{GATHERED}:")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """An earlier delivery of the same mail, already decided."""

    outcome: str
    reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A mail to a customer that waits until it can be undone no longer: an answer, or a closing, and then `by` whom."""

    message_id: str
    created_at: datetime
    kind: Literal["answer", "closing"] = "answer"
    by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """What a batch of mails refers to, and so has to be looked up: hashes, tokens' hashes, Message-IDs, addresses,
    and references that it only names. `asks_for_work`: a mail may ask for what is in hand. `asking` are the addresses
    that ask for the status of their matters, `shown` the references that a member wants to see. `survey_within`: a mail
    may resolve a complaint, and a survey, if any, follows within so long; None where that is not so.
    """

    sha256s: frozenset[str]
    content_keys: frozenset[str]
    token_hashes: frozenset[str]
    message_ids: frozenset[str]
    addresses: frozenset[str]
    references: frozenset[str] = frozenset()
    asks_for_work: bool = False
    asking: frozenset[str] = frozenset()
    shown: frozenset[str] = frozenset()
    survey_within: timedelta | None = None


@dataclass(slots=True, kw_only=True)
class Desk:
    """The working copy. Addresses are in lower case; times are aware and in UTC.

    `grants` are the tokens' meanings by keyed hash, `ours` the meanings of our own Message-IDs, `theirs` the references
    that mails of others with these Message-IDs belong to. `earlier` holds each customer's newest complaints, newest
    first, and `opened` when these and more of them were opened. `acknowledged_today` counts acknowledgements an address
    in the last 24 hours, and `acknowledged` are the addresses that one of these has left for, so that they may answer
    it; `acknowledgement_times` are the newest ones of all, oldest first, as far back as the breaker looks (none where
    it is far from opening). `told_status` are the addresses that had a mail about the status in the last 24 hours,
    `matters` what is in hand of those who ask for it. `unreachable` are the members' addresses whose mailbox refused
    our mail for good in the last 24 hours. Of complaints that staff write about, `held` are the answers that still
    wait, `work` is what is in hand (where somebody asks for it), `answered` says who answered lately and when, and
    `unproven` when a member's token was used without proof, `returned` when mail of theirs was returned. `histories`
    tell of complaints that may be resolved now what bears on asking their customers afterwards. `past` are the events
    that tell what staff did about the complaints that they write about now.
    """

    seen: dict[str, Seen] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    ours: dict[str, Grant] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    complaints: dict[str, Complaint] = field(default_factory=dict)
    earlier: dict[str, tuple[Complaint, ...]] = field(default_factory=dict)
    opened: dict[str, tuple[datetime, ...]] = field(default_factory=dict)
    acknowledged_today: Counter[str] = field(default_factory=Counter)
    acknowledged: set[str] = field(default_factory=set)
    acknowledgement_times: list[datetime] = field(default_factory=list)
    told_status: set[str] = field(default_factory=set)
    matters: dict[str, tuple[Complaint, ...]] = field(default_factory=dict)
    unreachable: set[str] = field(default_factory=set)
    loads: Counter[str] = field(default_factory=Counter)
    turns: dict[str, str] = field(default_factory=dict)
    held: dict[str, tuple[Held, ...]] = field(default_factory=dict)
    answered: dict[str, tuple[tuple[str, datetime], ...]] = field(default_factory=dict)
    unproven: dict[str, tuple[datetime, ...]] = field(default_factory=dict)
    returned: dict[str, tuple[datetime, ...]] = field(default_factory=dict)
    work: tuple[Complaint, ...] = ()
    histories: dict[str, History] = field(default_factory=dict)
    past: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    references: Iterator[str] = field(default_factory=lambda: iter(()))

    def remember(self, story: Story) -> None:
        """Take what was decided about one mail into account for the next ones of the batch."""
        if story.delivery is not None and story.outcome is not None:
            seen = Seen(outcome=story.outcome, reference=story.reference)
            for key in (story.delivery.sha256, story.delivery.content_key):
                if key is not None and story.outcome not in ("duplicate", "quarantined"):
                    self.seen.setdefault(key, seen)
        if story.sender_kind is not None and story.mail is not None and story.mail.message_id and story.reference:
            self.theirs[story.mail.message_id] = story.reference
        if story.complaint is not None:
            self._remember_complaint(story.complaint, opens=story.opens)
        for complaint in story.others:
            self._remember_complaint(complaint, opens=False)
        self._remember_work(story)
        for mail in story.mails:
            if mail.draft.kind == "acknowledgement":
                self.acknowledged_today[mail.draft.to.address] += 1
                self.acknowledgement_times.append(mail.draft.not_before or mail.created_at)
            if mail.draft.kind == "status":
                self.told_status.add(mail.draft.to.address)
        self._remember_reach(story)

    def _remember_reach(self, story: Story) -> None:
        if story.lost_member is not None:
            self.unreachable.add(story.lost_member)
        if story.reached is not None:
            self.unreachable.discard(story.reached)
        for known in (self.grants, self.ours):
            for key, grant in known.items():
                if story.bounced is not None and grant.message_id == story.bounced:
                    known[key] = replace(grant, failed=True)

    def take_back(self, reference: str, undone: Mapping[str, Any]) -> None:
        """An answer that was undone is none; `undone` is what was recorded of that."""
        answers = self.answered.get(reference, ())
        self.answered[reference] = tuple(each for each in answers if each[1].isoformat() != undone["at"])

    def _remember_work(self, story: Story) -> None:
        """What a member of staff has done."""
        for event in story.events:
            self._remember_event(event)
        for mail in story.mails:
            if mail.draft.kind in ("answer", "closing") and mail.draft.reference and mail.draft.not_before:
                held = Held(message_id=mail.message_id, created_at=mail.created_at)
                if mail.draft.kind == "closing":
                    by = next((each.actor for each in story.events if each.kind == "resolved"), None)
                    held = replace(held, kind="closing", by=by)
                self.held[mail.draft.reference] = (*self.held.get(mail.draft.reference, ()), held)

    def _remember_event(self, event: Event) -> None:
        if event.kind in KINDS:
            self.past[event.reference] = (*self.past.get(event.reference, ()), event)
        if event.kind in ("answered", "customer_wrote"):
            known = self.histories.get(event.reference, History())
            self.histories[event.reference] = replace(known, heard=event.kind == "answered")
        if event.kind == "answered":
            self.answered[event.reference] = (*self.answered.get(event.reference, ()), (event.actor, event.at))
        elif event.kind == "undone":
            self.take_back(event.reference, event.detail)
        elif event.kind == "returned":
            self.returned[event.actor] = (*self.returned.get(event.actor, ()), event.at)
            if "not_verified" in event.detail["problems"]:
                self.unproven[event.actor] = (*self.unproven.get(event.actor, ()), event.at)

    def _remember_complaint(self, complaint: Complaint, *, opens: bool) -> None:
        before = self.complaints.get(complaint.reference)
        self.complaints[complaint.reference] = complaint
        customer = complaint.customer.address
        known = self.earlier.get(customer, ())
        if opens:
            self.earlier[customer] = (complaint, *known)[:EARLIER_KEPT]
            self.opened[customer] = (complaint.opened_at, *self.opened.get(customer, ()))
        else:
            self.earlier[customer] = tuple(complaint if c.reference == complaint.reference else c for c in known)
        matters = self.matters.get(customer, ())
        self.matters[customer] = tuple(complaint if c.reference == complaint.reference else c for c in matters)
        for state, weight in ((before, -1), (complaint, 1)):
            if state is not None and state.assignee and state.status in ("open", "waiting"):
                self.loads[state.assignee] += weight
        if opens and complaint.assignee:
            self.turns[complaint.team] = complaint.assignee

    def seen_before(self, delivery: Delivery) -> Seen | None:
        """The earlier delivery of the same mail: of the same octets, or of the same content by another way."""
        return self.seen.get(delivery.sha256) or self.seen.get(delivery.content_key or "")

    def current(self, reference: str) -> Complaint | None:
        """The complaint of that reference, or the one that it was merged into."""
        complaint, passed = self.complaints.get(reference), {reference}
        while complaint is not None and complaint.merged_into is not None and complaint.merged_into not in passed:
            passed.add(complaint.merged_into)
            complaint = self.complaints.get(complaint.merged_into)
        return complaint

    def work_of(self, member: str, teams: AbstractSet[str], led: AbstractSet[str] = frozenset()) -> list[Complaint]:
        """What a member has in hand, what nobody of their teams has taken, and all of the teams that they lead."""
        return [c for c in self.work if c.assignee == member or c.team in led or (not c.assignee and c.team in teams)]

    def past_of(self, reference: str) -> tuple[Entry, ...]:
        """What staff did about a complaint, and about what was merged into it, oldest first."""
        current = {each: self.current(each) for each in self.past}
        of_it = [each for each, now in current.items() if each == reference or (now and now.reference == reference)]
        return entries_of(sorted((event for each in of_it for event in self.past[each]), key=lambda event: event.at))

    def next_reference(self) -> str:
        """A reference that no complaint has."""
        return next(self.references)


def acknowledgement_time(times: list[datetime], *, per_hour: int, now: datetime) -> datetime | None:
    """When the next acknowledgement may go so that no hour has more than `per_hour` (R22's breaker).

    `times` are those of the newest acknowledgements, oldest first, held ones included. Returns `now` where the rate
    allows, a later time where the acknowledgement is to be held, None where that would be over 24 hours away.
    """
    if len(times) < per_hour:
        return now
    at = max(now, times[-per_hour] + timedelta(hours=1))
    return at if at <= now + timedelta(hours=24) else None
