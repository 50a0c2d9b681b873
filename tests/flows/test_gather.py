"""Notices of the ladder that wait: for the end of quiet hours, or to be one digest instead of many mails."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from flows.climbing import Ladder, reference_of
from flows.desktop import Desktop
from flows.office import CHECKED, NOW, Octets, office, raw_mail, rules
from vastine.core.gathering import Gathered, Passed
from vastine.core.heaps import heaps_of
from vastine.core.mail import Mail
from vastine.core.story import Story
from vastine.edges.painter import Painter
from vastine.edges.reader import Reader
from vastine.edges.store import Store
from vastine.flows.report import Reports

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
LEAD, ASSIGNEE = "maija@yritys.example", "anna@yritys.example"
DUE = datetime(2026, 6, 25, 9, tzinfo=UTC)  # the first reply of a complaint of NOW
ONLY_LATE = ("  - {at: 50% of first_reply, tell: [assignee]}\n", "")
QUIET = "management: [johtaja@yritys.example]\n"
Furnish = Callable[..., Ladder]


@pytest.fixture
def ladder(database_url: str, reader: Reader) -> Iterator[Furnish]:
    store = Store(database_url)
    store.migrate()
    yield lambda *changes: Ladder(store=store, reader=reader, book=rules(ONLY_LATE, *changes))
    store.close()


def quiet(hours: str, more: str = "") -> tuple[str, str]:
    return QUIET, f'{QUIET}quiet: {{hours: "{hours}"{more}}}\n'


NOON = quiet("11:00-14:00")  # in Helsinki, three hours before UTC: from 8 to 11 UTC, so that DUE lies in it
END = datetime(2026, 6, 25, 11, tzinfo=UTC)


# --- quiet hours


def test_in_quiet_hours_nobody_is_told_and_the_step_is_taken(ladder: Furnish) -> None:
    climbing = ladder(NOON)
    climbing.open(1)
    assert climbing.tick(DUE) == []
    assert "first_reply" in climbing.steps()


def test_at_their_end_the_one_notice_is_the_ordinary_mail(ladder: Furnish) -> None:
    climbing = ladder(NOON)
    climbing.open(1)
    climbing.tick(DUE)
    assert climbing.tick(END - MINUTE) == []
    assert climbing.tick(END) == [("escalation", LEAD)]


def test_several_complaints_are_one_mail_in_the_morning(ladder: Furnish) -> None:
    climbing = ladder(NOON)
    climbing.open(3)
    climbing.tick(DUE)
    assert climbing.tick(END) == [("escalations", LEAD)]


def test_what_was_gathered_survives_a_restart_and_is_told_once(ladder: Furnish) -> None:
    climbing = ladder(NOON)
    climbing.open(2)
    climbing.tick(DUE)
    assert climbing.again().tick(END, END + MINUTE, END + HOUR) == [("escalations", LEAD)]


def test_what_was_answered_meanwhile_is_not_told(ladder: Furnish) -> None:
    climbing = ladder(NOON)
    [reference] = climbing.open(1)
    climbing.tick(DUE)
    climbing.answered(reference, DUE + MINUTE)
    assert climbing.tick(END) == []
    assert [event["detail"]["because"] for event in climbing.events(reference, "not_told")] == ["settled"]


def test_a_digest_names_what_was_settled_meanwhile(ladder: Furnish) -> None:
    climbing = ladder(NOON)
    answered, *others = climbing.open(3)
    climbing.tick(DUE)
    climbing.answered(answered, DUE + MINUTE)
    climbing.tick(END)
    [digest] = climbing.mails("escalations", END)
    assert f"Hoidettu sillä välin: {answered}" in digest.text
    assert all(reference in digest.text.split("Hoidettu")[0] for reference in others)


def test_an_open_complaint_whose_notice_is_moot_is_not_called_settled(ladder: Furnish) -> None:
    climbing = ladder(NOON)
    written, *_ = climbing.open(3)
    waits = replace(climbing.complaint(written), status="waiting", remind_at=DUE, next_step_at=DUE)
    climbing.store.record_tick([Story(reference=written, complaint=waits)], NOW)
    climbing.tick(DUE)
    again = replace(climbing.complaint(written), status="open", next_step_at=None)
    climbing.store.record_tick([Story(reference=written, complaint=again)], DUE + MINUTE)
    climbing.tick(END)
    [mail] = climbing.mails("escalations", END)
    assert written not in mail.text
    assert [event["detail"]["because"] for event in climbing.events(written, "not_told")] == ["customer_wrote"]


def test_the_most_urgent_priority_wakes_people(ladder: Furnish) -> None:
    climbing = ladder(quiet("11:00-15:00"))
    climbing.open(1, subject="kiire")  # first reply within an hour of NOW, noon in Helsinki
    assert ("escalation", LEAD) in climbing.tick(NOW + HOUR)


def test_except_says_which_priorities_do(ladder: Furnish) -> None:
    climbing = ladder(quiet("11:00-15:00", ", except: []"))
    climbing.open(1, subject="kiire")
    assert climbing.tick(NOW + HOUR) == []


def test_a_member_may_have_hours_of_their_own_or_none(ladder: Furnish) -> None:
    own = ("email: maija@yritys.example}", "email: maija@yritys.example, quiet: none}")
    climbing = ladder(NOON, own)
    climbing.open(1)
    assert climbing.tick(DUE) == [("escalation", LEAD)]


def test_who_is_away_in_the_morning_has_their_deputy_told(ladder: Furnish) -> None:
    away = ("email: maija@yritys.example}", 'email: maija@yritys.example, away: ["2026-06-26"], deputy: anna}')
    climbing = ladder(quiet("11:00-07:00"), away)
    climbing.open(1)
    climbing.tick(DUE)
    assert ("escalation", LEAD) not in climbing.tick(datetime(2026, 6, 26, 4, tzinfo=UTC))
    assert [event["detail"]["to"] for event in climbing.events("V-AAAAA", "told")] == [
        ASSIGNEE,
        "johtaja@yritys.example",
    ][:1]


def test_who_has_a_complaint_in_the_morning_is_told_of_it(ladder: Furnish) -> None:
    climbing = ladder(NOON, ("at: first_reply, tell: [lead]", "at: first_reply, tell: [assignee]"))
    [reference] = climbing.open(1)
    climbing.tick(DUE)
    passed_on = replace(climbing.complaint(reference), assignee="maija")
    climbing.store.record_tick([Story(reference=reference, complaint=passed_on)], DUE + MINUTE)
    assert climbing.tick(END) == [("escalation", LEAD)]


def test_who_is_told_as_the_lead_too_is_told_though_another_has_it(ladder: Furnish) -> None:
    climbing = ladder(NOON, ("at: first_reply, tell: [lead]", "at: first_reply, tell: [assignee, maija, anna]"))
    [reference] = climbing.open(1)
    climbing.tick(DUE)
    passed_on = replace(climbing.complaint(reference), assignee="maija")
    climbing.store.record_tick([Story(reference=reference, complaint=passed_on)], DUE + MINUTE)
    assert sorted(climbing.tick(END)) == [("escalation", ASSIGNEE), ("escalation", LEAD)]


def test_a_clock_that_began_anew_meanwhile_is_not_told_of(ladder: Furnish) -> None:
    climbing = ladder(NOON)
    [reference] = climbing.open(1)
    climbing.tick(DUE)
    before = climbing.complaint(reference)
    anew = replace(before, clock_run=before.clock_run + 1, first_reply_due=END + 24 * HOUR, next_step_at=None)
    climbing.store.record_tick([Story(reference=reference, complaint=anew)], DUE + MINUTE)
    assert climbing.tick(END) == []
    assert [event["detail"]["because"] for event in climbing.events(reference, "not_told")] == ["clock_anew"]


def test_a_daemon_that_was_off_in_the_morning_waits_for_the_next_one(ladder: Furnish) -> None:
    climbing = ladder(NOON)
    climbing.open(1)
    climbing.tick(DUE)
    assert climbing.again().tick(DUE + 24 * HOUR) == []
    assert ("escalation", LEAD) in climbing.again().tick(END + 24 * HOUR)


def test_what_waits_and_what_was_told_is_in_the_history(ladder: Furnish) -> None:
    climbing = ladder(NOON)
    [reference] = climbing.open(1)
    climbing.tick(DUE, END)
    [later], [told] = climbing.events(reference, "told_later"), climbing.events(reference, "told")
    assert (later["detail"]["to"], later["detail"]["until"], told["detail"]["to"]) == (LEAD, END.isoformat(), LEAD)


# --- after `#ok`

DELAY = "  - {at: first_reply - 1h, tell_customer: delay}"
DELAY_TOLD = (DELAY, f"{DELAY[:-1]}, tell: [lead]}}")


def seen(climbing: Ladder, count: int, until: datetime) -> list[str]:
    """So many complaints that a member has quieted until then."""
    references = climbing.open(count)
    for reference in references:
        quieted = replace(climbing.complaint(reference), paused_until=until, next_step_at=DUE - HOUR)
        climbing.store.record_tick([Story(reference=reference, complaint=quieted)], NOW)
    return references


def test_after_the_pause_one_mail_tells_of_all_that_came_in_it(ladder: Furnish) -> None:
    climbing, until = ladder(DELAY_TOLD), DUE + 2 * HOUR
    seen(climbing, 1, until)
    assert climbing.tick(DUE - HOUR) == []
    assert climbing.tick(until, until + MINUTE) == [("escalation", LEAD)]
    assert climbing.store.count_gathered() == 0


def test_about_several_it_says_that_they_had_been_seen(ladder: Furnish) -> None:
    climbing, until = ladder(DELAY_TOLD), DUE + 2 * HOUR
    seen(climbing, 2, until)
    climbing.tick(DUE - HOUR, until)
    [mail] = climbing.mails("escalations", until)
    assert "oli kuitattu nähdyiksi" in mail.text
    assert "monta kerralla" not in mail.text


def test_who_gets_a_complaint_in_its_pause_is_told_at_once_whatever_waits(ladder: Furnish) -> None:
    handing = "  - {at: first_reply - 30m, tell_customer: delay, assign: lead}"
    climbing = ladder((DELAY, f"{DELAY_TOLD[1]}\n{handing}"))
    [reference] = seen(climbing, 1, DUE + 240 * HOUR)
    climbing.tick(DUE - HOUR)
    before_renewed_promise = climbing.complaint(reference).next_step_at
    assert before_renewed_promise is not None
    assert climbing.tick(before_renewed_promise) == [("escalation", LEAD)]


# --- storms


def test_five_at_once_are_five_mails(ladder: Furnish) -> None:
    climbing = ladder()
    climbing.open(5)
    assert climbing.tick(DUE).count(("escalation", LEAD)) == 5


def test_more_at_once_are_one_digest_at_once(ladder: Furnish) -> None:
    climbing = ladder()
    climbing.open(6)
    assert climbing.tick(DUE) == [("escalations", LEAD)]


def test_the_morning_list_of_a_member_is_no_part_of_a_storm(ladder: Furnish) -> None:
    climbing = ladder(("rules:\n", 'digests: {teams: "weekday 12:00", members: never}\nrules:\n'))
    climbing.open(1)
    reports = Reports(climbing.store, climbing.store, lambda: climbing.at, lambda: None, Painter(("/nonexistent",)))
    reports.tick(DUE - timedelta(days=1))
    assert reports.tick(DUE) > 0
    assert climbing.tick(DUE) == [("escalation", LEAD)]


def test_a_look_while_nothing_is_due_reads_one_index_and_no_row(ladder: Furnish) -> None:
    climbing = ladder()
    store, asked = climbing.store, []
    if not store.is_sqlite:
        pytest.skip("PostgreSQL plans by what its tables hold")
    event.listen(store.engine, "after_cursor_execute", lambda _c, _cursor, sql, values, *_: asked.append((sql, values)))
    store.notices_due(DUE, 100)
    store.told_of_late({LEAD}, {reference_of(0)}, DUE)
    with store.read() as connection:
        plans = [
            row.detail
            for sql, values in list(asked)
            if sql.lstrip().startswith("SELECT")
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        ]
    assert plans[0].startswith("SEARCH gathered USING COVERING INDEX ix_gathered_due")
    assert plans[1].startswith("SEARCH outbox USING COVERING INDEX ix_outbox_recipient")


def test_many_times_as_many_as_one_look_takes_are_one_digest_still(ladder: Furnish) -> None:
    climbing = ladder(("at: first_reply, tell: [lead]", "at: first_reply, tell: [management]"))
    climbing.open(130)
    assert climbing.tick(DUE).count(("escalations", "johtaja@yritys.example")) == 1


def test_one_by_one_the_sixth_within_minutes_waits_for_a_digest(ladder: Furnish) -> None:
    climbing = ladder()
    for number in range(8):
        climbing.open(1, now=NOW + number * timedelta(seconds=20), first=number)
    looks = [DUE + number * timedelta(seconds=20) for number in range(8)]
    assert climbing.tick(*looks).count(("escalation", LEAD)) == 5
    assert climbing.tick(looks[5] + 5 * MINUTE) == [("escalations", LEAD)]


def test_many_urgent_ones_at_once_are_one_mail_at_once(ladder: Furnish) -> None:
    climbing = ladder()
    climbing.open(6, subject="kiire")
    assert climbing.tick(NOW + HOUR).count(("escalations", LEAD)) == 1


def test_urgent_ones_one_after_the_other_are_one_mail_a_look_and_none_waits(ladder: Furnish) -> None:
    climbing = ladder()
    for number in range(0, 12, 2):
        climbing.open(2, now=NOW + number * timedelta(seconds=1), subject="kiire", first=number)
    looks = [NOW + HOUR + number * timedelta(seconds=1) for number in range(0, 12, 2)]
    to_lead = [[kind for kind, to in climbing.tick(look) if to == LEAD] for look in looks]
    assert to_lead == [["escalation"] * 2] * 2 + [["escalations"]] * 4


def test_a_mail_filter_finds_gathered_escalations_as_such_and_how_urgent_they_are(ladder: Furnish) -> None:
    climbing = ladder()
    climbing.open(6, subject="kiire")
    climbing.tick(NOW + HOUR)
    mail = next(mail for mail in climbing.mails("escalations", NOW + HOUR) if mail.to[0].address == LEAD)
    assert (mail.field("X-Vastine-Kind"), mail.field("X-Vastine-Priority")) == ("escalation", "critical")


def test_reminders_alone_are_gathered_as_reminders(ladder: Furnish) -> None:
    climbing = ladder(("at: first_reply, tell: [lead]", "at: first_reply - 1h, tell: [lead]"))
    climbing.open(6)
    assert climbing.tick(DUE - HOUR) == [("reminders", LEAD)]


def test_one_that_waited_alone_goes_as_soon_as_the_storm_is_over(ladder: Furnish) -> None:
    climbing = ladder()
    climbing.open(5)
    climbing.open(1, now=NOW + 4 * MINUTE, first=5)
    climbing.tick(DUE, DUE + 4 * MINUTE)
    assert climbing.tick(DUE + 5 * MINUTE) == [("escalation", LEAD)]


def test_an_older_step_is_not_told_after_a_later_one(ladder: Furnish) -> None:
    raising = "at: first_reply - 2m, tell: [lead]}\n  - {at: first_reply, tell: [lead], raise: 3"
    climbing = ladder(("at: first_reply, tell: [lead], raise: 1", raising))
    climbing.open(5, now=NOW - 3 * MINUTE)
    climbing.open(1, first=5)
    climbing.tick(DUE - 5 * MINUTE, DUE - 2 * MINUTE, DUE - 1.5 * MINUTE)
    told = climbing.tick(DUE, DUE + 5 * MINUTE, DUE + 10 * MINUTE)
    assert [kind for kind, to in told if to == LEAD] == ["escalation"]
    assert climbing.store.count_gathered() == 0


def test_what_is_moot_before_its_time_waits_on(ladder: Furnish) -> None:
    climbing = ladder()
    [reference] = climbing.open(1)
    paused = replace(climbing.complaint(reference), paused_until=DUE + HOUR)
    step = Passed(written="first_reply", clock="first_reply", run=1)
    due, later = (
        Gathered(
            id=number,
            reference=reference,
            member="maija",
            address=LEAD,
            kind="escalation",
            steps=(step,),
            because="storm",
            created_at=DUE,
            due_at=at,
        )
        for number, at in enumerate((DUE, DUE + HOUR))
    )
    [heap] = heaps_of([(due, paused), (later, paused)], climbing.at, DUE, frozenset())
    assert (heap.ids, heap.untold) == ((0,), {reference: "acknowledged"})


def test_each_complaint_of_a_digest_has_a_reply_address_of_its_own(ladder: Furnish) -> None:
    climbing = ladder()
    references = climbing.open(6)
    climbing.tick(DUE)
    digest = next(mail for mail in climbing.mails("escalations", DUE) if mail.to[0].address == LEAD)
    tokens = {line.split("mailto:")[1].split("@")[0] for line in digest.text.splitlines() if "mailto:" in line}
    assert len(tokens) == len(references)
    assert "{reply-address" not in digest.text
    assert not digest.reply_to


def replied(climbing: Ladder, text: str) -> tuple[Mail, Desktop]:
    """The lead's digest about six complaints, and the desk after their reply to it."""
    climbing.open(6)
    climbing.tick(DUE)
    digest: Mail = next(mail for mail in climbing.mails("escalations", DUE) if mail.to[0].address == LEAD)
    at = office(rulebook=climbing.book, random=Octets("desk"), policy=CHECKED)
    desk = Desktop(climbing.store, climbing.reader, at)
    desk.uid = 100
    desk.take(answer_of_lead(text, digest.message_id, "<re@yritys.example>"))
    return digest, desk


def answer_of_lead(text: str, to: str, message_id: str) -> bytes:
    fields = {
        "from": f"Maija Koski <{LEAD}>",
        "message_id": message_id,
        "in_reply_to": to,
        "authentication_results": "mx.yritys.example; dmarc=pass header.from=yritys.example",
    }
    return raw_mail(text, subject="Re: digest", **fields)


def notes(climbing: Ladder) -> dict[str, list[str]]:
    listed = climbing.store.list_complaints(status=None, late_at=None, team=None)
    found = {one["reference"]: climbing.events(one["reference"], "note") for one in listed}
    return {name: [event["detail"]["text"].strip() for event in events] for name, events in found.items() if events}


def test_a_reply_to_a_digest_is_a_note_in_its_first_complaint_and_reaches_no_customer(ladder: Furnish) -> None:
    climbing = ladder()
    digest, desk = replied(climbing, "Hoidan nämä.")
    first = digest.text.partition("huomautukseksi asiaan ")[2][:7]
    assert notes(climbing) == {first: ["Hoidan nämä."]}
    assert (desk.mails("answer"), desk.complaint_count()) == ([], 6)


def returned(climbing: Ladder) -> list[Mail]:
    found: list[Mail] = climbing.mails("returneds", NOW)
    return found


def test_who_answers_a_gathered_mail_hears_that_no_customer_got_it_and_which_it_was_about(ladder: Furnish) -> None:
    climbing = ladder()
    replied(climbing, "Hei, tulemme huomenna.")
    [mail] = returned(climbing)
    assert (mail.to[0].address, "ei lähtenyt asiakkaalle" in mail.text) == (LEAD, True)
    assert all(reference_of(number) in mail.text for number in range(6))
    assert ("Hei, tulemme huomenna." in mail.text, mail.reply_to) == (True, ())


def test_thanks_for_a_gathered_mail_need_no_answer(ladder: Furnish) -> None:
    climbing = ladder()
    replied(climbing, "Kiitos!")
    assert returned(climbing) == []


def test_an_answer_to_what_came_back_reaches_no_customer_either_and_ends_after_a_few(ladder: Furnish) -> None:
    climbing = ladder()
    _, desk = replied(climbing, "Hei, tulemme huomenna.")
    for number in range(5):
        last = returned(climbing)
        if not last:
            break
        desk.take(answer_of_lead("Hei taas, tulemme.", last[0].message_id, f"<again{number}@yritys.example>"))
    assert (len(desk.mails("returned")), desk.mails("answer"), desk.complaint_count()) == (3, [], 6)


def test_a_note_of_the_one_who_has_the_complaint_does_not_come_back_to_them(ladder: Furnish) -> None:
    climbing = ladder(("at: first_reply, tell: [lead]", "at: first_reply, tell: [lead], assign: lead"))
    replied(climbing, "Soitan heille.")
    assert [event["actor"] for event in climbing.events(reference_of(0), "note")] == ["maija"]
    assert climbing.mails("follow_up", NOW) == []


def test_a_reply_to_a_digest_is_a_note_in_the_complaint_that_it_names(ladder: Furnish) -> None:
    climbing = ladder()
    replied(climbing, f"Soitin {reference_of(3)} asiakkaalle.")
    assert list(notes(climbing)) == [reference_of(3)]


@pytest.mark.parametrize("command", ["#ok 4h", "#ratkaistu"])
def test_a_command_about_one_complaint_is_returned_where_it_answers_a_digest(ladder: Furnish, command: str) -> None:
    climbing = ladder()
    _, desk = replied(climbing, command)
    assert (notes(climbing), [mail["to"] for mail in desk.mails("returned")]) == ({}, [LEAD])


def test_the_list_can_be_asked_for_in_answer_to_a_digest(ladder: Furnish) -> None:
    climbing = ladder()
    _, desk = replied(climbing, "#lista")
    assert (notes(climbing), [mail["to"] for mail in desk.mails("confirmation")]) == ({}, [LEAD])


def test_a_digest_for_management_has_no_links(ladder: Furnish) -> None:
    climbing = ladder(("at: first_reply, tell: [lead]", "at: first_reply, tell: [management]"))
    climbing.open(6)
    climbing.tick(DUE)
    found = [mail for mail in climbing.mails("escalations", DUE) if mail.to[0].address.startswith("johtaja")]
    assert ["mailto:" in mail.text for mail in found] == [False]


def test_a_digest_begins_with_the_most_urgent_and_says_so_in_its_subject(ladder: Furnish) -> None:
    climbing = ladder(quiet("11:00-16:00", ", except: []"))
    late = climbing.open(2)
    urgent = climbing.open(1, now=NOW + 2 * HOUR, first=2, subject="kiire")
    climbing.tick(DUE + 2 * HOUR, DUE + 4 * HOUR)
    mail: Mail = next(mail for mail in climbing.mails("escalations", DUE + 4 * HOUR) if mail.to[0].address == LEAD)
    places = [mail.text.index(f"{reference}  [") for reference in (*urgent, *late)]
    assert (places, mail.subject) == (sorted(places), "[critical] 3 asiaa kaipaa huomiotasi")


def test_who_has_a_complaint_is_not_asked_to_take_it(ladder: Furnish) -> None:
    climbing = ladder(("at: first_reply, tell: [lead]", "at: first_reply, tell: [lead], assign: lead"))
    climbing.open(6)
    climbing.tick(DUE)
    mail: Mail = next(mail for mail in climbing.mails("escalations", DUE) if mail.to[0].address == LEAD)
    assert (mail.text.count("Otan tämän"), mail.text.count("Ratkaistu")) == (0, 6)


def test_a_digest_begins_with_what_is_late_for_longest(ladder: Furnish) -> None:
    climbing = ladder(quiet("11:00-16:00"))
    late = climbing.open(2)
    later = climbing.open(2, now=NOW + HOUR, first=2)
    climbing.tick(DUE + 2 * HOUR, DUE + 4 * HOUR)
    digest: Mail = next(mail for mail in climbing.mails("escalations", DUE + 4 * HOUR) if mail.to[0].address == LEAD)
    places = [digest.text.index(f"{reference}  [") for reference in (*late, *later)]
    assert places == sorted(places)


def test_where_no_mail_can_be_read_people_are_told_without_it(ladder: Furnish, monkeypatch: pytest.MonkeyPatch) -> None:
    ladder().open(1)
    monkeypatch.setattr("vastine.edges.reader.WAITS", (0.0,))
    monkeypatch.setattr("vastine.edges.reader.sys.executable", "/bin/false")
    before = ladder()
    climbing = Ladder(store=before.store, reader=Reader(("fi",)), book=before.book, lives=1)
    assert climbing.tick(DUE) == [("escalation", LEAD)]
    climbing.reader.close()
