"""What must not reach a customer in an answer: the marker line, our tokens, what else the routed mail says.

The customer's own words, quoted between the lines of an answer, may go back to them without the `| `.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal

from vastine.core.quote import MARKER_PHRASES
from vastine.texts import LANGUAGES, texts_in

Leak = Literal["leak_marker", "leak_token", "leak_facts"]

SHORTEST_FACT = 16  # characters; a shorter line of the routed mail may stand in any answer by chance
_TOKEN = re.compile(r"[csb]\.[a-z2-7]{26}(?![a-z2-7])", re.IGNORECASE)
_STAFF_SUBJECT = re.compile(r"\bV-[2-9A-Z]{5}\]? \[[^\]\n]{1,40}\]")  # of our mails, and lines of `#list`
_QUOTING = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_PREFIX = re.compile(r"^([ \t]*(?:>[ \t]?)*)\|(?:[ \t]|$)", re.MULTILINE)


def unprefix(text: str) -> str:
    """The text without the `| ` before the customer's own lines, also where a mail client quoted them again."""
    return _PREFIX.sub(r"\1", text)


def leaks(answer_text: str, *, routed_facts: Iterable[str] = (), tokens_known: Iterable[str] = ()) -> Leak | None:
    """Why this answer may not go to the customer, None where it may.

    `routed_facts` are lines that the member has read (`told_facts`); `tokens_known` are tokens in clear that are
    looked for without their prefix too.
    """
    unquoted = _QUOTING.sub("", answer_text)
    flowing = " ".join(unquoted.split())
    if any(phrase in flowing.casefold() for phrase in _marker_phrases()):
        return "leak_marker"
    lowered = flowing.casefold()
    if _TOKEN.search(flowing) or any(token.casefold() in lowered for token in tokens_known):
        return "leak_token"
    labelled = _fact_line().search(unquoted) or len(_lone_label().findall(unquoted)) > 1
    if labelled or _STAFF_SUBJECT.search(flowing) or _repeats(flowing, routed_facts):
        return "leak_facts"
    return None


def _repeats(flowing: str, routed_facts: Iterable[str]) -> bool:
    """Whether a whole line that we sent stands in the text, however the mail client broke it."""
    lines = (" ".join(fact.split()) for fact in routed_facts)
    return any(line in flowing for line in lines if len(line) >= SHORTEST_FACT and not line.startswith("|"))


@lru_cache(maxsize=1)
def _marker_phrases() -> tuple[str, ...]:
    """How each marker line begins, without its dashes, which mail clients turn into others."""
    return tuple(phrase.strip("- .").casefold() for phrase in MARKER_PHRASES)


@lru_cache(maxsize=1)
def _labels() -> str:
    """A label of the routed mail at the beginning of a line, as a pattern."""
    labels = {
        text for language in LANGUAGES for key, text in texts_in(language).staff.items() if key.startswith("label_")
    }
    either = "|".join(re.escape(label) for label in sorted(labels))
    return rf"^[ \t|]*(?:{either})"


@lru_cache(maxsize=1)
def _fact_line() -> re.Pattern[str]:
    """A line that begins with a label: set off by blanks or our wide one, or with the dots between its facts, which a
    mail client may have put on the next line.
    """
    blank, wide = r"[ \t\xa0]", r"\u2003"
    return re.compile(
        rf"{_labels()}(?:{blank}{{2,}}\S|{blank}*{wide}\s*\S|(?:{blank}|{blank}*\n{{1,3}})[^\n]{{0,500}} · )",
        re.MULTILINE,
    )


@lru_cache(maxsize=1)
def _lone_label() -> re.Pattern[str]:
    """A label alone on its line, as mail clients write a cell of a table; two of them are a leak."""
    return re.compile(rf"{_labels()}[ \t\xa0\u2003]*$", re.MULTILINE)
