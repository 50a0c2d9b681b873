"""A report as a mail: its parts read back as a mail client reads them, its tables as a spreadsheet does."""

import csv
from dataclasses import replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from io import StringIO

import pytest

from core.compose.samples import sealed
from core.report.samples import MEASURES, STUCK, book, measures
from vastine.core.compose.readers import reader_of
from vastine.core.mail import Address
from vastine.core.measures import Measures
from vastine.core.report.mails import page_of, report_mail, tables_of

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
ANNA = book().staff["anna"]


def opened(*, recipient: object = ANNA, counted: Measures = MEASURES, with_pictures: bool = True) -> EmailMessage:
    reader = reader_of(recipient, book())  # type: ignore[arg-type]
    page = page_of(counted, book(), audience=None, language=reader.language, name="viikko")
    pictures = {chart.name: PNG for chart in page.charts} if with_pictures else {}
    draft = report_mail(
        counted, page, book(), reader=reader, audience=None, name="viikko", pictures=pictures, mailbox="support"
    )
    return message_from_bytes(sealed(draft).raw, policy=default)


def html_of(mail: EmailMessage) -> str:
    part = mail.get_body(preferencelist=("html",))
    assert part is not None
    return str(part.get_content())


def table(content: bytes, delimiter: str = ";") -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig")), delimiter=delimiter))


def test_every_picture_is_referred_to_by_the_page_and_has_a_name_of_its_own() -> None:
    mail = opened()
    pictures = [part for part in mail.walk() if part.get_content_type() == "image/png"]
    ids = [str(part["Content-ID"]).strip("<>") for part in pictures]
    assert len(set(ids)) == 4
    assert all(f'src="cid:{each}"' in html_of(mail) for each in ids)
    assert all(part.get_content() == PNG and part.get_content_disposition() == "inline" for part in pictures)


def test_two_readers_have_pictures_of_different_names() -> None:
    def ids(mail: EmailMessage) -> set[str]:
        return {str(part["Content-ID"]) for part in mail.walk() if part["Content-ID"]}

    assert not ids(opened()) & ids(opened(recipient=book().staff["maija"]))


def test_the_parts_are_nested_as_mail_clients_expect() -> None:
    mail = opened()
    alternative, *tables = mail.iter_parts()
    plain, related = alternative.iter_parts()
    assert (mail.get_content_type(), alternative.get_content_type()) == ("multipart/mixed", "multipart/alternative")
    assert (plain.get_content_type(), related.get_content_type()) == ("text/plain", "multipart/related")
    assert related.get_param("type") == "text/html"
    assert [part.get_content_type() for part in related.iter_parts()] == ["text/html", *["image/png"] * 4]
    assert [part.get_filename() for part in tables] == ["viikko-2026-06-22.csv", "viikko-2026-06-22-late.csv"]


def test_every_picture_is_told_in_words() -> None:
    html = html_of(opened())
    assert html.count("<img ") == html.count(' alt="') == 4
    assert 'alt="Käsittelyssä henkilöittäin. Ville Laine: 23, myöhässä 4;' in html


def test_without_pictures_the_page_tells_them_in_words() -> None:
    mail = opened(with_pictures=False)
    assert not [part for part in mail.walk() if part.get_content_maintype() == "image"]
    assert "<img" not in html_of(mail)
    assert "Ville Laine: 23, myöhässä 4" in html_of(mail)


def test_a_report_is_an_automatic_mail_without_a_token_of_staff() -> None:
    mail = opened()
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Vastine-Kind"] == "report"
    assert mail["X-Auto-Response-Suppress"] is None
    assert mail["Reply-To"] is None
    assert mail["Content-Language"] == "fi"


def test_an_address_of_management_reads_the_first_language_of_the_company() -> None:
    assert str(opened(recipient=Address(address="johtaja@yritys.example"))["Subject"]) == (
        "Viikko: viikko 26 (22.–28.6.2026)"
    )


def test_a_table_opens_in_a_finnish_spreadsheet() -> None:
    figures = tables_of(MEASURES, book(), audience=None, name="viikko")[0].content
    assert figures.startswith(b"\xef\xbb\xbf")
    head, whole, *_ = table(figures)
    assert dict(zip(head, whole, strict=True)) | {"received": "147", "csat_mean": "4,26"} == dict(
        zip(head, whole, strict=True)
    )


def test_where_decimals_have_a_point_fields_have_commas_between() -> None:
    english = replace(book(), languages=("en",))
    head, whole, *_ = table(tables_of(MEASURES, english, audience=None, name="week")[0].content, ",")
    assert dict(zip(head, whole, strict=True))["csat_mean"] == "4.26"


def test_the_table_has_the_period_before_each_group_and_each_week() -> None:
    rows = table(tables_of(MEASURES, book(), audience=None, name="viikko")[0].content)
    assert [row[2] for row in rows].count("trend") == len(MEASURES.trend)
    assert ["2026-06-15 00:00", "2026-06-22 00:00", "all"] in [row[:3] for row in rows]
    assert [row[3] for row in rows if row[2] == "topic"] == list(MEASURES.by["topic"])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t="])
def test_a_subject_is_no_formula(start: str) -> None:
    counted = measures(stuck=(replace(STUCK[0], subject=f"{start}HYPERLINK(1)"),))
    late = tables_of(counted, book(), audience=None, name="viikko")[1].content
    assert table(late)[1][5] == f"'{start.strip()}HYPERLINK(1)"
