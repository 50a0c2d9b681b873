"""Readers of single values: each takes what TOML gave and returns what is meant, or raises ValueError with a sentence.

The sentences go behind the setting's place: `vastine.toml: mailbox[0].port: must be a whole number ...`.
"""

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from vastine.core.clock import parse_wall
from vastine.edges.smtp import Rate

Reader = Callable[[Any], Any]

_ADDRESS = re.compile(r"[!-?A-~]+@[!-?A-~]+")  # RFC 5321 without quoted local parts, which no mailbox here has
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_SIZE = re.compile(r"([0-9]{1,9})\s*(B|kB|KB|MB|GB)")
_OCTETS = {"B": 1, "kB": 1000, "KB": 1000, "MB": 1000**2, "GB": 1000**3}
_RATE = re.compile(r"([0-9]{1,6})\s*/\s*([0-9]{0,4}[smhd])")
_CREDENTIAL = re.compile(r"[A-Za-z0-9_.@:-]+")


def text(value: Any) -> str:
    """One line of text that says something."""
    found = maybe_empty(value)
    if not found.strip():
        raise ValueError("must not be empty")
    return found


def maybe_empty(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"must be text in quotes, not {_kind(value)}")  # noqa: TRY004  # all are one kind of problem
    if _CONTROL.search(value):
        raise ValueError("must be one line without control characters")
    return value


def address(value: Any) -> str:
    """A mail address, in lower case."""
    found = text(value).lower()
    if not _ADDRESS.fullmatch(found):
        raise ValueError(f"'{found}' is not a mail address")
    return found


def flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"must be true or false, not {_kind(value)}")  # noqa: TRY004  # as above
    return value


def whole_number(least: int, most: int) -> Reader:
    """A reader of whole numbers in that range, both ends included."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise ValueError(f"must be a whole number from {least} to {most}")
        return value

    return read


def one_of(*words: str) -> Reader:
    """A reader of one of a few words."""

    def read(value: Any) -> str:
        found = maybe_empty(value)
        if found not in words:
            raise ValueError(f"'{found}' is not one of {', '.join(words)}{meant(found, words)}")
        return found

    return read


def several(read: Reader) -> Reader:
    """A reader of a list of such values."""

    def read_all(value: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValueError(f"must be a list in brackets, not {_kind(value)}")  # noqa: TRY004  # as above
        return tuple(read(item) for item in value)

    return read_all


def duration(least: timedelta, most: timedelta) -> Reader:
    """A reader of durations by the wall, such as `60s`, in that range."""

    def read(value: Any) -> timedelta:
        found = parse_wall(text(value))
        if not least <= found <= most:
            raise ValueError(f"must be from {least.total_seconds():.0f}s to {most.total_seconds():.0f}s")
        return found

    return read


def size(value: Any) -> int:
    """A number of octets, such as `50MB`; 1 kB is 1000 of them, as in the rules."""
    found = _SIZE.fullmatch(text(value).strip())
    if not found or not int(found[1]):
        raise ValueError(f"'{value}' is not a size: write it like 50MB")
    return int(found[1]) * _OCTETS[found[2]]


def rate(value: Any) -> Rate:
    """So many in a time, such as `30/m`."""
    found = _RATE.fullmatch(text(value).strip())
    if not found or not int(found[1]):
        raise ValueError(f"'{value}' is not a rate: write it like 30/m")
    per = parse_wall(found[2] if found[2][0].isdigit() else f"1{found[2]}")
    if not per:
        raise ValueError(f"'{value}' is not a rate: its time has no length")
    return Rate(count=int(found[1]), per=per)


def language(value: Any) -> str:
    found = text(value)
    if not _LANGUAGE.fullmatch(found):
        raise ValueError(f"'{found}' is not the code of a language, such as fi")
    return found


def subaddress(value: Any) -> str:
    found = maybe_empty(value)
    if found not in ("", "+", "-", "=", "_", "."):
        raise ValueError(
            f"'{found}' cannot divide an address: write + or -, or nothing where there are no subaddresses"
        )
    return found


def credential(value: Any) -> str:
    """The name of a systemd credential, which is the name of a file."""
    found = text(value)
    if not _CREDENTIAL.fullmatch(found) or found in (".", ".."):
        raise ValueError(f"'{found}' is not the name of a credential")
    return found


def database(value: Any) -> str:
    """A URL that SQLAlchemy understands, for a file or a server."""
    found = text(value)
    if found.startswith(("postgresql://", "postgresql+psycopg://")):
        return found
    file, _, _ = found.removeprefix("sqlite:///").partition("?")
    if not found.startswith("sqlite:///") or file in ("", ":memory:"):
        raise ValueError("must be sqlite:///FILE or postgresql+psycopg://USER@HOST/DATABASE")
    return found


def listen(value: Any) -> tuple[str, int]:
    """An IP address of this machine and a port, such as `127.0.0.1:9464` or `[::1]:9464`; a number alone is a port on
    loopback.
    """
    if isinstance(value, int) and not isinstance(value, bool):
        return "127.0.0.1", whole_number(1, 65535)(value)
    host, colon, port = text(value).strip().rpartition(":")
    if not colon or not port.isdecimal() or len(port) > 5:
        raise ValueError(f"'{value}' is not an address with a port: write it like 127.0.0.1:9464")
    host = "127.0.0.1" if host.lower() == "localhost" else host
    try:
        found = ipaddress.ip_address(host[1:-1] if host.startswith("[") and host.endswith("]") else host)
    except ValueError as error:
        raise ValueError(f"'{host}' is not an IP address of this machine: write it like 127.0.0.1:9464") from error
    if (found.version == 6) != host.startswith("["):
        raise ValueError(f"'{value}': an IPv6 address stands in brackets, as in [::1]:9464")
    return str(found), whole_number(1, 65535)(int(port))


def table(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"must be a table, not {_kind(value)}")  # noqa: TRY004  # as above
    return value


def tables(value: Any) -> list[dict[str, Any]]:
    if not isinstance(value, list) or not value or not all(isinstance(item, dict) for item in value):
        raise ValueError("must be one or more tables, each headed by [[mailbox]]")
    return value


def not_yet(sentence: str) -> Reader:
    """A reader for what is planned: it refuses everything with that sentence."""

    def read(_value: Any) -> None:
        raise ValueError(sentence)

    return read


def is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def meant(word: str, known: Iterable[str]) -> str:
    """` (did you mean 'x'?)` for the nearest known word; empty where none is near."""
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean '{close[0]}'?)" if close else ""


def _kind(value: Any) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "text", list: "a list", dict: "a table"}
    return kinds.get(type(value), "a date or time")
