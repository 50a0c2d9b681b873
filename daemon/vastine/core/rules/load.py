"""Reading rules.yaml: every problem at once, or a rulebook that is ready for use."""

import hashlib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from vastine.core.clock import Calendar
from vastine.core.rules.effects import TARGETS
from vastine.core.rules.engine import Engine
from vastine.core.rules.extract import Extract
from vastine.core.rules.places import places_in
from vastine.core.rules.problem import Problem, RulesError
from vastine.core.rules.reading_rules import when_schema
from vastine.core.rules.rulebook import Member, Priority, Quiet, Rulebook, Team
from vastine.core.rules.sections import NOT_IN_USE, SECTIONS, USUAL_DIGESTS, USUAL_ESCALATIONS
from vastine.core.rules.shapes import JsonSchema, Reading, Record, unique_pairs
from vastine.core.rules.tree import Listing, Mapping, Node, Scalar, TreeError, read_tree

_BUILT_IN_REPLIES = ("acknowledgement",)
_FILE = Record(fields=SECTIONS, what="a mapping with version, company, rules and so on")


def load(text: str, *, file: str = "rules.yaml") -> Rulebook:
    """The rulebook that a text describes; raises RulesError with every problem found."""
    reading = Reading(file, tuple(text.split("\n")))
    try:
        tree, refused = read_tree(text)
    except TreeError as error:
        reading.error_at(error.line, error.column, error.message)
        raise RulesError(tuple(reading.problems)) from error
    for refusal in refused:
        reading.error_at(refusal.line, refusal.column, refusal.message)
    refused_at = {(refusal.line, refusal.column) for refusal in refused}
    found = _read(tree, reading)
    book = None if found is None or _wrong(reading) else _build(found, tree, reading, text)
    if book is None or _wrong(reading):
        raise RulesError(_in_order(reading.problems, refused_at))
    return book


def _in_order(problems: list[Problem], refused_at: AbstractSet[tuple[int, int]] = frozenset()) -> tuple[Problem, ...]:
    """In the order of the file. Of a word that YAML itself is not to have, only that is told."""
    kept: dict[tuple[int, int, str], Problem] = {}
    told: set[tuple[int, int]] = set()
    for problem in problems:
        place = (problem.line, problem.column)
        if place not in told:
            kept.setdefault((*place, problem.message), problem)
        if place in refused_at:
            told.add(place)
    return tuple(sorted(kept.values(), key=lambda problem: (problem.line, problem.column)))


def schema() -> JsonSchema:
    """The JSON Schema of the file, for editors."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "vastine rules"}
    return head | _FILE.schema() | {"$defs": {"when": when_schema()}}


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def _wrong(reading: Reading) -> bool:
    return any(problem.severity == "error" for problem in reading.problems)


def _read(tree: Node, reading: Reading) -> dict[str, Any] | None:
    if isinstance(tree, Mapping):
        _collect_names(tree, reading)
        _check_more(tree, reading)
    found: dict[str, Any] | None = _FILE.read(tree, reading)
    return found


def _collect_names(tree: Mapping, reading: Reading) -> None:
    """The names that the file defines, so that sections may name each other in any order."""

    def keys(section: str) -> tuple[str, ...]:
        node = tree.get(section)
        pairs = node.pairs if isinstance(node, Mapping) else ()
        return tuple(key.text for key, _ in pairs if isinstance(key, Scalar))

    listed = tree.get("languages")
    languages = listed.items if isinstance(listed, Listing) else ()
    reading.names = {
        "staff": keys("staff"),
        "team": keys("teams"),
        "priority": keys("priorities"),
        "calendar": tuple(name for name in keys("calendars") if name != "always"),
        "customers": keys("customers"),
        "fact": keys("extract"),
        "reply": (*keys("replies"), *(name for name in _BUILT_IN_REPLIES if name not in keys("replies"))),
        "language": tuple(item.text for item in languages if isinstance(item, Scalar)),
        "target": (*keys("staff"), *keys("teams"), *TARGETS),
        "assignee": (*keys("staff"), *keys("teams")),
        "audience": ("owner", "management", *keys("teams")),
    }


def _check_more(tree: Mapping, reading: Reading) -> None:
    """What no single section can see: names that come twice, and what is not in use yet."""
    _check_unique(_names_in(tree, "rules"), "rule", reading)
    _check_unique(_names_in(tree, "reports"), "report", reading)
    listed = tree.get("languages")
    if isinstance(listed, Listing):
        _check_unique((item for item in listed.items if isinstance(item, Scalar)), "language", reading)
    for key, _ in tree.pairs:
        if isinstance(key, Scalar) and key.text in NOT_IN_USE:
            reading.warn(key, f"`{key.text}` is read but not in use yet")
    calendars = tree.get("calendars")
    if isinstance(calendars, Mapping):
        for key, _ in calendars.pairs:
            if isinstance(key, Scalar) and key.text == "always":
                reading.error(key, "the name 'always' is reserved for the built-in calendar")
    both = set(reading.names["staff"]) & set(reading.names["team"])
    teams = tree.get("teams")
    for key, _ in teams.pairs if isinstance(teams, Mapping) else ():
        if isinstance(key, Scalar) and key.text in both | set(TARGETS):
            reading.error(key, f"'{key.text}' is the name of something else already: a team needs one of its own")


def _names_in(tree: Mapping, section: str) -> Iterator[Scalar]:
    listed = tree.get(section)
    for item in listed.items if isinstance(listed, Listing) else ():
        name = item.get("name") if isinstance(item, Mapping) else None
        if isinstance(name, Scalar):
            yield name


def _check_unique(names: Iterator[Scalar], what: str, reading: Reading) -> None:
    first: dict[str, int] = {}
    for name in names:
        if name.text in first:
            reading.error(name, f"{what} '{name.text}' stands here twice; the first is in line {first[name.text]}")
        first.setdefault(name.text, name.line)


def _build(found: dict[str, Any], tree: Node, reading: Reading, text: str) -> Rulebook | None:
    calendars = _calendars(found, tree, reading)
    if _wrong(reading):
        return None
    languages: tuple[str, ...] = found["languages"]
    _warn_of_missing_texts(tree, languages, reading)
    _warn_of_topics(found, tree, reading)
    return Rulebook(
        company=found["company"],
        timezone=found["timezone"],
        languages=languages,
        fallback=found["fallback"] or languages[0],
        calendars=calendars,
        priorities=tuple(_priority(name, given, calendars) for name, given in found["priorities"].items()),
        staff={key: _member(key, given, languages, found) for key, given in found["staff"].items()},
        writers=_writers(found["staff"]),
        teams={name: _team(name, given) for name, given in found["teams"].items()},
        defaults=found["defaults"],
        management=found["management"],
        customers=_named(found["customers"]),
        extract={n: Extract(name=n, written=written, find=find) for n, (written, find) in found["extract"].items()},
        guides={topic: given["guide"] for topic, given in found["topics"].items()},
        rules=found["rules"],
        replies=found["replies"],
        escalations=USUAL_ESCALATIONS if found["escalations"] is None else found["escalations"],
        quiet=_quiet(found),
        reports=found["reports"],
        digests=found["digests"] or USUAL_DIGESTS,
        survey=found["survey"],
        costs=found["costs"],
        retention=found["retention"],
        file=reading.file,
        hash=_hash(text),
        source=text,
        warnings=_in_order(reading.problems),
        engine=Engine(found["rules"], languages),
        places=places_in(tree),
    )


def _warn_of_topics(found: dict[str, Any], tree: Node, reading: Reading) -> None:
    """Texts for a topic that no complaint can get: a slip of the pen, most likely."""
    known = {found["defaults"].topic, *(rule.then.topic for rule in found["rules"])}
    topics = tree.get("topics") if isinstance(tree, Mapping) else None
    for key, _ in topics.pairs if isinstance(topics, Mapping) else ():
        if isinstance(key, Scalar) and key.text not in known:
            reading.warn(key, f"no rule gives the topic '{key.text}'")


def _named(groups: dict[str, Any]) -> dict[str, Any]:
    return {name: replace(group, name=name) for name, group in groups.items()}


def _calendars(found: dict[str, Any], tree: Node, reading: Reading) -> dict[str, Calendar]:
    zone: ZoneInfo = found["timezone"]
    calendars = {"always": Calendar.always(zone)}
    nodes = tree.get("calendars") if isinstance(tree, Mapping) else None
    for name, given in found["calendars"].items():
        try:
            calendars[name] = Calendar.build(
                name, zone, given["hours"], given["holidays"], given["closed"], given["short"]
            )
        except ValueError as error:
            node = nodes.get(name) if isinstance(nodes, Mapping) else None
            reading.error(node or tree, str(error))
    return calendars


def _priority(name: str, given: dict[str, Any], calendars: dict[str, Calendar]) -> Priority:
    return Priority(
        name=name,
        first_reply=given["first_reply"],
        next_reply=given["next_reply"],
        resolve=given["resolve"],
        calendar=calendars[given["calendar"]],
    )


def _member(key: str, given: dict[str, Any], languages: tuple[str, ...], found: dict[str, Any]) -> Member:
    hours = found["quiet"].get("hours") if given["quiet"] is None else given["quiet"]
    own = {"languages": given["languages"] or languages, "quiet": _quiet_hours(hours, found)}
    return Member(key=key, **(given | own))


def _quiet(found: dict[str, Any]) -> Quiet:
    given = found["quiet"]
    urgent = given.get("except")
    if urgent is None:
        urgent = tuple(found["priorities"])[:1]
    return Quiet(hours=_quiet_hours(given.get("hours"), found), urgent=frozenset(urgent))


def _quiet_hours(week: tuple[Any, ...] | None, found: dict[str, Any]) -> Calendar | None:
    return Calendar(name="quiet", timezone=found["timezone"], week=week) if week else None


def _writers(staff: dict[str, Any]) -> dict[str, str]:
    """By address, in lower case; of two who share one it is the first's."""
    writers: dict[str, str] = {}
    for key, given in staff.items():
        for address in (given["email"], *given["also"]):
            writers.setdefault(address.lower(), key)
    return writers


def _team(name: str, given: dict[str, Any]) -> Team:
    return Team(name=name, **(given | {"lead": given["lead"] or given["members"][0]}))


def _warn_of_missing_texts(tree: Node, languages: tuple[str, ...], reading: Reading) -> None:
    replies = tree.get("replies") if isinstance(tree, Mapping) else None
    for name, texts in unique_pairs(replies, reading) if isinstance(replies, Mapping) else ():
        there = {key.text for key, _ in texts.pairs if isinstance(key, Scalar)} if isinstance(texts, Mapping) else set()
        missing = [language for language in languages if language not in there]
        if missing:
            reading.warn(
                name, f"reply '{name.text}' has no text in {', '.join(missing)}; another language is sent instead"
            )
