"""`vastine explain`: what would happen to a mail, or what was decided of a complaint, and why."""

import json
import re
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from vastine.cli.common import FOUND, local, settings_of, shown, store_of, with_config, with_json
from vastine.cli.reasons import print_decision, print_rules
from vastine.clock import now
from vastine.company import office_for_explain
from vastine.config import Settings
from vastine.core.office import Office
from vastine.core.rules import Rulebook, RulesError, load
from vastine.edges.reader import Reader
from vastine.edges.signatures import Signatures
from vastine.edges.store import Store
from vastine.edges.store_errors import StoreError
from vastine.flows.explain import explain as explain_mail
from vastine.flows.explain import explain_complaint

_REFERENCE = re.compile(r"V-[2-9A-HJKMNP-Z]{5}", re.IGNORECASE)


class _NotToldError(Exception):
    """A complaint cannot be explained; the message is a sentence."""


@click.command()
@with_config
@with_json
@click.option("--at", metavar="TIME", help="As if they arrived then: ISO 8601; now, unless given.")
@click.option("--mailbox", help="As if they came to this mailbox; the first, unless given.")
@click.argument("mails", metavar="FILE|REFERENCE...", nargs=-1, required=True)
def explain(mails: tuple[str, ...], as_json: bool, at: str | None, mailbox: str | None) -> None:
    """Tell what would happen to these mails, and why. Nothing is touched. `-` reads file names (not a mail) from
    standard input. With --json, one object a line.

    With the reference of a complaint: what was decided of its first mail, by the rules as they were then.
    """
    settings = settings_of()
    office = office_for_explain(settings)
    office = replace(office, rulebook=replace(office.rulebook, thorough=True))
    name = mailbox or settings.mailboxes[0].name
    if name not in office.mailboxes:
        raise click.UsageError(f"there is no mailbox {name}: there are {', '.join(office.mailboxes)}")
    moment = _moment(at, office.rulebook)
    store = _known(settings)
    missing = False
    # What is hostile hurts nobody here either.
    with closing(Reader(office.rulebook.languages)) as reader, closing(Signatures()) as signatures:
        for given in _names(mails):
            try:
                if _REFERENCE.fullmatch(given) and not Path(given).exists():
                    if at or mailbox:
                        raise click.UsageError(f"{given} came when and where it came: --at and --mailbox are for files")
                    told = _complaint(given, store, reader, office)
                else:
                    told = _file(given, name, office, store, reader, signatures, moment)
            except OSError as error:
                print(f"{given}: cannot be read: {error.strerror or error}", file=sys.stderr)
                missing = True
            except _NotToldError as error:
                print(f"{given}: {error}", file=sys.stderr)
                missing = True
            else:
                _print(told, as_json=as_json)
    sys.exit(FOUND if missing else 0)


def _file(
    file: str,
    mailbox: str,
    office: Office,
    store: Store | None,
    reader: Reader,
    signatures: Signatures,
    at: datetime,
) -> dict[str, Any]:
    """The explanation of a mail in a file. Raises OSError where it cannot be read."""
    raw = Path(file).read_bytes()
    [reading] = reader.begin([raw]).result()
    return explain_mail(
        raw, reading, file=file, mailbox=mailbox, office=office, store=store, signatures=signatures, now=at
    )


def _print(told: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(told, ensure_ascii=False))
    else:
        _print_explained(told)


def _complaint(reference: str, store: Store | None, reader: Reader, office: Office) -> dict[str, Any]:
    """The explanation of a complaint, by the rules of its time. Raises _NotToldError with a sentence."""
    recorded = store.recorded_mail(reference) if store is not None else None
    if store is None or recorded is None:
        raise _NotToldError("there is no such complaint")
    if recorded.raw is None:
        raise _NotToldError("its mail is kept no longer; vastine show tells what was decided")
    text = store.rules_version(recorded.rules_hash or "")
    try:
        book = load(text) if text is not None else None
    except RulesError:
        book = None
    if book is None:
        raise _NotToldError("the rules of its time cannot be read any more; vastine show tells what was decided")
    office = replace(office, rulebook=replace(book, thorough=True))
    [reading] = reader.begin([recorded.raw]).result()
    return explain_complaint(recorded, reading, store.openings(), office)


def _names(given: tuple[str, ...]) -> Iterator[str]:
    for file in given:
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
        store.figures(now())
    except StoreError:
        return None
    return store


def _print_explained(told: dict[str, Any]) -> None:
    mail, decision = told["mail"], told["decision"]
    click.secho(f"{told['file']}: {told['outcome']}", bold=True)
    print(f"  From        {shown(mail['from'])}")
    print(f"  Subject     {mail['subject']}")
    print(f"  Kind        {told['kind']}: {told['kind_reason']}")
    if told["outcome"] != "complaint":
        print(f"  Outcome     {told['reason']}{' (' + told['reference'] + ')' if told['reference'] else ''}")
    proof = told["authentication"]
    print(f"  Sender      {'proven' if proof['verified'] else 'not proven'}: {proof['reason']}")
    print(f"  Language    {mail['language'] or 'unsure'}")
    for defect in mail["defects"]:
        print(f"  Defect      {defect}")
    if decision:
        click.secho("The decision", bold=True)
        print_decision(decision, told["rules"])
        if decision["needs_person"]:
            print("  Look        a person must look: a regular expression ran out of time")
        if decision["first_reply_due"]:
            print(f"  Reply by    {local(decision['first_reply_due'])}, resolved by {local(decision['resolve_due'])}")
    if told["file"] == told["reference"]:
        print(f"  Mails       vastine show {told['reference']} tells which went")
    else:
        _print_mails(told["mails"])
    if told["rules"]:
        click.secho("The rules, from top to bottom; a later one replaces what an earlier one has set", bold=True)
        print_rules(told["rules"])


def _print_mails(mails: list[dict[str, Any]]) -> None:
    click.secho("The mails that would go (this is a trial: nothing is sent and nothing is recorded)", bold=True)
    for letter in mails:
        if not letter["suppressed"]:
            print(f"  {letter['kind']} to {letter['to']} in {letter['language']}: {letter['subject']}")
        if letter["kind"] == "acknowledgement" and not letter["suppressed"]:
            print("\n".join(f"      | {line}".rstrip() for line in letter["text"].rstrip().split("\n")))
    for letter in mails:
        if letter["suppressed"]:
            print(f"  NOT sent: {letter['kind']} to {letter['to'] or 'nobody'}, because {letter['suppressed']}")
    if not mails:
        print("  none")
