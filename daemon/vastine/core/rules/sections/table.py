"""All sections in their order. What each is made of stands in the rooms beside."""

from vastine.core.rules.conditions import ADDRESSES
from vastine.core.rules.effects import groups
from vastine.core.rules.reading_rules import RuleShape
from vastine.core.rules.sections.ladder import STEP
from vastine.core.rules.sections.mails import FACT, REPLY, SURVEY
from vastine.core.rules.sections.people import CALENDAR, DEFAULTS, MEMBER, PRIORITY, QUIET, TEAM, TOPIC
from vastine.core.rules.sections.reports import COSTS, DIGESTS, REPORT
from vastine.core.rules.sections.values import LANGUAGE, TEXT, WALL, email, timezone
from vastine.core.rules.shapes import Field, Many, Name, OneOf, Table, Text


def _version(text: str) -> int:
    if text != "1":
        raise ValueError(f"version '{text}' is unknown: this program reads version 1")
    return 1


SECTIONS: dict[str, Field] = {
    "version": Field(shape=Text(expects="1", convert=_version), doc="of this language: 1", required=True),
    "company": Field(shape=TEXT, doc="the name that customers see", required=True),
    "timezone": Field(
        shape=Text(expects="a time zone", convert=timezone, examples=("Europe/Helsinki",)),
        doc="where the company is",
        required=True,
    ),
    "languages": Field(shape=Many(of=LANGUAGE), doc="what customers are answered in", required=True),
    "fallback": Field(shape=Name("language"), doc="for mail in another language; the first one, unless given"),
    "calendars": Field(shape=Table(key=TEXT, value=CALENDAR, least=0), doc="when somebody is there", default={}),
    "priorities": Field(shape=Table(key=TEXT, value=PRIORITY), doc="the scale, most urgent first", required=True),
    "staff": Field(shape=Table(key=TEXT, value=MEMBER), doc="who answers", required=True),
    "teams": Field(shape=Table(key=TEXT, value=TEAM), doc="who works together", required=True),
    "defaults": Field(shape=DEFAULTS, doc="what holds where no rule says otherwise", required=True),
    "management": Field(
        shape=Many(of=Text(expects="an e-mail address", convert=email), least=0), doc="addresses", default=()
    ),
    "customers": Field(shape=groups(ADDRESSES), doc="groups of customers, and the weight that they carry", default={}),
    "extract": Field(shape=Table(key=TEXT, value=FACT, least=0), doc="facts to find in mails", default={}),
    "topics": Field(shape=Table(key=TEXT, value=TOPIC, least=0), doc="what staff are told of a topic", default={}),
    "rules": Field(shape=Many(of=RuleShape(), least=0), doc="the rules, from top to bottom", required=True),
    "replies": Field(
        shape=Table(key=TEXT, value=Table(key=Name("language"), value=REPLY), least=0),
        doc="texts to customers, by name and language",
        default={},
    ),
    "escalations": Field(shape=Many(of=STEP, least=0), doc="the ladder: what happens when time runs out"),
    "quiet": Field(shape=QUIET, doc="when the ladder's notices wait for the morning", default={}),
    "reports": Field(shape=Many(of=REPORT, least=0), doc="reports by mail", default=()),
    "digests": Field(shape=DIGESTS, doc="lists of work by mail, to teams and members"),
    "survey": Field(shape=SURVEY, doc="how customers are asked afterwards"),
    "costs": Field(shape=COSTS, doc="what a complaint costs the company, for the reports"),
    "retention": Field(
        shape=Table(key=OneOf(("raw_mail", "closed_complaints", "quarantine", "ledger")), value=WALL),
        doc="how long things are kept",
        default={},
    ),
}
NOT_IN_USE = ("retention",)
