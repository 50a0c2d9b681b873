"""The rules and what has happened: a changed file tried on it, what each rule did, due times reckoned anew."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from vastine.cli.common import (
    FOUND,
    local,
    moment_since,
    print_json,
    print_table,
    settings_of,
    shown,
    store_of,
    with_config,
    with_json,
)
from vastine.clock import now
from vastine.core.complaint import Complaint
from vastine.core.rules import prepare
from vastine.edges.reader import Reader
from vastine.flows.explain import shown_time
from vastine.flows.recompute import DUE_TIMES, Moved, moves, record_moves
from vastine.flows.replay import Change, Replayed, replay
from vastine.rules_file import read_rules, rules_for


@click.command("replay")
@with_config
@with_json
@click.option("--since", default="90d", show_default=True, help="How far back, such as 12h, 30d or 1y.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def replay_rules(file: Path, since: str, as_json: bool) -> None:
    """Tell what the rules in FILE would have done differently with recorded mail. Nothing is touched.

    Each mail is decided once more, with its customer's history as it was, and set against what was decided then and
    against what staff have changed by hand since.
    """
    start = moment_since(since, now())
    book = read_rules(file)
    settings = settings_of()
    with closing(store_of(settings)) as store, closing(Reader(book.languages)) as reader:
        prepare(book)
        so_far, total = Replayed(), store.count_recorded(start)
        changes = []
        hidden = not sys.stderr.isatty()  # in a pipe there would be the label alone
        with click.progressbar(length=total, label="Deciding again", file=sys.stderr, hidden=hidden) as bar:
            for change in replay(store, reader, book, since=start, so_far=so_far, progress=bar.update):
                if as_json:
                    print(json.dumps(_shown_change(change), ensure_ascii=False))
                else:
                    changes.append(change)
    if not as_json:
        _print_changes(changes, so_far, file.name)


def _shown_change(change: Change) -> dict[str, Any]:
    return asdict(change) | {"rules": list(change.rules)}


def _print_changes(changes: Sequence[Change], so_far: Replayed, name: str) -> None:
    print(f"{so_far.mails} mails decided again by {name}: {so_far.changed} would be decided otherwise.")
    if so_far.gone:
        print(f"{so_far.gone} more could not be: their mails are kept no longer.")
    if len(so_far.versions) > 1:
        print(f"They were decided by {len(so_far.versions)} versions of the rules; each is set against its own.")
    for rules, some in _by_rules(changes):
        click.secho(f"\n{', '.join(rules) or 'no rule: clocks or defaults'}: {len(some)}", bold=True)
        rows = [_row(change) for change in some]
        print_table(("reference", "sha256", "change", "corrected"), rows, empty="")


def _by_rules(changes: Iterable[Change]) -> list[tuple[tuple[str, ...], list[Change]]]:
    """The changes by the rules that decide differently, the commonest first."""
    grouped: dict[tuple[str, ...], list[Change]] = {}
    for change in changes:
        grouped.setdefault(change.rules, []).append(change)
    return sorted(grouped.items(), key=lambda item: (-len(item[1]), item[0]))


def _row(change: Change) -> dict[str, Any]:
    differing = [name for name in change.after if change.before.get(name) != change.after[name]]
    said = [f"{name} {_side(name, change.before)} -> {_side(name, change.after)}" for name in differing]
    corrected = [f"{name} to {value}, {_agreeing(name, value, change)}" for name, value in change.corrected.items()]
    return {
        "reference": change.reference,
        "sha256": change.sha256[:12],
        "change": "; ".join(said),
        "corrected": "; ".join(corrected),
    }


def _agreeing(name: str, value: str, change: Change) -> str:
    """Whether staff have corrected to what these rules say, or to what was said before."""
    sides = {"as these rules": change.after, "as it was": change.before}
    return next((side for side, said in sides.items() if said.get(name) == value), "as neither")


def _side(name: str, side: dict[str, Any]) -> str:
    value = side.get(name)
    return local(value) if name == "first_reply_due" else shown(value)


@click.command("stats")
@with_config
@with_json
@click.option("--since", default="90d", show_default=True, help="How far back, such as 12h, 30d or 1y.")
def stats(since: str, as_json: bool) -> None:
    """Tell how often each rule matched and decided something, and which never did."""
    start = moment_since(since, now())
    settings = settings_of()
    book = read_rules(settings.rules)
    with closing(store_of(settings)) as store:
        matched, decided, total = _counted(store.decisions(start))
        for name, count in store.ignored_by(start).items():
            matched[name] += count
            decided[name] += count
    there = [rule.name for rule in book.rules]
    names = [*there, *sorted(name for name in matched if name not in there)]
    rows = [
        {"rule": name, "matched": matched[name], "decided": decided[name], "in_file": name in there} for name in names
    ]
    if as_json:
        print_json(rows)
        return
    print(f"{total} complaints since {local(start.isoformat())}")
    print_table(("rule", "matched", "decided"), rows, empty="There is no rule.")
    never = [row["rule"] for row in rows if not row["matched"]]
    if never:
        print(f"Never matched: {', '.join(str(name) for name in never)}")


def _counted(decisions: Iterable[dict[str, Any]]) -> tuple[Counter[str], Counter[str], int]:
    """How often each rule matched, and how often something that it set held in the end."""
    matched: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    total = 0
    for decision in decisions:
        total += 1
        matched.update(rule["name"] for rule in decision.get("rules", ()) if rule["matched"])
        decided.update(rule["name"] for rule in decision.get("rules", ()) if _decides(rule))
    return matched, decided, total


def _decides(rule: dict[str, Any]) -> bool:
    return any(effect["overridden_by"] is None and effect["effect"] != "stop" for effect in rule.get("effects", ()))


@click.command("recompute")
@with_config
@with_json
@click.option("--yes", is_flag=True, help="Write the new times down; without it they are only shown.")
def recompute(yes: bool, as_json: bool) -> None:
    """Reckon the due times of complaints in hand anew, by the rules as they are now.

    A change of `priorities` or `calendars` holds for new complaints only, until this is asked for.
    """
    settings = settings_of()
    book = rules_for(settings)
    with closing(store_of(settings)) as store:
        moved = list(moves(store, book))
        done, passed_over = record_moves(store, moved, now()) if yes else (0, [])
    rows = [_shown_move(each) for each in moved]
    if as_json:
        print_json([_plain_move(each) for each in moved])
    else:
        if not rows:
            print("No due time moves: all are as the rules have them now.")
        else:
            print_table(("reference", *DUE_TIMES), rows, empty="")
        if rows and not yes:
            print(f"{len(rows)} complaints would move; nothing was written: say --yes")
        elif rows:
            print(f"{done} complaints moved")
    for reference in passed_over:
        print(f"{reference}: somebody changed it meanwhile; say it again", file=sys.stderr)
    sys.exit(FOUND if passed_over else 0)


def _plain_move(moved: Moved) -> dict[str, Any]:
    def side(complaint: Complaint) -> dict[str, str | None]:
        return {name: shown_time(getattr(complaint, name)) for name in DUE_TIMES}

    return {"reference": moved.before.reference, "before": side(moved.before), "after": side(moved.after)}


def _shown_move(moved: Moved) -> dict[str, Any]:
    def both(name: str) -> str:
        before, after = getattr(moved.before, name), getattr(moved.after, name)
        was, will = (local(each.isoformat()) if each else "-" for each in (before, after))
        return was if was == will else f"{was} -> {will}"

    return {"reference": moved.before.reference, **{name: both(name) for name in DUE_TIMES}}
