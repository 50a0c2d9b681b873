"""Clocks: durations as the rules write them, opening hours, and when something falls due. All results are in UTC."""

from vastine.core.clock.calendar import Calendar
from vastine.core.clock.duration import Duration, parse_wall
from vastine.core.clock.hours import (
    HolidaySource,
    parse_closure,
    parse_days,
    parse_holidays,
    parse_hours,
    parse_week,
    parse_weekdays,
)

__all__ = [
    "Calendar",
    "Duration",
    "HolidaySource",
    "parse_closure",
    "parse_days",
    "parse_holidays",
    "parse_hours",
    "parse_wall",
    "parse_week",
    "parse_weekdays",
]
