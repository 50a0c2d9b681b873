"""What a thorough rulebook tells besides: every condition, what it saw, and what overrode what."""

from dataclasses import replace

import pytest

from core.rules.sample import NIGHT, book, mail, run
from vastine.core.mail import Address, Attachment, Mail
from vastine.core.rules import Applied, Checked, Decision


def explained(rule: str, body: str | Mail, *more: str) -> Decision:
    return run(replace(book(rule, *more), thorough=True), body, now=NIGHT)


def checked(when: str, body: str | Mail = "") -> Checked:
    found = explained(f"when: {when}, then: {{tags: [hit]}}", body).tried[0].checked
    assert found is not None
    return found


PICTURE = Attachment(filename="kuva.jpg", content_type="image/jpeg", size=5, content=b"12345")


@pytest.mark.parametrize(
    ("when", "body", "condition", "holds", "saw"),
    [
        ("{words: [lasku, maksu]}", "Laskuni", "words: lasku, maksu", True, "'lasku' ~ 'Laskuni' (body)"),
        ("{words: [lasku, maksu]}", "Hei", "words: lasku, maksu", False, "none of them is there"),
        ("{subject: tilaus}", mail(subject="Moi  vaan"), "subject: contains 'tilaus'", False, "it says 'Moi vaan'"),
        ('{from: "@iso.example"}', "", "from: @iso.example", False, "it is matti@posti.example"),
        ("{cc: a@b.example}", "", "cc: a@b.example", False, "there is no such address"),
        ("{language: sv}", "", "language: sv", False, "it is fi"),
        ("{tag: form}", "", "tag: form", False, "there is none"),
        ("{open: true}", "", "open: true", False, "not true"),
        ("{found: order}", "", "found: order", False, "no order was recognised"),
        ("{found: {amount: {over: 100}}}", "5 €", "found: amount over 100.0", False, "there is amount 5 €"),
        ("{header: {List-Id: {contains: x}}}", "", "header: List-Id contains 'x'", False, "there is no List-Id"),
        (
            "{header: {X-A: {is: x}}}",
            mail(headers=(("X-A", "y"),)),
            "header: X-A is 'x'",
            False,
            "X-A is 'y'",
        ),
        ('{attachment: {type: "video/*"}}', "", "attachment: type video/*", False, "there is no file"),
        (
            '{attachment: {type: "video/*", name: a, over: 1kB, count: 2}}',
            mail(attachments=(PICTURE,)),
            "attachment: 2 or more, name contains 'a', type video/*, over 1,000 octets",
            False,
            "there is kuva.jpg (image/jpeg)",
        ),
        (
            "{recent: {complaints: 2, within: 30d}}",
            "",
            "recent: 2 or more earlier complaints within 30 days",
            False,
            "0 earlier complaints",
        ),
    ],
)
def test_a_condition_tells_what_it_wants_and_what_it_saw(
    when: str, body: str | Mail, condition: str, holds: bool, saw: str
) -> None:
    assert checked(when, body) == Checked(condition=condition, holds=holds, saw=saw)


def test_every_part_is_told_also_those_that_settled_nothing() -> None:
    found = checked("{words: maksu, any: [{words: lasku}, {open: false}], not: {mailbox: muu}}", "Lasku")
    assert [(part.condition, part.holds) for part in found.parts] == [
        ("words: maksu", False),
        ("any of these", True),
        ("not", True),
    ]
    assert [part.holds for part in found.parts[1].parts] == [True, True]


def test_none_of_a_list_is_told_as_that() -> None:
    assert checked("{not: [{words: maksu}, {words: lasku}]}", "Lasku").condition == "none of these"


def test_a_word_of_another_base_form_and_a_compound_are_told_as_such() -> None:
    assert "base form 'raha takaisin'" in checked("{words: rahat takaisin}", "Rahani heti takaisin").saw
    assert "a compound of 'maksu'" in checked("{words: maksu}", "Laskunmaksussa").saw


def test_an_effect_names_the_later_rule_that_overrode_it() -> None:
    later = "when: {open: false}, then: {topic: b}"
    decision = explained("when: {open: false}, then: {topic: a, tags: [x]}", "", later)
    assert decision.tried[0].applied == (
        Applied(effect="topic", value="a", overridden_by="r2"),
        Applied(effect="tags", value="x"),
    )
    assert decision.tried[1].applied == (Applied(effect="topic", value="b"),)


def test_a_thorough_decision_is_the_same_one() -> None:
    rules = ("when: {words: lasku}, then: {topic: a, stop: true}", "when: {open: false}, then: {raise: 1}")
    quick, thorough = run(book(*rules), "Lasku", now=NIGHT), explained(rules[0], "Lasku", rules[1])
    bare = tuple(replace(tried, checked=None) for tried in thorough.tried)
    assert replace(thorough, tried=bare) == quick


def test_a_rule_behind_a_stop_is_not_looked_at() -> None:
    rules = ("when: {words: lasku}, then: {stop: true}", "when: {words: maksu}, then: {raise: 1}")
    assert explained(rules[0], "Lasku", rules[1]).tried[1].checked is None


def test_the_customer_that_a_rule_named_is_told() -> None:
    form = mail(reply_to=(Address(address="liisa@posti.example"),))
    applied = explained("when: {open: false}, then: {customer_is: reply_to}", form).tried[0].applied
    assert applied == (Applied(effect="customer", value="liisa@posti.example"),)
