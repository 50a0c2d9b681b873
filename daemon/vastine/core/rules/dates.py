"""Dates as people write them in Finnish, Swedish and English, and those by which an answer is asked for."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Final

_MONTH_NAMES: Final = (
    ("tammikuu", "januari", "january"),
    ("helmikuu", "februari", "february"),
    ("maaliskuu", "mars", "march"),
    ("huhtikuu", "april"),
    ("toukokuu", "maj", "may"),
    ("kesäkuu", "juni", "june"),
    ("heinäkuu", "juli", "july"),
    ("elokuu", "augusti", "august"),
    ("syyskuu", "september"),
    ("lokakuu", "oktober", "october"),
    ("marraskuu", "november"),
    ("joulukuu", "december"),
)
_NUMBER: Final = {name: number for number, names in enumerate(_MONTH_NAMES, start=1) for name in names}
_MONTHS: Final = "|".join(_NUMBER)
_DATE: Final = re.compile(
    r"(?<![\w.:/-])(?:(?P<y>[12][0-9]{3})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})"
    r"|(?P<d2>[0-9]{1,2})\.\s?(?P<m2>[0-9]{1,2})\.(?:\s?(?P<y2>[12][0-9]{3}|[0-9]{2}(?![0-9:.])))?"
    r"|(?P<d3>[0-9]{1,2})/(?P<m3>[0-9]{1,2})/(?P<y3>[12][0-9]{3})"
    rf"|(?P<d4>[0-9]{{1,2}})(?:\.|st|nd|rd|th)?\s(?:(?:of|päivänä|päivään)\s)?(?P<m4>{_MONTHS})(?:ta|na|n)?(?:\s(?P<y4>[12][0-9]{{3}}))?"
    rf"|(?P<m5>{_MONTHS})\s(?P<d5>[0-9]{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<y5>[12][0-9]{{3}}))?)(?![\w/-])",
    re.IGNORECASE,
)
# What stands before or behind the date by which somebody wants an answer, in one sentence with it.
_CLOCK: Final = r"(?:(?:klo|kello|kl\.?|at)\s?[0-9]{1,2}(?:[.:][0-9]{2})?\s?)?(?:den\s|on\s)?"
_WANTED: Final = r"(?:repl\w+|answers?|respon\w+|statements?|submit\w*|provide\w*|deliver\w*|return\w*)"
_BEFORE: Final = re.compile(
    r"\b(?:viimeistään|(?:määräaika|määräpäivä|svarstid|tidsfrist)\w*|senast|deadline|not? later than"
    rf"|at the latest(?: by| on)?|{_WANTED}\b[^.!?\n0-9]{{0,40}}\b(?:by|before))\b[^.!?\n0-9]{{0,40}}{_CLOCK}$",
    re.IGNORECASE,
)
_BEHIND: Final = re.compile(rf"^\s?{_CLOCK}[^.!?\n0-9,]{{0,25}}\b(?:mennessä|at the latest)\b", re.IGNORECASE)
# Of an invoice: the day until which something is to be paid, whatever else its sentence says.
_PAYABLE: Final = re.compile(
    r"\b(?:eräpäiv\w*|erään\w*|förfallo\w*|förfall\w*|(?:falls? )?due (?:date|on)|payable)\b[^.!?\n0-9]{0,60}$",
    re.IGNORECASE,
)
_WRAPPED: Final = re.compile(r"(?<!\n)\n(?!\n)")
_NEAR: Final = 80  # characters of a sentence that are looked at before a date


def dates(text: str) -> Iterator[str]:
    """Every date of the calendar, as it is written."""
    for match in _DATE.finditer(text):
        if _day(match) is not None:
            yield " ".join(match[0].split())


def reply_dates(text: str) -> Iterator[str]:
    """Every date by which something is asked for: *viimeistään 15.12.2026*, *15.12. mennessä*, *senast den 15 mars*.
    The due date of an invoice (*eräpäivä*, *förfallodag*) is none.
    """
    text = _WRAPPED.sub(" ", text)
    for match in _DATE.finditer(text):
        before, behind = text[max(0, match.start() - _NEAR) : match.start()], text[match.end() : match.end() + _NEAR]
        if _day(match) is None or _PAYABLE.search(before):
            continue
        if _BEFORE.search(before) or _BEHIND.search(behind):
            yield " ".join(match[0].split())


def day_of(written: str, today: date) -> date | None:
    """The day that such a text names; without a year the next one from today on. None where it is no date."""
    match = _DATE.fullmatch(written)
    return None if match is None else _day(match, today)


def _day(match: re.Match[str], today: date = date(2024, 1, 1)) -> date | None:
    """The day of a match. Without a year any will do that has the 29th of February, unless it is asked from `today`."""
    part = match.groupdict()
    day = int(next(part[key] for key in ("d", "d2", "d3", "d4", "d5") if part[key]))
    named = part["m4"] or part["m5"]
    month = _NUMBER[named.lower()] if named else int(part["m"] or part["m2"] or part["m3"])
    year = int(next((part[key] for key in ("y", "y2", "y3", "y4", "y5") if part[key]), 0))
    if year:
        return _existing(year if year > 99 else 2000 + year, month, day)
    days = (_existing(today.year + more, month, day) for more in range(9))  # the 29th of February may be years away
    return next((each for each in days if each is not None and each >= today), None)


def _existing(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
