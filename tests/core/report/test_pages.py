"""What reports say: the same figures as text and as HTML, in three languages, and to management nothing of persons."""

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.report import samples
from core.report.samples import BEFORE, BY, FIGURES, MEASURES, NOTHING, STUCK, WEEK, book, measures
from vastine.core.compose.readers import reader_of
from vastine.core.mail import Address
from vastine.core.measures import Figures, Load, Measures, Period, Rising
from vastine.core.outgoing import Draft
from vastine.core.parse.html import html_to_text
from vastine.core.report.html import as_html
from vastine.core.report.mails import page_of, report_mail, seen_by
from vastine.core.report.page import Fact, Page
from vastine.core.report.pages import first_reply_target
from vastine.core.report.text import as_text
from vastine.core.schedule import between
from vastine.texts import LANGUAGES, texts_in

NUMBER = re.compile(r"\d[\d.,]*")
AUDIENCES = ("owner", "management", "support")


def page(audience: str = "owner", language: str = "fi", **changed: Any) -> Page:
    return page_of(measures(**changed), book(), audience=audience, language=language, name="viikkoraportti")


def mail(audience: str, counted: Measures = MEASURES) -> Draft:
    made = page_of(counted, book(), audience=audience, language="fi", name="viikko")
    reader = reader_of(Address(address="johtaja@pohjolanpyora.example"), book())
    return report_mail(
        counted,
        made,
        book(),
        reader=reader,
        audience=audience,
        name="viikko",
        pictures={},
        mailbox="support",
    )


def numbers(text: str) -> set[str]:
    return {found.strip(".,") for found in NUMBER.findall(text)}


def first_words(audience: str = "owner", language: str = "fi", **changed: Any) -> str:
    return page(audience, language, **changed).statements[0]


def of(received: int, before: int) -> dict[str, Figures]:
    return {"figures": replace(FIGURES, received=received), "before": replace(BEFORE, received=before)}


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_text_and_html_say_the_same_figures(audience: str, language: str) -> None:
    made = page(audience, language)
    html = as_html(made, {chart.name: f"cid:{chart.name}" for chart in made.charts})
    read = " ".join([html_to_text(html), *map(unescape, re.findall(r'alt="([^"]*)"', html))])
    assert numbers(as_text(made).replace("\u00a0", " ")) == numbers(read)


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_period_of_nothing_is_written_too(audience: str, language: str) -> None:
    made = page_of(NOTHING, book(), audience=audience, language=language)
    assert made.charts == ()
    assert "None" not in as_text(made) + as_html(made, {})


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_text_with_the_same_values(language: str) -> None:
    def fields(texts: Any) -> dict[str, set[str]]:
        return {key: set(re.findall(r"{(\w+)}", value)) for key, value in texts.report.items()}

    assert fields(texts_in(language)) == fields(texts_in("fi"))


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ((147, 131), "147 uutta reklamaatiota, 12\u00a0% enemmän kuin edellisellä viikolla."),
        ((100, 131), "100 uutta reklamaatiota, 24\u00a0% vähemmän kuin edellisellä viikolla."),
        ((131, 131), "131 uutta reklamaatiota, yhtä paljon kuin edellisellä viikolla."),
        ((9, 6), "9 uutta reklamaatiota, 3 enemmän kuin edellisellä viikolla."),
        ((1, 6), "1 uusi reklamaatio, 5 vähemmän kuin edellisellä viikolla."),
        ((3, 0), "3 uutta reklamaatiota (edellisellä viikolla ei yhtään)."),
        ((0, 6), "Uusia reklamaatioita ei tullut (edellisellä viikolla 6)."),
        ((1001, 1000), "1\u00a0001 uutta reklamaatiota, 1\u00a0% enemmän kuin edellisellä viikolla."),
    ],
)
def test_the_first_sentence_says_what_came_and_how_that_changed(counts: tuple[int, int], said: str) -> None:
    assert first_words(**of(*counts)) == said


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("sv", "147 nya reklamationer, 12\u00a0% fler än veckan innan."),
        ("en", "147 new complaints, 12% more than the week before."),
    ],
)
def test_the_first_sentence_in_other_languages(language: str, said: str) -> None:
    assert first_words(language=language) == said


@pytest.mark.parametrize(
    ("days", "before"), [((1, 2), "edellisenä päivänä"), ((1, 8), "edellisellä viikolla"), ((1, 30), "yhtä pitkällä")]
)
def test_the_period_before_is_named_by_its_length(days: tuple[int, int], before: str) -> None:
    first, end = (WEEK.begin.replace(month=6, day=day).date() for day in days)
    assert before in first_words(period=between(first, end, book().timezone))


def test_the_week_of_a_clock_change_is_a_week() -> None:
    longer = Period(begin=WEEK.begin, end=WEEK.end.replace(hour=22))
    assert "edellisellä viikolla" in first_words(period=longer)


@pytest.mark.parametrize(
    ("kept", "missed", "said"), [(999, 1, "99\u00a0%"), (1, 999, "1\u00a0%"), (5, 0, "100\u00a0%")]
)
def test_not_quite_all_is_never_told_as_all(kept: int, missed: int, said: str) -> None:
    figures = replace(FIGURES, promises_kept=kept, promises_missed=missed)
    assert page(figures=figures).statements[1].startswith(f"Lupauksista pidettiin {said}")


def test_only_what_has_surely_risen_is_called_so() -> None:
    said = "\n".join(page().statements)
    assert "payment" in said
    assert "fault" not in said


def test_nobody_is_called_busiest_where_two_have_the_same() -> None:
    loads = tuple(Load(member=key, in_hand=4, late=0, waiting=0, answered=0, resolved=0) for key in ("anna", "ville"))
    assert not any("Eniten" in said for said in page(loads=loads).statements)


def test_the_target_of_first_replies_is_open_time_of_the_usual_priority() -> None:
    assert first_reply_target(book(), samples.NOW) == 8 * 3600  # 1d, from eight to four


@pytest.mark.parametrize("audience", AUDIENCES)
def test_html_is_small_and_holds_nothing_remote(audience: str) -> None:
    html = as_html(page(audience, stuck=STUCK * 8, stuck_total=70), {})
    assert len(html) < 90_000
    assert not re.search(r"https?://|<script|<link|url\(", html)


def test_what_is_written_by_customers_is_escaped() -> None:
    html = as_html(page(stuck=(replace(STUCK[0], subject="<img src=x onerror=alert(1)>"),)), {})
    assert "<img src=x" not in html


def test_a_personal_identity_code_in_a_subject_is_masked() -> None:
    made = page(stuck=(replace(STUCK[0], subject="Tunnus 131052-308T"),))
    assert "308T" not in as_text(made) + as_html(made, {})


def test_a_report_about_a_team_says_so() -> None:
    assert "Tiimi: support" in page("support").subtitle
    assert dict(mail("support").headers)["X-Vastine-Team"] == "support"


# --- to management


secrets = st.text(alphabet="abcdefghijklmnopqrstuvwxyzåäö", min_size=6, max_size=14).map("zq".__add__)


@given(subject=secrets, word=secrets, member=secrets, number=st.integers(10000, 99999))
def test_management_is_told_of_no_complaint_no_customer_and_no_member(
    subject: str, word: str, member: str, number: int
) -> None:
    reference = f"V-{number}"
    counted = measures(
        stuck=(replace(STUCK[0], subject=subject, reference=reference, assignee=member),),
        loads=(Load(member=member, in_hand=40, late=9, waiting=0, answered=1, resolved=1),),
        by={**BY, "member": {member: FIGURES}},
        rising=(Rising(kind="word", name=word, count=9, total=99, count_before=1, total_before=999, q=0.0),),
    )
    sent = mail("management", counted)
    seen = "\n".join([sent.subject, sent.text, sent.html or "", *(each.content.decode() for each in sent.attachments)])
    names = [person.name for person in book().staff.values()]
    assert not [each for each in (subject, word, member, reference, *names) if each in seen]


def test_what_management_may_see_is_held_back_at_the_root() -> None:
    seen = seen_by("management", MEASURES)
    assert (seen.stuck, seen.loads, "member" in seen.by) == ((), (), False)
    assert {each.kind for each in seen.rising} == {"topic"}


def test_management_is_told_what_customers_think_with_the_number_of_answers() -> None:
    assert "Asiakkaiden arvosana: 4,3 / 5 (vastauksia 38)." in page("management").statements


def test_broken_promises_are_what_management_sees_first() -> None:
    assert page("management", figures=replace(FIGURES, promises_missed=60)).late
    assert not page("management").late


# --- figures and charts


def fact(label: str, language: str = "fi", **changed: Any) -> Fact:
    facts = page("management", language, **changed).facts
    assert facts is not None
    return next(row for row in facts.rows if row.label == label)


@pytest.mark.parametrize(
    ("label", "name", "now", "before", "change"),
    [
        ("Suositteluindeksi NPS", "nps", -41.6, -47.4, "+5"),
        ("Arvosana 1–5", "csat_mean", 3.14, 2.75, "+0,3"),
        ("Ratkaisu, mediaani", "resolution_median_s", 22 * 3600 + 8 * 60, 24 * 3600 + 43 * 60, "−1 h 52 min"),
        ("Ratkaisu, mediaani", "resolution_median_s", 7200, 7230, "0"),
        ("Ensivastaus, mediaani", "first_reply_open_median_s", 58 * 60, 47 * 60, "+11 min"),
    ],
)
def test_a_change_agrees_with_the_figures_beside_it(
    label: str, name: str, now: float, before: float, change: str
) -> None:
    answered = {"nps_answers": 9}
    changed = {"figures": replace(FIGURES, **answered, **{name: now}), "before": replace(BEFORE, **{name: before})}
    assert fact(label, **changed).change == change


def test_where_most_still_wait_for_a_reply_that_is_said_instead_of_a_median() -> None:
    figures = replace(FIGURES, first_reply_open_median_s=None, unanswered=90)
    assert fact("Ensivastaus, mediaani", figures=figures).value == "yli puolet odottaa"


def test_of_a_week_in_which_nothing_came_nobody_is_said_to_wait() -> None:
    assert fact("Ensivastaus, mediaani", figures=Figures()).value == "–"


def test_the_change_of_promises_is_that_of_the_shares_beside_it() -> None:
    figures, before = replace(FIGURES, promises_kept=300, promises_missed=0), replace(BEFORE, promises_kept=299)
    shown = fact("Pidetyt lupaukset", figures=figures, before=replace(before, promises_missed=1))
    assert (shown.value, shown.before, shown.change) == ("100\u00a0%", "99\u00a0%", "+1 %-yks.")


def test_a_week_that_the_period_ends_within_is_not_drawn() -> None:
    longer = Period(begin=WEEK.begin, end=WEEK.end - timedelta(days=3))
    whole, cut = (page(period=period).charts[0].labels for period in (WEEK, longer))
    assert cut == whole[:-1]


def test_a_year_is_drawn_whole() -> None:
    trend = tuple(replace(samples.TREND[-1], day=date(2025, 6, 30) + timedelta(weeks=week)) for week in range(52))
    assert len(page(trend=trend).charts[0].labels) == 52


def test_steps_are_told_in_the_words_of_the_notices() -> None:
    said = as_text(page())
    assert "75\N{NO-BREAK SPACE}% vastausajasta" in said or "75 % vastausajasta" in said
    assert "first_reply" not in said


def test_only_where_tables_go_along_the_report_speaks_of_them() -> None:
    many: dict[str, Any] = {"stuck": STUCK * 4, "stuck_total": 70}
    counted, given = measures(**many), {"audience": "owner", "language": "fi"}
    with_tables, without = (as_text(page_of(counted, book(), attached=each, **given)) for each in (True, False))
    assert ("liitteessä" in with_tables, "liitteessä" in without, "Lisäksi 55." in without) == (True, False, True)


def test_hours_of_a_day_are_named_as_such() -> None:
    hours = Period(begin=WEEK.begin, end=WEEK.begin + timedelta(hours=10))
    assert page(period=hours).title == "Viikkoraportti: ma 22.6. klo 0.00 – ma 22.6. klo 10.00"


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_compared_with_a_time_before_the_first_complaint(language: str) -> None:
    made = page("owner", language, compared=False)
    assert made.facts is not None
    assert {(row.before, row.change) for row in made.facts.rows} == {("", "")}
    assert "131" not in as_text(made)
