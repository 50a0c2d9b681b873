"""A customer's further mail: what makes it join its complaint, and what follows then."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from flows.office import (
    CHECKED,
    NOW,
    PASSED,
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
from vastine.core.office import Office
from vastine.core.story import Story

CUSTOMER = "customer:matti@posti.example"
LIISA = "Liisa <liisa@posti.example>"


@pytest.fixture
def at() -> Office:
    return office()


@pytest.fixture
def first(at: Office) -> Story:
    return opened(at)


def by_token(first: Story, **fields: str) -> bytes:
    """A further mail to the address of the acknowledgement."""
    usual = {"to": reply_to(only(first, "acknowledgement")), "message_id": "<toinen@posti.example>"}
    return raw_mail("Vielä yksi asia.", **(usual | fields))


def by_message_id(first: Story, **fields: str) -> bytes:
    """A further mail to our plain address, that answers the acknowledgement."""
    return raw_mail("Vielä yksi asia.", in_reply_to=only(first, "acknowledgement").message_id, **fields)


# --- what joins


def test_a_token_from_its_bound_sender_joins(at: Office, first: Story) -> None:
    story = take(by_token(first), at=at, desk=desk_after(first))
    assert (story.outcome, story.reference, story.opens) == ("follow_up", "V-AAAAA", False)


def test_an_answer_to_our_message_id_from_its_recipient_joins(at: Office, first: Story) -> None:
    assert take(by_message_id(first), at=at, desk=desk_after(first)).outcome == "follow_up"


@pytest.mark.parametrize("by", [by_token, by_message_id])
@pytest.mark.parametrize("sender", [LIISA, f"matti@posti.example, {LIISA}"])
def test_from_anybody_else_it_joins_for_staff_to_see(by: Any, sender: str, at: Office, first: Story) -> None:
    story = take(by(first, **{"from": sender, "message_id": "<liisa@posti.example>"}), at=at, desk=desk_after(first))
    assert (story.outcome, story.reference, story.events[0].trust) == ("follow_up", "V-AAAAA", "unverified")
    assert told(story) == ["anna@yritys.example"]
    assert "Liisa <liisa@posti.example>, jota ei voitu varmentaa asiakkaaksi" in only(story, "follow_up").draft.text
    assert complaint_of(story).thread == complaint_of(first).thread
    assert complaint_of(story).customer == complaint_of(first).customer


def test_an_unauthenticated_sender_joins_unverified(first: Story) -> None:
    at = office(policy=CHECKED)
    forged = {"authentication_results": "mx.yritys.example; dmarc=fail header.from=posti.example"}
    story = take(by_token(first, **forged), at=at, desk=desk_after(first))
    assert (story.outcome, story.events[0].trust) == ("follow_up", "unverified")


@pytest.mark.parametrize("subject", ["Re: Pyörä", "VS: pyörä", "Kysymys asiasta V-AAAAA"])
def test_a_known_customer_without_a_token_joins_by_subject_or_reference(subject: str) -> None:
    at = office(policy=CHECKED)
    first = opened(at)
    raw = raw_mail("Lisää", subject=subject, authentication_results=PASSED, message_id="<uusi@posti.example>")
    story = take(raw, at=at, desk=desk_after(first))
    assert (story.outcome, story.events[0].trust) == ("follow_up", "inferred")
    assert "liitetty tähän asiaan otsikon tai tunnuksen" in only(story, "follow_up").draft.text


def test_a_stranger_who_names_a_reference_opens_a_complaint_and_staff_are_told_of_it() -> None:
    at = office(policy=CHECKED)
    first = opened(at)
    raw = raw_mail("Lisää", subject="Re: [V-AAAAA] Pyörä", **{"from": LIISA})
    story = take(raw, at=at, desk=desk_after(first))
    assert (story.outcome, story.reference) == ("complaint", "V-NEW22")
    assert "viestissä mainitaan V-AAAAA" in only(story, "routed").draft.text


def test_what_was_resolved_long_ago_is_continued_by_a_new_complaint(at: Office, first: Story) -> None:
    closed = complaint_of(first, status="resolved", resolved_at=NOW - timedelta(days=91))
    story = take(by_token(first), at=at, desk=desk_after(first, complaint=closed))
    assert (story.outcome, story.reference) == ("complaint", "V-NEW22")
    assert "linked" in events(story)
    assert "jatkoa asiaan V-AAAAA" in only(story, "routed").draft.text


def test_where_its_language_is_unsure_a_linked_complaint_keeps_the_conversations() -> None:
    at = office(policy=CHECKED)
    swedish = complaint_of(opened(at), language="sv", status="resolved", resolved_at=NOW - timedelta(days=91))
    desk = desk_after(opened(at), complaint=swedish)
    raw = raw_mail("4711", subject="Kysymys V-AAAAA", authentication_results=PASSED, message_id="<uusi@posti.example>")
    assert complaint_of(take(raw, at=at, desk=desk, language=None)).language == "sv"


def test_a_conversation_that_turns_to_another_matter_opens_a_linked_complaint(at: Office, first: Story) -> None:
    story = take(by_token(first, subject="Lasku 12 on väärin"), at=at, desk=desk_after(first))
    assert (story.outcome, complaint_of(story).topic) == ("complaint", "payment")
    assert told(story, "acknowledgement") == ["matti@posti.example"]


def test_a_reply_about_a_new_topic_stays_with_an_open_matter(at: Office, first: Story) -> None:
    assert take(by_token(first, subject="Re: lasku"), at=at, desk=desk_after(first)).outcome == "follow_up"


def test_a_new_subject_after_the_resolution_is_a_new_matter(at: Office, first: Story) -> None:
    closed = complaint_of(first, status="resolved", resolved_at=NOW)
    desk = desk_after(first, complaint=closed)
    assert take(by_token(first, subject="Vanteet hukassa"), at=at, desk=desk).outcome == "complaint"


PRAISE = "  - {name: praise, when: {body: [kiitos, tack, thank, upea]}, then: {topic: praise}}\n"
BILLS = "  - {name: bills, when: {body: [lasku, faktura]}, then: {topic: payment}}\n"
ORDERS = r"extract: {order: {regex: '\b(TIL-\d+)\b'}}"


def continued(text: str, *, opening: str = "Tilaus TIL-1 puuttuu.", **changed: Any) -> Story:
    """What follows when Matti replies so about what is resolved, where thanks and bills are topics of their own."""
    topics = rules(("rules:\n", f"{ORDERS}\nrules:\n{PRAISE}{BILLS}"))
    at = office(rulebook=topics)
    first = take(raw_mail(opening), at=at)
    closed = complaint_of(first, **({"status": "resolved", "resolved_at": NOW} | changed))
    return take(further(first, text), at=at, desk=desk_after(first, complaint=closed))


@pytest.mark.parametrize(
    "text",
    [
        "Kiitos, mutta rahoja ei näy vieläkään tilillä.",
        "Kiitos mutta rahat puuttuvat.",
        "Palvelu oli upeaa! Mutta paketti puuttuu.",
        "Lasku on edelleen väärin.",
        "Fakturan är fortfarande fel.",
        "Tack så mycket, men pengarna har inte kommit än.",
        "Thank you, but the refund has not arrived yet.",
        "Kiitos viestistä. Tilaus TIL-1 on yhä kateissa.",
    ],
)
def test_thanks_with_a_but_and_what_still_fails_open_the_resolved_one_again(text: str) -> None:
    story = continued(text)
    assert (story.outcome, complaint_of(story).status, complaint_of(story).topic) == ("follow_up", "open", "other")


@pytest.mark.parametrize(
    "text", ["Kiitos! Laskussa 12 on virhe.", "Tilaus TIL-2 puuttuu.", "Tilausta TIL-2 ei ole vieläkään näkynyt."]
)
def test_another_topic_or_order_after_the_resolution_is_another_matter(text: str) -> None:
    story = continued(text)
    assert (story.outcome, "linked" in events(story)) == ("complaint", True)


def test_the_subject_that_is_replied_to_is_no_other_matter() -> None:
    at = office()
    first = opened(at, subject="Lasku")
    moved = complaint_of(first, status="resolved", resolved_at=NOW, topic="other")
    raw = by_token(first, subject="Re: Lasku")
    assert take(raw, at=at, desk=desk_after(first, complaint=moved)).outcome == "follow_up"


def test_who_writes_is_no_other_matter() -> None:
    at, sender = office(), {"from": "tilaukset@kauppa.example"}
    first = opened(at, **sender)
    moved = complaint_of(first, status="resolved", resolved_at=NOW, topic="other")
    raw = by_token(first, subject="Re: Pyörä", **sender)
    assert take(raw, at=at, desk=desk_after(first, complaint=moved)).outcome == "follow_up"


def test_a_subject_that_only_thanks_is_no_new_one(at: Office, first: Story) -> None:
    closed = complaint_of(first, status="resolved", resolved_at=NOW)
    raw = by_token(first, subject="Kiitos")
    assert take(raw, at=at, desk=desk_after(first, complaint=closed)).outcome == "follow_up"


def test_a_reference_in_the_subject_never_joins(at: Office, first: Story) -> None:
    story = take(raw_mail("Lisää", subject="Re: [V-AAAAA] Pyörä"), at=at, desk=desk_after(first))
    assert (story.outcome, story.reference) == ("complaint", "V-NEW22")


def test_a_revoked_token_joins_nothing(at: Office, first: Story) -> None:
    assert take(by_token(first), at=at, desk=desk_after(first, revoked=[CUSTOMER])).outcome == "complaint"


@pytest.mark.parametrize(
    "fields", [{"list_id": "<ryhma.example>", "precedence": "list"}, {"x_auto_response_suppress": "OOF"}]
)
def test_a_token_joins_though_the_mail_looks_like_bulk_or_a_machines(
    at: Office, first: Story, fields: dict[str, str]
) -> None:
    assert take(by_token(first, **fields), at=at, desk=desk_after(first)).outcome == "follow_up"


def test_a_persons_mail_to_the_address_for_bounces_joins_nothing(at: Office, first: Story) -> None:
    raw = by_token(first, to=only(first, "acknowledgement").envelope_from)
    assert take(raw, at=at, desk=desk_after(first)).outcome == "complaint"


def test_a_made_up_token_joins_nothing(at: Office, first: Story) -> None:
    address = f"tuki+c.{'a' * 26}@yritys.example"
    assert take(by_token(first, to=address), at=at, desk=desk_after(first)).outcome == "complaint"


def test_a_token_in_somebody_elses_address_joins_nothing(at: Office, first: Story) -> None:
    address = reply_to(only(first, "acknowledgement")).replace("yritys", "muu")
    story = take(by_token(first, to="tuki@yritys.example", cc=address), at=at, desk=desk_after(first))
    assert story.outcome == "complaint"


def test_a_token_in_a_vastine_field_is_not_believed(at: Office, first: Story) -> None:
    fields = {"x_vastine_reference": "V-AAAAA", "x_vastine_kind": "routed", "message_id": "<other@posti.example>"}
    assert take(raw_mail(**fields), at=at, desk=desk_after(first)).outcome == "complaint"


def test_where_there_are_no_subaddresses_the_message_id_joins() -> None:
    at = office(subaddress="")
    first = opened(at)
    assert reply_to(only(first, "acknowledgement")) == "tuki@yritys.example"
    assert take(by_message_id(first), at=at, desk=desk_after(first)).outcome == "follow_up"


def test_a_mail_to_a_merged_complaint_joins_the_one_that_leads_on(at: Office, first: Story) -> None:
    merged = complaint_of(first, status="merged", merged_into="V-BBBBB")
    desk = desk_after(first, complaint=merged)
    desk.complaints["V-BBBBB"] = complaint_of(first, reference="V-BBBBB")
    assert take(by_token(first), at=at, desk=desk).reference == "V-BBBBB"


# --- what follows


def test_a_further_mail_is_not_acknowledged(at: Office, first: Story) -> None:
    assert told(take(by_token(first), at=at, desk=desk_after(first))) == ["anna@yritys.example"]


def test_the_assignee_is_sent_the_further_mail(at: Office, first: Story) -> None:
    mail = only(take(by_token(first), at=at, desk=desk_after(first)), "follow_up")
    assert "| Vielä yksi asia." in mail.draft.text


def test_a_further_mail_changes_no_due_times(at: Office, first: Story) -> None:
    after = complaint_of(take(by_token(first, subject="kiire vaara"), at=at, desk=desk_after(first)))
    before = complaint_of(first)
    assert (after.first_reply_due, after.resolve_due) == (before.first_reply_due, before.resolve_due)


def test_of_a_rule_only_raise_tags_and_tell_take_effect(at: Office, first: Story) -> None:
    story = take(by_token(first, subject="Re: vaara lasku"), at=at, desk=desk_after(first))
    after = complaint_of(story)
    assert (after.topic, after.team, after.priority, after.tags) == ("other", "support", "high", ("danger",))
    assert told(story) == ["anna@yritys.example", "maija@yritys.example"]


@pytest.mark.parametrize(
    ("then", "team", "assignee"), [("team: night", "night", None), ("assign: maija", "support", "maija")]
)
def test_a_rule_for_further_mails_moves_the_complaint(then: str, team: str, assignee: str | None) -> None:
    book = rules(("then: {topic: payment, team: billing}", f"then: {{{then}}}, follow_up: true"))
    at = office(rulebook=book)
    first = opened(at)
    after = complaint_of(take(by_token(first, subject="Re: Lasku"), at=at, desk=desk_after(first)))
    assert (after.team, after.assignee) == (team, assignee)


def test_a_raised_priority_is_in_the_history(at: Office, first: Story) -> None:
    assert events(take(by_token(first, subject="vaara"), at=at, desk=desk_after(first))) == [
        "customer_wrote",
        "priority",
    ]


def test_an_answer_will_refer_to_the_newest_mail(at: Office, first: Story) -> None:
    after = complaint_of(take(by_message_id(first, message_id="<uusin@posti.example>"), at=at, desk=desk_after(first)))
    assert after.thread == (only(first, "acknowledgement").message_id, "<uusin@posti.example>")


@pytest.mark.parametrize(("results", "trust"), [("dmarc=pass", "verified"), ("dmarc=none", "unverified")])
def test_the_history_says_how_far_the_sender_is_trusted(results: str, trust: str) -> None:
    at = office(policy=CHECKED)
    first = opened(at)
    raw = by_token(first, authentication_results=f"mx.yritys.example; {results} header.from=posti.example")
    assert take(raw, at=at, desk=desk_after(first)).events[0].trust == trust


def test_a_complaint_whose_assignee_left_is_told_to_the_lead(first: Story) -> None:
    at = office(rulebook=rules(("support: {members: [anna]", "support: {members: [maija]")))
    gone = complaint_of(first, assignee="pekka")
    assert told(take(by_token(first), at=at, desk=desk_after(first, complaint=gone))) == ["maija@yritys.example"]


# --- what a further mail tells of its writer


def swedish(length: int, *, first: str | None, brought_by: str | None = None) -> str:
    """The language after a further mail in Swedish of that length; `first` is what the first mail was guessed to be."""
    at = office(policy=CHECKED)
    mail = opened(at, authentication_results=PASSED)
    decision = complaint_of(mail).decision | {"language": first, "brought_by": brought_by}
    desk = desk_after(mail, complaint=complaint_of(mail, decision=decision))
    raw = further(mail, "x" * length, authentication_results=PASSED)
    return complaint_of(take(raw, at=at, desk=desk, language="sv")).language


def test_a_further_mail_in_another_language_corrects_a_guess() -> None:
    assert [swedish(59, first=None), swedish(60, first=None), swedish(60, first="fi", brought_by="anna")] == [
        "fi",
        "sv",
        "sv",
    ]


def test_only_a_long_mail_in_another_language_says_more_than_the_customers_own_first_one() -> None:
    assert [swedish(199, first="fi"), swedish(200, first="fi")] == ["fi", "sv"]


def test_who_is_not_sure_to_be_the_customer_corrects_nothing(at: Office, first: Story) -> None:
    raw = further(first, "x" * 300, **{"from": LIISA})
    assert complaint_of(take(raw, at=at, desk=desk_after(first), language="sv")).language == "fi"


def test_a_proven_reply_proves_the_customer_of_what_a_member_brought() -> None:
    at = office(policy=CHECKED)
    first = opened(at)
    proven = take(by_token(first, authentication_results=PASSED), at=at, desk=desk_after(first))
    assert [complaint_of(first).authenticated, complaint_of(proven).authenticated] == [False, True]
    assert "lähettäjä varmennettu" in only(proven, "follow_up").draft.text
    assert not complaint_of(take(by_token(first), at=at, desk=desk_after(first))).authenticated


# --- a resolved complaint


def reopened(at: Office, first: Story, when: datetime) -> Story:
    resolved = complaint_of(
        first, status="resolved", resolved_at=NOW, first_replied_at=NOW, next_step_at=None, resolve_due=NOW
    )
    return take(by_token(first), at=at, desk=desk_after(first, complaint=resolved), now=when, arrived_at=when)


def test_a_resolved_complaint_is_opened_again(at: Office, first: Story) -> None:
    story = reopened(at, first, NOW + timedelta(days=1))
    after = complaint_of(story)
    assert (after.status, after.resolved_at, events(story)) == ("open", None, ["customer_wrote", "reopened"])


def test_its_clock_runs_anew_from_the_further_mail(at: Office, first: Story) -> None:
    when = NOW + timedelta(days=1)  # a Thursday
    after = complaint_of(reopened(at, first, when))
    assert (after.clock_run, after.resolve_since) == (2, when)
    assert after.resolve_due == datetime(2026, 7, 2, 9, tzinfo=UTC)


def test_the_ladder_begins_again_without_the_steps_of_the_first_reply(at: Office, first: Story) -> None:
    after = complaint_of(reopened(at, first, NOW + timedelta(days=1)))
    assert after.next_step_at == after.resolve_due


# --- thanks, chasers, the status


def further(first: Story, text: str, **fields: str) -> bytes:
    """A further mail with that text to the address of the acknowledgement."""
    to = reply_to(only(first, "acknowledgement"))
    return raw_mail(text, **({"to": to, "subject": "Re: Pyörä", "message_id": "<toinen@posti.example>"} | fields))


def resolved(first: Story) -> Any:
    return complaint_of(first, status="resolved", resolved_at=NOW, first_replied_at=NOW, next_step_at=None)


@pytest.mark.parametrize("text", ["Kiitos!", "tack för hjälpen", "Thanks, all good"])
def test_a_mere_thank_you_leaves_a_resolved_complaint_alone(at: Office, first: Story, text: str) -> None:
    story = take(further(first, text), at=at, desk=desk_after(first, complaint=resolved(first)))
    assert (story.outcome, complaint_of(story).status, events(story)) == (
        "follow_up",
        "resolved",
        ["customer_wrote", "thanked"],
    )
    assert told(story) == []


def test_a_thank_you_that_a_rule_takes_for_praise_opens_nothing(first: Story) -> None:
    praise = rules(("rules:\n", "rules:\n  - {name: praise, when: {body: kiitos}, then: {topic: praise}}\n"))
    at = office(rulebook=praise)
    story = take(further(first, "Kiitos avusta!"), at=at, desk=desk_after(first, complaint=resolved(first)))
    assert (story.outcome, complaint_of(story).status) == ("follow_up", "resolved")


@pytest.mark.parametrize(
    "text",
    [
        "ei toimi vieläkään",
        "Vika tuli takaisin.",
        "det fungerar fortfarande inte",
        "still not working",
        "Kiitos, mutta laite ei toimi",
        "Milloin rahat tulevat?",
        "onko mitään uutta?",
    ],
)
def test_whatever_else_the_customer_writes_reopens_it(at: Office, first: Story, text: str) -> None:
    story = take(further(first, text), at=at, desk=desk_after(first, complaint=resolved(first)))
    assert (complaint_of(story).status, told(story)) == ("open", ["anna@yritys.example"])


def test_thanks_in_an_open_complaint_are_told(at: Office, first: Story) -> None:
    assert told(take(further(first, "Kiitos!"), at=at, desk=desk_after(first))) == ["anna@yritys.example"]


def test_a_chaser_before_the_first_answer_raises_the_priority(at: Office, first: Story) -> None:
    story = take(further(first, "Missä vastaus?"), at=at, desk=desk_after(first))
    assert (complaint_of(story).priority, events(story)) == ("high", ["customer_wrote", "chased", "priority"])
    assert "missä vastaus viipyy; tärkeys nousi: high" in only(story, "follow_up").draft.text


def test_a_chaser_raises_the_priority_once_a_day(at: Office, first: Story) -> None:
    soon, later = NOW + timedelta(hours=23), NOW + timedelta(hours=25)
    once = complaint_of(first, priority="high", chased_at=NOW)
    desk = desk_after(first, complaint=once)
    again = take(further(first, "Onko mitään uutta?"), at=at, desk=desk, now=soon, arrived_at=soon)
    assert (complaint_of(again).priority, events(again)) == ("high", ["customer_wrote"])
    desk = desk_after(first, complaint=once)
    next_day = take(further(first, "Onko mitään uutta?"), at=at, desk=desk, now=later, arrived_at=later)
    assert complaint_of(next_day).priority == "critical"


def test_at_the_top_of_the_scale_a_chaser_is_only_told(at: Office, first: Story) -> None:
    top = complaint_of(first, priority="critical")
    story = take(further(first, "Missä vastaus?"), at=at, desk=desk_after(first, complaint=top))
    assert (complaint_of(story).priority, events(story)) == ("critical", ["customer_wrote", "chased"])
    assert "tärkeys nousi" not in only(story, "follow_up").draft.text


def test_after_a_persons_answer_a_chaser_raises_nothing(at: Office, first: Story) -> None:
    answered = complaint_of(first, first_replied_at=NOW)
    story = take(further(first, "Missä vastaus?"), at=at, desk=desk_after(first, complaint=answered))
    assert (complaint_of(story).priority, events(story)) == ("normal", ["customer_wrote"])


def test_a_chaser_from_somebody_else_raises_nothing(at: Office, first: Story) -> None:
    story = take(further(first, "Missä vastaus?", **{"from": LIISA}), at=at, desk=desk_after(first))
    assert complaint_of(story).priority == "normal"


def test_what_waits_for_the_customer_is_open_again_and_due_later(at: Office, first: Story) -> None:
    when = NOW + timedelta(hours=2)
    waiting = complaint_of(first, status="waiting", waiting_since=NOW, first_replied_at=NOW, next_step_at=None)
    desk = desk_after(first, complaint=waiting)
    story = take(further(first, "Tässä kuva."), at=at, desk=desk, now=when, arrived_at=when)
    after, due = complaint_of(story), complaint_of(first).resolve_due
    assert due is not None
    assert (after.status, after.waiting_since, after.next_step_at) == ("open", None, when)
    assert (after.resolve_due, events(story)) == (due + timedelta(hours=2), ["customer_wrote", "resumed"])


@pytest.mark.parametrize("text", ["tila", "Status?", "LÄGE!", "Hei,\n\ntila?\n\nMatti"])
def test_the_word_for_the_status_is_answered_with_status_and_promise(at: Office, first: Story, text: str) -> None:
    story = take(further(first, text), at=at, desk=desk_after(first))
    mail = only(story, "status")
    assert (mail.draft.to.address, mail.draft.language, mail.draft.auto_submitted) == (
        "matti@posti.example",
        "fi",
        "auto-replied",
    )
    assert "V-AAAAA: asia on käsittelyssä. Vastaamme sinulle viimeistään torstaina 25.6. klo 12.00." in mail.draft.text
    assert (told(story), events(story)) == (["matti@posti.example"], ["customer_wrote", "status_told"])


def test_the_status_tells_of_all_that_is_open(at: Office, first: Story) -> None:
    desk = desk_after(first)
    other = complaint_of(first, reference="V-BBBBB", status="waiting")
    desk.matters["matti@posti.example"] = (other, complaint_of(first))
    text = only(take(further(first, "", subject="Re: tila"), at=at, desk=desk), "status").draft.text
    assert "V-BBBBB: odotamme vastaustasi viestiimme." in text
    assert text.count("V-AAAAA: ") == 1


def test_the_status_is_told_once_a_day_and_then_a_person_sees_the_question(at: Office, first: Story) -> None:
    desk = desk_after(first)
    desk.remember(take(further(first, "tila"), at=at, desk=desk))
    again = take(further(first, "tila", message_id="<kolmas@posti.example>"), at=at, desk=desk)
    assert told(again) == ["anna@yritys.example"]


@pytest.mark.parametrize("fields", [{"from": LIISA}, {"auto_submitted": "auto-generated"}, {"precedence": "bulk"}])
def test_nobody_else_and_no_machine_is_told_the_status(at: Office, first: Story, fields: dict[str, str]) -> None:
    story = take(further(first, "tila", **fields), at=at, desk=desk_after(first, complaint=resolved(first)))
    assert (told(story), complaint_of(story).status) == (["anna@yritys.example"], "resolved")


def test_the_question_for_the_status_reopens_nothing(at: Office, first: Story) -> None:
    story = take(further(first, "tila"), at=at, desk=desk_after(first, complaint=resolved(first)))
    assert complaint_of(story).status == "resolved"
    assert "V-AAAAA: asia on käsitelty." in only(story, "status").draft.text


# --- the clock of the next answer


@pytest.fixture
def counting() -> Office:
    return office(rulebook=rules(("normal: {first_reply: 1d,", "normal: {first_reply: 1d, next_reply: 4h,")))


def test_a_mail_after_an_answer_is_to_be_answered_in_its_own_time(counting: Office) -> None:
    first = opened(counting)
    desk = desk_after(first, complaint=complaint_of(first, first_replied_at=NOW))
    story = take(further(first, "Se hajosi taas."), at=counting, desk=desk)
    assert complaint_of(story).next_reply_due == datetime(2026, 6, 24, 13, tzinfo=UTC)  # noon in Helsinki, and 4 hours
    assert "vastaus viimeistään ke 24.6. klo 16.00" in only(story, "follow_up").draft.text


@pytest.mark.parametrize("text", ["Kiitos!", "tila"])
def test_thanks_and_the_word_for_the_status_ask_for_no_answer(text: str, counting: Office) -> None:
    first = opened(counting)
    desk = desk_after(first, complaint=complaint_of(first, first_replied_at=NOW))
    assert complaint_of(take(further(first, text), at=counting, desk=desk)).next_reply_due is None


def test_what_somebody_else_writes_starts_no_clock(counting: Office) -> None:
    first = opened(counting)
    desk = desk_after(first, complaint=complaint_of(first, first_replied_at=NOW))
    story = take(further(first, "Se hajosi taas.", **{"from": LIISA}), at=counting, desk=desk)
    assert complaint_of(story).next_reply_due is None


def test_before_the_first_answer_its_own_clock_counts(counting: Office) -> None:
    first = opened(counting)
    story = take(further(first, "Se hajosi taas."), at=counting, desk=desk_after(first))
    assert complaint_of(story).next_reply_due is None


def test_a_mail_that_opens_a_resolved_complaint_is_to_be_answered_too(counting: Office) -> None:
    first = opened(counting)
    resolved = complaint_of(first, status="resolved", first_replied_at=NOW, resolved_at=NOW)
    after = complaint_of(take(further(first, "Hajosi taas."), at=counting, desk=desk_after(first, complaint=resolved)))
    assert (after.status, after.clock_run, after.next_reply_run) == ("open", 2, 1)
