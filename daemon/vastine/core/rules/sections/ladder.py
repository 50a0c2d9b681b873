"""The ladder: its steps, and those of a file that has none."""

from datetime import timedelta
from typing import Any, Final

from vastine.core.clock import Duration
from vastine.core.ladder import At, StepRule
from vastine.core.rules.sections.values import TARGET
from vastine.core.rules.shapes import Field, Many, Name, OneOf, Record, Text, Whole

_LONGEST_AT: Final = 50  # it is what a step is recorded by
_OFTENEST: Final = timedelta(minutes=1)


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


def _every(text: str) -> Duration:
    every = Duration.parse(text)
    if every.at_least < _OFTENEST:
        raise ValueError(f"'{text}' is too short: a step comes again after 1m at the earliest")
    return every


STEP = Record(
    fields={
        "at": Field(
            shape=Text(expects="a time on the ladder", convert=_at, examples=("75% of first_reply", "resolve - 1d")),
            doc="when, by first_reply, next_reply, resolve or promise",
            required=True,
        ),
        "tell": Field(shape=Many(of=TARGET, single=True), doc="who is told", default=()),
        "raise": Field(shape=Whole(least=1, most=20), doc="more urgent by so many steps", default=0),
        "assign": Field(shape=Name("assignee", also=("lead",)), doc="who gets it: a member, a team, lead"),
        "tell_customer": Field(shape=OneOf(("delay",)), doc="the customer is told of the delay"),
        "reply": Field(shape=Name("reply", also=("delay",)), doc="the text for that; the built-in one, unless given"),
        "every": Field(
            shape=Text(expects="a duration such as 1d", convert=_every, examples=("4h", "1d")),
            doc="again each time that this has passed, in open time; at least 1m",
        ),
    },
    build=_step,
    what="a step",
)


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
