"""The dictionaries: which words a language has, and what each is a form of. The only place that knows simplemma.

Dictionaries are simplemma's, packed beforehand for fi, sv and en (`Dictionary`). They are read when a language is
first asked for (see `WordIndex.prepare`); a look-up costs some µs, hence the cache.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path

from vastine.core.words.dictionary import Dictionary
from vastine.core.words.irregular import LEMMAS

_NO_LEMMAS: dict[str, frozenset[str]] = {}
_PACKED = files("vastine.core") / "data"
_NAMES = {"no": "nb"}  # what we call a language, and what its dictionary is called
# Entries of the dictionaries that are wrong, and would make a common word match everywhere.
_WRONG = {
    ("sv", "första"): "första",
    ("sv", "förste"): "första",
    ("sv", "mer"): "mer",
    ("en", "broke"): "break",
    ("en", "saw"): "see",
}


@lru_cache(maxsize=4096)
def lemma_of(word: str, language: str) -> str | None:
    """The dictionary form of a word in lower case; None where the language does not have it."""
    if (right := _WRONG.get((language, word))) is not None:
        return right
    lemma = _dictionary(_NAMES.get(language, language)).get(word)
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
    return frozenset(found) | LEMMAS.get(language, _NO_LEMMAS).get(word, frozenset())


def knows(word: str, language: str) -> bool:
    """Whether the dictionary has the word as it stands."""
    return lemma_of(word, language) is not None


@cache
def _dictionary(name: str) -> Dictionary | Mapping[str, str]:
    return read_dictionary(name)


def read_dictionary(name: str, *, packed: Traversable = _PACKED) -> Dictionary | Mapping[str, str]:
    """The dictionary of simplemma by that name, an empty one where it has none.

    Ours (`lemmas-<name>.xz` in the folder `packed`) where it was made from just what is installed, else simplemma's
    own: the same answers, but it takes seconds to begin and more memory.
    """
    ours, source = packed / f"lemmas-{name}.xz", _source(name)
    if ours.is_file() and source.is_file():
        dictionary = Dictionary.unpack(ours.read_bytes(), made_from=sha256(source.read_bytes()).digest())
        if dictionary is not None:
            return dictionary
    from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

    try:
        return LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(name)
    except ValueError:  # no dictionary for that language
        return {}


def _source(name: str) -> Path:
    """Where simplemma keeps a dictionary; found without importing simplemma, which takes time and memory."""
    spec = find_spec("simplemma")
    folders = (spec and spec.submodule_search_locations) or ["simplemma"]
    return Path(folders[0]) / "strategies" / "dictionaries" / "data" / f"{name}.plzma"
