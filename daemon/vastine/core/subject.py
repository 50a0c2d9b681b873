"""Subjects of mails: the prefixes that mail clients put before them (Re:, VS:, SV: ...), and what is left without."""

import re

_REPLY = "re|vs|sv|aw|antw|vá|odp|ynt|отв"
_FORWARD = "fw|fwd|vb|vl|wg|пересл"
_COUNTED = r"\s*(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：]"
_REPLIES = re.compile(rf"(?:\s*(?:{_REPLY}){_COUNTED})+\s*", re.IGNORECASE)
_ALL = re.compile(rf"(?:\s*(?:{_REPLY}|{_FORWARD}){_COUNTED})+\s*", re.IGNORECASE)


def without_replies(subject: str) -> str:
    """The subject without the prefixes of replies; those of forwards stay."""
    return subject[match.end() :] if (match := _REPLIES.match(subject)) else subject.strip()


def bare_subject(subject: str) -> str:
    """The subject without any prefix, blanks made one: what stays the same through a conversation."""
    match = _ALL.match(subject)
    return " ".join((subject[match.end() :] if match else subject).split())


def is_forward(subject: str) -> bool:
    """Whether a prefix of a forward stands among those at its beginning."""
    prefixes = _ALL.match(subject)
    replies = _REPLIES.match(subject)
    return prefixes is not None and (replies is None or replies.end() < prefixes.end())


def is_reply(subject: str) -> bool:
    """Whether the subject begins with the prefix of a reply."""
    return _REPLIES.match(subject) is not None


def has_prefix(subject: str) -> bool:
    """Whether the subject begins with the prefix of a reply or of a forward."""
    return _ALL.match(subject) is not None
