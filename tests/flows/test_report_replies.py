"""Somebody answers a report or digest: a note, or a mail to the lead, and never mail to a customer."""

import pytest

from flows.office import CHECKED, NOW, SUPPORT, desk_after, letters, office, opened, raw_mail, take, told
from vastine.core.mail import Address
from vastine.core.office import Office
from vastine.core.outgoing import Draft, Outgoing
from vastine.core.story import Letter, Story

JOHTAJA = "johtaja@yritys.example"
FIRST = "V-AAAAA"


@pytest.fixture
def at() -> Office:
    return office()


@pytest.fixture
def first(at: Office) -> Story:
    return opened(at)


def report(at: Office, to: str = JOHTAJA, kind: str = "report") -> Story:
    draft = Draft(
        kind=kind,
        to=Address(address=to),
        party=f"notice:{to}",
        reference=None,
        mailbox="support",
        language="fi",
        subject="Viikko",
        text="147 uutta reklamaatiota",
        auto_submitted="auto-generated",
    )
    return at.sealed(Story(letters=(Letter(draft=draft),)), NOW)


def mail_of(story: Story) -> Outgoing:
    return story.mails[0]


def answered(
    at: Office, first: Story, text: str, *, to: str = JOHTAJA, by: str | None = None, kind: str = "report"
) -> Story:
    sent = report(at, to, kind)
    fields = {"from": by or to, "to": SUPPORT, "message_id": "<re@yritys.example>", "subject": "VS: Viikko"}
    fields["authentication_results"] = "mx.yritys.example; dmarc=pass header.from=yritys.example"
    raw = raw_mail(text, **fields, in_reply_to=mail_of(sent).message_id)
    return take(raw, at=at, desk=desk_after(first, sent))


def test_an_answer_that_names_a_complaint_is_a_note_in_it(at: Office, first: Story) -> None:
    story = answered(at, first, f"Miksi {FIRST} on yhä auki?")
    assert (story.outcome, story.reference, [event.kind for event in story.events]) == ("staff_reply", FIRST, ["note"])
    assert told(story) == told(story, "follow_up") == ["anna@yritys.example"]


@pytest.mark.parametrize("text", ["Hienoa työtä!", "Entä V-ZZZZZ?"])
def test_an_answer_that_names_none_of_ours_goes_to_the_lead(at: Office, first: Story, text: str) -> None:
    story = answered(at, first, text)
    assert (story.outcome, story.complaint, told(story)) == ("staff_reply", None, ["maija@yritys.example"])
    assert f"| {text}" in letters(story, "alert")[0].draft.text


@pytest.mark.parametrize(("kind", "subject"), [("report", "Vastaus raporttiin"), ("digest", "Vastaus työlistaan")])
def test_what_is_passed_on_says_what_was_answered_and_by_whom(
    at: Office, first: Story, kind: str, subject: str
) -> None:
    [passed_on] = letters(answered(at, first, "Selvä.", to="anna@yritys.example", kind=kind), "alert")
    assert passed_on.draft.subject == subject
    assert passed_on.draft.text.startswith("Anna Virtanen vastasi")


def test_a_note_in_answer_to_a_report_names_its_writer(at: Office, first: Story) -> None:
    story = answered(at, first, f"Miksi {FIRST} on yhä auki?", to="maija@yritys.example")
    assert letters(story, "follow_up")[0].draft.text.split("\n\n")[1] == "Maija Koski kirjoitti huomautuksen."


def test_a_reference_in_what_is_quoted_names_nothing(at: Office, first: Story) -> None:
    story = answered(at, first, f"Kiitos.\n\n1.6.2026 Yritys Oy kirjoitti:\n> {FIRST} Pyörä\n")
    assert story.events == ()


def test_the_leads_own_answer_does_not_come_back_to_them(at: Office, first: Story) -> None:
    assert told(answered(at, first, "Selvä.", to="maija@yritys.example", kind="digest")) == []


def test_a_member_who_asks_for_their_work_in_answer_to_a_digest_gets_it(first: Story) -> None:
    story = answered(office(policy=CHECKED), first, "#lista", to="anna@yritys.example", kind="digest")
    assert told(story, "confirmation") == ["anna@yritys.example"]


def test_the_administrators_answer_to_an_alert_opens_no_complaint(at: Office, first: Story) -> None:
    story = answered(at, first, "Hoidan.", to="yllapito@yritys.example", kind="alert")
    assert (story.outcome, story.complaint, told(story)) == ("staff_reply", None, [])


def test_a_customer_who_was_shown_a_report_is_a_customer(at: Office, first: Story) -> None:
    story = answered(at, first, "Sain tämän teiltä.", by="Liisa <liisa@posti.example>")
    assert story.outcome == "complaint"
