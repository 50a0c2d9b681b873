"""A member's reply: an answer, a note, a resolution, or the whole mail back to their registered address."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from flows.climbing import take_steps
from flows.office import (
    ANNA,
    CHECKED,
    NOBODY,
    NOW,
    complaint_of,
    desk_after,
    events,
    in_other_box,
    office,
    only,
    opened,
    parsed,
    raw_mail,
    reply_to,
    rules,
    sent,
    take,
    told,
)
from vastine.core.desk import Held
from vastine.core.mail import Address
from vastine.core.office import Office
from vastine.core.story import Story
from vastine.core.survey import History

MATTI = "matti@posti.example"
AT_ANNA = "anna@yritys.example"


@pytest.fixture
def at() -> Office:
    return office()


@pytest.fixture
def first(at: Office) -> Story:
    return opened(at)


def reply(first: Story, at: Office, text: str, *, changed: dict[str, Any] | None = None, **fields: str) -> Story:
    """What follows when Anna answers the routed mail; `changed` of the complaint since then."""
    routed = only(first, "routed")
    ids = {"in_reply_to": routed.message_id, "message_id": "<re@yritys.example>"}
    usual = {"from": ANNA, "to": reply_to(routed), **ids}
    desk = desk_after(first, complaint=complaint_of(first, **changed) if changed else None)
    return take(raw_mail(text, **(usual | fields)), at=at, desk=desk)


def codes(story: Story) -> list[str]:
    """The problems for which a mail was returned."""
    [event] = [event for event in story.events if event.kind == "returned"]
    return list(event.detail["problems"])


def nothing_done(story: Story) -> bool:
    """Whether the one thing that follows is the mail back to Anna."""
    return (story.complaint, story.revoked_party, events(story), told(story)) == (None, None, ["returned"], [AT_ANNA])


# --- answers


def test_a_reply_goes_to_the_customer(at: Office, first: Story) -> None:
    story = reply(first, at, "Korjaamme pyörän.")
    assert (story.outcome, told(story, "answer")) == ("staff_reply", [MATTI])
    assert only(story, "answer").draft.text.startswith("Korjaamme pyörän.")


SIGNED = "Korjaamme pyörän.\n\n-- \nAnna Virtanen\np. 09 123"


def test_the_members_own_signature_goes_along(at: Office, first: Story) -> None:
    answer = only(reply(first, at, SIGNED), "answer").draft
    assert answer.text == "Korjaamme pyörän.\n\nAnna Virtanen\np. 09 123\n"


def test_the_teams_signature_replaces_the_members() -> None:
    of_team = "lead: maija, assign: least_busy, signature: {fi: Tuki}}"
    changed = rules(
        ("support: {members: [anna], lead: maija, assign: least_busy}", f"support: {{members: [anna], {of_team}")
    )
    at = office(rulebook=changed)
    assert only(reply(opened(at), at, SIGNED), "answer").draft.text == "Korjaamme pyörän.\n\nTuki\n"


def test_a_signature_alone_is_no_answer(at: Office, first: Story) -> None:
    assert told(reply(first, at, "#ratkaistu\n-- \nAnna Virtanen"), "answer") == []


def test_a_token_in_the_signature_goes_to_no_customer(at: Office, first: Story) -> None:
    story = reply(first, at, f"Korjaamme.\n-- \n{reply_to(only(first, 'routed'))}")
    assert nothing_done(story)
    assert codes(story) == ["leak_token"]


def test_quoted_history_does_not_go_along(at: Office, first: Story) -> None:
    routed = "".join(f"> {line}\n" for line in only(first, "routed").draft.text.splitlines())
    story = reply(first, at, f"Korjaamme pyörän.\n\nke 24.6.2026 klo 12.00 tuki kirjoitti:\n{routed}")
    assert only(story, "answer").draft.text == "Korjaamme pyörän.\n"


def test_an_answer_is_not_marked_as_automatic(at: Office, first: Story) -> None:
    mail = parsed(only(reply(first, at, "Korjaamme pyörän."), "answer"))
    assert (mail.field("Auto-Submitted"), mail.field("X-Auto-Response-Suppress")) == (None, None)


def test_an_answer_continues_the_customers_thread(at: Office, first: Story) -> None:
    mail = parsed(only(reply(first, at, "Korjaamme pyörän."), "answer"))
    assert mail.field("In-Reply-To") == "<kysymys@posti.example>"
    assert "re@yritys.example" not in str(mail.headers)


def test_an_answer_is_held_as_long_as_it_can_be_undone(first: Story) -> None:
    story = reply(first, office(hold_replies=timedelta(minutes=2)), "Korjaamme pyörän.")
    assert only(story, "answer").draft.not_before == NOW + timedelta(minutes=2)


def test_without_a_hold_an_answer_goes_at_once(first: Story) -> None:
    assert only(reply(first, office(hold_replies=timedelta()), "Korjaamme."), "answer").draft.not_before is None


def test_an_answer_that_is_only_on_its_way_stops_no_clock(at: Office, first: Story) -> None:
    assert reply(first, at, "Korjaamme pyörän.").complaint is None


def test_the_member_is_told_what_was_done(at: Office, first: Story) -> None:
    assert MATTI in only(reply(first, at, "Korjaamme pyörän."), "confirmation").draft.text


def test_an_answer_by_message_id_alone_is_the_members_as_well() -> None:
    at = office(subaddress="")
    assert told(reply(opened(at), at, "Korjaamme pyörän."), "answer") == [MATTI]


def test_attachments_go_to_the_customer(at: Office, first: Story) -> None:
    attached = 'Content-Type: application/pdf\nContent-Disposition: attachment; filename="ohje.pdf"\n\n%PDF'
    body = f"--x\nContent-Type: text/plain\n\nOhessa.\n--x\n{attached}\n--x--"
    story = reply(first, at, body, content_type='multipart/mixed; boundary="x"')
    assert [each.filename for each in only(story, "answer").draft.attachments] == ["ohje.pdf"]


def test_an_answer_goes_to_the_complaint_that_a_merged_one_leads_on_to(at: Office, first: Story) -> None:
    desk = desk_after(first, complaint=complaint_of(first, status="merged", merged_into="V-BBBBB"))
    desk.complaints["V-BBBBB"] = complaint_of(first, reference="V-BBBBB")
    routed = only(first, "routed")
    story = take(raw_mail("Korjaamme.", to=reply_to(routed), **{"from": ANNA}), at=at, desk=desk)
    assert only(story, "answer").draft.reference == "V-BBBBB"


def test_a_members_reply_acts_though_it_looks_like_a_machines(at: Office, first: Story) -> None:
    story = reply(first, at, "Korjaamme.", x_auto_response_suppress="OOF, AutoReply")
    assert (story.outcome, told(story, "answer")) == ("staff_reply", [MATTI])


def test_a_reply_that_two_of_our_mailboxes_got_reaches_the_customer_once(at: Office, first: Story) -> None:
    routed = only(first, "routed")
    raw = raw_mail("Korjaamme.", to=reply_to(routed), cc="tuki@yritys.example", **{"from": ANNA})
    story = take(raw, at=at, desk=desk_after(first))
    again = take(in_other_box(raw), at=at, desk=desk_after(first, story))
    assert (told(story, "answer"), told(again)) == ([MATTI], [])


# --- commands


@pytest.mark.parametrize("command", ["#resolve", "#ratkaistu", "#löst", "#LOST"])
def test_resolve_resolves_and_counts_as_the_first_reply(at: Office, first: Story, command: str) -> None:
    after = complaint_of(reply(first, at, f"{command}\n\nKorjattu."))
    assert (after.status, after.resolved_at, after.first_replied_at) == ("resolved", NOW, NOW)
    assert after.next_step_at is None


def test_resolve_sends_its_text_to_the_customer(at: Office, first: Story) -> None:
    assert only(reply(first, at, "#resolve\n\nKorjattu."), "answer").draft.text == "Korjattu.\n"


def test_resolve_alone_tells_a_customer_whom_nobody_has_answered_that_it_is_closed(at: Office, first: Story) -> None:
    story = reply(first, at, "#resolve")
    assert (told(story, "closing"), told(story, "confirmation")) == ([MATTI], [AT_ANNA])


ASKED_ABOUT = History(answered=True, heard=True)


def resolved_with_survey(first: Story, text: str = "#resolve", history: History = ASKED_ABOUT, **changed: Any) -> Story:
    """`#resolve` where the rules have a survey; `history` is what is known of the customer."""
    at = office(rulebook=rules(("rules:\n", "survey: {after: 1d, exclude: [payment]}\nrules:\n")))
    routed = only(first, "routed")
    desk = desk_after(first, complaint=complaint_of(first, **changed))
    desk.histories["V-AAAAA"] = history
    return take(raw_mail(text, to=reply_to(routed), **{"from": ANNA, "message_id": "<re@y>"}), at=at, desk=desk)


def test_resolve_alone_leaves_it_to_the_survey_to_say_so(first: Story) -> None:
    story = resolved_with_survey(first)
    assert (told(story), complaint_of(story).survey) == ([AT_ANNA], None)


@pytest.mark.parametrize(
    ("known", "changed"),
    [
        ({"refused": True}, {}),
        ({"bounced": True}, {}),
        ({"awaited": True}, {}),
        ({"asked_at": NOW - timedelta(days=80)}, {}),
        ({"answered": False}, {"authenticated": False}),
        ({}, {"topic": "payment"}),
    ],
)
def test_resolve_alone_tells_a_customer_who_will_not_be_asked(
    first: Story, known: dict[str, Any], changed: dict[str, Any]
) -> None:
    story = resolved_with_survey(first, history=replace(ASKED_ABOUT, **known), **changed)
    assert (told(story, "closing"), complaint_of(story).survey) == ([MATTI], "none")
    assert events(story) == ["resolved", "survey_withheld"]


def test_resolve_alone_tells_a_customer_who_has_written_since_the_last_answer_at_once(first: Story) -> None:
    story = resolved_with_survey(first, history=replace(ASKED_ABOUT, heard=False, asked_at=NOW))
    assert (told(story, "closing"), complaint_of(story).survey) == ([MATTI], None)
    assert only(story, "closing").draft.not_before == NOW + timedelta(seconds=60)
    assert "Asiakkaalle matti@posti.example lähtee klo 12.01" in only(story, "confirmation").draft.text


def test_who_resolves_it_is_told_that_the_survey_says_so(first: Story) -> None:
    assert "saa tiedon kyselyn mukana: to 25.6." in only(resolved_with_survey(first), "confirmation").draft.text


def test_who_resolves_it_is_told_where_the_customer_gets_no_message(at: Office, first: Story) -> None:
    story = reply(first, at, "#ratkaistu", changed={"undeliverable": True})
    assert "Asiakas ei saa tästä viestiä." in only(story, "confirmation").draft.text


def test_a_closing_can_be_undone_together_with_the_resolution(first: Story) -> None:
    at, routed = office(), only(first, "routed")
    desk = desk_after(first)
    fields = {"to": reply_to(routed), "from": ANNA}
    done = take(raw_mail("#ratkaistu", message_id="<1@y>", **fields), at=at, desk=desk)
    desk.remember(done)
    undone = take(raw_mail("#peru", message_id="<2@y>", **fields), at=at, desk=desk)
    assert undone.withdrawn == (only(done, "closing").message_id,)
    assert (complaint_of(undone).status, complaint_of(undone).first_replied_at) == ("open", None)


def test_a_closing_of_a_colleagues_cannot_be_undone(first: Story) -> None:
    at, desk = office(), desk_after(first)
    closing = Held(message_id="<loppu@yritys.example>", created_at=NOW, kind="closing", by="maija")
    desk.held["V-AAAAA"] = (closing,)
    raw = raw_mail("#peru", to=reply_to(only(first, "routed")), **{"from": ANNA, "message_id": "<re@y>"})
    assert take(raw, at=at, desk=desk).withdrawn == ()


def test_resolve_alone_tells_a_customer_who_was_asked_about_it_before(first: Story) -> None:
    story = resolved_with_survey(first, survey="csat")
    assert (told(story, "closing"), complaint_of(story).survey) == ([MATTI], "csat")


def test_a_survey_that_is_due_after_ninety_days_is_still_to_come(first: Story) -> None:
    asked_at = NOW - timedelta(days=89, hours=1)
    assert told(resolved_with_survey(first, history=replace(ASKED_ABOUT, asked_at=asked_at)), "closing") == []


def test_resolve_with_a_text_leaves_the_survey_to_its_time(first: Story) -> None:
    story = resolved_with_survey(first, "#resolve\n\nKorjattu.", replace(ASKED_ABOUT, refused=True))
    assert (told(story, "closing"), complaint_of(story).survey) == ([], None)


def test_of_two_that_are_resolved_in_one_batch_one_is_asked_about(first: Story) -> None:
    at = office(rulebook=rules(("rules:\n", "survey: {after: 1d}\nrules:\n")))
    desk = desk_after(first)
    desk.histories["V-AAAAA"] = ASKED_ABOUT
    desk.complaints["V-ZZZZZ"] = complaint_of(first, reference="V-ZZZZZ", status="resolved", resolved_at=NOW)
    raw = raw_mail("#resolve", to=reply_to(only(first, "routed")), **{"from": ANNA, "message_id": "<re@y>"})
    assert told(take(raw, at=at, desk=desk), "closing") == [MATTI]


def test_resolve_alone_tells_nothing_to_an_address_that_takes_no_answers(at: Office, first: Story) -> None:
    customer = Address(address="noreply@kauppa.example")
    assert told(reply(first, at, "#resolve", changed={"customer": customer})) == [AT_ANNA]


def test_resolve_alone_tells_nothing_to_a_customer_whom_our_mail_does_not_reach(at: Office, first: Story) -> None:
    assert told(reply(first, at, "#resolve", changed={"undeliverable": True})) == [AT_ANNA]


def test_resolve_keeps_an_earlier_first_reply(at: Office, first: Story) -> None:
    earlier = NOW - timedelta(hours=1)
    assert complaint_of(reply(first, at, "#resolve", changed={"first_replied_at": earlier})).first_replied_at == earlier


def test_a_note_stays_inside(at: Office, first: Story) -> None:
    story = reply(first, at, "#note\nSoitin varastoon.")
    assert (events(story), told(story)) == (["note"], [AT_ANNA])
    assert story.events[0].detail["text"] == "Soitin varastoon."


def test_a_note_may_hold_what_an_answer_may_not(at: Office, first: Story) -> None:
    assert events(reply(first, at, f"#note\ntuki+c.{'a' * 26}@yritys.example")) == ["note"]


@pytest.mark.parametrize("text", ["#ratkiastu\n\nKorjattu.", "#resolve\n#hups\n\nKorjattu.", "#take minä\nKorjattu."])
def test_a_line_that_is_not_understood_returns_the_whole_mail(at: Office, first: Story, text: str) -> None:
    story = reply(first, at, text)
    assert nothing_done(story)
    assert "Korjattu." in only(story, "returned").draft.text


def test_the_nearest_command_is_suggested(at: Office, first: Story) -> None:
    assert "#ratkaistu" in only(reply(first, at, "#ratkiastu\nKorjattu."), "returned").draft.text


def test_a_returned_mail_can_be_answered_again(at: Office, first: Story) -> None:
    back = reply(first, at, "#ratkiastu\nKorjattu.")
    again = raw_mail("#ratkaistu\nKorjattu.", to=reply_to(only(back, "returned")), **{"from": ANNA})
    assert told(take(again, at=at, desk=desk_after(first, back)), "answer") == [MATTI]


# --- who may not


def test_a_valid_token_from_another_sender_is_returned_to_the_member(at: Office, first: Story) -> None:
    story = reply(first, at, "#resolve", **{"from": "Anna Virtanen <anna@muualla.example>"})
    assert nothing_done(story)
    assert codes(story) == ["not_verified"]


def test_what_came_with_a_members_token_is_returned_with_who_wrote_it(at: Office, first: Story) -> None:
    story = reply(first, at, "#resolve", **{"from": "Maija Koski <maija@yritys.example>"})
    assert nothing_done(story)
    assert "merkitty maija@yritys.example (Maija Koski), mutta" in only(story, "returned").draft.text


def test_two_authors_are_not_the_member(at: Office, first: Story) -> None:
    assert codes(reply(first, at, "Hei", **{"from": f"{ANNA}, muu@muualla.example"})) == ["not_verified"]


def test_the_customer_with_a_members_token_is_not_the_member(at: Office, first: Story) -> None:
    assert nothing_done(reply(first, at, "Hei", **{"from": MATTI}))


@pytest.mark.parametrize(("result", "done"), [("pass", True), ("none", False), ("fail", False)])
def test_where_authentication_is_asked_for_a_member_needs_it(result: str, done: bool) -> None:
    at = office(policy=CHECKED)
    results = f"mx.yritys.example; dmarc={result} header.from=yritys.example"
    story = reply(opened(at), at, "Korjaamme.", authentication_results=results)
    assert bool(sent(story, "answer")) is done


def test_who_is_not_of_the_staff_any_more_does_nothing(first: Story) -> None:
    gone = rules(
        ("  anna: {name: Anna Virtanen, email: anna@yritys.example, languages: [fi, sv]}\n", ""),
        (", deputy: anna", ""),
        ("members: [anna]", "members: [maija]"),
    )
    story = reply(first, office(rulebook=gone), "Korjaamme.")
    assert (story.outcome, story.letters, story.events) == ("ignored", (), ())


# --- what may not go


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hei\n--- Kirjoita vastauksesi tämän rivin yläpuolelle. Se lähtee asiakkaalle.", "leak_marker"),
        (f"Vastaa tänne: tuki+s.{'a' * 26}@yritys.example", "leak_token"),
        ("Tässä tiedot:\nAihe       payment · tärkeys high · tiimi billing", "leak_facts"),
    ],
)
def test_an_answer_that_would_tell_too_much_is_returned(at: Office, first: Story, text: str, code: str) -> None:
    # The marker cuts the new text off, so it is disguised as a mail client would by wrapping it.
    story = reply(first, at, text.replace("--- Kirjoita", "Kirjoita"))
    assert codes(story) == [code]
    assert nothing_done(story)


FLOWED = "text/plain; charset=utf-8; format=flowed"


@pytest.mark.parametrize("broken", ["\n", " \n"])
@pytest.mark.parametrize("label", ["Aihe", "Miksi", "Luvattu"])
def test_what_our_mail_says_is_found_wherever_a_program_breaks_its_lines(
    at: Office, first: Story, label: str, broken: str
) -> None:
    [fact] = [line for line in only(first, "routed").draft.text.split("\n") if line.startswith(f"{label} ")]
    text = f"Tässä tiedot:{broken}{fact.replace(' · ', ' · ' + broken.strip(' '))}"
    assert codes(reply(first, at, text, content_type=FLOWED)) == ["leak_facts"]


@pytest.mark.parametrize("before", ["Hei", "Hei "])
def test_the_marker_line_is_found_wherever_a_program_breaks_it(at: Office, first: Story, before: str) -> None:
    text = f"{before}\nKirjoita vastauksesi \ntämän rivin \nyläpuolelle. Se lähtee asiakkaalle."
    assert codes(reply(first, at, text, content_type=FLOWED)) == ["leak_marker"]


def test_an_answer_reaches_the_customer_in_the_paragraphs_of_its_writer(at: Office, first: Story) -> None:
    story = reply(first, at, "Korjaamme pyörän \nhuomenna.\n\nTerv. \n-- \nAnna", content_type=FLOWED)
    assert only(story, "answer").draft.text == "Korjaamme pyörän huomenna.\n\nTerv.\n\nAnna\n"


def test_our_routed_mail_as_an_attachment_does_not_go_to_the_customer(at: Office, first: Story) -> None:
    body = "--x\nContent-Type: text/plain\n\nOhessa.\n--x\nContent-Type: message/rfc822\n\n"
    routed = only(first, "routed").raw.decode()
    story = reply(first, at, f"{body}{routed}\n--x--", content_type='multipart/mixed; boundary="x"')
    assert nothing_done(story)


def test_an_empty_reply_is_returned(at: Office, first: Story) -> None:
    story = reply(first, at, "")
    assert codes(story) == ["empty"]
    assert nothing_done(story)


def test_a_reply_that_only_quotes_the_routed_mail_is_returned(at: Office, first: Story) -> None:
    assert nothing_done(reply(first, at, "".join(f"> {x}\n" for x in only(first, "routed").draft.text.splitlines())))


def test_an_empty_reply_that_quotes_a_confirmation_is_returned(at: Office, first: Story) -> None:
    noted = reply(first, at, "#note\nSalainen huomautus.")
    confirmation = only(noted, "confirmation")
    quoted = "".join(f"> {line}\n" for line in confirmation.draft.text.splitlines())
    text = f"\n\nke 24.6.2026 klo 12.00 tuki@yritys.example kirjoitti:\n{quoted}"
    story = take(raw_mail(text, to=reply_to(confirmation), **{"from": ANNA}), at=at, desk=desk_after(first, noted))
    assert codes(story) == ["empty"]


def test_an_answer_to_a_complaint_without_an_address_is_returned(at: Office) -> None:
    story = reply(take(NOBODY, at=at), at, "Korjaamme.")
    assert codes(story) == ["no_customer"]
    assert nothing_done(story)


# --- who else was among the recipients


def test_an_outside_address_among_the_recipients_makes_it_a_note(at: Office, first: Story) -> None:
    story = reply(first, at, "Korjaamme.", cc="varasto@toimittaja.example")
    assert (events(story), told(story)) == (["note"], [AT_ANNA])
    assert story.events[0].detail["outside"] == ["varasto@toimittaja.example"]


@pytest.mark.parametrize("copied", ["varasto@toimittaja.example", f"{MATTI}, varasto@toimittaja.example"])
def test_the_token_that_an_outsider_has_seen_ends(at: Office, first: Story, copied: str) -> None:
    assert reply(first, at, "Korjaamme.", cc=copied).revoked_party == "staff:anna"


def test_management_among_the_recipients_changes_nothing(at: Office, first: Story) -> None:
    assert told(reply(first, at, "Korjaamme.", cc="johtaja@yritys.example"), "answer") == [MATTI]


def test_a_colleague_among_the_recipients_changes_nothing(at: Office, first: Story) -> None:
    assert told(reply(first, at, "Korjaamme.", cc="maija@yritys.example"), "answer") == [MATTI]


def test_with_the_customer_among_the_recipients_it_is_not_sent_again(at: Office, first: Story) -> None:
    story = reply(first, at, "Korjaamme.", cc=MATTI)
    assert (events(story), told(story)) == (["answered"], [AT_ANNA])


def test_what_the_customer_has_already_is_the_first_reply(at: Office, first: Story) -> None:
    assert complaint_of(reply(first, at, "Korjaamme.", cc=MATTI)).first_replied_at == NOW


def test_what_the_customer_has_already_keeps_an_earlier_first_reply(at: Office, first: Story) -> None:
    earlier = NOW - timedelta(hours=1)
    story = reply(first, at, "Korjaamme.", cc=MATTI, changed={"first_replied_at": earlier})
    assert story.complaint is None  # it stays as it is


def test_the_token_that_the_customer_has_seen_ends(at: Office, first: Story) -> None:
    story = reply(first, at, "Korjaamme.", cc=MATTI)
    assert story.revoked_party == "staff:anna"
    assert reply_to(only(story, "confirmation")) != reply_to(only(first, "routed"))


def test_the_token_that_the_customer_has_seen_ends_with_a_note_too(at: Office, first: Story) -> None:
    assert reply(first, at, "#note\nhei", cc=MATTI).revoked_party == "staff:anna"


def test_a_customer_who_answers_a_mail_that_a_member_copied_to_them_is_heard(at: Office, first: Story) -> None:
    assert reply(first, at, "Korjaamme.", cc=MATTI).revoked_party == "staff:anna"
    routed = only(first, "routed")
    thread = f"{routed.message_id} <re@yritys.example>"
    raw = raw_mail("Kiitos, mutta se on yhä rikki!", to=reply_to(routed), references=thread)
    assert take(raw, at=at, desk=desk_after(first, revoked=["staff:anna"])).outcome == "complaint"


def test_managements_answer_to_an_escalation_is_a_note(at: Office, first: Story) -> None:
    late = NOW + timedelta(days=8)
    escalated = at.sealed(take_steps(complaint_of(first), frozenset(), None, at, late), late)
    [notice] = [mail for mail in escalated.mails if mail.draft.to.address == "johtaja@yritys.example"]
    fields = {"from": "johtaja@yritys.example", "message_id": "<re@yritys.example>", "in_reply_to": notice.message_id}
    story = take(raw_mail("Hoitakaa tämä heti.", **fields), at=at, desk=desk_after(first, escalated))
    assert (story.outcome, events(story), told(story)) == ("staff_reply", ["note"], ["maija@yritys.example"])
    assert "Hoitakaa tämä heti." in only(story, "follow_up").draft.text


def test_recipients_are_never_taken_from_the_reply(at: Office, first: Story) -> None:
    story = reply(first, at, "Korjaamme.", reply_to="varas@muualla.example", bcc="varas@muualla.example")
    assert told(story) == [MATTI, AT_ANNA]


# --- words about holidays

AWAY = "Olen lomalla 1.7. asti. Kiireellisissä asioissa sijaiseni auttaa."


@pytest.mark.parametrize("fields", [{}, {"in_reply_to": ""}])
def test_an_answer_that_reads_like_an_absence_notice_is_returned(
    at: Office, first: Story, fields: dict[str, str]
) -> None:
    story = reply(first, at, AWAY, **fields)
    assert nothing_done(story)
    assert codes(story) == ["like_absence"]


def test_the_command_that_sends_such_an_answer_is_named_and_does_it(at: Office, first: Story) -> None:
    back = only(reply(first, at, AWAY), "returned")
    assert "”#tila”" in back.draft.text
    story = reply(first, at, f"#tila\n\n{AWAY}")
    assert (told(story, "answer"), only(story, "answer").draft.text) == ([MATTI], f"{AWAY}\n")


def test_a_command_above_words_about_holidays_is_done(at: Office, first: Story) -> None:
    assert complaint_of(reply(first, at, f"#odota 3d\n\n{AWAY}")).status == "waiting"


@pytest.mark.parametrize(
    "fields",
    [
        {"auto_submitted": "auto-replied"},
        {"x_autoreply": "yes"},
        {"return_path": "<>"},
        {"subject": "Automaattinen vastaus: Pyörä"},
    ],
)
def test_an_absence_notice_that_a_program_wrote_is_only_recorded(
    at: Office, first: Story, fields: dict[str, str]
) -> None:
    story = reply(first, at, AWAY, **fields)
    assert (story.outcome, told(story)) == ("auto_reply", [])


def test_an_absence_notice_that_is_not_proven_to_be_the_members_is_only_recorded() -> None:
    at = office(policy=CHECKED)
    story = reply(opened(at), at, AWAY)
    assert (story.outcome, told(story)) == ("auto_reply", [])


def test_an_absence_notice_of_a_customer_is_only_recorded(at: Office, first: Story) -> None:
    acknowledgement = only(first, "acknowledgement")
    raw = raw_mail(AWAY, to=reply_to(acknowledgement), message_id="<poissa@posti.example>")
    story = take(raw, at=at, desk=desk_after(first))
    assert (story.outcome, told(story)) == ("auto_reply", [])


# --- other addresses of a member


@pytest.fixture
def at_home() -> Office:
    also = ("anna@yritys.example, ", "anna@yritys.example, also: anna@koti.example, ")
    return office(rulebook=rules(also))


def test_a_member_may_write_from_another_address_of_theirs(at_home: Office) -> None:
    story = reply(opened(at_home), at_home, "Korjaamme.", **{"from": "anna@koti.example"})
    assert (told(story, "answer"), told(story, "confirmation")) == ([MATTI], [AT_ANNA])


def test_a_colleague_at_another_address_of_theirs_is_no_outsider(at_home: Office) -> None:
    story = reply(opened(at_home), at_home, "Korjaamme.", cc="anna@koti.example")
    assert told(story, "answer") == [MATTI]


def test_from_an_address_that_is_nobodys_nothing_is_done(at: Office, first: Story) -> None:
    assert codes(reply(first, at, "Korjaamme.", **{"from": "anna@koti.example"})) == ["not_verified"]


# --- mailboxes that answer everything (R26)


def answering_itself(at: Office, first: Story, *, times: int, text: str) -> list[Story]:
    """A member's mailbox answers the routed mail, and then each mail that it got for that."""
    stories, last = [first], only(first, "routed")
    for number in range(times):
        fields = {"to": reply_to(last), "in_reply_to": last.message_id, "message_id": f"<{number}@yritys.example>"}
        story = take(raw_mail(text, **{"from": ANNA} | fields), at=at, desk=desk_after(*stories))
        stories.append(story)
        if not told(story):
            break
        last = sent(story, "confirmation", "returned")[-1]
    return stories[1:]


@pytest.mark.parametrize("text", ["Kiitos viestistäsi, se on vastaanotettu.", ""])
def test_a_mailbox_that_answers_everything_comes_to_an_end(at: Office, first: Story, text: str) -> None:
    stories = answering_itself(at, first, times=40, text=text)
    assert told(stories[-1]) == []
    assert len(stories) < 20


def test_an_absence_notice_without_marks_that_answers_everything_comes_to_an_end(at: Office, first: Story) -> None:
    stories = answering_itself(at, first, times=40, text=AWAY)
    assert [story.outcome for story in stories] == ["staff_reply"] * 3 + ["auto_reply"]
    assert told(stories[-1]) == []


def test_a_mailbox_that_answers_everything_comes_to_an_end_also_when_it_is_not_proven(first: Story) -> None:
    stories = answering_itself(office(policy=CHECKED), first, times=40, text="Kiitos viestistäsi.")
    assert told(stories[-1]) == []
    assert len(stories) < 20


def test_a_mailbox_that_answers_everything_writes_to_the_customer_three_times_at_most(at: Office, first: Story) -> None:
    stories = answering_itself(at, first, times=40, text="Kiitos viestistäsi, se on vastaanotettu.")
    assert [address for story in stories for address in told(story, "answer")] == [MATTI] * 3


def test_with_a_command_a_member_may_answer_confirmations_as_often_as_they_like(at: Office, first: Story) -> None:
    stories = answering_itself(at, first, times=6, text="#priority high")
    assert {story.reason for story in stories if "returned" in events(story)} == set()
