"""Ladders that leave somebody without a word: steps that never come, come too late, or tell nobody."""

from collections.abc import Iterator

from vastine.core.ladder import StepRule
from vastine.core.rules.advice.company import MONDAY
from vastine.core.rules.problem import Problem
from vastine.core.rules.rulebook import Priority, Rulebook
from vastine.core.rules.sections import USUAL_ESCALATIONS


def about_ladder(book: Rulebook) -> Iterator[Problem]:
    """Ladders at whose end nobody hears of it."""
    if not book.escalations:
        yield book.warning(("escalations",), "there is no step: nobody is told of what stays unanswered")
    for number, step in enumerate(book.escalations):
        if "management" in step.tell and not book.management:
            message = f"step '{step.written}' tells management, and `management` is empty"
            yield book.warning(("escalations", str(number)), message)
    yield from _about_next_reply(book)
    if book.escalations is not USUAL_ESCALATIONS:
        yield from _about_delays(book)
        yield from _about_one_place(book)
    counted = any(each.next_reply for each in book.priorities)
    for clock in ("first_reply", "resolve", *(("next_reply",) if counted else ())):
        last = [(number, step) for number, step in enumerate(book.escalations) if step.at.clock == clock]
        late = [(number, step) for number, step in last if step.at.before is None and (step.at.percent or 100) >= 100]
        if not book.escalations:
            continue
        if not any(_is_heard(book, step.tell) or step.assign for _, step in late):
            place = ("escalations", str(last[-1][0])) if last else ("escalations",)
            message = f"the ladder ends with nobody: when {clock} has run out, no step tells or assigns anybody"
            yield book.warning(place, message)


def _about_next_reply(book: Rulebook) -> Iterator[Problem]:
    if any(each.next_reply for each in book.priorities):
        return
    for number, step in enumerate(book.escalations):
        if step.at.clock == "next_reply" and book.escalations is not USUAL_ESCALATIONS:
            message = f"step '{step.written}' never comes: no priority has a next_reply"
            yield book.warning(("escalations", str(number)), message)


def _is_heard(book: Rulebook, tell: tuple[str, ...]) -> bool:
    return any(name != "management" or book.management for name in tell)


def _about_delays(book: Rulebook) -> Iterator[Problem]:
    """Steps that are to tell the customer of a delay where that renews no promise, or renews it too late."""
    delays = [(number, step) for number, step in enumerate(book.escalations) if step.tell_customer]
    for number, step in delays:
        place = ("escalations", str(number))
        if step.at.clock == "next_reply":
            message = f"step '{step.written}' tells no customer anything: a first reply is promised, no further one"
            yield book.warning(place, message)
        elif step.at.clock == "resolve" or (step.at.before is None and (step.at.percent or 100) >= 100):
            message = f"step '{step.written}' tells the customer of the delay when the promise is missed already"
            yield book.warning(place, f"{message}: put it before, as first_reply - 30m")
        elif short := [each for each in book.priorities if not any(_comes(one, each) for _, one in delays)]:
            names = ", ".join(f"{each.name} ({each.first_reply})" for each in short)
            message = f"step '{step.written}' never comes where first_reply is no longer than that: {names}"
            yield book.warning(place, message)


def _comes(step: StepRule, priority: Priority) -> bool:
    """Whether a step before the end of the first reply lies after its beginning."""
    if step.at.before is None or step.at.clock not in ("first_reply", "promise"):
        return step.at.percent is not None and step.at.percent < 100
    calendar = priority.calendar
    start = calendar.next_opening(MONDAY)
    return calendar.back(calendar.due(start, priority.first_reply), step.at.before) > start


def _about_one_place(book: Rulebook) -> Iterator[Problem]:
    """Steps that are known by the same `at`: what one of them has done keeps the other from coming."""
    first: set[str] = set()
    for number, step in enumerate(book.escalations):
        if step.written in first:
            message = f"two steps stand at '{step.written}', by which they are known: they count as one"
            yield book.warning(("escalations", str(number)), f"{message}, so write one that does it all")
        first.add(step.written)
