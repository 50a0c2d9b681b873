"""Reports and digests by mail, and what they reckon with: costs."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

from vastine.core.clock import parse_wall
from vastine.core.rules.rulebook import Costs, Digests, Report
from vastine.core.rules.sections.values import TEXT
from vastine.core.rules.shapes import Field, Many, Name, OneOf, Record, Text
from vastine.core.schedule import LENGTHS, Every

NEVER = "never"
_READER = Name("target", or_address=True, unoffered=("assignee",))  # no report is about a single complaint


def _every_or_never(text: str) -> Every | None:
    return None if text == NEVER else Every.parse(text)


def _report(**given: Any) -> Report:
    return Report(
        name=given["name"],
        every=given["every"],
        to=given["to"],
        audience=given["for"],
        period=given["period"] or given["every"].usual_length,
    )


REPORT = Record(
    fields={
        "name": Field(shape=TEXT, doc="what it is called", required=True),
        "every": Field(
            shape=Text(expects="a time of the week", convert=Every.parse, examples=("mon 08:00", "month 08:00")),
            doc="when",
            required=True,
        ),
        "to": Field(shape=Many(of=_READER, single=True), doc="who gets it", required=True),
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


DIGESTS = Record(
    fields={
        "teams": _digest("when each team is told what it has in hand", "weekday 08:00"),
        "members": _digest("when each member is told what is theirs", "mon 08:00"),
    },
    build=Digests,
    what="digests",
)


# The digests of a file that has none.
USUAL_DIGESTS = Digests(teams=Every.parse("weekday 08:00"), members=Every.parse("mon 08:00"))
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
COSTS = Record(
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
