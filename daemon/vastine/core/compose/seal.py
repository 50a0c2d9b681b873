"""Fixing the octets of a mail of ours: its Message-ID, its tokens and its fields (R18, R20, R29)."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.utils import format_datetime
from typing import Literal

from vastine.core.compose.bodies import body_of
from vastine.core.compose.fields import address_field, ascii_address, message_ids_field, text_field
from vastine.core.compose.links import LINK_START, link_start, link_start_of
from vastine.core.identity import masked
from vastine.core.mail import Address
from vastine.core.outgoing import Draft, IssuedToken, Outgoing
from vastine.core.tokens import Purpose, Random, address_with, hash_token, new_message_id, new_token

SUPPRESSED = "OOF, AutoReply, DR, RN, NRN"  # not All, which would ask Exchange to swallow bounces too
MOST_REFERENCES = 20
_LINK_STARTS = re.compile(r"mailto:\{reply-address [^}\s]{1,16}\}\?subject=")


def seal(
    draft: Draft,
    *,
    address: str,
    company: str,
    subaddress: str,
    envelope: Literal["subaddress", "address"],
    key: bytes,
    random: Random,
    now: datetime,
) -> Outgoing:
    """The draft with its octets fixed, ready for the outbox.

    `address` is the mailbox's, and `company` the name beside it; `subaddress` is the character before a token in a
    local part ("" where the provider has none); `key` is the one under which tokens are hashed; `random` gives
    random octets. `now` becomes the Date. Personal identity codes are masked, whoever wrote them.
    """
    draft = _without_codes(draft)
    sender = ascii_address(address) or address
    message_id = new_message_id(random, sender.rpartition("@")[2])
    minting = _Minting(sender=sender, subaddress=subaddress, key=key, random=random, message_id=message_id)
    reply_to, text, html = _answerable(draft, minting)
    text, html = _with_entries(draft, text, html, minting)
    envelope_from = sender
    if envelope == "subaddress" and address_with(sender, subaddress, "b", "-" * 26) != sender:
        envelope_from, _ = minting.address("b", draft.party, draft.reference)
    head = _head(draft, sender=sender, company=company, reply_to=reply_to, message_id=message_id, now=now)
    body = body_of(text, html, draft.attachments, boundary="=_" + new_token(random), pictures=draft.pictures)
    return Outgoing(
        draft=draft,
        message_id=message_id,
        envelope_from=envelope_from,
        raw=(head + body).encode("ascii"),
        tokens=tuple(minting.issued),
        created_at=now,
    )


@dataclass(slots=True, kw_only=True)
class _Minting:
    """Makes the tokens of one mail, and notes them down."""

    sender: str
    subaddress: str
    key: bytes
    random: Random
    message_id: str
    issued: list[IssuedToken] = field(default_factory=list)

    def address(self, purpose: Purpose, party: str, reference: str | None) -> tuple[str, str | None]:
        """Our address with a new token in it; where the provider allows none there, the token to stand elsewhere."""
        token = new_token(self.random)
        hashed = hash_token(self.key, purpose, token)
        self.issued.append(
            IssuedToken(hash=hashed, purpose=purpose, party=party, reference=reference, message_id=self.message_id)
        )
        address = address_with(self.sender, self.subaddress, purpose, token)
        return address, None if address != self.sender else f"{purpose}.{token}"


def _answerable(draft: Draft, minting: _Minting) -> tuple[str, str, str | None]:
    """The address that an answer goes to ("" where none does), and text and HTML with links to it."""
    purpose = _purpose(draft.party)
    if purpose is None:
        return "", draft.text, draft.html
    reply_to, beside = minting.address(purpose, draft.party, draft.reference)
    if purpose != "s" and draft.kind != "survey":  # no other mail to a customer has links of ours
        return reply_to, draft.text, draft.html
    start = link_start(reply_to, beside)
    return reply_to, draft.text.replace(LINK_START, start), draft.html and draft.html.replace(LINK_START, start)


def _with_entries(draft: Draft, text: str, html: str | None, minting: _Minting) -> tuple[str, str | None]:
    """Text and HTML with the links of each complaint of a digest going to an address of its own."""
    starts = {
        link_start_of(reference): link_start(*minting.address("s", party, reference))
        for party, reference in draft.entries
    }
    if not starts:
        return text, html

    def start(found: re.Match[str]) -> str:
        return starts.get(found[0], found[0])

    return _LINK_STARTS.sub(start, text), html and _LINK_STARTS.sub(start, html)


def _without_codes(draft: Draft) -> Draft:
    return replace(
        draft,
        subject=masked(draft.subject),
        text=masked(draft.text),
        html=draft.html and masked(draft.html),
        headers=tuple((name, masked(value)) for name, value in draft.headers),
        attachments=tuple(
            replace(each, filename=each.filename and masked(each.filename)) for each in draft.attachments
        ),
    )


def _purpose(party: str) -> Purpose | None:
    return "c" if party.startswith("customer:") else "s" if party.startswith("staff:") else None


def _head(draft: Draft, *, sender: str, company: str, reply_to: str, message_id: str, now: datetime) -> str:
    """All fields but those of the content."""
    references = (draft.references[:1] + draft.references[1:][-MOST_REFERENCES:]) if draft.references else ()
    fields = [
        address_field("From", Address(name=draft.from_name or company, address=sender)),
        address_field("To", draft.to),
        text_field("Subject", draft.subject),
        f"Date: {format_datetime(now)}\r\n",
        f"Message-ID: {message_id}\r\n",
        address_field("Reply-To", Address(address=reply_to)) if reply_to else "",
        message_ids_field("In-Reply-To", references[-1:]),
        # Our own id too, since some servers rewrite Message-IDs and a reply then names only their own.
        message_ids_field("References", (*references, message_id)),
        *_marks(draft),
        "MIME-Version: 1.0\r\n",
    ]
    return "".join(fields)


def _marks(draft: Draft) -> list[str]:
    """What programs look at: RFC 3834 section 5, the language, and the mail filters of staff."""
    marks = []
    if draft.auto_submitted:
        marks.append(f"Auto-Submitted: {draft.auto_submitted}\r\n")
        if draft.to_customer:  # an out-of-office of staff must reach us
            marks.append(f"X-Auto-Response-Suppress: {SUPPRESSED}\r\n")
    marks.append(text_field("Content-Language", draft.language))
    marks.append(text_field("X-Vastine-Kind", draft.kind))
    marks.extend(text_field(name, value) for name, value in draft.headers)
    return marks
