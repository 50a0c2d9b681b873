"""Compounds: where a rule word may be a part of a longer word, and whether what stands around it is words too."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Self

from vastine.core.words import finnish
from vastine.core.words.forms import Stem
from vastine.core.words.lexicon import knows, lemma_of
from vastine.core.words.text import fold

_SHORTEST_PART = 5  # of a lemma that may match inside a compound
_CONVINCING = 7  # of a lemma whose neighbour need not be in the dictionary
# Words of fewer than four letters that are common as parts; other short ones are more often endings.
_SHORT_TEXT = """el työ osa tie maa pää puu ovi jää suu sää erä ala asu ase ikä jae koe luu lie yö tv rae uni kuu
    ura apu etu bil dag del tid mat hus rum råd val lån kod nät by ö"""
_SHORT_WORDS = frozenset(_SHORT_TEXT.split())
_NO_BEGINNING = (
    "lli",
    "elli",
    "esti",
    "tt",
    "mise",
    "mine",
    "main",
    "mäin",
    "lain",
    "läin",
    "ton",
    "tön",
    "sto",
    "stö",
    "nen",
    "nti",
)
_QUALITY = ("uus", "uud", "uut", "uuks", "yys", "yyd", "yyt", "yyks")
# What makes a word of its own out of another, though it may look like a word itself.
_DERIVING = {
    "sv": ("ning", "ing", "het", "lös", "ist", "skap", "rist"),
    "en": ("ment", "ness", "able", "less", "ful", "ship", "ion", "ing", "ive", "ance", "ence"),
}
_TRIMMED_TEXT = "sta stä ssa ssä lla llä lta ltä lle ksi ni si nsa nsä mme nne kin kaan kään ko kö n t a ä ta tä"
_TRIMMED = tuple(_TRIMMED_TEXT.split())


@dataclass(frozen=True, slots=True)
class Part:
    """A place in a word where a stem of a rule word stands, and what is left around it.

    `tails` are what may follow as further parts; "" where the word ends with a form of the rule word. `whole`: the
    word is nothing but that form. `lost_dots`: only if its writer left dots out.
    """

    word: str
    head: str
    tails: tuple[str, ...]
    stem: Stem
    whole: bool
    lost_dots: bool

    @classmethod
    def cut(cls, word: str, folded: str, start: int, end: int, stem: Stem, language: str) -> Self | None:
        """The part, or None where the word cannot hold the stem there."""
        here = word[start:end]
        lost = here != stem.text
        if lost and not _loses_dots(here, stem.text):
            return None
        rest = word[end:]
        ends = _ends(rest, stem.endings, language)
        if not ends and folded[end:] == rest and _ends(rest, _folded(stem.endings), language):
            ends = lost = True
        whole = ends and start == 0
        if not whole and (len(stem.lemma) < _SHORTEST_PART or not stem.joins):
            return None
        tails = ("",) if ends else tuple(rest[len(link) :] for link in stem.links if _leaves_a_word(rest, link))
        return cls(word, word[:start], tails, stem, whole, lost) if tails else None

    @property
    def ending_is_sure(self) -> bool:
        """Whether an English word is this one with an ending of verbs and nouns, though it may be a word of its own."""
        return (
            len(self.stem.lemma) >= 4
            and len(self.stem.text) >= len(self.stem.lemma) - 1
            and self.ending not in ("er", "est")
        )

    @property
    def ending(self) -> str:
        """What follows the stem."""
        return self.word[len(self.head) + len(self.stem.text) :]

    @property
    def contracted(self) -> bool:
        """Whether the stem has lost a vowel, as cykel has in cyklar."""
        return (
            self.stem.lemma.endswith(("el", "er", "en"))
            and self.stem.text == self.stem.lemma[:-2] + self.stem.lemma[-1]
        )


def _ends(rest: str, endings: frozenset[str], language: str) -> bool:
    return rest in endings or (language == "fi" and len(rest) > 1 and finnish.ends_so(rest, endings))


def _leaves_a_word(rest: str, link: str) -> bool:
    tail = rest[len(link) :]
    return rest.startswith(link) and (len(tail) >= 3 or tail in _SHORT_WORDS)


def _loses_dots(written: str, stem: str) -> bool:
    """Whether each letter is the stem's, or that without its dots."""
    return all(mine == its or mine == fold(its) for mine, its in zip(written, stem, strict=True))


@lru_cache(maxsize=512)
def _folded(endings: frozenset[str]) -> frozenset[str]:
    return frozenset(fold(ending) for ending in endings)


# Nouns that look like the agent participle of a verb which has none; third infinitives look like neither.
_NOUNS_IN_MA_TEXT = """sanoma tapahtuma väittämä elämä kuolema syntymä näkymä esiintymä kertymä jäämä sattuma poikkeama
    murtuma muodostuma halkeama repeämä vääntymä painuma tulehtuma kasautuma"""
_NOUNS_IN_MA = frozenset(_NOUNS_IN_MA_TEXT.split())
_THIRD_INFINITIVE = tuple(f"m{v}{end}" for v in "aä" for end in (f"{v}n", f"ss{v}", f"st{v}", f"ll{v}", f"tt{v}"))


def is_another_word(part: Part, language: str) -> bool:
    """Whether a Finnish word that might be a form of the rule word is known to be another: tilanne, tapahtumaa."""
    lemma = lemma_of(part.word, language)
    if lemma is None or lemma == part.stem.lemma:
        return False
    if lemma in _NOUNS_IN_MA and part.ending.startswith("m"):
        return not part.ending.endswith(_THIRD_INFINITIVE)
    return lemma == part.word and part.ending.endswith(("nne", "mme")) and part.stem.joins


def holds_as_part(part: Part, language: str, *, dotless: bool) -> bool:
    """Whether the rule word is a part of a compound there, rather than an accident of spelling or a derivation."""
    convincing = len(part.stem.lemma) >= _CONVINCING
    if part.head and not _can_begin(part.head, language, convincing=convincing):
        return False
    if part.tails == ("",):
        return _agrees(part, language)
    if part.stem.lemma.endswith("nen") and any(tail.startswith(_QUALITY) for tail in part.tails):
        return False  # turvallisuus
    return any(_can_end(tail, language, dotless=dotless) for tail in part.tails)


def _agrees(part: Part, language: str) -> bool:
    """The dictionary, where it has the whole word, must not know better (vanhinta is no hinta)."""
    lemma = lemma_of(part.word, language)
    return lemma is None or lemma == part.word or lemma.endswith(part.stem.lemma)


def _can_begin(head: str, language: str, *, convincing: bool) -> bool:
    if len(head) < 3 or not any(sign in "aeiouyäöå" for sign in head):
        return head in _SHORT_WORDS
    if _is_word(head, language) or (head[-1] in "sn" and _is_word(head[:-1], language)):
        return True
    if language == "fi" and head[-1] == "s" and _is_word(f"{head[:-1]}nen", "fi"):  # uutinen: uutiskirje
        return True
    if any(_is_word(head[:cut], language) and _is_word(head[cut:], language) for cut in range(3, len(head) - 2)):
        return True
    return convincing and any(sign in "aeiouyäöå" for sign in head)


def _can_end(tail: str, language: str, *, dotless: bool) -> bool:
    if tail.startswith(_NO_BEGINNING if language == "fi" else _DERIVING.get(language, ())):
        return False
    if _is_word(tail, language):
        lemma = _lemma(tail, language) or tail
        return len(lemma) >= 4 or lemma in _SHORT_WORDS
    if any(_is_word(tail[:cut], language) and _can_end_whole(tail[cut:], language) for cut in range(4, len(tail) - 3)):
        return True
    return dotless and language in ("fi", "sv") and len(tail) >= 5


def _can_end_whole(tail: str, language: str) -> bool:
    return len(tail) >= 4 and _is_word(tail, language)


def _is_word(text: str, language: str) -> bool:
    return _lemma(text, language) is not None


@lru_cache(maxsize=4096)
def _lemma(text: str, language: str) -> str | None:
    """The lemma of a word; the Finnish dictionary lacks some regular forms, so common endings are taken off."""
    if knows(text, language) or language != "fi":
        return lemma_of(text, language)
    bare = _without_owner(text)
    if bare is not None:
        return lemma_of(bare, language)
    for ending in _TRIMMED:
        if text.endswith(ending) and len(text) - len(ending) >= 4:
            base = text.removesuffix(ending)
            if lemma_of(base, "fi") == base and ending in finnish.ENDINGS.get(f"singular {base[-1]}", frozenset()):
                return base
    return None


def _without_owner(text: str) -> str | None:
    """A Finnish word that the dictionary has once clitic and owner are off (peittonikin, ajoneuvoillaan)."""
    for clitic in ("", *finnish.CLITICS):
        for owner in ("", *finnish.OWNERS, text[-1:] + "n", text[-2:-1] + "n"):
            ending = owner + clitic
            base = text.removesuffix(ending) if ending else ""
            if len(base) >= 4 and base != text and knows(base, "fi"):
                return base
    return None
