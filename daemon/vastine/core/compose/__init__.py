"""Writing our mails: first as people read them (`Draft`), then with their bytes fixed (`seal`)."""

from vastine.core.compose.block import Notice
from vastine.core.compose.clock import held_steps
from vastine.core.compose.confirmations import confirmation, kept_as_note, returned, told_at_desk
from vastine.core.compose.customers import (
    Written,
    acknowledgement,
    answer,
    closing,
    delay,
    party_of,
    ready_text,
    references_to,
    survey,
)
from vastine.core.compose.digest import Told, digest
from vastine.core.compose.facts import status_lines, told_facts
from vastine.core.compose.history import first_lines
from vastine.core.compose.lines import help_lines, list_lines
from vastine.core.compose.notices import (
    alert,
    alert_over,
    quarantine_alert,
    report_answered,
    shadow,
    told_of_answer,
    told_of_lock,
    undeliverable,
)
from vastine.core.compose.readers import member_language
from vastine.core.compose.scale import low_answer
from vastine.core.compose.seal import seal
from vastine.core.compose.staff import escalation, noted, reminder, routed
from vastine.core.compose.status import status

__all__ = [
    "Notice",
    "Told",
    "Written",
    "acknowledgement",
    "alert",
    "alert_over",
    "answer",
    "closing",
    "confirmation",
    "delay",
    "digest",
    "escalation",
    "first_lines",
    "held_steps",
    "help_lines",
    "kept_as_note",
    "list_lines",
    "low_answer",
    "member_language",
    "noted",
    "party_of",
    "quarantine_alert",
    "ready_text",
    "references_to",
    "reminder",
    "report_answered",
    "returned",
    "routed",
    "seal",
    "shadow",
    "status",
    "status_lines",
    "survey",
    "told_at_desk",
    "told_facts",
    "told_of_answer",
    "told_of_lock",
    "undeliverable",
]
