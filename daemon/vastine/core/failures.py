"""Why a mail was refused, as people understand it: by enhanced status codes (RFC 3463), else by what servers say."""

import re
from typing import Final, Literal, get_args

Cause = Literal[
    "no_address",
    "no_domain",
    "moved",
    "closed",
    "full",
    "mailbox",
    "too_large",
    "system",
    "no_connection",
    "too_late",
    "loop",
    "protocol",
    "content",
    "sender",
    "spam",
    "refused",
    "unknown",
]
CAUSES: Final[tuple[str, ...]] = get_args(Cause)
OF_ONE_MAIL: Final = frozenset({"too_large", "content", "protocol", "spam", "refused", "sender"})
"""Causes that lie in the mail, or in how we send: they say nothing of the one whom it was for."""

_CODE = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_REPLY = re.compile(r"(?<!\d)([45]\d\d)(?=[ -]|$)")

# Codes that leave no doubt, whatever the text says.
_SURE: Final[dict[str, Cause]] = {
    "1.1": "no_address",
    "1.2": "no_domain",
    "1.3": "no_address",
    "1.6": "moved",
    "1.7": "sender",
    "1.8": "sender",
    "1.10": "no_domain",  # RFC 7505: the domain takes no mail
    "2.1": "closed",
    "2.2": "full",
    "2.3": "too_large",
    "3.1": "system",
    "3.4": "too_large",
    "4.4": "no_domain",
    "4.6": "loop",
    "4.7": "too_late",
}
_SUBJECTS: Final[dict[str, Cause]] = {
    "1": "no_address",
    "2": "mailbox",
    "3": "system",
    "4": "no_connection",
    "5": "protocol",
    "6": "content",
    "7": "refused",
}
_TEXTS: Final[tuple[tuple[Cause, str], ...]] = (
    (
        "full",
        (
            r"mailbox (?:is )?full|over ?quota|quota (?:is )?exceeded|exceeded (?:storage|its quota)|"
            r"out of storage|"
            r"insufficient (?:system )?storage|not enough space|postilaatikko on täynnä|brevlådan är full"
        ),
    ),
    (
        "too_large",
        (
            r"(?:message|mail|size|attachment)\w* (?:is |was )?(?:too (?:large|big)|exceeds)|exceeds? (?:the )?"
            r"(?:maximum|size|fixed|message)|too large|larger than"
        ),
    ),
    (
        "no_address",
        (
            r"user(?: is)? unknown|unknown (?:user|recipient|local|address|mailbox)|no such (?:user|mailbox|"
            r"recipient|"
            r"address|person)|(?:user|recipient|address|mailbox|account|addressee)\b[^.\n]{0,60}? (?:does not|"
            r"doesn't|do not) exist|"
            r"not a (?:valid|known) (?:user|mailbox|recipient)|invalid (?:recipient|mailbox|address|user)|"
            r"(?:recipient|user|mailbox|address)(?: address)? (?:was )?not found|"
            r"recipient address rejected: access denied|"
            r"no mailbox (?:here )?by that name|mailbox unavailable|unrouteable address"
        ),
    ),
    (
        "closed",
        (
            r"(?:mailbox|account|user)\b[^.\n]{0,40}? (?:disabled|inactive|suspended|deactivated|closed|"
            r"blocked)"
        ),
    ),
    (
        "no_domain",
        (
            r"(?:domain|host)(?: name)?\b[^.\n]{0,60}? (?:not found|does not exist|unknown)|nxdomain|no mx|null mx|"
            r"(?:unknown|bad destination) (?:host|domain|mailbox address)|name or service not known|"
            r"domain does not accept mail|unrouteable mail domain"
        ),
    ),
    ("spam", r"\bspam\b|junk mail|block ?list|black ?list|spamhaus|reputation|\bdnsbl\b|\brbl\b|bulk mail"),
    (
        "sender",
        (
            r"sender (?:address )?(?:rejected|denied|verify failed)|\bspf\b|\bdkim\b|\bdmarc\b|"
            r"relay(?:ing)? (?:denied|"
            r"not (?:permitted|allowed)|access denied)|unable to relay"
        ),
    ),
    ("moved", r"user (?:has )?moved|no longer (?:works|at this|in use|employed)|has left the company"),
    ("loop", r"too many hops|mail loop|loops? back|routing loop"),
    (
        "too_late",
        (
            r"given up after|retry time(?:out)? (?:not reached|exceeded)|too long|delivery (?:time )?expired|"
            r"message expired|"
            r"delivery time(?:d)? ?out"
        ),
    ),
    (
        "no_connection",
        (
            r"connection (?:refused|timed? ?out|reset|dropped|lost)|(?:could|can) ?not connect|no route to host|"
            r"host (?:is )?unreachable|network is unreachable|did not (?:respond|answer)|no answer from host"
        ),
    ),
    (
        "content",
        (
            r"virus|malware|(?:attachment|content|file type)s? (?:type )?(?:is |are |was )?(?:not allowed|"
            r"rejected|blocked)"
        ),
    ),
    ("refused", r"access denied|policy|rejected|refused|denied|not accepted|administratively|prohibited"),
)
_KNOWN_TEXTS: Final = tuple((cause, re.compile(pattern, re.IGNORECASE)) for cause, pattern in _TEXTS)
_REPLIES: Final[dict[str, Cause]] = {
    "421": "system",
    "450": "mailbox",
    "451": "system",
    "452": "full",
    "550": "refused",
    "551": "moved",
    "552": "full",
    "553": "no_address",
    "554": "refused",
}
_LOOKED_AT: Final = 2_000  # characters


def cause_of(said: str) -> Cause:
    """Why a mail failed, by what a server said or a delivery status holds: codes that are sure, then words, then the
    rest of the codes; `unknown` where nothing tells.
    """
    said = said[:_LOOKED_AT]
    codes = [(match[2], match[3]) for match in _CODE.finditer(said)]
    for subject, detail in codes:
        if (cause := _SURE.get(f"{subject}.{detail}")) is not None:
            return cause
    for cause, words in _KNOWN_TEXTS:
        if words.search(said):
            return cause
    for subject, _ in codes:
        if (cause := _SUBJECTS.get(subject)) is not None:
            return cause
    reply = _REPLY.search(said)
    return _REPLIES.get(reply[1], "unknown") if reply else "unknown"
