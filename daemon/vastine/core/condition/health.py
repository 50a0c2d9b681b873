"""What is wrong with the daemon, if anything: each reason is one that waiting has not mended."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from vastine.core.condition.values import Condition, Figures, MailboxState

SENDING_PATIENCE: Final = timedelta(minutes=5)
OUTBOX_PATIENCE: Final = timedelta(minutes=15)
STEPS_PATIENCE: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the daemon is not well: a word for programs, a sentence for people."""

    code: str
    text: str


def health_of(condition: Condition) -> dict[str, Any]:
    """What `/health` tells, ready for JSON: `{status, reasons: [{code, text}], at, version, mailboxes: [...]}`."""
    reasons = reasons_against(condition)
    return {
        "status": "failing" if reasons else "fine",
        "reasons": [{"code": reason.code, "text": reason.text} for reason in reasons],
        "at": _time(condition.at),
        "version": condition.version,
        "mailboxes": [
            {
                "mailbox": state.mailbox,
                "folder": state.folder,
                "up": not state.failures,
                "last_fetch": _time(state.looked_at),
                "fault": state.fault or None,
            }
            for state in condition.mailboxes
        ],
    }


def reasons_against(condition: Condition) -> tuple[Reason, ...]:
    """Everything that is wrong; nothing where the daemon is well."""
    return tuple(_reasons(condition))


def _reasons(condition: Condition) -> Iterator[Reason]:
    now = condition.at
    for loop in condition.silent:
        yield Reason(code="stalled", text=f"the loop '{loop}' shows no sign of life")
    for state in condition.mailboxes:
        if state.folder == "inbox" and (since := _given_up(state, now)) is not None:
            text = f"mailbox {state.mailbox} has not been readable for {since}: {state.fault}"
            yield Reason(code="mailbox", text=text)
    for mailbox, since_when in sorted(condition.not_sending.items()):
        if now - since_when > SENDING_PATIENCE:
            text = f"mailbox {mailbox} has not been able to send for {_length(now - since_when)}"
            yield Reason(code="sending", text=text)
    if condition.figures is None:
        yield Reason(code="database", text="the database does not answer")
    else:
        yield from _left_undone(condition, condition.figures)


def _given_up(state: MailboxState, now: datetime) -> str | None:
    """For how long it has failed, where that is longer than a few looks."""
    if state.failing_since is None or now - state.failing_since <= state.patience:
        return None
    return _length(now - state.failing_since)


def _left_undone(condition: Condition, figures: Figures) -> Iterator[Reason]:
    """Work that is due and not done. What fell due while nothing ran gets its time after the start as well."""
    now, started = condition.at, condition.started_at
    went_out = max(condition.tallies.sent_at or started, started)
    due = figures.mails_due_since
    # A long queue behind a rate is not stuck: something goes out all the time.
    if due is not None and now - max(due, went_out) > OUTBOX_PATIENCE:
        yield Reason(code="outbox", text=f"mails have been due for {_length(now - due)}, and none goes out")
    due = figures.steps_due_since
    if figures.steps_held:  # how long they have been due is then unknown
        yield Reason(code="held", text="the ladder is held, since the machine's clock jumped: see vastine ladder")
    elif due is not None and now - max(due, started) > STEPS_PATIENCE:
        yield Reason(code="steps", text=f"steps of the ladder have been due for {_length(now - due)}")


def _length(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    for size, name in ((86_400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= 2 * size:
            return f"{seconds // size} {name}"
    return f"{seconds} seconds"


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
