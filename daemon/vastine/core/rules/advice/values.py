"""Conditions that no mail can fulfil: topics and tags nobody sets, mailboxes that are not there, contradictions."""

from collections.abc import Iterator, Sequence

from vastine.core.language import TOLD_APART
from vastine.core.rules.extract import BUILTINS
from vastine.core.rules.problem import Problem, did_you_mean
from vastine.core.rules.rule import Rule
from vastine.core.rules.rulebook import Rulebook
from vastine.core.rules.when import All, AnyOf, Condition, Not, Test, implies

_SINGLE = ("language", "mailbox", "priority", "topic", "open", "follow_up")  # a mail has one value of each


def about_values(book: Rulebook, mailboxes: Sequence[str] | None) -> Iterator[Problem]:
    """Warnings about conditions on values that never come, and about conditions that exclude each other."""
    known = {
        "topic": {rule.then.topic for rule in book.rules if rule.then.topic} | {book.defaults.topic},
        "tag": {tag for rule in book.rules for tag in rule.then.tags},
        "language": {*TOLD_APART, *book.languages},
    }
    if mailboxes is not None:
        known["mailbox"] = set(mailboxes)
    for rule in book.rules:
        for test in rule.when.tests():
            if test.name in known:
                yield from _strange(book, rule, test, known[test.name])
        if (both := _contradiction(rule.when)) is not None:
            yield book.warning(("rules", rule.name), f"rule '{rule.name}' can never match: {both}")
        yield from _negated(book, rule, rule.when)
        fact = book.extract[rule.then.due] if rule.then.due else None
        if fact is not None and fact.written in BUILTINS and fact.written not in ("date", "reply_date"):
            message = f"rule '{rule.name}': due takes a fact that is a date, and '{fact.name}' is {fact.written}"
            yield book.warning(("rules", rule.name), message)


def _strange(book: Rulebook, rule: Rule, test: Test, known: set[str]) -> Iterator[Problem]:
    said = {
        "topic": "no rule sets topic '{}'",
        "tag": "no rule sets tag '{}'",
        "language": "no mail is told to be in language '{}'",
        "mailbox": "there is no mailbox '{}' in the settings",
    }[test.name]
    for value in sorted(str(term) for term in test.terms if term not in known):
        place = ("value", rule.name, test.name, value)
        yield book.warning(place, f"{said.format(value)}{did_you_mean(value, known)}")


def _contradiction(condition: Condition) -> str | None:
    """Why a condition can never hold, or None."""
    if isinstance(condition, AnyOf):
        parts = [_contradiction(part) for part in condition.parts]
        return parts[0] if parts and all(part is not None for part in parts) else None
    if not isinstance(condition, All):
        return None
    for number, one in enumerate(condition.parts):
        if (within := _contradiction(one)) is not None:
            return within
        for other in condition.parts[number + 1 :]:
            if (both := _exclusive(one, other)) is not None:
                return both
    return None


def _exclusive(one: Condition, other: Condition) -> str | None:
    for part, negated in ((one, other), (other, one)):
        if isinstance(negated, Not) and implies(part, negated.part):
            return "what it asks for is excluded by its `not`"
    if not isinstance(one, Test) or not isinstance(other, Test) or one.name != other.name or one.name not in _SINGLE:
        return None
    return None if one.terms & other.terms else f"{one.name} cannot be both {one.wants} and {other.wants}"


def _negated(book: Rulebook, rule: Rule, condition: Condition) -> Iterator[Problem]:
    """`not` and `any` together are read wrongly more often than not."""
    place = ("rules", rule.name)
    if isinstance(condition, AnyOf) and sum(isinstance(part, Not) for part in condition.parts) > 1:
        message = "any of several `not` holds for nearly every mail: it is false only where all of them are there"
        yield book.warning(place, f"rule '{rule.name}': {message}; to exclude each of them write not: [a, b]")
    if isinstance(condition, Not) and condition.over_any:
        message = "`not` over `any` holds only where none of them does: say not: [a, b] for that"
        yield book.warning(place, f"rule '{rule.name}': {message}, or not: {{all: ..}} for not both")
    for part in _parts(condition):
        yield from _negated(book, rule, part)


def _parts(condition: Condition) -> tuple[Condition, ...]:
    if isinstance(condition, All | AnyOf):
        return condition.parts
    return (condition.part,) if isinstance(condition, Not) else ()
