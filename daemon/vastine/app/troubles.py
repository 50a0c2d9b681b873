"""What the administrator is told of trouble, and when it is over."""

from datetime import datetime, timedelta

from vastine.clock import now
from vastine.core.condition import Fault
from vastine.flows.alarms import Alarms

TROUBLE_AFTER = 5  # failures in a row until the administrator is told of a mailbox
AT_MOST_EACH = timedelta(hours=1)  # trouble that comes and goes


class Troubles:
    """Puts each trouble into words, English as in the log; `Alarms` sees to it that it is told once."""

    def __init__(self, alarms: Alarms) -> None:
        self._alarms = alarms
        self._failing: dict[str, datetime] = {}  # since when, by mailbox

    def rules_refused(self, problems: list[str]) -> None:
        """The file of rules was read anew, and is wrong."""
        text = "\n".join(("The rules that were in force stay in force.", "", *problems))
        self._alarms.sound("rules", "Vastine: rules.yaml was not reloaded", text, now())

    def rules_taken(self) -> None:
        """The rules are right again, and whatever was wrong with their texts may be, too."""
        self._alarms.clear("rules", now())
        self._alarms.forget("text ")

    def looked(self, mailbox: str, fault: Fault | None, failures: int) -> None:
        """A loop has looked well, or failed so many times in a row."""
        if fault is None:
            self._failing.pop(mailbox, None)
            self._alarms.clear(f"mailbox {mailbox}", now())
            return
        since = self._failing.setdefault(mailbox, now())
        if failures == TROUBLE_AFTER:
            text = f"{fault.text}\n\nMail waits on the server; nothing is lost. Vastine keeps trying."
            subject = f"Vastine: mailbox {mailbox} cannot be read"
            self._alarms.sound(
                f"mailbox {mailbox}", subject, text, now(), since=since, avoid=mailbox, at_most_each=AT_MOST_EACH
            )

    def text(self, problem: str) -> None:
        """A text of the company cannot be used; the built-in one was sent in its place."""
        text = f"{problem}\n\nMend it in rules.yaml and reload; `vastine check` tells whether it is right."
        self._alarms.sound(f"text {problem}", "Vastine: a text in rules.yaml cannot be used", text, now())

    def strangers(self, mailbox: str, why: str) -> None:
        """No result of our own server is ever found in the mails of that mailbox."""
        text = (
            "A mail of a member of staff was returned: its sender could not be verified. Of Authentication-Results,"
            f" mailbox {mailbox} {why} (since the start).\n\nIs authserv_id in vastine.toml the name that your own"
            " server writes at the beginning of its Authentication-Results?"
        )
        self._alarms.sound(f"authserv_id {mailbox}", f"Vastine: authserv_id of {mailbox} seems wrong", text, now())

    def account(self, mailboxes: tuple[str, ...], reason: str, since: datetime) -> None:
        """An account has not sent anything since then."""
        names = ", ".join(mailboxes)
        text = f"{reason}\n\nOutgoing mail waits and is tried again; nothing is lost."
        subject = f"Vastine: {names} cannot send"
        self._alarms.sound(
            f"smtp {names}", subject, text, now(), since=since, avoid=mailboxes[0], at_most_each=AT_MOST_EACH
        )

    def account_works(self, mailboxes: tuple[str, ...]) -> None:
        """It sends again."""
        self._alarms.clear(f"smtp {', '.join(mailboxes)}", now())
