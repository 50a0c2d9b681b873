"""Rules and settings before they are in force: check them, run their tests, print their schema."""

import sys
from typing import Any

import click

from vastine.cli.common import FOUND, print_json, settings_of, with_config
from vastine.cli.lazy import LazyGroup
from vastine.clock import now
from vastine.config import Settings
from vastine.core.rules import Rulebook, advise, run_inline_tests, schema
from vastine.rules_file import read_rules, rules_for


@click.command()
@with_config
@click.option("--strict", is_flag=True, help="Let a warning count as a failure.")
def check(strict: bool) -> None:
    """Check settings, rules, texts and inline tests; exit 78 on errors, 1 on a failed test."""
    settings = settings_of(secrets=True)
    book = rules_for(settings)
    failed = _inline_failures(settings, book)
    today = book.day_at(now())
    advice = advise(book, today=today, mailboxes=[mailbox.name for mailbox in settings.mailboxes])
    warnings = [*settings.warnings, *sorted((*book.warnings, *advice), key=lambda each: (each.line, each.column))]
    for problem in (*warnings, *failed):
        print(problem)
    if failed or (strict and warnings):
        sys.exit(FOUND)
    tests = sum(len(rule.tests) for rule in book.rules)
    print(f"{settings.rules.name}: {len(book.rules)} rules are in order, {tests} inline tests pass")
    print("settings and rules are in order; no server was contacted: vastine run --once tries them")


def _inline_failures(settings: Settings, book: Rulebook) -> tuple[Any, ...]:
    return run_inline_tests(book, lambda name: (settings.rules.parent / name).read_bytes())


@click.group(
    cls=LazyGroup,
    lazy={
        "replay": "vastine.cli.replay:replay_rules",
        "stats": "vastine.cli.replay:stats",
        "recompute": "vastine.cli.replay:recompute",
    },
)
@with_config
def rules() -> None:
    """Work on the rules: test them, try a change on recorded mail, see which rule does what."""


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
