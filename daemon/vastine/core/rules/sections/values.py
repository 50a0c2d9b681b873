"""Values of a single word or line that several sections have."""

import re
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from vastine.core.clock import Duration, parse_hours, parse_wall
from vastine.core.rules.problem import did_you_mean
from vastine.core.rules.shapes import EMAIL, Name, Table, Text


def timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        known = available_timezones()
        raise ValueError(
            f"time zone '{text}' is unknown{did_you_mean(text, known) or ': write Europe/Helsinki'}"
        ) from error


def language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", text):
        raise ValueError(f"'{text}' is not a language code: write fi, sv, en ...")
    return text


def email(text: str) -> str:
    if not EMAIL.fullmatch(text.strip()):
        raise ValueError(f"'{text}' is not an e-mail address")
    return text.strip().lower()


def checked(parse: Any) -> Any:
    """Check with a parser but keep what was written, for one who builds from it."""

    def convert(text: str) -> str:
        parse(text)
        return text

    return convert


TEXT = Text()
LANGUAGE = Text(expects="a language such as fi", convert=language, examples=("fi",))
DURATION = Text(expects="a duration such as 2d 4h", convert=Duration.parse, examples=("4h", "2d"))
WALL = Text(expects="a duration such as 90d", convert=parse_wall, examples=("90d", "3y"))
HOURS = Text(expects="hours such as 08:00-16:00", convert=checked(parse_hours), examples=("08:00-16:00",))
TARGET = Name("target", or_address=True)
BY_LANGUAGE = Table(key=Name("language"), value=TEXT)
