"""Whether our own server's Authentication-Results ever come: a wrong `authserv_id` leaves every sender unproven.

Mails that carry the results of other servers only are told of once in the log; a member whose mail comes back for that
reason is told to the administrator.
"""

import threading
from collections.abc import Callable, Sequence

import structlog

from vastine.core.office import Office
from vastine.core.reading import Read
from vastine.core.story import Story

log = structlog.get_logger()
NAMED_AT_MOST = 5


class Strangers:
    """What each mailbox has seen since the start. `tell` gets a mailbox and what is wrong."""

    def __init__(self, tell: Callable[[str, str], None]) -> None:
        self.tell = tell
        self._seen: dict[str, set[str]] = {}  # ids of other servers, by mailbox
        self._ours: set[str] = set()  # mailboxes where ours came
        self._lock = threading.Lock()

    def look(self, reads: Sequence[Read], office: Office) -> None:
        """Take notice of whose results these mails carry."""
        for read in reads:
            name, sender = read.delivery.mailbox, read.sender.authentication
            policy = office.mailbox(name).policy
            if policy.method != "authserv-id" or (not sender.strangers and read.mail.field(_FIELD) is None):
                continue
            with self._lock:
                known = self._seen.setdefault(name, set())
                is_first = not known and name not in self._ours
                if sender.strangers:
                    known.update(sender.strangers)
                else:
                    self._ours.add(name)
            if sender.strangers and is_first:
                log.warning(
                    "no Authentication-Results of ours: authserv_id may be wrong",
                    code="authserv_id_unseen",
                    mailbox=name,
                    why=self._said(name, policy.authserv_id),
                )

    def returned(self, stories: Sequence[Story], office: Office) -> None:
        """Tell of members whose mail was returned, since no results of ours were ever there."""
        for story in stories:
            unproven = any("not_verified" in e.detail["problems"] for e in story.events if e.kind == "returned")
            name = story.delivery.mailbox if story.delivery else ""
            if unproven and name in self._seen and self._seen[name] and name not in self._ours:
                self.tell(name, self._said(name, office.mailbox(name).policy.authserv_id))

    def _said(self, mailbox: str, expected: str) -> str:
        return f"saw {', '.join(sorted(self._seen[mailbox])[:NAMED_AT_MOST])}, never {expected}"


_FIELD = "Authentication-Results"
