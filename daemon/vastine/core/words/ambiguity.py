"""Words whose forms are also those of another common word. Written by hand: no dictionary tells which are common."""

from collections.abc import Iterable
from typing import Final

_FINNISH: Final = """
    kuusi: six, a spruce; voi: butter, can; tuli: fire, came; maksa: the liver, pay!; tila: a state, an order!;
    tilaa: space, orders; laki: a law, a peak; vuori: a mountain, a lining; kurkku: a throat, a cucumber;
    keksi: a biscuit, invented; kanto: a stump, carrying; viini: wine, a quiver; kuu: the moon, a month;
    lehti: a leaf, a newspaper; kieli: a language, a tongue; palaa: burns, returns; pala: a piece, burn!;
    alusta: a base, from the beginning; jätti: a giant, left; muisti: a memory, remembered; korko: interest, a heel;
    maali: paint, a goal; levy: a plate, a record; vara: means, a reserve; varaa: means, reserves;
    kuori: a shell, an envelope; piiri: a district, a circuit; paino: weight, a press; kohta: a point, soon;
    osaa: parts, knows how; tiski: a counter, the dishes; luku: a number, a chapter; kansi: a lid, a deck;
    aika: time, quite; näin: so, I saw
"""
_SWEDISH: Final = """
    var: was, where; får: gets, a sheep; val: a choice, a whale; vind: wind, an attic; bank: a bank, a bench;
    fil: a file, a lane; kör: drives, a choir; slut: an end, sold out; rätt: right, a dish; lag: a law, a team;
    led: a joint, suffered; vår: spring, our; mål: a goal, a meal; tal: a number, a speech; sätt: a way, put!;
    krona: a crown, a coin; kort: a card, short; springa: to run, a gap; här: here, an army; gift: poison, married;
    band: a ribbon, bound; hopp: hope, a jump; fast: although, stuck; ras: a breed, a slide; ton: a tone, tonnes
"""
_ENGLISH: Final = """
    left: not right, went away; mean: unkind, to intend; light: a lamp, not heavy; match: a game, to fit;
    fine: good, a penalty; kind: friendly, a sort; last: final, to go on; lie: to rest, an untruth;
    like: as, to enjoy; may: can, a month; can: be able, a tin; close: near, to shut; tear: to rip, a drop;
    wind: air, to turn; book: to reserve, to read; case: a matter, a box; bank: of money, of a river
"""


def _table(text: str) -> dict[str, str]:
    entries = (entry.partition(": ") for entry in " ".join(text.split()).split("; "))
    return {word: said for word, _, said in entries if "," in said}


_MEANINGS: Final = {"fi": _table(_FINNISH), "sv": _table(_SWEDISH), "en": _table(_ENGLISH)}


def meanings(word: str, languages: Iterable[str]) -> str | None:
    """What a rule word means to different people, in English; None where it is clear."""
    said = [_MEANINGS[language][word] for language in languages if word in _MEANINGS.get(language, {})]
    return " / ".join(said) or None
