"""The only reader of the machine's clock: everything that thinks is given `now`."""

from datetime import UTC, datetime


def now() -> datetime:
    """The time, aware and in UTC."""
    return datetime.now(UTC)
