"""Rule words that another common word shares forms with: they will find mails that are about something else."""

from collections.abc import Iterator

from vastine.core.rules.problem import Problem
from vastine.core.rules.rulebook import Rulebook
from vastine.core.words import Word
from vastine.core.words.ambiguity import meanings


def about_words(book: Rulebook) -> Iterator[Problem]:
    """A warning for each word that means two things, where it first stands."""
    told: set[Word] = set()
    for rule in book.rules:
        for test in rule.when.tests():
            for word in test.words:
                if word in told or word.exact or len(word.parts) > 1:
                    continue
                told.add(word)
                if (meant := meanings(word.text, book.languages)) is not None:
                    hint = f'"={word.text}" finds that form only; a phrase is surer'
                    message = f"'{word.text}' means several things, {meant}, and finds the forms of each; {hint}"
                    yield book.warning(("word", rule.name, word.text), message)
