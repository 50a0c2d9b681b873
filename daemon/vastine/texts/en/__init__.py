"""English, in its European spelling, with the 24-hour clock."""

from vastine.texts.en.customer import CUSTOMER
from vastine.texts.en.report import REPORT
from vastine.texts.en.staff import STAFF

LANGUAGE = "en"
TIMES = {
    "in_full": "EEEE d MMMM 'at' HH:mm",
    "weekdays": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "short": "E d MMM HH:mm",
    "clock": "HH:mm",
    "date": "d MMM",
    "date_with_year": "d MMM y",
    "at_clock": "at {clock}",
    "today": "{clock} today",
    "tomorrow": "{clock} tomorrow",
    "days": "{n} d",
    "hours": "{n} h",
    "minutes": "{n} min",
    "less_than_a_minute": "less than 1 min",
}

__all__ = ["CUSTOMER", "LANGUAGE", "REPORT", "STAFF", "TIMES"]
