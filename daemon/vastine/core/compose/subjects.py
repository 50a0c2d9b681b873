"""Subject lines of our own mails."""

from vastine.core.subject import without_replies

LONGEST = 200  # characters; a mail client shows far fewer


def reply_subject(subject: str) -> str:
    """`Re: ` and the subject, once; empty where there is no subject."""
    bare = shortened(without_replies(subject))
    return f"Re: {bare}" if bare else ""


def staff_subject(reference: str, priority: str, subject: str) -> str:
    """Such as `[V-7F3K9] [high] Maksu veloitettu kahdesti`, what mail filters of staff rely on."""
    return f"[{reference}] [{priority}] {shortened(subject)}".rstrip()


def shortened(subject: str) -> str:
    """As one line of at most LONGEST characters."""
    line = " ".join(subject.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1].rstrip() + "…"
