"""Numbers, shares, spans and days as the reader's language writes them, by Babel."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_interval
from babel.numbers import format_currency, format_decimal

from vastine.core.compose import moments
from vastine.core.measures import Period
from vastine.core.schedule import of_whole_days
from vastine.texts import Texts, texts_in

FEW = 20  # below it a change is told as a number: a percent of six is no news
NONE = "–"
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes values for one reader. `zone` is the company's."""

    language: str
    zone: ZoneInfo

    @property
    def texts(self) -> Texts:
        return texts_in(self.language)

    def say(self, key: str, **values: object) -> str:
        """A text of the reports with values inserted."""
        return self.texts.report[key].format(**values)

    @property
    def decimal(self) -> str:
        return "." if self.language == "en" else ","

    @property
    def _locale(self) -> Locale:
        # British English has the days in an order that Europeans read.
        return Locale.parse("en_GB" if self.texts.language == "en" else self.texts.language)

    def whole(self, value: float | None) -> str:
        return NONE if value is None else format_decimal(round(value), format="#,##0", locale=self._locale)

    def tenths(self, value: float | None) -> str:
        return NONE if value is None else format_decimal(value, format="#,##0.0", locale=self._locale)

    def money(self, value: float | None, currency: str | None) -> str:
        """Without cents, such as *1 234 €*."""
        if value is None or currency is None:
            return self.whole(value)
        pattern = "¤#,##0" if self.texts.language == "en" else "#,##0\N{NO-BREAK SPACE}¤"
        return format_currency(round(value), currency, pattern, locale=self._locale, currency_digits=False)

    def signed(self, value: float | None) -> str:
        """With its sign, which a minus of its own width makes readable."""
        if value is None:
            return NONE
        return (self.sign(round(value)) if round(value) else "") + self.whole(abs(value))

    def change(self, now: float, before: float) -> str:
        """In percent, or as a number where there was too little for that, or less than a percent."""
        percent = round(100 * (now - before) / before) if before >= FEW else 0
        if not percent:
            return self.signed(now - before)
        return self.sign(percent) + self.percent(abs(percent))

    def sign(self, value: float) -> str:
        return "+" if value > 0 else MINUS if value < 0 else "±"

    def share(self, part: float, total: float) -> str:
        """Such as *96 %*."""
        percent = shown_percent(part, total)
        return NONE if percent is None else self.percent(percent)

    def percent(self, value: float) -> str:
        return self.whole(value) + ("%" if self.language == "en" else "\N{NO-BREAK SPACE}%")

    def span(self, seconds: float | None) -> str:
        """Time by the calendar, such as *2 pv 3 h*."""
        return NONE if seconds is None else moments.span(timedelta(seconds=seconds), language=self.language)

    def open_span(self, seconds: float | None) -> str:
        """Open time, in minutes or hours: a day of it is no 24 hours."""
        if seconds is None:
            return NONE
        hours = seconds / 3600
        if hours < 1:
            return self.texts.times["minutes"].format(n=max(1, round(seconds / 60)) if seconds > 0 else 0)
        in_tenths = hours < 10 and round(hours, 1) != round(hours)
        return self.texts.times["hours"].format(n=self.tenths(hours) if in_tenths else self.whole(hours))

    def shown_open_span(self, seconds: float) -> float:
        """The seconds that `open_span` shows of it."""
        if seconds < 3600:
            return max(1, round(seconds / 60)) * 60 if seconds > 0 else 0
        return round(seconds / 3600, 1 if seconds < 36_000 else None) * 3600

    def day(self, day: date) -> str:
        """A day on an axis or in a table, such as *22.6.*"""
        skeletons = {"fi": "d.M.", "sv": "d.M", "en": "d MMM"}
        return format_date(day, skeletons[self.texts.language], locale=self._locale)

    def moment(self, at: datetime) -> str:
        """Such as *ke 24.6. klo 16.00*."""
        return moments.in_short(at, language=self.language, zone=self.zone)

    def period(self, period: Period) -> str:
        """The days of a period: a week by its number too, a whole month by its name."""
        if not of_whole_days(period, self.zone):
            return f"{self.moment(period.begin)} – {self.moment(period.end)}"
        first = period.begin.astimezone(self.zone).date()
        last = (period.end - timedelta(microseconds=1)).astimezone(self.zone).date()
        if first == last:
            return self._date(first)
        if first.weekday() == 0 and last - first == timedelta(days=6):
            return self.say("week", number=first.isocalendar().week, days=self._interval(first, last))
        if first.day == 1 and (last + timedelta(days=1)) == _next_month(first):
            return format_date(first, "LLLL y", locale=self._locale)
        return self._interval(first, last)

    def _date(self, day: date) -> str:
        pattern = {"fi": "cccc d.M.y", "sv": "cccc d MMMM y", "en": "cccc d MMMM y"}[self.texts.language]
        return format_date(day, pattern, locale=self._locale)

    def _interval(self, first: date, last: date) -> str:
        skeleton = "yMd" if self.texts.language == "fi" else "yMMMd"
        return format_interval(first, last, skeleton, locale=self._locale)


def capitalised(text: str) -> str:
    """As at the beginning of a sentence; the rest stays as it is written."""
    return text[:1].upper() + text[1:]


def shown_percent(part: float, total: float) -> int | None:
    """What share of the total a part is, in percent: not quite all is never 100. None of nothing."""
    if not total:
        return None
    percent = round(100 * part / total)
    return min(99, max(1, percent)) if 0 < part < total else percent


def _next_month(first: date) -> date:
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)
