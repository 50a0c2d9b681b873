"""What ties a mail to us: the tokens that it carries, and the Message-IDs of ours that it answers."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from vastine.core.desk import Desk, Grant
from vastine.core.mail import Mail
from vastine.core.outgoing import GATHERED
from vastine.core.tokens import hash_token, tokens_in

ABOUT_NONE: Final = frozenset({"report", "digest", "alert"})  # mails of ours that are about no single complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class Bonds:
    """What ties a mail to us: the keyed hashes of the tokens it was sent to, and of those it names as its own."""

    carried: tuple[str, ...]
    own: tuple[str, ...]


def bonds_of(mail: Mail, *, addresses: Iterable[str], subaddress: str, key: bytes) -> Bonds:
    """Find our tokens in a mail. Its own are those in Reply-To: only a mail that we wrote has one there."""
    addresses = tuple(addresses)

    def hashed(where: Mail) -> tuple[str, ...]:
        found = tokens_in(where, addresses=addresses, subaddress=subaddress)
        return tuple(hash_token(key, each.purpose, each.token) for each in found)

    answered_to = any(each.address.partition(subaddress)[1] for each in mail.reply_to) if subaddress else False
    own = hashed(replace(mail, to=mail.reply_to, cc=(), headers=(), subject="")) if answered_to else ()
    return Bonds(carried=hashed(mail), own=own)


def grants_of(mail: Mail, bonds: Bonds, desk: Desk) -> tuple[Grant, ...]:
    """What this mail's tokens, then the Message-IDs that it answers (the newest first), tell."""
    by_token = [desk.grants[h] for h in bonds.carried if h in desk.grants]
    by_reference = [desk.ours[i] for i in reversed(mail.references) if i in desk.ours]
    return tuple(grant for grant in (*by_token, *by_reference) if not grant.revoked)


def is_ours(mail: Mail, bonds: Bonds, desk: Desk) -> bool:
    """Whether this is a mail of ours that came back: by its Message-ID, or by its token where that was rewritten."""
    return mail.message_id in desk.ours or any(h in desk.grants for h in bonds.own)


def notice_grant(mail: Mail, grants: tuple[Grant, ...], also: frozenset[str] = frozenset()) -> Grant | None:
    """The notice of ours that management, the administrator or a member answers, from the address that it went to, or
    from one of the member's other addresses, `also`: one about a complaint, or a report, digest or alert about none.
    """
    addresses = {*([mail.sender.address] if mail.sender else []), *also}
    bound = {f"{what}:{address}" for address in addresses for what in ("notice", GATHERED)}
    return next((each for each in grants if each.party in bound and (each.reference or each.kind in ABOUT_NONE)), None)


def staff_grant(mail: Mail, grants: tuple[Grant, ...], desk: Desk, member: str | None) -> Grant | None:
    """The member's token, or answered staff mail, of a reply; only a token of purpose s lets a member act (R31).

    `member` is the key of who writes from its From, if a member does. A customer who came to see a mail to staff, and
    answers it, is no member.
    """
    sender = mail.sender.address if mail.sender else None
    for grant in grants:
        if grant.purpose != "s" or not grant.reference:
            continue
        complaint = desk.current(grant.reference)
        is_member = member is not None and grant.party == f"staff:{member}"
        if grant.via == "token" or is_member or complaint is None or complaint.customer.address != sender:
            return grant
    return None


def bounced_grant(mail: Mail, bonds: Bonds, desk: Desk) -> Grant | None:
    """The mail of ours that a bounce is about: by its envelope address, else by the Message-ID it returns."""
    by_token = [desk.grants[h] for h in bonds.carried if h in desk.grants and desk.grants[h].purpose == "b"]
    ids = (*mail.returned_message_ids, *reversed(mail.references))
    return next(iter((*by_token, *(desk.ours[i] for i in ids if i in desk.ours))), None)
