import json
from datetime import timedelta
from pathlib import Path

import pytest

from core.rules.sample import BASE, book
from vastine.core.rules import Report, Rulebook, RulesError, Survey, load, run_inline_tests, schema

ROOT = Path(__file__).parents[3]
BROKEN = sorted((ROOT / "tests/broken_rules").glob("*.yaml"))


def complaints(text: str) -> list[str]:
    with pytest.raises(RulesError) as caught:
        load(text)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem)
def test_a_broken_file_is_refused_with_every_place(path: Path) -> None:
    with pytest.raises(RulesError) as caught:
        load(path.read_text(encoding="utf-8"), file=path.name)
    assert f"{caught.value}\n" == path.with_suffix(".expected").read_text(encoding="utf-8")


def test_there_are_broken_files() -> None:
    assert len(BROKEN) >= 30


def own() -> Rulebook:
    return load((ROOT / "rules.yaml").read_text(encoding="utf-8"))


def test_our_own_rules_have_no_warnings() -> None:
    assert own().warnings == ()


def test_our_own_rules_pass_their_own_tests() -> None:
    assert run_inline_tests(own(), None) == ()


def test_words_that_yaml_reads_otherwise_stay_texts() -> None:
    text = BASE.replace("topic: other", "topic: no") + "rules: []\n"
    assert load(text).defaults.topic == "no"


def test_deep_nesting_is_refused_without_a_crash() -> None:
    (problem,) = complaints("rules: " + "[" * 100_000)
    assert "nested too deeply" in problem


def test_an_endless_file_is_refused() -> None:
    (problem,) = complaints("#" * 10_000_001)
    assert "too long" in problem


def test_an_empty_file_is_refused() -> None:
    assert complaints("# nothing\n") == ["rules.yaml:1:1: the file is empty"]


def test_a_character_that_yaml_does_not_allow_is_named_by_its_line() -> None:
    assert complaints("version: 1\ncompany: \x07\n")[0].startswith("rules.yaml:2:")


@pytest.mark.parametrize("section", ["retention: {raw_mail: 180d}"])
def test_a_section_that_is_not_in_use_yet_warns(section: str) -> None:
    (warning,) = load(f"{BASE}rules: []\n{section}\n").warnings
    assert warning.message.endswith("is read but not in use yet")
    assert warning.severity == "warning"


def reports(*written: str) -> tuple[Report, ...]:
    lines = "".join(f"  - {each}\n" for each in written)
    book = load(f"{BASE}rules: []\nreports:\n{lines}")
    assert book.warnings == ()
    return book.reports


@pytest.mark.parametrize(
    ("every", "period"),
    [("mon 08:00", "week"), ("day 07:00", "day"), ("weekday 07:00", "day"), ("month 08:00", "month")],
)
def test_a_report_is_for_the_owner_and_as_long_as_it_is_frequent(every: str, period: str) -> None:
    (report,) = reports(f'{{name: a, every: "{every}", to: lead}}')
    assert (str(report.every), report.period, report.audience, report.to) == (every, period, None, ("lead",))


@pytest.mark.parametrize("audience", ["owner", "management", "support"])
def test_a_report_may_be_for_somebody_and_of_another_length(audience: str) -> None:
    (report,) = reports(f'{{name: a, every: "mon 08:00", period: month, to: [lead], for: {audience}}}')
    assert (report.audience, report.period) == (audience, "month")


def test_two_reports_of_one_name_are_refused() -> None:
    one = '  - {name: a, every: "mon 08:00", to: lead}\n'
    (problem,) = complaints(f"{BASE}rules: []\nreports:\n{one}{one}")
    assert "report 'a' stands here twice" in problem


def test_a_report_at_no_time_of_the_week_is_refused() -> None:
    (problem,) = complaints(f'{BASE}rules: []\nreports:\n  - {{name: a, every: "mon 8:00", to: lead}}\n')
    assert "write mon 08:00" in problem


@pytest.mark.parametrize(
    ("section", "times"),
    [
        ("", ("weekday 08:00", "mon 08:00")),
        ("digests: {}", ("weekday 08:00", "mon 08:00")),
        ('digests: {teams: "day 07:15"}', ("day 07:15", "mon 08:00")),
        ("digests: {teams: never, members: never}", ("None", "None")),
    ],
)
def test_digests_have_usual_times_and_may_be_switched_off(section: str, times: tuple[str, str]) -> None:
    digests = load(f"{BASE}rules: []\n{section}\n").digests
    assert (str(digests.teams), str(digests.members)) == times


def survey(written: str) -> Survey:
    book = load(f"{BASE}rules: []\nsurvey: {written}\n")
    assert book.warnings == ()
    assert book.survey is not None
    return book.survey


def test_a_survey_has_usual_values() -> None:
    usual = {"after": timedelta(days=1), "ask": "csat", "low": 2, "tell": ("lead",), "reopen": False, "exclude": ()}
    assert survey("{}") == Survey(**usual)


@pytest.mark.parametrize(("written", "low"), [("{ask: nps}", 6), ("{ask: nps, low: 3}", 3), ("{low: 0}", 0)])
def test_what_counts_as_low_depends_on_the_scale(written: str, low: int) -> None:
    assert survey(written).low == low


def test_a_survey_may_leave_out_topics_and_open_complaints_again() -> None:
    asked = survey("{exclude: gdpr, reopen: true}")
    assert (asked.exclude, asked.reopen) == (("gdpr",), True)


def test_low_beyond_the_scale_is_refused() -> None:
    assert "low is 6, but the highest answer to csat is 5" in complaints(f"{BASE}rules: []\nsurvey: {{low: 6}}\n")[0]


def test_a_reply_without_a_language_warns() -> None:
    text = BASE.replace('    sv: {subject: Viive, body: "{{ greeting }}"}\n', "") + "rules: []\n"
    (warning,) = load(text).warnings
    assert "'late' has no text in sv" in warning.message


def test_a_text_with_an_untested_name_warns() -> None:
    text = BASE.replace('sv: {subject: Viive, body: "{{ greeting }}"}', 'sv: {subject: V, body: "{{ customer.name }}"}')
    (warning,) = load(text + "rules: []\n").warnings
    assert "'customer.name' is empty for a sender who is not authenticated" in warning.message


def test_a_text_with_a_tested_name_does_not_warn() -> None:
    tested = "{% if customer.name %}{{ customer.name }}{% endif %}"
    text = BASE.replace('sv: {subject: Viive, body: "{{ greeting }}"}', f'sv: {{subject: V, body: "{tested}"}}')
    assert load(text + "rules: []\n").warnings == ()


def test_the_fallback_is_the_first_language() -> None:
    assert book().fallback == "fi"


def test_staff_know_all_languages_unless_they_say() -> None:
    assert book().staff["maija"].languages == ("fi", "sv", "en")


def test_a_team_without_a_lead_is_led_by_its_first_member() -> None:
    assert book().teams["support"].lead == "anna"


def test_a_file_without_escalations_has_the_usual_ladder() -> None:
    assert [step.written for step in book().escalations][:1] == ["75% of first_reply"]


def test_an_empty_ladder_is_none() -> None:
    assert load(f"{BASE}rules: []\nescalations: []\n").escalations == ()


def test_the_hash_is_that_of_the_octets() -> None:
    import hashlib

    text = f"{BASE}rules: []\n"
    assert load(text).hash == hashlib.sha256(text.encode()).hexdigest()


def test_the_schema_is_json() -> None:
    assert json.loads(json.dumps(schema()))["required"] == [
        "version", "company", "timezone", "languages", "priorities", "staff", "teams", "defaults", "rules",
    ]  # fmt: skip


def test_the_order_of_priorities_is_kept() -> None:
    assert [priority.name for priority in book().priorities] == ["critical", "high", "normal", "low"]
    assert book().priority("low").name == "low"
    with pytest.raises(KeyError):
        book().priority("lowest")


GUIDE = "topics:\n  {topic}:\n    guide: {{fi: Katso ensin tilaus.}}\n"


def test_a_topic_has_a_guide_for_staff() -> None:
    rule = "{name: p, when: {subject: lasku}, then: {topic: payment}}"
    book = load(f"{BASE}{GUIDE.format(topic='payment')}rules: [{rule}]\n")
    assert book.guides == {"payment": {"fi": "Katso ensin tilaus."}}
    assert book.warnings == ()


def test_a_guide_for_a_topic_that_no_rule_gives_is_warned_of() -> None:
    book = load(f"{BASE}{GUIDE.format(topic='paymnet')}rules: []\n")
    assert [problem.message for problem in book.warnings] == ["no rule gives the topic 'paymnet'"]
