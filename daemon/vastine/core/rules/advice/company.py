"""What around the rules would leave somebody without an answer: absent teams, missing languages, empty texts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from vastine.core.assignment import stand_in
from vastine.core.compose.templates import Facts, ReplyError, render
from vastine.core.rules.problem import Problem
from vastine.core.rules.rulebook import Rulebook, Team
from vastine.core.rules.sections import USUAL_ESCALATIONS
from vastine.texts import LANGUAGES, first_with_texts, texts_in

AHEAD: Final = 120  # days that are looked ahead for absences


def about_priorities(book: Rulebook) -> Iterator[Problem]:
    """Priorities that no mail can ever have."""
    scale = [priority.name for priority in book.priorities]
    used = {scale.index(name) for name in (book.defaults.priority, *(r.then.priority for r in book.rules)) if name}
    raises = any(r.then.raise_by for r in book.rules) or any(s.raise_by for s in book.escalations)
    if raises or any(group.raise_by for group in book.customers.values()):
        used |= set(range(max(used)))
    if any(r.then.lower_by for r in book.rules):
        used |= set(range(min(used), len(scale)))
    for number, name in enumerate(scale):
        if number not in used:
            yield book.warning(("priorities", name), f"priority '{name}' is never used: no rule gives it")


def about_teams(book: Rulebook, today: date) -> Iterator[Problem]:
    """Teams nobody of which is there for some days."""
    for team in book.teams.values():
        days = [day for day in (today + timedelta(days=n) for n in range(AHEAD)) if _nobody_there(book, team, day)]
        if days:
            last = next((one for one, next_ in pairwise(days) if next_ - one > timedelta(days=1)), days[-1])
            when = f"on {days[0]}" if last == days[0] else f"from {days[0]} to {last}"
            lead = stand_in(team.lead, book.staff, days[0]) if team.assign != "nobody" else None
            then = f"{lead} gets its complaints" if lead else "nobody gets its complaints"
            yield book.warning(("teams", team.name), f"everybody in team '{team.name}' is away {when}: {then}")


def _nobody_there(book: Rulebook, team: Team, day: date) -> bool:
    asked = (team.lead,) if team.assign == "lead" else team.members
    return all(stand_in(member, book.staff, day) is None for member in asked)


def about_languages(book: Rulebook) -> Iterator[Problem]:
    """Languages that customers are promised and nobody can answer in, or that there is no text in."""
    for language in book.languages:
        if language not in LANGUAGES and language not in book.replies.get("acknowledgement", {}):
            instead = first_with_texts((book.fallback, *book.languages))
            message = f"there is no built-in text in '{language}': write replies, or customers are told in {instead}"
            yield book.warning(("languages", language), message)
        for team in book.teams.values():
            if not any(language in book.staff[member].languages for member in team.members):
                message = f"nobody in team '{team.name}' answers in '{language}'"
                yield book.warning(("teams", team.name), message)


_MONDAY: Final = datetime(2026, 3, 9, 10, tzinfo=UTC)


def about_replies(book: Rulebook) -> Iterator[Problem]:
    """Texts that would be empty, or fail, for some customer."""
    for name, texts in book.replies.items():
        for language, reply in texts.items():
            for what, variables in _customers(book, language).items():
                if name == "delay":  # it is sent about a promise, so there is one
                    variables |= {"promise": _MONDAY, "old_promise": _MONDAY}
                try:
                    render(reply.subject, variables, language=language, zone=book.timezone)
                    text = render(reply.body, variables, language=language, zone=book.timezone).strip()
                    wrong = "" if text else "is empty"
                except ReplyError as error:
                    wrong = f"cannot be written: {error}"
                if wrong:
                    message = f"reply '{name}' in {language} {wrong} {what}; the built-in text would go instead"
                    yield book.warning(("replies", name, language), message)
                    break


def _customers(book: Rulebook, language: str) -> dict[str, dict[str, Any]]:
    """Two customers: one of whom nothing is known, and one of whom everything is."""
    greeting = texts_in(language).customer["greeting"]
    nothing = {
        "greeting": greeting,
        "reference": "V-7F3K9",
        "promise": None,
        "old_promise": None,
        "opening": None,
        "customer": {"name": ""},
        "complaint": {"subject": ""},
        "company": book.company,
        "team": book.defaults.team,
        "found": Facts({}),
    }
    everything = nothing | {
        "promise": _MONDAY,
        "old_promise": _MONDAY,
        "opening": _MONDAY,
        "customer": {"name": "Matti Meikäläinen"},
        "complaint": {"subject": "?"},
        "found": Facts(dict.fromkeys(book.extract, ("1",))),
    }
    return {"for a customer of whom nothing is known": nothing, "for one of whom everything is known": everything}


def about_ladder(book: Rulebook) -> Iterator[Problem]:
    """Ladders at whose end nobody hears of it."""
    if not book.escalations:
        yield book.warning(("escalations",), "there is no step: nobody is told of what stays unanswered")
    for number, step in enumerate(book.escalations):
        if "management" in step.tell and not book.management:
            message = f"step '{step.written}' tells management, and `management` is empty"
            yield book.warning(("escalations", str(number)), message)
        if step.at.clock == "next_reply" and step.tell_customer:
            message = f"step '{step.written}' tells no customer anything: a first reply is promised, no further one"
            yield book.warning(("escalations", str(number)), message)
    yield from _about_next_reply(book)
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
