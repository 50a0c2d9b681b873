"""Commands in a member's reply: what each does to the complaint, and when it does nothing at all."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.climbing import take_steps
from flows.office import (
    ANNA,
    NOW,
    complaint_of,
    desk_after,
    events,
    office,
    only,
    opened,
    raw_mail,
    reply_to,
    rules,
    take,
    told,
)
from vastine.core.complaint import CLOCKS, Wait
from vastine.core.desk import Held
from vastine.core.mail import Address
from vastine.core.office import Office
from vastine.core.story import Story
from vastine.core.waiting import resumed

AT_ANNA = "anna@yritys.example"
MATTI = "matti@posti.example"


@pytest.fixture
def at() -> Office:
    return office()


@pytest.fixture
def first(at: Office) -> Story:
    return opened(at)


def reply(first: Story, at: Office, text: str, *, changed: dict[str, Any] | None = None, **known: Any) -> Story:
    """What follows when Anna answers the routed mail; `changed` of the complaint, `known` fields of the desk."""
    routed = only(first, "routed")
    desk = desk_after(first, complaint=complaint_of(first, **changed) if changed else None)
    for name, value in known.items():
        getattr(desk, name).update(value)
    fields = {
        "from": ANNA,
        "to": reply_to(routed),
        "in_reply_to": routed.message_id,
        "message_id": "<re@yritys.example>",
    }
    return take(raw_mail(text, **fields), at=at, desk=desk)


def problems(story: Story) -> list[str]:
    [event] = [event for event in story.events if event.kind == "returned"]
    assert told(story) == [AT_ANNA]
    assert story.complaint is None
    return list(event.detail["problems"])


def said(story: Story) -> str:
    return only(story, "confirmation").draft.text


@pytest.mark.parametrize("command", ["#take", "#ota", "#ta", "#OTA"])
def test_take(at: Office, first: Story, command: str) -> None:
    story = reply(first, at, command, changed={"assignee": "maija"})
    assert (complaint_of(story).assignee, events(story), said(story)) == ("anna", ["assignee"], "Asia on nyt sinun.\n")


@pytest.mark.parametrize("name", ["maija", "Maija", "MAIJA KOSKI", "maija@yritys.example"])
def test_assign_to_a_member_by_any_of_their_names(at: Office, first: Story, name: str) -> None:
    story = reply(first, at, f"#siirrä {name}")
    assert (complaint_of(story).assignee, story.hand_over) == ("maija", True)


def test_assign_to_one_who_is_away_goes_to_the_deputy(at: Office, first: Story) -> None:
    story = reply(first, at, "#assign ville", changed={"assignee": "maija"})
    assert complaint_of(story).assignee == "anna"
    assert "Ville Laine" in said(story)


def test_assign_to_a_team(at: Office, first: Story) -> None:
    after = complaint_of(reply(first, at, "#tilldela billing"))
    assert (after.team, after.assignee) == ("billing", "anna")


def test_assign_to_nobody_known_is_returned_with_the_nearest_name(at: Office, first: Story) -> None:
    story = reply(first, at, "#assign maja")
    assert problems(story) == ["unknown_name"]
    assert "Tarkoititko: maija?" in only(story, "returned").draft.text


def test_an_answer_goes_along_with_commands(at: Office, first: Story) -> None:
    story = reply(first, at, "#priority high\n#tag takuu\n\nKorjaamme pyörän.")
    assert told(story, "answer") == [MATTI]
    assert (complaint_of(story).priority, complaint_of(story).tags) == ("high", ("takuu",))


def test_one_wrong_command_undoes_all_and_keeps_the_answer_back(at: Office, first: Story) -> None:
    assert problems(reply(first, at, "#take\n#priority hihg\n\nKorjaamme pyörän.")) == ["unknown_priority"]


def test_a_priority_set_by_hand_counts_from_the_start_of_the_clock(at: Office, first: Story) -> None:
    after = complaint_of(reply(first, at, "#prioriteetti critical"))
    assert (after.first_reply_due, after.clock_priority) == (NOW + timedelta(hours=1), "critical")


def test_a_priority_set_by_hand_does_not_count_what_was_waited_for_the_customer(at: Office, first: Story) -> None:
    waits = (Wait(since=NOW, until=NOW + timedelta(hours=2)),)
    later = complaint_of(reply(first, at, "#priority high", changed={"waits": waits}))
    assert later.first_reply_due == datetime(2026, 6, 25, 7, tzinfo=UTC)  # 16:00, and two hours of the next morning
    always = complaint_of(reply(first, at, "#priority critical", changed={"waits": waits}))
    assert always.first_reply_due == NOW + timedelta(hours=3)


def test_a_priority_set_while_it_waits_leaves_the_waiting_to_the_new_clock(at: Office, first: Story) -> None:
    waiting = {"status": "waiting", "waiting_since": NOW, "next_step_at": NOW + timedelta(days=5)}
    set_now = complaint_of(reply(first, at, "#priority critical", changed=waiting))
    assert (set_now.status, set_now.next_step_at) == ("waiting", NOW + timedelta(days=5))
    assert resumed(set_now, at.rulebook, NOW + timedelta(days=1)).first_reply_due == NOW + timedelta(hours=25)


def test_a_priority_set_after_the_resolution_moves_no_time(at: Office, first: Story) -> None:
    done = complaint_of(first, status="resolved", first_replied_at=NOW, resolved_at=NOW, next_step_at=None)
    changed = {name: getattr(done, name) for name in ("status", "first_replied_at", "resolved_at", "next_step_at")}
    after = complaint_of(reply(first, at, "#priority critical", changed=changed))
    assert after == replace(done, priority="critical")


def test_a_priority_that_the_rules_have_no_more_can_be_set_anew(at: Office, first: Story) -> None:
    after = complaint_of(reply(first, at, "#priority high", changed={"priority": "old", "clock_priority": "old"}))
    assert (after.priority, after.clock_priority) == ("high", "high")
    assert problems(reply(first, at, "#priority old")) == ["unknown_priority"]


def test_resolving_and_undoing_it_end_and_go_on_with_the_clock_of_a_further_mail(at: Office, first: Story) -> None:
    before = NOW - timedelta(hours=1)
    asked = {"first_replied_at": before, "next_reply_since": NOW, "next_reply_due": NOW + timedelta(hours=4)}
    resolved = complaint_of(reply(first, at, "#resolve\n\nKorjattu.", changed=asked))
    assert (resolved.next_replied_at, resolved.reply_due) == (NOW, None)
    held = {resolved.reference: (Held(message_id="<a@ours>", created_at=NOW),)}
    fields = {name: getattr(resolved, name) for name in (*asked, "status", "resolved_at", "next_replied_at")}
    assert complaint_of(reply(first, at, "#undo", changed=fields, held=held)).reply_due == NOW + timedelta(hours=4)


def test_topic(at: Office, first: Story) -> None:
    assert complaint_of(reply(first, at, "#ämne payment")).topic == "payment"
    assert problems(reply(first, at, "#aihe paymnet")) == ["unknown_topic"]


def test_wait_stops_the_ladder_and_reminds_once(at: Office, first: Story) -> None:
    after = complaint_of(reply(first, at, "#odota 2d"))
    assert (after.status, after.waiting_since, after.remind_at) == ("waiting", NOW, NOW + timedelta(days=2))
    reminded = at.sealed(take_steps(after, frozenset(), None, at, NOW + timedelta(days=2)), NOW)
    assert (told(reminded), complaint_of(reminded).next_step_at) == ([AT_ANNA], None)


def test_an_answer_that_has_gone_reminds_nobody_of_waiting_before_its_time(at: Office, first: Story) -> None:
    waiting = replace(complaint_of(reply(first, at, "#odota 2d")), next_step_at=NOW)
    story = at.sealed(take_steps(waiting, frozenset(), None, at, NOW), NOW)
    assert (told(story), complaint_of(story).next_step_at) == ([], NOW + timedelta(days=2))


def test_resolving_what_waited_counts_the_time_waited(at: Office, first: Story) -> None:
    waited = {"status": "waiting", "waiting_since": NOW - timedelta(hours=2)}
    due = complaint_of(first).resolve_due
    assert due is not None
    assert complaint_of(reply(first, at, "#ratkaistu", changed=waited)).resolve_due == due + timedelta(hours=2)


def test_wait_for_no_time_at_all_is_returned(at: Office, first: Story) -> None:
    assert problems(reply(first, at, "#vänta huomenna")) == ["bad_time"]


def test_reopen_of_a_waiting_one_moves_its_times_by_what_was_waited(at: Office, first: Story) -> None:
    waited = {"status": "waiting", "waiting_since": NOW - timedelta(hours=2)}
    due = complaint_of(first).resolve_due
    assert due is not None
    after = complaint_of(reply(first, at, "#reopen", changed=waited))
    assert (after.status, after.resolve_due) == ("open", due + timedelta(hours=2))


def test_reopen_of_a_resolved_one_counts_anew(at: Office, first: Story) -> None:
    after = complaint_of(reply(first, at, "#avaa", changed={"status": "resolved", "resolved_at": NOW}))
    assert (after.status, after.clock_run, after.resolve_since, after.resolved_at) == ("open", 2, NOW, None)


SPAM_OF_LAST_WEEK = {
    "status": "spam",
    "next_step_at": None,
    "first_reply_due": NOW - timedelta(days=6),
    "promise": NOW - timedelta(days=6),
    "first_reply_since": NOW - timedelta(days=7),
    "resolve_since": NOW - timedelta(days=7),
}


def test_what_was_no_spam_has_its_whole_time_for_the_first_reply_again(at: Office, first: Story) -> None:
    after = complaint_of(reply(first, at, "#avaa", changed=SPAM_OF_LAST_WEEK))
    assert (after.first_reply_due, after.promise) == (NOW + timedelta(days=1), None)
    assert (after.status, after.clock_run, after.first_reply_since, after.resolve_since) == ("open", 2, NOW, NOW)
    assert after.next_step_at is not None
    assert after.next_step_at > NOW


def test_nobody_is_told_that_what_was_no_spam_is_late(at: Office, first: Story) -> None:
    after = complaint_of(reply(first, at, "#avaa", changed=SPAM_OF_LAST_WEEK))
    assert told(at.sealed(take_steps(after, frozenset(), None, at, NOW), NOW)) == []


def test_a_promise_that_can_still_be_held_stays_when_it_was_no_spam(at: Office, first: Story) -> None:
    ahead = SPAM_OF_LAST_WEEK | {"promise": NOW + timedelta(hours=2)}
    after = complaint_of(reply(first, at, "#reopen", changed=ahead))
    assert after.promise == after.first_reply_due == NOW + timedelta(hours=2)


def test_whom_nothing_was_promised_is_promised_nothing_when_it_was_no_spam(at: Office, first: Story) -> None:
    after = complaint_of(reply(first, at, "#reopen", changed=SPAM_OF_LAST_WEEK | {"promise": None}))
    assert (after.promise, after.first_reply_due) == (None, NOW + timedelta(days=1))


def test_what_was_answered_keeps_the_time_of_its_first_reply(at: Office, first: Story) -> None:
    resolved = {"status": "resolved", "resolved_at": NOW, "first_replied_at": NOW - timedelta(days=1)}
    after = complaint_of(reply(first, at, "#reopen", changed=resolved))
    assert (after.first_reply_due, after.promise) == (complaint_of(first).first_reply_due, complaint_of(first).promise)


def test_a_priority_set_by_hand_moves_the_first_reply_of_what_was_no_spam(at: Office, first: Story) -> None:
    after = complaint_of(reply(first, at, "#reopen\n#priority critical", changed=SPAM_OF_LAST_WEEK))
    assert after.first_reply_due == NOW + timedelta(hours=1)


def test_reopen_of_an_open_one_is_returned(at: Office, first: Story) -> None:
    assert problems(reply(first, at, "#reopen")) == ["not_resolved"]


def test_ok_puts_the_ladder_off(at: Office, first: Story) -> None:
    after = complaint_of(reply(first, at, "#kuittaa 4h"))
    assert (after.paused_until, after.next_step_at) == (
        NOW + timedelta(hours=4),
        NOW,
    )  # what the customer is told goes on
    looked_at = take_steps(after, frozenset(), None, at, NOW).complaint
    assert looked_at is not None
    assert looked_at.next_step_at == NOW + timedelta(hours=4)


def test_ok_puts_off_when_one_is_reminded_of_what_waits(at: Office, first: Story) -> None:
    remind_at = NOW + timedelta(hours=1)
    waiting = {"status": "waiting", "waiting_since": NOW, "remind_at": remind_at, "next_step_at": remind_at}
    assert complaint_of(reply(first, at, "#ok 4h", changed=waiting)).next_step_at == NOW + timedelta(hours=4)


def test_ok_wakes_no_ladder_that_has_ended(at: Office, first: Story) -> None:
    assert complaint_of(reply(first, at, "#ok 4h", changed={"next_step_at": None})).next_step_at is None


def test_spam_is_not_answered(at: Office, first: Story) -> None:
    assert complaint_of(reply(first, at, "#roskaposti")).status == "spam"
    assert problems(reply(first, at, "#skräp\n\nHei!")) == ["with_text"]


def test_spam_takes_back_what_still_waits_to_be_sent(at: Office, first: Story) -> None:
    assert reply(first, at, "#roskaposti", **held(first)).withdrawn == ("<vastaus@yritys.example>",)


def other(first: Story, **changed: Any) -> dict[str, Any]:
    complaint = replace(complaint_of(first), **({"reference": "V-ZZZZZ"} | changed))
    return {"complaints": {"V-ZZZZZ": complaint}}


def test_merge_into_another_complaint_of_the_customer(at: Office, first: Story) -> None:
    story = reply(first, at, "#yhdistä v-zzzzz", **other(first))
    after = complaint_of(story)
    assert (after.status, after.merged_into, after.next_step_at) == ("merged", "V-ZZZZZ", None)
    assert [event.reference for event in story.events] == [after.reference, "V-ZZZZZ"]


def test_a_merge_rests_upon_the_other_complaint_as_it_was_read(at: Office, first: Story) -> None:
    known = other(first, version=7)
    assert reply(first, at, "#merge V-ZZZZZ", **known).others == (known["complaints"]["V-ZZZZZ"],)


def test_what_waits_is_open_once_an_open_complaint_is_merged_into_it(at: Office, first: Story) -> None:
    """It was answered, at a usual priority; what is merged has a promise and was raised."""
    waiting = {"status": "waiting", "waiting_since": NOW - timedelta(hours=1), "first_replied_at": NOW - timedelta(1)}
    story = reply(first, at, "#yhdistä V-ZZZZZ", changed={"priority": "high"}, **other(first, **waiting))
    [after] = story.others
    assert (after.status, after.priority, after.waiting_since) == ("open", "high", None)
    assert (after.promise, after.first_replied_at) == (complaint_of(first).promise, None)
    assert "Se on avoinna, tärkeys: high. Vastaus viimeistään: to 25.6. klo 12.00." in said(story)


def test_the_clock_of_what_is_merged_goes_on_in_what_was_answered(at: Office, first: Story) -> None:
    """The promise can be renewed in the new run, and no step on `resolve` is lost before its start."""
    told, span = NOW - timedelta(hours=2), Wait(since=NOW - timedelta(hours=4), until=NOW - timedelta(hours=3))
    answered = {"first_replied_at": NOW, "renewed_at": told, "waits": (span,), "resolve_due": NOW}
    began = {"first_reply_since": NOW - timedelta(1), "resolve_since": NOW - timedelta(1)}
    [after] = reply(first, at, "#yhdistä V-ZZZZZ", **other(first, **answered, **began)).others
    assert (after.clock_run, after.renewed_at, after.first_reply_since) == (2, None, NOW)
    assert (after.resolve_since, after.waits) == (NOW - timedelta(1), (replace(span, clocks=CLOCKS[1:]),))


def test_what_was_waited_in_what_is_merged_is_added_to_its_promise(at: Office, first: Story) -> None:
    since = NOW - timedelta(hours=1)
    waiting = {"status": "waiting", "waiting_since": since}
    story = reply(first, at, "#yhdistä V-ZZZZZ", changed=waiting, **other(first, first_replied_at=since))
    [after], told = story.others, complaint_of(first).promise
    assert (after.status, after.promise, after.promised_until) == ("open", told, told and told + timedelta(hours=1))
    assert "Vastaus viimeistään: to 25.6. klo 13.00." in said(story)


def test_of_two_that_are_merged_the_earlier_promise_is_kept(at: Office, first: Story) -> None:
    early = NOW + timedelta(hours=1)
    [after] = reply(first, at, "#merge V-ZZZZZ", **other(first, promise=early, first_reply_due=early)).others
    assert (after.promise, after.first_reply_due, after.clock_run) == (early, early, 1)
    changed = {"promise": early, "first_reply_due": early, "priority": "normal"}
    [after] = reply(first, at, "#merge V-ZZZZZ", changed=changed, **other(first, priority="critical")).others
    assert (after.promise, after.first_reply_due, after.priority) == (early, early, "critical")


def test_what_waits_is_merged_into_what_waits(at: Office, first: Story) -> None:
    waiting = {"status": "waiting", "waiting_since": NOW}
    story = reply(first, at, "#merge V-ZZZZZ", changed=waiting, **other(first, **waiting))
    assert story.others[0].status == "waiting"
    assert "odottaa asiakasta" in said(story)


def test_what_is_resolved_changes_nothing_where_it_is_merged(at: Office, first: Story) -> None:
    resolved = {"status": "resolved", "resolved_at": NOW, "priority": "critical"}
    known = other(first)
    assert reply(first, at, "#merge V-ZZZZZ", changed=resolved, **known).others == (known["complaints"]["V-ZZZZZ"],)


@pytest.mark.parametrize("status", ["resolved", "spam"])
def test_what_is_open_is_not_merged_into_what_nobody_looks_at(at: Office, first: Story, status: str) -> None:
    assert problems(reply(first, at, "#merge V-ZZZZZ", **other(first, status=status))) == ["is_resolved"]


def test_another_customers_complaint_is_never_merged_into(at: Office, first: Story) -> None:
    stranger = Address(address="liisa@posti.example")
    assert problems(reply(first, at, "#merge V-ZZZZZ", **other(first, customer=stranger))) == ["other_customer"]


def test_a_complaint_that_is_not_there_is_not_merged_into(at: Office, first: Story) -> None:
    assert problems(reply(first, at, "#slåihop V-ZZZZZ")) == ["unknown_reference"]
    assert problems(reply(first, at, f"#merge {complaint_of(first).reference}")) == ["same_complaint"]


def held(first: Story) -> dict[str, Any]:
    answer = Held(message_id="<vastaus@yritys.example>", created_at=NOW)
    return {"held": {complaint_of(first).reference: (answer,)}}


def test_undo_takes_the_held_answer_back(at: Office, first: Story) -> None:
    story = reply(first, at, "#peru", **held(first))
    assert (story.withdrawn, events(story), told(story)) == (("<vastaus@yritys.example>",), ["undone"], [AT_ANNA])


def test_undo_opens_again_what_was_resolved_with_it(at: Office, first: Story) -> None:
    resolved = {"status": "resolved", "resolved_at": NOW, "first_replied_at": NOW}
    after = complaint_of(reply(first, at, "#ångra", changed=resolved, **held(first)))
    assert (after.status, after.resolved_at, after.first_replied_at) == ("open", None, None)


def test_undo_of_what_waits_for_the_customer_opens_it_again(at: Office, first: Story) -> None:
    waiting = {"status": "waiting", "waiting_since": NOW, "remind_at": NOW + timedelta(days=3)}
    after = complaint_of(reply(first, at, "#peru", changed=waiting, **held(first)))
    assert (after.status, after.waiting_since, after.remind_at) == ("open", None, None)


def test_undo_takes_nobody_elses_answer_back(at: Office, first: Story) -> None:
    mine = Held(message_id="<oma@yritys.example>", created_at=NOW - timedelta(seconds=30))
    of_maija = Held(message_id="<vieras@yritys.example>", created_at=NOW)
    reference = complaint_of(first).reference
    answered = {reference: (("anna", mine.created_at), ("maija", of_maija.created_at))}
    story = reply(first, at, "#peru", held={reference: (mine, of_maija)}, answered=answered)
    assert story.withdrawn == ("<oma@yritys.example>",)


def merged(first: Story, **changed: Any) -> dict[str, Any]:
    """The complaint was merged into another since the answer was written."""
    target = replace(complaint_of(first), **({"reference": "V-ZZZZZ"} | changed))
    into = complaint_of(first, status="merged", merged_into="V-ZZZZZ")
    return {"complaints": {"V-AAAAA": into, "V-ZZZZZ": target}}


@pytest.mark.parametrize("written_in", ["V-AAAAA", "V-ZZZZZ"])
def test_undo_takes_back_what_was_written_before_and_after_a_merge(at: Office, first: Story, written_in: str) -> None:
    answer = Held(message_id="<vastaus@yritys.example>", created_at=NOW)
    story = reply(first, at, "#peru", held={written_in: (answer,)}, **merged(first))
    assert (story.withdrawn, story.reference) == (("<vastaus@yritys.example>",), "V-ZZZZZ")
    assert [event.reference for event in story.events] == [written_in]


def test_undo_of_what_was_merged_into_a_resolved_complaint_opens_that(at: Office, first: Story) -> None:
    resolved = merged(first, status="resolved", resolved_at=NOW - timedelta(days=2), first_replied_at=NOW)
    after = complaint_of(reply(first, at, "#peru", **held(first), **resolved))
    assert (after.reference, after.status, after.resolved_at) == ("V-ZZZZZ", "open", None)


def test_undo_leaves_other_complaints_alone(at: Office, first: Story) -> None:
    answer = Held(message_id="<vastaus@yritys.example>", created_at=NOW)
    assert problems(reply(first, at, "#peru", held={"V-ZZZZZ": (answer,)}, **other(first))) == ["nothing_to_undo"]


def test_an_answer_that_was_undone_is_none_to_a_colleague(at: Office, first: Story) -> None:
    reference = complaint_of(first).reference
    by_maija = {reference: (("maija", NOW - timedelta(minutes=1)),)}
    assert len(told(reply(first, at, "Korjaamme.", answered=by_maija))) == 3
    desk = desk_after(first)
    desk.answered.update(by_maija)
    desk.take_back(reference, {"at": (NOW - timedelta(minutes=1)).isoformat()})
    assert desk.answered[reference] == ()


def test_undo_when_the_answer_has_left_is_returned(at: Office, first: Story) -> None:
    assert problems(reply(first, at, "#undo")) == ["nothing_to_undo"]


@pytest.mark.parametrize("text", ["#undo\n#take", "#undo\n\nHei", "#help\n\nHei"])
def test_undo_and_help_stand_alone(at: Office, first: Story, text: str) -> None:
    assert problems(reply(first, at, text, **held(first))) == ["alone"]


def test_status_and_help_tell_and_change_nothing(at: Office, first: Story) -> None:
    status = reply(first, at, "#tila")
    assert (status.complaint, events(status)) == (None, [])
    assert "Tila       avoinna" in said(status)
    assert "#siirrä NIMI" in said(reply(first, at, "#ohje"))


def test_a_ready_text_that_cannot_be_written_is_returned(first: Story) -> None:
    text = "replies: {late: {fi: {subject: s, body: '{{ promise | words }}'}}}\n"
    at = office(rulebook=rules(("rules:\n", f"{text}rules:\n")))
    assert problems(reply(first, at, "#vastaus late\n\nAnna", changed={"promise": None})) == ["reply_fails"]


def test_a_ready_text_goes_before_the_members_own(first: Story) -> None:
    text = "replies: {sorry: {fi: {subject: s, body: 'Pahoittelemme.'}}}\n"
    at = office(rulebook=rules(("rules:\n", f"{text}rules:\n")))
    assert only(reply(first, at, "#vastaus sorry\n\nTerveisin Anna"), "answer").draft.text.startswith(
        "Pahoittelemme.\n\nTerveisin Anna"
    )
    assert problems(reply(first, at, "#vastaus sory\nHei")) == ["unknown_reply"]


@pytest.mark.parametrize("text", ["#list", "#new matti@posti.example"])
def test_what_belongs_to_the_desk_is_returned(at: Office, first: Story, text: str) -> None:
    assert problems(reply(first, at, text)) == ["not_here"]


def test_two_who_answer_at_once_are_told_of_each_other(at: Office, first: Story) -> None:
    reference = complaint_of(first).reference
    story = reply(first, at, "Korjaamme.", answered={reference: (("maija", NOW - timedelta(minutes=3)),)})
    told_anna, told_maija = sorted(
        (mail.draft for mail in story.mails if mail.draft.kind == "confirmation"), key=lambda draft: draft.to.address
    )
    assert "Huomaa: Maija Koski vastasi samalle asiakkaalle klo 11.57." in told_anna.text
    assert "Huomaa: Anna Virtanen vastasi samalle asiakkaalle klo 12.00" in told_maija.text


# --- locks


def forged(first: Story, at: Office, before: int) -> Story:
    routed = only(first, "routed")
    desk = desk_after(first)
    desk.unproven["anna"] = tuple(NOW - timedelta(minutes=10 * n) for n in range(before, 0, -1))
    fields = {"from": "varas@muualla.example", "to": reply_to(routed), "message_id": "<x@muualla.example>"}
    return take(raw_mail("#resolve", **fields), at=at, desk=desk)


def test_the_fifth_unproven_mail_within_an_hour_locks_and_tells_the_lead(at: Office, first: Story) -> None:
    assert told(forged(first, at, 3), "alert") == []
    assert told(forged(first, at, 4), "alert") == ["maija@yritys.example"]
    assert told(forged(first, at, 5), "alert") == []


def test_a_locked_members_own_commands_are_returned(at: Office, first: Story) -> None:
    times = tuple(NOW - timedelta(hours=2, minutes=n) for n in range(5, 0, -1))
    assert problems(reply(first, at, "Korjaamme.", unproven={"anna": times})) == ["locked"]


def test_a_lock_ends_after_a_day(at: Office, first: Story) -> None:
    times = tuple(NOW - timedelta(hours=25, minutes=n) for n in range(5, 0, -1))
    assert told(reply(first, at, "Korjaamme.", unproven={"anna": times}), "answer") == [MATTI]


# --- what comes back says why, once, and what would do


@pytest.mark.parametrize("text", ["#siirrä", "#vastaus hyvityksiä", "#ota hoidan tämän", "#tunniste"])
def test_a_command_that_is_wrong_is_no_empty_mail(at: Office, first: Story, text: str) -> None:
    assert "empty" not in problems(reply(first, at, text))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("#siirrä", "Kirjoita nimi: anna, ville, maija, olli, support, billing, night."),
        ("#siirrä pekka", "Kirjoita nimi: anna, ville, maija, olli, support, billing, night."),
        ("#prioriteetti korkea", "Kirjoita tärkeys: critical, high, normal."),
        ("#aihe", "Kirjoita aihe: order, other, payment."),
    ],
)
def test_a_name_that_is_missing_or_unknown_comes_back_with_those_that_would_do(
    at: Office, first: Story, text: str, names: str
) -> None:
    assert names in only(reply(first, at, text), "returned").draft.text


def test_the_line_is_named_only_where_it_is_at_fault(at: Office, first: Story) -> None:
    said = [only(reply(first, at, text), "returned").draft.text for text in ("#siirrä pekka", "#avaa")]
    assert ["Rivi 1" in text for text in said] == [True, False]


def test_nothing_is_written_behind_a_command_that_takes_nothing(at: Office, first: Story) -> None:
    text = only(reply(first, at, "#ota hoidan tämän"), "returned").draft.text
    assert "Rivi 1: #ota-komennon perään ei kirjoiteta mitään." in text


def test_another_complaint_is_not_named_in_a_reply(at: Office, first: Story) -> None:
    assert problems(reply(first, at, "#ota V-BBBBB")) == ["not_here"]


def test_text_beside_a_transfer_is_said_to_go_to_the_customer(at: Office, first: Story) -> None:
    assert "Tekstisi lähtee asiakkaalle; kollegalle kirjoita #huomautus." in said(
        reply(first, at, "#siirrä maija\nKollegani vastaa sinulle.")
    )


def test_a_day_may_be_named(at: Office, first: Story) -> None:
    story = reply(first, at, "#odota 30.6.")
    assert complaint_of(story).remind_at == datetime(2026, 6, 30, 5, 0, tzinfo=UTC)
    assert "Muistutus tulee ti 30.6. klo 8.00." in said(story)


def test_a_pause_says_that_nobody_is_reminded(at: Office, first: Story) -> None:
    assert said(reply(first, at, "#kuittaa 2 t")) == (
        "Kuitattu. Muistutukset jatkuvat klo 14.00. Sitä ennen asiasta ei muistuteta ketään, ei esihenkilöäkään.\n"
    )


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (
            "#kuittaa 30.6.",
            "Asiakkaalle luvattu aika päättyy to 25.6. klo 12.00: ellei vastausta sitä ennen lähde, hän",
        ),
        ("#kuittaa 2 t", ""),
    ],
)
def test_a_pause_says_what_the_customer_is_told_before_it_ends(
    at: Office, first: Story, command: str, sentence: str
) -> None:
    text = said(reply(first, at, command))
    assert ("luvattu aika" in text, sentence in text) == (bool(sentence), True)


@pytest.mark.parametrize(
    "changed",
    [
        {"renewed_at": NOW},
        {"promise": None},
        {"undeliverable": True},
        {"first_replied_at": NOW},
        {"status": "waiting", "waiting_since": NOW},
        {"promise": NOW - timedelta(hours=1)},  # it is over
        {"promise": NOW + timedelta(minutes=30)},  # its step was before
        {"clock_priority": "critical", "promise": NOW + timedelta(days=2)},  # none is told of an earlier time
    ],
)
def test_a_pause_says_nothing_of_what_no_customer_will_be_told(
    at: Office, first: Story, changed: dict[str, Any]
) -> None:
    assert "luvattu aika" not in said(reply(first, at, "#kuittaa 30.6.", changed=changed))


def test_a_pause_says_nothing_of_what_the_customer_is_told_after_it(first: Story) -> None:
    late = office(rulebook=rules(("first_reply - 1h", "first_reply + 8d")))
    assert "luvattu aika" not in said(reply(first, late, "#kuittaa 30.6."))


def test_an_answer_says_in_how_long_it_goes(at: Office, first: Story) -> None:
    assert "lähtee asiakkaalle matti@posti.example 1 min kuluttua, klo 12.01." in said(reply(first, at, "Korjaamme."))
