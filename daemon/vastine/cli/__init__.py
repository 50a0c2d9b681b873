"""The commands: the only printer and picker of exit codes. What they show comes from the store and the flows."""

import sys

import click

from vastine import __version__, plain_structlog
from vastine.cli.common import BAD_SETTINGS, FOUND, LOCKED, USAGE, fail, with_config
from vastine.cli.desk import ledger, list_complaints, outbox, quarantine, show
from vastine.cli.explain import explain
from vastine.cli.rules import check, rules
from vastine.cli.service import demo, reconcile, run
from vastine.company import SetupError
from vastine.config import SettingsError
from vastine.core.rules import RulesError
from vastine.edges.store import AnotherInstanceError, StoreError


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, message="vastine %(version)s")
@with_config
def commands() -> None:
    """Vastine turns support inboxes into managed complaints, answered and escalated by e-mail."""


for command in (demo, run, reconcile, check, explain, list_complaints, show, ledger, outbox, quarantine, rules):
    commands.add_command(command)


def main() -> None:
    """Run the command, with one of the five exit codes that are promised."""
    try:
        sys.exit(commands(standalone_mode=False) or 0)
    except click.exceptions.Exit as end:
        sys.exit(end.exit_code)
    except click.Abort:
        fail("stopped", FOUND)
    except click.ClickException as error:
        error.show()
        sys.exit(USAGE)
    except (SettingsError, RulesError, SetupError) as error:
        fail(str(error), BAD_SETTINGS)
    except AnotherInstanceError as error:
        fail(str(error), LOCKED)
    except StoreError as error:
        fail(str(error), FOUND)


__all__ = ["main", "plain_structlog"]
