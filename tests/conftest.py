"""Fixtures for all tests: real servers where the machine has them, and what must not differ from test to test."""

import pytest
from hypothesis import settings

from servers.fixtures import account, dovecot_server, imap_header, imap_server, inbox, user
from servers.postgresql import database_url, postgresql_server

__all__ = [
    "account",
    "database_url",
    "dovecot_server",
    "imap_server",
    "inbox",
    "postgresql_server",
    "user",
]

settings.register_profile("vastine", deadline=None)  # no test says how long anything may take
settings.load_profile("vastine")


def pytest_report_header(config: pytest.Config) -> str:
    del config
    return imap_header()
