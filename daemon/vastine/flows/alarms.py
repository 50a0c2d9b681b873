"""Telling the administrator of trouble by mail: once when it begins, not again before it has ended."""

import threading
from collections.abc import Callable
from datetime import datetime

import structlog

from vastine.core.compose import alert
from vastine.core.office import Office
from vastine.core.story import Letter, Story
from vastine.edges.store import Store, StoreError

log = structlog.get_logger()


class Alarms:
    """Remembers which alarms are on. Without an `admin` in the settings they are only logged."""

    def __init__(self, store: Store, office: Callable[[], Office], kick: Callable[[], None]) -> None:
        self.store = store
        self.office = office
        self.kick = kick
        self._on: dict[str, str] = {}  # by key, what was told
        self._lock = threading.Lock()

    def sound(self, key: str, subject: str, text: str, now: datetime, *, avoid: str | None = None) -> None:
        """Tell of trouble `key`, once as long as it is the same. `avoid` is a mailbox whose account cannot send now."""
        with self._lock:
            if self._on.get(key) == text:
                return
            self._on[key] = text
        log.error(subject, code="alarm", alarm=key)
        office = self.office()
        if office.admin is None:
            return
        names = sorted(office.mailboxes, key=lambda name: name == avoid)
        draft = alert(office.rulebook, to=office.admin, subject=subject, text=text, mailbox=names[0])
        try:
            self.store.record_tick([office.sealed(Story(letters=(Letter(draft=draft),)), now)], now)
        except StoreError as error:
            log.error("alarm could not be recorded", code="alarm_lost", alarm=key, why=str(error))
            self.clear(key)  # it is told when it sounds again
        self.kick()

    def count(self) -> int:
        """How many are on."""
        with self._lock:
            return len(self._on)

    def clear(self, key: str) -> None:
        """The trouble is over."""
        with self._lock:
            self._on.pop(key, None)

    def clear_all(self, beginning: str) -> None:
        """The troubles whose keys begin so are over."""
        with self._lock:
            self._on = {key: text for key, text in self._on.items() if not key.startswith(beginning)}
