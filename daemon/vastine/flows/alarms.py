"""Telling the administrator of trouble by mail: once when it begins, and once when it is over."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from vastine.core.compose import alert, alert_over
from vastine.core.office import Office
from vastine.core.outgoing import Draft
from vastine.core.story import Letter, Story
from vastine.edges.store import Store, StoreError

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """A trouble that lasts: what was told of it, by which mailbox, and in which mail, where there was one.

    `told_before` is there where that mail was put off, since the trouble had been told of a moment ago.
    """

    subject: str
    text: str
    mailbox: str
    since: datetime
    message_id: str | None = None
    told_before: datetime | None = None


class Alarms:
    """Remembers which alarms are on. Without an `admin` in the settings they are only logged."""

    def __init__(self, store: Store, office: Callable[[], Office], kick: Callable[[], None]) -> None:
        self.store = store
        self.office = office
        self.kick = kick
        self._on: dict[str, Alarm] = {}
        self._told: dict[str, datetime] = {}  # when each was told of last, also of those that are over
        self._lock = threading.Lock()

    def sound(
        self,
        key: str,
        subject: str,
        text: str,
        now: datetime,
        *,
        since: datetime | None = None,
        avoid: str | None = None,
        at_most_each: timedelta = timedelta(),
    ) -> None:
        """Tell of trouble `key`, once as long as it is the same; it has lasted `since` then, or since now.

        `avoid` is a mailbox whose account cannot send now. Trouble that comes back before `at_most_each` has passed is
        told when it has, unless it is over by then.
        """
        office = self.office()
        mailbox = min(office.mailboxes, key=lambda name: name == avoid)
        with self._lock:
            known = self._on.get(key)
            if known is not None and known.text == text:
                return
            began = known.since if known is not None else since or now
            before = self._told.get(key)
            goes_at = max(now, before + at_most_each) if before is not None else now
            alarm = Alarm(
                subject=subject,
                text=text,
                mailbox=mailbox,
                since=began,
                told_before=before if goes_at > now else None,
            )
            self._on[key] = alarm
        log.error(subject, code="alarm", alarm=key)
        if office.admin is None:
            return
        draft = alert(office.rulebook, to=office.admin, subject=subject, text=text, mailbox=mailbox)
        message_id = self._record(key, replace(draft, not_before=goes_at if goes_at > now else None), now)
        with self._lock:
            if message_id is None:
                self._on.pop(key, None)  # it is told when it sounds again
            elif self._on.get(key) is alarm:
                self._on[key] = replace(alarm, message_id=message_id)
                self._told[key] = goes_at

    def count(self) -> int:
        """How many are on."""
        with self._lock:
            return len(self._on)

    def clear(self, key: str, now: datetime) -> None:
        """The trouble is over: that is told where the trouble was, and an alert that has not left does not go."""
        with self._lock:
            alarm = self._on.pop(key, None)
        if alarm is None:
            return
        log.info("alarm is over", code="alarm_over", alarm=key, since=alarm.since.isoformat())
        office = self.office()
        if alarm.message_id is None or office.admin is None:
            return
        withdrawn = self._withdraw(key, alarm.message_id, now)
        if withdrawn and alarm.told_before is not None:
            with self._lock:
                self._told[key] = alarm.told_before
            return
        mailbox = office.mailbox(alarm.mailbox).name
        over = alert_over(
            office.rulebook,
            to=office.admin,
            subject=alarm.subject,
            text=alarm.text if withdrawn else None,
            since=alarm.since,
            now=now,
            mailbox=mailbox,
        )
        self._record(key, over, now)

    def forget(self, beginning: str) -> None:
        """The troubles whose keys begin so may be over: whether they are will be seen, and nothing is told."""
        with self._lock:
            self._on = {key: alarm for key, alarm in self._on.items() if not key.startswith(beginning)}

    def _record(self, key: str, draft: Draft, now: datetime) -> str | None:
        """Put the mail into the outbox; its Message-ID, or None where that failed."""
        story = self.office().sealed(Story(letters=(Letter(draft=draft),)), now)
        try:
            self.store.record_tick([story], now)
        except StoreError as error:
            log.error("alarm could not be recorded", code="alarm_lost", alarm=key, why=str(error))
            return None
        self.kick()
        return story.mails[0].message_id

    def _withdraw(self, key: str, message_id: str, now: datetime) -> bool:
        try:
            return self.store.withdraw_alert(message_id, now)
        except StoreError as error:
            log.error("alarm could not be withdrawn", code="alarm_stale", alarm=key, why=str(error))
            return False
