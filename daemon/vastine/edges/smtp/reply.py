"""What a server said, and what a refusal means."""

from typing import Final

from aiosmtplib import SMTPResponse

from vastine.core.tokens import mask_text
from vastine.edges.smtp.account import Later, Never

_REASON_AT_MOST: Final = 300
_LOG_IN_CODES: Final = frozenset({530, 534, 535, 538})  # RFC 4954 section 6


def judged(step: str, reply: SMTPResponse, *, content: bool) -> Later | Never:
    """What a refusal means (RFC 5321 section 4.2.1): 4xx may pass, 5xx will not, a few are about the log-in."""
    reason = f"{step}: {shown(reply)}"
    if reply.code in _LOG_IN_CODES:
        return Later(reason, account=True, alarm=True)
    if 500 <= reply.code <= 599:
        return Never(reason, content=content)
    return Later(reason)


def shown(reply: SMTPResponse) -> str:
    return cleaned(f"{reply.code} {reply.message}")


def cleaned(text: str) -> str:
    """One line without tokens (R29): servers like to repeat the addresses that they were given."""
    text = text[: 2 * _REASON_AT_MOST]
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else " " for letter in text)
    return mask_text(text)[:_REASON_AT_MOST]
