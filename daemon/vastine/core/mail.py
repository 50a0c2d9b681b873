"""What an incoming mail says, as plain values. Reading them from bytes is the work of `core.parse`."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A mailbox as RFC 5322 section 3.4 has it: a display name (may be empty) and an addr-spec in lower case.

    `written` is the addr-spec as the mail has it, for people to see; where it is empty, the other one will do.
    """

    name: str = ""
    address: str
    written: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>" if self.name else self.address


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A leaf of the mail that is not its text; a nested message counts as one. `filename` is safe to show."""

    filename: str | None
    content_type: str
    size: int
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One incoming RFC 5322 message.

    `text` is the whole readable body with LF line ends; `new_text` is the part that is new in it (no quoted
    history, no signature). `headers` are all fields in their order, unfolded and decoded, names as they were
    written. `references` holds In-Reply-To and References, oldest first, with angle brackets.
    `delivery_status` holds the field groups of a message/delivery-status or message/disposition-notification
    part (RFC 3464 section 2.1: first the message's group, then one a recipient), names in lower case.
    `returned_message_ids` are the Message-IDs found in the returned message of a report.
    """

    subject: str = ""
    from_: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    reply_to: tuple[Address, ...] = ()
    return_path: str | None = None  # "" is the null return path; None: no such field
    date: datetime | None = None
    message_id: str = ""
    references: tuple[str, ...] = ()
    content_type: str = "text/plain"
    text: str = ""
    new_text: str = ""
    attachments: tuple[Attachment, ...] = ()
    delivery_status: tuple[dict[str, str], ...] = ()
    returned_message_ids: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    defects: tuple[str, ...] = ()
    size: int = 0

    @property
    def sender(self) -> Address | None:
        """The one author; None where From names nobody or several, who can then not be told apart."""
        return self.from_[0] if len(self.from_) == 1 else None

    def field(self, name: str) -> str | None:
        """The first field of that name, in any case; None where there is none."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)

    def fields(self, name: str) -> tuple[str, ...]:
        """Every field of that name, topmost first."""
        wanted = name.lower()
        return tuple(value for key, value in self.headers if key.lower() == wanted)


def header_block(raw: bytes) -> bytes:
    """The octets of BODY[HEADER]: up to and with the first empty line (RFC 3501 section 6.4.5)."""
    head, found, _ = raw.partition(b"\r\n\r\n")
    return head + found
