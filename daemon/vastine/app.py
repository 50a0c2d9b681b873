"""Builds everything once, starts the loops, hears the signals, tells systemd."""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import structlog
import uvloop

from vastine import __version__
from vastine.clock import now
from vastine.company import asides_of, inbox_of, office_of, read_key, senders_of, watched_of
from vastine.config import MailboxSettings, Settings
from vastine.core.condition import Fault, in_a_sentence
from vastine.core.office import Office
from vastine.core.rules import RulesError, prepare
from vastine.edges import systemd
from vastine.edges.imap import ImapError
from vastine.edges.memory import give_back
from vastine.edges.painter import Painter
from vastine.edges.reader import Reader, ReaderUnavailableError
from vastine.edges.smtp import Never
from vastine.edges.store import Claimed, ConflictError, Store, StoreError
from vastine.edges.timers import Timers
from vastine.edges.uptime import look_at_clocks
from vastine.flows.alarms import Alarms
from vastine.flows.aside import AsideWatcher
from vastine.flows.dispatch import Dispatcher
from vastine.flows.escalate import Escalation
from vastine.flows.hold import Hold
from vastine.flows.intake import Intake
from vastine.flows.lookout import Lookout
from vastine.flows.mail_loop import MailLoop
from vastine.flows.reconcile import Compared, reconcile
from vastine.flows.report import Reports
from vastine.flows.returns import record_failure
from vastine.flows.survey import Surveys
from vastine.flows.watch import Watcher
from vastine.pulse import Pulses
from vastine.rules_file import RulesFile, SetupError, rules_for
from vastine.tally import Tally

log = structlog.get_logger()
LADDER_EVERY = 1.0  # seconds; one look at an index each for steps and surveys when nothing is due
STATUS_EVERY = 10.0
RULES_EVERY = 2.0
REPORTS_EVERY = 10.0  # in a thread of its own: measuring and drawing may take seconds
STALLED_AFTER = timedelta(minutes=5)
GRACE = 5.0  # seconds for all mailboxes to end what they are at, before their lines are cut, and again after
TROUBLE_AFTER = 5  # failures in a row until the administrator is told of a mailbox


def _join(threads: Sequence[threading.Thread], seconds: float) -> None:
    """Wait for all of them, so many seconds together."""
    end = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, end - time.monotonic()))


class App:
    """The whole daemon. `run` is the service, `run_once` one round of everything that is due."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = Store(settings.database)
        self.rules_file = RulesFile(settings.rules)
        self._office = office_of(settings, rules_for(settings), read_key(settings.key))
        self._reloading = threading.Lock()
        self.pulses = Pulses()
        self.alarms = Alarms(self.store, self.office, self.kick)
        self.reader = Reader(self._office.rulebook.languages)
        self.tally = Tally(mailbox.name for mailbox in settings.mailboxes)
        self.intake = Intake(
            self.store,
            self.reader,
            self.office,
            self.kick,
            self._on_text_problem,
            count=self.tally.received,
            tell_of_strangers=self._on_strangers,
        )
        hold = Hold(self.store, self.office, look_at_clocks)
        self.escalation = Escalation(self.store, self.reader, self.office, self.kick, self._on_text_problem, hold)
        self.surveys = Surveys(self.store, self.office, self.kick, self._on_text_problem)
        self.reports = Reports(self.store, self.store, self.office, self.kick, Painter())
        self.dispatcher = Dispatcher(
            self.store,
            senders_of(settings),
            clock=now,
            on_failure=self._on_failure,
            on_account_trouble=self._on_account_trouble,
            beat=lambda: self.pulses.beat("dispatch"),
            count=self.tally.attempted,
        )
        inboxes = [(mailbox, self._watcher(mailbox)) for mailbox in settings.mailboxes]
        self.watchers: list[MailLoop] = [watcher for _, watcher in inboxes]
        self.watchers += [each for mailbox, watcher in inboxes for each in self._asides(mailbox, watcher.looked)]
        self.lookout = Lookout(
            self.store,
            [each for mailbox in settings.mailboxes for each in watched_of(mailbox)],
            __version__,
            now,
            tallies=self.tally.so_far,
            silent=lambda: self.pulses.silent(longer_than=STALLED_AFTER),
            not_sending=self.dispatcher.not_sending,
            alarms=self.alarms.count,
        )
        self._status = ""

    def office(self) -> Office:
        """The company as it is now."""
        return self._office

    def kick(self) -> None:
        """There is mail to send."""
        self.dispatcher.kick()

    # --- starting

    @contextmanager
    def opened(self) -> Iterator[None]:
        """The store made ready and locked. Raises StoreError, AnotherInstanceError."""
        self.store.take_lock()
        prepare(self._office.rulebook)
        try:
            self.store.migrate()
            self.store.reclaim_interrupted(now())
            self.store.adopt_orphans([mailbox.name for mailbox in self.settings.mailboxes])
            self._keep_rules()
            give_back()
            yield
        finally:
            self.reader.close()
            self.intake.signatures.close()
            self.store.close()

    def _keep_rules(self) -> None:
        """So that decisions can be explained later; where they cannot be kept now, it is tried at the next reload."""
        book = self._office.rulebook
        try:
            self.store.keep_rules(book.hash, book.source, now())
        except StoreError as error:
            log.warning("version of the rules not kept", code="rules_not_kept", why=str(error))

    def _watcher(self, mailbox: MailboxSettings) -> Watcher:
        return Watcher(
            inbox_of(mailbox, self.settings.limits.mail_size),
            self.store,
            self.intake,
            clock=now,
            report=self._on_look,
            beat=partial(self._beat, f"mailbox {mailbox.name}"),
        )

    def _beat(self, name: str, resting: timedelta) -> None:
        self.pulses.beat(name, resting=resting)

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
            self.store.reckon(self._office.rulebook)
        return unreachable

    @staticmethod
    def _look_once(watcher: MailLoop) -> str | None:
        try:
            watcher.look_once()
        except ImapError as error:
            log.warning("mailbox cannot be reached", code="mailbox_failed", mailbox=watcher.name, why=str(error))
            return f"{watcher.name}: {error}"
        return None

    def reconcile(self, *, since: datetime, progress: Callable[[str], None]) -> tuple[list[Compared], list[str]]:
        """Compare the mailboxes with the ledger, also while the daemon runs. Returns what was found, and the mailboxes
        that could not be reached, each with the reason. Raises StoreError where there is no database yet.
        """
        found: list[Compared] = []
        unreachable: list[str] = []
        prepare(self._office.rulebook)
        try:
            for mailbox in self.settings.mailboxes:
                inbox = inbox_of(mailbox, self.settings.limits.mail_size)
                try:
                    found += reconcile(inbox, self.store, self.intake, since=since, now=now(), progress=progress)
                except (ImapError, ConflictError, ReaderUnavailableError) as error:
                    unreachable.append(f"{mailbox.name}: {error}")
        finally:
            self.reader.close()
            self.intake.signatures.close()
            self.store.close()
        return found, unreachable

    # --- the service

    def run(self) -> None:
        """Watch, send and escalate until SIGTERM. Raises SetupError where the address for metrics cannot be had."""
        with self.opened(), self._monitored():
            uvloop.run(self._serve())

    def _monitored(self) -> AbstractContextManager[object]:
        if self.settings.metrics is None:
            return nullcontext()
        from vastine.monitoring import monitored  # not at the top: most daemons do without

        return monitored(self.settings.metrics, self.lookout.condition)

    async def _serve(self) -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGHUP, lambda: loop.run_in_executor(None, self.reload))
        threads = [self._started(watcher) for watcher in self.watchers]
        timers = self._timers()
        timers.start()
        dispatch = asyncio.create_task(self.dispatcher.run(stop))
        systemd.notify("READY=1")
        log.info("ready", code="ready", mailboxes=len(self.settings.mailboxes), rules=len(self._office.rulebook.rules))
        await stop.wait()
        systemd.notify("STOPPING=1")
        log.info("stopping", code="stopping")
        await self._stop(threads, timers, dispatch)

    async def _stop(self, threads: list[threading.Thread], timers: Timers, dispatch: asyncio.Task[None]) -> None:
        """Let each loop finish what it is in the midst of: nothing is begun, nothing is cut off."""
        for watcher in self.watchers:
            watcher.stop()
        self.reports.stop()
        await asyncio.to_thread(timers.stop)
        await asyncio.to_thread(_join, threads, GRACE)
        for watcher in self.watchers:
            watcher.cut()
        await asyncio.to_thread(_join, threads, GRACE)
        await dispatch
        left = [thread.name for thread in threads if thread.is_alive()]
        log.info("stopped", code="stopped", left=left)

    def _started(self, watcher: MailLoop) -> threading.Thread:
        thread = threading.Thread(target=watcher.run, name=f"mailbox {watcher.name}", daemon=True)
        self.pulses.beat(thread.name)
        thread.start()
        return thread

    def _timers(self) -> Timers:
        timers = Timers()
        self.pulses.beat("ladder")
        timers.every(LADDER_EVERY, "ladder", self._climb)
        timers.every(REPORTS_EVERY, "reports", self._report)
        if systemd.is_listening():
            timers.every(STATUS_EVERY, "status", self._tell_status, at_once=True)
        if self.settings.reload_on_change:
            timers.every(RULES_EVERY, "rules", self._watch_rules)
        if (interval := systemd.watchdog_interval()) is not None:
            timers.every(interval.total_seconds() / 3, "watchdog", self._feed_watchdog)
        return timers

    def _climb(self) -> None:
        """Each part by itself: what fails in one must not stop the others."""
        parts: tuple[tuple[str, Callable[[], object]], ...] = (
            ("ladder", lambda: self.escalation.tick(now())),
            ("surveys", lambda: self.surveys.tick(now())),
            ("measures", lambda: self.store.reckon(self._office.rulebook)),
            ("outbox", self._reclaim),
        )
        for name, part in parts:
            try:
                part()
            except StoreError as error:
                log.warning("the ladder waits", code="ladder_failed", part=name, why=str(error))
            except Exception:  # the top of the loop
                log.exception("a part of the ladder failed", code="ladder_part_failed", part=name)
        self.pulses.beat("ladder")

    def _reclaim(self) -> None:
        if not self.store.is_sqlite and self.store.reclaim_interrupted(now()):
            self.kick()  # another replica died in the midst of sending

    def _report(self) -> None:
        try:
            self.reports.tick(now())
        except StoreError as error:
            log.warning("reports wait", code="reports_wait", why=str(error))

    def _feed_watchdog(self) -> None:
        silent = self.pulses.silent(longer_than=STALLED_AFTER)
        if silent:
            log.error("loops make no progress", code="stalled", loops=silent)
        else:
            systemd.notify("WATCHDOG=1")

    def _watch_rules(self) -> None:
        if self.rules_file.has_settled_anew():
            self.reload()

    def _tell_status(self) -> None:
        """Where it has changed: the service manager keeps the last one."""
        status = in_a_sentence(self.lookout.condition())
        if status != self._status and systemd.notify(f"STATUS={status}"):
            self._status = status

    # --- what may happen meanwhile

    def reload(self) -> bool:
        """Read the rules again, all or nothing: bad ones leave the old ones in force, and `admin` is told.

        Complaints in hand keep their clocks: only `vastine rules recompute` reckons them anew.
        """
        with self._reloading:
            return self._reload()

    def _reload(self) -> bool:
        self.rules_file.notice()
        try:
            book = rules_for(self.settings)
        except (RulesError, SetupError) as error:
            problems = str(error).splitlines()
            log.error("rules not reloaded: the old ones stay", code="rules_refused", why="; ".join(problems))
            text = "\n".join(("The rules that were in force stay in force.", "", *problems))
            self.alarms.sound("rules", "Vastine: rules.yaml was not reloaded", text, now())
            self._count_reload(taken=False)
            return False
        prepare(book)
        self._office = replace(self._office, rulebook=book)
        self.reader.speak(book.languages)
        self._keep_rules()
        self._count_reload(taken=True)
        self.alarms.clear("rules")
        self.alarms.clear_all("text ")
        log.info("rules reloaded", code="rules_reloaded", hash=book.hash[:12], rules=len(book.rules))
        return True

    def _count_reload(self, *, taken: bool) -> None:
        self.tally.reloaded(taken=taken)
        self.lookout.reloaded(taken=taken)

    def _on_look(self, mailbox: str, fault: Fault | None) -> None:
        failures = self.lookout.looked(mailbox, fault)
        if fault is None:
            self.alarms.clear(f"mailbox {mailbox}")
        elif failures == TROUBLE_AFTER:
            text = f"{fault.text}\n\nMail waits on the server; nothing is lost. Vastine keeps trying."
            self.alarms.sound(
                f"mailbox {mailbox}", f"Vastine: mailbox {mailbox} cannot be read", text, now(), avoid=mailbox
            )

    def _on_text_problem(self, problem: str) -> None:
        text = f"{problem}\n\nMend it in rules.yaml and reload; `vastine check` tells whether it is right."
        self.alarms.sound(f"text {problem}", "Vastine: a text in rules.yaml cannot be used", text, now())

    def _on_strangers(self, mailbox: str, why: str) -> None:
        text = (
            "A mail of a member of staff was returned: its sender could not be verified. Of Authentication-Results,"
            f" mailbox {mailbox} {why} (since the start).\n\nIs authserv_id in vastine.toml the name that your own"
            " server writes at the beginning of its Authentication-Results?"
        )
        self.alarms.sound(f"authserv_id {mailbox}", f"Vastine: authserv_id of {mailbox} seems wrong", text, now())

    def _on_failure(self, mail: Claimed, failure: Never) -> None:
        record_failure(self.store, mail, failure.reason, self.office(), now())
        self.kick()

    def _on_account_trouble(self, mailboxes: tuple[str, ...], reason: str) -> None:
        """The dispatch tells this once a trouble, so the alarm is not kept on here."""
        names = ", ".join(mailboxes)
        text = f"{reason}\n\nOutgoing mail waits and is tried again; nothing is lost."
        self.alarms.sound(f"smtp {names}", f"Vastine: {names} cannot send", text, now(), avoid=mailboxes[0])
        self.alarms.clear(f"smtp {names}")
