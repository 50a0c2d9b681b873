"""How long the rules take for a mail, by how many there are: nothing but `decide`, on mails that were read before."""

import random
import time
from datetime import UTC, datetime
from pathlib import Path

from mixed import mixed
from vastine.core.kind import kind_of
from vastine.core.language import LanguageGuesser
from vastine.core.reading import read_mail
from vastine.core.rules import Case, Rulebook, decide, load, prepare
from words.pairs import HERE, LANGUAGES, pairs_in

from .result import Ruled

REPOSITORY = Path(__file__).parents[2]
SEED = 20260622
WORDS_A_RULE = 4
WARMING_UP = 500  # mails that are not measured
MONDAY = datetime(2026, 6, 22, 9, tzinfo=UTC)


def rules_round(counts: list[int], mails: int) -> list[Ruled]:
    """The average of a decision, for files of so many rules, each with words of its own in three languages."""
    guesser = LanguageGuesser(LANGUAGES)
    cases = [_case(sample.raw, guesser) for sample in mixed(WARMING_UP + mails, SEED)]
    return [_measured(count, cases[:WARMING_UP], cases[WARMING_UP:]) for count in counts]


def _measured(count: int, before: list[Case], cases: list[Case]) -> Ruled:
    book = _book(count)
    began = time.perf_counter()
    prepare(book)
    ready = time.perf_counter()
    for case in before:  # a daemon has seen the commonest words before
        decide(book, case)
    prepared = time.perf_counter()
    matched = sum(any(tried.matched for tried in decide(book, case).tried) for case in cases)
    decided = time.perf_counter()
    faults = () if matched else (f"of {count} rules none matched any mail",)
    return Ruled(
        rules=count,
        mails=len(cases),
        matched=matched,
        prepare_seconds=ready - began,
        milliseconds_a_mail=1000 * (decided - prepared) / len(cases),
        faults=faults,
    )


def _case(raw: bytes, guesser: LanguageGuesser) -> Case:
    reading = read_mail(raw, guesser)
    mail = reading.mail
    kind = kind_of(mail, ours=False, raw=raw).kind
    return Case(mail=mail, kind=kind, mailbox="support", language=reading.language, now=MONDAY)


def _book(count: int) -> Rulebook:
    """The repository's own file with so many rules in place of its own."""
    text = (REPOSITORY / "rules.yaml").read_text(encoding="utf-8")
    head, _, rest = text.partition("\nrules: #")
    tail = rest[rest.index("\nreplies: #") :]
    chosen, words = random.Random(SEED), _vocabulary()
    lines = [
        f"  - {{name: r{number}, when: {_when(number, chosen, words)},"
        f" then: {{topic: t{number % 40}, priority: {chosen.choice(('high', 'normal', 'low'))}}}}}"
        for number in range(count)
    ]
    return load("\n".join([head, "rules:", *lines, tail]))


def _when(number: int, chosen: random.Random, words: list[str]) -> str:
    """Of ten rules five are about products, four about customers, and one about what people complain of."""
    if number % 10 == 0:
        return f"{{words: [{', '.join(chosen.sample(words, WORDS_A_RULE))}]}}"
    if number % 2 == 0:
        return f'{{from: "@asiakas{number}.example"}}'
    return f"{{words: [{', '.join(f'malli{chosen.randrange(100_000)}' for _ in range(WORDS_A_RULE))}]}}"


def _vocabulary() -> list[str]:
    words = {pair.word for language in LANGUAGES for pair in pairs_in(HERE / f"{language}.tsv")}
    return sorted(f'"{word}"' for word in words)
