"""Consonant gradation: how the stems of Finnish words change between their strong and weak grade (VISK § 41-43)."""

import re

_VOWELS = "aeiouyäöå"
_LAST_SYLLABLE = re.compile(rf"^(.*[{_VOWELS}])([^{_VOWELS}]+)([{_VOWELS}]+)$")
_HIATUS = re.compile(rf"^(.*[{_VOWELS}])()([{_VOWELS}])$")

_WEAKER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("kk", ("k",)), ("pp", ("p",)), ("tt", ("t",)),
    ("nk", ("ng",)), ("mp", ("mm",)), ("nt", ("nn",)), ("lt", ("ll",)), ("rt", ("rr",)),
    ("ht", ("hd",)), ("lk", ("l", "lj")), ("rk", ("r", "rj")), ("hk", ("h", "hj")), ("lp", ("lv",)), ("rp", ("rv",)),
    ("k", ("",)), ("p", ("v",)), ("t", ("d",)),
)  # fmt: skip
_STRONGER: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ng", ("nk",)), ("mm", ("mp",)), ("nn", ("nt",)), ("ll", ("lt",)), ("rr", ("rt",)), ("hd", ("ht",)),
    ("lj", ("lk",)), ("rj", ("rk",)), ("hj", ("hk",)), ("lv", ("lp",)), ("rv", ("rp",)),
    ("k", ("kk",)), ("p", ("pp",)), ("t", ("tt",)), ("d", ("t",)), ("v", ("p",)),
    ("l", ("lk",)), ("r", ("rk",)), ("h", ("hk",)),
)  # fmt: skip
_AFTER_SONORANT = {"kk", "pp", "tt", "k", "p", "t"}


def weakened(stem: str) -> set[str]:
    """The weak grades that a strong stem may have, by its last consonants; none where nothing changes."""
    if stem.endswith(("aika", "poika")):
        return {f"{stem[:-3]}ja"}
    return _changed(stem, _WEAKER)


def strengthened(stem: str) -> set[str]:
    """The strong grades that a weak stem may have."""
    changed = _changed(stem, _STRONGER)
    if gap := _HIATUS.match(stem):  # koe: kokeen
        changed.add(f"{gap[1]}k{gap[3]}")
    return changed


def _changed(stem: str, table: tuple[tuple[str, tuple[str, ...]], ...]) -> set[str]:
    found = _LAST_SYLLABLE.match(stem)
    if not found:
        return set()
    head, cluster, tail = found.groups()
    for old, new in table:
        if cluster == old or (cluster.endswith(old) and _changes_inside(old, cluster)):
            kept = cluster.removesuffix(old)
            between_rounded = table is _WEAKER and cluster == "k" and head[-1] == tail[0] and tail[0] in "uy"
            return {f"{head}{kept}{other}{tail}" for other in (("v",) if between_rounded else new)}  # luku: luvun
    return set()


def _changes_inside(old: str, cluster: str) -> bool:
    """Whether it changes behind another consonant too: kortti: kortin and tarve: tarpeen, but not lasku or matka."""
    return old in _AFTER_SONORANT and cluster.removesuffix(old)[-1:] in ("l", "r", "n", "m") and cluster not in _WHOLE


_WHOLE = {old for old, _ in _WEAKER if len(old) == 2}
