"""A tick of the clock: which steps are taken, once, and who learns of them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from flows.climbing import take_steps
from flows.office import (
    NOW,
    Octets,
    complaint_of,
    empty_desk,
    events,
    office,
    only,
    opened,
    raw_mail,
    rules,
    take,
    told,
)
from vastine.core.complaint import Complaint
from vastine.core.next_reply import asked_again
from vastine.core.office import Office
from vastine.core.parse import parse
from vastine.core.reopening import reopened
from vastine.core.rules import Rulebook
from vastine.core.story import Story
from vastine.edges.reader import Reader
from vastine.edges.store import Arrival, Settled, Store
from vastine.flows.escalate import Escalation

HOUR = timedelta(hours=1)
REMINDER, DELAY, FIRST, LATE, RESOLVE = (
    "50% of first_reply",
    "first_reply - 1h",
    "first_reply",
    "first_reply + 4h",
    "resolve",
)
DUE = datetime(2026, 6, 25, 9, tzinfo=UTC)  # the first reply of a complaint of NOW


def climbed(now: datetime, *, taken: tuple[str, ...] = (), at: Office | None = None, **changed: object) -> Story:
    """The steps that a complaint of NOW takes at `now`, sealed."""
    at = at or office()
    complaint = replace(complaint_of(opened(at)), **changed)
    return at.sealed(take_steps(complaint, frozenset(taken), None, at, now), now)


def steps(story: Story) -> list[str]:
    return [step.at for step in story.steps]


def after(story: Story) -> Complaint:
    return complaint_of(story)


# --- the steps


def test_before_its_time_no_step_is_taken() -> None:
    assert steps(climbed(NOW + HOUR)) == []


def test_a_step_is_taken_at_its_time() -> None:
    assert steps(climbed(DUE, taken=(REMINDER, DELAY))) == [FIRST]


def test_a_step_that_was_taken_is_not_taken_again() -> None:
    assert steps(climbed(DUE, taken=(REMINDER, DELAY, FIRST))) == []


def test_after_a_standstill_every_step_is_recorded() -> None:
    assert steps(climbed(DUE + 6 * HOUR)) == [REMINDER, DELAY, FIRST, LATE]


def test_after_a_standstill_nobody_gets_more_than_one_mail() -> None:
    story = climbed(DUE + 6 * HOUR)
    assert sorted(told(story, "escalation", "reminder")) == ["johtaja@yritys.example", "maija@yritys.example"]


def test_every_step_is_in_the_history() -> None:
    story = climbed(DUE + 6 * HOUR, taken=(REMINDER, DELAY))
    assert [event.detail["at"] for event in story.events if event.kind == "step"] == [FIRST, LATE]


def test_the_complaint_is_looked_at_again_at_its_next_step() -> None:
    assert after(climbed(DUE, taken=(REMINDER, DELAY))).next_step_at == DUE + 4 * HOUR


def test_with_nothing_left_it_is_not_looked_at_again() -> None:
    assert after(climbed(DUE + timedelta(days=30))).next_step_at is None


def test_a_resolved_complaint_takes_no_step() -> None:
    assert steps(climbed(DUE, status="resolved", resolved_at=NOW)) == []


def test_an_answered_complaint_takes_no_step_of_the_first_reply() -> None:
    assert steps(climbed(DUE + timedelta(days=30), first_replied_at=NOW)) == [RESOLVE]


# --- what they do


def test_a_raise_moves_the_priority_and_no_due_time() -> None:
    before, now = after(climbed(NOW)), after(climbed(DUE, taken=(REMINDER, DELAY)))
    assert (before.priority, now.priority) == ("normal", "high")
    assert (now.first_reply_due, now.resolve_due) == (before.first_reply_due, before.resolve_due)


def test_a_raise_ends_at_the_most_urgent() -> None:
    assert after(climbed(DUE, taken=(REMINDER, DELAY), priority="critical")).priority == "critical"


def test_a_priority_that_the_rules_have_no_more_stays() -> None:
    assert after(climbed(DUE, taken=(REMINDER, DELAY), priority="old", clock_priority="old")).priority == "old"


def test_assigning_to_the_lead_makes_it_theirs() -> None:
    assert after(climbed(DUE + 4 * HOUR, taken=(REMINDER, DELAY, FIRST))).assignee == "maija"


@pytest.mark.parametrize(("to", "team", "assignee"), [("ville", "support", "anna"), ("billing", "billing", "anna")])
def test_assigning_names_a_member_or_their_deputy_or_a_team(to: str, team: str, assignee: str) -> None:
    at = office(rulebook=rules(("assign: lead}\n", f"assign: {to}}}\n")))
    complaint = after(climbed(DUE + 4 * HOUR, taken=(REMINDER, DELAY, FIRST), at=at, assignee="olli"))
    assert (complaint.team, complaint.assignee) == (team, assignee)


def test_two_rungs_at_one_place_both_take_effect_and_are_recorded_once() -> None:
    at = office(rulebook=rules(("escalations:\n", "escalations:\n  - {at: first_reply, tell: [management]}\n")))
    story = climbed(DUE, taken=(REMINDER, DELAY), at=at)
    assert (steps(story), sorted(told(story))) == ([FIRST], ["johtaja@yritys.example", "maija@yritys.example"])
    assert after(story).priority == "high"


def test_an_assignee_who_is_not_reached_has_the_lead_told() -> None:
    at = office()
    story = take_steps(
        complaint_of(opened(at)), frozenset(), None, at, DUE - 4 * HOUR, frozenset({"anna@yritys.example"})
    )
    assert told(at.sealed(story, DUE)) == ["maija@yritys.example"]


def test_a_new_assignee_is_told_though_no_step_says_so() -> None:
    at = office(rulebook=rules(("tell: [lead, management], assign: lead", "assign: lead")))
    assert told(climbed(DUE + 4 * HOUR, taken=(REMINDER, DELAY, FIRST), at=at)) == ["maija@yritys.example"]


def test_changes_are_in_the_history() -> None:
    story = climbed(DUE + 4 * HOUR, taken=(REMINDER, DELAY))
    assert events(story) == ["step", "step", "priority", "assignee"]


def test_before_the_end_of_a_clock_it_is_a_reminder() -> None:
    assert told(climbed(DUE - 4 * HOUR, taken=()), "reminder") == ["anna@yritys.example"]


def test_at_the_end_of_a_clock_it_is_an_escalation() -> None:
    assert told(climbed(DUE, taken=(REMINDER, DELAY)), "escalation") == ["maija@yritys.example"]


# --- the promise


def test_a_promise_about_to_be_missed_is_renewed_by_a_first_reply_time_from_now() -> None:
    now = DUE - HOUR
    story = climbed(now, taken=(REMINDER,))
    assert (after(story).promise, told(story)) == (now + timedelta(days=1), ["matti@posti.example"])


def test_a_promise_is_renewed_in_the_words_that_the_step_names() -> None:
    own = 'replies:\n  sorry: {fi: {subject: "Pahoittelut", body: "Pahoittelemme."}}\nescalations:'
    book = rules(("tell_customer: delay}", "tell_customer: delay, reply: sorry}"), ("escalations:", own))
    story = climbed(DUE - HOUR, taken=(REMINDER,), at=office(rulebook=book))
    assert only(story, "delay").draft.text.startswith("Pahoittelemme.")


def test_a_promise_is_renewed_once() -> None:
    story = climbed(DUE, taken=(REMINDER, DELAY, FIRST))
    assert (after(story).promise, told(story, "delay")) == (DUE, [])


def test_a_promise_that_was_kept_is_not_renewed() -> None:
    assert told(climbed(DUE - HOUR, first_replied_at=NOW), "delay") == []


def test_who_was_promised_nothing_is_told_of_no_delay() -> None:
    story = climbed(DUE - HOUR, promise=None)
    assert (after(story).promise, told(story, "delay")) == (None, [])


def test_a_promise_is_renewed_once_a_run_whatever_the_ladder_says() -> None:
    twice = rules(
        ("  - {at: first_reply, tell", "  - {at: first_reply - 30m, tell_customer: delay}\n  - {at: first_reply, tell")
    )
    at = office(rulebook=twice)
    first = climbed(DUE - HOUR, taken=(REMINDER,), at=at)
    again = take_steps(after(first), frozenset({REMINDER, DELAY, FIRST, LATE}), None, at, DUE + 22.5 * HOUR)
    assert (steps(again), told(again), after(again).promise) == (["first_reply - 30m"], [], after(first).promise)


def test_a_raise_or_a_pause_renews_no_promise_again() -> None:
    first = after(climbed(DUE - HOUR, taken=(REMINDER,)))
    raised = replace(first, priority="critical", paused_until=DUE + HOUR)
    story = office().sealed(take_steps(raised, frozenset({REMINDER}), None, office(), DUE + HOUR), DUE + HOUR)
    assert (after(story).promise, told(story, "delay")) == (first.promise, [])


def test_a_promise_is_renewed_in_a_pause_and_nobody_else_is_told() -> None:
    story = climbed(DUE - HOUR, paused_until=DUE + HOUR)
    assert (steps(story), told(story)) == ([DELAY], [told(story, "delay")[0]])
    assert after(story).next_step_at == DUE + HOUR


def test_a_member_hears_after_the_pause_of_a_step_that_told_the_customer_in_it() -> None:
    at = office(rulebook=rules(("tell_customer: delay}", "tell_customer: delay, tell: [lead]}")))
    story = climbed(DUE - HOUR, at=at, paused_until=DUE + HOUR)
    assert [(notice.address, notice.because, notice.due_at) for notice in story.gathered] == [
        ("maija@yritys.example", "seen", DUE + HOUR)
    ]


def test_who_is_given_a_complaint_in_a_pause_hears_of_it_at_once() -> None:
    at = office(rulebook=rules(("tell_customer: delay}", "tell_customer: delay, assign: lead}")))
    story = climbed(DUE - HOUR, at=at, paused_until=DUE + HOUR)
    assert (story.gathered, after(story).assignee) == ((), "maija")
    assert "maija@yritys.example" in told(story)


def test_another_run_of_the_clock_may_renew_again() -> None:
    at = office()
    first = replace(after(climbed(DUE - HOUR, taken=(REMINDER,))), status="spam")
    again = replace(reopened(first, at.rulebook, DUE), first_reply_due=DUE + 8 * HOUR, promise=DUE + 8 * HOUR)
    story = take_steps(again, frozenset({REMINDER}), None, at, DUE + 8 * HOUR)
    assert [letter.draft.kind for letter in story.letters if letter.draft.kind == "delay"] == ["delay"]


def test_a_renewal_is_in_the_history_and_moves_no_clock() -> None:
    now = DUE - HOUR
    story = climbed(now, taken=(REMINDER,))
    [event] = [event for event in story.events if event.kind == "promise"]
    assert event.detail == {"from": DUE.isoformat(), "to": (now + timedelta(days=1)).isoformat()}
    assert (after(story).renewed_at, after(story).first_reply_due) == (now, DUE)


def test_who_was_promised_a_later_time_is_not_told_of_an_earlier_one() -> None:
    story = climbed(DUE - HOUR, taken=(REMINDER,), clock_priority="critical", promise=DUE)
    assert (after(story).promise, told(story, "delay")) == (DUE, [])


def test_after_a_standstill_over_the_promise_the_mail_does_not_speak_as_if_there_were_time() -> None:
    text = only(climbed(DUE + 6 * HOUR), "delay").draft.text
    assert "lupasimme vastata sinulle viimeistään" in text
    assert "emme ole vielä pystyneet siihen" in text
    assert "emme ole vielä" not in only(climbed(DUE - HOUR), "delay").draft.text


def test_the_lead_hears_of_a_renewed_promise_that_is_missed() -> None:
    renewed = rules(("  - {at: first_reply, tell", "  - {at: promise, tell: [lead]}\n  - {at: first_reply, tell"))
    at = office(rulebook=renewed)
    first = after(climbed(DUE - HOUR, taken=(REMINDER,), at=at))
    missed = take_steps(first, frozenset({REMINDER, DELAY, FIRST, LATE}), None, at, DUE + 24 * HOUR)
    assert (steps(missed), [letter.draft.kind for letter in missed.letters]) == (["promise"], ["escalation"])


def test_a_promise_that_is_renewed_too_late_has_its_step_when_the_new_one_runs_out() -> None:
    at = office(
        rulebook=rules(("  - {at: first_reply, tell", "  - {at: promise, tell: [lead]}\n  - {at: first_reply, tell"))
    )
    late = climbed(DUE + 6 * HOUR, at=at)
    assert "promise" not in steps(late)
    missed = take_steps(after(late), frozenset(steps(late)), None, at, after(late).promise or DUE)
    assert steps(missed) == ["promise"]


def test_a_step_on_the_promise_that_renews_it_is_taken_with_its_reply_and_what_it_tells() -> None:
    replies = 'replies:\n  oma:\n    fi: {subject: "Oma", body: "Uusi aika: {{ promise | words }}"}\n'
    step = "  - {at: promise - 1h, tell_customer: delay, reply: oma, tell: [lead]}"
    at = office(
        rulebook=rules(
            ("  - {at: first_reply - 1h, tell_customer: delay}", step), ("escalations:\n", replies + "escalations:\n")
        )
    )
    story = climbed(DUE - HOUR, taken=(REMINDER,), at=at)
    assert steps(story) == ["promise - 1h"]
    assert only(story, "delay").draft.subject.startswith("Oma")
    assert told(at.sealed(story, DUE), "reminder") == ["maija@yritys.example"]


# --- a further mail


NEXT = (
    ("high: {first_reply: 4h,", "high: {first_reply: 4h, next_reply: 2h,"),
    ("normal: {first_reply: 1d,", "normal: {first_reply: 1d, next_reply: 4h,"),
    ("escalations:\n", "escalations:\n  - {at: next_reply, tell: [lead]}\n"),
)


def test_the_lead_is_told_of_each_further_mail_that_stays_unanswered(store: Store, reader: Reader) -> None:
    at = office(rulebook=rules(*NEXT))
    ticking = ladder(store, reader, book=at.rulebook)
    for run in (1, 2):
        [row] = store.list_complaints(status=None, late_at=None, team=None)
        before = store.complaint(row["reference"])
        assert before is not None
        asked = asked_again(replace(before, first_replied_at=NOW, next_replied_at=NOW), at.rulebook, NOW + run * HOUR)
        store.record_tick([Story(reference=asked.reference, complaint=asked)], NOW)
        assert ticking.tick(DUE) == 1
    [row] = store.list_complaints(status=None, late_at=DUE, team=None)
    assert [step["at"] for step in row["steps_taken"]] == ["next_reply", "next_reply"]
    assert [mail["to"] for mail in store.list_outgoing() if mail["kind"] == "escalation"] == [
        "maija@yritys.example"
    ] * 2


# --- with the store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    raw = raw_mail()
    [received] = store.receive("support", 7, [Arrival(uid=1, raw=raw, arrived_at=NOW)], NOW)
    store.record_intake([take(raw, id=received.id)], NOW)
    yield store
    store.close()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    reader = Reader(("fi", "sv", "en"))
    yield reader
    reader.close()


def ladder(
    store: Store,
    reader: Reader,
    *,
    book: Rulebook | None = None,
    kicks: list[None] | None = None,
    complaints: list[str] | None = None,
) -> Escalation:
    at = office(rulebook=book or rules(), random=Octets("ladder"))
    return Escalation(
        store,
        reader,
        lambda: at,
        lambda: kicks.append(None) if kicks is not None else None,
        lambda problem: complaints.append(problem) if complaints is not None else None,
    )


def test_a_tick_takes_each_step_once(store: Store, reader: Reader) -> None:
    ticking = ladder(store, reader)
    assert [ticking.tick(DUE), ticking.tick(DUE), ticking.tick(DUE + timedelta(seconds=1))] == [3, 0, 0]


def test_a_team_that_takes_turns_goes_on_with_the_next_also_at_another_tick(store: Store, reader: Reader) -> None:
    book = rules(
        ("assign: lead}\n", "assign: billing}\n"),
        (
            "billing: {members: [ville], lead: maija, assign: least_busy}",
            "billing: {members: [anna, maija], assign: round_robin}",
        ),
    )
    for number, reference in enumerate(("V-BBBBB", "V-CCCCC"), start=2):
        raw = raw_mail(subject="Toinen", message_id=f"<{number}@posti.example>")
        [received] = store.receive("support", 7, [Arrival(uid=number, raw=raw, arrived_at=NOW)], NOW)
        at = office(random=Octets(reference))
        desk = empty_desk(references=iter([reference]))
        later = NOW + number * HOUR
        store.record_intake([take(raw, at=at, desk=desk, now=later, arrived_at=later, id=received.id)], NOW)
    ticking = ladder(store, reader, book=book)
    ticking.tick(DUE + 4 * HOUR)
    ticking.tick(DUE + 24 * HOUR)
    given = {
        row["reference"]: row["assignee"] for row in store.list_complaints(status=None, late_at=None, team="billing")
    }
    assert given == {"V-AAAAA": "anna", "V-BBBBB": "maija", "V-CCCCC": "anna"}


def test_another_process_takes_no_step_again(store: Store, reader: Reader) -> None:
    ladder(store, reader).tick(DUE)
    assert ladder(store, reader).tick(DUE) == 0


def test_no_delay_is_told_while_an_answer_is_under_way(store: Store, reader: Reader) -> None:
    draft = next(mail.draft for mail in opened().mails if mail.draft.kind == "acknowledgement")
    held = replace(draft, kind="answer", not_before=DUE)
    answer = office(random=Octets("answer")).seal(held, DUE - HOUR)
    store.record_tick([Story(mails=(answer,))], NOW)
    ticking, a_minute = ladder(store, reader), timedelta(minutes=1)
    assert [ticking.tick(DUE - HOUR), ticking.tick(DUE - HOUR + a_minute)] == [1, 0]  # the reminder to the assignee
    store.record_tick([Story(withdrawn=(answer.message_id,))], NOW)
    assert [ticking.tick(DUE - HOUR + a_minute), ticking.tick(DUE - HOUR + 2 * a_minute)] == [0, 1]
    assert [mail["kind"] for mail in store.list_outgoing()].count("delay") == 1


def test_a_complaint_of_a_mailbox_that_is_gone_does_not_stop_the_ladder(store: Store, reader: Reader) -> None:
    mailboxes = dict.fromkeys(("support", "old"), office().mailboxes["support"])
    at = office(random=Octets("old"), mailboxes=mailboxes)
    raw, desk = raw_mail(subject="Kiire"), empty_desk(references=iter(["V-BBBBB"]))
    [received] = store.receive("old", 7, [Arrival(uid=1, raw=raw, arrived_at=NOW)], NOW)
    store.record_intake([take(raw, at=at, desk=desk, id=received.id, mailbox="old")], NOW)
    ladder(store, reader).tick(DUE)
    escalated = {mail["reference"] for mail in store.list_outgoing() if mail["kind"] == "escalation"}
    assert escalated == {"V-AAAAA", "V-BBBBB"}


def test_a_tick_wakes_the_dispatch_only_for_steps(store: Store, reader: Reader) -> None:
    kicks: list[None] = []
    ladder(store, reader, kicks=kicks).tick(NOW)
    assert kicks == []
    ladder(store, reader, kicks=kicks).tick(DUE)
    assert kicks == [None]


def test_a_complaint_that_somebody_changes_meanwhile_waits_for_the_next_tick(store: Store, reader: Reader) -> None:
    class Busy(Store):
        """A store in which an answer is recorded between reading the complaints and recording their steps."""

        def complaints_with_steps(self, now: datetime, limit: int) -> list[tuple[Complaint, frozenset[str]]]:
            found = super().complaints_with_steps(now, limit)
            if found and found[0][0].version == 1:
                self.record_tick([Story(reference="V", complaint=replace(found[0][0], topic="other"))], now)
            return found

    busy = Busy(str(store.url))
    assert [ladder(busy, reader).tick(DUE), ladder(busy, reader).tick(DUE)] == [0, 3]
    busy.close()


def test_an_escalation_shows_what_the_customer_wrote_last(store: Store, reader: Reader) -> None:
    ladder(store, reader).tick(DUE)
    [mail] = [mail for mail in store.claim(DUE, 10, HOUR, ["support"]) if mail.kind == "escalation"]
    assert "| Pyörä on rikki." in parse(mail.raw).text


def test_a_text_that_cannot_be_used_is_told(store: Store, reader: Reader) -> None:
    own = 'replies:\n  delay: {fi: {subject: "S", body: "{{ complaint.subject | first }}"}}\nescalations:'
    broken = rules(("escalations:", own))
    complaints: list[str] = []
    ladder(store, reader, book=broken, complaints=complaints).tick(DUE - HOUR)
    assert ["replies.delay.fi" in problem for problem in complaints] == [True]


def test_an_accepted_answer_ends_the_steps_of_the_first_reply(store: Store, reader: Reader) -> None:
    complaint = store.complaints_with_steps(DUE, 10)[0][0]
    at = office(random=Octets("answer"))
    draft = next(mail.draft for mail in opened().mails if mail.draft.kind == "acknowledgement")
    answer = at.seal(replace(draft, kind="answer", reference=complaint.reference), NOW)
    store.record_tick([Story(mails=(answer,))], NOW)
    [sending] = [mail for mail in store.claim(NOW, 10, HOUR, ["support"]) if mail.kind == "answer"]
    store.settle([Settled(mail=sending, outcome="sent", detail="250")], NOW)
    assert ladder(store, reader).tick(DUE) == 0


# --- who is not reached


def test_nothing_is_promised_anew_to_a_customer_who_is_not_reached() -> None:
    story = climbed(DUE - HOUR, taken=(REMINDER,), undeliverable=True)
    assert (steps(story), told(story, "delay"), after(story).promise) == ([DELAY], [], DUE)


def test_a_lead_who_is_not_reached_is_given_nothing() -> None:
    at = office()
    complaint = complaint_of(opened(at))
    unreachable = frozenset({"maija@yritys.example"})
    story = take_steps(complaint, frozenset({REMINDER, DELAY, FIRST}), None, at, DUE + 8 * HOUR, unreachable)
    assert (steps(story), after(story).assignee) == ([LATE], "anna")
