"""Mail that a filter took for junk: which of it concerns us after all."""

from typing import Final

from vastine.core.conversation import grants_of
from vastine.core.desk import Desk
from vastine.core.reading import Read

PASSED_OVER: Final = "it lies in Junk, and nothing ties it to us"


def may_concern_us(read: Read, desk: Desk, *, by_signature: bool) -> bool:
    """Whether a mail of which only the header is known is worth fetching. `by_signature`: it may yet prove its sender,
    for a signature covers the whole mail.
    """
    return bool(grants_of(read.mail, read.bonds, desk)) or ((read.sender.proven or by_signature) and _known(read, desk))


def concerns_us(read: Read, desk: Desk) -> bool:
    """Whether a mail answers one of ours, or is from a known customer who is proven to have sent it."""
    return may_concern_us(read, desk, by_signature=False)


def _known(read: Read, desk: Desk) -> bool:
    return bool(desk.earlier.get(read.sender.address or ""))
