"""Who answers, when, and how fast: calendars, priorities, staff, teams, topics, defaults, quiet hours."""

from vastine.core.clock import parse_closure, parse_days, parse_holidays, parse_weekdays
from vastine.core.rules.quiet import QuietHours
from vastine.core.rules.rulebook import Defaults
from vastine.core.rules.sections.values import BY_LANGUAGE, DURATION, HOURS, LANGUAGE, TEXT, checked, email
from vastine.core.rules.shapes import Field, Many, Name, OneOf, Record, Table, Text

CALENDAR = Record(
    fields={
        "hours": Field(
            shape=Table(key=Text(expects="days", convert=checked(parse_weekdays)), value=HOURS),
            doc="opening hours by weekday, or by a range of weekdays",
            required=True,
        ),
        "holidays": Field(
            shape=Text(expects="a country such as FI", convert=checked(parse_holidays)),
            doc="closed on the public holidays of a country or subdivision",
        ),
        "closed": Field(
            shape=Many(of=Text(expects="a date", convert=checked(parse_closure)), least=0),
            doc="further days, or ranges of days, on which nobody is there",
            default=(),
        ),
        "short": Field(
            shape=Table(key=Text(expects="a date", convert=checked(parse_days)), value=HOURS),
            doc="other hours on some days",
        ),
    },
    what="a calendar",
)


PRIORITY = Record(
    fields={
        "first_reply": Field(shape=DURATION, doc="a person answers within this time", required=True),
        "next_reply": Field(shape=DURATION, doc="a person answers a further mail within this time; not counted else"),
        "resolve": Field(shape=DURATION, doc="it is resolved within this time", required=True),
        "calendar": Field(shape=Name("calendar", also=("always",)), doc="whose clock counts", default="always"),
    },
    what="a priority",
)


MEMBER = Record(
    fields={
        "name": Field(shape=TEXT, doc="the name that customers see", required=True),
        "email": Field(shape=Text(expects="an e-mail address", convert=email), doc="their address", required=True),
        "also": Field(
            shape=Many(of=Text(expects="an e-mail address", convert=email), single=True, least=0),
            doc="addresses that they write from as well; nothing is sent there",
            default=(),
        ),
        "languages": Field(shape=Many(of=LANGUAGE), doc="the languages they answer in; all, unless given"),
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


TEAM = Record(
    fields={
        "members": Field(shape=Many(of=Name("staff")), doc="who is in it", required=True),
        "lead": Field(shape=Name("staff"), doc="who leads it; its first member, unless given"),
        "assign": Field(
            shape=OneOf(("least_busy", "round_robin", "lead", "nobody")),
            doc="who gets a new complaint",
            default="least_busy",
        ),
        "signature": Field(shape=BY_LANGUAGE, doc="the end of its mails, by language", default={}),
        "footer": Field(shape=BY_LANGUAGE, doc="what stands below that, by language", default={}),
    },
    what="a team",
)


TOPIC = Record(
    fields={"guide": Field(shape=BY_LANGUAGE, doc="what staff see in the mails about it, by language", required=True)},
    what="a topic",
)


def _defaults(*, topic: str, priority: str, team: str, reply: str) -> Defaults:
    return Defaults(topic=topic, priority=priority, team=team, reply=None if reply == "none" else reply)


DEFAULTS = Record(
    fields={
        "topic": Field(shape=TEXT, doc="the topic", default="other"),
        "priority": Field(shape=Name("priority"), doc="the priority", required=True),
        "team": Field(shape=Name("team"), doc="the team", required=True),
        "reply": Field(shape=Name("reply", also=("none",)), doc="the acknowledgement", default="acknowledgement"),
    },
    build=_defaults,
    what="defaults",
)


QUIET = Record(
    fields={
        "hours": Field(shape=QuietHours(), doc="hours in which the ladder writes to nobody"),
        "except": Field(
            shape=Many(of=Name("priority"), single=True, least=0),
            doc="priorities whose notices go all the same; the most urgent one, unless given",
        ),
    },
    what="quiet hours",
)
