"""The two reports as pages: for the owner of the process, what is stuck and where; for management, where it is going.

Management's holds no single complaint, no words of customers (a name may be among them) and no names of staff.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final

from vastine.core.measures import Measures, Period
from vastine.core.report import figures, grids, pictures, sentences
from vastine.core.report.numbers import Writer, capitalised
from vastine.core.report.page import Grid, Page

if TYPE_CHECKING:
    from vastine.core.rules import Rulebook

RULES_NAMED: Final = 20


def owner_page(
    measures: Measures,
    book: "Rulebook",
    *,
    language: str,
    name: str = "",
    team: str | None = None,
    attached: bool = False,
) -> Page:
    """What is stuck, where, and who is overloaded; of one team, or of all. `attached`: tables go along."""
    writer = Writer(language=language, zone=book.timezone)
    names = {key: member.name for key, member in book.staff.items()}
    kind = writer.say("for_team", team=team) if team else writer.say("owner")
    return Page(
        language=language,
        title=heading(name, measures.period, writer),
        subtitle=_subtitle(kind, name, book, measures, writer),
        statements=(
            sentences.about_received(measures, writer),
            *sentences.about_promises(measures, writer),
            sentences.about_late(measures, writer),
            *_about_loads(measures, names, writer),
            *sentences.about_rising(measures, writer, "topic"),
            *sentences.about_rising(measures, writer, "word"),
        ),
        late=bool(measures.stuck_total),
        facts=figures.facts_of(figures.owner_rows(measures, writer), measures, writer),
        charts=(
            *pictures.flow(measures, writer),
            *pictures.kept(measures, writer),
            *pictures.ages(measures, writer),
            *pictures.loads(measures, writer, names),
        ),
        grids=_with_rows(
            grids.stuck(measures, names, writer, attached=attached),
            grids.loads(measures, names, writer),
            *([] if team else [grids.groups_by("team", measures, writer)]),
            grids.groups_by("topic", measures, writer),
            grids.alarms(measures, writer),
        ),
        notes=(*_about_silent_rules(measures, writer), *_closing(measures, writer)),
    )


def management_page(measures: Measures, book: "Rulebook", *, language: str, name: str = "") -> Page:
    """Trend, promises, satisfaction and causes, in figures of many."""
    writer = Writer(language=language, zone=book.timezone)
    return Page(
        language=language,
        title=heading(name, measures.period, writer),
        subtitle=_subtitle(writer.say("management"), name, book, measures, writer),
        statements=(
            sentences.about_received(measures, writer),
            *sentences.about_promises(measures, writer),
            *sentences.about_satisfaction(measures, writer),
            *sentences.about_rising(measures, writer, "topic"),
        ),
        late=sentences.is_bad(measures),
        facts=figures.facts_of(figures.management_rows(measures, writer), measures, writer),
        charts=(
            *pictures.flow(measures, writer),
            *pictures.kept(measures, writer),
            *pictures.reply(measures, writer, first_reply_target(book, measures.now)),
            *pictures.satisfaction(measures, writer),
            *pictures.causes(measures, writer),
        ),
        grids=_with_rows(grids.groups_by("topic", measures, writer), grids.groups_by("team", measures, writer)),
        notes=_closing(measures, writer),
    )


def _with_rows(*found: Grid) -> tuple[Grid, ...]:
    return tuple(grid for grid in found if grid.rows)


def first_reply_target(book: "Rulebook", now: datetime) -> float | None:
    """How long a first reply of the usual priority may take, in seconds of open time; `1d` is a whole working day."""
    usual = book.priority(book.defaults.priority)
    opening = usual.calendar.next_opening(now)
    return usual.calendar.open_between(opening, usual.calendar.due(opening, usual.first_reply)).total_seconds() or None


def heading(name: str, period: Period, writer: Writer) -> str:
    """What the report is called, and the days that it is about: its title, and the subject of its mail."""
    return writer.say("subject", name=_named(name, writer), period=writer.period(period))


def _named(name: str, writer: Writer) -> str:
    return capitalised(name) if name else writer.say("title")


def _subtitle(kind: str, name: str, book: "Rulebook", measures: Measures, writer: Writer) -> str:
    said = "" if kind == _named(name, writer) else f"{kind} · "
    return f"{said}{book.company} · {writer.say('counted', when=writer.moment(measures.now))}"


def _closing(measures: Measures, writer: Writer) -> tuple[str, ...]:
    counted = measures.figures
    timed = counted.first_reply_open_median_s is not None or counted.resolution_median_s is not None
    return (*((writer.say("open_time"),) if timed else ()), writer.say("replies"))


def _about_loads(measures: Measures, names: Mapping[str, str], writer: Writer) -> Iterable[str]:
    """Who has most in hand, where somebody has more than others, and what nobody has."""
    loads = sorted((each for each in measures.loads if each.member), key=lambda each: -each.in_hand)
    if len(loads) > 1 and loads[0].in_hand > loads[1].in_hand:
        busiest = loads[0]
        name = names.get(busiest.member or "", busiest.member or "")
        yield writer.say("busiest", name=name, n=writer.whole(busiest.in_hand), late=writer.whole(busiest.late))
    unassigned = next((each.in_hand for each in measures.loads if each.member is None), 0)
    if unassigned:
        yield writer.say("nobody_has", n=writer.whole(unassigned))


def _about_silent_rules(measures: Measures, writer: Writer) -> tuple[str, ...]:
    if not measures.silent_rules:
        return ()
    named = ", ".join(measures.silent_rules[:RULES_NAMED]) + (" …" if len(measures.silent_rules) > RULES_NAMED else "")
    return (writer.say("silent_rules", names=named),)
