"""The HTML of a mail to staff: what it shows and never holds, and what a reply written above it becomes."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.compose.replies import CLIENTS, Reply
from core.compose.samples import ANNA, COMPLAINT, DECISION, DUE, MAIL, NOW, RULEBOOK, complaint, facts_of, sealed
from vastine.core.commands import read_reply
from vastine.core.compose import escalation, reminder, routed
from vastine.core.compose.page import LONGEST
from vastine.core.leak import leaks
from vastine.core.mail import Address, Mail
from vastine.core.outgoing import Draft
from vastine.core.parse.html import html_to_text
from vastine.core.quote import MARKER_PHRASES, own_text
from vastine.texts import LANGUAGES, texts_in

ANSWER = "Hei Matti,\n\npalautamme summan huomenna.\n\nTerveisin Anna"


def to_staff(**changed: Any) -> Draft:
    given: dict[str, Any] = {
        "mail": MAIL,
        "recipient": ANNA,
        "decision": DECISION,
        "earlier": (COMPLAINT,),
        "now": NOW,
        "authenticated": True,
    }
    return routed(RULEBOOK, changed.pop("complaint", COMPLAINT), **(given | changed))


def page(**changed: Any) -> str:
    html = to_staff(**changed).html
    assert html is not None
    return html


def sent(draft: Draft) -> str:
    """The HTML as the member gets it."""
    part = message_from_bytes(sealed(draft).raw, policy=policy.default).get_body(("html",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def in_language(language: str) -> Draft:
    return to_staff(recipient=replace(ANNA, languages=(language,)))


def words(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_page_says_all_that_the_text_says_in_the_same_words(language: str) -> None:
    draft = in_language(language)
    shown = words(html_to_text(draft.html or ""))
    lines = [line.removeprefix("|") for line in draft.text.split("\n") if "mailto:" not in line]
    assert [line for line in lines if words(line) not in shown] == []


def test_marker_line_stands_first() -> None:
    assert html_to_text(page()).startswith(MARKER_PHRASES[0])


def test_headline_names_priority_reference_and_subject() -> None:
    assert html_to_text(page()).split("\n")[2:4] == ["high V-7F3K9", "Maksu veloitettu kahdesti"]


def test_mail_without_a_subject_has_a_headline_all_the_same() -> None:
    assert "high V-7F3K9\nAsiakas" in html_to_text(page(mail=Mail(text="x"), complaint=complaint(subject="")))


def test_lines_of_the_customer_stand_in_a_box_without_a_bar() -> None:
    shown = html_to_text(page(mail=Mail(text="a\n\nAsiakas    x | y")))
    assert "\na\n\nAsiakas x | y\n" in shown.replace("\xa0", " ")


def test_line_of_the_customer_that_might_be_a_command_keeps_its_bar() -> None:
    assert "\n| #ratkaistu<br>\n" in page(mail=Mail(text="a\n#ratkaistu\nb"))


def test_blanks_of_the_customer_are_kept() -> None:
    assert "\n&nbsp;a &nbsp; &nbsp;b<" in page(mail=Mail(text=" a    b"))


def test_language_of_the_customer_is_told_to_those_who_listen() -> None:
    assert 'lang="sv">' in page(complaint=complaint(language="sv"))


@pytest.mark.parametrize(("priority", "colour"), [("critical", "#b42318"), ("high", "#93440b"), ("low", "#475467")])
def test_colour_of_the_priority_is_its_place_on_the_scale(priority: str, colour: str) -> None:
    assert f"background-color:{colour}" in page(complaint=complaint(priority=priority))


def test_priority_that_the_rules_have_no_more_is_an_ordinary_one() -> None:
    assert "background-color:#475467" in page(complaint=complaint(priority="entinen"))


def test_missed_promise_is_red() -> None:
    assert ["color:#b42318;" in page(now=DUE + timedelta(minutes=n)) for n in (-1, 0)] == [False, True]


def test_escalation_and_reminder_begin_with_what_is_late() -> None:
    mails = [
        write(RULEBOOK, COMPLAINT, recipient=ANNA, steps=(), now=NOW).html or "" for write in (escalation, reminder)
    ]
    assert ["#fdecea" in html for html in mails] == [True, False]
    assert all("Maksu veloitettu kahdesti\nAsiakas odottaa" in html_to_text(html) for html in mails)


def test_links_open_a_reply_to_the_member_s_own_address() -> None:
    links = re.findall(r'<a href="(mailto:[^"]*)"', sent(to_staff()))
    assert len(links) == to_staff().text.count("mailto:")
    assert all(re.match(r"mailto:asiakaspalvelu\+s\.[a-z2-7]{26}@yritys\.example\?subject=", link) for link in links)
    assert links[0].endswith("&amp;body=%23ratkaistu%0D%0A%0D%0A")


def test_who_has_it_already_is_not_offered_to_take_it() -> None:
    offered = ["Otan tämän" in page(complaint=complaint(assignee=key)) for key in ("anna", "ville", None)]
    assert offered == [False, True, True]


def test_page_to_management_has_nothing_to_answer() -> None:
    html = page(recipient=Address(address="johtaja@pohjolanpyora.example"))
    assert "mailto:" not in html
    assert MARKER_PHRASES[0] not in html


def test_page_is_small() -> None:
    assert len(page(mail=replace(MAIL, text="Asiakkaan pitkä rivi tekstiä, jota on paljon.\n" * 100)).encode()) < 40_000


def test_page_that_mail_clients_would_cut_is_left_to_the_text() -> None:
    draft = to_staff(mail=Mail(text="rivi\n" * (LONGEST // 5)))
    assert draft.html is None
    assert draft.text.count("\n| rivi") == LONGEST // 5


def test_page_fetches_nothing_and_runs_nothing() -> None:
    html = page(mail=Mail(text="<img src=https://paha.example/x.gif onerror=x> https://paha.example"))
    assert (
        re.findall(r"<(?:img|script|link|style|iframe|object|form|input)\b|\b(?:src|background)=[\"']|url\(", html)
        == []
    )


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_nothing_of_the_customer_becomes_markup(text: str, name: str) -> None:
    hostile = f"\"'><a href=x>{text}</td>"
    theirs = complaint(customer=Address(name=hostile, address="a@b.example"), language=hostile, topic=name)
    mail = replace(MAIL, subject=hostile, text=hostile, attachments=(replace(MAIL.attachments[0], filename=hostile),))
    tags = [re.sub(r' lang="[^"]*"', "", tag) for tag in re.findall(r"<[^>]*>", page(mail=mail, complaint=theirs))]
    usual = {re.sub(r' lang="[^"]*"', "", tag) for tag in re.findall(r"<[^>]*>", page())}
    assert set(tags) <= usual | {"<br>"}


def test_characters_that_turn_the_direction_are_off_names_of_files() -> None:
    spoofed = replace(MAIL, attachments=(replace(MAIL.attachments[0], filename="lasku\u202efdp.exe"),))
    assert "laskufdp.exe" in page(mail=spoofed)
    assert "laskufdp.exe" in to_staff(mail=spoofed).text


def test_personal_identity_code_is_masked() -> None:
    assert "131052-****" in sent(to_staff(mail=Mail(text="Olen <131052-308T>.")))


@pytest.mark.parametrize("html_alone", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS)
def test_reply_above_the_page_is_all_that_is_new(
    client: Callable[[str, str], Reply], language: str, html_alone: bool
) -> None:
    reply = client(ANSWER, sent(in_language(language))).read(html_alone=html_alone)
    assert own_text(reply.text) == ANSWER
    assert leaks(own_text(reply.text)) is None


@pytest.mark.parametrize("html_alone", [False, True])
@pytest.mark.parametrize("client", CLIENTS)
def test_command_above_the_page_is_read(client: Callable[[str, str], Reply], html_alone: bool) -> None:
    mail = client("#ratkaistu\nVaihdamme lukon.", sent(to_staff())).read(html_alone=html_alone)
    reply = read_reply(own_text(mail.text))
    assert (reply.has("resolve"), reply.body, reply.problems) == (True, "Vaihdamme lukon.", ())


@pytest.mark.parametrize("html_alone", [False, True])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("client", CLIENTS)
def test_page_quoted_without_its_marker_line_and_heading_is_a_leak(
    client: Callable[[str, str], Reply], language: str, html_alone: bool
) -> None:
    whole = client(ANSWER, sent(in_language(language))).read(html_alone=html_alone).text
    below = whole[whole.index(texts_in(language).staff["label_customer"]) :]
    assert leaks(f"Hei!\n{below}") in ("leak_facts", "leak_token")
    assert leaks(f"Hei!\n{below.partition('mailto:')[0]}") == "leak_facts"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_row_of_the_page_is_a_leak(language: str) -> None:
    rows = re.findall(r"<tr><td width=.*?</tr>", in_language(language).html or "", re.DOTALL)
    assert [leaks(html_to_text(f"<p>Hei</p><table>{row}</table>")) for row in rows] == ["leak_facts"] * len(rows)


def test_line_of_the_text_is_known_in_the_page_too() -> None:
    shown = html_to_text(sent(to_staff()))
    facts = [fact for fact in facts_of(to_staff().text) if "mailto:" not in fact]
    assert all(leaks(shown.partition(" ---\n")[2], routed_facts=[fact]) == "leak_facts" for fact in facts)
