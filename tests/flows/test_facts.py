"""What the measures are counted from, as real flows leave it in a real store; every time is worked out by hand.

The office is open from 08:00 to 16:00 in Helsinki, in summer 05:00 to 13:00 UTC, from Monday to Friday.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Table, select

from flows.office import ANNA, RULES, Octets, book, office, raw_mail, rules
from vastine.core.measures import Measures, Period
from vastine.core.office import Office
from vastine.core.parse import parse
from vastine.edges.reader import Reader
from vastine.edges.store import Arrival, Claimed, Settled, Store
from vastine.edges.store import tables as t
from vastine.flows.escalate import Escalation
from vastine.flows.intake import Intake

WEDNESDAY, THURSDAY, FRIDAY, MONDAY = (datetime(2026, 6, day, tzinfo=UTC) for day in (24, 25, 26, 29))
WEEK = Period(begin=datetime(2026, 6, 21, 21, tzinfo=UTC), end=datetime(2026, 6, 28, 21, tzinfo=UTC))
NEXT_WEEK = Period(begin=WEEK.end, end=WEEK.end + timedelta(weeks=1))
OPENED = WEDNESDAY.replace(hour=9)
BROKEN = "Pyörä ei vieläkään toimi, jarrut ovat rikki."
COSTS = "costs: {currency: EUR, hour: 40, complaint: 15m, answer: 6m}\n"


class Company:
    """A store, an intake and a ladder on it, and a clock that the tests set. All mail of ours arrives."""

    def __init__(self, store: Store, reader: Reader, at: Office) -> None:
        self.store, self.at, self.uid = store, at, 0
        self.intake = Intake(store, reader, lambda: at, lambda: None, lambda _: None)
        self.ladder = Escalation(store, reader, lambda: at, lambda: None, lambda _: None)
        self.sent: dict[str, Claimed] = {}

    def comes(self, at: datetime, text: str, **fields: str) -> None:
        self.uid += 1
        raw = raw_mail(text, **({"message_id": f"<{self.uid}@posti.example>"} | fields))
        [delivery] = self.store.receive("support", 7, [Arrival(uid=self.uid, raw=raw, arrived_at=at)], at)
        self.intake.take_in(self.intake.begin([delivery]), at)

    def customer_writes(self, at: datetime, text: str) -> None:
        ours = self.sent["acknowledgement"]
        self.comes(at, text, to=parse(ours.raw).reply_to[0].address, in_reply_to=ours.message_id, subject="Re: Pyörä")

    def anna_writes(self, at: datetime, text: str) -> None:
        ours = self.sent["routed"]
        fields = {"from": ANNA, "to": parse(ours.raw).reply_to[0].address, "in_reply_to": ours.message_id}
        self.comes(at, text, **fields)

    def sends(self, at: datetime) -> None:
        """Everything that is due leaves, and is accepted then."""
        for mail in self.store.claim(at, 100, timedelta(minutes=5), ["support"]):
            self.sent.setdefault(mail.kind, mail)
            self.store.settle([Settled(mail=mail, outcome="sent", detail="250 ok")], at)
        self.store.reckon(self.at.rulebook)

    def rows(self, table: Table) -> list[Any]:
        with self.store.read() as connection:
            return list(connection.execute(select(table).order_by(*table.primary_key)).all())

    def measures(self, period: Period, now: datetime = NEXT_WEEK.end) -> Measures:
        return self.store.measures(period=period, now=now, rules=self.at.rulebook)


@pytest.fixture
def company(database_url: str, reader: Reader) -> Iterator[Company]:
    store = Store(database_url)
    store.migrate()
    yield Company(store, reader, office(rulebook=book(RULES + COSTS), random=Octets("facts")))
    store.close()


@pytest.fixture
def asked(company: Company) -> Company:
    """Matti wrote on Wednesday at nine (UTC), and was acknowledged five seconds later."""
    company.comes(OPENED, "Jarruni ovat rikki.")
    company.sends(OPENED + timedelta(seconds=5))
    return company


@pytest.fixture
def answered(asked: Company) -> Company:
    """Anna waits for Matti from Wednesday 10:00 to Thursday 06:00, four hours of which are open (10 to 13, 5 to 6).
    Her answer of 07:00 is held for a minute, and is accepted at 07:01:30.
    """
    asked.anna_writes(WEDNESDAY.replace(hour=10), "#odota 3d")
    asked.customer_writes(THURSDAY.replace(hour=6), "Tilausnumero on 12345, takajarru.")
    asked.anna_writes(THURSDAY.replace(hour=7), "Hei! Tuo pyörä meille.")
    asked.sends(THURSDAY.replace(hour=7, minute=1, second=30))
    return asked


@pytest.fixture
def closed_twice(answered: Company) -> Company:
    """Resolved on Friday at 05:30, opened again by Matti on Monday at 06:00, and resolved again at 08:00."""
    answered.anna_writes(FRIDAY.replace(hour=5, minute=30), "#ratkaistu")
    answered.sends(FRIDAY.replace(hour=6))
    answered.customer_writes(MONDAY.replace(hour=6), BROKEN)
    answered.anna_writes(MONDAY.replace(hour=8), "#ratkaistu")
    answered.sends(MONDAY.replace(hour=9))
    return answered


def second_comes(company: Company, at: datetime) -> None:
    """Another matter of Matti's, whose mails Anna then answers, acknowledged five seconds later."""
    company.sent.clear()
    company.comes(at, "Ihan toinen asia: lasku on väärin.", subject="Lasku")
    company.sends(at + timedelta(seconds=5))


def test_the_acknowledgement_counts_from_when_it_was_accepted(asked: Company) -> None:
    [facts] = asked.rows(t.facts)
    assert facts.acknowledged_at == OPENED + timedelta(seconds=5)


def test_the_first_reply_takes_open_time_without_what_was_waited(answered: Company) -> None:
    figures = answered.measures(WEEK).figures
    # Wednesday 09:00 to Thursday 07:01:30 is 22 h 1 min 30 s; open are 4 h and 2 h 1 min 30 s, of which 4 h waited.
    assert (figures.first_reply_median_s, figures.first_reply_open_median_s) == (79_290, 7_290)


def test_each_mail_of_a_customer_has_its_own_time_until_it_was_answered(answered: Company) -> None:
    mails = {row.at: (row.answered_by, row.answered_at - row.at, row.open_s) for row in answered.rows(t.customer_mails)}
    later = timedelta(hours=1, minutes=1, seconds=30)
    assert mails[THURSDAY.replace(hour=6)] == ("anna", later, 3_690)


def test_a_promise_is_kept_by_an_answer_in_time(answered: Company) -> None:
    [promise] = answered.rows(t.promises)
    # A working day from Wednesday 09:00; the answer came before it.
    assert (promise.due_at, promise.ended) == (THURSDAY.replace(hour=9), "answered")
    assert answered.measures(WEEK).figures.promises_kept == 1


def test_an_answer_is_the_members_who_wrote_it(answered: Company) -> None:
    [answer] = answered.rows(t.answers)
    assert (answer.member, answer.written_at) == ("anna", THURSDAY.replace(hour=7))
    assert answer.accepted_at == THURSDAY.replace(hour=7, minute=1, second=30)


def test_resolutions_add_up_the_time_in_hand(closed_twice: Company) -> None:
    found = [(row.number, row.wall_s, row.open_s, row.reopened_at) for row in closed_twice.rows(t.resolutions)]
    # Wednesday 09:00 to Friday 05:30 is 44.5 h; open are 4 h, 8 h and 0.5 h, of which 4 h waited. Then 2 h more.
    again = MONDAY.replace(hour=6)
    assert found == [(1, 160_200, 30_600, again), (2, 167_400, 37_800, None)]


def test_a_week_has_what_happened_in_it(closed_twice: Company) -> None:
    first, second = (closed_twice.measures(week).figures for week in (WEEK, NEXT_WEEK))
    assert (first.received, first.answered, first.resolved, first.reopened) == (1, 1, 1, 0)
    assert (second.received, second.answered, second.resolved, second.reopened) == (0, 0, 1, 1)


def test_what_is_opened_again_was_not_resolved_at_first_contact(closed_twice: Company) -> None:
    assert closed_twice.measures(WEEK).figures.first_contact_resolved == 0


def test_a_complaint_costs_itself_and_its_answers(closed_twice: Company) -> None:
    figures = closed_twice.measures(WEEK).figures
    assert (figures.cost, figures.cost_mean) == (10 + 4, 14)  # 15 and 6 minutes at 40 an hour


def test_a_complaint_that_nobody_answered_is_seen_as_such(asked: Company) -> None:
    figures = asked.measures(WEEK, now=THURSDAY.replace(hour=9)).figures
    assert (figures.received, figures.unanswered, figures.unresolved, figures.asks_unanswered) == (1, 1, 1, 1)
    assert (figures.first_reply_median_s, figures.promises_missed) == (None, 0)


def test_a_promise_is_missed_as_soon_as_it_is_over(asked: Company) -> None:
    later = THURSDAY.replace(hour=9, second=1)
    assert asked.measures(WEEK, now=later).figures.promises_missed == 1


@pytest.fixture
def waited(asked: Company) -> Company:
    """Anna waits for Matti from Wednesday 10:00 to Thursday 08:00, six hours of which are open (10 to 13, 5 to 8). The
    promise of Thursday 09:00 can be kept for four hours more that day and two on Friday: until 07:00.
    """
    asked.anna_writes(WEDNESDAY.replace(hour=10), "#odota 3d")
    asked.customer_writes(THURSDAY.replace(hour=8), "Tilausnumero on 12345, takajarru.")
    return asked


@pytest.mark.parametrize(("minute", "kept"), [(55, 1), (59, 0)])
def test_a_promise_can_be_kept_until_what_was_waited_is_added(waited: Company, minute: int, kept: int) -> None:
    waited.anna_writes(FRIDAY.replace(hour=6, minute=minute), "Hei! Tuo pyörä meille.")
    waited.sends(FRIDAY.replace(hour=6, minute=minute) + timedelta(minutes=2))
    figures = waited.measures(WEEK).figures
    assert (figures.promises_kept, figures.promises_missed) == (kept, 1 - kept)


@pytest.mark.parametrize(("second", "missed"), [(0, 0), (1, 1)])
def test_a_promise_is_missed_once_what_was_waited_is_over_too(waited: Company, second: int, missed: int) -> None:
    figures = waited.measures(WEEK, now=FRIDAY.replace(hour=7, second=second)).figures
    assert figures.promises_missed == missed


def test_a_promise_can_be_kept_as_long_as_we_wait(asked: Company) -> None:
    asked.anna_writes(WEDNESDAY.replace(hour=10), "#odota 3d")
    assert asked.measures(WEEK, now=FRIDAY.replace(hour=10)).figures.promises_missed == 0


def test_a_wait_that_began_after_the_promised_time_mends_nothing(asked: Company) -> None:
    asked.anna_writes(THURSDAY.replace(hour=9, minute=30), "#odota 3d")
    asked.customer_writes(THURSDAY.replace(hour=12), "Tilausnumero on 12345, takajarru.")
    asked.anna_writes(THURSDAY.replace(hour=12, minute=10), "Hei! Tuo pyörä meille.")
    asked.sends(THURSDAY.replace(hour=12, minute=12))
    figures = asked.measures(WEEK).figures
    assert (figures.promises_kept, figures.promises_missed) == (0, 1)


def test_a_promise_that_is_renewed_in_time_is_not_missed(asked: Company) -> None:
    asked.ladder.tick(THURSDAY.replace(hour=8))  # the delay is told an hour before the end
    figures = asked.measures(WEEK, now=THURSDAY.replace(hour=10)).figures
    assert (figures.promises_renewed, figures.promises_missed) == (1, 0)


def test_an_alarm_is_handled_by_what_a_member_then_does(asked: Company) -> None:
    asked.ladder.tick(WEDNESDAY.replace(hour=13))  # half of the working day
    asked.anna_writes(THURSDAY.replace(hour=5, minute=10), "#kuittaa")
    [step] = asked.rows(t.steps)
    assert (step.handled_at, step.handled_by) == (THURSDAY.replace(hour=5, minute=10), "anna")
    [alarm] = asked.measures(WEEK).alarms
    assert (alarm.at, alarm.taken, alarm.handled, alarm.median_s) == ("50% of first_reply", 1, 1, 58_200)


def test_a_note_handles_no_alarm(asked: Company) -> None:
    asked.ladder.tick(WEDNESDAY.replace(hour=13))
    asked.anna_writes(THURSDAY.replace(hour=5), "#huomautus\nKysyn varastolta.")
    assert asked.measures(WEEK).figures.steps_handled == 0


def test_a_resolution_that_is_undone_never_was(asked: Company) -> None:
    asked.anna_writes(WEDNESDAY.replace(hour=10), "#ratkaistu\nSelvä, hoidettu.")
    asked.anna_writes(WEDNESDAY.replace(hour=10, second=30), "#peru")
    assert asked.rows(t.resolutions) == asked.rows(t.answers) == []
    [mail], [promise] = asked.rows(t.customer_mails), asked.rows(t.promises)
    assert (mail.answered_at, promise.ended) == (None, None)


def test_a_resolution_stays_where_only_an_answer_in_what_was_merged_is_undone(asked: Company) -> None:
    ours, at = asked.sent["routed"], WEDNESDAY.replace(hour=10, minute=10)
    asked.anna_writes(WEDNESDAY.replace(hour=10), "#ratkaistu\nSelvä, hoidettu.")
    asked.sends(WEDNESDAY.replace(hour=10, minute=2))
    second_comes(asked, at)
    asked.anna_writes(at, "Vastaus toiseen.")
    asked.anna_writes(at + timedelta(seconds=10), "#ratkaistu")
    asked.anna_writes(at + timedelta(seconds=20), f"#yhdistä {ours.reference}")
    asked.sent["routed"] = ours
    asked.anna_writes(at + timedelta(seconds=30), "#peru")
    found = [row.reopened_at for row in asked.rows(t.resolutions) if row.reference == ours.reference]
    assert found == [at + timedelta(seconds=30)]


def test_an_answer_that_went_with_the_resolution_was_the_only_one(asked: Company) -> None:
    asked.anna_writes(WEDNESDAY.replace(hour=10), "#ratkaistu\nSelvä, hoidettu.")
    asked.sends(WEDNESDAY.replace(hour=10, minute=2))
    [resolution] = asked.rows(t.resolutions)
    assert resolution.answers == 1
    assert asked.measures(WEEK).figures.first_contact_resolved == 1


def test_thanks_want_no_answer(answered: Company) -> None:
    answered.customer_writes(FRIDAY.replace(hour=6), "Kiitos!")
    assert answered.measures(WEEK).figures.asks == 2


def test_what_came_after_an_answer_was_written_is_not_answered_by_it(asked: Company) -> None:
    asked.anna_writes(WEDNESDAY.replace(hour=10), "Hei! Tuo pyörä meille.")
    asked.customer_writes(WEDNESDAY.replace(hour=10, second=40), "Myös ketju on poikki.")
    asked.sends(WEDNESDAY.replace(hour=10, minute=2))
    assert [row.answered_at is None for row in asked.rows(t.customer_mails)] == [False, True]


def test_spam_is_counted_as_such_and_nowhere_else(asked: Company) -> None:
    asked.anna_writes(WEDNESDAY.replace(hour=10), "#roskaposti")
    figures = asked.measures(WEEK).figures
    assert (figures.spam, figures.received, figures.asks, figures.promises_dropped) == (1, 0, 0, 0)


def test_what_was_asked_in_a_merged_complaint_is_answered_in_the_other(asked: Company) -> None:
    [first] = asked.rows(t.facts)
    asked.sent.clear()
    asked.comes(WEDNESDAY.replace(hour=11), "Ketjukin on poikki.", subject="Ketju")
    asked.sends(WEDNESDAY.replace(hour=11, second=5))
    asked.anna_writes(WEDNESDAY.replace(hour=12), f"#yhdistä {first.reference}")
    figures = asked.measures(WEEK).figures
    assert (figures.merged, figures.received, figures.unanswered, figures.asks_unanswered) == (1, 1, 1, 2)


@pytest.fixture
def merged(asked: Company) -> Company:
    """Anna waits in the first matter from Wednesday 10:00, where she answered. A second comes at 11:00, with a promise
    of a working day, and is merged into the first one at 11:30.
    """
    first = asked.sent["routed"].reference
    asked.anna_writes(WEDNESDAY.replace(hour=10), "#odota 3d\n\nKatso tämä ohje.")
    asked.sends(WEDNESDAY.replace(hour=10, minute=2))
    second_comes(asked, WEDNESDAY.replace(hour=11))
    asked.anna_writes(WEDNESDAY.replace(hour=11, minute=30), f"#yhdistä {first}")
    return asked


def test_the_facts_of_what_another_is_merged_into_are_as_the_complaint_is(merged: Company) -> None:
    facts = {row.reference: row for row in merged.rows(t.facts)}
    for row in merged.rows(t.complaints):
        one = facts[row.reference]
        assert (one.status, one.promise, one.clock_run) == (row.status, row.promise, row.clock_run)


def test_what_waited_waits_no_more_once_another_is_merged_into_it(merged: Company) -> None:
    [wait] = merged.rows(t.waits)
    assert (wait.since, wait.until) == (WEDNESDAY.replace(hour=10), WEDNESDAY.replace(hour=11, minute=30))


def test_a_promise_goes_on_in_what_its_complaint_is_merged_into(merged: Company) -> None:
    figures = merged.measures(WEEK, now=THURSDAY.replace(hour=11, second=1)).figures
    assert (figures.promises_kept, figures.promises_missed, figures.promises_dropped) == (1, 1, 0)


def test_of_two_promises_in_what_is_merged_the_earlier_goes_on(asked: Company) -> None:
    first = asked.sent["routed"].reference
    second_comes(asked, WEDNESDAY.replace(hour=11))
    asked.anna_writes(WEDNESDAY.replace(hour=11, minute=30), f"#yhdistä {first}")
    found = {row.due_at: row.ended for row in asked.rows(t.promises)}
    assert found == {THURSDAY.replace(hour=9): None, THURSDAY.replace(hour=11): "dropped"}


def test_an_earlier_promise_goes_on_in_place_of_a_later_one(asked: Company) -> None:
    ours = asked.sent["routed"]
    second_comes(asked, WEDNESDAY.replace(hour=11))
    second, asked.sent["routed"] = asked.sent["routed"].reference, ours
    asked.anna_writes(WEDNESDAY.replace(hour=11, minute=30), f"#yhdistä {second}")
    found = {row.due_at: (row.reference, row.ended) for row in asked.rows(t.promises)}
    assert found == {THURSDAY.replace(hour=9): (second, None), THURSDAY.replace(hour=11): (second, "dropped")}


@pytest.fixture
def waited_before(asked: Company) -> Company:
    """Anna waits in the first matter from Wednesday 10:00 to Thursday 06:00, four hours of which are open (10 to 13, 5
    to 6): its promise of Thursday 09:00 can be kept until 13:00. At 06:30 she merges it into a second matter of
    Wednesday 11:00, in which she had waited too, so that its own promise ran out later.
    """
    ours = asked.sent["routed"]
    asked.anna_writes(WEDNESDAY.replace(hour=10), "#odota 3d")
    second_comes(asked, WEDNESDAY.replace(hour=11))
    asked.anna_writes(WEDNESDAY.replace(hour=11, minute=30), "#odota 3d")
    second, asked.sent["routed"] = asked.sent["routed"], ours
    asked.anna_writes(THURSDAY.replace(hour=6), "#avaa")
    asked.anna_writes(THURSDAY.replace(hour=6, minute=30), f"#yhdistä {second.reference}")
    asked.sent["routed"] = second
    return asked


@pytest.mark.parametrize(("answered_at", "kept"), [(THURSDAY.replace(hour=12, minute=55), 1), (FRIDAY, 0)])
def test_what_was_waited_before_it_was_merged_is_added_to_a_promise(
    waited_before: Company, answered_at: datetime, kept: int
) -> None:
    waited_before.anna_writes(answered_at, "Hei! Tuo pyörä meille.")
    waited_before.sends(answered_at + timedelta(minutes=2))
    figures = waited_before.measures(WEEK).figures
    assert (figures.promises_kept, figures.promises_missed, figures.promises_dropped) == (kept, 1 - kept, 1)


@pytest.mark.parametrize(("second", "missed"), [(0, 0), (1, 1)])
def test_a_promise_that_moved_is_missed_once_what_was_waited_is_over(
    waited_before: Company, second: int, missed: int
) -> None:
    figures = waited_before.measures(WEEK, now=THURSDAY.replace(hour=13, second=second)).figures
    assert figures.promises_missed == missed


def test_what_is_waited_after_a_merge_is_added_to_what_was_before(waited_before: Company) -> None:
    waited_before.anna_writes(THURSDAY.replace(hour=11), "#odota 3d")
    waited_before.customer_writes(THURSDAY.replace(hour=12), "Tilausnumero on 12345.")
    waited_before.anna_writes(FRIDAY.replace(hour=5, minute=50), "Hei! Tuo pyörä meille.")  # until 06:00
    waited_before.sends(FRIDAY.replace(hour=5, minute=52))
    assert waited_before.measures(WEEK).figures.promises_kept == 1


def test_a_promise_counts_as_long_in_the_figures_as_in_its_complaint(waited_before: Company) -> None:
    complaint = next(row for row in waited_before.rows(t.complaints) if row.status == "open")
    promise = next(row for row in waited_before.rows(t.promises) if row.ended is None)
    assert promise.reference == complaint.reference
    assert promise.moved_to == complaint.promise_moved_to == THURSDAY.replace(hour=13)


def test_a_wait_that_would_end_before_it_began_was_none(asked: Company) -> None:
    asked.anna_writes(WEDNESDAY.replace(hour=12), "#odota 3d")
    asked.customer_writes(WEDNESDAY.replace(hour=11), "Tilausnumero on 12345.")  # it lay in junk meanwhile
    assert asked.rows(t.waits) == []


def test_a_customer_who_had_complained_before_returns(answered: Company) -> None:
    answered.comes(FRIDAY, "Laskussa on virhe, maksoin kahdesti.", subject="Uusi asia")
    figures = answered.measures(WEEK).figures
    assert (figures.received, figures.returning) == (2, 1)


def test_a_rule_that_matched_nothing_is_silent(asked: Company) -> None:
    asked.comes(FRIDAY, "Mainos", subject="mainos", **{"from": "kauppias@kauppa.example"})
    asked.comes(FRIDAY, "Apua", subject="kiire", **{"from": "pekka@posti.example"})
    silent = asked.measures(WEEK).silent_rules
    assert ("adverts" in silent, "urgent" in silent, "night" in silent) == (False, False, True)


def test_words_are_kept_without_names_numbers_and_addresses(asked: Company) -> None:
    text = (
        "Terveisin Matti Meikäläinen, matti@posti.example, www.kauppa.example/jarrut, tilaus TIL-4711. Vaihdevaijeri."
    )
    asked.comes(FRIDAY, text, subject="Meikäläisen vaihteet", message_id="<sanat@posti.example>")
    words = {word for row in asked.rows(t.complaint_words)[1:] for word in row.words.split()}
    assert words == {"vaihteet", "tilaus", "vaihdevaijeri"}


def test_the_facts_of_a_complaint_are_as_the_complaint_is(closed_twice: Company) -> None:
    names = [column.name for column in t.facts.c if column.name in t.complaints.c]
    with closed_twice.store.read() as connection:
        facts, complaint = (
            connection.execute(select(*(table.c[name] for name in names))).one() for table in (t.facts, t.complaints)
        )
    assert facts == complaint


def test_all_facts_go_with_their_complaint(closed_twice: Company) -> None:
    from vastine.edges.store.facts import forget

    [complaint] = closed_twice.rows(t.facts)
    with closed_twice.store.write() as connection:
        forget(connection, [complaint.reference])
    tables = (t.facts, t.customer_mails, t.complaint_words, t.answers, t.resolutions, t.waits, t.promises)
    assert [closed_twice.rows(table) for table in tables] == [[]] * len(tables)


def test_a_promise_that_waited_is_renewed_as_one_that_is_kept_until_then(asked: Company) -> None:
    asked.anna_writes(WEDNESDAY.replace(hour=9, minute=30), "#odota 3d")
    asked.customer_writes(FRIDAY.replace(hour=6), "Tilausnumero on 12345.")
    due = asked.rows(t.complaints)[0].first_reply_due
    asked.ladder.tick(due - timedelta(minutes=30))
    [delay] = [mail for mail in asked.store.claim(due, 50, timedelta(minutes=5), ["support"]) if mail.kind == "delay"]
    assert "emme ole vielä pystyneet" not in parse(delay.raw).text


def test_a_step_before_the_end_of_a_promise_that_waited_is_a_reminder(company: Company) -> None:
    early = ("escalations:\n", "escalations:\n  - {at: promise - 1h, tell: [lead]}\n")
    no_delay = ("  - {at: first_reply - 1h, tell_customer: delay}\n", "")
    before = Company(company.store, company.ladder.reader, office(rulebook=rules(early, no_delay), random=Octets("f")))
    before.comes(OPENED, "Jarruni ovat rikki.")
    before.sends(OPENED + timedelta(seconds=5))
    before.anna_writes(WEDNESDAY.replace(hour=9, minute=30), "#odota 3d")
    before.customer_writes(FRIDAY.replace(hour=6), "Tilausnumero on 12345.")
    before.ladder.tick(before.rows(t.complaints)[0].first_reply_due - timedelta(minutes=59))
    assert [mail["kind"] for mail in before.store.list_outgoing() if mail["to"] == "maija@yritys.example"] == [
        "reminder"
    ]


def test_a_promise_that_was_kept_stays_so_when_the_complaint_comes_back_from_spam(answered: Company) -> None:
    answered.anna_writes(THURSDAY.replace(hour=7, minute=5), "#roskaposti")
    answered.anna_writes(THURSDAY.replace(hour=7, minute=10), "#avaa")
    figures = answered.measures(WEEK).figures
    assert (figures.promises_kept, figures.promises_missed) == (1, 0)


def test_what_was_waited_counts_for_a_promise_that_comes_back_from_spam(asked: Company) -> None:
    asked.anna_writes(WEDNESDAY.replace(hour=10), "#odota 3d")
    asked.customer_writes(THURSDAY.replace(hour=6), "Tilausnumero on 12345.")
    until = asked.rows(t.complaints)[0].promise_moved_to
    asked.anna_writes(THURSDAY.replace(hour=6, minute=10), "#roskaposti")
    asked.anna_writes(THURSDAY.replace(hour=6, minute=20), "#avaa")
    [complaint] = asked.rows(t.complaints)
    assert until is not None
    assert (complaint.promise_moved_to, complaint.first_reply_due) == (until, until)


def test_of_two_promises_for_the_same_time_the_one_counts_that_did_not_wait(company: Company) -> None:
    """Both came before opening on Wednesday and were told Thursday 8.00. One waited four open hours, the other none."""
    early = WEDNESDAY.replace(hour=3)
    company.comes(early, "Jarruni ovat rikki.")
    company.sends(early + timedelta(seconds=5))
    first = company.sent["routed"]
    second_comes(company, early + timedelta(minutes=30))
    second = company.sent["routed"]
    company.sent["routed"] = first
    company.anna_writes(WEDNESDAY.replace(hour=6), "#odota 3d")
    company.anna_writes(WEDNESDAY.replace(hour=10), "#avaa")
    company.sent["routed"] = second
    company.anna_writes(WEDNESDAY.replace(hour=10, minute=5), f"#yhdistä {first.reference}")
    company.sent["routed"] = first
    company.anna_writes(THURSDAY.replace(hour=7), "Hei! Tuo pyörä.")
    company.sends(THURSDAY.replace(hour=7, minute=2))
    figures = company.measures(WEEK).figures
    assert (figures.promises_kept, figures.promises_missed) == (0, 1)
