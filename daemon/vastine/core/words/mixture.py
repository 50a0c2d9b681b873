"""Which languages a mail's words are to be compared in: its own, and another where the two are mixed."""

from collections.abc import Set as AbstractSet

_FINNISH = """ja ei että olen mutta kun minun vaan joka mikä niin olisi ole ovat oli hän minä minulla kiitos hei
    tämä sitä siitä mitä missä milloin vielä nyt myös kanssa jos tai voi voisitteko teidän"""
_SWEDISH = """och att är jag inte det som på för har min mitt mina vi ni med av den ett från till kan men eller när
    hej tack vill skulle fick blev också mycket"""
_ENGLISH = """the and is not have has my you your we to for was this that with are it be please but would from i
    when what been still hello thanks thank of"""
_TELLING: dict[str, frozenset[str]] = {
    "fi": frozenset(_FINNISH.split()),
    "sv": frozenset(_SWEDISH.split()),
    "en": frozenset(_ENGLISH.split()),
}
_ENOUGH = 3  # of another language's commonest words make a mail a mixed one


def languages_in(words: AbstractSet[str], language: str | None, configured: tuple[str, ...]) -> tuple[str, ...]:
    """The configured languages to compare a mail's words in; all of them where its language is unsure."""
    if language not in configured:
        return configured
    others = (other for other in configured if other != language)
    mixed = (
        other
        for other in others
        if len(words & (_TELLING.get(other, _NONE) - _TELLING.get(language, _NONE))) >= _ENOUGH
    )
    return (language, *mixed)


_NONE: frozenset[str] = frozenset()
