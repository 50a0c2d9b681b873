"""A week of a bicycle shop in figures, for the tests of reports: made by hand, counted by nobody."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from vastine.core.measures import (
    Alarm,
    Band,
    Figures,
    Load,
    Measures,
    Moment,
    Period,
    Rising,
    Stuck,
)
from vastine.core.rules import Rulebook, load

NOW = datetime(2026, 6, 29, 5, 0, tzinfo=UTC)  # a Monday, 8.00 in Helsinki
WEEK = Period(begin=datetime(2026, 6, 21, 21, tzinfo=UTC), end=datetime(2026, 6, 28, 21, tzinfo=UTC))
HOUR = 3600.0


@cache
def book() -> Rulebook:
    """The repository's own rules."""
    return load((Path(__file__).parents[3] / "rules.yaml").read_text(encoding="utf-8"))


FIGURES = Figures(
    received=147,
    acknowledged=141,
    answered=139,
    resolved=128,
    reopened=4,
    promises_kept=134,
    promises_missed=6,
    promises_renewed=5,
    steps=21,
    steps_handled=17,
    first_contact_resolved=88,
    undeliverable=2,
    first_reply_median_s=5.5 * HOUR,
    first_reply_p90_s=22 * HOUR,
    first_reply_open_median_s=2.4 * HOUR,
    resolution_median_s=51 * HOUR,
    csat_mean=4.26,
    csat_answers=38,
    csat_asked=120,
    returning=19,
    cost=1396.5,
)
BEFORE = replace(
    FIGURES,
    received=131,
    answered=127,
    resolved=133,
    promises_kept=118,
    promises_missed=9,
    steps=30,
    first_reply_open_median_s=3.1 * HOUR,
    resolution_median_s=58 * HOUR,
    csat_mean=4.1,
    csat_answers=31,
    returning=11,
    cost=1244.5,
)


def figures(received: int, resolved: int, kept: int, missed: int, hours: float, csat: float) -> Figures:
    return Figures(
        received=received,
        resolved=resolved,
        promises_kept=kept,
        promises_missed=missed,
        first_reply_open_median_s=hours * HOUR,
        csat_mean=csat,
        csat_answers=12,
    )


WEEKS = (
    figures(98, 95, 90, 6, 3.9, 4.0),
    figures(104, 99, 92, 8, 4.2, 3.9),
    figures(101, 104, 97, 5, 3.6, 4.1),
    figures(112, 103, 99, 9, 4.4, 3.8),
    figures(96, 107, 93, 4, 3.2, 4.2),
    figures(109, 105, 98, 7, 3.7, 4.0),
    figures(117, 110, 101, 12, 4.9, 3.7),
    figures(121, 112, 104, 11, 4.6, 3.8),
    figures(118, 121, 109, 6, 3.4, 4.1),
    figures(126, 119, 111, 9, 3.6, 4.1),
    figures(131, 133, 118, 9, 3.1, 4.1),
    figures(147, 128, 134, 6, 2.4, 4.26),
)
TREND = tuple(
    Moment(day=date(2026, 4, 6) + timedelta(days=7 * number), figures=each) for number, each in enumerate(WEEKS)
)


def topic(received: int, kept: int, missed: int) -> Figures:
    return Figures(received=received, promises_kept=kept, promises_missed=missed)


BY: dict[Any, dict[str, Figures]] = {
    "topic": {
        "delivery": topic(52, 47, 3),
        "payment": topic(31, 29, 1),
        "fault": topic(24, 22, 1),
        "return": topic(18, 17, 1),
        "order": topic(9, 9, 0),
        "dispute": topic(2, 2, 0),
        "other": topic(11, 8, 0),
    },
    "team": {"billing": topic(36, 33, 2), "support": topic(80, 74, 4), "deliveries": topic(31, 27, 0)},
    "member": {"anna": topic(40, 38, 1), "ville": topic(61, 55, 5)},
}
SUBJECTS = (
    "Maksu veloitettu kahdesti",
    "Paketti ei ole tullut, vaikka luvattiin viime viikolla",
    "Vaihteisto rikki jo toisen kerran",
    "Faktura för en cykel som jag har returnerat",
    "Pyörän runko halkesi",
    "Refund for order TIL-104233",
)
LATE = (260, 171, 98, 55, 30, 6)  # hours
STUCK = tuple(
    Stuck(
        reference=f"V-7F3K{number}",
        topic=("payment", "delivery", "fault")[number % 3],
        priority=("high", "normal")[number % 2],
        team=("billing", "support")[number % 2],
        assignee=("ville", "anna", None)[number % 3],
        subject=subject,
        status="open",
        opened_at=NOW - timedelta(hours=hours + 40),
        due_at=NOW - timedelta(hours=hours),
        clock=("resolve", "first_reply", "next_reply")[number % 3],  # type: ignore[arg-type]
    )
    for number, (subject, hours) in enumerate(zip(SUBJECTS, LATE, strict=True))
)
LOADS = (
    Load(member="anna", in_hand=14, late=1, waiting=3, answered=52, resolved=49),
    Load(member="ville", in_hand=23, late=4, waiting=2, answered=44, resolved=38),
    Load(member="maija", in_hand=6, late=0, waiting=1, answered=30, resolved=29),
    Load(member=None, in_hand=2, late=1, waiting=0, answered=0, resolved=0),
)
AGES = (
    Band(days_from=0, days_to=1, complaints=19, late=0),
    Band(days_from=1, days_to=3, complaints=14, late=1),
    Band(days_from=3, days_to=7, complaints=8, late=2),
    Band(days_from=7, days_to=30, complaints=4, late=3),
    Band(days_from=30, days_to=None, complaints=0, late=0),
)
RISING = (
    Rising(kind="topic", name="payment", count=31, total=147, count_before=62, total_before=860, q=0.001),
    Rising(kind="word", name="tuplaveloitus", count=12, total=147, count_before=9, total_before=860, q=0.003),
)
MEASURES = Measures(
    period=WEEK,
    now=NOW,
    figures=FIGURES,
    before=BEFORE,
    by=BY,
    trend=TREND,
    in_hand=45,
    ages=AGES,
    stuck=STUCK,
    stuck_total=6,
    loads=LOADS,
    alarms=(
        Alarm(at="75% of first_reply", taken=14, handled=12, median_s=2 * HOUR, p90_s=9 * HOUR),
        Alarm(at="first_reply", taken=7, handled=5, median_s=5 * HOUR, p90_s=20 * HOUR),
    ),
    rising=RISING,
    silent_rules=("newsletters", "threats of a dispute"),
    currency="EUR",
)
NOTHING = Measures(period=WEEK, now=NOW, figures=Figures(), before=Figures())


def measures(**changed: Any) -> Measures:
    return replace(MEASURES, **changed)
