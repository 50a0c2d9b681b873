"""Subject lines of our own mails."""

import re

LONGEST = 200  # characters; a mail client shows far fewer

# Reply prefixes of mail clients, also repeated and counted: Re: VS: SV[2]: AW: Antw:
_PREFIXES = re.compile(r"(?:\s*(?:re|vs|sv|aw|antw|vá|odp)\s*(?:\[\d{1,3}\])?\s*:)+\s*", re.IGNORECASE)


def without_prefixes(subject: str) -> str:
    """The subject without the prefixes of replies."""
    return subject[match.end() :] if (match := _PREFIXES.match(subject)) else subject.strip()


def reply_subject(subject: str) -> str:
    """`Re: ` and the subject, once; empty where there is no subject."""
    bare = shortened(without_prefixes(subject))
    return f"Re: {bare}" if bare else ""


def staff_subject(reference: str, priority: str, subject: str) -> str:
    """Such as `[V-7F3K9] [high] Maksu veloitettu kahdesti`, what mail filters of staff rely on."""
    return f"[{reference}] [{priority}] {shortened(subject)}".rstrip()


def shortened(subject: str) -> str:
    """As one line of at most LONGEST characters."""
    line = " ".join(subject.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
