"""Times, durations and sizes in words, in the reader's language and the company's time zone."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import DateTimePattern, parse_pattern

from vastine.texts import texts_in

WITHOUT_WORDS = "EEEE d MMMM, HH:mm"


def in_full(moment: datetime, *, language: str, zone: ZoneInfo) -> str:
    """Such as *keskiviikkona 24.6. klo 16.00*: names the day, so that it stays true whenever it is read."""
    return _formatted(_minute(moment), "in_full", language, zone)


def in_short(moment: datetime, *, language: str, zone: ZoneInfo) -> str:
    """Such as *ke 24.6. klo 16.00*."""
    return _formatted(_minute(moment), "short", language, zone)


def clock_time(moment: datetime, *, language: str, zone: ZoneInfo) -> str:
    """Such as *16.00*."""
    return _formatted(_minute(moment), "clock", language, zone)


def in_full_from(moment: datetime, *, now: datetime, language: str, zone: ZoneInfo) -> str:
    """Such as *tänään klo 16.00* or *huomenna klo 12.00*, or in full; for a mail that is read when it is sent."""
    days = (moment.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days in {0, 1}:
        clock = clock_time(moment, language=language, zone=zone)
        return texts_in(language).times["today" if days == 0 else "tomorrow"].format(clock=clock)
    return in_full(moment, language=language, zone=zone)


def day(moment: datetime, *, now: datetime, language: str, zone: ZoneInfo) -> str:
    """The date alone, with its year where that is another one: *12.5.*, *12.5.2025*."""
    local = moment.astimezone(zone)
    return _day(local.date(), now.astimezone(zone).year, language)


def day_of(when: date, *, now: datetime, language: str, zone: ZoneInfo) -> str:
    """As `day`, of a date."""
    return _day(when, now.astimezone(zone).year, language)


def span(duration: timedelta, *, language: str) -> str:
    """The two largest units, such as *6 h 20 min* or *2 pv 3 h*; seconds never."""
    words = texts_in(language).times
    minutes = abs(int(duration.total_seconds())) // 60
    if minutes == 0:
        return words["less_than_a_minute"]
    amounts = (("days", minutes // 1440), ("hours", minutes // 60 % 24), ("minutes", minutes % 60))
    first = next(index for index, (_, amount) in enumerate(amounts) if amount)
    return " ".join(words[unit].format(n=amount) for unit, amount in amounts[first : first + 2] if amount)


def shown_span(seconds: float) -> float:
    """The seconds that `span` shows of it, but for the minutes behind days."""
    whole = abs(int(seconds)) // 60 * 60
    return whole if whole < 86_400 else whole // 3600 * 3600


def size_in_words(octets: int, *, language: str) -> str:
    """Such as *84 kt* or *1,2 MB*, with the language's decimal sign."""
    words = texts_in(language).staff
    if octets < 1_000_000:
        return words["kilobytes"].format(n=max(1, round(octets / 1000)))
    amount = f"{octets / 1_000_000:.1f}"
    return words["megabytes"].format(n=amount if language == "en" else amount.replace(".", ","))


@lru_cache(maxsize=512)
def language_name(code: str, *, language: str) -> str:
    """The name of a language in another one, such as *suomi*; the code itself where it is unknown."""
    return _locale(language).languages.get(code) or code


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


@lru_cache(maxsize=2048)
def _formatted(moment: datetime, pattern: str, language: str, zone: ZoneInfo) -> str:
    # Many mails share a promise, and Babel takes ten microseconds for each.
    local = moment.astimezone(zone)
    return _pattern(language, pattern, local.weekday()).apply(local, _locale(language))


@lru_cache(maxsize=512)
def _day(when: date, this_year: int, language: str) -> str:
    pattern = "date" if when.year == this_year else "date_with_year"
    return _pattern(language, pattern, when.weekday()).apply(when, _locale(language))


@lru_cache(maxsize=256)
def _pattern(language: str, name: str, weekday: int) -> DateTimePattern:
    texts = texts_in(language)
    # A company may have replies in further languages; no English word is to stand between their names of days.
    wordless = texts.language != language and name == "in_full"
    written = WITHOUT_WORDS if wordless else texts.times[name]
    if not wordless:
        written = written.replace("EEEE", f"'{texts.times['weekdays'].split()[weekday]}'")
    return parse_pattern(written)


@lru_cache(maxsize=32)
def _locale(language: str) -> Locale:
    try:
        return Locale.parse(language)
    except (UnknownLocaleError, ValueError):
        return Locale("en")
