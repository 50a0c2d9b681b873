"""An SMTP account as the settings give it, and the four ways in which an attempt to send can end."""

import ipaddress
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most `count` mails in any stretch of time of length `per`. Raises ValueError where that lets none pass."""

    count: int
    per: timedelta

    def __post_init__(self) -> None:
        if self.count < 1 or self.per <= timedelta():
            raise ValueError("a rate lets at least one mail pass in a time that is not nothing")


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpAccount:
    """How to reach and log in to a server.

    TLS is verified and never optional (R10): "none" is for a loopback host only, else ValueError. Where `ca_file`
    is given it alone is trusted. `access_token` gives an OAuth2 token for XOAUTH2 instead of a password; it may
    block and is called in a worker thread at each log-in. `helo` is the name to greet with, the host's own unless
    given.
    """

    host: str
    port: int
    tls: Literal["implicit", "starttls", "none"]
    ca_file: Path | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    access_token: Callable[[], str] | None = field(default=None, repr=False)
    connections: int = 2
    rate: Rate | None = None
    helo: str | None = None

    def __post_init__(self) -> None:
        if self.tls == "none" and not _is_loopback(self.host):
            raise ValueError(f"mail to {self.host} would travel in the clear: only a loopback host goes without TLS")
        if self.connections < 1:
            raise ValueError("without a connection no mail can be sent")
        if self.user is not None and self.password is None and self.access_token is None:
            raise ValueError(f"there is no password for {self.user}")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@dataclass(frozen=True, slots=True)
class Sent:
    """The server took the mail; `detail` is what it said."""

    detail: str


@dataclass(frozen=True, slots=True)
class Later:
    """Not taken now; another attempt may go better.

    `account`: the trouble is about the account or its server, so no other mail would go either. `alarm`: somebody
    has to mend it (the log-in, the certificate), waiting will not.
    """

    reason: str
    account: bool = False
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Never:
    """Refused for good. `content`: the size or what is in it was refused, not the recipient."""

    reason: str
    content: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """The final dot was sent and no answer came: the server may have the mail or not."""

    reason: str


Outcome = Sent | Later | Never | Unknown
