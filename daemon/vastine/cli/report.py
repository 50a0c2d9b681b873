"""A report now: as a page that holds its own pictures, as text, as CSV, or its figures as JSON."""

import json
import os
import sys
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import click

from vastine.cli.common import fail, local, print_json, print_table, settings_of, store_of, with_config, with_json
from vastine.clock import now
from vastine.core.measures import Measures, Period, as_json, period_json
from vastine.core.report.html import as_html
from vastine.core.report.mails import page_of, seen_by, tables_of, team_of
from vastine.core.report.recipients import BUILT_IN, MANAGEMENT
from vastine.core.report.text import as_text
from vastine.core.rules import Report, Rulebook
from vastine.core.rules.problem import did_you_mean
from vastine.core.schedule import Length, between, instant, next_due, period_before
from vastine.edges.painter import Painter
from vastine.flows.report import written
from vastine.rules_file import rules_for
from vastine.texts import LANGUAGES, first_with_texts

USUAL: Final[Length] = "week"
UNWRITABLE: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which report is wanted: one of the rules, or one that is built in."""

    name: str
    audience: str | None
    listed: Report | None = None


@click.command()
@with_config
@with_json
@click.argument("name", required=False)
@click.option("--from", "begin", metavar="D", help="The first day, 2026-06-22, or a time; else the last whole week.")
@click.option("--to", "end", metavar="D", help="The last day, which is counted too, or a time; today, unless given.")
@click.option("--team", help="Only this team's complaints.")
@click.option("--language", type=click.Choice(LANGUAGES), help="The first of the company's, unless given.")
@click.option("--text", "as_plain", is_flag=True, help="Plain text instead of HTML.")
@click.option("--csv", "as_csv", is_flag=True, help="The figures for a spreadsheet, instead of HTML.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write it to this file.")
@click.option("--list", "listing", is_flag=True, help="Which reports there are, and when they are sent.")
def report(name: str | None, listing: bool, **options: Any) -> None:
    """Write a report now: owner, management, or one that rules.yaml names."""
    settings = settings_of()
    book = rules_for(settings)
    if listing or name is None:
        if not listing:
            raise click.UsageError(f"which report? There is {_named(_names(book))}")
        _print_list(book, as_json=options["as_json"])
        return
    if sum(map(bool, (options["as_json"], options["as_plain"], options["as_csv"]))) > 1:
        raise click.UsageError("--json, --text and --csv exclude each other")
    asked = _asked(name, options["team"], book)
    moment = now()
    period = _period(options["begin"], options["end"], asked, book, moment)
    store = store_of(settings)
    try:
        counted = store.measures(period=period, now=moment, rules=book, team=team_of(asked.audience, book))
    finally:
        store.close()
    _write(seen_by(asked.audience, counted), asked, book, options)


def _write(measures: Measures, asked: Asked, book: Rulebook, options: Mapping[str, Any]) -> None:
    out, language = options["out"], options["language"] or first_with_texts(book.languages)
    if options["as_json"]:
        shown = {"name": asked.name, **period_json(measures.period)}
        if out is None:
            print_json({**shown, "measures": as_json(measures)})
            return
        _put((json.dumps({**shown, "measures": as_json(measures)}, ensure_ascii=False, indent=2) + "\n").encode(), out)
    elif options["as_csv"]:
        _put(tables_of(measures, book, audience=asked.audience, name=asked.name)[0].content, out)
    elif options["as_plain"]:
        page = page_of(measures, book, audience=asked.audience, language=language, name=_titled(asked))
        _put(as_text(page).encode(), out)
    else:
        _put(_html(measures, asked, book, language), out)


def _html(measures: Measures, asked: Asked, book: Rulebook, language: str) -> bytes:
    """A page with its pictures inside, so that it can be kept and passed on as one file."""
    if sys.stderr.isatty():
        print("drawing ...", file=sys.stderr)
    page, pictures = written(measures, book, asked.audience, _titled(asked), {language}, Painter())[language]
    sources = {name: f"data:image/png;base64,{b64encode(content).decode()}" for name, content in pictures.items()}
    return as_html(page, sources).encode()


def _put(content: bytes, out: Path | None) -> None:
    if out is None:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
        return
    try:
        with os.fdopen(os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)  # for nobody else to read: it may name customers' matters
    except OSError as error:
        fail(f"{out}: {error.strerror}", UNWRITABLE)


def _titled(asked: Asked) -> str:
    return asked.listed.name if asked.listed is not None else ""


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


# --- which report, and of which days


def _names(book: Rulebook) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*(each.name for each in book.reports), *BUILT_IN)))


def _named(names: tuple[str, ...]) -> str:
    return ", ".join(names)


def _asked(name: str, team: str | None, book: Rulebook) -> Asked:
    """The report of that name; the rules' own before one that is built in."""
    listed = next((each for each in book.reports if each.name == name), None)
    if listed is None and name not in BUILT_IN:
        meant = did_you_mean(name, _names(book)) or f": there is {_named(_names(book))}"
        raise click.UsageError(f"there is no report '{name}'{meant}")
    audience = listed.audience if listed is not None else name
    if team is None:
        return Asked(name=name, audience=audience, listed=listed)
    if team not in book.teams:
        raise click.UsageError(f"team '{team}' is unknown{did_you_mean(team, book.teams) or ''}")
    if audience == MANAGEMENT:
        raise click.UsageError("--team: a report for management is about all teams; take owner")
    return Asked(name=name, audience=team, listed=listed)


def _period(begin: str | None, end: str | None, asked: Asked, book: Rulebook, moment: datetime) -> Period:
    """The days that were asked for; else the last whole ones, as long as the report usually is."""
    zone = book.timezone
    if begin is None and end is None:
        length = asked.listed.period if asked.listed else USUAL
        return period_before(moment, length, zone, asked.listed.every if asked.listed else None)
    if begin is None:
        raise click.UsageError("--to: from when? Give --from as well")
    today = moment.astimezone(zone).date()
    first = _moment("--from", begin, zone, after=False)
    last = _moment("--to", end, zone, after=True) if end else between(today, today + timedelta(days=1), zone).end
    if last <= first:
        raise click.UsageError(f"--to {end or 'today'} is before --from {begin}")
    return Period(begin=first, end=last)


def _moment(option: str, written_as: str, zone: ZoneInfo, *, after: bool) -> datetime:
    """A day's beginning, or with `after` its end; or a time as it is, in the company's zone unless it names one."""
    try:
        if len(written_as) <= len("2026-06-22"):
            day = date.fromisoformat(written_as)
            return instant(day + timedelta(days=1) if after else day, time(), zone)
        given = datetime.fromisoformat(written_as)
        return (given if given.tzinfo else given.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise click.UsageError(f"{option}: {written_as} is not a day: write 2026-06-22 or 2026-06-22T14:30") from error


def _print_list(book: Rulebook, *, as_json: bool) -> None:
    moment = now()
    rows: list[dict[str, Any]] = [
        {
            "name": each.name,
            "for": each.audience or "owner",
            "every": str(each.every),
            "period": each.period,
            "to": list(each.to),
            "next": _utc(next_due(each.every, moment, book.timezone)),
        }
        for each in book.reports
    ]
    known = {row["name"] for row in rows}
    rows += [
        {"name": name, "for": name, "every": None, "period": USUAL, "to": [], "next": None}
        for name in BUILT_IN
        if name not in known
    ]
    if as_json:
        print_json(rows)
        return
    shown = [{**row, "next": local(row["next"])} for row in rows]
    print_table(("name", "for", "every", "period", "to", "next"), shown, empty="")
