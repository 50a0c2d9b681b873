"""The figures of a report one by one, each with what it was in the period before, and the change."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from vastine.core.compose.moments import shown_span
from vastine.core.measures import Figures, Measures
from vastine.core.report.numbers import FEW, Writer, shown_percent
from vastine.core.report.page import Fact, Facts


def is_quiet(figures: Figures) -> bool:
    """Whether nothing happened there that a report tells of."""
    return not (
        figures.received or figures.answered or figures.resolved or figures.promises_kept or figures.promises_missed
    )


def facts_of(rows: Iterable[Fact], measures: Measures, writer: Writer) -> Facts:
    """The figures as a table; without the period before where that was not watched whole."""
    found = tuple(rows)
    if not measures.compared:
        found = tuple(replace(row, before="", change="") for row in found)
    return Facts(
        title=writer.say("figures"),
        now=writer.say("now"),
        before=writer.say("previous") if measures.compared else "",
        change=writer.say("change") if measures.compared else "",
        rows=found,
    )


def _counted(key: str, measures: Measures, writer: Writer) -> Fact:
    """A figure that is a count, under the text of its name."""
    now, before = getattr(measures.figures, key), getattr(measures.before, key)
    change = writer.change(now or 0, before or 0)
    return Fact(label=writer.say(key), value=writer.whole(now), before=writer.whole(before), change=change)


def _timed(measures: Measures, writer: Writer) -> list[Fact]:
    now, old = measures.figures, measures.before
    first = (now.first_reply_open_median_s, old.first_reply_open_median_s)
    resolved = (now.resolution_median_s, old.resolution_median_s)
    found = []
    if first != (None, None) or now.unanswered:
        change = _by(*first, writer.open_span, writer.shown_open_span, writer)
        most_wait = first[0] is None and bool(now.unanswered)
        value = writer.say("over_half_waits") if most_wait else writer.open_span(first[0])
        found.append(
            Fact(label=writer.say("first_reply"), value=value, before=writer.open_span(first[1]), change=change)
        )
    if resolved != (None, None):
        change = _by(*resolved, writer.span, shown_span, writer)
        value, before = (writer.span(each) for each in resolved)
        found.append(Fact(label=writer.say("resolution"), value=value, before=before, change=change))
    return found


def _by(
    now: float | None,
    before: float | None,
    write: Callable[[float | None], str],
    shown: Callable[[float], float],
    writer: Writer,
) -> str:
    """The change with its sign, of what is shown of the two: it agrees with what stands beside it."""
    if now is None or before is None:
        return ""
    change = round(shown(now) - shown(before), 6)
    return writer.sign(change) + write(abs(change)) if change else writer.whole(0)


def kept(figures: Figures, writer: Writer) -> str:
    return writer.share(figures.promises_kept, figures.promises_kept + figures.promises_missed)


def _to_tenths(value: float) -> float:
    return round(value, 1)


def _promises(measures: Measures, writer: Writer) -> Fact:
    now, old = (_percent_kept(each) for each in (measures.figures, measures.before))
    change = _by(now, old, writer.whole, round, writer)
    return Fact(
        label=writer.say("promises"),
        value=kept(measures.figures, writer),
        before=kept(measures.before, writer),
        change=writer.say("points", change=change) if change else "",
    )


def _percent_kept(figures: Figures) -> float | None:
    return shown_percent(figures.promises_kept, figures.promises_kept + figures.promises_missed)


def owner_rows(measures: Measures, writer: Writer) -> list[Fact]:
    return [
        _counted("received", measures, writer),
        _counted("answered", measures, writer),
        _counted("resolved", measures, writer),
        *_now(measures, writer),
        _promises(measures, writer),
        _counted("promises_missed", measures, writer),
        *_timed(measures, writer),
        *_where_any(("alarms", "reopened", "undeliverable"), measures, writer),
    ]


def management_rows(measures: Measures, writer: Writer) -> list[Fact]:
    return [
        _counted("received", measures, writer),
        _counted("resolved", measures, writer),
        *_now(measures, writer),
        _promises(measures, writer),
        *_timed(measures, writer),
        *_satisfaction(measures, writer),
        *_where_any(("first_contact_resolved", "returning", "reopened", "undeliverable"), measures, writer),
        *_cost(measures, writer),
    ]


def _now(measures: Measures, writer: Writer) -> list[Fact]:
    return [
        Fact(label=writer.say("in_hand"), value=writer.whole(measures.in_hand)),
        Fact(label=writer.say("late_now"), value=writer.whole(measures.stuck_total)),
    ]


def _cost(measures: Measures, writer: Writer) -> list[Fact]:
    """What the complaints cost, where the rules say what one costs."""
    now, old = measures.figures.cost, measures.before.cost
    if not now and not old:
        return []
    value, before = (writer.money(each, measures.currency) for each in (now, old))
    change = writer.change(now or 0, old or 0) if (old or 0) >= FEW else ""
    return [Fact(label=writer.say("cost"), value=value, before=before, change=change)]


def _where_any(names: Iterable[str], measures: Measures, writer: Writer) -> list[Fact]:
    """Those that say something: a row of noughts says nothing."""
    return [
        _counted(name, measures, writer)
        for name in names
        if getattr(measures.figures, name) or getattr(measures.before, name)
    ]


def _satisfaction(measures: Measures, writer: Writer) -> list[Fact]:
    now, old = measures.figures, measures.before
    rows = []
    if now.csat_answers or old.csat_answers:
        value, before = writer.tenths(now.csat_mean), writer.tenths(old.csat_mean)
        change = _by(now.csat_mean, old.csat_mean, writer.tenths, _to_tenths, writer)
        rows.append(Fact(label=writer.say("csat_mean"), value=value, before=before, change=change))
    if now.nps_answers or old.nps_answers:
        value, before = writer.signed(now.nps), writer.signed(old.nps)
        change = _by(now.nps, old.nps, writer.whole, round, writer)
        rows.append(Fact(label=writer.say("nps_mean"), value=value, before=before, change=change))
    if rows:
        answers, answers_before = now.csat_answers + now.nps_answers, old.csat_answers + old.nps_answers
        label, change = writer.say("csat_answers"), writer.change(answers, answers_before)
        before = writer.whole(answers_before)
        rows.append(Fact(label=label, value=writer.whole(answers), before=before, change=change))
    return rows
