"""The index of all rule words: built once for a rulebook, then asked which of them stand in a mail.

Each different word of a mail is looked up once, by its possible stems, so that the number of rules hardly matters;
the answers are kept, since mails share most of their words.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache

from vastine.core.words.compound import Part, holds_as_part, is_another_word
from vastine.core.words.forms import Stem, lemmas_in, stems_of
from vastine.core.words.lexicon import knows, lemmas_of
from vastine.core.words.mixture import languages_in
from vastine.core.words.text import Token, compose, cut, fold, words_in
from vastine.core.words.word import Word

Hits = dict[Word, dict[str, str]]  # for each word found: the areas that it stands in, and how it looks there

_PREFIX = 3
_MOST_REMEMBERED = 10_000  # of each combination of languages, before it is begun anew
_LONGEST_WORD = 60  # longer than any word of a language; what is longer is data
_MOST_BETWEEN = 2  # other words between two of a phrase

Unit = tuple[str, bool]  # one word of a rule word, and whether it must stand exactly so


@dataclass(slots=True)
class _Language:
    """What the rule words look like in one language. Stems are filed under their folded text."""

    stems: dict[str, list[tuple[Stem, int]]] = field(default_factory=lambda: defaultdict(list))
    lemmas: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    beginnings: set[str] = field(default_factory=set)
    prefixes: set[str] = field(default_factory=set)
    longest: int = 0


class WordIndex:
    """Finds rule words in mails. `languages` are the configured ones."""

    def __init__(self, words: Iterable[Word], languages: tuple[str, ...]) -> None:
        self._languages = languages
        self._units: dict[Unit, int] = {}
        self._texts: list[str] = []
        self._as_written: dict[str, set[int]] = defaultdict(set)
        self._singles: dict[int, list[Word]] = defaultdict(list)
        self._phrases: dict[int, list[tuple[Word, tuple[int, ...]]]] = defaultdict(list)
        self._prepared: dict[str, _Language] = {}
        self._notes: dict[tuple[Word, str], str] = {}
        self._remembered: dict[tuple[tuple[str, ...], bool], dict[str, frozenset[int]]] = defaultdict(dict)
        for word in dict.fromkeys(words):
            self._add(word)

    def _add(self, word: Word) -> None:
        units = tuple(self._unit(part, exact=word.exact) for part in word.parts)
        if len(units) == 1:
            self._singles[units[0]].append(word)
        else:
            self._phrases[units[0]].append((word, units))
        for form in word.forms:
            self._singles[self._unit(form, exact=True)].append(word)

    def _unit(self, text: str, *, exact: bool) -> int:
        number = self._units.get((text, exact))
        if number is None:
            number = self._units[text, exact] = len(self._texts)
            self._texts.append(text)
            self._as_written[fold(text)].add(number)
        return number

    def prepare(self) -> None:
        """Read the dictionaries and build what is needed for every language now, instead of for the first mail."""
        for language in self._languages:
            self._in(language)

    def _in(self, language: str) -> _Language:
        if language not in self._prepared:
            self._prepared[language] = self._build(language)
        return self._prepared[language]

    def _build(self, language: str) -> _Language:
        built = _Language()
        for (text, exact), number in self._units.items():
            if exact or not text.isalpha() or self._is_foreign(text, language):  # a product's number does not inflect
                continue
            for lemma in lemmas_in(text, language):
                built.lemmas[lemma].add(number)
                built.beginnings.add(lemma[:2])
                for stem in stems_of(lemma, language):
                    key = fold(stem.text)
                    built.stems[key].append((stem, number))
                    built.prefixes.add(key[:_PREFIX])
                    built.longest = max(built.longest, len(key))
        return built

    def _is_foreign(self, text: str, language: str) -> bool:
        """A word of another configured language and not of this one: it counts only as it is written."""
        return not knows(text, language) and any(knows(text, other) for other in self._languages if other != language)

    def search(self, areas: Iterable[tuple[str, str]], language: str | None) -> Hits:
        """The rule words that stand in the texts, which come with their names.

        `language` is that of the mail, None where it is unsure.
        """
        texts = [(name, compose(text)) for name, text in areas]
        dotless = all(text.isascii() for _, text in texts)
        words = [frozenset(words_in(text)) for _, text in texts]
        languages = languages_in(frozenset().union(*words), language, self._languages)
        hits: Hits = {}
        for (name, text), words_here in zip(texts, words, strict=True):
            if units := self._units_in(words_here, languages, dotless=dotless):
                self._search_area(name, text, units, hits)
        return hits

    def note(self, word: Word, surface: str) -> str:
        """What an explanation should add of a word that was found: its base form where the rule has another, and that
        it is a part of a compound.
        """
        if word.exact or surface.lower() == word.text:
            return ""
        if (known := self._notes.get((word, surface))) is None:
            if len(self._notes) > _MOST_REMEMBERED:
                self._notes.clear()
            known = self._notes[word, surface] = self._note(word, surface)
        return known

    def _note(self, word: Word, surface: str) -> str:
        notes = [self._noted(part, found) for part, found in zip(word.parts, words_in(surface), strict=False)]
        bases = [base for base, _ in notes]
        if len(word.parts) == 1 and notes and notes[0][1]:
            return f", a compound of '{bases[0]}'"
        return "" if bases == list(word.parts) else f", base form '{' '.join(bases)}'"

    def _noted(self, text: str, found: str) -> tuple[str, bool]:
        """The base form of one word of a rule, and whether what was found is a compound of it."""
        number = self._units.get((text, False))
        for language in self._languages:
            known = self._in(language)
            parts = [part for part, its in _parts(found, fold(found), language, known) if its == number]
            if parts:
                part = max(parts, key=lambda each: (each.whole, each.stem.lemma == text))
                return part.stem.lemma, not part.whole
        bases = {lemma for language in self._languages for lemma in lemmas_in(text, language)}
        return (text if text in bases or not bases else min(bases)), False

    def _units_in(
        self, words: frozenset[str], languages: tuple[str, ...], *, dotless: bool
    ) -> dict[str, frozenset[int]]:
        """Which of the words stand for rule words; each is worked out once and remembered."""
        remembered = self._remembered[languages, dotless]
        if len(remembered) > _MOST_REMEMBERED:
            remembered.clear()
        found: dict[str, frozenset[int]] = {}
        for word in words:
            units = remembered.get(word)
            if units is None:
                units = remembered[word] = self._units_of(word, languages, dotless=dotless)
            if units:
                found[word] = units
        return found

    def _units_of(self, word: str, languages: tuple[str, ...], *, dotless: bool) -> frozenset[int]:
        if len(word) > _LONGEST_WORD:
            return frozenset()
        return frozenset().union(*(self._analysed(word, language, dotless=dotless) for language in languages))

    def _search_area(self, name: str, text: str, units: dict[str, frozenset[int]], hits: Hits) -> None:
        tokens = cut(text, units)
        places: dict[int, list[int]] = defaultdict(list)
        for position, token in enumerate(tokens):
            for unit in units[token.text]:
                places[unit].append(position)
        for unit, positions in places.items():
            for word in self._singles.get(unit, ()):
                token = tokens[positions[0]]
                hits.setdefault(word, {}).setdefault(name, text[token.start : token.end])
            for word, sequence in self._phrases.get(unit, ()):
                if all(other in places for other in sequence) and (span := _in_order(sequence, places, tokens)):
                    hits.setdefault(word, {}).setdefault(name, " ".join(text[span[0] : span[1]].split()))

    def _analysed(self, word: str, language: str, *, dotless: bool) -> set[int]:
        """The units that a word is a form of, or has among its parts, in one language."""
        folded = fold(word)
        known = self._in(language)
        in_dictionary = cache(lambda: knows(word, language))
        found = self._written(word, folded, lambda: dotless or not in_dictionary())
        for part, number in _parts(word, folded, language, known):
            if number in found or (part.lost_dots and not dotless and (in_dictionary() or not part.whole)):
                continue
            if part.whole and language == "fi":
                holds = not is_another_word(part, language)
            elif part.whole:
                # The dictionary, where it has a word, beats endings; but playing is a noun of its own, too.
                sure = part.ending_is_sure if language == "en" else part.contracted
                holds = part.lost_dots or sure or not in_dictionary()
            else:
                lax = dotless and not in_dictionary()
                holds = holds_as_part(part, language, dotless=lax) and not self._is_foreign(word, language)
            if holds:
                found.add(number)
        return found | self._by_lemma(word, language)

    def _written(self, word: str, folded: str, lax: Callable[[], bool]) -> set[int]:
        numbers = self._as_written.get(folded, ())
        return {number for number in numbers if self._texts[number] == word or (folded == word and lax())}

    def _by_lemma(self, word: str, language: str) -> set[int]:
        """By the dictionary: what is irregular, and all of Swedish and English."""
        known = self._in(language)
        if language == "fi" and word[:2] not in known.beginnings:
            return set()
        return {number for lemma in lemmas_of(word, language) for number in known.lemmas.get(lemma, ())}


def _parts(word: str, folded: str, language: str, known: _Language) -> Iterator[tuple[Part, int]]:
    """Every place in a word where a stem of a rule word stands, with that word's number."""
    if len(folded) != len(word):  # a letter that folding makes two of: places would not fit
        word = folded
    for start in range(max(len(folded) - _PREFIX + 1, 1)):
        if folded[start : start + _PREFIX] not in known.prefixes:
            continue
        for end in range(start + 1, min(len(folded), start + known.longest) + 1):
            for stem, number in known.stems.get(folded[start:end], ()):
                if part := Part.cut(word, folded, start, end, stem, language):
                    yield part, number


def _in_order(sequence: tuple[int, ...], places: dict[int, list[int]], tokens: list[Token]) -> tuple[int, int] | None:
    """Where the words of a phrase stand in order, close together and in one paragraph: start and end in the text."""
    for first in places[sequence[0]]:
        at: int | None = first
        for unit in sequence[1:]:
            at = None if at is None else _next(places[unit], at, tokens)
        if at is not None:
            return tokens[first].start, tokens[at].end
    return None


def _next(positions: list[int], at: int, tokens: list[Token]) -> int | None:
    """The first of the positions behind `at` that is near enough and in the same paragraph."""
    place = bisect_right(positions, at)
    if place == len(positions):
        return None
    here, there = tokens[at], tokens[positions[place]]
    near = there.number - here.number <= 1 + _MOST_BETWEEN and there.paragraph == here.paragraph
    return positions[place] if near else None
