"""The sections of rules.yaml, each declared once: shape, whether it is required, and its line in the docs."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from vastine.core.clock import (
    Duration,
    parse_closure,
    parse_days,
    parse_holidays,
    parse_hours,
    parse_wall,
    parse_weekdays,
)
from vastine.core.ladder import At, StepRule
from vastine.core.rules.conditions import ADDRESSES
from vastine.core.rules.effects import groups
from vastine.core.rules.extract import BUILTINS, by_regex
from vastine.core.rules.matcher import compile_regex
from vastine.core.rules.problem import did_you_mean
from vastine.core.rules.quiet import QuietHours
from vastine.core.rules.reading_rules import RuleShape
from vastine.core.rules.replies import Template
from vastine.core.rules.rulebook import Costs, Defaults, Digests, ReplyText, Report, Survey
from vastine.core.rules.shapes import EMAIL, Field, Many, Name, OneOf, Record, Table, Text, Whole, YesNo
from vastine.core.schedule import LENGTHS, Every
from vastine.core.survey import SCALES, USUAL_LOW

NEVER = "never"

_LONGEST_AT = 50  # it is what a step is recorded by


def _version(text: str) -> int:
    if text != "1":
        raise ValueError(f"version '{text}' is unknown: this program reads version 1")
    return 1


def _timezone(text: str) -> ZoneInfo:
    try:
        return ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        known = available_timezones()
        raise ValueError(
            f"time zone '{text}' is unknown{did_you_mean(text, known) or ': write Europe/Helsinki'}"
        ) from error


def _language(text: str) -> str:
    if not re.fullmatch(r"[a-z]{2,3}", text):
        raise ValueError(f"'{text}' is not a language code: write fi, sv, en ...")
    return text


def _email(text: str) -> str:
    if not EMAIL.fullmatch(text.strip()):
        raise ValueError(f"'{text}' is not an e-mail address")
    return text.strip().lower()


def _every_or_never(text: str) -> Every | None:
    return None if text == NEVER else Every.parse(text)


def _checked(parse: Any) -> Any:
    """Check with a parser but keep what was written, for one who builds from it."""

    def convert(text: str) -> str:
        parse(text)
        return text

    return convert


_TEXT = Text()
_LANGUAGE = Text(expects="a language such as fi", convert=_language, examples=("fi",))
_DURATION = Text(expects="a duration such as 2d 4h", convert=Duration.parse, examples=("4h", "2d"))
_WALL = Text(expects="a duration such as 90d", convert=parse_wall, examples=("90d", "3y"))
_HOURS = Text(expects="hours such as 08:00-16:00", convert=_checked(parse_hours), examples=("08:00-16:00",))
_TARGET = Name("target", or_address=True)
_BY_LANGUAGE = Table(key=Name("language"), value=_TEXT)

_CALENDAR = Record(
    fields={
        "hours": Field(
            shape=Table(key=Text(expects="days", convert=_checked(parse_weekdays)), value=_HOURS),
            doc="opening hours by weekday, or by a range of weekdays",
            required=True,
        ),
        "holidays": Field(
            shape=Text(expects="a country such as FI", convert=_checked(parse_holidays)),
            doc="closed on the public holidays of a country or subdivision",
        ),
        "closed": Field(
            shape=Many(of=Text(expects="a date", convert=_checked(parse_closure)), least=0),
            doc="further days, or ranges of days, on which nobody is there",
            default=(),
        ),
        "short": Field(
            shape=Table(key=Text(expects="a date", convert=_checked(parse_days)), value=_HOURS),
            doc="other hours on some days",
        ),
    },
    what="a calendar",
)
_PRIORITY = Record(
    fields={
        "first_reply": Field(shape=_DURATION, doc="a person answers within this time", required=True),
        "next_reply": Field(shape=_DURATION, doc="a person answers a further mail within this time; not counted else"),
        "resolve": Field(shape=_DURATION, doc="it is resolved within this time", required=True),
        "calendar": Field(shape=Name("calendar", also=("always",)), doc="whose clock counts", default="always"),
    },
    what="a priority",
)
_MEMBER = Record(
    fields={
        "name": Field(shape=_TEXT, doc="the name that customers see", required=True),
        "email": Field(shape=Text(expects="an e-mail address", convert=_email), doc="their address", required=True),
        "also": Field(
            shape=Many(of=Text(expects="an e-mail address", convert=_email), single=True, least=0),
            doc="addresses that they write from as well; nothing is sent there",
            default=(),
        ),
        "languages": Field(shape=Many(of=_LANGUAGE), doc="the languages they answer in; all, unless given"),
        "away": Field(
            shape=Many(of=Text(expects="a date", convert=parse_days), least=0),
            doc="days, or ranges of days, on which they get nothing",
            default=(),
        ),
        "deputy": Field(shape=Name("staff"), doc="who stands in for them"),
        "quiet": Field(shape=QuietHours(or_none=True), doc="hours in which the ladder does not write to them"),
    },
    what="a member of staff",
)
_TEAM = Record(
    fields={
        "members": Field(shape=Many(of=Name("staff")), doc="who is in it", required=True),
        "lead": Field(shape=Name("staff"), doc="who leads it; its first member, unless given"),
        "assign": Field(
            shape=OneOf(("least_busy", "round_robin", "lead", "nobody")),
            doc="who gets a new complaint",
            default="least_busy",
        ),
        "signature": Field(shape=_BY_LANGUAGE, doc="the end of its mails, by language", default={}),
        "footer": Field(shape=_BY_LANGUAGE, doc="what stands below that, by language", default={}),
    },
    what="a team",
)


def _defaults(*, topic: str, priority: str, team: str, reply: str) -> Defaults:
    return Defaults(topic=topic, priority=priority, team=team, reply=None if reply == "none" else reply)


_DEFAULTS = Record(
    fields={
        "topic": Field(shape=_TEXT, doc="the topic", default="other"),
        "priority": Field(shape=Name("priority"), doc="the priority", required=True),
        "team": Field(shape=Name("team"), doc="the team", required=True),
        "reply": Field(shape=Name("reply", also=("none",)), doc="the acknowledgement", default="acknowledgement"),
    },
    build=_defaults,
    what="defaults",
)


def _fact(*, regex: Any, builtin: str | None) -> tuple[str, Any]:
    if (regex is None) == (builtin is None):
        raise ValueError("a fact has either a regex or a builtin")
    return (builtin, BUILTINS[builtin]) if builtin is not None else (regex.pattern, by_regex(regex))


_FACT = Record(
    fields={
        "regex": Field(
            shape=Text(expects="a regular expression", convert=compile_regex),
            doc="what to find: its first group, or all of it where there is no group",
        ),
        "builtin": Field(shape=OneOf(tuple(BUILTINS)), doc="one of those that are built in"),
    },
    build=_fact,
    what="a fact",
)
_REPLY = Record(
    fields={
        "subject": Field(shape=Template(), doc="the subject", required=True),
        "body": Field(shape=Template(), doc="the text", required=True),
    },
    build=ReplyText,
    what="a text",
)


def _step(**given: Any) -> StepRule:
    written, at = given["at"]
    if not any(given[name] for name in ("tell", "raise", "assign", "tell_customer")):
        raise ValueError("this step does nothing: give it tell, raise, assign or tell_customer")
    return StepRule(
        at=at,
        written=written,
        tell=given["tell"],
        raise_by=given["raise"],
        assign=given["assign"],
        tell_customer=given["tell_customer"],
        reply=given["reply"],
        every=given["every"],
    )


def _at(text: str) -> tuple[str, At]:
    if len(text) > _LONGEST_AT:
        raise ValueError(f"'{text}' is too long for a time on the ladder: at most {_LONGEST_AT} characters")
    return text, At.parse(text)


_STEP = Record(
    fields={
        "at": Field(
            shape=Text(expects="a time on the ladder", convert=_at, examples=("75% of first_reply", "resolve - 1d")),
            doc="when, by first_reply, next_reply, resolve or promise",
            required=True,
        ),
        "tell": Field(shape=Many(of=_TARGET, single=True), doc="who is told", default=()),
        "raise": Field(shape=Whole(least=1, most=20), doc="more urgent by so many steps", default=0),
        "assign": Field(shape=Name("assignee", also=("lead",)), doc="who gets it: a member, a team, lead"),
        "tell_customer": Field(shape=OneOf(("delay",)), doc="the customer is told of the delay"),
        "reply": Field(shape=Name("reply"), doc="the text for that; the built-in one, unless given"),
        "every": Field(shape=_DURATION, doc="again each time that this has passed"),
    },
    build=_step,
    what="a step",
)


def _report(**given: Any) -> Report:
    return Report(
        name=given["name"],
        every=given["every"],
        to=given["to"],
        audience=given["for"],
        period=given["period"] or given["every"].usual_length,
    )


_REPORT = Record(
    fields={
        "name": Field(shape=_TEXT, doc="what it is called", required=True),
        "every": Field(
            shape=Text(expects="a time of the week", convert=Every.parse, examples=("mon 08:00", "month 08:00")),
            doc="when",
            required=True,
        ),
        "to": Field(shape=Many(of=_TARGET, single=True), doc="who gets it", required=True),
        "for": Field(shape=Name("audience"), doc="whom it is written for: owner (unless given), management, or a team"),
        "period": Field(
            shape=OneOf(LENGTHS), doc="the last whole day, week or month; as long as `every`, unless given"
        ),
    },
    build=_report,
    what="a report",
)


def _digest(doc: str, usual: str) -> Field:
    expects = "a time of the week, or never"
    shape = Text(expects=expects, convert=_every_or_never, examples=(usual, NEVER))
    return Field(shape=shape, doc=f"{doc}; {usual}, unless given", default=Every.parse(usual))


_DIGESTS = Record(
    fields={
        "teams": _digest("when each team is told what it has in hand", "weekday 08:00"),
        "members": _digest("when each member is told what is theirs", "mon 08:00"),
    },
    build=Digests,
    what="digests",
)


def _survey(**given: Any) -> Survey:
    ask = given["ask"]
    low = USUAL_LOW[ask] if given["low"] is None else given["low"]
    if low > (most := SCALES[ask][1]):
        raise ValueError(f"low is {low}, but the highest answer to {ask} is {most}")
    return Survey(**{**given, "low": low})


_TOPIC = Record(
    fields={"guide": Field(shape=_BY_LANGUAGE, doc="what staff see in the mails about it, by language", required=True)},
    what="a topic",
)
_SURVEY = Record(
    fields={
        "after": Field(shape=_WALL, doc="so long after it was resolved", default=timedelta(days=1)),
        "ask": Field(shape=OneOf(("csat", "nps")), doc="1 to 5, or 0 to 10", default="csat"),
        "low": Field(shape=Whole(least=0, most=10), doc="told are answers from here down; 2, with nps 6, unless given"),
        "tell": Field(
            shape=Many(of=_TARGET, single=True),
            doc="who is told of low ones",
            default=("lead",),
        ),
        "reopen": Field(shape=YesNo(), doc="a low answer opens the complaint again", default=False),
        "exclude": Field(shape=Many(of=_TEXT, single=True, least=0), doc="topics not asked about", default=()),
    },
    build=_survey,
    what="a survey",
)

_MONEY = re.compile(r"[0-9]{1,7}(?:\.[0-9]{1,4})?")


def _price(text: str) -> Decimal:
    if not _MONEY.fullmatch(text):
        raise ValueError(f"'{text}' is not an amount of money: write 38 or 7.50")
    return Decimal(text)


def _effort(text: str) -> Decimal | timedelta:
    """An amount of money, or the time that it takes."""
    if _MONEY.fullmatch(text):
        return Decimal(text)
    try:
        return parse_wall(text)
    except ValueError:
        raise ValueError(f"'{text}' is neither a time such as 15m nor an amount of money such as 7.50") from None


def _currency(text: str) -> str:
    if not re.fullmatch(r"[A-Z]{3}", text):
        raise ValueError(f"'{text}' is not a currency: write EUR, SEK ...")
    return text


def _costs(*, currency: str, hour: Decimal | None, complaint: Any, answer: Any) -> Costs:
    def price(effort: Decimal | timedelta) -> Decimal:
        if isinstance(effort, Decimal):
            return effort
        if hour is None:
            raise ValueError("`complaint` or `answer` is a time: say in `hour` what an hour costs")
        return hour * Decimal(int(effort.total_seconds())) / 3600

    if hour is not None and not any(isinstance(each, timedelta) for each in (complaint, answer)):
        raise ValueError("`hour` is of no use: neither `complaint` nor `answer` is a time")
    return Costs(currency=currency, complaint=price(complaint), answer=price(answer))


_EFFORT = Text(expects="a time such as 15m, or an amount of money", convert=_effort, examples=("15m", "7.50"))
_COSTS = Record(
    fields={
        "currency": Field(
            shape=Text(expects="a currency such as EUR", convert=_currency, examples=("EUR",)),
            doc="of all amounts",
            required=True,
        ),
        "hour": Field(
            shape=Text(expects="an amount of money", convert=_price, examples=("38",)), doc="what an hour of work costs"
        ),
        "complaint": Field(shape=_EFFORT, doc="what each complaint costs: money, or a time", required=True),
        "answer": Field(shape=_EFFORT, doc="what each answer of a member costs besides", default=Decimal(0)),
    },
    build=_costs,
    what="costs",
)
_QUIET = Record(
    fields={
        "hours": Field(shape=QuietHours(), doc="hours in which the ladder writes to nobody"),
        "except": Field(
            shape=Many(of=Name("priority"), single=True, least=0),
            doc="priorities whose notices go all the same; the most urgent one, unless given",
        ),
    },
    what="quiet hours",
)

SECTIONS: dict[str, Field] = {
    "version": Field(shape=Text(expects="1", convert=_version), doc="of this language: 1", required=True),
    "company": Field(shape=_TEXT, doc="the name that customers see", required=True),
    "timezone": Field(
        shape=Text(expects="a time zone", convert=_timezone, examples=("Europe/Helsinki",)),
        doc="where the company is",
        required=True,
    ),
    "languages": Field(shape=Many(of=_LANGUAGE), doc="what customers are answered in", required=True),
    "fallback": Field(shape=Name("language"), doc="for mail in another language; the first one, unless given"),
    "calendars": Field(shape=Table(key=_TEXT, value=_CALENDAR, least=0), doc="when somebody is there", default={}),
    "priorities": Field(shape=Table(key=_TEXT, value=_PRIORITY), doc="the scale, most urgent first", required=True),
    "staff": Field(shape=Table(key=_TEXT, value=_MEMBER), doc="who answers", required=True),
    "teams": Field(shape=Table(key=_TEXT, value=_TEAM), doc="who works together", required=True),
    "defaults": Field(shape=_DEFAULTS, doc="what holds where no rule says otherwise", required=True),
    "management": Field(
        shape=Many(of=Text(expects="an e-mail address", convert=_email), least=0), doc="addresses", default=()
    ),
    "customers": Field(shape=groups(ADDRESSES), doc="groups of customers, and the weight that they carry", default={}),
    "extract": Field(shape=Table(key=_TEXT, value=_FACT, least=0), doc="facts to find in mails", default={}),
    "topics": Field(shape=Table(key=_TEXT, value=_TOPIC, least=0), doc="what staff are told of a topic", default={}),
    "rules": Field(shape=Many(of=RuleShape(), least=0), doc="the rules, from top to bottom", required=True),
    "replies": Field(
        shape=Table(key=_TEXT, value=Table(key=Name("language"), value=_REPLY), least=0),
        doc="texts to customers, by name and language",
        default={},
    ),
    "escalations": Field(shape=Many(of=_STEP, least=0), doc="the ladder: what happens when time runs out"),
    "quiet": Field(shape=_QUIET, doc="when the ladder's notices wait for the morning", default={}),
    "reports": Field(shape=Many(of=_REPORT, least=0), doc="reports by mail", default=()),
    "digests": Field(shape=_DIGESTS, doc="lists of work by mail, to teams and members"),
    "survey": Field(shape=_SURVEY, doc="how customers are asked afterwards"),
    "costs": Field(shape=_COSTS, doc="what a complaint costs the company, for the reports"),
    "retention": Field(
        shape=Table(key=OneOf(("raw_mail", "closed_complaints", "quarantine", "ledger")), value=_WALL),
        doc="how long things are kept",
        default={},
    ),
}
NOT_IN_USE = ("retention",)

# The digests of a file that has none.
USUAL_DIGESTS = Digests(teams=Every.parse("weekday 08:00"), members=Every.parse("mon 08:00"))

# The ladder of a file that has none.
USUAL_ESCALATIONS: tuple[StepRule, ...] = tuple(
    StepRule(at=At.parse(written), written=written, tell=tell, tell_customer=customer)
    for written, tell, customer in (
        ("75% of first_reply", ("assignee",), None),
        ("first_reply - 30m", (), "delay"),
        ("first_reply", ("lead",), None),
        ("promise", ("lead",), None),
        ("75% of next_reply", ("assignee",), None),
        ("next_reply", ("lead",), None),
        ("resolve", ("lead",), None),
    )
)
