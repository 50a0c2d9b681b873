"""Every metric there is, with its values; docs/monitoring.md names them all. How they are written is not known here.

Labels are names of mailboxes and words of the program: no customer, no address, no reference.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from vastine.core.condition.health import reasons_against
from vastine.core.condition.values import CLOCKS, IN_HAND, OUTBOX_STATES, Condition, Figures, MailboxState, Tallies

Sample = tuple[tuple[str, ...], float]  # the values of the labels, and the number


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One metric: a number for each combination of its labels. Times are seconds since 1970, sizes octets."""

    name: str
    kind: Literal["counter", "gauge"]
    help: str
    labels: tuple[str, ...] = ()
    samples: tuple[Sample, ...]


def metrics_of(condition: Condition) -> tuple[Metric, ...]:
    """All metrics, those of the store only where it answered."""
    found = [*_process(condition), *_mailboxes(condition), *_tallies(condition.tallies)]
    if condition.figures is not None:
        mailboxes = [state.mailbox for state in condition.mailboxes if state.folder == "inbox"]
        found += [*_complaints(condition.figures), *_outbox(condition.figures), *_mails(condition.figures, mailboxes)]
    return tuple(found)


def _gauge(name: str, text: str, value: float) -> Metric:
    return Metric(name=f"vastine_{name}", kind="gauge", help=text, samples=(((), value),))


def _gauges(name: str, text: str, label: str, samples: Iterable[tuple[str, float]]) -> Metric:
    values = tuple(((word,), value) for word, value in samples)
    return Metric(name=f"vastine_{name}", kind="gauge", help=text, labels=(label,), samples=values)


def _process(condition: Condition) -> Iterator[Metric]:
    yield Metric(
        name="vastine_build_info",
        kind="gauge",
        help="Always 1; the label says which version runs.",
        labels=("version",),
        samples=(((condition.version,), 1.0),),
    )
    well = not reasons_against(condition)
    yield _gauge("healthy", "1 where /health answers 200, 0 where it answers 503.", float(well))
    yield _gauge("start_timestamp_seconds", "When the daemon started.", condition.started_at.timestamp())
    if condition.memory is not None:
        yield _gauge("memory_bytes", "Resident memory, without the child that reads mails.", float(condition.memory))
    yield _gauge("database_up", "1 where the database answers.", float(condition.figures is not None))
    yield _gauge("loops_stalled", "Loops that have shown no sign of life for minutes.", float(len(condition.silent)))
    yield _gauge("alarms", "Troubles that the administrator was told of and that last.", float(condition.alarms))
    loaded = condition.rules_loaded_at.timestamp()
    yield _gauge("rules_loaded_timestamp_seconds", "When the rules that are in force were read.", loaded)
    refused = float(condition.rules_refused)
    yield _gauge("rules_refused", "1 where the last reload failed and older rules are in force.", refused)


def _mailboxes(condition: Condition) -> Iterator[Metric]:
    states = condition.mailboxes

    def each(name: str, text: str, samples: Iterable[tuple[MailboxState, float]]) -> Metric:
        values = tuple(((state.mailbox, state.folder), value) for state, value in samples)
        return Metric(name=f"vastine_{name}", kind="gauge", help=text, labels=("mailbox", "folder"), samples=values)

    up = ((s, float(not s.failures)) for s in states)
    yield each("mailbox_up", "0 from a failed look until the next good one.", up)
    yield each("mailbox_failures", "Failed looks in a row.", ((s, float(s.failures)) for s in states))
    looked = ((s, s.looked_at.timestamp()) for s in states if s.looked_at is not None)
    yield each("mailbox_last_fetch_timestamp_seconds", "The last good look, also before a restart.", looked)
    names = [state.mailbox for state in states if state.folder == "inbox"]
    sending = ((name, float(name not in condition.not_sending)) for name in names)
    yield _gauges("sending_up", "0 while nothing goes through the mailbox's SMTP account.", "mailbox", sending)


def _tallies(tallies: Tallies) -> Iterator[Metric]:
    yield Metric(
        name="vastine_mails_received_total",
        kind="counter",
        help="Mails decided, by how they ended, as in the ledger.",
        labels=("mailbox", "outcome"),
        samples=tuple((labels, float(count)) for labels, count in sorted(tallies.received.items())),
    )
    yield Metric(
        name="vastine_send_attempts_total",
        kind="counter",
        help="Attempts to send a mail: sent, later (to be tried again), never (failed for good), unknown.",
        labels=("mailbox", "outcome"),
        samples=tuple((labels, float(count)) for labels, count in sorted(tallies.attempts.items())),
    )
    yield Metric(
        name="vastine_rules_reloads_total",
        kind="counter",
        help="Reloads of the rules: taken, or refused for a mistake in them.",
        labels=("outcome",),
        samples=tuple(((outcome,), float(count)) for outcome, count in sorted(tallies.reloads.items())),
    )


def _complaints(figures: Figures) -> Iterator[Metric]:
    counts = ((status, float(figures.complaints.get(status, 0))) for status in IN_HAND)
    yield _gauges("complaints", "Complaints in hand.", "status", counts)
    late = ((clock, float(figures.late_by_clock.get(clock, 0))) for clock in CLOCKS)
    yield _gauges("complaints_late", "Open complaints whose clock has run out.", "clock", late)
    oldest = _age(figures.oldest_open_at, figures.at)
    yield _gauge("complaint_oldest_open_seconds", "The age of the oldest open complaint; 0 for none.", oldest)
    yield _gauge("steps_due", "Complaints with a step of the ladder that is due.", float(figures.steps_due))
    lag = _age(figures.steps_due_since, figures.at)
    yield _gauge("steps_lag_seconds", "How long the first of them has been due; 0 for none.", lag)
    held = float(figures.steps_held)
    yield _gauge("steps_held", "1 while no step is taken, since the machine's clock cannot be right.", held)


def _outbox(figures: Figures) -> Iterator[Metric]:
    found = figures.outbox
    counts = ((state, float(found[state].mails if state in found else 0)) for state in OUTBOX_STATES)
    yield _gauges("outbox_mails", "Mails of ours that are not sent or given up yet.", "state", counts)
    ages = ((state, _age(found[state].oldest_at if state in found else None, figures.at)) for state in OUTBOX_STATES)
    yield _gauges("outbox_oldest_seconds", "The age of the oldest of them; 0 for none.", "state", ages)
    lag = _age(figures.mails_due_since, figures.at)
    yield _gauge("outbox_lag_seconds", "How long the first mail that is due has been due; 0 for none.", lag)
    held = figures.acknowledgements_held
    yield _gauge("breaker_open", "1 while acknowledgements are held because too many would go.", float(held > 0))
    yield _gauge("acknowledgements_held", "How many are.", float(held))


def _mails(figures: Figures, mailboxes: Iterable[str]) -> Iterator[Metric]:
    names = sorted({*mailboxes, *figures.quarantined, *figures.undecided})
    quarantined = ((name, float(figures.quarantined.get(name, 0))) for name in names)
    yield _gauges("quarantine_mails", "Mails that could not be handled and wait for somebody.", "mailbox", quarantined)
    undecided = ((name, float(figures.undecided.get(name, 0))) for name in names)
    yield _gauges("mails_undecided", "Mails that were fetched and are not decided yet.", "mailbox", undecided)


def _age(since: datetime | None, now: datetime) -> float:
    """In seconds; never below 0, also where another machine's clock runs ahead."""
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
