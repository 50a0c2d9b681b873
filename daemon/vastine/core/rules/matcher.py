"""Matchers: a plain string, or one of words, contains, is and regex, looked for in passages of a mail."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import regex

from vastine.core.rules.look import Look, Passage
from vastine.core.rules.shapes import Either, Field, JsonSchema, Many, Reading, Record, Text
from vastine.core.rules.tree import Node
from vastine.core.words import Word, fold, loose_pattern, parse_word

REGEX_SECONDS = 0.25  # a pattern over a page of text takes a thousandth of it

Find = Callable[[Look, Passage], str | None]


@dataclass(frozen=True, slots=True)
class Matcher:
    """`find` gives what was found in a passage, in words for the reason, or None. `wants` says what is looked for."""

    wants: str
    find: Find
    words: tuple[Word, ...] = ()


def contains(text: str) -> Matcher:
    """The text somewhere, whatever the case; a mail may have lost its diacritics."""
    folded, pattern, wants = fold(text.lower()), loose_pattern(text), f"contains '{text}'"

    def find(_look: Look, passage: Passage) -> str | None:
        # The folded search is a plain scan; the pattern, which minds the dots that a mail has, runs on a hit only.
        return wants if folded in passage.folded and pattern.search(passage.text) else None

    return Matcher(wants, find)


def equals(text: str) -> Matcher:
    """The text and nothing else but surrounding space."""
    pattern, wants = loose_pattern(text.strip()), f"is '{text}'"

    def find(_look: Look, passage: Passage) -> str | None:
        return wants if pattern.fullmatch(passage.text.strip()) else None

    return Matcher(wants, find)


def compile_regex(text: str) -> Any:
    """A pattern that knows Unicode letters and ignores case; raises ValueError with a sentence."""
    try:
        return regex.compile(text, regex.IGNORECASE)
    except regex.error as error:
        where = f" at position {error.pos + 1}" if error.pos is not None else ""
        raise ValueError(f"'{text}' is not a regular expression: {error.msg}{where}") from error


def matches_regex(pattern: Any) -> Matcher:
    """The pattern somewhere. One that runs out of time counts as not found, and the look remembers it."""
    wants = f"matches /{pattern.pattern}/"

    def find(look: Look, passage: Passage) -> str | None:
        try:
            found = pattern.search(passage.text, timeout=REGEX_SECONDS)
        except TimeoutError:
            look.timed_out.append(f"/{pattern.pattern}/ ran out of time ({passage.name})")
            return None
        return f"/{pattern.pattern}/ ~ '{_short(found[0])}'" if found else None

    return Matcher(wants, find)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 60 else line[:59] + "…"


def has_words(words: tuple[Word, ...]) -> Matcher:
    """Any of the words in any form."""
    wants = f"has {' or '.join(word.written for word in words)}"

    def find(look: Look, passage: Passage) -> str | None:
        in_mail = passage is look.subject or passage is look.body
        hits = look.hits if in_mail else look.search(((passage.name, passage.text),), look.case.language)
        for word in words:
            if passage.name in (places := hits.get(word, {})):
                return f"'{word.written}' ~ '{places[passage.name]}'{look.note(word, places[passage.name])}"
        return None

    return Matcher(wants, find, words)


def _word(*, lemma: str, forms: tuple[str, ...]) -> Word:
    plain = parse_word(lemma)
    if plain.exact:
        raise ValueError("a word with '=' has no other forms")
    return Word(text=plain.text, forms=tuple(form.lower() for form in forms))


def _plain_word(text: str) -> Word:
    return parse_word(text)


WORD = Either(
    text=Text(expects="a word or phrase", convert=_plain_word, examples=("maksu", "ei ole tullut", "=maksu")),
    mapping=Record(
        fields={
            "lemma": Field(shape=Text(expects="a word"), doc="the word as a dictionary has it", required=True),
            "forms": Field(
                shape=Many(of=Text(expects="a form of the word")), doc="forms that it may take besides", required=True
            ),
        },
        build=_word,
    ),
)
WORDS = Many(of=WORD, single=True)


@dataclass(frozen=True, slots=True)
class _One:
    """A matcher written as a mapping with exactly one of the four keys."""

    expects: str = "a text, or one of words, contains, is, regex"

    def _record(self) -> Record:
        return Record(
            fields={
                "words": Field(shape=WORDS, doc="words or phrases in any form"),
                "contains": Field(shape=Text(), doc="a text that stands somewhere in it, whatever the case"),
                "is": Field(shape=Text(), doc="the whole text, whatever the case"),
                "regex": Field(
                    shape=Text(expects="a regular expression", convert=compile_regex),
                    doc="a regular expression; case is ignored, letters are those of Unicode",
                ),
            },
            build=_built,
            what="a matcher",
            least=1,
        )

    def read(self, node: Node, reading: Reading) -> Matcher | None:
        matcher: Matcher | None = self._record().read(node, reading)
        return matcher

    def schema(self) -> JsonSchema:
        return self._record().schema() | {"minProperties": 1, "maxProperties": 1}


def _built(**forms: Any) -> Matcher:
    given = {name: value for name, value in forms.items() if value is not None}
    if len(given) > 1:
        raise ValueError(f"a matcher has one of {', '.join(given)}, not several; write them as a list, or under all")
    ((form, value),) = given.items()
    makers: dict[str, Callable[[Any], Matcher]] = {
        "words": has_words,
        "contains": contains,
        "is": equals,
        "regex": matches_regex,
    }
    return makers[form](value)


MATCHER = Either(text=Text(convert=contains), mapping=_One())
MATCHERS = Many(of=MATCHER, single=True)
