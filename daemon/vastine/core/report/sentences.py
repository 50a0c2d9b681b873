"""What matters in a period, in a few sentences. Nothing is called a rise of its own accord but what `Rising` says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from vastine.core.measures import Measures, Rising
from vastine.core.report.numbers import FEW, Writer
from vastine.core.schedule import whole_months

RISES_SHOWN: Final = 4
WORST: Final = 0.9  # a share of kept promises below which the box is coloured


def about_received(measures: Measures, writer: Writer) -> str:
    """How many came, and whether that is more or less than before."""
    now, old = measures.figures.received, measures.before.received
    if not measures.compared:
        key = {0: "received_plain_none", 1: "received_plain_one"}.get(now, "received_plain")
        return writer.say(key, n=writer.whole(now))
    before = writer.say(f"before_{_length(measures, writer.zone)}")
    if now == 0:
        return writer.say("received_none", before=before, old=writer.whole(old))
    key = "first" if old == 0 else "more" if now > old else "fewer" if now < old else "same"
    key = f"received_{key}_one" if now == 1 else f"received_{key}"
    change = writer.whole(abs(now - old))
    if old >= FEW and now != old:
        change = writer.percent(max(1, round(100 * abs(now - old) / old)))
    return writer.say(key, n=writer.whole(now), change=change, before=before)


def about_promises(measures: Measures, writer: Writer) -> Iterator[str]:
    """The share of promises that were kept; nothing where none ended."""
    now, old = measures.figures, measures.before
    total, total_before = now.promises_kept + now.promises_missed, old.promises_kept + old.promises_missed
    if not total:
        return
    share = writer.share(now.promises_kept, total)
    if not total_before or not measures.compared:
        yield writer.say("kept", share=share)
        return
    before = writer.say(f"before_{_length(measures, writer.zone)}")
    yield writer.say("kept_before", share=share, before=before, old=writer.share(old.promises_kept, total_before))


def about_late(measures: Measures, writer: Writer) -> str:
    """How many are late at the time of counting, and by how much the first of them is."""
    if not measures.stuck_total or not measures.stuck:
        return writer.say("late_none")
    oldest = min(each.due_at for each in measures.stuck)
    span = writer.span((measures.now - oldest).total_seconds())
    key = "late_one" if measures.stuck_total == 1 else "late"
    return writer.say(key, n=writer.whole(measures.stuck_total), span=span)


def about_satisfaction(measures: Measures, writer: Writer) -> Iterator[str]:
    """What customers answered, with the number of answers beside it."""
    figures = measures.figures
    if figures.csat_mean is not None:
        yield writer.say("csat", mean=writer.tenths(figures.csat_mean), n=writer.whole(figures.csat_answers))
    if figures.nps is not None:
        yield writer.say("nps", nps=writer.signed(figures.nps), n=writer.whole(figures.nps_answers))


def about_rising(measures: Measures, writer: Writer, kind: str) -> Iterator[str]:
    """The topics or words whose share rose, as far as that is worth a look."""
    risen = [each for each in measures.rising if each.kind == kind][:RISES_SHOWN]
    if risen:
        yield writer.say(f"rising_{kind}s", names=", ".join(_risen(each, writer) for each in risen))


def is_bad(measures: Measures) -> bool:
    """Whether what is said first should catch the eye: promises were broken."""
    figures = measures.figures
    total = figures.promises_kept + figures.promises_missed
    return bool(total) and figures.promises_kept / total < WORST


def _risen(rising: Rising, writer: Writer) -> str:
    now, old = writer.share(rising.count, rising.total), writer.share(rising.count_before, rising.total_before)
    return writer.say("rising_one", name=rising.name, now=now, old=old)


def _length(measures: Measures, zone: ZoneInfo) -> str:
    """By what name the period before goes; a clock change makes a day an hour longer or shorter."""
    length = measures.period.end - measures.period.begin
    for name, days in (("day", 1), ("week", 7)):
        if abs(length - timedelta(days=days)) <= timedelta(hours=1):
            return name
    return "month" if whole_months(measures.period, zone) == 1 else "other"
