"""Every setting there is: its table, its name, how it is read, what it is where nothing is written, and what it does.

This is the only list of them; reading, `docs/operating.md` and the example beside the unit are held against it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from vastine.config import values


@dataclass(frozen=True, slots=True)
class Setting:
    """`default` is written as in TOML, and read like what somebody wrote; None: the setting is simply not there."""

    read: values.Reader
    default: Any = None
    required: bool = False


_PORT = values.whole_number(1, 65535)
_TLS = values.one_of("implicit", "starttls", "none")
_SECRET: Final = {
    "password": Setting(values.text),
    "password_file": Setting(values.text),
    "credential": Setting(values.credential),
    "oauth": Setting(values.not_yet("signing in with OAuth is not supported yet; use a password")),
}
_CONNECTION: Final = {
    "port": Setting(_PORT),
    "tls": Setting(_TLS),
    "ca_file": Setting(values.text),
}

SMTP: Final = {
    "host": Setting(values.text, required=True),
    **_CONNECTION,
    "user": Setting(values.text),
    **_SECRET,
    "connections": Setting(values.whole_number(1, 20), 2),
    "rate": Setting(values.rate),
    "envelope": Setting(values.one_of("subaddress", "address"), "subaddress"),
    "helo": Setting(values.text),
}

AUTHENTICATION: Final = {
    "method": Setting(values.one_of("authserv-id", "microsoft365", "dkim", "none"), "none"),
    "authserv_id": Setting(values.text),
    "internal": Setting(values.several(values.text), []),
}

MAILBOX: Final = {
    "name": Setting(values.text, required=True),
    "address": Setting(values.address, required=True),
    "aliases": Setting(values.several(values.address), []),
    "language": Setting(values.language),
    "host": Setting(values.text, required=True),
    **_CONNECTION,
    "user": Setting(values.text, required=True),
    **_SECRET,
    "folder": Setting(values.text, "INBOX"),
    "done": Setting(values.maybe_empty, "Vastine/Done"),
    "quarantine": Setting(values.maybe_empty, "Vastine/Quarantine"),
    "sent": Setting(values.maybe_empty, ""),
    "junk": Setting(values.maybe_empty, ""),
    "poll": Setting(values.duration(timedelta(seconds=1), timedelta(days=1)), "60s"),
    "idle": Setting(values.flag, default=True),
    "start": Setting(values.one_of("now", "all"), "now"),
    "smtp": Setting(values.table),
    "authentication": Setting(values.table),
}

ADDRESSES: Final = {
    "subaddress": Setting(values.subaddress, "+"),
    "key_file": Setting(values.text),
    "credential": Setting(values.credential),
}

LIMITS: Final = {
    "acknowledgements_per_sender_per_day": Setting(values.whole_number(0, 1000), 4),
    "acknowledgements_per_hour": Setting(values.whole_number(0, 1_000_000), 500),
    "mail_size": Setting(values.size, "50MB"),
}

STAFF: Final = {"hold_replies": Setting(values.duration(timedelta(), timedelta(days=1)), "60s")}

METRICS: Final = {"listen": Setting(values.listen)}

TOP: Final = {
    "rules": Setting(values.text, required=True),
    "reload_on_change": Setting(values.flag, False),
    "database": Setting(values.database, "sqlite:///vastine.db"),
    "mode": Setting(values.one_of("live", "shadow"), "live"),
    "admin": Setting(values.address),
    "mailbox": Setting(values.tables, required=True),
    "smtp": Setting(values.table, required=True),
    "addresses": Setting(values.table, {}),
    "authentication": Setting(values.table, {}),
    "limits": Setting(values.table, {}),
    "staff": Setting(values.table, {}),
    "metrics": Setting(values.table, {}),
}

TABLES: Final[Mapping[str, Mapping[str, Setting]]] = {
    "": TOP,
    "mailbox": MAILBOX,
    "smtp": SMTP,
    "addresses": ADDRESSES,
    "authentication": AUTHENTICATION,
    "limits": LIMITS,
    "staff": STAFF,
    "metrics": METRICS,
}
