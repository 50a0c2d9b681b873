"""Fixtures that need a mail server; tests/conftest.py takes them over by import."""

import os
from collections.abc import Iterator
from itertools import count

import pytest

from servers import dovecot
from servers.dovecot import Dovecot
from vastine.demo.imap_server import EmbeddedImap
from vastine.edges.imap import Connection, ImapAccount

REQUIRED = "VASTINE_REQUIRE_DOVECOT"
_numbers = count(1)


def imap_header() -> str:
    """A line for pytest's report header: which IMAP server the tests run against."""
    if dovecot.is_installed():
        return "IMAP server: Dovecot"
    return "IMAP server: pymap, the embedded stand-in, since there is no Dovecot here (apt install dovecot-imapd)"


@pytest.fixture(scope="session")
def dovecot_server() -> Iterator[Dovecot]:
    """A running Dovecot, one for all tests of a worker; skips where none is installed, fails where one is required."""
    if not dovecot.is_installed():
        if os.environ.get(REQUIRED) == "1":
            pytest.fail(f"{REQUIRED}=1, but there is no Dovecot: apt install dovecot-imapd")
        pytest.skip("there is no Dovecot here: apt install dovecot-imapd")
    with Dovecot() as server:
        yield server


@pytest.fixture(scope="session")
def imap_server(request: pytest.FixtureRequest) -> Iterator[Dovecot | EmbeddedImap]:
    """A running IMAP server, one for all tests of a worker: Dovecot, or the embedded one where there is none."""
    if dovecot.is_installed() or os.environ.get(REQUIRED) == "1":
        yield request.getfixturevalue("dovecot_server")
        return
    with EmbeddedImap() as server:
        yield server


@pytest.fixture
def user() -> str:
    """A user name that no other test of this worker has, and so an empty mailbox."""
    return f"asiakas{next(_numbers)}"


@pytest.fixture
def account(imap_server: Dovecot | EmbeddedImap, user: str) -> ImapAccount:
    """An empty mailbox of one's own on `imap_server`."""
    return imap_server.account(user)


@pytest.fixture
def inbox(account: ImapAccount) -> Iterator[Connection]:
    """A connection to that mailbox with INBOX open."""
    with Connection.connect(account) as connection:
        connection.select("INBOX")
        yield connection
