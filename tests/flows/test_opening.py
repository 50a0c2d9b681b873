"""A new complaint: what is recorded of it, who is told, and whether its customer gets an acknowledgement."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from flows.office import (
    CHECKED,
    NOBODY,
    NOW,
    PASSED,
    complaint_of,
    desk_after,
    empty_desk,
    events,
    letters,
    office,
    only,
    opened,
    raw_mail,
    reply_to,
    rules,
    sent,
    take,
    told,
)
from vastine.core.story import Story


def withheld(story: Story) -> str | None:
    """Why no acknowledgement goes; None where one does."""
    [letter] = letters(story, "acknowledgement")
    assert bool(sent(story, "acknowledgement")) == (letter.suppressed is None)
    return letter.suppressed


# --- the complaint


def test_a_mail_that_continues_nothing_opens_a_complaint() -> None:
    story = opened()
    assert (story.outcome, story.reference, story.opens) == ("complaint", "V-AAAAA", True)


def test_the_rules_give_topic_and_team() -> None:
    complaint = complaint_of(opened(subject="Lasku"))
    assert (complaint.topic, complaint.team) == ("payment", "billing")


def test_where_no_rule_matches_the_defaults_hold() -> None:
    complaint = complaint_of(opened())
    assert (complaint.topic, complaint.priority, complaint.team) == ("other", "normal", "support")


def test_the_due_times_are_those_of_the_priority_on_its_calendar() -> None:
    complaint = complaint_of(opened())
    assert complaint.first_reply_due == NOW + timedelta(days=1)
    assert complaint.resolve_due == datetime(2026, 7, 1, 9, tzinfo=UTC)  # five working days


def test_the_clock_starts_when_the_mail_arrived_and_not_when_it_is_decided() -> None:
    arrived = NOW - timedelta(minutes=20)
    complaint = complaint_of(take(raw_mail(subject="Kiire"), arrived_at=arrived))
    assert (complaint.first_reply_since, complaint.first_reply_due) == (arrived, arrived + timedelta(hours=1))


def test_the_rules_see_the_time_of_arrival() -> None:
    closed = "  - {name: closed, when: {open: false}, then: {tags: [closed]}}\n"
    at = office(rulebook=rules(("  - {name: away,", f"{closed}  - {{name: away,")))
    story = take(raw_mail(), at=at, arrived_at=NOW.replace(hour=1))  # at 4 in the night, and decided at noon
    assert complaint_of(story).tags == ("closed",)


def test_a_mail_of_the_night_counts_from_the_next_opening() -> None:
    night = datetime(2026, 6, 24, 20, tzinfo=UTC)
    complaint = complaint_of(opened(now=night))
    assert complaint.first_reply_due == datetime(2026, 6, 26, 5, tzinfo=UTC)  # 8.00 in Helsinki


def test_the_first_step_of_the_ladder_is_due_at_its_place() -> None:
    assert complaint_of(opened(subject="Kiire")).next_step_at == NOW + timedelta(minutes=30)


def test_the_least_busy_member_is_the_assignee() -> None:
    at = office(rulebook=rules(("support: {members: [anna]", "support: {members: [anna, maija]")))
    story = take(raw_mail(), at=at, desk=empty_desk(loads=Counter(anna=3, maija=1)))
    assert complaint_of(story).assignee == "maija"


def test_a_deputy_gets_the_complaints_of_who_is_away() -> None:
    assert complaint_of(opened(subject="Lasku")).assignee == "anna"


def test_the_complaint_keeps_why_it_was_decided_so() -> None:
    decision = complaint_of(opened(subject="Lasku")).decision
    assert decision["set_by"]["team"] == "payment"
    assert [rule["matched"] for rule in decision["rules"] if rule["name"] == "payment"] == [True]


# --- the acknowledgement


@pytest.mark.parametrize(("language", "greeting"), [("fi", "Hei,"), ("sv", "Hej,"), ("en", "Hello,"), ("de", "Hello,")])
def test_an_acknowledgement_is_in_the_customers_language_or_the_fallback(language: str, greeting: str) -> None:
    assert only(take(raw_mail(), language=language), "acknowledgement").draft.text.startswith(greeting)


def test_where_the_language_is_unsure_it_is_that_of_the_mailbox() -> None:
    story = take(raw_mail(), at=office(language="sv"), language=None)
    assert (complaint_of(story).language, only(story, "acknowledgement").draft.language) == ("sv", "sv")


def test_where_the_mailbox_has_no_language_either_it_is_the_first() -> None:
    assert complaint_of(take(raw_mail(), language=None)).language == "fi"


def test_an_acknowledgement_tells_the_promise_that_is_recorded() -> None:
    story = opened()
    assert complaint_of(story).promise == complaint_of(story).first_reply_due
    assert "25.6. klo 12.00" in only(story, "acknowledgement").draft.text


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("fi", "viimeistään tiistaina 30.6. klo 8.00. Palvelemme taas maanantaina 29.6. klo 8.00."),
        ("sv", "senast tisdagen den 30 juni kl. 8.00. Vi är på plats igen måndagen den 29 juni kl. 8.00."),
        ("en", "by Tuesday 30 June at 08:00. We are back on Monday 29 June at 08:00."),
    ],
)
def test_outside_the_hours_an_acknowledgement_says_when_the_desk_opens(language: str, sentence: str) -> None:
    saturday = NOW + timedelta(days=3)
    story = take(raw_mail(), language=language, now=saturday, arrived_at=saturday)
    assert sentence in only(story, "acknowledgement").draft.text


def test_within_the_hours_and_where_it_never_closes_it_says_nothing_of_them() -> None:
    assert "Palvelemme" not in only(opened(), "acknowledgement").draft.text
    assert "Palvelemme" not in only(opened(now=NOW + timedelta(days=3), subject="kiire"), "acknowledgement").draft.text


def test_an_own_text_may_say_when_the_desk_opens() -> None:
    body = "{% if opening %}Auki {{ opening | words }}.{% else %}Auki nyt.{% endif %}"
    own = f"replies:\n  acknowledgement: {{fi: {{subject: S, body: '{body}'}}}}\nescalations:"
    at = office(rulebook=rules(("escalations:", own)))
    assert only(opened(at), "acknowledgement").draft.text == "Auki nyt.\n"
    later = opened(at, now=NOW + timedelta(hours=9))
    assert only(later, "acknowledgement").draft.text == "Auki torstaina 25.6. klo 8.00.\n"


def test_an_acknowledgement_answers_the_mail() -> None:
    assert only(opened(), "acknowledgement").draft.references == ("<kysymys@posti.example>",)


def test_who_is_not_authenticated_gets_neither_subject_nor_name_back() -> None:
    mail = only(opened(subject="Aivan oma aiheeni"), "acknowledgement")
    assert b"Aivan oma" not in mail.raw
    assert "Matti" not in mail.draft.text
    assert mail.draft.to.name == ""


def test_who_is_authenticated_is_greeted_by_name_under_their_subject() -> None:
    story = opened(office(policy=CHECKED), authentication_results=PASSED)
    draft = only(story, "acknowledgement").draft
    assert (draft.subject, draft.text.split(",")[0]) == ("Re: Pyörä", "Hei Matti")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"precedence": "bulk", "from": "tilaukset@kauppa.example"}, "bulk"),
        ({"list_unsubscribe": "<mailto:x@y.example>", "from": "tilaukset@kauppa.example"}, "List-Unsubscribe"),
        ({"auto_submitted": "auto-generated"}, "Auto-Submitted"),
        ({"x_auto_response_suppress": "All"}, "X-Auto-Response-Suppress"),
        ({"x_loop": "tuki"}, "X-Loop"),
        ({"return_path": "<>", "references": "<a@b.example>"}, "return path is null"),
        ({"from": "postmaster@posti.example", "reply_to": "x@posti.example"}, "postmaster"),
        ({"from": "no-reply@posti.example"}, "no-reply"),
        ({"from": "owner-lista@posti.example", "reply_to": "x@posti.example"}, "not a person"),
        ({"from": "lista-request@posti.example", "reply_to": "x@posti.example"}, "not a person"),
        ({"from": "tuki@yritys.example"}, "our own address"),
        ({"to": "muu@toinen.example"}, "neither to us"),
        ({"subject": "hiljaa"}, "silent says reply: none"),
    ],
)
def test_an_acknowledgement_is_withheld_for_a_reason(fields: dict[str, str], reason: str) -> None:
    assert reason in (withheld(opened(**fields)) or "it went")


def test_why_an_acknowledgement_was_withheld_is_in_the_history() -> None:
    story = opened(subject="hiljaa")
    assert "acknowledgement_withheld" in events(story)


def test_where_nobody_can_be_answered_the_history_says_so() -> None:
    assert "acknowledgement_withheld" in events(take(NOBODY))


def test_a_forged_sender_gets_no_acknowledgement() -> None:
    results = "mx.yritys.example; dmarc=fail (p=reject) header.from=posti.example"
    story = opened(office(policy=CHECKED), authentication_results=results)
    assert "forged" in (withheld(story) or "")


def test_a_failure_that_the_domain_does_not_mind_is_acknowledged() -> None:
    results = "mx.yritys.example; dmarc=fail (p=none) header.from=posti.example"
    assert withheld(opened(office(policy=CHECKED), authentication_results=results)) is None


def test_results_of_another_server_prove_nothing() -> None:
    story = opened(office(policy=CHECKED), authentication_results=PASSED.replace("mx.yritys", "mx.muu"))
    assert not complaint_of(story).authenticated


def test_a_sender_gets_so_many_acknowledgements_a_day_and_no_more() -> None:
    def after(count: int) -> str | None:
        return withheld(take(raw_mail(), desk=empty_desk(acknowledged_today=Counter({"matti@posti.example": count}))))

    assert after(3) is None
    assert "4 acknowledgements within a day" in (after(4) or "")


def test_the_cap_of_a_sender_holds_within_a_batch() -> None:
    at, desk = office(acknowledgements_per_sender=1), empty_desk()
    desk.remember(take(raw_mail("Eka"), at=at, desk=desk))
    assert withheld(take(raw_mail("Toka"), at=at, desk=desk))


def test_a_program_that_answers_our_acknowledgement_twice_gets_no_third_one() -> None:
    desk = empty_desk(acknowledged={"matti@posti.example"})
    first = take(raw_mail("Viestisi on vastaanotettu numerolla 11.", message_id="<1@m>"), desk=desk)
    desk.remember(first)
    again = take(raw_mail("Viestisi on vastaanotettu numerolla 12.", message_id="<2@m>"), desk=desk)
    assert withheld(first) is None
    assert "both follow an acknowledgement of ours" in (withheld(again) or "")
    assert complaint_of(again).reference != complaint_of(first).reference


def test_of_a_mail_that_answers_nothing_of_ours_no_words_are_kept() -> None:
    assert "said" not in complaint_of(opened()).decision


def test_over_the_rate_of_the_hour_an_acknowledgement_waits() -> None:
    desk = empty_desk(acknowledgement_times=[NOW] * 5)
    story = take(raw_mail(), at=office(acknowledgements_per_hour=5), desk=desk)
    assert only(story, "acknowledgement").draft.not_before == NOW + timedelta(hours=1)


def test_an_acknowledgement_that_would_wait_over_a_day_is_dropped() -> None:
    desk = empty_desk(acknowledgement_times=[NOW + timedelta(hours=23, minutes=30)] * 5)
    story = take(raw_mail(), at=office(acknowledgements_per_hour=5), desk=desk)
    assert withheld(story) == "more acknowledgements wait than a day allows"


def test_what_was_not_acknowledged_has_no_promise() -> None:
    assert complaint_of(opened(subject="hiljaa")).promise is None


def test_a_promise_that_would_have_passed_is_not_told() -> None:
    story = take(raw_mail(subject="Kiire"), arrived_at=NOW - timedelta(hours=2))
    assert "viimeistään" not in only(story, "acknowledgement").draft.text


def test_a_promise_that_would_have_passed_is_not_kept_either() -> None:
    assert complaint_of(take(raw_mail(subject="Kiire"), arrived_at=NOW - timedelta(hours=2))).promise is None


def test_a_reply_text_without_a_time_makes_no_promise() -> None:
    own = 'replies:\n  acknowledgement: {fi: {subject: "S", body: "Saimme viestisi."}}\nescalations:'
    assert complaint_of(opened(office(rulebook=rules(("escalations:", own))))).promise is None


def test_a_held_acknowledgement_promises_no_time_that_has_passed_when_it_goes() -> None:
    desk = empty_desk(acknowledgement_times=[NOW + timedelta(hours=3)] * 5)
    story = take(raw_mail(subject="Kiire"), at=office(acknowledgements_per_hour=5), desk=desk)
    assert only(story, "acknowledgement").draft.not_before == NOW + timedelta(hours=4)
    assert complaint_of(story).promise is None


def test_in_shadow_the_administrator_gets_what_the_customer_would_have_got() -> None:
    story = opened(office(mode="shadow"))
    assert "matti@posti.example" not in told(story)
    assert "yllapito@yritys.example" in told(story, "alert")


# --- the customer's token


def test_the_token_of_an_acknowledgement_is_the_senders() -> None:
    [token] = [token for token in only(opened(), "acknowledgement").tokens if token.purpose == "c"]
    assert token.party == "customer:matti@posti.example"


def test_a_web_form_is_answered_at_its_reply_to_and_the_token_is_theirs() -> None:
    at = office()
    story = opened(at, **{"from": "lomake@yritys.example", "reply_to": "Liisa <liisa@posti.example>"})
    mail = only(story, "acknowledgement")
    assert mail.draft.to.address == "liisa@posti.example"
    assert {t.party for t in mail.tokens if t.purpose == "c"} == {"customer:liisa@posti.example"}
    answer = raw_mail("Lisää", to=reply_to(mail), **{"from": "liisa@posti.example"})
    assert take(answer, at=at, desk=desk_after(story)).outcome == "follow_up"


# --- who is told


def test_the_routed_mail_goes_to_the_assignee() -> None:
    assert told(opened(), "routed") == ["anna@yritys.example"]


def test_the_routed_mail_for_who_is_away_goes_to_the_deputy() -> None:
    assert told(opened(subject="poissa"), "routed") == ["anna@yritys.example"]


def test_where_nobody_of_a_team_is_there_the_lead_is_told() -> None:
    story = opened(subject="varjo")
    assert (complaint_of(story).assignee, told(story, "routed")) == (None, ["maija@yritys.example"])


def test_where_the_assignee_is_away_staff_is_told_besides_management() -> None:
    at = office(rulebook=rules(("then: {assign: ville}", "then: {assign: olli, tell: [management]}")))
    assert told(opened(at, subject="poissa"), "routed") == ["maija@yritys.example", "johtaja@yritys.example"]


def test_whom_a_rule_tells_gets_the_mail_as_well() -> None:
    assert told(opened(subject="vaara"), "routed") == ["anna@yritys.example", "maija@yritys.example"]


def test_the_routed_mail_carries_the_members_own_token() -> None:
    [token] = [token for token in only(opened(), "routed").tokens if token.purpose == "s"]
    assert (token.party, token.reference) == ("staff:anna", "V-AAAAA")


# --- what opens none


def test_a_spam_complaint_makes_no_mail_at_all() -> None:
    story = opened(subject="roska")
    assert complaint_of(story).status == "spam"
    assert story.letters == ()


def test_a_spam_complaint_is_nobodys_and_climbs_no_ladder() -> None:
    complaint = complaint_of(opened(subject="roska"))
    assert (complaint.assignee, complaint.next_step_at, complaint.promise) == (None, None, None)


def test_what_a_rule_ignores_opens_nothing() -> None:
    story = opened(subject="mainos")
    assert (story.outcome, story.complaint, story.letters) == ("ignored", None, ())
    assert "adverts" in story.reason


def test_bulk_that_no_rule_wants_opens_nothing() -> None:
    story = opened(list_id="<lista.example>")
    assert (story.outcome, story.complaint, story.letters) == ("bulk", None, ())


def test_bulk_that_a_rule_wants_opens_a_complaint() -> None:
    story = opened(list_unsubscribe="<mailto:x@y.example>", **{"from": "tilaukset@kauppa.example"})
    assert complaint_of(story).topic == "order"


def test_what_a_machine_sends_opens_a_complaint_without_an_acknowledgement() -> None:
    story = opened(auto_submitted="auto-generated")
    assert (story.outcome, told(story)) == ("complaint", ["anna@yritys.example"])
