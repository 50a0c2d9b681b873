"""Digests: what teams and members have in hand, late first, then what is due today. One mail a person at a time.

Who is away gets nothing; what is theirs is told to their deputy.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from vastine.core.assignment import is_away, stand_in
from vastine.core.complaint import Complaint, is_late
from vastine.core.compose import moments
from vastine.core.compose.readers import member_language
from vastine.core.compose.subjects import shortened
from vastine.core.identity import masked
from vastine.core.report.numbers import Writer, capitalised
from vastine.core.report.page import Cell, Grid, Page

if TYPE_CHECKING:
    from vastine.core.rules import Rulebook

ROWS_AT_MOST: Final = 25  # of a list


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What was kept back of a team's complaints: acknowledgements that never go (R23), or wait for the breaker; steps
    that are due and not taken.
    """

    withheld: int = 0
    waiting: int = 0
    steps: int = 0

    def __bool__(self) -> bool:
        return bool(self.withheld or self.waiting or self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """All that is in hand, and what is held by team, as it was at `now`. `ladder_held`: no step is taken at all, since
    the machine's clock cannot be right.
    """

    now: datetime
    in_hand: tuple[Complaint, ...]
    held: Mapping[str, Held] = field(default_factory=dict)
    ladder_held: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Digest:
    """What one member is told: lists of their own and of those they stand in for, and their teams."""

    member: str
    of: tuple[str, ...]
    teams: tuple[str, ...]


def digests(book: "Rulebook", work: Work, *, teams: bool, members: bool) -> tuple[Digest, ...]:
    """Who is told what today: nobody gets an empty one. `teams` and `members` say which of the two are due."""
    on = book.day_at(work.now)
    own = _readers(_assignees(work, book) if members else (), book, on)
    busy = [team for team in book.teams.values() if teams and _says_something(team.name, work)]
    of_teams: dict[str, list[str]] = {}
    for team in busy:
        for key in dict.fromkeys((*team.members, team.lead)):
            if key in book.staff and not is_away(book.staff[key], on):
                of_teams.setdefault(key, []).append(team.name)
        told = any(team.name in found for found in of_teams.values())
        if not told and (deputy := stand_in(team.lead, book.staff, on)) is not None:
            of_teams.setdefault(deputy, []).append(team.name)
    return tuple(
        Digest(member=key, of=tuple(own.get(key, ())), teams=tuple(of_teams.get(key, ())))
        for key in book.staff
        if key in own or key in of_teams
    )


def digest_page(digest: Digest, work: Work, book: "Rulebook") -> tuple[Page, str]:
    """The page of a digest, and the subject of its mail."""
    member = book.staff[digest.member]
    writer = Writer(language=member_language(member, book), zone=book.timezone)
    told = [each for each in work.in_hand if each.assignee in digest.of] or [
        each for each in work.in_hand if each.team in digest.teams
    ]
    late, today = _late(told, work.now), _today(told, work.now, book)
    title = f"{_named(digest, writer)} {writer.day(book.day_at(work.now))}"
    subject = writer.say("digest_subject", title=title, late=writer.whole(len(late)), today=writer.whole(len(today)))
    page = Page(
        language=writer.language,
        title=title,
        subtitle=f"{member.name} · {book.company} · {writer.say('counted', when=writer.moment(work.now))}",
        statements=(
            *(_in_hand(key, digest, work, book, writer) for key in digest.of),
            *(_state(team, work, book, writer) for team in digest.teams),
        ),
        late=bool(late),
        grids=(
            *(grid for key in digest.of for grid in _own_grids(key, digest, work, book, writer)),
            *(grid for team in digest.teams for grid in _team_grids(team, digest, work, book, writer)),
        ),
        notes=(
            *(note for team in digest.teams for note in _held(team, work, writer, several=len(digest.teams) > 1)),
            writer.say("replies"),
        ),
    )
    return page, subject


def _assignees(work: Work, book: "Rulebook") -> tuple[str, ...]:
    having = {each.assignee for each in work.in_hand}
    return tuple(key for key in book.staff if key in having)


def _readers(keys: Iterable[str], book: "Rulebook", on: date) -> dict[str, list[str]]:
    """Whose lists each member gets: their own first, then of those for whom they stand in."""
    found: dict[str, list[str]] = {}
    for key in keys:
        if (reader := stand_in(key, book.staff, on)) is not None:
            found.setdefault(reader, []).append(key)
    return {reader: sorted(of, key=lambda key: key != reader) for reader, of in found.items()}


def _says_something(team: str, work: Work) -> bool:
    return any(each.team == team for each in work.in_hand) or bool(work.held.get(team))


def _late(found: Iterable[Complaint], now: datetime) -> list[Complaint]:
    return sorted((each for each in found if is_late(each, now)), key=lambda each: each.until or now)


def _today(found: Iterable[Complaint], now: datetime, book: "Rulebook") -> list[Complaint]:
    on = book.day_at(now)

    def is_today(each: Complaint) -> bool:
        at = each.until
        return each.status == "open" and at is not None and now <= at and book.day_at(at) == on

    return sorted(filter(is_today, found), key=lambda each: each.until or now)


def _named(digest: Digest, writer: Writer) -> str:
    """One's own list and a team's come at different times: what it is called tells them apart."""
    return writer.say("digest_own" if digest.of else "digest_team" if len(digest.teams) == 1 else "digest_teams")


def _in_hand(key: str, digest: Digest, work: Work, book: "Rulebook", writer: Writer) -> str:
    """How much the reader has, or somebody for whom they stand in."""
    theirs = [each for each in work.in_hand if each.assignee == key]
    late, today = _late(theirs, work.now), _today(theirs, work.now, book)
    said = "stands_in" if key != digest.member else "yours_one" if len(theirs) == 1 else "yours"
    return writer.say(
        said,
        name=book.staff[key].name,
        n=writer.whole(len(theirs)),
        late=writer.whole(len(late)),
        today=writer.whole(len(today)),
    )


def _state(team: str, work: Work, book: "Rulebook", writer: Writer) -> str:
    theirs = [each for each in work.in_hand if each.team == team]
    nobodys = sum(each.assignee is None for each in theirs)
    said = writer.say(
        "team_state",
        team=capitalised(team),
        n=writer.whole(len(theirs)),
        late=writer.whole(len(_late(theirs, work.now))),
        today=writer.whole(len(_today(theirs, work.now, book))),
    )
    return f"{said} {writer.say('nobody_has', n=writer.whole(nobodys))}" if nobodys else said


def _own_grids(key: str, digest: Digest, work: Work, book: "Rulebook", writer: Writer) -> list[Grid]:
    own = [each for each in work.in_hand if each.assignee == key]
    who = "" if key == digest.member else writer.say("of_other", name=book.staff[key].name)
    late, today = _late(own, work.now), _today(own, work.now, book)
    waiting = [each for each in own if each.status == "waiting"]
    told = {each.reference for each in (*late, *today, *waiting)}
    later = sorted((each for each in own if each.reference not in told), key=lambda each: each.until or work.now)
    lists = (("digest_late", late), ("digest_today", today), ("digest_later", later), ("digest_waiting", waiting))
    return [grid for title, found in lists for grid in _list(title, who, found, work, book, writer, named=False)]


def _team_grids(team: str, digest: Digest, work: Work, book: "Rulebook", writer: Writer) -> list[Grid]:
    """What stands in nobody's list above: of who gets their own as well, only the others'."""
    theirs = [each for each in work.in_hand if each.team == team and each.assignee not in digest.of]
    late, today = _late(theirs, work.now), _today(theirs, work.now, book)
    told = {each.reference for each in (*late, *today)}
    nobodys = [each for each in theirs if each.assignee is None and each.reference not in told]
    who = writer.say("others_of", team=team) if digest.of else capitalised(team)
    lists = (("digest_late", late), ("digest_today", today), ("digest_unassigned", nobodys))
    return [grid for title, found in lists for grid in _list(title, who, found, work, book, writer, named=True)]


def _list(
    title: str, who: str, found: Sequence[Complaint], work: Work, book: "Rulebook", writer: Writer, *, named: bool
) -> list[Grid]:
    if not found:
        return []
    left = len(found) - ROWS_AT_MOST
    heading = f"{writer.say(title)} ({writer.whole(len(found))})"
    return [
        Grid(
            title=f"{who}: {heading[:1].lower()}{heading[1:]}" if who else heading,
            columns=(writer.say("complaint"), writer.say("due")),
            rows=tuple(_row(each, work.now, book, writer, named=named) for each in found[:ROWS_AT_MOST]),
            note=writer.say("more_rows", n=writer.whole(left)) if left > 0 else "",
        )
    ]


def _row(each: Complaint, now: datetime, book: "Rulebook", writer: Writer, *, named: bool) -> tuple[Cell, ...]:
    facts = [each.customer.name or each.customer.address, each.topic, each.priority]
    if named:
        member = book.staff.get(each.assignee or "")
        facts.append(member.name if member else each.assignee or writer.say("nobody"))
    text = f"{each.reference}  {shortened(masked(each.subject))}".rstrip()
    return Cell(text=text, below=masked(" · ".join(facts))), _due_cell(each, now, writer)


def _due_cell(each: Complaint, now: datetime, writer: Writer) -> Cell:
    at = each.until
    if at is None:
        return Cell(text="")
    if each.status == "waiting":
        return Cell(text=writer.say("waits_until", when=writer.moment(each.remind_at)) if each.remind_at else "")
    late = is_late(each, now)
    below = writer.texts.staff["time_over"].format(duration=moments.span(now - at, language=writer.language))
    is_this_year = at.astimezone(writer.zone).year == now.astimezone(writer.zone).year
    text = writer.moment(at) if is_this_year else moments.day(at, now=now, language=writer.language, zone=writer.zone)
    return Cell(text=text, below=below if late else "", tone="late" if late else "plain")


def _held(team: str, work: Work, writer: Writer, *, several: bool) -> Iterable[str]:
    """What was kept back, counted (R23), and what rests."""
    held = work.held.get(team, Held())
    theirs = [each for each in work.in_hand if each.team == team]
    counts = (
        ("withheld", held.withheld),
        ("acknowledgements_held", held.waiting),
        ("steps_on_hold" if work.ladder_held else "steps_held", held.steps),
        ("paused", sum(each.paused_until is not None and each.paused_until > work.now for each in theirs)),
        ("unreachable", sum(each.undeliverable for each in theirs)),
    )
    before = f"{capitalised(team)}: " if several else ""
    return [before + writer.say(key, n=writer.whole(count)) for key, count in counts if count]
