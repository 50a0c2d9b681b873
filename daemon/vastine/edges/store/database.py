"""The connection to the database: one writer at a time on SQLite, migrations, and the lock of the one instance."""

import fcntl
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import structlog
from sqlalchemy import Connection, Engine, create_engine, event, exc, inspect, make_url, text

from vastine.edges.store.tables import metadata
from vastine.edges.store_errors import AnotherInstanceError, ConflictError, StoreError

log = structlog.get_logger()
BUSY_TIMEOUT_MS: Final = 60_000
NEWEST: Final = "0001"  # the last file in migrations/versions


class Database:
    """An engine whose transactions are safe: `BEGIN IMMEDIATE`, WAL and synchronous=FULL on SQLite.

    Writers of this process take turns on a lock, since SQLite's own waiting sleeps longer than a transaction takes.
    """

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine: Engine = create_engine(self.url, **self._options())
        self._turn = threading.RLock()
        self._lock_file: Any = None
        if self.is_sqlite:
            event.listen(self.engine, "connect", _prepare_sqlite)
            event.listen(self.engine, "begin", _begin)

    def _options(self) -> dict[str, Any]:
        if self.is_sqlite:
            return {"connect_args": {"timeout": BUSY_TIMEOUT_MS / 1000}}
        return {"pool_pre_ping": True}

    @property
    def path(self) -> Path | None:
        """The file of an SQLite database."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write: committed at the end, rolled back on any error.

        Raises StoreError where the database fails; nothing was written then.
        """
        with self._turn, _translated(), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that only reads; it waits for no writer on SQLite (WAL)."""
        with _translated(), self.engine.connect() as connection:
            yield connection.execution_options(vastine_read=True)

    def take_lock(self) -> None:
        """Be the only instance on an SQLite database. Raises AnotherInstanceError."""
        if self.path is None:
            return
        try:
            lock = self.path.with_name(self.path.name + ".lock").open("w")
        except OSError as error:
            raise StoreError(f"the database at {self.path} cannot be locked: {error.strerror}") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.close()
            raise AnotherInstanceError(f"another vastine runs on {self.path}") from error
        self._lock_file = lock

    def migrate(self) -> None:
        """Bring the tables up to date. Raises StoreError where the file is no database, or a newer version's."""
        version = self._version()
        if version == NEWEST:
            return
        if version is None and self._is_empty():
            self._create()
            return
        # Only now: it is needed once a release, and is large.
        from alembic import command
        from alembic.config import Config
        from alembic.util import CommandError

        config = Config()
        config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
        try:
            with self._turn, _translated(), self.engine.connect() as connection:
                config.attributes["connection"] = connection
                command.upgrade(config, "head")
                connection.commit()
        except CommandError as error:
            raise StoreError(f"the database was made by another version of vastine: {error}") from error

    def _is_empty(self) -> bool:
        with self.read() as connection:
            return not inspect(connection).get_table_names()

    def _create(self) -> None:
        """Make all tables as they are now, in one transaction: what the migrations come to, by a test."""
        with self.write() as connection:
            metadata.create_all(connection)
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": NEWEST})

    def _version(self) -> str | None:
        """The migration that the tables stand at; None where there are none yet."""
        with self.read() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return version

    def close(self) -> None:
        """Give back all connections, and the lock."""
        self.engine.dispose()
        if self._lock_file is not None:
            self._lock_file.close()


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except exc.IntegrityError as error:
        raise ConflictError(f"it was recorded already: {error.orig}") from error
    except (exc.SQLAlchemyError, sqlite3.Error) as error:
        cause = getattr(error, "orig", None) or error
        raise StoreError(f"the database failed: {cause}") from error


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where SQLAlchemy says, not where sqlite3 guesses
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A deferred transaction that first reads and then writes loses updates, so writers lock at once.
    reading = connection.get_execution_options().get("vastine_read", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
