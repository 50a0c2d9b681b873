"""Swedish, as it is written in Finland. Weekdays stand in the definite form: *onsdagen den 24 juni*."""

from vastine.texts.sv.customer import CUSTOMER
from vastine.texts.sv.report import REPORT
from vastine.texts.sv.staff import STAFF

LANGUAGE = "sv"
TIMES = {
    "in_full": "EEEE 'den' d MMMM 'kl.' H.mm",
    "weekdays": "måndagen tisdagen onsdagen torsdagen fredagen lördagen söndagen",
    "short": "E d.M 'kl.' H.mm",
    "clock": "H.mm",
    "date": "d.M",
    "date_with_year": "d.M.y",
    "at_clock": "kl. {clock}",
    "today": "i dag kl. {clock}",
    "tomorrow": "i morgon kl. {clock}",
    "days": "{n} d",
    "hours": "{n} h",
    "minutes": "{n} min",
    "less_than_a_minute": "mindre än 1 min",
}

__all__ = ["CUSTOMER", "LANGUAGE", "REPORT", "STAFF", "TIMES"]
