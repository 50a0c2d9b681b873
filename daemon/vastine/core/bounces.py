"""Reports about a mail of ours: what failed, for whom and for good (RFC 3464, RFC 8098, and older forms)."""

import email
import logging
import re
from dataclasses import dataclass

from vastine.core.mail import Mail
from vastine.core.parse.addresses import bare_address
from vastine.core.subject import is_forward

logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it logs each detector that it tries

_LARGEST = 300_000
_LONGEST_SAID = 500  # characters
_SENDER = re.compile(
    r"(?:mailer-?daemon|post-?_?master|mail-?daemon|maildaemon|mdaemon|mailer|mail\.?delivery.*|"
    r"microsoftexchange[0-9a-f]+|bounces?|double-bounce)(?:[+-].*)?",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:undeliver(?:able|ed)|delivery (?:status notification|failure|has failed|problem|error|report|incomplete)|"
    r"delivery delayed|"
    r"delivery.{0,20}fail|mail delivery (?:failed|failure|system|subsystem|error)|returned mail|returned to sender|"
    r"(?:mail|message|e-?mail) (?:system error|could not be delivered|undeliverable|not delivered|returned|delayed)|"
    r"failure notice|delivery error|non-?deliver|could not (?:be )?deliver|unable to deliver|warning: could not send|"
    r"automatically rejected|"
    r"rejected mail|mail error|bounced mail|user unknown|mailbox (?:full|unavailable)|nondeliverable|failed mail|"
    r"viestiä ei voitu toimittaa|viestin toimitus epäonnistui|toimittamaton|ei toimitettavissa|toimitus epäonnistui|"
    r"postia ei voitu toimittaa|toimitus viivästyy|toimitusilmoitus|"
    r"kunde inte levereras|gick inte att leverera|olevererbart?|leveransfel|leveransen misslyckades|"
    r"ej levererad|meddelandet kan inte levereras|leveransstatus|unzustellbar)",
    re.IGNORECASE,
)
_DELAY = re.compile(
    r"\b(?:delayed|delay|still being retried|will be retried|will retry|will keep trying|temporar\w+|"
    r"could not send (?:message )?for \d+ hours?|warning message only|do not need to resend|viivästy\w+|"
    r"yritetään uudelleen|"
    r"fördröj\w+|försenad\w*)\b",
    re.IGNORECASE,
)
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_FAILED_ADDRESS = re.compile(r"<?([\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,6})>?")
_FAILURE_WORDS = re.compile(
    # A reply code of a server, not an amount of money: "550 <anna@...>", "554 no such user", "550 5.1.1".
    r"\b(?:5[05]\d[ -](?=[<#(*a-z]|5\.)(?!eur|kr\b|mk\b)|5\.\d\.\d|user unknown|unknown user|no such user|"
    r"not a valid user|could not deliver|cannot be delivered|does not exist|mailbox (?:is )?full|"
    r"over quota|quota exceeded|undeliverable|could not be delivered|couldn't be delivered|wasn't delivered|rejected|"
    r"permanent (?:fatal )?error|delivery (?:to|has|failed)|ei voitu toimittaa|kunde inte levereras)",
    re.IGNORECASE,
)


# Exim and sendmail name the address that the mail was sent to beside the one that it was forwarded to.
_EXPANDED = re.compile(
    r"<?([^\s<>()]{1,200}@[^\s<>():]{1,200})>?:?\s{0,20}(?:\(reason:[^\n]{0,300}\)\s{0,20})?"
    r"\((?:(?:ultimately )?generated from|expanded from:?)\s{0,20}<?([^\s<>()]{1,200}@[^\s<>()]{1,200})>?\)"
)
_DAEMON = re.compile(r"mailer-?daemon|postmaster|mail deliver", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """Whether the failure is final, and the addresses (lower case) that the mail did not reach.

    `said` is what the failing server said, its status codes included, as one line; empty where the bounce tells none.
    """

    permanent: bool
    failed_recipients: tuple[str, ...]
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BounceFound:
    """A bounce and the sentence that says how it was known."""

    bounce: Bounce
    reason: str


def bounce_in(mail: Mail, raw: bytes | None) -> BounceFound | None:
    """The bounce that this mail is, by its delivery status, else by flufl.bounce, else by its signs; or None."""
    by_status = _by_status(mail)
    if by_status or _tells_of_success(mail):
        return by_status
    strong = _is_daemons(mail)
    if not strong and not _may_be_one(mail):
        return None
    permanent, temporary = (_originals(found, mail.text) for found in _by_known_forms(raw))
    if permanent or temporary:
        return BounceFound(
            bounce=Bounce(
                permanent=bool(permanent), failed_recipients=permanent or temporary, said=_failing_line(mail.text)
            ),
            reason="it has the form of a known mail server's bounce",
        )
    text = mail.text[:4000]
    impersonal = mail.return_path == "" or (mail.field("precedence") or "").strip().lower() == "bulk"
    if strong or (impersonal and (_FAILURE_WORDS.search(text) or _DELAY.search(text))):
        return _by_signs(mail)
    return None


def receipt_in(mail: Mail) -> str | None:
    """Why the mail is a receipt (a disposition notification, or a delivery status of success), or None."""
    for group in mail.delivery_status:
        if "disposition" in group:
            return f"a disposition notification: {group['disposition'][:60]}"
    action = next((_action(group) for group in mail.delivery_status if "action" in group), "")
    if action:
        return f"a delivery status of success: {action}"
    report = mail.field("content-type") or ""
    if mail.content_type == "multipart/report" and "disposition-notification" in report.lower():
        return "a disposition notification"
    return None


def _by_status(mail: Mail) -> BounceFound | None:
    # RFC 3464 section 2.3.3: failed is final, delayed is not; delivered, relayed and expanded are successes.
    failed = [group for group in mail.delivery_status if _is_failure(group)]
    delayed = [group for group in mail.delivery_status if _action(group).startswith("delay")]
    groups = failed or delayed
    if not groups:
        return None
    status = next((group["status"] for group in groups if "status" in group), "no status")
    return BounceFound(
        # Failed with 4.x.x is a server that gave up after retrying: the mail did not arrive and will not.
        bounce=Bounce(permanent=bool(failed), failed_recipients=_recipients(groups), said=_said(groups, mail.text)),
        reason=f"a delivery status of {'failure' if failed else 'delay'} ({status[:40]})",
    )


def _said(groups: list[dict[str, str]], text: str) -> str:
    """The status and the diagnostic of the first recipient that has one, else what the text says (RFC 3464 2.3.6)."""
    status = next((group["status"] for group in groups if "status" in group), "")
    diagnostic = next((group["diagnostic-code"] for group in groups if "diagnostic-code" in group), "")
    said = diagnostic.partition(";")[2] or diagnostic or _failing_line(text)
    return _one_line(f"{status.partition('(')[0]} {said}")


def _failing_line(text: str) -> str:
    """The first line of a bounce's text that says what failed."""
    lines = text[:8000].split("\n")
    found = next((line for line in lines if _STATUS.search(line)), None)
    return _one_line(found or next((line for line in lines if _FAILURE_WORDS.search(line)), ""))


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_SAID]


def _tells_of_success(mail: Mail) -> bool:
    if any("action" in group for group in mail.delivery_status):
        return True
    # Some mail stores refuse a mail over quota by a disposition notification.
    return any("disposition" in group for group in mail.delivery_status) and not _SUBJECT.search(mail.subject[:300])


def _action(group: dict[str, str]) -> str:
    return group.get("action", "").partition("(")[0].strip().lower()


def _is_failure(group: dict[str, str]) -> bool:
    action = _action(group)
    if action or "final-recipient" not in group:
        return action.startswith(("fail", "error"))
    status = _STATUS.search(group.get("status", ""))
    return status is not None and status[1] != "2"


def _recipients(groups: list[dict[str, str]]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for group in groups:
        for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
            value = group.get(name, "")
            address = bare_address(value.partition(";")[2] or value)
            if address:
                found[address] = None
                break
    return tuple(found)


def _is_daemons(mail: Mail) -> bool:
    """Whether a mail server's own program sent it, as far as the header tells."""
    sender = mail.from_[0].address if mail.from_ else bare_address(mail.field("from") or "")
    local = sender.rpartition("@")[0]
    if _SENDER.fullmatch(local) or mail.field("x-failed-recipients") is not None:
        return True
    if mail.content_type == "multipart/report" and "disposition" not in (mail.field("content-type") or "").lower():
        return True
    return _is_nameless(mail) and (mail.return_path == "" or bool(_DAEMON.search(mail.field("from") or "")))


def _may_be_one(mail: Mail) -> bool:
    """Whether it is worth comparing with known forms. Parcels are delayed and returned too, and people write so."""
    speaks_of_it = bool(_SUBJECT.search(mail.subject[:300])) and not is_forward(mail.subject)
    return _is_nameless(mail) or (speaks_of_it and (mail.return_path == "" or not mail.references))


def _is_nameless(mail: Mail) -> bool:
    return not mail.from_ and mail.field("from") is not None


def _by_known_forms(raw: bytes | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if raw is None or len(raw) > _LARGEST:
        return (), ()
    try:
        from flufl.bounce import all_failures  # not at the top: few mails are bounces, and `check` reads none

        temporary, permanent = all_failures(email.message_from_bytes(raw))
    except Exception:  # noqa: BLE001 - some twenty detectors that each slice strangers' text; none may stop a mail
        return (), ()
    return _texts(permanent), _texts(temporary - permanent)


def _originals(found: tuple[str, ...], text: str) -> tuple[str, ...]:
    """The addresses that our mail was sent to, where the text tells them beside those that it was forwarded to."""
    named = {bare_address(final): bare_address(original) for final, original in _EXPANDED.findall(text[:20_000])}
    return tuple(dict.fromkeys(named.get(address, address) for address in found))


def _texts(addresses: frozenset[bytes]) -> tuple[str, ...]:
    return tuple(sorted(found for address in addresses if (found := bare_address(address.decode("ascii", "replace")))))


def _by_signs(mail: Mail) -> BounceFound | None:
    listed = mail.field("x-failed-recipients")
    recipients = tuple(dict.fromkeys(match.lower() for match in _FAILED_ADDRESS.findall((listed or "")[:2000])))
    subject = _SUBJECT.search(mail.subject[:300])
    text = mail.text[:4000]
    if not (recipients or subject or _FAILURE_WORDS.search(text)):
        return None
    delayed = _DELAY.search(mail.subject) or (_DELAY.search(text) and not _FAILURE_WORDS.search(text))
    return BounceFound(
        bounce=Bounce(
            permanent=not delayed, failed_recipients=recipients or _named_in(mail, text), said=_failing_line(text)
        ),
        reason="its sender and subject are those of a bounce" if subject else "it lists failed recipients",
    )


def _named_in(mail: Mail, text: str) -> tuple[str, ...]:
    ours = {address.address for address in (*mail.to, *mail.cc, *mail.from_)}
    first = next((found.lower() for found in _FAILED_ADDRESS.findall(text[:2000]) if found.lower() not in ours), None)
    return (first,) if first else ()
