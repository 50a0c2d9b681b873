"""Advice on a file that is in order: rules without effect, people who are not there, words that mean two things.

Each piece is a warning at its place. Nothing here is needed to decide; `vastine check` asks for it.
"""

from collections.abc import Iterable
from datetime import date

from vastine.core.rules.advice.company import (
    about_languages,
    about_priorities,
    about_replies,
    about_teams,
)
from vastine.core.rules.advice.ladder import about_ladder
from vastine.core.rules.advice.reach import about_reach
from vastine.core.rules.advice.reports import about_reports
from vastine.core.rules.advice.values import about_values
from vastine.core.rules.advice.words import about_words
from vastine.core.rules.problem import Problem
from vastine.core.rules.rulebook import Rulebook


def advise(book: Rulebook, *, today: date, mailboxes: Iterable[str] | None = None) -> tuple[Problem, ...]:
    """Everything that an administrator would want to know of the file, in its order.

    `today` is a day of the company's time zone. `mailboxes` are the names in the settings, where these are known.
    """
    found = [
        *about_values(book, None if mailboxes is None else tuple(mailboxes)),
        *about_reach(book),
        *about_words(book),
        *about_priorities(book),
        *about_teams(book, today),
        *about_languages(book),
        *about_replies(book),
        *about_ladder(book),
        *about_reports(book, today),
    ]
    return tuple(sorted(found, key=lambda problem: (problem.line, problem.column)))
