"""Finnish inflection: the stems that a word may take, and the endings that may follow each kind of stem.

A stem is given generously and checked against the dictionary (`index` does that); forms that no word has do no harm,
since nobody writes them. Derivations (-minen, -maton, -sti, -us, -ja) are left out on purpose: they are other words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from vastine.core.words.gradation import strengthened, weakened

_VOWELS = "aeiouyäö"
_VOWEL_GROUP = re.compile(f"[{_VOWELS}]+")
CLITICS = ("kin", "kaan", "kään", "ko", "kö", "han", "hän", "pa", "pä", "kohan", "köhän", "kos", "kös", "pas", "päs",
            "kinko", "kinkö", "kinhan", "kinhän")  # fmt: skip
OWNERS = ("ni", "si", "nsa", "nsä", "mme", "nne")


@dataclass(frozen=True, slots=True)
class Paradigm:
    """A guess at how a word inflects: stems with their kinds, and forms that the dictionary knows if it is right."""

    stems: tuple[tuple[str, str], ...]
    probes: tuple[str, ...]


def ends_so(rest: str, endings: frozenset[str]) -> bool:
    """Whether the rest of a word is one of the endings, perhaps with a clitic behind it."""
    if rest in endings:
        return True
    return any(rest.endswith(clitic) and rest[: -len(clitic)] in endings for clitic in CLITICS)


def _both(*endings: str) -> list[str]:
    """Endings in both vowel harmonies; written with a, o and u."""
    return [*endings, *(ending.translate(str.maketrans("aou", "äöy")) for ending in endings)]


def _owned(*cases: str) -> list[str]:
    """Cases with possessive suffixes."""
    return [case + owner for case, owner in product(cases, OWNERS)]


_PLACES = _both("na", "ssa", "sta", "lla", "lta", "tta")
_THIRD = [place + place[-1] + "n" for place in _PLACES] + ["lleen", "kseen"]


def _singular(vowel: str) -> list[str]:
    """What may follow a vowel stem; `vowel` is the stem's last."""
    cases = ["n", "t", "lle", "ksi", f"{vowel}n", *_both("a"), *_PLACES]
    owned = _owned("", "lle", "kse", vowel, *_both("a"), *_PLACES)
    return [*cases, *owned, *_THIRD, *_both("aan")]


def _long(vowel: str) -> list[str]:
    """What may follow a vowel stem whose last vowel is long or part of a diphthong, besides."""
    return ["seen", f"h{vowel}n", *_both("ta", "taan"), *_owned("see", f"h{vowel}", *_both("ta"))]


_PLURAL = [
    "n", "lle", "ksi", "in", "hin", "siin", "en", "den", "tten", *_both("a", "ta"), *_PLACES,
    *_owned("lle", "kse", "i", "hi", "sii", "e", "de", "tte", "ne", *_both("a", "ta"), *_PLACES),
    *_THIRD, *_both("aan", "taan"), "neen",
]  # fmt: skip
_PLURAL_J = ["en", *_both("a", "aan"), *_owned("e", *_both("a"))]
_CONSONANT = ["ten", *_both("ta", "taan"), *_owned("te", *_both("ta"))]
_COMPARATIVE = [
    "mpi", *(f"mp{v}{end}" for v in "aä" for end in ["na", "nä", v, f"{v}n", *_owned("")]),
    *(f"mm{v}{end}" for v in "aä" for end in _singular(v)), *(f"mmi{end}" for end in _PLURAL),
    *(f"mpi{end}" for end in ("a", "ä", "en", "in", "na", "nä")),
]  # fmt: skip


_SUPERLATIVE = [
    "in", "inta", "intä",
    *(f"imp{v}{end}" for v in "aä" for end in ["na", "nä", v, f"{v}n", *_owned("")]),
    *(f"imm{v}{end}" for v in "aä" for end in _singular(v)), *(f"immi{end}" for end in _PLURAL),
    *(f"impi{end}" for end in ("a", "ä", "en", "in", "na", "nä")),
]  # fmt: skip


def _nominal(stem: str, plural: str) -> list[str]:
    """All forms of a nominal inside a verb's paradigm, such as a participle, by its vowel stem and plural stem."""
    return [stem, *(stem + end for end in _singular(stem[-1])), *(plural + end for end in _PLURAL)]


_PERSONS = ["n", "t", "mme", "tte", *_both("vat")]
_CONDITIONAL = ["isi", *(f"isi{person}" for person in _PERSONS)]
_INFINITIVES = [*_both("essa"), "en", *_owned(*_both("essa")), *_both("essaan")]


def _present(vowel: str) -> list[str]:
    active = [
        form
        for v, o in (("a", "o"), ("ä", "ö"))
        for form in (*_nominal(f"v{v}", "vi"), *_agent(v), f"k{v}{v}", f"k{o}{o}n")
    ]
    first = [*_owned("akse", "äkse"), "akseen", "äkseen"]
    return ["", *_PERSONS, vowel, *active, *_INFINITIVES, *first]


def _agent(vowel: str) -> list[str]:
    """The third infinitive and the agent participle: maksamaan, maksamatta, maksamani, maksamissani.

    Not what looks like -minen (maksamista), and not -maton: both are words of their own.
    """
    plural = (end for end in _PLURAL if not end.startswith(("sta", "stä")))
    return [f"m{vowel}", *(f"m{vowel}{end}" for end in _singular(vowel)), *(f"mi{end}" for end in plural)]


def _active_past(consonant: str) -> list[str]:
    """The past participle (-nut), also as it is spoken (-nu); `consonant` is n, or what it has become."""
    return (
        [
            form
            for v in "uy"
            for form in (f"{consonant}{v}t", f"{consonant}{v}", f"{consonant}{v}tt{'a' if v == 'u' else 'ä'}")
        ]
        + [f"{consonant}ee{end}" for end in [*_singular("e"), *_long("e")]]
        + [f"{consonant}ei{end}" for end in _PLURAL]
    )


def _passive(strong: str, weak: str, persons: tuple[str, ...]) -> list[str]:
    """Passive forms; `strong` and `weak` are the grades of its t, `persons` the endings of the present."""
    participles = [f"{strong}{v}" for v in "uy"] + [f"{weak}{v}{end}" for v in "uy" for end in _singular(v)]
    participles += [f"{strong}{v}{end}" for v in "uy" for end in [*_both("a", "na"), v + "n", *_owned("")]]
    participles += [f"{strong}{v}{end}" for v in "uy" for end in [*_owned(*_both("a")), *_both("aan")]]  # odotettuamme
    participles += [f"{weak}{v}i{end}" for v in "uy" for end in _PLURAL] + [
        f"{strong}{v}j{end}" for v in "uy" for end in _PLURAL_J
    ]
    must = [form for v in "aä" for form in _nominal(f"{strong}{v}v{v}", f"{strong}{v}vi")]
    finite = [f"{strong}iin", *(f"{strong}{end}" for end in _both("aisiin", "aessa", "akoon"))]
    return [*persons, *finite, *participles, *must]


_SPOKEN = tuple(_both("taan", "daan", "laan", "naan", "raan", "ta", "da", "la", "na", "ra"))
ENDINGS: dict[str, frozenset[str]] = {
    "nominative": frozenset([""]),
    "first infinitive": frozenset([""]),
    **{f"singular {v}": frozenset(_singular(v)) for v in _VOWELS},
    **{f"long {v}": frozenset([*_singular(v), *_long(v)]) for v in _VOWELS},
    "plural": frozenset(_PLURAL),
    "plural j": frozenset(_PLURAL_J),
    "consonant": frozenset(_CONSONANT),
    "comparative": frozenset(_COMPARATIVE),
    "superlative": frozenset(_SUPERLATIVE),
    **{f"present {v}": frozenset(_present(v)) for v in _VOWELS},
    "past": frozenset(["", *_PERSONS]),
    "conditional": frozenset(_CONDITIONAL),
    "infinitive": frozenset(_INFINITIVES),
    "passive": frozenset(_passive("tt", "t", tuple(_both("taan", "ta")))),
    "passive short": frozenset(
        _passive("t", "d", _SPOKEN) + _passive("t", "t", ()) + _passive("t", "l", ()) + _passive("t", "n", ())
    ),
    **{f"participle {c}": frozenset(_active_past(c)) for c in ("n", "l", "r", "s", "nn")},
}
# What a first part of a compound may end in, besides its bare dictionary form: the genitives.
LINKS: dict[str, frozenset[str]] = {
    "nominative": frozenset([""]),
    **{f"{length} {v}": frozenset(["n"]) for length in ("singular", "long") for v in _VOWELS},
    "plural": frozenset(["en", "den", "tten"]),
    "plural j": frozenset(["en"]),
    "consonant": frozenset(["", "ten"]),
}


def joins(kind: str) -> bool:
    """Whether stems of that kind are a nominal's, whose forms stand in compounds."""
    return kind in LINKS or kind in ("comparative", "superlative")


_FIRST_INFINITIVES = tuple(_both("ta", "da", "lla", "nna", "rra", "aa", "ea", "ia", "oa", "ua"))


def looks_like_a_verb(lemma: str) -> bool:
    """Whether a word may be an infinitive."""
    return len(lemma) >= 5 and lemma.endswith(_FIRST_INFINITIVES)


def paradigms(lemma: str) -> Iterator[Paradigm]:
    """Every way in which a word that ends like this may inflect, likelier ones first."""
    if len(lemma) < 2 or not any(vowel in lemma for vowel in _VOWELS):
        return
    yield from _verbs(lemma)
    yield from _nominals(lemma)


def _noun(lemma: str, vowel_stems: Iterable[str], plurals: Iterable[str], consonant: str | None = None) -> Paradigm:
    """A nominal paradigm; a plural stem that ends in j has its own endings."""
    stems = {(lemma, "nominative")}
    bases = [stem for stem in vowel_stems if stem and stem[-1] in _VOWELS]
    for stem in bases:
        length = "long" if stem[-2:-1] in _VOWELS else "singular"
        stems |= {(stem, f"{length} {stem[-1]}"), (stem, "comparative")}
        shortened = stem[:-1] if stem[-1] in "aäe" else stem[:-1] + "e" if stem[-1] == "i" else stem
        stems.add((shortened, "superlative"))
        if stem[-1] in "aä":
            stems.add((stem[:-1] + "e", "comparative"))
    stems |= {(stem, "plural j" if stem.endswith("j") else "plural") for stem in plurals}
    if consonant:
        stems.add((consonant, "consonant"))
    probes = [f"{stem}{end}" for stem in bases for end in ("n", "t", *(("lla", "a") if _back(stem) else ("llä", "ä")))]
    return Paradigm(tuple(sorted(stems)), tuple(probes))


def _back(stem: str) -> bool:
    return any(vowel in stem for vowel in "aou")


def _graded(stem: str) -> list[str]:
    return [*sorted(weakened(stem)), stem]


def _nominals(lemma: str) -> Iterator[Paradigm]:
    for ending, build in _BY_ENDING:
        if lemma.endswith(ending):
            yield from build(lemma)
    if lemma[-1] not in _VOWELS:
        yield _noun(lemma, [lemma + "i", lemma + "e"], [lemma + "ei", lemma + "ej", lemma + "i"], lemma)
    elif lemma[-1] in "ouöy":
        graded = _graded(lemma)
        yield _noun(lemma, graded, [*(stem + "i" for stem in graded), lemma + "j", *_short(lemma)])
    elif lemma[-1] in "aä":
        yield from _ending_in_a(lemma)
    elif lemma[-1] == "i":
        yield from _ending_in_i(lemma)
    else:
        yield from _ending_in_e(lemma)


def _short(lemma: str) -> list[str]:
    """Plural stems of words with a long vowel or diphthong at the end: maa: mai-, työ: töi-, tie: tei-."""
    if len(lemma) > 2 and lemma[-2] in _VOWELS:
        return [lemma[:-2] + lemma[-1] + "i", lemma[:-1] + "i"]
    return []


def _ending_in_a(lemma: str) -> Iterator[Paradigm]:
    graded = _graded(lemma)
    rounded = "o" if lemma[-1] == "a" else "ö"
    plurals = [stem[:-1] + vowel for stem in graded for vowel in _plural_vowels(lemma, rounded)]
    joined = [lemma[:-1] + rounded + "j"] if f"{rounded}i" in _plural_vowels(lemma, rounded) else []
    yield _noun(lemma, graded, [*plurals, *joined, *_short(lemma)])


def _plural_vowels(lemma: str, rounded: str) -> tuple[str, ...]:
    """What a becomes before the i of the plural (VISK § 76).

    In words of two syllables it is o after a, e or i in the first (vika: vioissa), nothing after o or u (koira:
    koirissa); in longer words it may be either.
    """
    vowels = _VOWEL_GROUP.findall(lemma)
    if len(vowels) != 2:
        return (f"{rounded}i", "i")
    return (f"{rounded}i",) if rounded == "o" and vowels[0][0] in "aei" else ("i",)


def _ending_in_i(lemma: str) -> Iterator[Paradigm]:
    graded, base = _graded(lemma), lemma[:-1]
    yield _noun(lemma, graded, [*(s[:-1] + "ei" for s in graded), base + "ej", lemma])
    with_e = _graded(base + "e")
    consonant = base if base[-1:] in "lnrt" else base[:-2] + "s" if base.endswith(("ps", "ts")) else None
    yield _noun(lemma, with_e, [s[:-1] + "i" for s in with_e], consonant)
    if base.endswith("s"):
        root = base[:-1]
        yield _noun(lemma, [root + "de", root + "te"], [lemma], root + "t")
        if root.endswith("k"):  # yksi, kaksi
            yield _noun(lemma, [root[:-1] + "hde", root[:-1] + "hte"], [lemma], root[:-1] + "ht")


def _ending_in_e(lemma: str) -> Iterator[Paradigm]:
    strong = [*sorted(strengthened(lemma)), lemma]
    for stem in strong:
        yield _noun(lemma, [stem + "e"], [stem + "i"], lemma + "t")
    graded = _graded(lemma)
    yield _noun(lemma, graded, [*(stem + "i" for stem in graded), lemma + "j", *_short(lemma)])  # nukke, nalle


def _ending_in_s(lemma: str) -> Iterator[Paradigm]:
    base, vowel = lemma[:-1], lemma[-2:-1]
    yield _noun(lemma, [base + "kse"], [base + "ksi"], lemma)
    if vowel in "uy":
        yield _noun(lemma, [base + "de", base + "te"], [base + "ksi"], base + "t")
    if vowel:
        for stem in [*sorted(strengthened(base)), base]:
            yield _noun(lemma, [stem + vowel], [stem + "i"], lemma)
    if lemma.endswith("paras"):
        yield _noun(lemma, [f"{base[:-1]}haa"], [f"{base[:-1]}hai"], lemma)
    if lemma.endswith("mies"):
        yield _noun(lemma, [lemma[:-1] + "he"], [lemma[:-3] + "iehi"], lemma)


def _ending_in_nen(lemma: str) -> Iterator[Paradigm]:
    yield _noun(lemma, [lemma[:-3] + "se"], [lemma[:-3] + "si"], lemma[:-3] + "s")


def _ending_in_n(lemma: str) -> Iterator[Paradigm]:
    for base in [*sorted(strengthened(lemma[:-1])), lemma[:-1]]:
        yield _noun(lemma, [base + "me"], [base + "mi"], lemma)
    for v in "aä":
        yield _noun(
            lemma, [lemma[:-1] + f"mm{v}", lemma[:-1] + f"mp{v}"], [lemma[:-1] + "mmi", lemma[:-1] + "mpi"], lemma
        )


def _ending_in_ton(lemma: str) -> Iterator[Paradigm]:
    v = "a" if lemma.endswith("ton") else "ä"
    yield _noun(lemma, [f"{lemma[:-3]}tt{lemma[-2]}m{v}"], [f"{lemma[:-3]}tt{lemma[-2]}mi"], lemma)


def _ending_in_nut(lemma: str) -> Iterator[Paradigm]:
    yield _noun(lemma, [lemma[:-2] + "ee"], [lemma[:-2] + "ei"], lemma)
    yield _noun(lemma, [lemma[:-1] + "e"], [lemma[:-1] + "i"], lemma)


def _ending_in_mpi(lemma: str) -> Iterator[Paradigm]:
    for v in "aä":
        yield _noun(lemma, [lemma[:-3] + f"mm{v}", lemma[:-3] + f"mp{v}"], [lemma[:-3] + "mmi", lemma])


_BY_ENDING = (
    ("nen", _ending_in_nen),
    ("ton", _ending_in_ton),
    ("tön", _ending_in_ton),
    ("in", _ending_in_n),
    ("s", _ending_in_s),
    ("ut", _ending_in_nut),
    ("yt", _ending_in_nut),
    ("mpi", _ending_in_mpi),
)


def _verb(lemma: str, present: Iterable[str], past: Iterable[str], rest: Iterable[tuple[str, str]]) -> Paradigm:
    """A verb's paradigm; `rest` are stems of other kinds. The probes are the first person and the infinitive's own."""
    stems = {(lemma, "first infinitive"), *rest}
    bases = [stem for stem in present if stem]
    stems |= {(stem, f"present {stem[-1]}") for stem in bases} | {(stem, "past") for stem in past}
    return Paradigm(tuple(sorted(stems)), tuple(f"{stem}{end}" for stem in bases for end in ("n", "t", "mme")))


def _verbs(lemma: str) -> Iterator[Paradigm]:
    if lemma[-1] not in "aä" or len(lemma) < 4:
        return
    base = lemma[:-1]
    if base[-1] in _VOWELS:
        yield from _verbs_in_vowel(lemma, base)
    elif lemma[-2] == "d":
        yield _verb_in_da(lemma, lemma[:-2])
    elif lemma[-3:-1] in ("ll", "nn", "rr", "st"):
        yield from _verbs_in_lla(lemma)
    elif lemma[-2] == "t":
        yield from _verbs_in_ta(lemma, lemma[:-2])


def _verbs_in_vowel(lemma: str, strong: str) -> Iterator[Paradigm]:
    """maksaa, lähettää, lukea, toimia, sanoa, viivästyä; with a past in -si: tietää, ymmärtää"""
    graded = _graded(strong)
    head = [stem[:-1] for stem in graded]
    last = strong[-1]
    past = [stem + "i" for stem in graded] if last in "ouöy" else [h + "i" for h in head]
    past += [h + "oi" for h in head] if last == "a" else []
    passive = [h + ("e" if last in "aä" else last) for h in head]
    rest = [(strong, "participle n"), (strong[:-1] if last in "ei" else strong, "conditional")]
    rest += [(stem, "passive") for stem in passive]
    yield _verb(lemma, graded, past, [*rest, (strong[:-1] + "i", "infinitive")])
    if strong[-2] == "t" and last in "aä":
        si = strong[:-2] + "si"
        yield Paradigm(((si, "past"),), (si, f"{si}n", f"{si}vat", f"{si}vät"))


def _verb_in_da(lemma: str, stem: str) -> Paradigm:
    """saada, syödä, myydä, voida, reklamoida; tehdä and nähdä in their own way"""
    rest = [(stem, "passive short"), (stem, "participle n")]
    if stem[-1:] == "h":
        strong, weak = stem[:-1] + "ke", stem[:-1] + "e"
        return _verb(
            lemma, [weak, strong], [stem[:-1] + "ki", stem[:-1] + "i"], [*rest, (stem[:-1] + "k", "conditional")]
        )
    shorter = stem[:-2] + stem[-1] if stem[-2:-1] in _VOWELS else stem
    past = [shorter + "i", stem[:-1] + "i", stem] if not stem.endswith("i") else [stem]
    if stem.endswith("äy"):
        past.append(stem[:-1] + "vi")  # kävi
    return _verb(lemma, [stem], past, [*rest, (shorter, "conditional"), (stem[:-1], "conditional")])


def _verbs_in_lla(lemma: str) -> Iterator[Paradigm]:
    """tulla, mennä, purra, nousta, kuunnella, ajatella, juosta"""
    root, consonant = lemma[:-2], "s" if lemma[-3] == "s" else lemma[-3]
    for stem in [*sorted(strengthened(root[:-1])), root[:-1]]:
        whole = stem + root[-1]
        rest = [(root, "passive short"), (root, f"participle {consonant}"), (whole, "conditional")]
        yield _verb(lemma, [whole + "e"], [whole + "i"], rest)
    if lemma.endswith("osta"):
        yield _verb(
            lemma, [root[:-1] + "kse"], [root[:-1] + "ksi"], [(root, "participle s"), (root[:-1] + "ks", "conditional")]
        )


def _verbs_in_ta(lemma: str, root: str) -> Iterator[Paradigm]:
    """Haluta and varata; valita; vanheta"""
    vowel = lemma[-1]
    rest = [(root, "passive"), (root, "participle nn")]
    for stem in [*sorted(strengthened(root)), root]:
        yield _verb(lemma, [stem + vowel], [stem + "si"], [*rest, (stem, "conditional"), (stem + vowel, "conditional")])
    if root[-1] == "i":
        yield _verb(lemma, [root + "tse"], [root + "tsi"], [*rest, (root + "ts", "conditional")])
    if root[-1] in "ei":
        for stem in [*sorted(strengthened(root)), root]:
            yield _verb(lemma, [stem + "ne"], [stem + "ni"], [*rest, (stem + "n", "conditional")])
