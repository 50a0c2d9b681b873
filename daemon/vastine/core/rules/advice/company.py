"""What around the rules would leave somebody without an answer: absent teams, missing languages, empty texts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from vastine.core.assignment import stand_in
from vastine.core.clock import Duration
from vastine.core.compose.templates import Facts, ReplyError, render
from vastine.core.rules.problem import Problem
from vastine.core.rules.rulebook import Priority, Rulebook, Team
from vastine.texts import LANGUAGES, first_with_texts, texts_in

AHEAD: Final = 120  # days that are looked ahead for absences
MONDAY: Final = datetime(2026, 3, 9, 10, tzinfo=UTC)


def about_priorities(book: Rulebook) -> Iterator[Problem]:
    """Priorities that no mail can ever have, and such as let more time pass until an answer than until the end."""
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
    for priority in book.priorities:
        if _open_time(priority, priority.first_reply) > _open_time(priority, priority.resolve):
            message = f"priority '{priority.name}': first_reply ({priority.first_reply}) is longer than resolve"
            yield book.warning(("priorities", priority.name), f"{message} ({priority.resolve})")


def _open_time(priority: Priority, duration: Duration) -> timedelta:
    """How much of the calendar's open time a duration is, counted from the opening of an ordinary week."""
    start = priority.calendar.next_opening(MONDAY)
    return priority.calendar.open_between(start, priority.calendar.due(start, duration))


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


def about_replies(book: Rulebook) -> Iterator[Problem]:
    """Texts that would be empty, or fail, for some customer."""
    for name, texts in book.replies.items():
        for language, reply in texts.items():
            for what, variables in _customers(book, language).items():
                if name == "delay":  # it is sent about a promise, so there is one
                    variables |= {"promise": MONDAY, "old_promise": MONDAY}
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
        "promise": MONDAY,
        "old_promise": MONDAY,
        "opening": MONDAY,
        "customer": {"name": "Matti Meikäläinen"},
        "complaint": {"subject": "?"},
        "found": Facts(dict.fromkeys(book.extract, ("1",))),
    }
    return {"for a customer of whom nothing is known": nothing, "for one of whom everything is known": everything}
