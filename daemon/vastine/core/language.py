"""Which language a mail's new text is in: among the configured ones, or clearly another, or not to be told."""

import importlib.resources
import re
from functools import cache
from typing import TYPE_CHECKING

from vastine.core.function_words import counted

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier


# Measured on tests/corpus/language/measured.tsv, before small words were counted: right guesses among configured
# languages have 0.8 and more of their sum, and no text in one of them left them less than 0.15 of everything; clearly
# foreign ones leave them under 0.001.
_SURE = 0.7
_FOREIGN_LEAVES = 0.01
_UNSURE_LEAVES = 0.05
_FEWEST_LETTERS = 4
_FEWEST_FOREIGN_LETTERS = 20
TOLD_APART = ("fi", "sv", "en", "et", "no", "da", "ru", "de")  # whatever languages are configured
_LONGEST = 3000
# How much likelier a language becomes by each small word that is its own and not others'.
_WEIGHT = 8.0
_FEWEST_SMALL_WORDS = 2  # that make even a very short text clearly foreign
_ENOUGH_LETTERS = 12  # outside quotation marks, or above the signature, for these to be left out
_QUOTED = re.compile(r"[\"“”„»«][^\"“”„»«\n]{3,200}[\"“”„»«]")
_SIGNED = re.compile(
    r"^[ \t]*(?:(?:ystävällisin|ystavallisin|parhain|kunnioittavasti|iloisin|kesäisin)?[ ]?terveisin|terv\.|t\. |"
    r"med (?:vänlig|vanlig|bästa|venlig|vennlig)\w* (?:häls|hals|hils)\w*|(?:vänliga |bästa )?hälsning(?:ar)?|mvh|"
    r"vänligen|(?:vennlig |venlig )?hilsen|(?:best|kind|warm|with best|with kind)? ?regards|sincerely|yours \w+|br\b|"
    r"mit freundlichen|viele grüße|lugupidamisega|parimat(?:e soovidega)?|с уважением)",
    re.IGNORECASE | re.MULTILINE,
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
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
        words = _words(_own_words(text[:_LONGEST]))
        letters = _letters(words)
        if letters < _FEWEST_LETTERS:
            return None
        small_words = counted(_WORD.findall(words.lower()))
        likely = _weighed(dict(self._identifier.rank(words)), small_words)
        ours = {code: likely.get(code, 0.0) for code in self._configured}
        left = sum(ours.values())
        likeliest = max(likely, key=likely.__getitem__)
        told = letters >= _FEWEST_FOREIGN_LETTERS or small_words.get(likeliest, 0) >= _FEWEST_SMALL_WORDS
        if left < _FOREIGN_LEAVES and told:
            return likeliest
        best = max(ours, key=ours.__getitem__, default="")
        if left < _UNSURE_LEAVES or ours[best] < _SURE * left:
            return None
        return self._configured[best]


def _weighed(likely: dict[str, float], small_words: dict[str, int]) -> dict[str, float]:
    """The model's word on letters times that of the small words, summing up to 1."""
    most = max(small_words.values(), default=0)
    weighed = {code: share * _WEIGHT ** (small_words.get(code, 0) - most) for code, share in likely.items()}
    whole = sum(weighed.values())
    return {code: share / whole for code, share in weighed.items()} if whole else likely


def _own_words(text: str) -> str:
    """Without a signature and quoted words, which are often in another language, where enough else remains."""
    signed = next((match.start() for match in _SIGNED.finditer(text) if _letters(text[: match.start()]) > 0), len(text))
    body = text[:signed] if _letters(text[:signed]) >= _ENOUGH_LETTERS else text
    unquoted = _QUOTED.sub(" ", body)
    return unquoted if _letters(unquoted) >= _ENOUGH_LETTERS else body


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text))


def _words(text: str) -> str:
    """Text without addresses, numbers and, where enough remains, names: those are in no language."""
    words = _NOT_WORDS.sub(" ", text)
    nameless = _NAME.sub("", words)
    return nameless if _letters(nameless) >= _FEWEST_FOREIGN_LETTERS and not text.isupper() else words


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
