"""Which language a mail's new text is in: among the configured ones, or clearly another, or not to be told."""

import importlib.resources
import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier


# Measured on tests/corpus/language.tsv: right guesses among configured languages have 0.8 and more of their sum, and
# no text in one of them left them less than 0.15 of everything; clearly foreign ones leave them under 0.001.
_SURE = 0.7
_FOREIGN_LEAVES = 0.01
_UNSURE_LEAVES = 0.05
_FEWEST_LETTERS = 4
_FEWEST_FOREIGN_LETTERS = 20
_LONGEST = 3000
_NOT_WORDS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|<[^<>\n]{0,300}>|\b\S*\d\S*")
_NAME = re.compile(r"(?<=[^\W\d_] )(?:[A-ZÅÄÖ][\w'-]*\b ?)+|(?<=, )(?:[A-ZÅÄÖ][\w'-]*\b ?)+")
_SAME = {"nb": "no", "nn": "no"}


class LanguageGuesser:
    """py3langid with a small model of its own making (tools/trim_language_model.py); safe to share between threads."""

    def __init__(self, configured: tuple[str, ...]) -> None:
        """`configured` are ISO 639-1 codes. Those that the small model does not know cost the whole one, 80 MB."""
        self._configured = {_SAME.get(code, code): code for code in configured}
        self._identifier = _model(frozenset(self._configured))
        self._known = frozenset(self._identifier.labels)

    def guess(self, text: str) -> str | None:
        """A configured code, another ISO code where the text is clearly in that language, None where unsure."""
        words = _words(text)
        letters = sum(map(str.isalpha, words))
        if letters < _FEWEST_LETTERS:
            return None
        likely: dict[str, float] = dict(self._identifier.rank(words))
        ours = {code: likely.get(code, 0.0) for code in self._configured}
        left = sum(ours.values())
        if left < _FOREIGN_LEAVES and letters >= _FEWEST_FOREIGN_LETTERS:
            return max(likely, key=likely.__getitem__)
        best = max(ours, key=ours.__getitem__, default="")
        if left < _UNSURE_LEAVES or ours[best] < _SURE * left:
            return None
        return self._configured[best]


def _words(text: str) -> str:
    """Text without addresses, numbers and, where enough remains, names: those are in no language."""
    words = _NOT_WORDS.sub(" ", text[:_LONGEST])
    nameless = _NAME.sub("", words)
    letters = sum(map(str.isalpha, nameless))
    return nameless if letters >= _FEWEST_FOREIGN_LETTERS and not text.isupper() else words


@cache
def _model(wanted: frozenset[str]) -> "LanguageIdentifier":
    # Not at the top: numpy comes with it, and only a process that guesses should have to hold them.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    small = importlib.resources.files("vastine.core") / "data" / "languages.npz.xz"
    with importlib.resources.as_file(small) as path:
        identifier = LanguageIdentifier.from_modelpath(path, norm_probs=True)
    known = frozenset(identifier.labels)
    if wanted <= known:
        return identifier
    whole = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    whole.set_languages(sorted((known | wanted) & frozenset(whole.labels)))
    return whole
