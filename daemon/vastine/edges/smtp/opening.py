"""How a connection to a server is opened: reached, verified, greeted, logged in."""

import asyncio
import socket
import ssl
from typing import Final

from aiosmtplib import SMTP, SMTPException, SMTPHeloError, SMTPResponse, SMTPResponseException

from vastine.edges.smtp.account import Later, SmtpAccount
from vastine.edges.smtp.reply import shown

CONNECT_WITHIN: Final = 30.0  # seconds, for all up to the log-in
_METHODS: Final = ("plain", "login", "cram-md5")


class TroubleError(Exception):
    """No connection could be had; `outcome` says why."""

    def __init__(self, outcome: Later) -> None:
        super().__init__(outcome.reason)
        self.outcome = outcome


def verifying_context(account: SmtpAccount) -> ssl.SSLContext:
    """The TLS settings for an account: names and chains are checked, always. Reads files; raises OSError."""
    return ssl.create_default_context(cafile=account.ca_file)


async def open_client(account: SmtpAccount, context: ssl.SSLContext | None) -> SMTP:
    """Open a connection that is ready for MAIL. Raises TroubleError."""
    client = SMTP(
        hostname=account.host,
        port=account.port,
        local_hostname=account.helo or _own_name(),
        use_tls=account.tls == "implicit",
        start_tls=account.tls == "starttls",
        tls_context=context,
        timeout=None,
    )
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            await client.connect()
            await _greet(client)
            await _log_in(client, account)
    except (SMTPException, OSError, ValueError) as error:
        client.close()
        raise TroubleError(trouble(account, error)) from error
    except BaseException:  # cancelled, or a mistake of ours: the connection is closed in any case
        client.close()
        raise
    return client


def trouble(account: SmtpAccount, error: Exception) -> Later:
    """What a failure to connect means for the account: certificates and log-ins do not mend themselves."""
    place = f"{account.host}:{account.port}"
    if isinstance(error, TimeoutError):
        return Later(f"{place} was not ready within {CONNECT_WITHIN:g} s", account=True)
    if isinstance(error, SMTPResponseException):
        said = shown(SMTPResponse(error.code, error.message))
        return Later(f"{place} said {said}", account=True, alarm=error.code >= 500)
    tls = error if isinstance(error, ssl.SSLError) else error.__cause__
    if isinstance(tls, ssl.SSLError) and not isinstance(tls, ssl.SSLEOFError):
        return Later(f"{place}: {tls}", account=True, alarm=True)
    passing = isinstance(error, OSError) and not isinstance(error, FileNotFoundError | PermissionError)
    return Later(f"{place}: {error or type(error).__name__}", account=True, alarm=not passing)


def _own_name() -> str:
    """The host's name, without asking DNS; an address literal where it is no domain (RFC 5321 section 4.1.4)."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


async def _greet(client: SMTP) -> None:
    if not client.is_ehlo_or_helo_needed:
        return
    try:
        await client.ehlo()
    except SMTPHeloError:
        if not client.is_connected:
            raise
        await client.helo()


async def _log_in(client: SMTP, account: SmtpAccount) -> None:
    """One try with one method: trying them all would use up log-ins until the account is locked."""
    if account.user is None:
        return
    if account.access_token is not None:
        await client.auth_xoauth2(account.user, await asyncio.to_thread(account.access_token))
        return
    method = next((method for method in _METHODS if method in client.server_auth_methods), None)
    if method is None:
        raise SMTPException("the server offers no way to log in with a password")
    log_in = {"plain": client.auth_plain, "login": client.auth_login, "cram-md5": client.auth_crammd5}[method]
    await log_in(account.user, account.password or "")
