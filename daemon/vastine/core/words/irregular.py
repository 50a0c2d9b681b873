"""Forms that follow no rule and that the dictionaries miss, or give to another word only: strong verbs, umlauts,
comparatives of other stems. A form may belong to several words (svalt: svälja and svälta).
"""

from collections import defaultdict
from typing import Final

_SWEDISH: Final = """
    binda: band bands; bita: bet biten bitet; brinna: brunnen; bära: buren buret; dra: draget dragna; driva: drivet;
    dö: dött; falla: fallet; finna: finns fanns; frysa: frös; ge: givet givna gav givit; giva: gav givit; gripa: grep;
    hinna: hann; knyta: knuten; le: lett; lida: led; ligga: låg legad; lyda: löd; rida: red; riva: rev; sitta: satt;
    skina: sken; skriva: skrevs; skära: skar skuren; slippa: slapp; slå: slagen slaget; smita: smet; smälta: smalt;
    sticka: stack stucken; stiga: steg; stödja: stött; svida: sved; svälja: svalt; svälta: svalt; ta: togs taget tagna;
    tälja: tälde; töras: tordes; vika: vek; vinna: vann; vänja: vant; äta: åt;
    tand: tänder tänderna; mus: möss mössen; lus: löss; hand: händer händerna; stång: stänger stängerna;
    tång: tänger tängerna; bror: brodern bröder bröderna; finger: fingrar fingrarna;
    liten: små lilla mindre minst minsta minste; lång: längre längst längsta; ung: yngre yngst yngsta;
    tung: tyngre tyngst tyngsta; stor: större störst största; hög: högre högst högsta; låg: lägre lägst lägsta;
    trång: trängre trängst trängsta; grov: grövre grövst grövsta; god: bättre bäst bästa; bra: bättre bäst bästa;
    gammal: äldre äldst äldsta; dålig: sämre sämst sämsta värre värst värsta; mycket: mer mera mest;
    få: färre
"""
_ENGLISH: Final = """
    bear: bore; bend: bent; bind: bound; bite: bit; cut: cutting; drink: drunk; feel: felt; go: gone; grind: ground;
    leave: left; ring: rung; rise: rose; set: setting; shake: shook; shoot: shot; swear: swore; think: thought;
    win: won; wind: wound; shelf: shelves; wife: wives; life: lives; leaf: leaves; loaf: loaves; half: halves;
    thief: thieves; calf: calves; knife: knives; person: people; basis: bases; datum: data; good: better best;
    well: better best; bad: worse worst; far: further furthest farther farthest; little: less least;
    many: more most; much: more most; old: elder eldest; big: bigger biggest; hot: hotter hottest; wet: wetter wettest;
    fat: fatter fattest; thin: thinner thinnest; sad: sadder saddest
"""
# Words of another stem that count as forms of this one; they inflect in their own way.
FINNISH: Final = {
    "hyvä": ("parempi", "paras"),
    "pitkä": ("pidempi", "pitempi", "pisin"),
    "moni": ("useampi",),
    "läheinen": ("lähempi", "lähin"),
}


def _by_form(table: str) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for entry in " ".join(table.split()).split("; "):
        lemma, _, forms = entry.rstrip(";").partition(": ")
        for form in forms.split():
            found[form].add(lemma)
    return {form: frozenset(lemmas) for form, lemmas in found.items()}


LEMMAS: Final[dict[str, dict[str, frozenset[str]]]] = {"sv": _by_form(_SWEDISH), "en": _by_form(_ENGLISH)}
