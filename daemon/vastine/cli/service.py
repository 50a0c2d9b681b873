"""The daemon itself, and the demo of it."""

import logging
import os
import sys
from pathlib import Path

import click
import structlog

from vastine.app import App
from vastine.cli.common import FOUND, settings_of, with_config

PRIORITIES = {"critical": 2, "error": 3, "warning": 4, "info": 6, "debug": 7}


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
    app = App(settings_of(secrets=True))
    if not once:
        app.run()
        return
    unreachable = app.run_once()
    for trouble in unreachable:
        print(trouble, file=sys.stderr)
    sys.exit(FOUND if unreachable else 0)


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-mails"),
    show_default=True,
    help="Where the mails are left as .eml files.",
)
def demo(out: Path) -> None:
    """Show the main job on embedded mail servers, in quickened time."""
    from vastine.demo.story import run_demo  # its servers are an extra that the daemon itself does without

    sys.exit(run_demo(out))


def set_up_logging(level: str) -> None:
    """Sentences with a machine word to standard error; under journald each with its priority in front."""
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    logging.getLogger("imapclient").setLevel(logging.INFO)  # at DEBUG it writes customers' mail
    under_journald = _under_journald()
    processors: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.format_exc_info,
    ]
    if not under_journald:
        processors.append(structlog.processors.TimeStamper(fmt="iso", utc=True))
    processors.append(_with_priority if under_journald else _plain)
    structlog.configure(
        processors=processors,
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def _under_journald() -> bool:
    return "JOURNAL_STREAM" in os.environ


def _plain(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
    time, level, sentence = event.pop("timestamp", ""), event.pop("level"), event.pop("event")
    return f"{time} {level:<7} {sentence}{_details(event)}"


def _with_priority(_logger: object, _method: str, event: structlog.typing.EventDict) -> str:
    level, sentence = event.pop("level"), event.pop("event")
    lines = f"{sentence}{_details(event)}".splitlines()
    return "\n".join(f"<{PRIORITIES[level]}>{line}" for line in lines)


def _details(event: structlog.typing.EventDict) -> str:
    trace = event.pop("exception", None)
    words = "".join(f" {name}={value}" for name, value in event.items() if value is not None)
    return f"{words}\n{trace}" if trace else words
