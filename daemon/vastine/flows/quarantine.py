"""What cannot be handled is kept whole, with its reason, and the administrator is told once."""

from vastine.core.compose.notices import quarantine_alert
from vastine.core.kind import Finding
from vastine.core.mail import Mail
from vastine.core.office import Office
from vastine.core.story import Delivery, Letter, Story


def quarantined(
    delivery: Delivery, mail: Mail | None, reason: str, office: Office, finding: Finding | None = None
) -> Story:
    """The story of a mail that nobody but a person can handle."""
    draft = quarantine_alert(
        office.rulebook,
        admin=office.admin,
        mailbox=delivery.mailbox,
        uid=delivery.uid,
        sha256=delivery.sha256,
        reason=reason,
    )
    return Story(
        delivery=delivery,
        mail=mail,
        finding=finding,
        outcome="quarantined",
        reason=reason,
        letters=(Letter(draft=draft),) if draft else (),
    )
