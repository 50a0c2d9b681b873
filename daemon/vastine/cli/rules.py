"""Rules and settings before they are in force: check them, try a mail on them."""

import json
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from vastine.app import now
from vastine.cli.common import (
    FOUND,
    local,
    print_json,
    settings_of,
    shown,
    store_of,
    with_config,
    with_json,
)
from vastine.company import office_for_explain, read_rules, rules_for
from vastine.config import Settings
from vastine.core.rules import Rulebook, run_inline_tests, schema
from vastine.edges.reader import Reader
from vastine.edges.signatures import Signatures
from vastine.edges.store import Store, StoreError
from vastine.flows.explain import explain as explain_mail


@click.command()
@with_config
@click.option("--strict", is_flag=True, help="Let a warning count as a failure.")
def check(strict: bool) -> None:
    """Check settings, rules, texts and inline tests; exit 78 on errors, 1 on a failed test."""
    settings = settings_of(secrets=True)
    book = rules_for(settings)
    failed = _inline_failures(settings, book)
    warnings = [*settings.warnings, *book.warnings]
    for problem in (*warnings, *failed):
        print(problem)
    if failed or (strict and warnings):
        sys.exit(FOUND)
    tests = sum(len(rule.tests) for rule in book.rules)
    print(f"{settings.rules.name}: {len(book.rules)} rules are in order, {tests} inline tests pass")


def _inline_failures(settings: Settings, book: Rulebook) -> tuple[Any, ...]:
    return run_inline_tests(book, lambda name: (settings.rules.parent / name).read_bytes())


@click.group()
@with_config
def rules() -> None:
    """Work on the rules: run their inline tests, print their schema for editors."""


@rules.command("test")
@with_config
def test_rules() -> None:
    """Run the tests that stand in the rules."""
    settings = settings_of()
    book = read_rules(settings.rules)
    failed = _inline_failures(settings, book)
    for problem in failed:
        print(problem)
    total = sum(len(rule.tests) for rule in book.rules)
    print(f"{total - len(failed)} of {total} passed")
    sys.exit(FOUND if failed else 0)


@rules.command("schema")
@with_config
def print_schema() -> None:
    """Print the JSON Schema of rules.yaml, for editors."""
    print_json(schema())


@click.command()
@with_config
@with_json
@click.option("--at", metavar="TIME", help="As if they arrived then: ISO 8601; now, unless given.")
@click.option("--mailbox", help="As if they came to this mailbox; the first, unless given.")
@click.argument("files", nargs=-1, required=True)
def explain(files: tuple[str, ...], as_json: bool, at: str | None, mailbox: str | None) -> None:
    """Tell what would happen to these mails, and why. Nothing is touched. `-` reads file names from standard input."""
    settings = settings_of()
    office = office_for_explain(settings)
    name = mailbox or settings.mailboxes[0].name
    if name not in office.mailboxes:
        raise click.UsageError(f"there is no mailbox {name}: there are {', '.join(office.mailboxes)}")
    moment = _moment(at, office.rulebook)
    store = _known(settings)
    missing = False
    # What is hostile hurts nobody here either.
    with closing(Reader(office.rulebook.languages)) as reader, closing(Signatures()) as signatures:
        for file in _names(files):
            try:
                raw = Path(file).read_bytes()
            except OSError as error:
                print(f"{file}: cannot be read: {error.strerror}", file=sys.stderr)
                missing = True
                continue
            [reading] = reader.begin([raw]).result()
            told = explain_mail(
                raw,
                reading,
                file=file,
                mailbox=name,
                office=office,
                store=store,
                signatures=signatures,
                now=moment,
            )
            if as_json:
                print(json.dumps(told, ensure_ascii=False))
            else:
                _print_explained(told)
    sys.exit(FOUND if missing else 0)


def _names(files: tuple[str, ...]) -> Iterator[str]:
    for file in files:
        if file == "-":
            yield from (line for line in sys.stdin.read().splitlines() if line)
        else:
            yield file


def _moment(at: str | None, book: Rulebook) -> datetime:
    if at is None:
        return now()
    try:
        moment = datetime.fromisoformat(at)
    except ValueError as error:
        raise click.UsageError(f"--at: {at} is not a time: write 2026-11-20T14:30 or 2026-11-20T12:30Z") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=book.timezone)).astimezone(UTC)


def _known(settings: Settings) -> Store | None:
    """What is known of customers, where a database is there and can be read."""
    try:
        store = store_of(settings)
        store.counts()
    except StoreError:
        return None
    return store


def _print_explained(told: dict[str, Any]) -> None:
    mail, decision = told["mail"], told["decision"]
    click.secho(f"{told['file']}: {told['outcome']}", bold=True)
    print(f"  From      {shown(mail['from'])}")
    print(f"  Subject   {mail['subject']}")
    print(f"  Kind      {told['kind']}: {told['kind_reason']}")
    if told["outcome"] != "complaint":
        print(f"  Outcome   {told['reason']}{' (' + told['reference'] + ')' if told['reference'] else ''}")
    print(f"  Language  {mail['language'] or 'unsure'}")
    for defect in mail["defects"]:
        print(f"  Defect    {defect}")
    for rule in told["rules"]:
        mark = {True: "matches", False: "no", None: "not tried"}[rule["matched"]]
        print(f"  Rule      {rule['name']}: {mark}; {shown(rule['because'])}")
    if decision:
        for name in ("topic", "priority", "team", "assignee", "tags"):
            by = decision["set_by"].get(name)
            print(f"  {name.capitalize():<10}{shown(decision[name])}{f'  (by {by})' if by else ''}")
        for name, values in decision["found"].items():
            print(f"  Found     {name}: {shown(values)}")
        if decision["first_reply_due"]:
            print(f"  Reply by  {local(decision['first_reply_due'])}, resolved by {local(decision['resolve_due'])}")
    for letter in told["mails"]:
        fate = f"is not sent: {letter['suppressed']}" if letter["suppressed"] else "goes"
        print(f"  Mail      {letter['kind']} to {letter['to']} in {letter['language']} {fate}: {letter['subject']}")
        if letter["kind"] == "acknowledgement" and not letter["suppressed"]:
            print("\n".join(f"            | {line}".rstrip() for line in letter["text"].rstrip().split("\n")))
