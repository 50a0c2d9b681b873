"""From an address to a logged-in session: connect, verify, encrypt, and only then say who we are."""

import imaplib
import re
import ssl
from collections.abc import Callable
from datetime import timedelta

from imapclient.exceptions import LoginError

from vastine.edges.imap.account import ImapAccount, LoginRefused, ServerRefused, Unreachable
from vastine.edges.imap.session import NONSENSE, GuardedClient, Session, plain, tidy
from vastine.edges.imap.wire import Limits, is_loopback, tls_context

LONGEST_CONNECT = 25  # seconds, for all of it; a stopping daemon must not wait longer
# A NO that says nothing of the credentials: response codes of RFC 5530, and what servers without them write.
NOT_NOW = re.compile(
    r"\[(UNAVAILABLE|LIMIT|INUSE|SERVERBUG)\]|too many|try again|temporar|throttl|not connected|maximum number",
    re.IGNORECASE,
)


def log_in(account: ImapAccount, *, deadline: timedelta) -> Session:
    """A session that is logged in; raises Unreachable, LoginRefused, or ValueError for CR, LF or NUL in the account."""
    plain(account.user)
    plain(account.password)
    seconds = deadline.total_seconds()
    limits = Limits(min(LONGEST_CONNECT, seconds))
    session = _reach(account, limits, seconds)
    try:
        limits.begin(min(LONGEST_CONNECT, seconds), 1 << 20)
        _present(session, account)
        with session.doing("list its capabilities") as client:
            session.capabilities = frozenset(client.capabilities())
    except BaseException:
        session.drop()
        raise
    return session


def _reach(account: ImapAccount, limits: Limits, seconds: float) -> Session:
    """Connected, and encrypted unless `tls` is none; nothing has been said yet."""
    try:
        context = None if account.tls == "none" else tls_context(account.ca_file)
        client = GuardedClient(account, limits, context)
    except (OSError, imaplib.IMAP4.error, *NONSENSE) as error:
        raise Unreachable(f"cannot connect to {account.host}:{account.port}: {tidy(error)}") from error
    session = Session(client, limits, account.host, seconds)
    try:
        _protect(session, account, context)
    except (OSError, imaplib.IMAP4.error, *NONSENSE) as error:
        session.drop()
        raise Unreachable(f"{account.host}:{account.port}: no protected connection: {tidy(error)}") from error
    except Unreachable:
        session.drop()
        raise
    return session


def _protect(session: Session, account: ImapAccount, context: ssl.SSLContext | None) -> None:
    if session.imap.state != "NONAUTH":
        # PREAUTH before STARTTLS is a known way of keeping a client in clear (RFC 9051 section 11.1).
        raise Unreachable(f"{account.host} greets as if somebody had logged in already")
    if account.tls == "none" and not is_loopback(session.imap.sock):
        raise Unreachable(f"{account.host} is not this machine, and a password is not sent there without TLS")
    if account.tls == "starttls":
        if not session.client.has_capability("STARTTLS"):
            raise Unreachable(f"{account.host} offers no STARTTLS, so no password was sent; somebody may be in between")
        session.client.starttls(context)


def _present(session: Session, account: ImapAccount) -> None:
    try:
        _credentials(session, account)()
    except LoginError as error:
        _judge(account, error)
    except (OSError, imaplib.IMAP4.error, *NONSENSE) as error:
        raise Unreachable(f"{account.host}: lost the connection while logging in: {tidy(error)}") from error


def _judge(account: ImapAccount, error: Exception) -> None:
    """Tell wrong credentials from everything else that IMAPClient calls a LoginError."""
    if isinstance(error.__context__, imaplib.IMAP4.abort):
        raise Unreachable(f"{account.host}: lost the connection while logging in: {tidy(error)}") from error
    said = tidy(error)
    if "command error: BAD" in said:
        raise ServerRefused(f"{account.host} does not understand the log-in: {said}") from error
    if NOT_NOW.search(said):
        raise Unreachable(f"{account.host} takes no log-in at the moment: {said}") from error
    raise LoginRefused(f"{account.host} refused the log-in of {account.user}: {said}") from error


def _credentials(session: Session, account: ImapAccount) -> Callable[[], object]:
    """The log-in that fits the secret and the server."""
    client, user, secret = session.client, account.user, account.password
    if account.secret == "access_token":  # noqa: S105  # the kind, not the secret
        return _bearer(session, user, secret)
    simple = user.isascii() and secret.isascii() and not client.has_capability("LOGINDISABLED")
    if simple:
        # imaplib quotes the password but leaves the user as it is.
        return lambda: client.login(session.imap._quote(user), secret)  # noqa: SLF001
    return lambda: client.plain_login(user, secret)


def _bearer(session: Session, user: str, token: str) -> Callable[[], object]:
    """XOAUTH2 or OAUTHBEARER; a challenge after the first answer explains a refusal and wants an empty one."""
    offered = session.client.capabilities()
    if b"AUTH=OAUTHBEARER" in offered and b"AUTH=XOAUTH2" not in offered:
        name = user.replace("=", "=3D").replace(",", "=2C")
        first, farewell = f"n,a={name},\1auth=Bearer {token}\1\1", b"\1"
        return lambda: session.client.sasl_login("OAUTHBEARER", lambda said: farewell if said else first)
    opening = f"user={user}\1auth=Bearer {token}\1\1"
    return lambda: session.client.sasl_login("XOAUTH2", lambda said: b"" if said else opening)
