"""What ties mails to us: the tokens that they carry, and who they are proven to be from."""

from collections.abc import Sequence
from dataclasses import replace

from vastine.core.authentication import authenticate
from vastine.core.conversation import bonds_of
from vastine.core.joining import Sender
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.reading import Read, Reading, content_key
from vastine.core.story import Delivery
from vastine.edges.signatures import Signatures


def tied_all(
    deliveries: Sequence[Delivery], readings: Sequence[Reading], office: Office, signatures: Signatures
) -> list[Read]:
    """Readings with their deliveries, and with what ties each to us: here alone keys of signatures are looked up."""
    signers = signatures.of([_claim(d, r.mail, office) for d, r in zip(deliveries, readings, strict=True)])
    return [tied(d, r, office, by) for d, r, by in zip(deliveries, readings, signers, strict=True)]


def _claim(delivery: Delivery, mail: Mail, office: Office) -> tuple[bytes, str]:
    """The mail, and the domain that should have signed it; none where that would prove nothing."""
    by_signature = office.mailbox(delivery.mailbox).policy.method == "dkim" and not delivery.truncated
    return delivery.raw, mail.sender.address.rpartition("@")[2] if mail.sender and by_signature else ""


def tied(delivery: Delivery, reading: Reading, office: Office, signed_by: tuple[str, ...] = ()) -> Read:
    """A reading with its delivery, and with what ties it to us. `signed_by` are the domains whose signature holds."""
    mail = reading.mail
    if delivery.truncated:
        mail = replace(mail, defects=(*mail.defects, "larger than the limit: only its beginning was fetched"))
    policy = office.mailbox(delivery.mailbox).policy
    return Read(
        delivery=replace(delivery, content_key=content_key(mail)),
        mail=mail,
        language=reading.language,
        brought_language=reading.brought_language,
        bonds=bonds_of(mail, addresses=office.our_addresses, subaddress=office.subaddress, key=office.key),
        sender=Sender(
            address=mail.sender.address if mail.sender else None,
            authentication=authenticate(mail, policy=policy, signed_by=signed_by),
            checked=policy.method != "none",
        ),
    )
