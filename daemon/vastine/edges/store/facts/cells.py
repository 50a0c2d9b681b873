"""What complaints are counted by: team, topic, mailbox, priority and language, each mix of them once."""

from collections.abc import Collection, Iterable, Sequence
from hashlib import blake2b
from typing import Final

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from vastine.core.complaint import Complaint
from vastine.edges.store import tables as t

_NAMES: Final = ("team", "topic", "mailbox", "priority", "language")
_NEW: Final = {
    "sqlite": sqlite.insert(t.cells).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(t.cells).on_conflict_do_nothing(),
}


def cell_of(complaint: Complaint) -> int:
    """The key of the complaint's cell."""
    return key_of(_names(complaint))


def key_of(names: Sequence[str]) -> int:
    """The key of a cell by its names: a hash of 63 bits, the same wherever it is worked out."""
    return int.from_bytes(blake2b("\0".join(names).encode(), digest_size=8).digest()) >> 1


def record_cells(connection: Connection, complaints: Iterable[Complaint]) -> None:
    """Make the cells of these complaints, where they are not there yet."""
    add_cells(connection, {_names(complaint) for complaint in complaints})


def add_cells(connection: Connection, mixes: Collection[tuple[str, ...]]) -> None:
    """Make the cells with these names, in the order of the columns, where they are not there yet."""
    if mixes:  # in one order, so that two processes wait for each other one way only
        rows = [{"id": key_of(names), **dict(zip(_NAMES, names, strict=True))} for names in sorted(mixes)]
        connection.execute(_NEW[connection.dialect.name], rows)


def _names(complaint: Complaint) -> tuple[str, ...]:
    return tuple(getattr(complaint, name) for name in _NAMES)
