"""A member's mail to the desk itself: their complaints, one for a customer, or a customer's mail that they forward."""

from dataclasses import replace
from datetime import timedelta

import pytest

from flows.office import (
    ANNA,
    CHECKED,
    NOW,
    complaint_of,
    desk_after,
    empty_desk,
    events,
    office,
    only,
    opened,
    raw_mail,
    read,
    take,
    told,
)
from vastine.core.authentication import Policy
from vastine.core.complaint import Complaint
from vastine.core.desk import Desk
from vastine.core.mail import Mail
from vastine.core.parse import parse
from vastine.core.story import Story
from vastine.flows.inquiry import inquiry_of
from vastine.flows.telling import hand_over

MATTI = "matti@posti.example"
AT_ANNA = "anna@yritys.example"
VILLE = "Ville Laine <ville@yritys.example>"
FORWARDED = """Asiakas soitti myös.

---------- Forwarded message ---------
From: Matti Meikäläinen <matti@posti.example>
Date: ke 24.6.2026 klo 11.58
Subject: Lasku on väärin
To: Anna Virtanen <anna@yritys.example>

Laskussa on väärä summa.
"""


def write(text: str, *, desk: Desk | None = None, policy: Policy | None = None, **fields: str) -> Story:
    """What follows when Anna writes to the support address."""
    usual = {"from": ANNA, "subject": "Asiat", "message_id": "<uusi@yritys.example>"}
    usual |= {"authentication_results": "mx.yritys.example; dmarc=pass header.from=yritys.example"}
    return take(raw_mail(text, **(usual | fields)), at=office(policy=policy or CHECKED), desk=desk)


def desk_with(**changed: object) -> Desk:
    """One complaint in hand: Matti's."""
    first = opened()
    return empty_desk(work=(complaint_of(first, **changed),))


def answer(story: Story, kind: str = "confirmation") -> Mail:
    return parse(only(story, kind).raw)


# --- asking


@pytest.mark.parametrize("command", ["#lista", "#lista tuki", "#list", "#lista oma"])
def test_a_member_is_told_what_they_have(command: str) -> None:
    story = write(command, desk=desk_with(assignee="anna"))
    assert "V-AAAAA" in answer(story).text
    assert (story.outcome, story.complaint, told(story)) == ("staff_reply", None, [AT_ANNA])


def test_the_list_has_priority_customer_and_subject() -> None:
    [line] = [x for x in answer(write("#lista", desk=desk_with(assignee="anna"))).text.splitlines() if "V-AAAAA" in x]
    assert "[normal]" in line
    assert MATTI in line
    assert line.endswith("Pyörä")


def test_the_list_has_what_nobody_of_the_team_took() -> None:
    assert "V-AAAAA" in answer(write("#lista", desk=desk_with(assignee=None, team="support"))).text


@pytest.mark.parametrize("changed", [{"assignee": "ville"}, {"assignee": None, "team": "billing"}])
def test_the_list_has_nothing_of_others(changed: dict[str, object]) -> None:
    assert "V-AAAAA" not in answer(write("#lista", desk=desk_with(**changed))).text


def test_a_late_list_has_only_what_is_late() -> None:
    late = desk_with(assignee="anna", first_reply_due=NOW - timedelta(hours=1))
    assert "V-AAAAA" in answer(write("#lista myöhässä", desk=late)).text
    assert "V-AAAAA" not in answer(write("#lista myöhässä", desk=desk_with(assignee="anna"))).text


def test_help_names_the_commands() -> None:
    assert "#ratkaistu" in answer(write("#ohje")).text


def test_the_answer_continues_the_members_thread() -> None:
    assert answer(write("#ohje")).field("In-Reply-To") == "<uusi@yritys.example>"


# --- opening


def test_a_member_opens_a_complaint_for_a_customer() -> None:
    story = write(f"#uusi {MATTI}\n\nPyörän ketju on katkennut.\nMitä nyt?", subject="Puhelu")
    assert story.complaint is not None
    assert (story.complaint.customer.address, story.complaint.subject) == (MATTI, "Pyörän ketju on katkennut.")
    assert MATTI in told(story, "acknowledgement")


@pytest.mark.parametrize(
    ("language", "words"), [("fi", "kirjasimme asian"), ("sv", "vi har antecknat"), ("en", "We have noted")]
)
def test_who_called_is_not_thanked_for_a_message(language: str, words: str) -> None:
    at = office(policy=CHECKED, language=language)
    proof = {"authentication_results": "mx.yritys.example; dmarc=pass header.from=yritys.example"}
    story = take(raw_mail(f"#uusi {MATTI}\n\n4711", subject="Puhelu", **{"from": ANNA, **proof}), at=at)
    mail = only(story, "acknowledgement").draft
    assert words in mail.text
    assert "Puhelu" not in mail.subject + mail.text


@pytest.mark.parametrize(
    ("written", "name"),
    [
        (f"Liisa Kuula <{MATTI}>", "Liisa Kuula"),
        (f'"Kuula, Liisa" <{MATTI}>', "Kuula, Liisa"),
        (MATTI.upper(), ""),
        (f"<{MATTI}>", ""),
    ],
)
def test_an_address_is_understood_as_it_is_pasted(written: str, name: str) -> None:
    customer = complaint_of(write(f"#uusi {written}\n\nPyörä on rikki.")).customer
    assert (customer.address, customer.name) == (MATTI, name)


def test_staff_are_told_who_wrote_it_down() -> None:
    assert "Kirjasi: Anna Virtanen" in only(write(f"#uusi {MATTI}\n\nPyörä on rikki."), "routed").draft.text
    assert "Välitti: Anna Virtanen" in only(write(FORWARDED, subject="Fwd: Pyörä"), "routed").draft.text


def test_the_confirmation_of_a_new_complaint_names_it_and_who_is_acknowledged() -> None:
    story = write(f"#uusi {MATTI}\n\nPyörä on rikki.")
    assert only(story, "confirmation").draft.subject == f"[{story.reference}] Asiakaspalvelun asiat"
    assert f"Kuittaus lähtee asiakkaalle {MATTI}." in answer(story).text


def test_the_confirmation_says_where_nobody_is_acknowledged() -> None:
    story = write("#uusi noreply@kauppa.example\n\nPyörä on rikki.")
    assert "Asiakkaalle ei lähde kuittausta." in answer(story).text


def test_a_complaint_opened_for_a_customer_says_who_brought_it() -> None:
    story = write(f"#uusi {MATTI}\n\nPyörä on rikki.")
    [brought] = [event for event in story.events if event.kind == "brought"]
    assert (brought.actor, brought.detail["message_id"]) == ("anna", "<uusi@yritys.example>")


def test_the_member_is_told_of_the_complaint_they_opened() -> None:
    story = write(f"#uusi {MATTI}\n\nPyörä on rikki.")
    assert story.reference is not None
    assert story.reference in answer(story).text


@pytest.mark.parametrize(
    "address", ["matti", "tuki@yritys.example", "tuki+c.abc@yritys.example", "ville@yritys.example", "@", "a@b@c"]
)
def test_a_complaint_is_opened_for_nobody_but_an_outsider(address: str) -> None:
    story = write(f"#uusi {address}\n\nPyörä on rikki.")
    assert (story.complaint, told(story)) == (None, [AT_ANNA])


def test_a_complaint_without_words_is_not_opened() -> None:
    story = write(f"#uusi {MATTI}")
    assert (story.complaint, told(story)) == (None, [AT_ANNA])


# --- forwarding


def test_a_forwarded_mail_is_the_customers() -> None:
    story = write(FORWARDED, subject="Fwd: Lasku on väärin")
    assert story.complaint is not None
    assert (story.complaint.customer.address, story.complaint.customer.name) == (MATTI, "Matti Meikäläinen")
    assert (story.complaint.subject, story.complaint.topic) == ("Lasku on väärin", "payment")


def test_what_stands_above_a_forwarded_mail_is_a_note() -> None:
    story = write(FORWARDED, subject="Fwd: Lasku on väärin")
    [note] = [event for event in story.events if event.kind == "note"]
    assert (note.actor, note.detail["text"]) == ("anna", "Asiakas soitti myös.")


def test_whose_mail_was_forwarded_is_not_written_to() -> None:
    story = write(FORWARDED, subject="Fwd: Lasku on väärin")
    [withheld] = [event for event in story.events if event.kind == "acknowledgement_withheld"]
    assert (MATTI in told(story), complaint_of(story).promise) == (False, None)
    assert withheld.detail["reason"] == "anna forwarded the mail: its sender is what the text says"


def test_who_forwards_a_mail_is_told_that_the_customer_was_not_written_to() -> None:
    assert "ei lähetetty kuittausta" in answer(write(FORWARDED, subject="Fwd: Lasku on väärin")).text


def test_a_colleagues_mail_forwarded_is_an_ordinary_mail() -> None:
    story = write(FORWARDED.replace(MATTI, "ville@yritys.example"), subject="Fwd: Lasku on väärin")
    assert "brought" not in events(story)


@pytest.mark.parametrize(("text", "subject"), [(FORWARDED, "Fwd: Lasku"), (f"#uusi {MATTI}\n\nPyörä.", "Pyörä")])
def test_what_is_known_of_the_customer_is_looked_up(text: str, subject: str) -> None:
    at = office(policy=CHECKED)
    proof = {"authentication_results": "mx.yritys.example; dmarc=pass header.from=yritys.example"}
    brought = read(raw_mail(text, **proof | {"from": ANNA, "subject": subject}), at)
    assert MATTI in inquiry_of([brought], at).addresses


# --- refusing


@pytest.mark.parametrize("command", ["#ratkaistu", "#ota", "#huomautus"])
def test_a_command_about_a_complaint_says_that_it_has_none(command: str) -> None:
    story = write(f"{command}\n\nTeksti")
    assert (story.complaint, told(story), story.reason) == (None, [AT_ANNA], "nothing was done: no_complaint")
    assert f"”{command}”" in answer(story, "returned").text


def test_two_commands_to_the_desk_are_one_too_many() -> None:
    assert write("#lista\n#ohje").reason == "nothing was done: alone"


def test_an_unknown_command_says_which_was_meant() -> None:
    assert "#lista" in answer(write("#listaa"), "returned").text


def test_who_is_not_proven_to_be_the_member_gets_nothing_of_the_desk() -> None:
    story = write("#lista", desk=desk_with(assignee="anna", reference="V-9999X"), authentication_results="")
    assert "V-9999X" not in "".join(parse(mail.raw).text for mail in story.mails)
    assert told(story, "confirmation") == []


@pytest.mark.parametrize(
    ("text", "subject"), [("#lista", "Asiat"), (f"#uusi {MATTI}\n\nPyörä.", "Pyörä"), (FORWARDED, "Fwd: Lasku")]
)
def test_where_nobody_checks_senders_no_mail_to_the_desk_is_believed(text: str, subject: str) -> None:
    story = write(text, desk=desk_with(assignee="anna", reference="V-9999X"), policy=Policy(), subject=subject)
    assert (story.outcome, told(story, "confirmation"), "brought" in events(story)) == ("complaint", [], False)
    assert "V-9999X" not in "".join(parse(mail.raw).text for mail in story.mails)


def test_where_nobody_checks_senders_nothing_is_looked_up_for_the_desk() -> None:
    at = office()
    brought = [read(raw_mail(text, **{"from": ANNA}), at) for text in ("#lista", f"#uusi {MATTI}\n\nPyörä.")]
    assert MATTI not in inquiry_of(brought, at).addresses


def test_a_customer_who_writes_a_command_has_written_a_mail() -> None:
    story = take(raw_mail("#lista"), at=office(), desk=desk_with(assignee="anna"))
    assert (story.outcome, told(story, "confirmation")) == ("complaint", [])


def test_a_members_own_matter_is_a_complaint() -> None:
    assert write("Pyöräni on rikki.").outcome == "complaint"


def test_a_reply_to_our_answer_from_the_desk_is_mail_to_the_desk() -> None:
    returned = write("#listaa")
    story = write("#lista", desk=desk_after(returned), in_reply_to=only(returned, "returned").message_id)
    assert (story.complaint, told(story, "confirmation")) == (None, [AT_ANNA])


# --- answering what the desk answered


def answered(text: str, before: str = "#lista", kind: str = "confirmation", **fields: str) -> Story:
    """What follows when Anna answers what she got for an earlier mail to the desk."""
    story = write(before)
    ids = {"in_reply_to": only(story, kind).message_id, "message_id": "<re@yritys.example>"}
    return write(text, desk=desk_after(story), **ids | fields)


@pytest.mark.parametrize("text", ["kiitos", "Kiitos!\n\nTerv. Anna", ""])
def test_thanks_for_what_the_desk_answered_are_only_recorded(text: str) -> None:
    story = answered(text)
    assert (story.outcome, story.complaint, told(story)) == ("staff_reply", None, [])
    assert story.reason == "anna answers our confirmation, which is about no complaint"


def test_who_seems_to_want_something_of_the_desk_is_told_how_to_get_it() -> None:
    story = answered("Missä Matin asia on?")
    assert (story.outcome, story.complaint, told(story)) == ("staff_reply", None, [AT_ANNA])
    assert "#ohje" in answer(story, "returned").text


def test_a_plain_answer_to_a_mail_that_was_returned_is_only_recorded() -> None:
    story = answered("Kiitos viestistäsi, se on vastaanotettu.", before="#listaa", kind="returned")
    assert (story.outcome, story.complaint, told(story)) == ("staff_reply", None, [])


def test_a_command_in_answer_to_what_the_desk_answered_is_done() -> None:
    assert told(answered("#ohje"), "confirmation") == [AT_ANNA]


def test_a_customer_with_the_message_id_of_what_the_desk_answered_is_a_customer() -> None:
    assert answered("kiitos", **{"from": "Matti <matti@posti.example>"}).outcome == "complaint"


def test_who_is_not_proven_to_be_the_member_answers_nothing_of_the_desk() -> None:
    assert answered("Pyöräni on rikki.", authentication_results="").outcome == "complaint"


def test_a_reply_to_a_mail_of_ours_is_no_mail_to_the_desk() -> None:
    first = opened()
    desk = desk_after(first)
    story = write("#lista", desk=desk, in_reply_to=only(first, "routed").message_id)
    assert "not_here" in [code for event in story.events for code in event.detail.get("problems", ())]


# --- a complaint that the member has no mail of


def known(**changed: object) -> Desk:
    """Matti's complaint, which is Ville's, as the desk knows it."""
    first = opened()
    desk = empty_desk(references=iter(["V-NEW22"]))
    desk.complaints["V-AAAAA"] = complaint_of(first, assignee="ville", **changed)
    return desk


@pytest.mark.parametrize("command", ["#ota V-AAAAA", "#ta v-aaaaa", "#take [V-AAAAA]"])
def test_a_member_takes_a_complaint_by_its_reference(command: str) -> None:
    story = write(command, desk=known())
    assert (complaint_of(story).assignee, events(story)) == ("anna", ["assignee"])
    assert (story.hand_over, story.show_to) == (True, "anna")


def test_a_member_sees_a_complaint_by_its_reference_and_changes_nothing() -> None:
    desk = known()
    story = write("#tila V-AAAAA", desk=desk)
    assert (complaint_of(story), events(story)) == (desk.complaints["V-AAAAA"], [])
    at = office(policy=CHECKED)
    shown = hand_over(story, {"V-AAAAA": Mail(text="Pyörä on rikki.")}, desk, at, NOW)
    assert told(shown) == [AT_ANNA]
    assert "| Pyörä on rikki." in only(shown, "routed").draft.text


def test_a_reference_that_nobody_has_comes_back() -> None:
    assert "V-ZZZZZ" in answer(write("#tila V-ZZZZZ"), "returned").text


@pytest.mark.parametrize(
    ("fields", "policy"),
    [
        ({"from": "Matti Meikäläinen <matti@posti.example>"}, CHECKED),
        ({"authentication_results": "mx.yritys.example; dmarc=none"}, CHECKED),
        ({}, Policy()),
    ],
)
def test_a_reference_opens_nothing_to_who_is_not_proven_to_be_a_member(fields: dict[str, str], policy: Policy) -> None:
    story = write("#ota V-AAAAA", desk=known(), policy=policy, **fields)
    assert (story.hand_over, story.show_to) == (False, None)
    assert story.reference == "V-NEW22"


def test_what_a_member_names_is_looked_up() -> None:
    fields = {"from": ANNA, "authentication_results": "mx.yritys.example; dmarc=pass header.from=yritys.example"}
    at = office(policy=CHECKED)
    assert inquiry_of([read(raw_mail("#tila V-AAAAA", **fields), at)], at).shown == {"V-AAAAA"}
    assert inquiry_of([read(raw_mail("#tila V-AAAAA"), at)], at).shown == frozenset()


# --- whose the list is


def listed(by: str, *work: Complaint) -> list[str]:
    fields = {"from": by, "authentication_results": "mx.yritys.example; dmarc=pass header.from=yritys.example"}
    raw = raw_mail("#lista", subject="Asiat", message_id="<l@yritys.example>", **fields)
    story = take(raw, at=office(policy=CHECKED), desk=empty_desk(work=work))
    return [line for line in answer(story).text.splitlines() if line.startswith("V-")][: len(work)]


def test_a_lead_sees_what_their_teams_have_and_whose_it_is() -> None:
    [line] = listed("Maija Koski <maija@yritys.example>", complaint_of(opened(), assignee="anna"))
    assert " · vastuussa: Anna Virtanen · " in line


def test_a_member_does_not_see_what_a_colleague_has() -> None:
    assert listed(ANNA, complaint_of(opened(), assignee="maija")) == []


def test_what_is_late_stands_first() -> None:
    late = complaint_of(opened(), reference="V-LATE2", first_reply_due=NOW - timedelta(hours=1))
    waiting = complaint_of(
        opened(), reference="V-WAIT2", status="waiting", first_reply_due=NOW - timedelta(days=9), assignee="anna"
    )
    lines = listed(ANNA, waiting, replace(late, assignee="anna"))
    assert [line[:7] for line in lines] == ["V-LATE2", "V-WAIT2"]
    assert ["myöhässä" in line for line in lines] == [True, False]
