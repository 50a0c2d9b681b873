"""What is found in mails and written to customers: facts, texts, surveys."""

from datetime import timedelta
from typing import Any

from vastine.core.rules.extract import BUILTINS, by_regex
from vastine.core.rules.matcher import compile_regex
from vastine.core.rules.replies import Template
from vastine.core.rules.rulebook import ReplyText, Survey
from vastine.core.rules.sections.values import TARGET, TEXT, WALL
from vastine.core.rules.shapes import Field, Many, OneOf, Record, Text, Whole, YesNo
from vastine.core.survey import SCALES, USUAL_LOW


def _fact(*, regex: Any, builtin: str | None) -> tuple[str, Any]:
    if (regex is None) == (builtin is None):
        raise ValueError("a fact has either a regex or a builtin")
    return (builtin, BUILTINS[builtin]) if builtin is not None else (regex.pattern, by_regex(regex))


FACT = Record(
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


REPLY = Record(
    fields={
        "subject": Field(shape=Template(), doc="the subject", required=True),
        "body": Field(shape=Template(), doc="the text", required=True),
    },
    build=ReplyText,
    what="a text",
)


def _survey(**given: Any) -> Survey:
    ask = given["ask"]
    low = USUAL_LOW[ask] if given["low"] is None else given["low"]
    if low > (most := SCALES[ask][1]):
        raise ValueError(f"low is {low}, but the highest answer to {ask} is {most}")
    return Survey(**{**given, "low": low})


SURVEY = Record(
    fields={
        "after": Field(shape=WALL, doc="so long after it was resolved", default=timedelta(days=1)),
        "ask": Field(shape=OneOf(("csat", "nps")), doc="1 to 5, or 0 to 10", default="csat"),
        "low": Field(shape=Whole(least=0, most=10), doc="told are answers from here down; 2, with nps 6, unless given"),
        "tell": Field(
            shape=Many(of=TARGET, single=True),
            doc="who is told of low ones",
            default=("lead",),
        ),
        "reopen": Field(shape=YesNo(), doc="a low answer opens the complaint again", default=False),
        "exclude": Field(shape=Many(of=TEXT, single=True, least=0), doc="topics not asked about", default=()),
    },
    build=_survey,
    what="a survey",
)
