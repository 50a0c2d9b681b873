"""What the program does as a whole: run as a service, go round once, or compare the mailboxes with the ledger."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime

import structlog
import uvloop

from vastine.app.clockwork import Clockwork
from vastine.app.parts import Parts
from vastine.app.service import serve
from vastine.clock import now
from vastine.company import inbox_of
from vastine.config import Settings
from vastine.core.rules import prepare
from vastine.edges.imap import ImapError
from vastine.edges.memory import give_back
from vastine.edges.reader import ReaderUnavailableError
from vastine.edges.store import ConflictError
from vastine.flows.mail_loop import MailLoop
from vastine.flows.reconcile import Compared, reconcile

log = structlog.get_logger()


class App(Parts):
    """The whole daemon. `run` is the service, `run_once` one round of everything that is due."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.clockwork = Clockwork(self)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The store made ready and locked. Raises StoreError, AnotherInstanceError."""
        self.store.take_lock()
        prepare(self.rules.book())
        try:
            self.store.migrate()
            self.store.reclaim_interrupted(now())
            self.store.adopt_orphans([mailbox.name for mailbox in self.settings.mailboxes])
            self.rules.keep()
            give_back()
            yield
        finally:
            self._close()

    def _close(self) -> None:
        self.reader.close()
        self.intake.signatures.close()
        self.store.close()

    def reload(self) -> bool:
        """Read the rules again, all or nothing: bad ones leave the old ones in force, and `admin` is told."""
        return self.rules.reload()

    # --- the service

    def run(self) -> None:
        """Watch, send and escalate until SIGTERM. Raises SetupError where the address for metrics cannot be had."""
        with self.opened(), self._monitored():
            uvloop.run(serve(self, self.clockwork))

    def _monitored(self) -> AbstractContextManager[object]:
        if self.settings.metrics is None:
            return nullcontext()
        from vastine.monitoring import monitored  # not at the top: most daemons do without

        return monitored(self.settings.metrics, self.lookout.condition)

    # --- one round

    def run_once(self) -> list[str]:
        """Take in all that is there, take the steps and write the surveys and reports that are due, send what is
        due. Returns the mailboxes that could not be reached, each with the reason.
        """
        with self.opened():
            unreachable = [why for watcher in self.watchers if (why := self._look_once(watcher))]
            self.escalation.tick(now())
            self.surveys.tick(now())
            self.reports.tick(now())
            uvloop.run(self.dispatcher.drain())
            self.store.reckon(self.rules.book())
        return unreachable

    @staticmethod
    def _look_once(watcher: MailLoop) -> str | None:
        try:
            watcher.look_once()
        except ImapError as error:
            log.warning("mailbox cannot be reached", code="mailbox_failed", mailbox=watcher.name, why=str(error))
            return f"{watcher.name}: {error}"
        return None

    # --- comparing

    def reconcile(self, *, since: datetime, progress: Callable[[str], None]) -> tuple[list[Compared], list[str]]:
        """Compare the mailboxes with the ledger, also while the daemon runs. Returns what was found, and the mailboxes
        that could not be reached, each with the reason. Raises StoreError where there is no database yet.
        """
        found: list[Compared] = []
        unreachable: list[str] = []
        prepare(self.rules.book())
        try:
            for mailbox in self.settings.mailboxes:
                inbox = inbox_of(mailbox, self.settings.limits.mail_size)
                try:
                    found += reconcile(inbox, self.store, self.intake, since=since, now=now(), progress=progress)
                except (ImapError, ConflictError, ReaderUnavailableError) as error:
                    unreachable.append(f"{mailbox.name}: {error}")
        finally:
            self._close()
        return found, unreachable
