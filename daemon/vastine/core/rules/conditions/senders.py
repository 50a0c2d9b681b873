"""Conditions on who wrote a mail, whither and when, and on what earlier rules made of it."""

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from vastine.core.clock import parse_wall
from vastine.core.rules.look import Look
from vastine.core.rules.shapes import Field, Many, Record, Text, Whole, listed
from vastine.core.rules.when import Keys, Test

_PATTERN = re.compile(r"[^@\s,;<>]*@[^@\s,;<>]+")


def address_pattern(text: str) -> str:
    """An address or a `@domain`, in lower case; raises ValueError."""
    pattern = text.strip().lower()
    if not _PATTERN.fullmatch(pattern):
        raise ValueError(f"'{text}' is neither an address nor a domain: write matti@yritys.example or @yritys.example")
    return pattern


ADDRESSES = Many(
    of=Text(
        expects="an address or @domain", convert=address_pattern, examples=("matti@yritys.example", "@yritys.example")
    ),
    single=True,
)


def addresses(name: str, keys_of: Callable[[Look], frozenset[str]]) -> Callable[[tuple[str, ...]], Test]:
    """Any of some addresses or domains in a field."""

    def make(patterns: tuple[str, ...]) -> Test:
        wanted = frozenset(patterns)

        def holds(look: Look) -> tuple[str, ...] | None:
            found = wanted & keys_of(look)
            return tuple(sorted(found)) or None

        def sees(look: Look) -> str:
            there = sorted(key for key in keys_of(look) if not key.startswith("@"))
            return f"it is {listed(there)}" if there else "there is no such address"

        keys: Keys | None = frozenset((name, pattern) for pattern in patterns) if name == "from" else None
        wants = listed(patterns)
        return Test(name=name, holds=holds, fails=f"not {wants}", wants=wants, terms=wanted, sees=sees, keys=keys)

    return make


def equal(name: str, values_of: Callable[[Look], Iterable[str | None]]) -> Callable[[tuple[str, ...]], Test]:
    """Any of some values is one of those that a mail has."""

    def make(wanted: tuple[str, ...]) -> Test:
        def holds(look: Look) -> tuple[str, ...] | None:
            found = [value for value in values_of(look) if value in wanted]
            return (listed(found),) if found else None

        def sees(look: Look) -> str:
            there = [value for value in values_of(look) if value]
            return f"it is {listed(there)}" if there else "there is none"

        wants = listed(wanted)
        return Test(name=name, holds=holds, fails=f"not {wants}", wants=wants, terms=frozenset(wanted), sees=sees)

    return make


def recent(wanted: dict[str, Any]) -> Test:
    """So many earlier complaints of this customer."""
    least, within = wanted["complaints"], wanted["within"]

    def number(look: Look) -> int:
        since = look.case.now - within
        return sum(at >= since for at in look.case.earlier.get(look.customer.address, ()))

    def holds(look: Look) -> tuple[str, ...] | None:
        found = number(look)
        return (f"{found} earlier complaints",) if found >= least else None

    return Test(
        name="recent",
        holds=holds,
        fails=f"fewer than {least} earlier complaints",
        wants=f"{least} or more earlier complaints within {within.days} days"
        if within.days
        else f"{least} within {within}",
        terms=frozenset({(least, within)}),
        sees=lambda look: f"{number(look)} earlier complaints",
    )


def yes_or_no(name: str, is_true: Callable[[Look], bool]) -> Callable[[bool], Test]:
    """Something that is so or not."""

    def make(wanted: bool) -> Test:
        def holds(look: Look) -> tuple[str, ...] | None:
            return (str(wanted).lower(),) if is_true(look) == wanted else None

        said = str(wanted).lower()
        return Test(name=name, holds=holds, fails=f"not {said}", wants=said, terms=frozenset({wanted}))

    return make


RECENT = Record(
    fields={
        "complaints": Field(shape=Whole(least=1, most=1000), doc="at least so many", required=True),
        "within": Field(
            shape=Text(expects="a time such as 30d", convert=parse_wall, examples=("30d",)),
            doc="opened so long ago at most",
            required=True,
        ),
    },
    build=lambda complaints, within: {"complaints": complaints, "within": _positive(within)},
)


def _positive(length: timedelta) -> timedelta:
    if not length:
        raise ValueError("'within' must be longer than nothing")
    return length
