"""Reports that nobody would read, or that would lack what they are for."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from vastine.core.report.recipients import BUILT_IN, OWNER, readers_of
from vastine.core.rules.problem import Problem
from vastine.core.rules.rulebook import Report, Rulebook
from vastine.core.schedule import next_due


def about_reports(book: Rulebook, today: date) -> Iterator[Problem]:
    """Reports without readers, with the name of another, or to management without the survey that they tell of."""
    for number, report in enumerate(book.reports):
        place = ("reports", str(number))
        if message := _unread(report, book, today):
            yield book.warning(place, f"report '{report.name}': {message}")
        if report.name in BUILT_IN and report.name != (report.audience or OWNER):
            message = f"it is for {report.audience or OWNER}: `vastine report {report.name}` means this one,"
            yield book.warning(place, f"report '{report.name}': {message} not the built-in one")
        if report.audience == "management" and book.survey is None:
            message = "there is no `survey`, so that management hears nothing of what customers think"
            yield book.warning(place, f"report '{report.name}': {message}")


def _unread(report: Report, book: Rulebook, today: date) -> str:
    """Why nobody would get it, or whom it would miss; empty where all is well."""
    if "assignee" in report.to:
        return "'assignee' is nobody here, since a report is about no single complaint"
    if "management" in report.to and not book.management:
        return "it goes to management, and `management` is empty"
    due = next_due(report.every, datetime.combine(today, time(), tzinfo=book.timezone).astimezone(UTC), book.timezone)
    day = book.day_at(due)
    return "" if readers_of(report, book, day) else f"everybody who would get it on {day} is away, and so are deputies"
