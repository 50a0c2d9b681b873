"""The support mailboxes over IMAP (RFC 3501, 2177, 4315, 6851); IMAPClient is imported nowhere else.

Plain blocking calls for one worker thread a mailbox: a connection is never shared between threads. Each call
has a deadline and a limit of octets over its whole length. What a connection does after a lost line, a timeout or an
answer that makes no sense is always the same: it is thrown away, and `Unreachable` is raised.
"""

from vastine.edges.imap.account import (
    Fetched,
    FolderMissing,
    ImapAccount,
    ImapError,
    LoginRefused,
    Selected,
    ServerRefused,
    Summary,
    Unreachable,
)
from vastine.edges.imap.connection import Connection

__all__ = [
    "Connection",
    "Fetched",
    "FolderMissing",
    "ImapAccount",
    "ImapError",
    "LoginRefused",
    "Selected",
    "ServerRefused",
    "Summary",
    "Unreachable",
]
