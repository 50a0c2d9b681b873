"""Everything that the program consists of, built once from its settings and tied together; nothing runs yet."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from vastine import __version__
from vastine.app.rules_in_force import RulesInForce
from vastine.app.troubles import Troubles
from vastine.clock import now
from vastine.company import asides_of, inbox_of, senders_of, watched_of
from vastine.config import MailboxSettings, Settings
from vastine.core.condition import Fault
from vastine.core.rules import Rulebook
from vastine.edges.painter import Painter
from vastine.edges.reader import Reader
from vastine.edges.smtp import Never
from vastine.edges.store import Claimed, Store
from vastine.edges.uptime import look_at_clocks
from vastine.flows.alarms import Alarms
from vastine.flows.aside import AsideWatcher
from vastine.flows.dispatch import Dispatcher
from vastine.flows.escalate import Escalation
from vastine.flows.hold import Hold
from vastine.flows.intake import Intake
from vastine.flows.lookout import Lookout
from vastine.flows.mail_loop import MailLoop
from vastine.flows.report import Reports
from vastine.flows.returns import record_failure
from vastine.flows.survey import Surveys
from vastine.flows.watch import Watcher
from vastine.pulse import Pulses
from vastine.tally import Tally

STALLED_AFTER = timedelta(minutes=5)


class Parts:
    """Raises RulesError and SetupError where settings and rules do not make a daemon."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.rules = RulesInForce(settings, self.store, on_refused=self._on_refused, on_taken=self._on_taken)
        self.office = self.rules.office
        self.reader = Reader(self.rules.book().languages)
        self.pulses = Pulses()
        self.tally = Tally(mailbox.name for mailbox in settings.mailboxes)
        self.alarms = Alarms(self.store, self.office, self.kick)
        self.troubles = Troubles(self.alarms)
        self._build_tellers()
        self.dispatcher = self._dispatcher()
        self.watchers = list(self._watchers())
        self.lookout = self._lookout()

    def kick(self) -> None:
        """There is mail to send."""
        self.dispatcher.kick()

    # --- the parts

    def _build_tellers(self) -> None:
        """All that writes mails: of what came in, and of what the clock says."""
        store, office, kick, tell_of_text = self.store, self.office, self.kick, self.troubles.text
        self.intake = Intake(
            store,
            self.reader,
            office,
            kick,
            tell_of_text,
            count=self.tally.received,
            tell_of_strangers=self.troubles.strangers,
        )
        hold = Hold(store, office, look_at_clocks)
        self.escalation = Escalation(store, self.reader, office, kick, tell_of_text, hold)
        self.surveys = Surveys(store, office, kick, tell_of_text)
        self.reports = Reports(store, store, office, kick, Painter())

    def _dispatcher(self) -> Dispatcher:
        return Dispatcher(
            self.store,
            senders_of(self.settings),
            clock=now,
            on_failure=self._on_failure,
            on_account_trouble=self.troubles.account,
            on_account_works=self.troubles.account_works,
            beat=lambda: self.pulses.beat("dispatch"),
            count=self.tally.attempted,
        )

    def _watchers(self) -> Iterator[MailLoop]:
        """The loops over IMAP: all inboxes, then what lies beside them."""
        inboxes = [(mailbox, self._watcher(mailbox)) for mailbox in self.settings.mailboxes]
        yield from (watcher for _, watcher in inboxes)
        for mailbox, watcher in inboxes:
            yield from self._asides(mailbox, watcher.looked)

    def _watcher(self, mailbox: MailboxSettings) -> Watcher:
        return Watcher(
            inbox_of(mailbox, self.settings.limits.mail_size),
            self.store,
            self.intake,
            clock=now,
            report=self._on_look,
            beat=partial(self._beat, f"mailbox {mailbox.name}"),
        )

    def _asides(self, mailbox: MailboxSettings, after: threading.Event) -> list[AsideWatcher]:
        return [
            AsideWatcher(
                aside,
                self.store,
                self.intake,
                self.office,
                clock=now,
                report=self._on_look,
                beat=partial(self._beat, f"mailbox {mailbox.name} {aside.role}"),
                after=after,
            )
            for aside in asides_of(mailbox, self.settings.limits.mail_size)
        ]

    def _lookout(self) -> Lookout:
        return Lookout(
            self.store,
            [each for mailbox in self.settings.mailboxes for each in watched_of(mailbox)],
            __version__,
            now,
            tallies=self.tally.so_far,
            silent=self.stalled,
            not_sending=self.dispatcher.not_sending,
            alarms=self.alarms.count,
        )

    # --- what one part tells the others

    def stalled(self) -> list[str]:
        """The loops that make no progress."""
        return self.pulses.silent(longer_than=STALLED_AFTER)

    def _beat(self, name: str, resting: timedelta) -> None:
        self.pulses.beat(name, resting=resting)

    def _on_look(self, mailbox: str, fault: Fault | None) -> None:
        self.troubles.looked(mailbox, fault, self.lookout.looked(mailbox, fault))

    def _on_failure(self, mail: Claimed, failure: Never) -> None:
        record_failure(self.store, mail, failure.reason, self.office(), now())
        self.kick()

    def _on_refused(self, problems: list[str]) -> None:
        self.troubles.rules_refused(problems)
        self._count_reload(taken=False)

    def _on_taken(self, book: Rulebook) -> None:
        self.reader.speak(book.languages)
        self._count_reload(taken=True)
        self.troubles.rules_taken()

    def _count_reload(self, *, taken: bool) -> None:
        self.tally.reloaded(taken=taken)
        self.lookout.reloaded(taken=taken)
