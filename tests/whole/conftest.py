import secrets
from collections.abc import Iterator
from pathlib import Path

import pytest

from servers.dovecot import Dovecot, is_installed
from servers.smtp_peer import SmtpPeer
from whole.desk import Desk


@pytest.fixture(scope="session")
def dovecot() -> Iterator[Dovecot]:
    if not is_installed():
        pytest.skip("Dovecot is not installed (Debian: dovecot-imapd)")
    with Dovecot() as server:
        yield server


@pytest.fixture
def desk(tmp_path: Path, dovecot: Dovecot) -> Iterator[Desk]:
    with SmtpPeer() as smtp:
        made = Desk(folder=tmp_path, dovecot=dovecot, smtp=smtp, user=secrets.token_hex(6)).furnish()
        yield made
        made.close()
