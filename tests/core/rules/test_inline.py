from core.rules.sample import BASE
from vastine.core.rules import Problem, load, run_inline_tests


def failures(test: str, read_file: object = None) -> tuple[Problem, ...]:
    text = f"""{BASE}rules:
  - name: payment
    when: {{words: [maksu]}}
    then: {{topic: payment, reply: none}}
    tests:
      - {test}
"""
    return run_inline_tests(load(text), read_file)  # type: ignore[arg-type]


def test_a_test_that_holds_says_nothing() -> None:
    assert failures("{mail: Maksuni, expect: {matched: true, topic: payment, reply: none}}") == ()


def test_a_failure_names_the_place_and_the_difference() -> None:
    (problem,) = failures("{mail: Maksuni, expect: {topic: invoice}}")
    assert str(problem) == "rules.yaml:39:9: rule 'payment': expected topic invoice, got payment from 'payment'"


def test_a_missing_match_says_why() -> None:
    (problem,) = failures("{mail: Hei, expect: {matched: true}}")
    assert problem.message == "rule 'payment': expected a match, but words: none of maksu found"


def test_a_mail_that_no_rule_sees_is_told() -> None:
    (problem,) = failures("{mail: {body: Maksu, headers: {Auto-Submitted: auto-replied}}, expect: {matched: true}}")
    assert "which rules do not see" in problem.message


def test_a_mail_from_a_file() -> None:
    raw = b"From: a@b.example\r\nSubject: Maksu\r\n\r\nmaksuni\r\n"
    assert failures("{mail: {file: x.eml}, expect: {customer: a@b.example}}", lambda name: raw) == ()


def test_a_file_that_is_not_there_fails() -> None:
    (problem,) = failures("{mail: {file: x.eml}, expect: {matched: true}}")
    assert "cannot be read" in problem.message


def test_a_time_without_an_offset_is_the_companys() -> None:
    text = f"""{BASE}rules:
  - name: night
    when: {{open: false}}
    then: {{tags: [night]}}
    tests:
      - {{mail: Hei, at: "2026-03-11T07:59", expect: {{tags: night}}}}
      - {{mail: Hei, at: "2026-03-11T08:00", expect: {{matched: false}}}}
"""
    assert run_inline_tests(load(text), None) == ()


def test_facts_are_compared_by_name() -> None:
    assert failures("{mail: TIL-123456, expect: {found: {order: '123456'}}}") == ()
    assert failures("{mail: Hei, expect: {found: {order: '123456'}}}") != ()
