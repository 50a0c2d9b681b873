"""Every built-in word that people see, a folder a language: `customer` has what customers read, `report` what
reports and digests say, `staff` the rest.

Values are `str.format` texts; inserted names, topics and subjects stand where nothing has to inflect. Patterns of dates
(`times`) are those of Unicode TR35, which Babel reads.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from vastine.texts import en, fi, sv


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The texts of one language: to customers, to staff, in reports, and the patterns of times."""

    language: str
    customer: Mapping[str, str]
    staff: Mapping[str, str]
    report: Mapping[str, str]
    times: Mapping[str, str]


_TEXTS = {
    each.LANGUAGE: Texts(
        language=each.LANGUAGE, customer=each.CUSTOMER, staff=each.STAFF, report=each.REPORT, times=each.TIMES
    )
    for each in (fi, sv, en)
}
LANGUAGES: tuple[str, ...] = tuple(_TEXTS)


def texts_in(language: str) -> Texts:
    """The texts in that language (ISO 639-1), in English where there are none."""
    return _TEXTS.get(language) or _TEXTS["en"]


def first_with_texts(languages: Iterable[str]) -> str:
    """The first of these languages that has texts, else English."""
    return next((language for language in languages if language in _TEXTS), "en")
