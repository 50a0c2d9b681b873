"""The survey: who is asked, when and how, and what follows from an answer."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest

from flows.desktop import Desktop
from flows.office import (
    CHECKED,
    NOW,
    PASSED,
    RULES,
    Octets,
    book,
    complaint_of,
    desk_after,
    events,
    office,
    only,
    opened,
    raw_mail,
    reply_to,
    sent,
    take,
    told,
)
from vastine.core.complaint import Complaint, Event, SurveyAnswered
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.parse import parse
from vastine.core.story import Story
from vastine.core.survey import History, read_answer
from vastine.edges.reader import Reader
from vastine.edges.store import Store
from vastine.flows.survey import Surveys, ask
from vastine.texts import LANGUAGES, texts_in

DAY = timedelta(days=1)
LATER = NOW + DAY
CSAT = "survey: {low: 2, exclude: [payment]}"
REOPENING = "survey: {low: 2, reopen: true}"
LIISA = "Liisa <liisa@posti.example>"


def asking(survey: str = CSAT, **changed: Any) -> Office:
    return office(rulebook=book(f"{RULES}{survey}\n"), **changed)


def resolved(first: Story, **changed: Any) -> Complaint:
    return complaint_of(first, **({"status": "resolved", "resolved_at": NOW, "first_replied_at": NOW} | changed))


def asked(at: Office, first: Story, history: History | None = None, **changed: Any) -> Story:
    """The survey of a complaint that was resolved, sealed."""
    rules = at.rulebook.survey
    assert rules is not None
    known = history or History(answered=True)
    return at.sealed(ask(resolved(first, **changed), known, rules, at, LATER), LATER)


# --- what customers read


@pytest.mark.parametrize(
    ("language", "closed", "question"),
    [
        ("fi", "asiasi V-AAAAA on nyt käsitelty.", "Kuinka hyvin onnistuimme?"),
        ("sv", "ditt ärende V-AAAAA är nu färdigbehandlat.", "Hur väl lyckades vi?"),
        ("en", "Your matter V-AAAAA has now been dealt with.", "How did we do?"),
    ],
)
def test_a_survey_says_that_the_matter_is_closed_and_asks(language: str, closed: str, question: str) -> None:
    at = asking()
    text = only(asked(at, opened(at), language=language), "survey").draft.text
    assert closed in text
    assert question in text


def survey_mail(at: Office | None = None) -> Mail:
    at = at or asking()
    return parse(only(asked(at, opened(at)), "survey").raw)


def test_a_survey_is_marked_as_automatic_and_as_what_it_is() -> None:
    mail = survey_mail()
    assert [mail.field(name) for name in ("Auto-Submitted", "X-Vastine-Kind")] == ["auto-generated", "survey"]
    assert mail.field("X-Auto-Response-Suppress") == "OOF, AutoReply, DR, RN, NRN"


def test_every_number_has_a_link_to_the_complaints_own_address() -> None:
    at = asking()
    mail = only(asked(at, opened(at)), "survey")
    html = message_from_bytes(mail.raw, policy=policy.default).get_body(("html",)).get_content()
    address = reply_to(mail)
    links = [f'"mailto:{address}?subject=V-AAAAA&amp;body={number}"' for number in (*range(1, 6), "STOP")]
    assert [html.count(link) for link in links] == [1] * 6


def test_text_of_a_survey_is_short_and_says_how_to_answer() -> None:
    text = survey_mail().text
    assert ("mailto:" in text, "numerolla 1–5" in text, "Vastaa STOP" in text) == (False, True, True)


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_who_was_told_already_that_it_is_closed_is_only_asked(language: str) -> None:
    for at in (asking(), asking("survey: {ask: nps}")):
        history = History(answered=True, closing_sent=True)
        text = only(asked(at, opened(), history, language=language), "survey").draft.text
        assert "V-AAAAA" in text
        assert not any(word in text for word in ("käsitelty", "färdigbehandlat", "dealt with"))


def test_promoters_are_asked_from_nought_to_ten() -> None:
    at = asking("survey: {ask: nps}")
    draft = only(asked(at, opened(at)), "survey").draft
    assert [(draft.html or "").count(f'&amp;body={number}"') for number in (0, 10, 11)] == [1, 1, 0]
    assert "Kuinka todennäköisesti suosittelisit meitä" in draft.text


def test_where_no_address_carries_a_token_the_links_have_it_in_their_subject() -> None:
    at = asking(subaddress="")
    assert "mailto:tuki@yritys.example?subject=%5Bc." in only(asked(at, opened(at)), "survey").raw.decode().replace(
        "=\r\n", ""
    ).replace("=3D", "=")


def test_a_survey_has_the_numbers_as_links_in_html_too() -> None:
    at = asking()
    mail = only(asked(at, opened(at)), "survey")
    assert mail.draft.html is not None
    assert mail.draft.html.count("display:inline-block") == 5
    assert "<p>asiasi V-AAAAA on nyt käsitelty." in mail.draft.html


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_link_of_a_survey_name_the_same_way_out(language: str) -> None:
    texts = texts_in(language).customer
    refusal = texts["survey_refusal"]
    assert refusal in texts["survey_way_out"]
    assert read_answer(refusal, "csat").refuses


def test_nothing_of_an_unproven_sender_is_repeated() -> None:
    at = asking(policy=CHECKED)
    draft = only(asked(at, opened(at)), "survey").draft
    said = f"{draft.subject} {draft.to} {draft.text} {draft.html}"
    assert ("Matti" in said, "Pyörä" in said) == (False, False)


def test_a_text_of_the_companys_own_is_followed_by_the_numbers_and_the_way_out() -> None:
    own = f'{CSAT}\nreplies:\n  survey: {{fi: {{subject: "Kysely", body: "Miten meni?"}}}}'
    draft = only(asked(asking(own), opened(asking(own))), "survey").draft
    assert (draft.subject, draft.text.startswith("Miten meni?\n\nEtkö halua")) == ("Kysely", True)
    assert "STOP" in draft.text


def test_who_is_not_asked_has_the_reason_in_the_history() -> None:
    at = asking()
    story = asked(at, opened(at), topic="payment")
    assert (told(story), story.events[0].detail) == ([], {"reason": "topic 'payment' is excluded"})
    assert (complaint_of(story).survey, events(story)) == ("none", ["survey_withheld"])


# --- what is answered


def answer(text: str, to: Story, **fields: str) -> bytes:
    """A reply to the survey."""
    usual = {"to": reply_to(only(to, "survey")), "subject": "V-AAAAA", "message_id": f"<{text[:5].strip()}@posti>"}
    return raw_mail(text, **(usual | fields))


def answered(text: str, *, survey: str = CSAT, at: Office | None = None, **fields: str) -> Story:
    at = at or asking(survey)
    first = opened(at)
    surveyed = asked(at, first)
    return take(answer(text, surveyed, **fields), at=at, desk=desk_after(first, surveyed), now=LATER, language=None)


def test_a_number_is_recorded() -> None:
    story = answered("5")
    assert (story.outcome, complaint_of(story).rating, complaint_of(story).status) == ("survey", 5, "resolved")
    assert story.survey == SurveyAnswered(reference="V-AAAAA", score=5, comment="", answered_at=LATER)
    assert (told(story), events(story)) == ([], ["survey_answered"])


def test_a_reply_with_the_survey_quoted_below_is_read() -> None:
    quoted = survey_mail().text.replace("\n", "\n> ")
    assert complaint_of(answered(f"Annan 4!\n\nTuki kirjoitti 25.6.2026 klo 12.00:\n> {quoted}")).rating == 4


def test_a_reply_to_our_message_id_without_a_token_counts() -> None:
    at = asking()
    first = opened(at)
    surveyed = asked(at, first)
    raw = raw_mail("3", subject="Re: Pyörä", in_reply_to=only(surveyed, "survey").message_id, message_id="<v@posti>")
    story = take(raw, at=at, desk=desk_after(first, surveyed), now=LATER)
    assert (story.outcome, complaint_of(story).rating) == ("survey", 3)


def test_a_second_answer_replaces_the_first() -> None:
    at = asking()
    first = opened(at)
    surveyed = asked(at, first)
    desk = desk_after(first, surveyed)
    desk.remember(take(answer("4", surveyed), at=at, desk=desk, now=LATER))
    story = take(answer("5", surveyed), at=at, desk=desk, now=LATER)
    assert (complaint_of(story).rating, story.events[0].detail["was"]) == (5, 4)


def test_an_answer_without_a_number_is_an_ordinary_follow_up() -> None:
    story = answered("Pyörä on yhä rikki, 2 kertaa korjattu.")
    assert (story.outcome, complaint_of(story).status, complaint_of(story).rating) == ("follow_up", "open", None)


def test_staff_do_not_see_the_customers_token_where_only_the_survey_comes_back() -> None:
    at = asking()
    first = opened(at)
    surveyed = asked(at, first)
    token = reply_to(only(surveyed, "survey")).partition("+c.")[2].partition("@")[0]
    back = parse(only(surveyed, "survey").raw).text.replace("\n", "\n> ")
    story = take(answer(f"> {back}", surveyed), at=at, desk=desk_after(first, surveyed), now=LATER)
    text = only(story, "follow_up").draft.text
    assert ("| > Etkö halua" in text, token in text) == (True, False)


@pytest.mark.parametrize(
    ("text", "status"), [("2 Tilausnumero on TIL-123456, laite on rikki", "open"), ("2", "waiting")]
)
def test_words_besides_the_number_end_the_waiting_for_the_customer(text: str, status: str) -> None:
    at = asking()
    first = opened(at)
    surveyed = asked(at, first)
    waits = complaint_of(surveyed, status="waiting", waiting_since=NOW, resolved_at=None)
    story = take(answer(text, surveyed), at=at, desk=desk_after(first, surveyed, complaint=waits), now=LATER)
    assert complaint_of(story).status == status
    assert ("resumed" in events(story)) == (status == "open")


@pytest.mark.parametrize("text", ["1", "5, kiitos!"])
def test_a_number_from_somebody_else_is_written_down_and_opens_nothing(text: str) -> None:
    story = answered(text, survey=REOPENING, **{"from": LIISA})
    assert (story.outcome, story.complaint, story.survey, told(story)) == ("survey", None, None, [])
    assert (events(story), story.events[0].trust) == (["customer_wrote"], "unverified")
    assert "does not count, unverified: from another address" in story.reason


def test_a_number_from_an_unproven_sender_is_written_down_and_opens_nothing() -> None:
    story = answered("5", at=asking(policy=CHECKED))
    assert (story.outcome, story.complaint, story.survey) == ("survey", None, None)
    assert (story.events[0].trust, story.events[0].detail["score"]) == ("unverified", 5)


def test_what_somebody_else_says_besides_the_number_is_for_staff() -> None:
    story = answered("5\n\nMilloin pyörän saa hakea liikkeestä?", **{"from": LIISA})
    assert (story.outcome, complaint_of(story).status, complaint_of(story).rating) == ("follow_up", "open", None)
    assert told(story, "follow_up") == ["anna@yritys.example"]


def test_a_number_and_the_way_out_from_somebody_else_end_the_surveys() -> None:
    story = answered("5\nSTOP", **{"from": LIISA})
    assert (story.outcome, story.no_surveys, story.survey) == ("survey", "matti@posti.example", None)


def test_a_number_from_a_proven_sender_counts() -> None:
    assert answered("5", at=asking(policy=CHECKED), authentication_results=PASSED).events[0].trust == "verified"


def test_an_absence_notice_with_a_number_is_none() -> None:
    assert answered("5", auto_submitted="auto-replied").outcome == "auto_reply"


def test_a_number_in_answer_to_another_mail_is_none() -> None:
    at = asking()
    first = opened(at)
    surveyed = asked(at, first)
    raw = raw_mail("5", to=reply_to(only(first, "acknowledgement")), message_id="<viisi@posti>")
    assert take(raw, at=at, desk=desk_after(first, surveyed), now=LATER).outcome == "follow_up"


def test_an_answer_about_a_complaint_of_which_it_is_not_known_how_they_were_asked_is_a_follow_up() -> None:
    at = asking()
    first = opened(at)
    surveyed = asked(at, first)
    desk = desk_after(first, surveyed, complaint=resolved(first))
    assert take(answer("5", surveyed), at=at, desk=desk, now=LATER).outcome == "follow_up"


def test_a_complaint_that_is_open_again_stays_so() -> None:
    at = asking()
    first = opened(at)
    surveyed = asked(at, first)
    open_again = complaint_of(surveyed, status="open", resolved_at=None)
    desk = desk_after(first, surveyed, complaint=open_again)
    story = take(answer("1", surveyed), at=at, desk=desk, now=LATER)
    assert (complaint_of(story).status, complaint_of(story).rating) == ("open", 1)


def test_a_few_words_are_kept_and_told_to_nobody() -> None:
    story = answered("5, kiitos avusta!")
    assert isinstance(story.survey, SurveyAnswered)
    assert (story.survey.comment, told(story)) == ("kiitos avusta", [])


def test_more_than_that_is_told_to_the_assignee_and_opens_nothing() -> None:
    story = answered("4\n\nHyvin meni, mutta ovikello olisi ollut kiva.")
    assert (told(story, "follow_up"), complaint_of(story).status) == (["anna@yritys.example"], "resolved")
    text = only(story, "follow_up").draft.text
    assert "vastaus kyselyyn, arvosana 4 (asteikko 1–5)" in text
    assert "| Hyvin meni, mutta ovikello olisi ollut kiva." in text


# --- low answers


def test_a_low_answer_is_told_to_the_lead() -> None:
    story = answered("2\nKesti liian kauan.")
    assert (told(story), complaint_of(story).status) == (["maija@yritys.example"], "resolved")
    draft = only(story, "escalation").draft
    assert "Asiakas antoi arvosanan 2 (asteikko 1–5). Asia on ratkaistu." in draft.text
    assert "Vastuussa: Anna Virtanen." in draft.text
    assert "| Kesti liian kauan." in draft.text


def test_who_is_told_of_a_low_answer_sees_the_words_and_how_to_open_what_is_resolved() -> None:
    story = answered("1\n\nRahoja ei ole vieläkään näkynyt tilillä.")
    [lead] = sent(story, "escalation")
    assert "Asia on ratkaistu. Se avautuu uudelleen, kun vastaat #avaa." in lead.draft.text
    assert "Rahoja ei ole vieläkään" in lead.draft.text
    [member] = sent(story, "follow_up")
    assert "asia on edelleen ratkaistu" in member.draft.text
    assert "body=%23avaa" in lead.draft.text
    assert "body=%23avaa" in member.draft.text


def test_an_answer_that_is_not_low_is_told_to_nobody() -> None:
    assert told(answered("3")) == []


def test_a_low_answer_with_much_to_say_is_told_to_the_assignee_too() -> None:
    story = answered("1\nPyörä on yhä rikki, eikä kukaan soita takaisin.")
    assert sorted(told(story)) == ["anna@yritys.example", "maija@yritys.example"]


def test_the_same_low_answer_is_told_once() -> None:
    at = asking()
    first = opened(at)
    surveyed = asked(at, first)
    desk = desk_after(first, surveyed)
    desk.remember(take(answer("1", surveyed), at=at, desk=desk, now=LATER))
    assert told(take(answer("1 ", surveyed), at=at, desk=desk, now=LATER)) == []


def test_a_low_answer_opens_the_complaint_again_where_the_rules_say_so() -> None:
    story = answered("1", survey=REOPENING)
    complaint = complaint_of(story)
    assert (complaint.status, complaint.clock_run, complaint.resolved_at) == ("open", 2, None)
    assert complaint.resolve_due is not None
    assert complaint.next_step_at == complaint.resolve_due
    assert events(story) == ["survey_answered", "reopened"]
    assert sorted(told(story, "escalation")) == ["anna@yritys.example", "maija@yritys.example"]
    assert "Asia on avattu uudelleen." in story.mails[0].draft.text


def test_an_answer_that_comes_after_the_rules_lost_the_survey_is_recorded() -> None:
    at = asking()
    first = opened(at)
    surveyed = asked(at, first)
    story = take(answer("1", surveyed), at=office(), desk=desk_after(first, surveyed), now=LATER)
    assert (complaint_of(story).rating, told(story)) == (1, [])


def test_an_answer_about_a_merged_complaint_is_shown_with_the_one_that_it_became() -> None:
    at = asking()
    first = opened(at)
    surveyed = asked(at, first)
    merged = complaint_of(surveyed, status="merged", merged_into="V-BBBBB")
    desk = desk_after(first, surveyed, complaint=merged)
    desk.complaints["V-BBBBB"] = replace(resolved(first), reference="V-BBBBB")
    story = take(answer("1", surveyed), at=at, desk=desk, now=LATER)
    assert (story.reference, complaint_of(story).rating) == ("V-AAAAA", 1)
    assert only(story, "escalation").draft.reference == "V-BBBBB"


def answered_when_merged(text: str, *, survey: str = REOPENING, **changed: Any) -> Story:
    """The answer about V-AAAAA, which was merged into V-BBBBB after its customer was asked; `changed` of the latter."""
    at = asking(survey)
    first = opened(at)
    surveyed = asked(at, first)
    desk = desk_after(first, surveyed, complaint=complaint_of(surveyed, status="merged", merged_into="V-BBBBB"))
    desk.complaints["V-BBBBB"] = replace(resolved(first, **changed), reference="V-BBBBB")
    return take(answer(text, surveyed), at=at, desk=desk, now=LATER)


def test_a_low_answer_about_a_merged_complaint_opens_the_one_that_it_became() -> None:
    story = answered_when_merged("1")
    [current] = story.others
    assert (current.reference, current.status, current.clock_run) == ("V-BBBBB", "open", 2)
    assert (complaint_of(story).status, complaint_of(story).rating) == ("merged", 1)
    assert [(event.kind, event.reference) for event in story.events] == [
        ("survey_answered", "V-AAAAA"),
        ("reopened", "V-BBBBB"),
    ]


def test_who_has_the_complaint_that_a_merged_one_became_is_told_of_a_low_answer() -> None:
    story = answered_when_merged("1", assignee="maija")
    assert told(story, "escalation") == ["maija@yritys.example"]
    assert "Asia on avattu uudelleen." in story.mails[0].draft.text


def test_words_about_a_merged_complaint_end_the_waiting_of_the_one_that_it_became() -> None:
    waits = {"status": "waiting", "waiting_since": NOW, "resolved_at": None}
    [current] = answered_when_merged("4\nPyörästä puuttuu vielä ovikello ja lamppu.", **waits).others
    assert (current.reference, current.status) == ("V-BBBBB", "open")


def test_what_a_merged_complaint_became_stays_as_it_is_after_a_good_answer() -> None:
    assert answered_when_merged("5").others == ()


# --- the way out


@pytest.mark.parametrize("text", ["STOP", "#ei kyselyitä", "Ei kiitos kyselyille"])
def test_who_wants_no_surveys_is_written_down(text: str) -> None:
    story = answered(text)
    assert (story.outcome, story.no_surveys, story.complaint) == ("survey", "matti@posti.example", None)
    assert (told(story), events(story)) == ([], ["no_surveys"])


def test_a_number_and_the_way_out_both_count() -> None:
    story = answered("4\nSTOP")
    assert (complaint_of(story).rating, story.no_surveys) == (4, "matti@posti.example")


def test_the_way_out_with_a_question_is_a_follow_up_as_well() -> None:
    story = answered("STOP\n\nMilloin pyöräni on viimein valmis?")
    assert (story.outcome, story.no_surveys) == ("follow_up", "matti@posti.example")


def test_whoever_holds_the_survey_may_end_them() -> None:
    story = answered("STOP", **{"from": LIISA})
    assert (story.no_surveys, story.events[0].trust) == ("matti@posti.example", "unverified")


# --- with the store


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def desktop(store: Store, reader: Reader) -> Desktop:
    return Desktop(store, reader, asking(random=Octets("intake")))


def resolve(store: Store, reference: str, at: datetime = NOW) -> None:
    """Staff answer it and say that it is resolved."""
    complaint = store.complaint(reference)
    assert complaint is not None
    done = replace(complaint, status="resolved", resolved_at=at, first_replied_at=at, next_step_at=None)
    event = Event(reference=reference, at=at, actor="anna", kind="answered", trust="verified", detail={})
    store.record_tick([Story(reference=reference, complaint=done, events=(event,))], at)


def closed(desktop: Desktop, *subjects: str, at: datetime = NOW) -> list[str]:
    """Complaints of Matti's about these, resolved."""
    raws = [raw_mail(subject=subject, message_id=f"<{number}@posti>") for number, subject in enumerate(subjects)]
    desktop.take(*raws)
    shown = desktop.store.list_complaints(status="open", late_at=None, team=None)
    for complaint in shown:
        resolve(desktop.store, complaint["reference"], at)
    return [complaint["reference"] for complaint in shown]


def surveys(store: Store, at: Office | None = None, problems: list[str] | None = None) -> Surveys:
    here = at or asking(random=Octets("surveys"))
    told_of = problems if problems is not None else []
    return Surveys(store, lambda: here, lambda: None, told_of.append)


def test_a_customer_is_asked_a_day_after_the_resolution_and_once(desktop: Desktop, store: Store) -> None:
    closed(desktop, "Pyörä")
    ticking = surveys(store)
    assert [ticking.tick(LATER - timedelta(seconds=1)), ticking.tick(LATER), ticking.tick(LATER)] == [0, 1, 0]
    assert [mail["to"] for mail in desktop.mails("survey")] == ["matti@posti.example"]


def test_another_process_asks_nobody_again(desktop: Desktop, store: Store) -> None:
    closed(desktop, "Pyörä")
    surveys(store).tick(LATER)
    assert surveys(store, asking(random=Octets("other"))).tick(LATER) == 0


def test_without_a_survey_in_the_rules_nobody_is_asked(desktop: Desktop, store: Store) -> None:
    closed(desktop, "Pyörä")
    assert surveys(store, office(random=Octets("none"))).tick(LATER) == 0


def test_two_complaints_of_one_customer_make_one_survey(desktop: Desktop, store: Store) -> None:
    references = closed(desktop, "Pyörä", "Kello")
    assert surveys(store).tick(LATER) == 1
    kept = [store.complaint(reference) for reference in references]
    assert sorted(complaint.survey or "" for complaint in kept if complaint) == ["csat", "none"]


def test_a_customer_is_asked_again_only_after_ninety_days(desktop: Desktop, store: Store) -> None:
    closed(desktop, "Pyörä")
    surveys(store).tick(LATER)
    [second] = closed(desktop, "Satula", at=NOW + 80 * DAY)
    assert surveys(store).tick(NOW + 81 * DAY) == 0
    assert (store.complaint(second) or resolved(opened())).survey == "none"


def test_what_was_resolved_long_ago_is_left_alone(desktop: Desktop, store: Store) -> None:
    closed(desktop, "Pyörä")
    assert surveys(store).tick(NOW + 9 * DAY) == 0


def test_a_complaint_that_was_opened_again_is_not_asked_about(desktop: Desktop, store: Store) -> None:
    closed(desktop, "Pyörä")
    desktop.take(raw_mail("Vielä yksi asia.", to=reply_to_of(desktop), message_id="<lisa@posti>"))
    assert surveys(store).tick(LATER) == 0


def reply_to_of(desktop: Desktop, kind: str = "acknowledgement") -> str:
    """Where an answer to our mail of that kind goes."""
    claimed = desktop.store.claim(LATER, 50, timedelta(minutes=5), ["support"])
    [mail] = [parse(mail.raw) for mail in claimed if mail.kind == kind]
    return mail.reply_to[0].address


def test_an_answer_is_found_in_the_ledger_and_with_the_customers_next_complaint(desktop: Desktop, store: Store) -> None:
    [reference] = closed(desktop, "Pyörä")
    surveys(store).tick(LATER)
    raw = raw_mail("4", to=reply_to_of(desktop, "survey"), subject=reference, message_id="<nelja@posti>")
    assert desktop.take(raw) == ["complaint", "survey"]
    complaint = store.complaint(reference)
    assert complaint is not None
    assert (complaint.rating, complaint.status) == (4, "resolved")


def test_the_same_answer_seen_again_counts_once(desktop: Desktop, store: Store) -> None:
    [reference] = closed(desktop, "Pyörä")
    surveys(store).tick(LATER)
    raw = raw_mail("4", to=reply_to_of(desktop, "survey"), subject=reference, message_id="<nelja@posti>")
    desktop.take(raw, raw)
    assert desktop.outcomes() == ["complaint", "survey", "duplicate"]


def test_who_wants_no_surveys_is_never_asked_again(desktop: Desktop, store: Store) -> None:
    closed(desktop, "Pyörä")
    surveys(store).tick(LATER)
    desktop.take(raw_mail("STOP", to=reply_to_of(desktop, "survey"), message_id="<stop@posti>"))
    closed(desktop, "Satula", at=NOW + 400 * DAY)
    assert surveys(store).tick(NOW + 401 * DAY) == 0


def test_one_that_cannot_be_written_does_not_stop_the_others(desktop: Desktop, store: Store) -> None:
    class Stumbling(Office):
        def sealed(self, story: Story, now: datetime) -> Story:
            if story.complaint is not None and story.complaint.subject == "Myrkky":
                raise ValueError("this survey cannot be written")
            return super().sealed(story, now)

    other = raw_mail(subject="Myrkky", message_id="<m@posti>", **{"from": LIISA})
    desktop.take(other)
    closed(desktop, "Pyörä")
    usual = asking(random=Octets("stumbling"))
    fields = ("rulebook", "mailboxes", "key", "random", "admin")
    assert surveys(store, Stumbling(**{name: getattr(usual, name) for name in fields})).tick(LATER) == 1


def test_a_complaint_that_somebody_changes_meanwhile_waits_for_the_next_tick(desktop: Desktop, store: Store) -> None:
    [reference] = closed(desktop, "Pyörä")

    class Busy(Store):
        """A store in which the complaint changes between reading it and recording the survey."""

        def complaints_to_survey(self, *given: Any) -> list[tuple[Complaint, History]]:
            found = super().complaints_to_survey(*given)
            if found and found[0][0].topic != "changed":
                changed = replace(found[0][0], topic="changed")
                self.record_tick([Story(reference=reference, complaint=changed)], LATER)
            return found

    busy = Busy(str(store.url))
    assert [surveys(busy).tick(LATER), surveys(busy).tick(LATER)] == [0, 1]
    busy.close()


def test_a_text_that_cannot_be_used_is_told(desktop: Desktop, store: Store) -> None:
    closed(desktop, "Pyörä")
    problems: list[str] = []
    broken = f'{CSAT}\nreplies:\n  survey: {{fi: {{subject: "S", body: "{{% if false %}}x{{% endif %}}"}}}}'
    surveys(store, asking(broken, random=Octets("broken")), problems).tick(LATER)
    assert ["replies.survey.fi" in problem for problem in problems] == [True]
    assert len(desktop.mails("survey")) == 1
