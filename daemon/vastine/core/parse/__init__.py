"""Octets to a `Mail`, whatever they are: through mail-parser with care, else plainly, else by a scan of the header."""

from dataclasses import replace

from vastine.core.mail import Mail
from vastine.core.parse.limits import within_limits
from vastine.core.parse.scan import scan_mail
from vastine.core.parse.tree import read_mail

__all__ = ["parse"]


def parse(raw: bytes) -> Mail:
    """The mail in these octets (RFC 5322, 2045-2047, 2231). Never raises: what was odd stands in `defects`.

    Over the limits of `core.parse.limits` the rest is left out and said so. `size` is that of `raw`.
    """
    # The only broad excepts of core: three parsers read what strangers send, and between them they raise nearly
    # everything, RecursionError and MemoryError included. A mail must become something all the same.
    try:
        octets, defects = within_limits(raw)
        mail = read_mail(octets, defects)
    except Exception as error:  # noqa: BLE001
        mail = _without_mail_parser(raw, f"mail-parser failed: {type(error).__name__}")
    return replace(mail, size=len(raw))


def _without_mail_parser(raw: bytes, reason: str) -> Mail:
    try:
        octets, defects = within_limits(raw)
        return read_mail(octets, (*defects, reason), plainly=True)
    except Exception as error:  # noqa: BLE001
        return scan_mail(raw, (reason, f"the standard library failed: {type(error).__name__}"))
