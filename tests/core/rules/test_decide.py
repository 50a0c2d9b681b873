import pytest

from core.rules.sample import book, mail, run
from vastine.core.mail import Address


def test_without_rules_the_defaults_hold() -> None:
    decision = run(book(), "hei")
    assert (decision.topic, decision.priority, decision.team, decision.reply) == (
        "other", "normal", "support", "acknowledgement",
    )  # fmt: skip
    assert decision.set_by["topic"] == "defaults"


def test_a_later_rule_overrides_an_earlier_one() -> None:
    rules = book("when: {words: maksu}, then: {topic: a, team: billing}", "when: {words: maksu}, then: {topic: b}")
    decision = run(rules, "maksu")
    assert (decision.topic, decision.team) == ("b", "billing")
    assert (decision.set_by["topic"], decision.set_by["team"]) == ("r2", "r1")


def test_raises_add_up_and_are_clamped_once_at_the_end() -> None:
    every = "when: {words: maksu}, then: "
    rules = book(every + "{raise: 5}", every + "{lower: 4}", every + "{priority: low}")
    assert run(rules, "maksu").priority == "normal"


def test_the_scale_has_ends() -> None:
    assert run(book("when: {words: maksu}, then: {lower: 9}"), "maksu").priority == "low"


def test_stop_leaves_the_rest_untried() -> None:
    rules = book("when: {words: maksu}, then: {stop: true}", "when: {words: maksu}, then: {topic: x}")
    last = run(rules, "maksu").tried[1]
    assert (last.matched, last.because) == (None, ("not tried: 'r1' stopped the run",))


def test_the_customer_of_a_form_holds_at_once_for_later_rules_and_for_the_group() -> None:
    rules = book(
        "when: {words: maksu}, then: {customer_is: reply_to}", "when: {customers: key_accounts}, then: {tags: [k]}"
    )
    letter = mail("maksu", reply_to=(Address(address="a@iso.example"),))
    decision = run(rules, letter)
    assert (decision.customer.address, decision.tags, decision.priority) == ("a@iso.example", ("k",), "high")


def test_a_form_without_reply_to_leaves_the_customer() -> None:
    rules = book("when: {words: maksu}, then: {customer_is: reply_to}")
    assert run(rules, "maksu").customer.address == "matti@posti.example"


KEY_ACCOUNT = (Address(address="osto@iso.example"),)


def test_a_group_sets_what_no_rule_sets() -> None:
    decision = run(book(), mail(from_=KEY_ACCOUNT))
    assert (decision.team, decision.language, decision.priority) == ("billing", "sv", "high")
    assert decision.set_by["team"] == "customers: key_accounts"


def test_a_rule_beats_a_group_but_its_raise_still_counts() -> None:
    decision = run(book("when: {words: maksu}, then: {team: support, priority: low}"), mail("maksu", from_=KEY_ACCOUNT))
    assert (decision.team, decision.priority) == ("support", "normal")


def test_reply_none_sends_no_acknowledgement() -> None:
    decision = run(book("when: {words: maksu}, then: {reply: none}"), "maksu")
    assert (decision.reply, decision.set_by["reply"]) == (None, "r1")


def test_assign_lead_is_the_lead_of_the_team_in_the_end() -> None:
    rules = book("when: {words: maksu}, then: {assign: lead}", "when: {words: maksu}, then: {team: billing}")
    assert run(rules, "maksu").assign == "maija"


def test_ignore_spam_tell_and_tags() -> None:
    rules = book("when: {words: maksu}, then: {ignore: true, spam: true, tell: [anna, lead], tags: [a, b]}")
    decision = run(rules, "maksu")
    assert (decision.ignore, decision.spam, decision.tell, decision.tags) == (True, True, ("anna", "lead"), ("a", "b"))


EVERYTHING = "{topic: x, priority: low, team: billing, raise: 1, tags: [t], tell: [anna], reply: late, stop: true}"


def test_on_a_follow_up_only_raise_tags_and_tell_take_effect() -> None:
    rules = book(f"when: {{words: maksu}}, then: {EVERYTHING}", "when: {words: maksu}, then: {tags: [u]}")
    decision = run(rules, "maksu", follow_up=True, topic="payment", priority="normal", team="support", tags=("s",))
    assert (decision.topic, decision.priority, decision.team) == ("payment", "high", "support")
    assert (decision.tags, decision.tell, decision.reply) == (("s", "t", "u"), ("anna",), None)


@pytest.mark.parametrize(
    "rule", ["when: {{words: maksu, follow_up: true}}, then: {}", "follow_up: true, when: {{words: maksu}}, then: {}"]
)
def test_a_rule_that_says_follow_up_has_all_its_effects_there(rule: str) -> None:
    decision = run(book(rule.format(EVERYTHING)), "maksu", follow_up=True, topic="payment", priority="normal")
    assert (decision.topic, decision.team, decision.reply) == ("x", "billing", "late")


def test_a_group_weighs_once_and_not_on_follow_ups() -> None:
    assert run(book(), mail(from_=KEY_ACCOUNT), follow_up=True, priority="normal").priority == "normal"


@pytest.mark.parametrize("kind", ["bounce", "receipt", "auto_reply", "own", "unreadable"])
def test_kinds_that_rules_do_not_see(kind: str) -> None:
    decision = run(book("when: {words: maksu}, then: {topic: x}"), "maksu", kind=kind)
    assert (decision.tried, decision.topic) == ((), "other")


def test_machines_mail_is_seen() -> None:
    assert run(book("when: {words: maksu}, then: {topic: x}"), "maksu", kind="auto_generated").topic == "x"


def test_bulk_mail_is_seen_only_by_rules_that_test_header_or_from() -> None:
    rules = book(
        "when: {words: maksu}, then: {topic: x}",
        "when: {words: maksu, from: '@posti.example'}, then: {tags: [seen]}",
        "when: {header: {List-Id: true}}, then: {tags: [no]}",
    )
    decision = run(rules, "maksu", kind="bulk")
    assert (decision.topic, decision.tags) == ("other", ("seen",))
    assert decision.tried[0].because == ("bulk mail: only rules that test header or from see it",)


def test_every_rule_is_listed_in_order() -> None:
    rules = book("when: {words: lasku}, then: {tags: [a]}", "when: {words: maksu}, then: {tags: [b]}")
    assert [(tried.name, tried.matched) for tried in run(rules, "maksu").tried] == [("r1", False), ("r2", True)]


def test_facts_are_found_in_subject_and_text() -> None:
    found = run(book(), mail("maksoin 10,00 €", subject="TIL-123456")).found
    assert found == {"order": ("123456",), "amount": ("10,00 €",)}


def test_a_mail_from_nobody_has_a_customer_without_an_address() -> None:
    assert run(book(), mail(from_=())).customer.address == ""
