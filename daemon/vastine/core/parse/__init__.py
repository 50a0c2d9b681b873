"""Octets to a `Mail`, whatever they are: through mail-parser with care, else plainly, else by a scan of the header."""

from dataclasses import replace

from vastine.core.mail import Mail
from vastine.core.parse.large import without_large_content
from vastine.core.parse.limits import within_limits
from vastine.core.parse.scan import scan_mail
from vastine.core.parse.tree import read_mail

__all__ = ["parse"]


def parse(raw: bytes) -> Mail:
    """The mail in these octets (RFC 5322, 2045-2047, 2231). Never raises: what was odd stands in `defects`.

    Over the limits of `core.parse.limits` the rest is left out and said so. `size` is that of `raw`.
    """
    # The only broad except of core: three parsers read what strangers send, and between them they raise nearly
    # everything, RecursionError and MemoryError included. A mail must become something all the same.
    reasons: tuple[str, ...] = ()
    for what, plainly in (("mail-parser", False), ("the standard library", True)):
        try:
            return replace(_read(raw, reasons, plainly=plainly), size=len(raw))
        except Exception as error:  # noqa: BLE001
            reasons = (*reasons, f"{what} failed: {type(error).__name__}")
            if isinstance(error, MemoryError):
                break
        # What the failed reading held is only free now that the error is gone.
    return replace(scan_mail(raw, reasons), size=len(raw))


def _read(raw: bytes, reasons: tuple[str, ...], *, plainly: bool) -> Mail:
    rest, large = without_large_content(raw)
    octets, defects = within_limits(rest)
    return read_mail(octets, large, (*defects, *reasons), plainly=plainly)
