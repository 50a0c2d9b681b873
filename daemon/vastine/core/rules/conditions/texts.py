"""Conditions on what a mail says: words, matchers over subject and text, header fields."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from vastine.core.rules.look import Look, Passage
from vastine.core.rules.matcher import MATCHERS, Matcher
from vastine.core.rules.shapes import JsonSchema, Reading, listed
from vastine.core.rules.tree import Node, Scalar
from vastine.core.rules.when import Keys, Test
from vastine.core.words import Word

_MOST_WORDS_SHOWN = 5
_SHOWN = 60  # characters of what stands in a mail


def word_keys(words: Iterable[Word]) -> Keys:
    """What a mail must have one of for any of these words to be in it."""
    return frozenset(("word", word) for word in words)


def words(wanted: tuple[Word, ...]) -> Test:
    """Any of the words in the subject or the new text."""

    def holds(look: Look) -> tuple[str, ...] | None:
        hits = look.hits
        found = [
            f"'{word.written}' ~ '{surface}' ({area}){look.note(word, surface)}"
            for word in wanted
            if word in hits
            for area, surface in list(hits[word].items())[:1]
        ]
        return tuple(found[:_MOST_WORDS_SHOWN]) or None

    written = listed(word.written for word in wanted)
    return Test(
        name="words",
        holds=holds,
        fails=f"none of {written} found",
        wants=written,
        terms=frozenset(wanted),
        sees=lambda look: "none of them is there",
        keys=word_keys(wanted),
        words=wanted,
    )


def passages(name: str, of: Callable[[Look], tuple[Passage, ...]]) -> Callable[[tuple[Matcher, ...]], Test]:
    """Any of some matchers over parts of the mail."""

    def make(matchers: tuple[Matcher, ...]) -> Test:
        def holds(look: Look) -> tuple[str, ...] | None:
            return first(look, of(look), matchers)

        wants = listed((matcher.wants for matcher in matchers), 4)
        return Test(
            name=name,
            holds=holds,
            fails=f"not {wants}",
            wants=wants,
            terms=frozenset(matcher.wants for matcher in matchers),
            sees=(lambda look: f"it says {_quoted(look.subject.text)}") if name == "subject" else None,
            keys=word_keys(words_of(matchers)) if all(matcher.words for matcher in matchers) else None,
            words=words_of(matchers),
        )

    return make


def words_of(matchers: Iterable[Matcher]) -> tuple[Word, ...]:
    """All words of some matchers."""
    return tuple(word for matcher in matchers for word in matcher.words)


def first(look: Look, of: Iterable[Passage], matchers: tuple[Matcher, ...]) -> tuple[str, ...] | None:
    """What the first matcher that fits finds in the first passage that it fits."""
    for passage in of:
        for matcher in matchers:
            if found := matcher.find(look, passage):
                return (f"{found} ({passage.name})",)
    return None


def _quoted(text: str) -> str:
    line = " ".join(text.split())
    return f"'{line if len(line) <= _SHOWN else line[: _SHOWN - 1] + '…'}'"


def header(wanted: dict[str, tuple[Matcher, ...] | bool]) -> Test:
    """All of some header fields, each by its matchers, or that it is there or missing."""

    def holds(look: Look) -> tuple[str, ...] | None:
        reasons: list[str] = []
        for name, matchers in wanted.items():
            reason = _field(look, name, matchers)
            if reason is None:
                return None
            reasons += reason
        return tuple(reasons)

    def sees(look: Look) -> str:
        return "; ".join(_shown_field(look, name) for name in wanted)

    present = [name.lower() for name, matchers in wanted.items() if matchers is not False]
    keys: Keys | None = frozenset({("header", present[0])}) if present else None
    wants = "; ".join(f"{name} {_wanted(matchers)}" for name, matchers in wanted.items())
    of_fields = (word for m in wanted.values() if not isinstance(m, bool) for word in words_of(m))
    return Test(
        name="header",
        holds=holds,
        fails=f"not {wants}",
        wants=wants,
        terms=frozenset({_all_wanted(wanted)}),
        sees=sees,
        keys=keys,
        words=tuple(of_fields),
    )


def _all_wanted(wanted: dict[str, tuple[Matcher, ...] | bool]) -> tuple[tuple[str, object], ...]:
    """All that is asked for, nothing shortened."""
    asked = ((name, m if isinstance(m, bool) else tuple(each.wants for each in m)) for name, m in wanted.items())
    return tuple(sorted(asked, key=lambda item: item[0]))


def _shown_field(look: Look, name: str) -> str:
    values = look.headers.get(name.lower(), [])
    return f"{name} is {_quoted(values[0])}" if values else f"there is no {name}"


def _wanted(matchers: tuple[Matcher, ...] | bool) -> str:
    if isinstance(matchers, bool):
        return "is there" if matchers else "is missing"
    return listed((matcher.wants for matcher in matchers), 4)


def _field(look: Look, name: str, matchers: tuple[Matcher, ...] | bool) -> tuple[str, ...] | None:
    values = look.headers.get(name.lower(), [])
    if isinstance(matchers, bool):
        return (f"{name} {_wanted(matchers)}",) if bool(values) == matchers else None
    return first(look, (Passage(name, value) for value in values), matchers)


@dataclass(frozen=True, slots=True)
class Presence:
    """Matchers, or true and false for a field that is there and one that is not."""

    expects: str = MATCHERS.expects

    def read(self, node: Node, reading: Reading) -> Any:
        if isinstance(node, Scalar) and node.plain and node.text in ("true", "false"):
            return node.text == "true"
        return MATCHERS.read(node, reading)

    def schema(self) -> JsonSchema:
        return {"anyOf": [{"type": "boolean"}, MATCHERS.schema()]}
