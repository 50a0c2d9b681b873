"""Words as they stand in a text: cut out, in lower case, with or without their diacritics."""

import re
import unicodedata
from collections.abc import Container
from functools import lru_cache
from re import Pattern
from typing import NamedTuple

# A word may hold an apostrophe (liu'uta, don't); a hyphen, a colon and everything else divides.
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n")
_BARE = {"ø": "o", "æ": "a", "ß": "s", "đ": "d", "ł": "l"}


class Token(NamedTuple):
    """A word in lower case; `start` and `end` are its place in the text, `paragraph` counts those before it.

    `number` counts the words before it; the parts of a number or a sum (1 299,00) are one word.
    """

    text: str
    start: int
    end: int
    paragraph: int
    number: int


@lru_cache(maxsize=8192)
def _fold_word(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", "".join(_BARE.get(sign, sign) for sign in text))
    return "".join(sign for sign in decomposed if not unicodedata.combining(sign))


def fold(text: str) -> str:
    """The text with its diacritics lost: `myöhässä` becomes `myohassa`. Lower case is expected."""
    if text.isascii():
        return text
    if len(text) < 64:
        return _fold_word(text)
    # Word by word: the cache knows most of them, and no run of combining marks grows long.
    return _NOT_ASCII.sub(lambda match: _fold_word(match[0]), text)


_NOT_ASCII = re.compile(r"[^\x00-\x7f]{1,32}")
_LETTER_AND_MARK = re.compile(r"[^\W\d_][\u0300-\u036f]")


def compose(text: str) -> str:
    """Letters with their marks as one character each, as keyboards write them.

    Normalising the whole text would do the same, but takes seconds on a hostile run of marks.
    """
    if text.isascii():
        return text
    return _LETTER_AND_MARK.sub(lambda match: unicodedata.normalize("NFC", match[0]), text)


def loose_pattern(text: str) -> Pattern[str]:
    """A pattern for a text, whatever the case; a letter's dots may be left out, but not put in."""
    return re.compile("".join(_loose_sign(sign) for sign in text), re.IGNORECASE)


def _loose_sign(sign: str) -> str:
    if sign.isspace():
        return r"\s"
    bare = fold(sign.lower())
    return re.escape(sign) if bare == sign.lower() else f"(?:{re.escape(sign)}|{re.escape(bare)})"


def words_in(text: str) -> list[str]:
    """The words of a text, in order, as `cut` has them; cheaper where their places do not matter."""
    words = _WORD.findall(text.lower())
    return words if "’" not in text else [word.replace("’", "'") for word in words]


def cut(text: str, wanted: Container[str]) -> list[Token]:
    """Those words of a text that are wanted, with their places, in order."""
    lower = _lower(text)
    ends = [match.end() for match in _PARAGRAPH.finditer(lower)]
    tokens: list[Token] = []
    paragraph, number, digits_until = 0, -1, -1
    for match in _WORD.finditer(lower):
        start, end = match.span()
        while paragraph < len(ends) and ends[paragraph] <= start:
            paragraph += 1
        in_digits = match[0].isdigit()
        number += not (in_digits and 0 < start - digits_until <= 1)
        digits_until = end if in_digits else -1
        word = match[0].replace("’", "'")
        if word in wanted:
            tokens.append(Token(word, start, end, paragraph, number))
    return tokens


def _lower(text: str) -> str:
    """Lower case, composed, of the same length as far as that goes: places must still fit the text."""
    lower = text.lower()
    return lower if len(lower) == len(text) else "".join(sign.lower()[:1] for sign in text)
