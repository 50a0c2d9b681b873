"""How the daemon is at one moment, as plain values: `/health`, `/metrics` and `STATUS=` are all written from them."""

from vastine.core.condition.health import Reason, health_of, reasons_against
from vastine.core.condition.metrics import Metric, metrics_of
from vastine.core.condition.sentence import in_a_sentence
from vastine.core.condition.values import (
    Condition,
    Fault,
    Figures,
    MailboxState,
    Tallies,
    Waiting,
)

__all__ = [
    "Condition",
    "Fault",
    "Figures",
    "MailboxState",
    "Metric",
    "Reason",
    "Tallies",
    "Waiting",
    "health_of",
    "in_a_sentence",
    "metrics_of",
    "reasons_against",
]
