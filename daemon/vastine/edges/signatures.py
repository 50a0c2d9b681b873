"""Whose DKIM signature a mail bears (RFC 6376): for mail servers that write no results of their own.

First the keys of all mails of a batch are looked up, side by side and within one limit; then nothing asks anybody.
"""

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import structlog

from vastine.core.authentication import aligned

if TYPE_CHECKING:
    from dns.resolver import Resolver

log = structlog.get_logger()
MOST_READ: Final = 12  # signatures of a mail whose fields are read: each reading goes over the whole header
MOST: Final = 3  # of them that are checked
MOST_OF_A_DOMAIN: Final = 4  # keys of one author's domain that are asked for in a batch: it may be slow on purpose
SECONDS: Final = 5.0  # for looking up all keys of a batch
AT_ONCE: Final = 8  # look-ups side by side
SMALLEST_KEY: Final = 1024  # bits, RFC 8301 section 3.2
MOST_GAPS: Final = 1_000_000  # of lines and blanks in a mail: canonicalising takes 170 octets of memory for each
_GAPS = re.compile(rb"[ \t\r\n]+")

Lookup = Callable[[str], bytes | None]
"""The TXT record of a name, or None where there is none. Raises whatever it likes where nobody answers."""
Signed = tuple[bytes, str]
"""A mail, and the domain of its author in lower case: signatures aligned with it are looked at, none for ""."""


class Signatures:
    """Checks signatures, for all threads. A name whose key could not be looked up in time proves nothing."""

    def __init__(self, lookup: Lookup | None = None, seconds: float = SECONDS) -> None:
        self._lookup = lookup or _txt
        self._seconds = seconds
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None

    def of(self, mails: Sequence[Signed]) -> list[tuple[str, ...]]:
        """For each mail the domains whose signature over From and the whole text holds, in lower case. Never raises.

        A signature with `l=` counts for nothing: it leaves room for text that nobody signed (RFC 6376 section 8.2).
        """
        opened = [_opened(raw, domain) for raw, domain in mails]
        wanted: dict[str, dict[str, None]] = {}
        for (_, domain), (_, numbers) in zip(mails, opened, strict=True):
            wanted.setdefault(domain, {}).update(dict.fromkeys(name for _, name in numbers))
        keys = self._keys([name for names in wanted.values() for name in list(names)[:MOST_OF_A_DOMAIN]])
        return [_domains(verifier, numbers, keys) for verifier, numbers in opened]

    def _keys(self, names: Sequence[str]) -> dict[str, bytes]:
        if not names:
            return {}
        try:
            threads = self._pool()
            asked = {name: threads.submit(self._lookup, name) for name in names}
        except RuntimeError:  # closed meanwhile
            return {}
        _, late = wait(asked.values(), timeout=self._seconds)
        for future in late:
            future.cancel()
        return {name: key for name, future in asked.items() if (key := _answer(name, future)) is not None}

    def _pool(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._threads is None:
                self._threads = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="dkim")
            return self._threads

    def close(self) -> None:
        """End the threads, without waiting for look-ups that nobody needs any more."""
        with self._lock:
            if self._threads is not None:
                self._threads.shutdown(wait=False, cancel_futures=True)


def _answer(name: str, future: "Future[bytes | None]") -> bytes | None:
    if not future.done() or future.cancelled():
        log.info("key not looked up in time", code="dkim_no_key", name=name)
        return None
    if (error := future.exception()) is not None:
        log.info("key not looked up", code="dkim_no_key", name=name, why=f"{type(error).__name__}: {error}"[:200])
        return None
    return future.result()


def _opened(raw: bytes, domain: str) -> tuple[Any, list[tuple[int, str]]]:
    """The mail for checking, and of each signature that is worth it its number and the name of its key."""
    if not domain:
        return None, []
    import dkim  # not at the top: only who has chosen this method should have to load it

    if sum(1 for _ in _GAPS.finditer(raw)) > MOST_GAPS:
        log.info("signatures not checked", code="dkim_not_checked", why="too many lines and blanks")
        return None, []
    try:
        verifier = dkim.DKIM(raw, minkey=SMALLEST_KEY)
        count = sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)
    except Exception as error:  # noqa: BLE001 - as in `_holds`
        log.info("signatures not checked", code="dkim_not_checked", why=f"{type(error).__name__}: {error}"[:200])
        return None, []
    worth: list[tuple[int, str]] = []
    for number in range(min(count, MOST_READ)):
        if len(worth) == MOST:
            break
        try:
            verifier.verify_headerprep(number)
            signer = verifier.domain.decode("ascii").lower().rstrip(".")
            name = f"{verifier.selector.decode('ascii')}._domainkey.{signer}."
        except Exception as error:  # noqa: BLE001 - as in `_holds`
            log.info("signature not checked", code="dkim_not_checked", why=f"{type(error).__name__}: {error}"[:200])
            continue
        if aligned(signer, domain):
            worth.append((number, name))
    return verifier, worth


def _domains(verifier: Any, numbers: list[tuple[int, str]], keys: Mapping[str, bytes]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for number, name in numbers:
        if name in keys and _holds(verifier, number, keys[name]):
            found[verifier.domain.decode("ascii").lower().rstrip(".")] = None
    return tuple(found)


def _holds(verifier: Any, number: int, key: bytes) -> bool:
    """Whether a signature holds and covers what it must."""
    try:
        holds = verifier.verify(idx=number, dnsfunc=lambda name, timeout=0: key)
    except Exception as error:  # noqa: BLE001 - strangers' text, and a library that slices it
        log.info("signature not checked", code="dkim_not_checked", why=f"{type(error).__name__}: {error}"[:200])
        return False
    fields = verifier.signature_fields
    signed = {name.strip().lower() for name in fields.get(b"h", b"").split(b":")}
    return bool(holds) and b"l" not in fields and b"from" in signed


def _txt(name: str) -> bytes | None:
    from dns.resolver import NXDOMAIN, NoAnswer

    try:
        answer = _resolver().resolve(name, "TXT")
    except (NXDOMAIN, NoAnswer):
        return None
    return b"".join(next(iter(answer)).strings)


@cache
def _resolver() -> "Resolver":
    from dns.resolver import LRUCache, Resolver

    resolver = Resolver()
    resolver.lifetime = SECONDS
    resolver.cache = LRUCache()
    return resolver
