"""The daemon itself, and the demo of it."""

import contextlib
import ctypes
import gc
import os
import sys
from pathlib import Path

import click

from vastine.app import App
from vastine.cli.common import (
    FOUND,
    moment_since,
    print_json,
    print_table,
    settings_of,
    store_of,
    with_config,
    with_json,
)
from vastine.cli.logs import set_up_logging
from vastine.clock import now

M_ARENA_MAX = -8  # mallopt(3)


@click.command()
@with_config
@click.option(
    "--once",
    is_flag=True,
    help="Handle all that is there, send what is due, and exit; 1 if a mailbox could not be reached.",
)
@click.option(
    "--log-level", type=click.Choice(("debug", "info", "warning", "error")), default="info", show_default=True
)
def run(once: bool, log_level: str) -> None:
    """Run the daemon until SIGTERM; SIGHUP reloads the rules."""
    set_up_logging(log_level)
    os.umask(os.umask(0o077) | 0o077)  # the database holds customers' mail
    app = App(settings_of(secrets=True))
    _settle_in()
    if not once:
        app.run()
        return
    unreachable = app.run_once()
    for trouble in unreachable:
        print(trouble, file=sys.stderr)
    sys.exit(FOUND if unreachable else 0)


def _settle_in() -> None:
    """Tell the garbage collector that this is a daemon: what is loaded now stays for good, and glibc that its threads
    may share memory: an arena each would keep tens of megabytes that nobody uses.
    """
    with contextlib.suppress(AttributeError, OSError):  # another C library
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


@click.command()
@with_config
@with_json
@click.option("--since", default="30d", show_default=True, help="How far back, such as 12h, 30d or 4w.")
def reconcile(since: str, as_json: bool) -> None:
    """Compare the mailboxes on the server with the ledger, and take in what is missing; safe beside the daemon."""
    start = moment_since(since, now())
    settings = settings_of(secrets=True)
    store_of(settings).close()  # where there is no database, there is nothing to compare with
    set_up_logging("warning")
    app = App(settings)
    found, unreachable = app.reconcile(since=start, progress=lambda line: print(line, file=sys.stderr))
    rows = [
        {
            "mailbox": each.mailbox,
            "folder": each.folder,
            "mails": each.mails,
            "waiting": each.waiting,
            "taken_in": list(each.taken_in),
        }
        for each in found
    ]
    if as_json:
        print_json(rows)
    else:
        print_table(
            ("mailbox", "folder", "mails", "waiting", "taken_in"), rows, empty="There was no folder to look at."
        )
    for trouble in unreachable:
        print(trouble, file=sys.stderr)
    sys.exit(FOUND if unreachable else 0)


@click.command()
@with_config
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-mails"),
    show_default=True,
    help="Where the mails are left as .eml files, and the reports as HTML.",
)
def demo(out: Path) -> None:
    """Show the main job on embedded mail servers, in quickened time."""
    from vastine.demo.story import run_demo  # its servers are an extra that the daemon itself does without

    sys.exit(run_demo(out))
