"""The dictionaries: which words a language has, and what each is a form of. The only place that knows simplemma.

Dictionaries are read when a language is first asked for (fi takes seconds, see `WordIndex.prepare`) and kept in their
compressed form: a look-up costs about 10 µs, hence the cache.
"""

from functools import lru_cache

from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

_NAMES = {"no": "nb"}  # what we call a language, and what its dictionary is called
# Entries of the dictionaries that are wrong, and would make a common word match everywhere.
_WRONG = {
    ("sv", "första"): "första",
    ("sv", "förste"): "första",
    ("sv", "mer"): "mer",
    ("en", "broke"): "break",
    ("en", "saw"): "see",
}


@lru_cache(maxsize=32768)
def lemma_of(word: str, language: str) -> str | None:
    """The dictionary form of a word in lower case; None where the language does not have it."""
    if (right := _WRONG.get((language, word))) is not None:
        return right
    try:
        lemma = LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(_NAMES.get(language, language)).get(word)
    except ValueError:  # no dictionary for that language
        return None
    return lemma.lower() if lemma else None


def lemmas_of(word: str, language: str) -> frozenset[str]:
    """The word, its dictionary form, and in Swedish and English what that is a form of (försenat, försenad, försena).

    A lemma that begins with another letter is taken for a mistake, except for short words of Swedish and English.
    """
    found = {word}
    current = word
    for _ in range(1 if language == "fi" else 2):
        lemma = lemma_of(current, language)
        if lemma is None or lemma in found or ((language == "fi" or len(word) > 4) and lemma[:1] != word[:1]):
            break
        found.add(lemma)
        current = lemma
    return frozenset(found)


def knows(word: str, language: str) -> bool:
    """Whether the dictionary has the word as it stands."""
    return lemma_of(word, language) is not None
