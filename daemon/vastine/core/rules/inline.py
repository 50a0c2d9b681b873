"""Tests that stand under rules: each runs the whole file over a mail and compares what comes of it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.utils import parseaddr
from typing import Any

from vastine.core.kind import kind_of
from vastine.core.language import LanguageGuesser
from vastine.core.mail import Address, Mail
from vastine.core.parse import parse
from vastine.core.rules.case import Case, Decision
from vastine.core.rules.decide import decide
from vastine.core.rules.problem import Problem
from vastine.core.rules.rule import InlineTest, Rule
from vastine.core.rules.rulebook import Rulebook

# When a test's mail arrives unless it says `at`: a working day's morning, the same one for ever.
USUAL_TIME = datetime(2026, 3, 11, 10, 0)  # noqa: DTZ001  # in the company's time zone, like an `at` without one
_CUSTOMER = "asiakas@esimerkki.example"
_COMPANY = "asiakaspalvelu@yritys.example"

ReadFile = Callable[[str], bytes]


def run_inline_tests(rulebook: Rulebook, read_file: ReadFile | None) -> tuple[Problem, ...]:
    """One problem for each test that fails, at the place of the test.

    `read_file` gives the octets of a mail that a test names with `file` and may raise OSError; with None such tests
    fail.
    """
    if not any(rule.tests for rule in rulebook.rules):
        return ()
    guesser = LanguageGuesser(rulebook.languages)
    return tuple(
        Problem(file=rulebook.file, line=test.line, column=test.column, message=f"rule '{rule.name}': {failure}")
        for rule in rulebook.rules
        for test in rule.tests
        if (failure := _failure(rulebook, rule, test, guesser, read_file))
    )


def _failure(
    rulebook: Rulebook, rule: Rule, test: InlineTest, guesser: LanguageGuesser, read_file: ReadFile | None
) -> str | None:
    try:
        mail = _mail(test.mail, read_file)
    except OSError as error:
        return f"the mail cannot be read: {error}"
    case = _case(rulebook, test, mail, guesser)
    decision = decide(rulebook, case)
    differences = list(_differences(rule, test.expect, decision, rulebook))
    if not differences:
        return None
    seen = "" if decision.tried else f" (the mail is {case.kind}, which rules do not see)"
    return "; ".join(differences) + seen


def _mail(given: dict[str, Any], read_file: ReadFile | None) -> Mail:
    if "file" in given:
        if read_file is None:
            raise OSError("no files are at hand here")
        return parse(read_file(given["file"]))
    body = given.get("body", "")
    headers = given.get("headers", {})
    by_name = {name.lower(): value for name, value in headers.items()}
    reply_to = by_name.get("reply-to")
    return Mail(
        subject=given.get("subject", ""),
        from_=(_address(given.get("from", _CUSTOMER)),),
        to=tuple(_address(text) for text in given.get("to", (_COMPANY,))),
        cc=(_address(by_name["cc"]),) if "cc" in by_name else (),
        reply_to=(_address(reply_to),) if reply_to else (),
        text=body,
        new_text=body,
        headers=tuple(headers.items()),
    )


def _address(text: str) -> Address:
    name, address = parseaddr(text)
    return Address(name=name, address=(address or text).lower())


def _case(rulebook: Rulebook, test: InlineTest, mail: Mail, guesser: LanguageGuesser) -> Case:
    at = test.at or USUAL_TIME
    text = mail.new_text if len(mail.new_text) > 40 else f"{mail.subject}\n{mail.new_text}"
    return Case(
        mail=mail,
        kind=kind_of(mail, ours=False).kind,
        mailbox=test.mail.get("mailbox", "support"),
        language=test.mail.get("language") or guesser.guess(text),
        now=(at if at.tzinfo else at.replace(tzinfo=rulebook.timezone)).astimezone(UTC),
        follow_up=test.mail.get("follow_up", False),
    )


def _differences(rule: Rule, expected: dict[str, Any], decision: Decision, rulebook: Rulebook) -> Iterator[str]:
    matched = next((tried for tried in decision.tried if tried.name == rule.name), None)
    for field, wanted in expected.items():
        if field == "matched":
            if bool(matched and matched.matched) != wanted:
                why = "; ".join(matched.because) if matched else "no rule saw the mail"
                yield f"expected {'a match' if wanted else 'no match'}, but {why or 'it is otherwise'}"
            continue
        actual = _actual(field, wanted, decision, rulebook)
        if actual != wanted:
            by = decision.set_by.get(field)
            yield f"expected {field} {_shown(wanted)}, got {_shown(actual)}{f' from {by!r}' if by else ''}"


def _actual(field: str, wanted: Any, decision: Decision, rulebook: Rulebook) -> Any:
    if field == "due":  # as it is written: in the company's time zone, unless it says otherwise
        return decision.due and decision.due.astimezone(wanted.tzinfo or rulebook.timezone).replace(
            tzinfo=wanted.tzinfo
        )
    if field == "customer":
        return decision.customer.address
    if field == "reply":
        return decision.reply or "none"
    if field == "found":
        return {name: decision.found.get(name, ()) for name in wanted}
    actual = getattr(decision, field)
    # Tags and those who are told are sets: their order follows from the order of the rules.
    return wanted if field in ("tags", "tell") and set(actual) == set(wanted) else actual


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_shown(each)}" for name, each in value.items())
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    return str(value).lower() if isinstance(value, bool) else str(value)
