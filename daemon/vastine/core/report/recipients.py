"""For whom a report is, and who reads it: the words of its `to` as people.

There is no complaint here, so `assignee` means nobody.
"""

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Final

from vastine.core.assignment import stand_in
from vastine.core.mail import Address

if TYPE_CHECKING:  # the rules themselves ask who would read a report
    from vastine.core.rules import Member, Report, Rulebook

OWNER: Final = "owner"  # for whom a report is, unless it says
MANAGEMENT: Final = "management"
BUILT_IN: Final = (OWNER, MANAGEMENT)  # there is a report for each without a word in the rules


def readers_of(report: "Report", book: "Rulebook", on: date) -> "tuple[Member | Address, ...]":
    """Everybody who gets the report that day, each once. Who is away is stood in for by their deputy, or left out."""
    found = [each for word in report.to for each in _named(word, report, book, on)]
    by_address = {(each.address if isinstance(each, Address) else each.email).lower(): each for each in found}
    return tuple(by_address.values())


def _named(word: str, report: "Report", book: "Rulebook", on: date) -> "Iterable[Member | Address]":
    if word == MANAGEMENT:
        by_address = {member.email.lower(): member for member in book.staff.values()}
        return [by_address.get(each.lower()) or Address(address=each.lower()) for each in book.management]
    if word == "lead":
        about = [report.audience] if report.audience in book.teams else list(book.teams)
        return _present((book.teams[name].lead for name in about if name), book, on)
    if "@" in word:
        return [Address(address=word.lower())]
    keys = book.teams[word].members if word in book.teams else (word,)
    return _present(keys, book, on)


def _present(keys: Iterable[str], book: "Rulebook", on: date) -> "list[Member | Address]":
    present = (stand_in(key, book.staff, on) for key in keys)
    return [book.staff[key] for key in present if key is not None]
