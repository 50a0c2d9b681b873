"""From a rule word to what it may look like in one language: its lemmas, and its stems with their kinds."""

from collections.abc import Iterator
from dataclasses import dataclass

from vastine.core.words import finnish, germanic, irregular
from vastine.core.words.lexicon import knows, lemma_of, lemmas_of

_SHORTEST_TAIL = 4
_LONG = 9  # letters of a word that may be a compound though the dictionary has it


@dataclass(frozen=True, slots=True)
class Stem:
    """A stem that a form of the word may begin with, the endings that may follow it, and those within a compound.

    `joins`: its forms stand in compounds. Those of verbs do not (kranaattituli is no tulla).
    """

    text: str
    endings: frozenset[str]
    links: frozenset[str]
    lemma: str
    joins: bool = True


def lemmas_in(word: str, language: str) -> frozenset[str]:
    """The dictionary forms that a rule word, which may be inflected itself, stands for."""
    if language != "fi":
        return lemmas_of(word, language)
    known = lemma_of(word, "fi")
    if known is not None and known[0] != word[0]:
        known = word  # the dictionary takes työ for a form of sinä, as it is in the east
    if known is None:
        return frozenset({_compound_lemma(word) or word})
    if known.endswith(("a", "ä")) and word.endswith("mpi"):
        known = word  # a comparative stands for itself: vanhempi is no vanha
    verb = _verb_of_participle(word) if known == word else None
    also = irregular.FINNISH.get(word, ())
    own = word if known != word and _inflects_itself(word) else known  # toimi is a noun too, not only "he works"
    singular = _singular(word) if own == word and word.endswith("t") else None  # housut, olympialaiset
    return frozenset({known, own, verb or known, singular or known, *also})


def _singular(word: str) -> str | None:
    """The singular of a word that the dictionary has in the plural only, as far as it knows it or its last part."""
    base = word[:-1]
    for singular in (*([f"{base[:-2]}nen"] if base.endswith("se") else []), base):
        if any(lemma_of(singular[cut:], "fi") == singular[cut:] for cut in range(len(singular) - _SHORTEST_TAIL + 1)):
            return singular
    return None


def _inflects_itself(word: str) -> bool:
    """Whether the dictionary has forms of a word that it takes for a form of another."""
    return any(_confirmed(paradigm, word) for paradigm in finnish.paradigms(word))


def _compound_lemma(word: str) -> str | None:
    """The lemma of a compound that the dictionary lacks, by the longest last part that it has."""
    for cut in range(2, len(word) - _SHORTEST_TAIL + 1):
        if tail := lemma_of(word[cut:], "fi"):
            return word if _inflects_itself(word[cut:]) else word[:cut] + tail
    return next((base for base in _stripped(word) if lemma_of(base, "fi") == base), None)


def _stripped(word: str) -> Iterator[str]:
    """What is left of a word when an ending is taken off."""
    for size in range(1, len(word) - 3):
        base, ending = word[:-size], word[-size:]
        if finnish.ends_so(ending, finnish.ENDINGS.get(f"long {base[-1]}", frozenset())):
            yield base


_PARTICIPLES = (("nnut", "ta"), ("nnyt", "tä"), ("tettu", "ttaa"), ("tetty", "ttää"), ("ettu", "aa"), ("etty", "ää"),
                ("ttu", "ta"), ("tty", "tä"), ("lut", "lla"), ("lyt", "llä"), ("sut", "sta"), ("syt", "stä"),
                ("nut", "a"), ("nyt", "ä"))  # fmt: skip


def _verb_of_participle(word: str) -> str | None:
    """The verb of a participle that the dictionary lists as a word of its own (viivästynyt: viivästyä)."""
    for ending, infinitive in _PARTICIPLES:
        if word.endswith(ending):
            verb = word.removesuffix(ending) + infinitive
            if len(verb) > 4 and lemma_of(verb, "fi") == verb:
                return verb
    return None


def stems_of(lemma: str, language: str) -> Iterator[Stem]:
    """Every stem of a lemma in a language; a language without a grammar here has the bare word."""
    if language == "fi":
        yield from _finnish_stems(lemma)
        return
    endings, links = germanic.ENDINGS.get(language), germanic.LINKS.get(language, {})
    if endings is None:
        yield Stem(lemma, frozenset({""}), frozenset({""}), lemma)
        return
    for text, kind in germanic.stems(lemma, language):
        yield Stem(text, endings[kind], links.get(kind, frozenset()), lemma)


def _finnish_stems(lemma: str) -> Iterator[Stem]:
    head, tail = _known_tail(lemma)
    paradigms = list(finnish.paradigms(tail))
    confirmed = [paradigm for paradigm in paradigms if _confirmed(paradigm, tail)]
    # A word that the dictionary has, without any of its forms, has none: rikki, heti, kahdesti.
    chosen = confirmed or (() if knows(tail, "fi") and not finnish.looks_like_a_verb(tail) else paradigms)
    seen = {stem for paradigm in chosen for stem in paradigm.stems} or {(tail, "nominative")}
    for text, kind in sorted(seen):
        yield Stem(head + text, finnish.ENDINGS[kind], finnish.LINKS.get(kind, frozenset()), lemma, finnish.joins(kind))


def _known_tail(lemma: str) -> tuple[str, str]:
    """The lemma, or for a compound that the dictionary lacks or has without its forms its first parts and its last."""
    if not knows(lemma, "fi") or (len(lemma) >= _LONG and not _inflects_itself(lemma)):
        for cut in range(2, len(lemma) - _SHORTEST_TAIL + 1):
            tail = lemma[cut:]
            if lemma_of(tail, "fi") == tail and (not knows(lemma, "fi") or _inflects_itself(tail)):
                return lemma[:cut], tail
    return "", lemma


def _confirmed(paradigm: finnish.Paradigm, lemma: str) -> bool:
    return any(lemma_of(probe, "fi") == lemma for probe in paradigm.probes)
