"""Writing our mails: first as people read them (`Draft`), then with their bytes fixed (`seal`)."""

from vastine.core.compose.block import Notice
from vastine.core.compose.customers import Written, acknowledgement, answer, closing, delay, party_of, references_to
from vastine.core.compose.notices import (
    Happened,
    alert,
    confirmation,
    quarantine_alert,
    returned,
    shadow,
    undeliverable,
)
from vastine.core.compose.readers import member_language
from vastine.core.compose.seal import seal
from vastine.core.compose.staff import escalation, reminder, routed
from vastine.core.compose.status import status

__all__ = [
    "Happened",
    "Notice",
    "Written",
    "acknowledgement",
    "alert",
    "answer",
    "closing",
    "confirmation",
    "delay",
    "escalation",
    "member_language",
    "party_of",
    "quarantine_alert",
    "references_to",
    "reminder",
    "returned",
    "routed",
    "seal",
    "shadow",
    "status",
    "undeliverable",
]
