"""Fixing the octets of a mail of ours: its Message-ID, its tokens and its fields (R18, R20, R29)."""

import re
from dataclasses import replace
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
    issued: list[IssuedToken] = []

    def issue(purpose: Purpose, party: str = draft.party, reference: str | None = draft.reference) -> str:
        token = new_token(random)
        hashed = hash_token(key, purpose, token)
        issued.append(
            IssuedToken(hash=hashed, purpose=purpose, party=party, reference=reference, message_id=message_id)
        )
        return token

    reply_to, text, html = "", draft.text, draft.html
    purpose = _purpose(draft.party)
    if purpose:
        token = issue(purpose)
        reply_to = address_with(sender, subaddress, purpose, token)
        if purpose == "s" or draft.kind == "survey":  # no other mail to a customer has links of ours
            start = link_start(reply_to, None if reply_to != sender else f"{purpose}.{token}")
            text = text.replace(LINK_START, start)
            html = html.replace(LINK_START, start) if html else html
    starts: dict[str, str] = {}
    for party, reference in draft.entries:
        token = issue("s", party, reference)
        entry = address_with(sender, subaddress, "s", token)
        starts[link_start_of(reference)] = link_start(entry, None if entry != sender else f"s.{token}")
    if starts:
        text = _LINK_STARTS.sub(lambda found: starts.get(found[0], found[0]), text)
        html = html and _LINK_STARTS.sub(lambda found: starts.get(found[0], found[0]), html)
    envelope_from = sender
    if envelope == "subaddress" and address_with(sender, subaddress, "b", "-" * 26) != sender:
        envelope_from = address_with(sender, subaddress, "b", issue("b"))
    head = _head(draft, sender=sender, company=company, reply_to=reply_to, message_id=message_id, now=now)
    body = body_of(text, html, draft.attachments, boundary="=_" + new_token(random), pictures=draft.pictures)
    return Outgoing(
        draft=draft,
        message_id=message_id,
        envelope_from=envelope_from,
        raw=(head + body).encode("ascii"),
        tokens=tuple(issued),
        created_at=now,
    )


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
