"""Whose DKIM signature a mail bears (RFC 6376): for mail servers that write no results of their own."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import structlog

if TYPE_CHECKING:
    from dns.resolver import Resolver

log = structlog.get_logger()
MOST: Final = 5  # signatures of a mail that are looked at
SECONDS: Final = 5.0  # for looking up one key
SMALLEST_KEY: Final = 1024  # bits, RFC 8301 section 3.2

Lookup = Callable[[str], bytes | None]
"""The TXT record of a name, or None where there is none."""


def signing_domains(raw: bytes, lookup: Lookup | None = None) -> tuple[str, ...]:
    """The domains whose signature over From and the whole text holds, in lower case, each once. Never raises.

    A signature with `l=` counts for nothing: it leaves room for text that nobody signed (RFC 6376 section 8.2).
    """
    # Not at the top: only who has chosen this method should have to load them.
    import dkim

    record = lookup or _txt
    found: dict[str, None] = {}
    try:
        verifier = dkim.DKIM(raw, minkey=SMALLEST_KEY, timeout=SECONDS)
        count = sum(name.lower() == b"dkim-signature" for name, _ in verifier.headers)
    except Exception as error:  # noqa: BLE001 - as in `_holding`
        log.info("signatures not checked", code="dkim_not_checked", why=f"{type(error).__name__}: {error}"[:200])
        return ()
    for number in range(min(count, MOST)):
        if domain := _holding(verifier, number, record):
            found[domain] = None
    return tuple(found)


def _holding(verifier: Any, number: int, record: Lookup) -> str | None:
    """The domain of a signature, where it holds and covers what it must."""
    try:
        holds = verifier.verify(idx=number, dnsfunc=lambda name, timeout=SECONDS: record(name.decode("ascii")))
    except Exception as error:  # noqa: BLE001 - strangers' text again, and a library that slices it
        log.info("signature not checked", code="dkim_not_checked", why=f"{type(error).__name__}: {error}"[:200])
        return None
    fields = verifier.signature_fields
    signed = {name.strip().lower() for name in fields.get(b"h", b"").split(b":")}
    if not holds or b"l" in fields or b"from" not in signed:
        return None
    domain: str = verifier.domain.decode("ascii", "replace").lower().rstrip(".")
    return domain


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
