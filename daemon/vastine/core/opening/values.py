"""What a new matter rests on."""

from dataclasses import dataclass
from typing import Any

from vastine.core.authentication import Authentication
from vastine.core.compose import Notice
from vastine.core.joining import Tie
from vastine.core.kind import Finding
from vastine.core.mail import Mail
from vastine.core.office import Mailbox
from vastine.core.past import Entry
from vastine.core.reading import Read
from vastine.core.rules import Decision, Member


@dataclass(frozen=True, slots=True, kw_only=True)
class By:
    """The member who brings a customer's words: wrote them down, or forwarded the customer's mail."""

    member: Member
    writes_down: bool
    unacknowledged: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A mail that opens a complaint, with all that its decision rests on."""

    read: Read
    finding: Finding
    decision: Decision
    rules: tuple[dict[str, Any], ...]
    mailbox: Mailbox
    tie: Tie | None = None
    notices: tuple[Notice, ...] = ()
    by: By | None = None
    past: tuple[Entry, ...] = ()

    @property
    def mail(self) -> Mail:
        return self.read.mail

    @property
    def authentication(self) -> Authentication:
        """Whether the mail is from whom it says."""
        return self.read.sender.authentication
