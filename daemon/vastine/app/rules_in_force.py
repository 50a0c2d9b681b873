"""The company as it is now: its rules, and reading them anew while everything runs."""

import threading
from collections.abc import Callable
from dataclasses import replace

import structlog

from vastine.clock import now
from vastine.company import office_of, read_key
from vastine.config import Settings
from vastine.core.office import Office
from vastine.core.rules import Rulebook, RulesError, prepare
from vastine.edges.store import Store, StoreError
from vastine.rules_file import RulesFile, SetupError, rules_for

log = structlog.get_logger()


class RulesInForce:
    """The rules that were last read well. Raises RulesError and SetupError where the first reading fails.

    `on_refused` is told what is wrong with new ones, `on_taken` is given those that are in force from then on.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        on_refused: Callable[[list[str]], None],
        on_taken: Callable[[Rulebook], None],
    ) -> None:
        self._settings = settings
        self._store = store
        self._on_refused = on_refused
        self._on_taken = on_taken
        self._file = RulesFile(settings.rules)
        self._office = office_of(settings, rules_for(settings), read_key(settings.key))
        self._reloading = threading.Lock()

    def office(self) -> Office:
        """The company as it is now."""
        return self._office

    def book(self) -> Rulebook:
        return self._office.rulebook

    def keep(self) -> None:
        """So that decisions can be explained later; where they cannot be kept now, it is tried at the next reload."""
        book = self.book()
        try:
            self._store.keep_rules(book.hash, book.source, now())
        except StoreError as error:
            log.warning("version of the rules not kept", code="rules_not_kept", why=str(error))

    def look(self) -> None:
        """Reload where somebody has saved the file anew."""
        if self._file.has_settled_anew():
            self.reload()

    def reload(self) -> bool:
        """Read the rules again, all or nothing: bad ones leave the old ones in force. Returns whether they were taken.

        Complaints in hand keep their clocks: only `vastine rules recompute` reckons them anew.
        """
        with self._reloading:
            return self._reload()

    def _reload(self) -> bool:
        self._file.notice()
        try:
            book = rules_for(self._settings)
        except (RulesError, SetupError) as error:
            problems = str(error).splitlines()
            log.error("rules not reloaded: the old ones stay", code="rules_refused", why="; ".join(problems))
            self._on_refused(problems)
            return False
        prepare(book)
        self._office = replace(self._office, rulebook=book)
        self._on_taken(book)  # before they are kept: what is read from now on is not to wait for the database
        self.keep()
        log.info("rules reloaded", code="rules_reloaded", hash=book.hash[:12], rules=len(book.rules))
        return True
