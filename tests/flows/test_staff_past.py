"""What colleagues did about a complaint: who takes it over sees it, and no customer does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.desktop import Desktop
from flows.office import (
    ANNA,
    CHECKED,
    NOW,
    complaint_of,
    desk_after,
    empty_desk,
    letters,
    office,
    only,
    opened,
    raw_mail,
    reply_to,
    sent,
    take,
    told,
)
from vastine.core.desk import Desk
from vastine.core.office import Office
from vastine.core.outgoing import Outgoing
from vastine.core.parse import parse
from vastine.core.story import Story
from vastine.edges.reader import Reader
from vastine.edges.store import Store
from vastine.flows.telling import hand_over

MAIJA = "Maija Koski <maija@yritys.example>"
AT_ANNA, AT_MAIJA = "anna@yritys.example", "maija@yritys.example"
NOTE = "Asiakas soitti: runko on haljennut, takuu on voimassa."


@pytest.fixture
def at() -> Office:
    return office()


@pytest.fixture
def first(at: Office) -> Story:
    return opened(at)


@pytest.fixture
def desktop(tmp_path: Path) -> Iterator[Desktop]:
    store, reader = Store(f"sqlite:///{tmp_path}/vastine.db"), Reader(["fi", "sv", "en"])
    store.migrate()
    yield Desktop(store, reader)
    reader.close()
    store.close()


def reply(mail: Outgoing, text: str, at: Office, desk: Desk, by: str = ANNA, number: int = 1, **when: Any) -> Story:
    fields = {"from": by, "to": reply_to(mail), "message_id": f"<re{number}@yritys.example>"}
    return take(raw_mail(text, **fields), at=at, desk=desk, **when)


def handed_over(first: Story, at: Office, *texts: str) -> Outgoing:
    """The mail that Maija gets after Anna has written these."""
    desk = desk_after(first)
    for number, text in enumerate(texts):
        story = reply(only(first, "routed"), text, at, desk, number=number, now=NOW + timedelta(minutes=number))
        desk.remember(story)
    return only(at.sealed(hand_over(story, {}, desk, at, NOW), NOW), "routed")


def lines_of_history(mail: Outgoing) -> list[str]:
    lines = parse(mail.raw).text.split("\n")
    start = next(number for number, line in enumerate(lines) if line.startswith("Vaiheet"))
    rest = [line for line in lines[start + 1 :] if line.startswith(" " * 11)]
    return [lines[start].removeprefix("Vaiheet").strip(), *(line.strip() for line in rest)]


# --- handing over


def test_a_hand_over_tells_notes_answers_and_who_passed_it_on(at: Office, first: Story) -> None:
    mail = handed_over(first, at, f"#huomautus\n{NOTE}", "Hei Matti,\n\nkorjaamme pyörän.", "#siirrä maija")
    assert lines_of_history(mail) == [
        f"ke 24.6. klo 12.00 Anna Virtanen, huomautus: {NOTE}",
        "ke 24.6. klo 12.01 Anna Virtanen vastasi asiakkaalle: Hei Matti, korjaamme pyörän.",
        "ke 24.6. klo 12.02 Anna Virtanen siirsi asian: Maija Koski",
    ]


def test_a_note_beside_the_command_goes_along(at: Office, first: Story) -> None:
    assert NOTE in lines_of_history(handed_over(first, at, f"#siirrä maija\n#huomautus\n{NOTE}"))[0]


def test_a_long_note_is_cut_in_the_history(at: Office, first: Story) -> None:
    line = lines_of_history(handed_over(first, at, f"#huomautus\n{'pitkä ' * 200}", "#siirrä maija"))[0]
    assert (line.endswith("…"), len(line) < 560) == (True, True)


def test_an_answer_that_was_undone_is_not_in_the_history(at: Office, first: Story) -> None:
    mail = handed_over(first, at, "Korjaamme pyörän.", "#peru", "#siirrä maija")
    assert [line for line in lines_of_history(mail) if "vastasi" in line] == []


def routed_mails(desktop: Desktop) -> list[bytes]:
    waiting = desktop.store.claim(NOW, 10, timedelta(minutes=5), ["support"])
    return [mail.raw for mail in waiting if mail.kind == "routed"]


def test_the_store_keeps_it_for_later_mails(desktop: Desktop) -> None:
    desktop.take(raw_mail())
    [routed] = routed_mails(desktop)
    for number, text in enumerate((f"#huomautus\n{NOTE}", "#siirrä maija")):
        fields = {"from": ANNA, "to": parse(routed).reply_to[0].address, "message_id": f"<{number}@yritys.example>"}
        desktop.take(raw_mail(text, **fields))
    [handed] = routed_mails(desktop)
    assert NOTE in parse(handed).text


# --- notes


def test_a_note_by_somebody_else_is_mailed_to_who_has_it(at: Office, first: Story) -> None:
    desk = desk_after(first, complaint=complaint_of(first, assignee="maija"))
    story = reply(only(first, "routed"), f"#huomautus\n{NOTE}", at, desk)
    assert told(story, "follow_up") == [AT_MAIJA]
    assert f"Huomautus  {NOTE}\n" in only(story, "follow_up").draft.text


def test_a_note_of_who_has_it_is_mailed_to_nobody(at: Office, first: Story) -> None:
    assert told(reply(only(first, "routed"), f"#huomautus\n{NOTE}", at, desk_after(first))) == [AT_ANNA]


def test_a_note_to_who_has_it_already_stands_in_the_mail_that_hands_it_over(at: Office, first: Story) -> None:
    desk = desk_after(first, complaint=complaint_of(first, assignee="maija"))
    story = reply(only(first, "routed"), f"#siirrä maija\n#huomautus\n{NOTE}", at, desk)
    desk.remember(story)
    whole = hand_over(story, {}, desk, at, NOW)
    assert (story.hand_over, told(whole, "follow_up"), told(whole, "routed")) == (True, [], [AT_MAIJA])
    assert NOTE in only(whole, "routed").draft.text


def test_a_note_above_a_forward_stands_in_the_routed_mail() -> None:
    inside = "---------- Forwarded message ---------\nFrom: Matti <matti@posti.example>\n\nPyörä on rikki."
    fields = {"authentication_results": "mx.yritys.example; dmarc=pass header.from=yritys.example"}
    raw = raw_mail(
        f"{NOTE}\n\n{inside}", subject="Fwd: Pyörä", **{"from": ANNA, "message_id": "<v@yritys.example>"}, **fields
    )
    text = only(take(raw, at=office(policy=CHECKED), desk=empty_desk()), "routed").draft.text
    assert f"Vaiheet    ke 24.6. klo 12.00 Anna Virtanen, huomautus: {NOTE}\n" in text
    assert "Huomaa     Asiakas ei saanut kuittausta: kollega välitti viestin" in text


# --- nothing of it goes to a customer


@pytest.mark.parametrize(
    "leak",
    [
        NOTE,
        f"Näin se meni: {NOTE} Siinä kaikki.",
        NOTE.replace(" ", "\n", 3),
        "ke 24.6. klo 12.01 Anna Virtanen siirsi asian: Maija Koski",
        "Vaiheet    ke 24.6. klo 12.00 Anna Virtanen vastasi asiakkaalle",
    ],
)
def test_an_answer_that_holds_a_line_of_the_history_is_returned(at: Office, first: Story, leak: str) -> None:
    desk = desk_after(first)
    for number, text in enumerate((f"#huomautus\n{NOTE}\n\nTerveisin\nAnna Virtanen, takuukorjaamo", "#siirrä maija")):
        desk.remember(reply(only(first, "routed"), text, at, desk, number=number, now=NOW + timedelta(minutes=number)))
    story = reply(only(first, "routed"), f"Hei,\n\n{leak}", at, desk, number=9)
    assert (story.reason, told(story)) == ("nothing was done: leak_facts", [AT_ANNA])


def test_a_closing_that_stood_in_a_note_may_stand_in_an_answer(at: Office, first: Story) -> None:
    closing = "Ystävällisin terveisin\nAnna Virtanen, takuukorjaamo"
    desk = desk_after(first)
    desk.remember(reply(only(first, "routed"), f"#huomautus\n{NOTE}\n\n{closing}", at, desk))
    assert sent(reply(only(first, "routed"), f"Korjaamme pyörän.\n\n{closing}", at, desk, number=2), "answer")


def test_why_the_customer_has_no_acknowledgement_goes_to_no_customer(at: Office) -> None:
    first = opened(at, subject="hiljaa")
    [line] = [line for line in only(first, "routed").draft.text.split("\n") if "ei saanut kuittausta" in line]
    told_line = line.removeprefix("Huomaa").strip()
    story = reply(only(first, "routed"), f"Hei, {told_line}.", at, desk_after(first))
    assert story.reason == "nothing was done: leak_facts"


def test_why_a_lead_is_told_goes_to_no_customer(at: Office) -> None:
    first = opened(at, subject="vaara")
    [routed] = [mail for mail in sent(first, "routed") if mail.draft.to.address == AT_MAIJA]
    [line] = [line for line in routed.draft.text.split("\n") if "saat tämän" in line]
    story = reply(routed, line.removeprefix("Huomaa").strip(), at, desk_after(first), by=MAIJA)
    assert story.reason == "nothing was done: leak_facts"


def test_that_somebody_wrote_a_note_goes_to_no_customer(at: Office, first: Story) -> None:
    desk = desk_after(first)
    desk.remember(reply(only(first, "routed"), f"#huomautus\n{NOTE}", at, desk))
    story = reply(only(first, "routed"), "Anna Virtanen kirjoitti huomautuksen.", at, desk, number=2)
    assert story.reason == "nothing was done: leak_facts"


# --- promised and due


def test_what_was_not_promised_is_only_due(at: Office) -> None:
    text = only(opened(at, subject="hiljaa"), "routed").draft.text
    assert ("Luvattu" in text, "Määräaika  vastaus viimeistään" in text) == (False, True)
    assert "Huomaa     Asiakas ei saanut kuittausta: säännöt jättävät sen lähettämättä\n" in text


def test_what_the_customer_was_told_is_promised_and_the_resolution_due(at: Office, first: Story) -> None:
    text = only(first, "routed").draft.text
    assert ("Luvattu    vastaus" in text, "Määräaika  ratkaisu" in text, "kuittausta" in text) == (True, True, False)


def test_the_status_of_what_waits_says_that_the_clocks_stand_still(at: Office, first: Story) -> None:
    desk = desk_after(first)
    desk.remember(reply(only(first, "routed"), "#odota 2 pv\nLähetätkö kuvan?", at, desk))
    text = only(reply(only(first, "routed"), "#tila", at, desk, number=2), "confirmation").draft.text
    assert "Määräaika  kellot seisovat, kunnes asiakas vastaa · muistutus pe 26.6. klo 12.00\n" in text
    assert "Anna Virtanen vastasi asiakkaalle: Lähetätkö kuvan?" in text
    assert "aikaa" not in text


def test_a_lead_who_is_told_by_a_rule_reads_why(at: Office) -> None:
    mails = {letter.draft.to.address: letter.draft.text for letter in letters(opened(at, subject="vaara"), "routed")}
    assert "Huomaa     saat tämän, koska sääntö ”worse” ilmoittaa: lead\n" in mails[AT_MAIJA]
    assert "saat tämän" not in mails[AT_ANNA]
