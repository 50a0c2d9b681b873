"""What every decision may know of the company besides the mail: its mailboxes, rules, limits and keys."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from vastine.core.authentication import Policy
from vastine.core.compose import seal, shadow
from vastine.core.outgoing import Draft, Outgoing
from vastine.core.rules import Member, Rulebook
from vastine.core.story import Story
from vastine.core.tokens import Random


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A support inbox as customers know it. `address` and `aliases` are in lower case."""

    name: str
    address: str
    aliases: tuple[str, ...] = ()
    language: str | None = None
    policy: Policy
    envelope: Literal["subaddress", "address"] = "subaddress"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """The company as it is now; a reload makes another one. `random` gives octets for tokens and ids."""

    rulebook: Rulebook
    mailboxes: dict[str, Mailbox]
    key: bytes = field(repr=False)
    random: Random
    subaddress: str = "+"
    mode: Literal["live", "shadow"] = "live"
    admin: str | None = None
    acknowledgements_per_sender: int = 4
    acknowledgements_per_hour: int = 500
    hold_replies: timedelta = timedelta(seconds=60)

    @property
    def our_addresses(self) -> frozenset[str]:
        """Every address that mail to us may bear."""
        return frozenset(a for mailbox in self.mailboxes.values() for a in (mailbox.address, *mailbox.aliases))

    @property
    def staff_addresses(self) -> dict[str, str]:
        """Each member's registered address, in lower case, by key."""
        return {member.key: member.email.lower() for member in self.rulebook.staff.values()}

    def member_at(self, address: str | None) -> Member | None:
        """The member who writes from that address, in lower case."""
        key = self.rulebook.writers.get(address or "")
        return self.rulebook.staff[key] if key is not None else None

    def is_ours(self, address: str) -> bool:
        """Whether mail to that address, in lower case, comes to us: also one with a token of ours, or any detail."""
        local, _, domain = address.rpartition("@")
        base = local.partition(self.subaddress)[0] if self.subaddress else local
        return f"{base}@{domain}" in self.our_addresses

    def mailbox(self, name: str) -> Mailbox:
        """The mailbox of that name; the first one for complaints of a mailbox that is gone from the settings."""
        return self.mailboxes.get(name) or next(iter(self.mailboxes.values()))

    def seal(self, draft: Draft, now: datetime) -> Outgoing:
        """Fix the bytes, the Message-ID and the tokens of a mail (R18)."""
        mailbox = self.mailbox(draft.mailbox)
        return seal(
            draft
            if draft.mailbox == mailbox.name or draft.mailbox in self.mailboxes
            else replace(draft, mailbox=mailbox.name),
            address=mailbox.address,
            company=self.rulebook.company,
            subaddress=self.subaddress,
            envelope=mailbox.envelope,
            key=self.key,
            random=self.random,
            now=now,
        )

    def sealed(self, story: Story, now: datetime) -> Story:
        """The story with the bytes of the mails that go. In shadow, a mail to a customer becomes one to `admin`."""
        drafts = (letter.draft for letter in story.letters if letter.suppressed is None)
        going = (self._delivered(draft) for draft in drafts)
        return replace(story, mails=tuple(self.seal(draft, now) for draft in going if draft is not None))

    def _delivered(self, draft: Draft) -> Draft | None:
        if self.mode == "live" or not draft.to_customer:
            return draft
        return shadow(self.rulebook, draft, admin=self.admin) if self.admin else None
