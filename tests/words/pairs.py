"""Pairs of rule word and sentence, labelled by hand before any matcher saw them, and what ours makes of them.

`LANGUAGE.tsv` were looked at while the matcher was mended, `LANGUAGE-aside.tsv` were kept aside until that was done.
Columns: the kind of the pair, the rule word, yes or no, the sentence (with \\n for a line end).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from vastine.core.words import WordIndex, parse_word

HERE = Path(__file__).parent
LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    kind: str
    word: str
    found: bool  # whether the word should be found in the sentence
    sentence: str


@dataclass(slots=True, kw_only=True)
class Score:
    """How many pairs went how."""

    right: int = 0
    missed: int = 0
    wrong: int = 0
    kept_out: int = 0

    @property
    def precision(self) -> float:
        """Of the words that were found, the share that should have been; 1 where none was."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        """Of the words that should have been found, the share that was; 1 where none should."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def pairs_in(file: Path) -> list[Pair]:
    """The pairs of a file."""
    rows = (line.split("\t") for line in file.read_text(encoding="utf-8").splitlines() if line)
    return [
        Pair(kind=kind, word=word, found=label == "yes", sentence=sentence.replace("\\n", "\n"))
        for kind, word, label, sentence in rows
    ]


def judged(pairs: Iterable[Pair], language: str) -> list[tuple[Pair, bool]]:
    """Each pair, and whether the matcher finds its word."""
    pairs = list(pairs)
    words = {pair.word: parse_word(pair.word) for pair in pairs}
    index = WordIndex(words.values(), LANGUAGES)
    return [(pair, words[pair.word] in index.search((("body", pair.sentence),), language)) for pair in pairs]


def scores(judgements: Iterable[tuple[Pair, bool]]) -> Mapping[str, Score]:
    """The score of each kind, and of all under ""."""
    found: dict[str, Score] = defaultdict(Score)
    for pair, hit in judgements:
        for score in (found[""], found[pair.kind]):
            if pair.found:
                score.right, score.missed = score.right + hit, score.missed + (not hit)
            else:
                score.wrong, score.kept_out = score.wrong + hit, score.kept_out + (not hit)
    return found
