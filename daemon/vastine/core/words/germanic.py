"""Swedish and English inflection, for words that the dictionaries lack: new compounds, names, lost dots.

For words that they have, the dictionaries are right more often than endings are.
"""

from collections.abc import Iterator

_SWEDISH_TEXT = """s en ens et ets n ns t ts ar ars arna arnas er ers erna ernas or ors orna ornas r rna rnas a as e es
    an ans na nas ne de des te ade ades at ats ad ads are ast aste dde it its tes"""
SWEDISH = frozenset({"", *_SWEDISH_TEXT.split()})
ENGLISH = frozenset({"", "s", "'s", "es", "d", "ed", "ing", "er", "est"})
ENDINGS: dict[str, dict[str, frozenset[str]]] = {
    "sv": {"word": SWEDISH, "stem": SWEDISH - {"", "s"}},
    "en": {"word": ENGLISH, "stem": frozenset({"ed", "ing", "es", "ies", "ied", "er", "est"})},
}
# What stands between the parts of a compound.
LINKS: dict[str, dict[str, frozenset[str]]] = {
    "sv": {"word": frozenset({"", "s", "e"}), "stem": frozenset({"", "e", "o", "u"})},
    "en": {"word": frozenset({""})},
}


def stems(lemma: str, language: str) -> Iterator[tuple[str, str]]:
    """The stems of a word and their kinds, `word` for the whole and `stem` for a shortened one."""
    yield lemma, "word"
    if len(lemma) < 4:
        return
    if language == "sv":
        yield from _swedish(lemma)
    elif lemma.endswith(("e", "y")):
        yield lemma[:-1], "stem"
    elif lemma[-1] in "bdgklmnprt":
        yield lemma + lemma[-1], "stem"


def _swedish(lemma: str) -> Iterator[tuple[str, str]]:
    if lemma.endswith("ad"):  # försenad: försenat, försenade
        yield lemma[:-1], "stem"
    elif lemma.endswith("as"):  # misslyckas
        yield lemma[:-2], "stem"
    elif lemma[-1] in "ae":
        yield lemma[:-1], "stem"
    elif lemma.endswith(("el", "er", "en")):
        yield lemma[:-2] + lemma[-1], "stem"
    elif lemma[-1] in "mn":
        yield lemma + lemma[-1], "stem"
