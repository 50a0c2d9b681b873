"""Counting on SQLite and PostgreSQL: the same figures as by hand, from made-up months."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.office import book
from vastine.core.measures import Figures, Measures, Period, Rising
from vastine.core.measures.percentile import percentile
from vastine.edges.store import Store
from vastine.edges.store.facts.cells import key_of
from year import Row, Year, generated, write

BEGIN, NOW = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 6, 22, 5, tzinfo=UTC)
PERIOD = Period(begin=datetime(2026, 5, 1, tzinfo=UTC), end=datetime(2026, 6, 1, tzinfo=UTC))
YEAR = generated(600, BEGIN, NOW, seed=7)
FACTS = {row["reference"]: row for row in YEAR.rows["facts"]}


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    store.migrate()
    write(store, YEAR)
    yield store
    store.close()


def measured(store: Store, **changed: Any) -> Measures:
    return store.measures(**({"period": PERIOD, "now": NOW, "rules": book()} | changed))


def complaint_of(row: Row) -> Row:
    return FACTS[row["reference"]]


def within(table: str, at: str, *, but: tuple[str, ...] = ("spam", "merged"), period: Period = PERIOD) -> list[Row]:
    """The rows of the period whose complaints are none of these."""
    rows = (row for row in YEAR.rows[table] if row[at] is not None and period.begin <= row[at] < period.end)
    return [row for row in rows if complaint_of(row)["status"] not in but]


def seconds(start: datetime, end: datetime) -> int:
    return int((end - start).total_seconds())


def times(
    rows: list[Row], start: str, end: str, wanted: Callable[[Row], bool] = lambda _: True
) -> tuple[float | None, float | None]:
    """Median and 90th of what has ended, and what has not yet."""
    ended = sorted(seconds(row[start], row[end]) for row in rows if row[end] and wanted(row))
    waiting = sorted(seconds(row[start], NOW) for row in rows if not row[end] and wanted(row))
    return percentile(ended, waiting, 50), percentile(ended, waiting, 90)


def test_complaints(store: Store) -> None:
    found = measured(store).figures
    received = within("facts", "opened_at")
    assert found.received == len(received)
    assert found.acknowledged == sum(row["acknowledged_at"] is not None for row in received)
    assert found.unresolved == sum(row["status"] != "resolved" for row in received)
    assert (found.spam, found.merged) == tuple(
        sum(row["status"] == status for row in within("facts", "opened_at", but=())) for status in ("spam", "merged")
    )


def test_returning_customers(store: Store) -> None:
    counted = [row for row in FACTS.values() if row["status"] not in ("spam", "merged")]
    returning = [
        row
        for row in within("facts", "opened_at")
        if any(each["customer"] == row["customer"] and each["opened_at"] < row["opened_at"] for each in counted)
    ]
    assert 0 < measured(store).figures.returning == len(returning)


def test_first_replies_and_answers(store: Store) -> None:
    found = measured(store).figures
    mails = within("customer_mails", "at")
    firsts = [row for row in mails if row["first"]]
    assert (found.asks, found.asks_unanswered) == (len(mails), sum(row["answered_at"] is None for row in mails))
    assert found.unanswered == sum(row["answered_at"] is None for row in firsts)
    assert (found.first_reply_median_s, found.first_reply_p90_s) == times(firsts, "at", "answered_at")
    assert (found.answer_median_s, found.answer_p90_s) == times(mails, "at", "answered_at")


def test_what_was_done(store: Store) -> None:
    found = measured(store).figures
    assert found.answered == len([row for row in within("customer_mails", "answered_at") if row["first"]])
    assert found.answers == len(within("answers", "accepted_at", but=("spam",)))
    assert found.reopened == len(within("resolutions", "reopened_at"))
    assert found.undeliverable == len(within("facts", "undeliverable_at"))


def test_resolutions(store: Store) -> None:
    found = measured(store).figures
    rows = within("resolutions", "resolved_at")
    assert found.resolved == len(rows)
    walls, opens = sorted(row["wall_s"] for row in rows), sorted(row["open_s"] for row in rows)
    assert (found.resolution_median_s, found.resolution_open_p90_s) == (
        percentile(walls, [], 50),
        percentile(opens, [], 90),
    )
    assert found.first_contact_resolved == sum(row["answers"] <= 1 and row["reopened_at"] is None for row in rows)


def test_steps(store: Store) -> None:
    found = measured(store)
    rows = within("steps", "taken_at", but=("spam",))
    handled = sum(row["handled_at"] is not None for row in rows)
    assert (found.figures.steps, found.figures.alarms, found.figures.steps_handled) == (len(rows), len(rows), handled)
    assert (found.figures.step_handled_median_s, found.figures.step_handled_p90_s) == times(
        rows, "taken_at", "handled_at"
    )
    assert {alarm.at: alarm.taken for alarm in found.alarms} == {
        at: sum(row["at"] == at for row in rows) for at in {row["at"] for row in rows}
    }


def test_promises(store: Store) -> None:
    found = measured(store).figures
    rows = within("promises", "due_at", but=("spam",))
    missed = [row for row in rows if (row["ended_at"] or NOW) > row["due_at"]]
    in_time = [row["ended"] for row in rows if row not in missed]
    assert (found.promises_kept, found.promises_missed) == (in_time.count("answered"), len(missed))
    assert found.promises_renewed == in_time.count("renewed") > 0


def test_surveys(store: Store) -> None:
    found = measured(store).figures
    rows = within("surveys", "asked_at", but=("spam",))
    csat = [row["score"] for row in rows if row["kind"] == "csat"]
    given = [score for score in csat if score is not None]
    nps = [row["score"] for row in rows if row["kind"] == "nps" and row["score"] is not None]
    assert (found.csat_asked, found.csat_answers, found.csat_mean) == (len(csat), len(given), sum(given) / len(given))
    promoters, detractors = sum(score >= 9 for score in nps), sum(score <= 6 for score in nps)
    assert (found.nps_answers, found.nps) == (len(nps), 100 * (promoters - detractors) / len(nps))


@pytest.mark.parametrize("dimension", ["team", "topic", "priority", "language", "mailbox"])
def test_groups_add_up_to_the_whole(store: Store, dimension: Any) -> None:
    found = measured(store)
    groups = found.by[dimension].values()
    for name in ("received", "resolved", "steps", "promises_kept", "answers", "csat_answers"):
        assert sum(getattr(group, name) for group in groups) == getattr(found.figures, name)


def test_a_team_alone_has_the_figures_that_it_has_among_all(store: Store) -> None:
    every = measured(store)
    assert measured(store, team="billing").figures == every.by["team"]["billing"]


def test_the_period_before_has_the_figures_that_it_had_itself(store: Store) -> None:
    length = PERIOD.end - PERIOD.begin
    earlier = Period(begin=PERIOD.begin - length, end=PERIOD.begin)
    assert measured(store).before == measured(store, period=earlier).figures


def test_a_week_of_the_trend_has_the_figures_that_it_has_itself(store: Store) -> None:
    week = measured(store).trend[-2]
    begin = datetime.combine(week.day, datetime.min.time(), book().timezone)
    alone = Period(begin=begin, end=begin + timedelta(weeks=1))
    assert measured(store, period=alone).figures == week.figures


def test_a_member_has_what_they_did(store: Store) -> None:
    answers = [row for row in within("answers", "accepted_at", but=("spam",)) if row["member"] == "anna"]
    assert measured(store).by["member"]["anna"].answers == len(answers)


def test_what_is_in_hand_now(store: Store) -> None:
    found = measured(store)
    in_hand = [row for row in FACTS.values() if row["status"] in ("open", "waiting")]
    assert found.in_hand == len(in_hand) == sum(band.complaints for band in found.ages)
    assert sum(load.in_hand for load in found.loads) == len(in_hand)
    assert found.stuck_total == sum(band.late for band in found.ages) == sum(load.late for load in found.loads)
    assert list(found.stuck) == sorted(found.stuck, key=lambda each: each.due_at)


def test_a_further_mail_that_waits_too_long_makes_a_complaint_late(database_url: str) -> None:
    year = generated(1, BEGIN, NOW)
    due = NOW - timedelta(hours=1)
    later = {"first_reply_due": NOW, "first_replied_at": NOW, "resolve_due": NOW + timedelta(days=1)}
    year.rows["complaints"][0] |= {**later, "status": "open", "next_reply_due": due}
    late = Store(database_url)
    late.migrate()
    write(late, year)
    [stuck] = measured(late).stuck
    late.close()
    assert (stuck.clock, stuck.due_at) == ("next_reply", due)


def test_an_empty_store_has_noughts_and_nothing_measured(database_url: str) -> None:
    empty = Store(database_url)
    empty.migrate()
    found = measured(empty)
    empty.close()
    assert (found.figures, found.before, len(found.trend)) == (Figures(), Figures(), 13)
    assert (found.by["team"], found.rising, found.stuck, found.in_hand) == ({}, (), (), 0)


def batteries() -> Year:
    """A week in which 34 of 100 complaints name a battery, after eight in which 15 of 300 did."""
    forms = ("akku", "akun", "akkuni", "akkua")
    year = Year()
    for number in range(400):
        one = generated(1, BEGIN, NOW, first=number)
        at = PERIOD.begin + timedelta(days=5) if number < 100 else PERIOD.begin - timedelta(days=30)
        said = forms[number % 4] if number % (3 if number < 100 else 20) == 0 else "pyörä"
        names = ("support", "other", "support", "normal", "fi")
        year.cells.add(names)
        one.rows["facts"][0] |= {"opened_at": at, "cell": key_of(names), "status": "open"}
        one.rows["complaint_words"][0]["words"] = said
        for table, rows in one.rows.items():
            year.rows.setdefault(table, []).extend(rows)
    return year


def rising_in(year: Year, database_url: str) -> tuple[Rising, ...]:
    told = Store(database_url)
    told.migrate()
    write(told, year)
    found = measured(told).rising
    told.close()
    return found


def test_words_that_rose_are_told_in_their_base_form(database_url: str) -> None:
    [rising] = rising_in(batteries(), database_url)
    assert (rising.kind, rising.name, rising.count, rising.count_before) == ("word", "akku", 34, 15)


def test_words_of_a_complaint_that_was_merged_into_another_do_not_count_again(database_url: str) -> None:
    year = batteries()
    opening = [row for row in year.rows["customer_mails"] if row["first"]]
    for number, row in enumerate(opening, 1_000_000):
        year.add("customer_mails", **(row | {"ledger_id": number, "first": False}))
        year.add("complaint_words", ledger_id=number, words="akku")
    [rising] = rising_in(year, database_url)
    assert (rising.count, rising.total, rising.count_before, rising.total_before) == (34, 100, 15, 300)
