"""Which charts a report has, from its measures: each answers one question; one without anything to show is left out."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from vastine.core.measures import Band, Figures, Measures, Moment
from vastine.core.report.charts import BLUE, GREEN, VERMILLION, Chart, Series
from vastine.core.report.figures import is_quiet
from vastine.core.report.numbers import Writer

Value = Callable[[Figures], float | None]
Write = Callable[[float | None], str]
BARS_AT_MOST: Final = 6


def flow(measures: Measures, writer: Writer) -> list[Chart]:
    """Does as much go out as comes in?"""
    series = (
        Series(
            name=writer.say("series_received"), values=_each(measures, writer, lambda f: f.received), colour=VERMILLION
        ),
        Series(name=writer.say("series_resolved"), values=_each(measures, writer, lambda f: f.resolved), colour=BLUE),
    )
    return _lines("flow", measures, series, writer)


def kept(measures: Measures, writer: Writer) -> list[Chart]:
    """Do we keep what we promise?"""
    values = _each(measures, writer, lambda f: _percent(f.promises_kept, f.promises_kept + f.promises_missed))
    least = min((value for value in values if value is not None), default=0)
    low = 50.0 if least >= 55 else 0.0
    return [
        replace(each, least=low, most=102.0, ticks=(low, (low + 100) / 2, 100.0))
        for each in _lines("kept", measures, (Series(name="", values=values, colour=GREEN),), writer)
    ]


def reply(measures: Measures, writer: Writer, target_s: float | None) -> list[Chart]:
    """How long do customers wait for a person? `target_s` is what the company wants, in seconds of open time."""
    values = _each(measures, writer, lambda f: _hours(f.first_reply_open_median_s))
    found = _lines("reply", measures, (Series(name="", values=values),), writer, places=1)
    if target_s is None:
        return found
    label = writer.say("target", value=writer.open_span(target_s))
    return [replace(each, target=target_s / 3600, target_label=label, alt=f"{each.alt}, {label}") for each in found]


def satisfaction(measures: Measures, writer: Writer) -> list[Chart]:
    """What do customers say?"""
    csat = _each(measures, writer, lambda f: f.csat_mean)
    found = _lines("csat", measures, (Series(name="", values=csat, colour=GREEN),), writer, places=1)
    found = [replace(each, least=1.0, most=5.1, ticks=(1.0, 2.0, 3.0, 4.0, 5.0)) for each in found]
    nps = _each(measures, writer, lambda f: f.nps)
    asked = _lines("nps", measures, (Series(name="", values=nps, colour=GREEN),), writer)
    return found + [replace(each, least=-100.0, most=105.0, ticks=(-100.0, -50.0, 0.0, 50.0, 100.0)) for each in asked]


def ages(measures: Measures, writer: Writer) -> list[Chart]:
    """How old is what is in hand, and how much of it is late?"""
    oldest = max((number for number, band in enumerate(measures.ages) if band.complaints), default=0)
    bands = measures.ages[: max(oldest + 1, 3)]
    return _bars("ages", [(_age(band, writer), band.complaints, band.late) for band in bands], writer, every=True)


def loads(measures: Measures, writer: Writer, names: Mapping[str, str]) -> list[Chart]:
    """Who has how much? `names` are those of the members by their keys."""
    rows = [
        (names.get(each.member, each.member) if each.member else writer.say("nobody"), each.in_hand, each.late)
        for each in sorted(measures.loads, key=lambda each: -each.in_hand)
    ]
    return _bars("loads", rows, writer)


def causes(measures: Measures, writer: Writer) -> list[Chart]:
    """What is it about?"""
    topics = measures.by.get("topic", {})
    rows = sorted(((name, figures.received, None) for name, figures in topics.items()), key=lambda row: -row[1])
    return _bars("causes", rows, writer)


def _each(measures: Measures, writer: Writer, value: Value) -> tuple[float | None, ...]:
    return tuple(value(moment.figures) for moment in _shown(measures, writer.zone))


def _shown(measures: Measures, zone: ZoneInfo) -> Sequence[Moment]:
    """The weeks, without those before the very first complaint, and without a last one that the period ends within: it
    would look like a fall.
    """
    last_day = measures.period.end.astimezone(zone).date()
    whole = [each for each in measures.trend if each.day + timedelta(days=7) <= last_day]
    first = next((number for number, each in enumerate(whole) if not is_quiet(each.figures)), len(whole))
    return whole[first:]


def _lines(
    name: str, measures: Measures, series: tuple[Series, ...], writer: Writer, *, places: int = 0
) -> list[Chart]:
    trend = _shown(measures, writer.zone)
    if len(trend) < 2 or not any(value for each in series for value in each.values):
        return []
    title = writer.say(f"chart_{name}")
    labels = tuple(writer.day(moment.day) for moment in trend)
    weeks = writer.say("alt_weeks", first=labels[0], last=labels[-1])
    write = writer.tenths if places else writer.whole
    told = "; ".join(_told(each, title, write, writer) for each in series)
    alt = f"{title}: {told} {weeks}" if len(series) > 1 else f"{told} {weeks}"
    return [
        Chart(
            name=name,
            kind="lines",
            title=title,
            alt=alt,
            labels=labels,
            series=series,
            decimal=writer.decimal,
            places=places,
        )
    ]


def _told(series: Series, title: str, write: Write, writer: Writer) -> str:
    values = [value for value in series.values if value is not None]
    said = {"last": write(values[-1]), "least": write(min(values)), "most": write(max(values))} if values else {}
    name = series.name or title
    return writer.say("alt_line", name=name, **said) if said else f"{name}: –"


def _bars(
    name: str, rows: Sequence[tuple[str, int, int | None]], writer: Writer, *, every: bool = False
) -> list[Chart]:
    rows = [row for row in rows if every or row[1]]
    if not any(row[1] for row in rows):
        return []
    if len(rows) > BARS_AT_MOST and not every:
        rows = [*rows[: BARS_AT_MOST - 1], _rest(rows[BARS_AT_MOST - 1 :], writer)]
    title = writer.say(f"chart_{name}")
    with_late = any(late is not None for _, _, late in rows)
    whole = Series(name="", values=tuple(count for _, count, _ in rows))
    late = Series(name=writer.say("series_late"), values=tuple(part or 0 for *_, part in rows), colour=VERMILLION)
    is_late = with_late and any(part for *_, part in rows)
    return [
        Chart(
            name=name,
            kind="bars",
            title=title,
            alt=f"{title}. " + "; ".join(_bar_told(*row, writer) for row in rows) + ".",
            labels=tuple(label for label, *_ in rows),
            series=(whole, late) if is_late else (whole,),
            written=tuple(writer.whole(count) for _, count, _ in rows),
        )
    ]


def _rest(rows: Sequence[tuple[str, int, int | None]], writer: Writer) -> tuple[str, int, int | None]:
    lates = [late for *_, late in rows if late is not None]
    label = writer.say("others", n=len(rows))
    return label, sum(count for _, count, _ in rows), sum(lates) if lates else None


def _bar_told(label: str, count: int, late: int | None, writer: Writer) -> str:
    value = writer.whole(count)
    if late:
        value = writer.say("alt_late", value=value, late=writer.whole(late))
    return f"{label}: {value}"


def _age(band: Band, writer: Writer) -> str:
    if band.days_to is None:
        return writer.say("age_from", **{"from": band.days_from})
    if band.days_from == 0:
        return writer.say("age_to", to=band.days_to)
    return writer.say("age_from_to", **{"from": band.days_from, "to": band.days_to})


def _percent(part: int, total: int) -> float | None:
    return 100 * part / total if total else None


def _hours(seconds: float | None) -> float | None:
    return None if seconds is None else seconds / 3600
