"""When reports and digests go, to whom, and that each goes once; the measures are made by hand."""

import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from core.report import samples
from edges.test_store import complaint as stored
from flows.office import Octets, office, rules
from vastine.core.complaint import Complaint, Event
from vastine.core.doubt import Look, Watch
from vastine.core.measures import Measures, Period
from vastine.core.rules import Rulebook
from vastine.core.story import Delivery, Story
from vastine.edges.painter import Painter
from vastine.edges.store import Arrival, Store
from vastine.flows.report import Reports

WEEKLY = '\nreports:\n  - {name: viikko, every: "mon 08:00", to: [maija, management], for: management}\n'
NEVER = "\ndigests: {teams: never, members: never}\n"
DIGESTS = '\ndigests: {teams: "weekday 08:00", members: "mon 08:00"}\n'
FRIDAY = datetime(2026, 6, 19, 9, tzinfo=UTC)
MONDAY = datetime(2026, 6, 22, 5, tzinfo=UTC)  # 8.00 in Helsinki
WITHOUT_PICTURES = Painter(("/nonexistent",))


class Counting:
    """Measures made by hand; remembers what it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[Period, str | None]] = []

    def measures(self, *, period: Period, now: datetime, rules: Rulebook, team: str | None = None) -> Measures:
        self.asked.append((period, team))
        return replace(samples.MEASURES, period=period, now=now)


class Failing(Counting):
    def measures(self, *, period: Period, now: datetime, rules: Rulebook, team: str | None = None) -> Measures:
        super().measures(period=period, now=now, rules=rules, team=team)
        raise ValueError("it cannot be counted")


class Room:
    """The flow on a real store; `sent` are the mails in the outbox, read back."""

    def __init__(
        self, store: Store, more: str = WEEKLY + NEVER, *, counting: Counting | None = None, seed: str = ""
    ) -> None:
        self.store = store
        self.counting = counting or Counting()
        book = rules(("rules:\n", more.lstrip("\n") + "rules:\n"))
        self._office = office(rulebook=book, random=Octets(seed))
        self.kicks = 0
        self.reports = Reports(store, self.counting, self.office, self._kick, WITHOUT_PICTURES)

    def office(self) -> Any:
        return self._office

    def _kick(self) -> None:
        self.kicks += 1

    def tick(self, *times: datetime) -> list[int]:
        return [self.reports.tick(now) for now in times]

    def sent(self) -> list[EmailMessage]:
        claimed = self.store.claim(datetime(2036, 1, 1, tzinfo=UTC), 100, timedelta(minutes=5), ["support"])
        return [message_from_bytes(each.raw, policy=default) for each in claimed]  # type: ignore[misc]


@pytest.fixture
def store(database_url: str) -> Iterator[Store]:
    store = Store(database_url)
    store.migrate()
    yield store
    store.close()


def opened(store: Store, number: int, *events: str, **changed: Any) -> Complaint:
    """A complaint in hand, due on Friday at noon unless changed."""
    usual = {"first_reply_due": FRIDAY, "promise": FRIDAY, "opened_at": FRIDAY - timedelta(days=1), "team": "support"}
    made = stored(f"V-AAAA{number}", **(usual | changed))
    delivery: Delivery = store.receive(
        "support", 7, [Arrival(uid=number, raw=b"%d" % number, arrived_at=FRIDAY)], FRIDAY
    )[0]
    history = tuple(
        Event(reference=made.reference, at=made.opened_at, actor="vastine", kind=kind, trust="system", detail={})
        for kind in events
    )
    story = Story(
        delivery=replace(delivery, content_key=str(number)),
        outcome="complaint",
        reference=made.reference,
        complaint=made,
        opens=True,
        events=history,
    )
    store.record_intake([story], FRIDAY)
    return made


# --- when


def test_a_new_report_waits_for_its_first_time(store: Store) -> None:
    assert Room(store).tick(FRIDAY, FRIDAY + timedelta(minutes=1)) == [0, 0]


def test_a_report_goes_when_its_time_comes_and_once_to_each(store: Store) -> None:
    room = Room(store)
    assert room.tick(FRIDAY, MONDAY - timedelta(seconds=1), MONDAY, MONDAY + timedelta(hours=1)) == [0, 0, 2, 0]
    assert [mail["To"] for mail in room.sent()] == ["Maija Koski <maija@yritys.example>", "johtaja@yritys.example"]
    assert room.kicks == 1


def test_a_report_is_about_the_week_before(store: Store) -> None:
    room = Room(store)
    room.tick(FRIDAY, MONDAY)
    assert room.counting.asked == [
        (Period(begin=datetime(2026, 6, 14, 21, tzinfo=UTC), end=datetime(2026, 6, 21, 21, tzinfo=UTC)), None)
    ]


def test_a_report_that_a_stop_interrupts_is_made_at_the_next_start(store: Store, tmp_path: Path) -> None:
    begun, room = tmp_path / "begun", Room(store)
    hanging = f"import time; open({str(begun)!r}, 'w').close(); time.sleep(600)"
    room.reports.painter = Painter((sys.executable, "-c", hanging), longest=500)
    room.tick(FRIDAY)
    with ThreadPoolExecutor() as threads:
        made = threads.submit(room.tick, MONDAY)
        while not begun.exists():
            time.sleep(0.01)
        room.reports.stop()
        assert made.result(60) == [0]
    assert Room(store, seed="next").tick(MONDAY + timedelta(minutes=1)) == [2]


def test_after_a_restart_nothing_goes_again(store: Store) -> None:
    Room(store).tick(FRIDAY, MONDAY)
    assert Room(store).tick(MONDAY + timedelta(minutes=5)) == [0]


def test_after_days_asleep_one_report_goes_about_the_last_days(store: Store) -> None:
    room = Room(store, WEEKLY.replace("mon", "day") + NEVER)
    assert room.tick(FRIDAY, FRIDAY + timedelta(days=3, hours=9), FRIDAY + timedelta(days=3, hours=10)) == [0, 2, 0]
    ((period, _),) = room.counting.asked
    assert period.end == datetime(2026, 6, 21, 21, tzinfo=UTC)


def test_two_replicas_send_one_report(store: Store) -> None:
    one, other = Room(store), Room(store, seed="other")
    one.tick(FRIDAY)
    made = store.last_made(MONDAY)
    store.last_made = lambda now: made  # type: ignore[method-assign] # both have looked before either wrote
    assert one.tick(MONDAY) + other.tick(MONDAY) == [2, 0]


def test_a_clock_that_was_years_ahead_stops_no_report(store: Store) -> None:
    room = Room(store)
    room.tick(FRIDAY, MONDAY.replace(year=2036))
    assert room.tick(MONDAY) == [2]


def test_a_report_whose_time_was_changed_begins_anew(store: Store) -> None:
    Room(store).tick(FRIDAY)
    changed = Room(store, WEEKLY.replace("mon 08:00", "day 07:00") + NEVER)
    assert changed.tick(FRIDAY + timedelta(hours=1), FRIDAY + timedelta(days=1)) == [0, 2]


def test_a_report_that_cannot_be_made_rests_and_does_not_stop_another(store: Store) -> None:
    counting = Failing()
    room = Room(store, WEEKLY, counting=counting)
    opened(store, 1)
    assert room.tick(FRIDAY, MONDAY, MONDAY + timedelta(seconds=10)) == [0, 2, 0]
    assert {mail["X-Vastine-Kind"] for mail in room.sent()} == {"digest"}
    assert len(counting.asked) == 1


def test_a_report_without_pictures_says_so(store: Store) -> None:
    room = Room(store)
    room.tick(FRIDAY, MONDAY)
    body = room.sent()[0].get_body(preferencelist=("plain",))
    assert body is not None
    assert "Kuvat puuttuvat: drawing could not be started" in body.get_content()


def test_a_report_for_a_team_is_measured_for_it(store: Store) -> None:
    room = Room(store, WEEKLY.replace("for: management", "for: billing") + NEVER)
    room.tick(FRIDAY, MONDAY)
    assert [team for _, team in room.counting.asked] == ["billing"]


def test_who_is_away_is_stood_in_for(store: Store) -> None:
    room = Room(store, WEEKLY.replace("[maija, management]", "[ville, olli]") + NEVER)
    room.tick(FRIDAY, MONDAY)
    assert [mail["To"] for mail in room.sent()] == ["Anna Virtanen <anna@yritys.example>"]


# --- digests


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(preferencelist=("plain",))
    assert body is not None
    return str(body.get_content())


def to(room: Room, address: str) -> list[str]:
    return [text_of(mail) for mail in room.sent() if address in mail["To"]]


def test_nobody_gets_an_empty_digest(store: Store) -> None:
    assert Room(store, DIGESTS).tick(FRIDAY, MONDAY) == [0, 0]


def test_on_monday_a_member_gets_their_own_list_and_the_teams_in_one_mail(store: Store) -> None:
    room = Room(store, DIGESTS)
    opened(store, 1, assignee="anna")
    room.tick(FRIDAY, MONDAY)
    (text,) = to(room, "anna@")
    assert "Sinulla on käsittelyssä 1 reklamaatio; myöhässä 1, määräaika tänään 0." in text
    assert "Support: käsittelyssä 1, myöhässä 1" in text


def test_on_other_days_only_the_teams_are_told(store: Store) -> None:
    room = Room(store, DIGESTS)
    opened(store, 1, assignee="anna")
    room.tick(MONDAY + timedelta(hours=1), MONDAY + timedelta(days=1))
    sent = room.sent()
    assert {mail["To"] for mail in sent} == {
        "Anna Virtanen <anna@yritys.example>",
        "Maija Koski <maija@yritys.example>",
    }
    assert not any("Sinulla" in text_of(mail) for mail in sent)


def test_late_ones_come_first_then_those_of_today(store: Store) -> None:
    room = Room(store, DIGESTS)
    opened(store, 1, assignee="anna", subject="Tulevaa", first_reply_due=MONDAY + timedelta(days=3))
    opened(store, 2, assignee="anna", subject="Tänään", first_reply_due=MONDAY + timedelta(hours=2))
    opened(store, 3, assignee="anna", subject="Myöhässä")
    opened(store, 4, assignee="anna", subject="Odottaa", status="waiting")
    room.tick(FRIDAY, MONDAY)
    (text,) = to(room, "anna@")
    assert [n for n in text.split() if n.startswith("V-")][:4] == ["V-AAAA3", "V-AAAA2", "V-AAAA1", "V-AAAA4"]


def test_of_what_waits_for_the_customer_the_digest_says_until_when(store: Store) -> None:
    room = Room(store, DIGESTS)
    opened(store, 1, assignee="anna", status="waiting", remind_at=MONDAY + timedelta(days=2))
    room.tick(FRIDAY, MONDAY)
    (text,) = to(room, "anna@")
    assert "muistutus ke 24.6. klo 8.00" in text


def test_a_list_of_ones_own_and_one_of_a_team_have_different_subjects(store: Store) -> None:
    room = Room(store, DIGESTS)
    opened(store, 1, assignee="anna")
    room.tick(FRIDAY, MONDAY, MONDAY + timedelta(days=1))
    subjects = [mail["Subject"] for mail in room.sent() if "anna@" in mail["To"]]
    assert subjects == [
        "Oma työlista 22.6.: 1 myöhässä, 0 tänään",
        "Tiimin työlista 23.6.: 1 myöhässä, 0 tänään",
    ]


def test_acknowledgements_that_were_held_back_are_counted(store: Store) -> None:
    room = Room(store, DIGESTS)
    room.tick(FRIDAY)
    opened(store, 1, "acknowledgement_withheld", assignee="anna", opened_at=FRIDAY + timedelta(hours=1))
    room.tick(MONDAY)
    assert "Vastaanottokuittauksia jätetty lähettämättä: 1." in to(room, "maija@")[0]


def test_steps_that_were_not_taken_are_counted(store: Store) -> None:
    room = Room(store, DIGESTS)
    opened(store, 1, assignee="anna", next_step_at=FRIDAY)
    room.tick(FRIDAY, MONDAY)
    assert "Erääntyneitä eskalointeja, joita ei ole vielä tehty: 1." in to(room, "maija@")[0]


def test_steps_that_wait_for_the_clock_of_the_machine_are_told_as_such(store: Store) -> None:
    room = Room(store, DIGESTS)
    opened(store, 1, assignee="anna", next_step_at=MONDAY - timedelta(minutes=1))
    store.watch_clock("boot", Watch(trusted=Look(at=FRIDAY, boot="boot", uptime=timedelta()), held_since=MONDAY))
    room.tick(FRIDAY, MONDAY)
    assert "Eskalointeja odottaa, koska koneen kello on hypännyt: 1." in to(room, "maija@")[0]


def test_what_is_of_a_member_who_is_away_is_told_to_their_deputy(store: Store) -> None:
    room = Room(store, DIGESTS)
    opened(store, 1, assignee="ville", team="billing")
    room.tick(FRIDAY, MONDAY)
    assert "Ville Laine (poissa): myöhässä (1)" in to(room, "anna@")[0]
    assert to(room, "ville@") == []


def test_a_digest_is_automatic_and_bears_no_token(store: Store) -> None:
    room = Room(store, DIGESTS)
    opened(store, 1, assignee="anna")
    room.tick(FRIDAY, MONDAY)
    mail = room.sent()[0]
    assert (mail["Auto-Submitted"], mail["X-Vastine-Kind"], mail["Reply-To"]) == ("auto-generated", "digest", None)
