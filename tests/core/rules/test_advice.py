"""What `check` warns of in a file that is in order."""

from datetime import date

import pytest

from core.rules.sample import BASE, book
from vastine.core.rules import Rulebook, advise, load

TODAY = date(2026, 3, 11)
QUIET = "management: [johto@pohjolanpyora.example]\n"
PAID = "when: {words: [maksu, korvaus]}, then: {topic: payment, priority: critical, lower: 3}"


def advice(rulebook: Rulebook, mailboxes: list[str] | None = None) -> list[str]:
    """Warnings but for those that the sample itself has."""
    usual = {problem.message for problem in advise(book(PAID), today=TODAY)}
    return [each.message for each in advise(rulebook, today=TODAY, mailboxes=mailboxes) if each.message not in usual]


def changed(*changes: tuple[str, str]) -> Rulebook:
    text = BASE + "rules:\n  - {name: r1, " + PAID + "}\n"
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return load(text)


def ladder(steps: str) -> str:
    return f"escalations: [{steps}]\nrules:\n"


NO_GERMAN = "there is no built-in text in 'de': write replies, or customers are told in fi"
INSTEAD = "for a customer of whom nothing is known; the built-in text would go instead"
GREETING = '"{{ greeting }}"}\n    sv'
NEVER = "rule 'r3' is never tried: whatever it matches, 'r2' above it stops the run"
IN_VAIN = "rule 'r2' has no effect: whatever it matches, 'r3' below it says otherwise"


@pytest.mark.parametrize(
    ("rules", "warning"),
    [
        (["when: {topic: paymnet}, then: {raise: 1}"], "no rule sets topic 'paymnet' (did you mean 'payment'?)"),
        (["when: {tag: form}, then: {raise: 1}"], "no rule sets tag 'form'"),
        (["when: {language: swedish}, then: {team: billing}"], "no mail is told to be in language 'swedish'"),
        (
            ["when: {words: a1}, then: {stop: true}", "when: {words: a1}, then: {team: billing}"],
            NEVER,
        ),
        (
            ["when: {words: [a1, a2]}, then: {stop: true}", "when: {words: a1, open: true}, then: {team: billing}"],
            NEVER,
        ),
        (["when: {words: a1}, then: {stop: true}", "when: {words: a1}, then: {raise: 1}"], None),  # on a follow-up
        (["when: {topic: payment}, then: {stop: true}", "when: {topic: payment}, then: {team: billing}"], None),
        (["when: {words: a1}, then: {topic: payment}", "when: {words: [a1, a2]}, then: {topic: other}"], IN_VAIN),
        (
            [
                "when: {words: a1}, then: {topic: payment}",
                "when: {topic: payment}, then: {team: billing}",
                "when: {words: a1}, then: {topic: other}",
            ],
            None,
        ),
        (
            [
                "when: {words: a1}, then: {topic: payment}",
                "when: {words: a9}, then: {stop: true}",
                "when: {words: a1}, then: {topic: other}",
            ],
            None,
        ),
        (
            ["when: {words: a1}, then: {due: amount}"],
            "rule 'r2': due takes a fact that is a date, and 'amount' is money",
        ),
        (
            ["when: {words: a1}, then: {topic: payment, team: billing}", "when: {words: a1}, then: {topic: other}"],
            None,
        ),
        (["when: {words: a1}, then: {topic: payment, raise: 1}", "when: {words: a1}, then: {topic: other}"], None),
        (["when: {words: a1, open: true}, then: {stop: true}", "when: {words: a1}, then: {raise: 1}"], None),
        (
            ["when: {all: [{language: fi}, {language: [sv, en]}]}, then: {raise: 1}"],
            "rule 'r2' can never match: language cannot be both fi and sv, en",
        ),
        (
            ["when: {words: a1, not: {words: [a1, a2]}}, then: {raise: 1}"],
            "rule 'r2' can never match: what it asks for is excluded by its `not`",
        ),
        (
            ["when: [{all: [{open: true}, {open: false}]}, {open: true, not: {open: true}}], then: {raise: 1}"],
            "rule 'r2' can never match: open cannot be both true and false",
        ),
        (["when: {any: [{words: a1}, {all: [{open: true}, {open: false}]}]}, then: {raise: 1}"], None),
        (
            ["when: {any: [{not: {words: a1}}, {not: {words: a2}}]}, then: {raise: 1}"],
            (
                "rule 'r2': any of several `not` holds for nearly every mail: it is false only where all of them are"
                " there; to exclude each of them write not: [a, b]"
            ),
        ),
        (
            ["when: {words: a1, not: {any: [{words: a2}, {words: a3}]}}, then: {raise: 1}"],
            (
                "rule 'r2': `not` over `any` holds only where none of them does: say not: [a, b] for that,"
                " or not: {all: ..} for not both"
            ),
        ),
        (["when: {words: a1, not: [{words: a2}, {words: a3}]}, then: {raise: 1}"], None),
        (
            ["when: {words: kuusi}, then: {raise: 1}"],
            (
                "'kuusi' means several things, six, a spruce, and finds the forms of each;"
                ' "=kuusi" finds that form only; a phrase is surer'
            ),
        ),
        (['when: {words: ["=kuusi", "vanha kuusi"]}, then: {raise: 1}'], None),
    ],
)
def test_a_rule_that_does_not_do_what_it_seems_to_is_warned_about(rules: list[str], warning: str | None) -> None:
    assert advice(book(PAID, *rules)) == ([warning] if warning else [])


def test_a_mailbox_that_is_not_in_the_settings_is_warned_about() -> None:
    rulebook = book(PAID, "when: {mailbox: suport}, then: {raise: 1}")
    assert advice(rulebook, ["support"]) == ["there is no mailbox 'suport' in the settings (did you mean 'support'?)"]
    assert advice(rulebook) == []


def test_a_warning_stands_at_its_value() -> None:
    [found] = [
        p for p in advise(book(PAID, "when: {topic: muu}, then: {raise: 1}"), today=TODAY) if "topic" in p.message
    ]
    assert (found.line, found.column, found.severity) == (BASE.count("\n") + 3, 30, "warning")


@pytest.mark.parametrize(
    ("changes", "warning"),
    [
        (
            [("{name: Anna Virtanen,", '{name: Anna Virtanen, away: ["2026-03-20..2026-03-25"],')],
            "everybody in team 'billing' is away from 2026-03-20 to 2026-03-25: maija gets its complaints",
        ),
        (
            [
                ("{name: Anna Virtanen,", '{name: Anna Virtanen, away: ["2026-03-20"],'),
                ("{name: Maija Koski,", '{name: Maija Koski, away: ["2026-03-20"],'),
                ("  support: {members: [anna, maija]}", "  support: {members: [anna, maija, olli]}"),
                ("staff:\n", "staff:\n  olli: {name: Olli, email: olli@pohjolanpyora.example}\n"),
            ],
            "everybody in team 'billing' is away on 2026-03-20: nobody gets its complaints",
        ),
        ([("{name: Anna Virtanen,", '{name: Anna Virtanen, deputy: maija, away: ["2026-03-20"],')], None),
        ([("languages: [fi, sv, en]\ncal", "languages: [fi, sv, en, de]\ncal")], NO_GERMAN),
        ([(", lower: 3}", "}")], "priority 'low' is never used: no rule gives it"),
        ([(GREETING, '"{{ customer.name }}"}\n    sv')], f"reply 'late' in fi is empty {INSTEAD}"),
        ([(GREETING, '"{{ 1 / 0 }}"}\n    sv')], f"reply 'late' in fi cannot be written: division by zero {INSTEAD}"),
        (
            [("rules:\n", ladder("{at: next_reply, tell: [lead]}, {at: resolve, tell: [lead]}"))],
            "step 'next_reply' never comes: no priority has a next_reply",
        ),
        (
            [
                ("{first_reply: 4h,", "{first_reply: 4h, next_reply: 4h,"),
                ("rules:\n", ladder("{at: first_reply, tell: [lead]}, {at: resolve, tell: [lead]}")),
            ],
            "the ladder ends with nobody: when next_reply has run out, no step tells or assigns anybody",
        ),
        (
            [
                ("{first_reply: 4h,", "{first_reply: 4h, next_reply: 4h,"),
                (
                    "rules:\n",
                    ladder(
                        "{at: first_reply, tell: [lead]}, {at: resolve, tell: [lead]},"
                        " {at: next_reply, tell: [lead], tell_customer: delay}"
                    ),
                ),
            ],
            "step 'next_reply' tells no customer anything: a first reply is promised, no further one",
        ),
        ([("rules:\n", "escalations: []\nrules:\n")], "there is no step: nobody is told of what stays unanswered"),
        (
            [("rules:\n", ladder("{at: first_reply, tell: [management]}, {at: resolve, tell: [lead]}"))],
            "step 'first_reply' tells management, and `management` is empty",
        ),
        (
            [("rules:\n", ladder("{at: 75% of first_reply, tell: [lead]}, {at: resolve, tell: [lead]}"))],
            "the ladder ends with nobody: when first_reply has run out, no step tells or assigns anybody",
        ),
        ([("rules:\n", ladder("{at: first_reply, assign: lead}, {at: resolve + 1d, tell: [anna]}"))], None),
        (
            [("normal: {first_reply: 1d, resolve: 5d", "normal: {first_reply: 3d, resolve: 2d 4h")],
            "priority 'normal': first_reply (3d) is longer than resolve (2d 4h)",
        ),
        ([("normal: {first_reply: 1d, resolve: 5d", "normal: {first_reply: 1d, resolve: 8h")], None),
    ],
)  # fmt: skip
def test_what_would_leave_somebody_without_an_answer_is_warned_about(
    changes: list[tuple[str, str]], warning: str | None
) -> None:
    found = advice(changed(*changes))
    assert (warning in found) if warning else found == []


LATE = "tells the customer of the delay when the promise is missed already: put it before, as first_reply - 30m"
SHORT = "never comes where first_reply is no longer than that: critical (1h)"
ONE = "two steps stand at 'promise', by which they are known: they count as one, so write one that does it all"


@pytest.mark.parametrize(
    ("steps", "warnings"),
    [
        ("{at: first_reply + 2m, tell_customer: delay}", [f"step 'first_reply + 2m' {LATE}"]),
        ("{at: promise, tell_customer: delay}", [f"step 'promise' {LATE}"]),
        ("{at: resolve - 2m, tell_customer: delay}", [f"step 'resolve - 2m' {LATE}"]),
        ("{at: first_reply - 1h, tell_customer: delay}", [f"step 'first_reply - 1h' {SHORT}"]),
        (
            "{at: first_reply - 1h, tell_customer: delay}, {at: promise - 20m, tell_customer: delay}",
            [],
        ),
        ("{at: first_reply - 30m, tell_customer: delay, reply: delay}", []),
        ("{at: 75% of first_reply, tell_customer: delay}", []),
        ("{at: promise, tell: [lead]}, {at: promise, tell: [anna]}", [ONE]),
    ],
)
def test_a_step_that_cannot_do_what_it_says_is_told_of(steps: str, warnings: list[str]) -> None:
    heard = "{at: first_reply, tell: [lead]}, {at: resolve, tell: [lead]}, "
    assert advice(changed(("rules:\n", ladder(heard + steps)))) == warnings


def with_report(written: str, more: str = "survey: {}\n") -> Rulebook:
    return changed(("rules:\n", f'{more}reports:\n  - {{name: viikko, every: "mon 08:00", {written}}}\nrules:\n'))


@pytest.mark.parametrize(
    ("written", "more", "why"),
    [
        ("to: [management]", "survey: {}\n", "it goes to management, and `management` is empty"),
        (
            "to: [lead, assignee]",
            "survey: {}\n",
            "'assignee' is nobody here, since a report is about no single complaint",
        ),
        (
            "to: [lead], for: management",
            "",
            "there is no `survey`, so that management hears nothing of what customers think",
        ),
    ],
)
def test_a_report_that_misses_its_readers_or_its_figures_is_told_of(written: str, more: str, why: str) -> None:
    assert advice(with_report(written, more)) == [f"report 'viikko': {why}"]


def test_a_report_whose_readers_are_all_away_is_told_of() -> None:
    away = 'maija@pohjolanpyora.example, away: ["2026-03-16..2026-03-20"]'
    book = changed(
        ("maija@pohjolanpyora.example", away),
        ("rules:\n", 'reports:\n  - {name: viikko, every: "mon 08:00", to: [maija]}\nrules:\n'),
    )
    assert "report 'viikko': everybody who would get it on 2026-03-16 is away, and so are deputies" in advice(book)


def test_a_report_to_an_address_reaches_somebody() -> None:
    assert advice(with_report("to: [liisa@muualla.example]")) == []


@pytest.mark.parametrize(("name", "audience"), [("owner", "management"), ("management", "owner")])
def test_a_report_that_takes_the_name_of_another_is_told_of(name: str, audience: str) -> None:
    written = f'{{name: {name}, every: "mon 08:00", to: [lead], for: {audience}}}'
    found = advice(changed(("rules:\n", f"survey: {{}}\nreports:\n  - {written}\nrules:\n")))
    hidden = f"`vastine report {name}` means this one, not the built-in one"
    assert found == [f"report '{name}': it is for {audience}: {hidden}"]


def test_a_report_that_reaches_somebody_is_fine() -> None:
    assert advice(with_report("to: [lead, management], for: management", f"{QUIET}survey: {{}}\n")) == []
