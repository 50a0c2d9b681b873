"""A rule word: a word or phrase to be found in any form, or exactly as it is written."""

from dataclasses import dataclass

from vastine.core.words.text import words_in


@dataclass(frozen=True, slots=True)
class Word:
    """`text` is in lower case. `forms` are further forms it may take; `exact` words match as written only."""

    text: str
    forms: tuple[str, ...] = ()
    exact: bool = False

    def __hash__(self) -> int:
        return hash(self.text)  # the text keeps its own hash; words are looked up a lot

    @property
    def written(self) -> str:
        return f"={self.text}" if self.exact else self.text

    @property
    def parts(self) -> tuple[str, ...]:
        """The words of a phrase; a hyphen divides."""
        return tuple(words_in(self.text))


def parse_word(text: str) -> Word:
    """Read `maksu`, `ei ole tullut` or `=maksu`; raises ValueError where there is no word in it."""
    exact = text.startswith("=")
    word = Word(text=" ".join(text.removeprefix("=").lower().split()), exact=exact)
    if not word.parts:
        raise ValueError(f"'{text}' has no word in it")
    return word
