"""The tables of a report: what is late, who has how much, topics and teams, steps of the ladder."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from vastine.core.compose import moments
from vastine.core.compose.rungs import rung_in_words
from vastine.core.compose.subjects import shortened
from vastine.core.identity import masked
from vastine.core.measures import Dimension, Measures, Stuck
from vastine.core.report.figures import is_quiet, kept
from vastine.core.report.numbers import Writer
from vastine.core.report.page import Cell, Grid

STUCK_SHOWN: Final = 15
ROWS_AT_MOST: Final = 12


def stuck(measures: Measures, names: Mapping[str, str], writer: Writer, *, attached: bool) -> Grid:
    """The latest ones; `attached` says whether a longer list goes along."""
    shown = measures.stuck[:STUCK_SHOWN]
    left = measures.stuck_total - len(shown)
    more = writer.say(
        "stuck_more" if attached else "stuck_rest", n=writer.whole(left), most=writer.whole(len(measures.stuck))
    )
    rows = tuple(_stuck_row(each, measures.now, names, writer) for each in shown)
    columns = (writer.say("complaint"), writer.say("late_by"))
    return Grid(title=writer.say("stuck"), columns=columns, rows=rows, note=more if left > 0 else "")


def _stuck_row(stuck: Stuck, now: datetime, names: Mapping[str, str], writer: Writer) -> tuple[Cell, ...]:
    who = names.get(stuck.assignee, stuck.assignee) if stuck.assignee else writer.say("nobody")
    facts = (stuck.topic, stuck.priority, stuck.team, who)
    text = f"{stuck.reference}  {shortened(masked(stuck.subject))}".rstrip()
    late = moments.span(now - stuck.due_at, language=writer.language)
    return (
        Cell(text=text, below=" · ".join(facts)),
        Cell(text=late, below=writer.say(f"clock_{stuck.clock}"), tone="late"),
    )


def loads(measures: Measures, names: Mapping[str, str], writer: Writer) -> Grid:
    columns = tuple(
        writer.say(key) for key in ("member", "load_in_hand", "load_late", "load_answered", "load_resolved")
    )
    rows = tuple(
        (
            Cell(text=names.get(each.member, each.member) if each.member else writer.say("nobody")),
            Cell(text=writer.whole(each.in_hand)),
            Cell(text=writer.whole(each.late), tone="late" if each.late else "plain"),
            Cell(text=writer.whole(each.answered)),
            Cell(text=writer.whole(each.resolved)),
        )
        for each in sorted(measures.loads, key=lambda each: -each.in_hand)
    )
    return Grid(title=writer.say("loads"), columns=columns, rows=rows)


def groups_by(dimension: Dimension, measures: Measures, writer: Writer) -> Grid:
    """Topics or teams, the most frequent first."""
    groups = sorted(measures.by.get(dimension, {}).items(), key=lambda each: (-each[1].received, each[0]))
    groups = [each for each in groups if not is_quiet(each[1])][:ROWS_AT_MOST]
    columns = tuple(writer.say(key) for key in (dimension, "received", "share", "promises"))
    rows = tuple(
        (
            Cell(text=name),
            Cell(text=writer.whole(figures.received)),
            Cell(text=writer.share(figures.received, measures.figures.received)),
            Cell(text=kept(figures, writer)),
        )
        for name, figures in groups
    )
    return Grid(title=writer.say(f"{dimension}s"), columns=columns, rows=rows)


def alarms(measures: Measures, writer: Writer) -> Grid:
    columns = tuple(writer.say(key) for key in ("alarm", "taken", "handled", "handled_in"))
    rows = tuple(
        (
            Cell(text=rung_in_words(each.at, writer.texts)),
            Cell(text=writer.whole(each.taken)),
            Cell(text=writer.whole(each.handled)),
            Cell(text=writer.span(each.median_s)),
        )
        for each in measures.alarms
        if each.taken
    )
    return Grid(title=writer.say("alarms"), columns=columns, rows=rows)
