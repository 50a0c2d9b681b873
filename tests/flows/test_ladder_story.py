"""A complaint that nobody answers climbs a ladder of six steps over two weeks: each once, and at its minute.

The calendar of the end of 2026 in Helsinki (UTC+2), open 8 to 16, Monday to Friday, Finnish public holidays:

    Mon 28.12.  the mail comes at 10:00. First reply in 2 working days: Wed 30.12. at 10:00.
                To be resolved in 8: 29., 30., 31.12., 4.1., 5.1., 7.1., 8.1., Mon 11.1. at 10:00; Fri 1.1. (New Year)
                and Wed 6.1. (Epiphany) are holidays.
    Tue 29.12.  14:00  75% of first_reply: between the two lie 6 + 8 + 2 = 16 open hours; 12 are over at 6 + 6.
    Wed 30.12.  10:00  first_reply
    Wed 30.12.  14:00  first_reply + 4h
    Thu 31.12.  10:00  first_reply + 1d
    Tue  5.1.   10:00  resolve - 3d: back over Fri 8.1. and Thu 7.1. to Tue 5.1., since Wed 6.1. is none
    Mon 11.1.   10:00  resolve
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from flows.climbing import Ladder
from flows.office import Octets, office, raw_mail, rules, take
from vastine.core.office import Office
from vastine.edges.reader import Reader
from vastine.edges.store import Arrival, Store
from vastine.flows.escalate import Escalation

CAME = datetime(2026, 12, 28, 8, tzinfo=UTC)
END = datetime(2027, 1, 12, 8, tzinfo=UTC)
QUARTER = timedelta(minutes=15)
EXPECTED = [
    ("75% of first_reply", datetime(2026, 12, 29, 12, tzinfo=UTC)),
    ("first_reply", datetime(2026, 12, 30, 8, tzinfo=UTC)),
    ("first_reply + 4h", datetime(2026, 12, 30, 12, tzinfo=UTC)),
    ("first_reply + 1d", datetime(2026, 12, 31, 8, tzinfo=UTC)),
    ("resolve - 3d", datetime(2027, 1, 5, 8, tzinfo=UTC)),
    ("resolve", datetime(2027, 1, 11, 8, tzinfo=UTC)),
]
TOLD = [
    ("reminder", "anna@yritys.example"),  # who has it
    ("escalation", "maija@yritys.example"),  # the lead
    ("escalation", "johtaja@yritys.example"),  # management; and the lead has it from here on
    ("escalation", "maija@yritys.example"),
    ("escalation", "hallitus@muualla.example"),  # an address
    ("reminder", "anna@yritys.example"),  # the lead is away from 4.1. to 8.1., and this is her deputy
    ("escalation", "maija@yritys.example"),  # she is back
]

LAST_STEPS = """\
  - {at: first_reply + 1d, tell: [hallitus@muualla.example]}
  - {at: resolve - 3d, tell: assignee}
  - {at: resolve, tell: [lead]}"""


def six_steps() -> Office:
    book = rules(
        ('{hours: {mon-fri: "08:00-16:00"}}', '{hours: {mon-fri: "08:00-16:00"}, holidays: FI}'),
        ("normal: {first_reply: 1d, resolve: 5d", "normal: {first_reply: 2d, resolve: 8d"),
        (
            "email: maija@yritys.example}",
            'email: maija@yritys.example, away: ["2027-01-04..2027-01-08"], deputy: anna}',
        ),
        ("  - {at: 50% of first_reply, tell: [assignee]}\n", ""),
        ("  - {at: first_reply - 1h, tell_customer: delay}\n", "  - {at: 75% of first_reply, tell: [assignee]}\n"),
        ("tell: [lead, management], assign: lead", "tell: [management], assign: lead"),
        (
            "  - {at: resolve, tell: [management]}",
            LAST_STEPS,
        ),
    )
    return office(rulebook=book, random=Octets("six"))


@pytest.fixture
def opened_store(database_url: str) -> Iterator[tuple[Store, Office]]:
    store, at = Store(database_url), six_steps()
    store.migrate()
    raw = raw_mail()
    [received] = store.receive("support", 7, [Arrival(uid=1, raw=raw, arrived_at=CAME)], CAME)
    store.record_intake([take(raw, at=at, now=CAME, arrived_at=CAME, id=received.id)], CAME)
    yield store, at
    store.close()


def climb(store: Store, reader: Reader, at: Office, first: datetime, last: datetime) -> None:
    ticking = Escalation(store, reader, lambda: at, lambda: None, lambda _: None)
    moment = first
    while moment <= last:
        ticking.tick(moment)
        moment += QUARTER


def taken(store: Store) -> list[tuple[str, datetime]]:
    [shown] = store.list_complaints(status=None, late_at=None, team=None)
    return [(step["at"], datetime.fromisoformat(step["taken_at"])) for step in shown["steps_taken"]]


def told(store: Store) -> list[tuple[str, str]]:
    return [(m["kind"], m["to"]) for m in store.list_outgoing() if m["kind"] in ("reminder", "escalation")]


def with_a_restart(store: Store, reader: Reader, at: Office) -> Store:
    """The daemon ends in the second week and another one goes on."""
    climb(store, reader, at, CAME, EXPECTED[3][1] + QUARTER)
    again = Store(store.url.render_as_string(hide_password=False))
    climb(again, reader, at, EXPECTED[3][1] + QUARTER, END)
    again.close()
    return store


def without(store: Store, reader: Reader, at: Office) -> Store:
    climb(store, reader, at, CAME, END)
    return store


@pytest.mark.parametrize("run", [without, with_a_restart])
def test_each_of_six_steps_is_taken_once_and_at_its_minute(
    opened_store: tuple[Store, Office], reader: Reader, run: Callable[[Store, Reader, Office], Store]
) -> None:
    assert taken(run(opened_store[0], reader, opened_store[1])) == EXPECTED


def test_each_step_reaches_whom_it_names_or_who_stands_in(opened_store: tuple[Store, Office], reader: Reader) -> None:
    assert told(with_a_restart(opened_store[0], reader, opened_store[1])) == TOLD


def test_asleep_from_the_second_step_to_the_last_every_step_is_taken_and_each_person_gets_one_mail(
    opened_store: tuple[Store, Office], reader: Reader
) -> None:
    store, at = opened_store
    climb(store, reader, at, CAME, EXPECTED[0][1])
    climb(store, reader, at, END, END)
    assert sorted(step for step, _ in taken(store)) == sorted(step for step, _ in EXPECTED)
    assert sorted(told(store)[1:]) == [
        ("escalation", "hallitus@muualla.example"),
        ("escalation", "johtaja@yritys.example"),
        ("escalation", "maija@yritys.example"),
    ]


def test_a_step_that_comes_again_is_taken_each_time_across_a_restart(database_url: str, reader: Reader) -> None:
    store = Store(database_url)
    store.migrate()
    again = ("{at: resolve, tell: [management]}", "{at: resolve, tell: [management], every: 4h}")
    ladder = Ladder(store=store, reader=reader, book=rules(again))
    [reference] = ladder.open(1, now=CAME)
    due = ladder.complaint(reference).resolve_due
    assert due is not None
    ladder.tick(due)
    at_once = ladder.again().tick(due, due + timedelta(hours=4))
    assert at_once == [("escalation", "johtaja@yritys.example")]
    assert ladder.steps()[-2:] == ["resolve", "resolve (2)"]
    store.close()
