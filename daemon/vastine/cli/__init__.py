"""The commands: the only printer and picker of exit codes. What they show comes from the store and the flows."""

import sys

import click

from vastine import __version__, plain_structlog
from vastine.cli.common import BAD_SETTINGS, FOUND, LOCKED, USAGE, fail, with_config
from vastine.cli.lazy import LazyGroup
from vastine.config import SettingsError
from vastine.core.rules import RulesError
from vastine.edges.store_errors import AnotherInstanceError, StoreError
from vastine.rules_file import SetupError

_COMMANDS = {
    "demo": "service:demo",
    "run": "service:run",
    "reconcile": "service:reconcile",
    "check": "rules:check",
    "explain": "explain:explain",
    "list": "desk:list_complaints",
    "show": "desk:show",
    "ledger": "desk:ledger",
    "ladder": "ladder:ladder",
    "outbox": "desk:outbox",
    "quarantine": "desk:quarantine",
    "rules": "rules:rules",
    "report": "report:report",
}


@click.group(
    cls=LazyGroup,
    lazy={name: f"vastine.cli.{where}" for name, where in _COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="vastine %(version)s")
@with_config
def commands() -> None:
    """Vastine turns support inboxes into managed complaints, answered and escalated by e-mail."""


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
