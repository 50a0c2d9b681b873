"""The settings: `vastine.toml` and the secrets it names become frozen `Settings`, or the list of all that is wrong.

Only `app` and `cli` import this. What can be written stands in `schema`.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vastine.config import schema
from vastine.config.mailboxes import read_mailboxes
from vastine.config.reading import Reading, parse
from vastine.config.settings import KeySource, Limits, Listen, MailboxSettings, Problem, Settings, SettingsError
from vastine.config.values import is_loopback

__all__ = ["KeySource", "Limits", "Listen", "MailboxSettings", "Problem", "Settings", "SettingsError", "find", "load"]

_PLACES = (Path("vastine.toml"), Path("/etc/vastine/vastine.toml"))


def find(path: Path | None, environ: Mapping[str, str] = os.environ) -> Path:
    """Where the settings are: `path`, else $VASTINE_CONFIG, else here, else under /etc. The file need not exist."""
    if path is not None:
        return path
    if environ.get("VASTINE_CONFIG"):
        return Path(environ["VASTINE_CONFIG"])
    return next((place for place in _PLACES if place.is_file()), _PLACES[-1])


def load(path: Path, environ: Mapping[str, str] = os.environ, *, with_secrets: bool = True) -> Settings:
    """Read the settings in that file and the secrets it names; raises SettingsError with every problem at once.

    With `with_secrets` false the passwords are left empty, and no file beside this one is looked at nor any credential
    asked for: that is for commands that log in nowhere.
    """
    path = path.absolute()
    credentials = environ.get("CREDENTIALS_DIRECTORY")
    reading = Reading(
        file=path.name,
        folder=path.parent,
        credentials=Path(credentials) if credentials else None,
        with_secrets=with_secrets,
    )
    settings = _settings(reading, parse(path, path.name), path)
    if settings is None or reading.problems:
        raise SettingsError(tuple(reading.problems))
    return settings


def _settings(reading: Reading, raw: Mapping[str, Any], path: Path) -> Settings | None:
    top = reading.table("", raw, schema.TOP)
    addresses = reading.table("addresses", top["addresses"] or {}, schema.ADDRESSES)
    limits = reading.table("limits", top["limits"] or {}, schema.LIMITS)
    staff = reading.table("staff", top["staff"] or {}, schema.STAFF)
    listen = _metrics(reading, top["metrics"] or {})
    mailboxes = read_mailboxes(reading, top, addresses["subaddress"])
    key = _key(reading, addresses)
    if top["mode"] == "shadow" and top["admin"] is None:
        reading.warn("admin", "is missing: in mode shadow it is there that the mails go which customers do not get")
    if reading.problems or key is None:
        return None
    return Settings(
        path=path,
        rules=reading.path(top["rules"]),
        reload_on_change=top["reload_on_change"],
        database=_database(reading, top["database"]),
        mode=top["mode"],
        admin=top["admin"],
        mailboxes=mailboxes,
        subaddress=addresses["subaddress"],
        key=key,
        limits=Limits(**limits),
        hold_replies=staff["hold_replies"],
        metrics=listen,
        warnings=tuple(reading.warnings),
    )


def _metrics(reading: Reading, raw: Mapping[str, Any]) -> Listen | None:
    listen = reading.table("metrics", raw, schema.METRICS)["listen"]
    if listen is None:
        return None
    found = Listen(host=listen[0], port=listen[1])
    if not is_loopback(found.host):
        reading.warn(
            "metrics.listen",
            f"{found.host} is not loopback: whoever reaches it can read how much mail there is, without a password; "
            "let a firewall stand before it",
        )
    return found


def _database(reading: Reading, url: str) -> str:
    if not url.startswith("sqlite:///"):
        return url
    file, mark, options = url.removeprefix("sqlite:///").partition("?")
    return f"sqlite:///{reading.path(file)}{mark}{options}"


def _key(reading: Reading, addresses: Mapping[str, Any]) -> KeySource | None:
    if addresses["credential"] is None:
        return KeySource(path=reading.path(addresses["key_file"] or "token.key"), may_be_made=True)
    if addresses["key_file"] is not None:
        reading.wrong("addresses", "has more than one key: key_file and credential")
    path = reading.credential("addresses.credential", addresses["credential"])
    return None if path is None else KeySource(path=path, may_be_made=False)
