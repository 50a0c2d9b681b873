"""What the commands share: options, exit codes, where the settings are, and how things are printed."""

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn, TypeVar

import click

from vastine.config import Settings, SettingsError, find, load
from vastine.core.clock import parse_wall
from vastine.core.rules import RulesError
from vastine.edges.store_errors import StoreError
from vastine.rules_file import SetupError, read_rules

if TYPE_CHECKING:
    from vastine.edges.store import Store

FOUND: Final = 1
USAGE: Final = 2
LOCKED: Final = 75
BAD_SETTINGS: Final = 78

F = TypeVar("F", bound=Callable[..., Any])


def with_config(command: F) -> F:
    """`--config FILE`, before or after a command's name."""
    return click.option(
        "--config",
        type=click.Path(path_type=Path, dir_okay=False),
        help="The settings; else $VASTINE_CONFIG, ./vastine.toml or /etc/vastine/vastine.toml.",
        expose_value=False,
        callback=_remember_config,
    )(command)


def _remember_config(context: click.Context, _parameter: click.Parameter, value: Path | None) -> None:
    if value is not None:
        context.find_root().meta["vastine.config"] = value


def with_json(command: F) -> F:
    """`--json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(command)


def listing(name: str, *, about: str, lists: str, show: Callable[[bool], None]) -> click.Group:
    """A group of commands that lists something by itself, and by its command `list`; `--json` may stand before it.

    `about` and `lists` are the helps of the two; `show` is told whether JSON is wanted.
    """

    @click.group(name, help=about, invoke_without_command=True)
    @with_config
    @with_json
    @click.pass_context
    def group(context: click.Context, as_json: bool) -> None:
        context.obj = as_json
        if context.invoked_subcommand is None:
            show(as_json)

    @group.command("list", help=lists)
    @with_config
    @with_json
    @click.pass_obj
    def listed(before_name: bool, as_json: bool) -> None:
        show(as_json or before_name)

    return group


def settings_of(*, secrets: bool = False) -> Settings:
    """The settings. Raises SettingsError. Without `secrets` no password is read."""
    context = click.get_current_context()
    return load(find(context.find_root().meta.get("vastine.config")), with_secrets=secrets)


def store_of(settings: Settings) -> "Store":
    """The store, to look into. Raises StoreError where there is none yet."""
    from vastine.edges.store import Store  # not at the top: `check` should not have to wait for it

    store = Store(settings.database)
    if store.path is not None and not store.path.exists():
        raise StoreError(f"there is no database at {store.path} yet: vastine run makes it")
    return store


def print_json(value: Any) -> None:
    """One JSON document."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def print_table(columns: Sequence[str], rows: Iterable[Mapping[str, Any]], *, empty: str) -> None:
    """A table on a terminal, tab-separated lines in a pipe."""
    rows = list(rows)
    if not sys.stdout.isatty():
        for row in rows:
            print("\t".join(shown(row[column]) for column in columns))
        return
    if not rows:
        print(empty)
        return
    from rich.console import Console  # the daemon itself does without
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(shown(row[column]) for column in columns))
    Console(highlight=False).print(table)


def shown(value: Any) -> str:
    """A value in a table."""
    if value is None:
        return "-"
    if isinstance(value, dict) and "address" in value:
        return f"{value['name']} <{value['address']}>" if value["name"] else value["address"]
    if isinstance(value, list):
        return ", ".join(map(shown, value)) or "-"
    return " ".join(str(value).split())


def local(moment: str | None) -> str:
    """A time of the JSON in the company's own zone, to the minute; in UTC, and marked so, where no rules tell it."""
    if moment is None:
        return "-"
    zone = _zone()
    return datetime.fromisoformat(moment).astimezone(zone or UTC).strftime("%Y-%m-%d %H:%M" + ("" if zone else "Z"))


@cache
def _zone() -> tzinfo | None:
    try:
        return read_rules(settings_of().rules).timezone
    except (SettingsError, RulesError, SetupError):
        return None


def moment_since(length: str, now: datetime) -> datetime:
    """The time so long ago, as `--since` has it: 12h, 30d, 4w, 1y. Raises click.UsageError."""
    try:
        return now - parse_wall(length)
    except ValueError as error:
        raise click.UsageError(f"--since: {error}") from error
    except OverflowError as error:
        raise click.UsageError(f"--since: {length} is longer ago than there are dates") from error


def fail(message: str, code: int) -> NoReturn:
    """Say what is wrong, and end with that code."""
    print(message, file=sys.stderr)
    sys.exit(code)
