"""Finding rule words in a mail, in any inflected form and as parts of compounds."""

from vastine.core.words.index import Hits, WordIndex
from vastine.core.words.text import compose, fold, loose_pattern
from vastine.core.words.word import Word, parse_word

__all__ = ["Hits", "Word", "WordIndex", "compose", "fold", "loose_pattern", "parse_word"]
