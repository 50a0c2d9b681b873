"""Finnish. A customer is addressed as *sinä*; after a greeting with a comma the text goes on in lower case."""

from vastine.texts.fi.customer import CUSTOMER
from vastine.texts.fi.report import REPORT
from vastine.texts.fi.staff import STAFF

LANGUAGE = "fi"
TIMES = {
    "in_full": "EEEE d.M. 'klo' H.mm",
    # Babel's names are in the essive, but for Sunday's.
    "weekdays": "maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina",
    "short": "E d.M. 'klo' H.mm",
    "clock": "H.mm",
    "date": "d.M.",
    "date_with_year": "d.M.y",
    "at_clock": "klo {clock}",
    "today": "tänään klo {clock}",
    "tomorrow": "huomenna klo {clock}",
    "days": "{n} pv",
    "hours": "{n} h",
    "minutes": "{n} min",
    "less_than_a_minute": "alle 1 min",
}

__all__ = ["CUSTOMER", "LANGUAGE", "REPORT", "STAFF", "TIMES"]
