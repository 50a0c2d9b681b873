"""The mailboxes of the settings, each with its two accounts and the way in which its senders are known."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from vastine.config import schema
from vastine.config.reading import Reading, below
from vastine.config.settings import MailboxSettings
from vastine.config.values import is_loopback
from vastine.core.authentication import Policy
from vastine.edges.imap import ImapAccount
from vastine.edges.smtp import SmtpAccount

Raw = Mapping[str, Any]
Outgoing = tuple[SmtpAccount, Literal["subaddress", "address"]]  # the account, and what stands in the envelope

_IMAP_PORTS = {"implicit": 993, "starttls": 143, "none": 143}
_SMTP_PORTS = {"implicit": 465, "starttls": 587, "none": 25}
_SECRET = ("password", "password_file", "credential", "oauth")
_CONNECTION = ("host", "port", "tls", "ca_file", "user", *_SECRET)
_AS_WRITTEN = (
    "name", "address", "aliases", "language", "poll", "idle", "start", "folder", "done", "quarantine",
    "sent", "junk",
)  # fmt: skip
_FOLDERS = ("folder", "done", "quarantine", "sent", "junk")
_WATCHED = {"folder", "sent", "junk"}
_LONGEST_LOCAL_PART = 64 - len("+c.") - 26  # RFC 5321 section 4.5.3.1.1, less divider and token


def read_mailboxes(reading: Reading, top: Raw, subaddress: str | None) -> tuple[MailboxSettings, ...]:
    """Every mailbox that is right; what is wrong with the others, and between them, is in `reading.problems`."""
    smtp, authentication = top["smtp"] or {}, top["authentication"] or {}
    # What all share is read on its own first, so that a mistake in it is told once and not once a mailbox.
    outgoing = _smtp(reading, "smtp", smtp) if top["smtp"] is not None else None
    policy = _policy(reading, "authentication", authentication)
    found = [
        _Mailbox(reading, f"mailbox[{number}]", raw).read(smtp, outgoing, authentication, policy, subaddress)
        for number, raw in enumerate(top["mailbox"] or [])
    ]
    mailboxes = tuple(mailbox for mailbox in found if mailbox is not None)
    _tell_apart(reading, top["mailbox"] or [])
    _tell_folders_apart(reading, found)
    if any(mailbox.policy.method == "none" for mailbox in mailboxes):
        reading.warn(
            "authentication",
            "is none: nobody checks that a mail comes from its From, so whoever has a token and writes the right "
            "From counts as that customer or member of staff, and mail of staff to the desk (commands without a "
            "token, forwarded mails) is taken for a customer's; set method where your mail server does check",
        )
    return mailboxes


class _Mailbox:
    """One [[mailbox]] table on its way to being settings."""

    def __init__(self, reading: Reading, place: str, raw: Raw) -> None:
        self.reading, self.place, self.raw = reading, place, raw
        self.values = reading.table(place, raw, schema.MAILBOX)

    def read(
        self,
        smtp: Raw,
        outgoing: Outgoing | None,
        authentication: Raw,
        policy: Policy | None,
        subaddress: str | None,
    ) -> MailboxSettings | None:
        reading, place, values = self.reading, self.place, self.values
        connection = _connection(reading, place, values, "implicit", _IMAP_PORTS)
        password = reading.secret(place, values, self.raw)
        self._check_address(subaddress)
        if (own := values["smtp"]) is not None:
            outgoing = _own_smtp(reading, below(place, "smtp"), smtp if outgoing is not None else None, own)
        if (own := values["authentication"]) is not None:
            policy = _own_policy(reading, below(place, "authentication"), authentication if policy else None, own)
        if outgoing is None or policy is None or reading.has_problems(place):
            return None
        return MailboxSettings(
            **{name: values[name] for name in _AS_WRITTEN},
            imap=ImapAccount(**connection, user=values["user"], password=password or ""),
            smtp=outgoing[0],
            envelope=outgoing[1],
            policy=policy,
        )

    def _check_address(self, subaddress: str | None) -> None:
        local_part = (self.values["address"] or "").partition("@")[0]
        if subaddress and len(local_part) > _LONGEST_LOCAL_PART:
            self.reading.wrong(
                below(self.place, "address"),
                f"has more than {_LONGEST_LOCAL_PART} characters before the @, too many for a token behind them; "
                'shorten it, or set addresses.subaddress to ""',
            )


def _connection(reading: Reading, place: str, values: Raw, tls: str, ports: Mapping[str, int]) -> dict[str, Any]:
    host, tls = values["host"], values["tls"] or tls
    if tls == "none" and host and not is_loopback(host):
        reading.wrong(below(place, "tls"), f"none is for a loopback host only, and {host} is not one")
    return {
        "host": host,
        "port": values["port"] or ports[tls],
        "tls": tls,
        "ca_file": reading.existing(below(place, "ca_file"), values["ca_file"]),
    }


def _smtp(reading: Reading, place: str, raw: Raw) -> Outgoing | None:
    values = reading.table(place, raw, schema.SMTP)
    connection = _connection(reading, place, values, "starttls", _SMTP_PORTS)
    password = None
    if "user" in raw:
        password = reading.secret(place, values, raw)
    elif any(key in raw for key in _SECRET):
        reading.wrong(below(place, "user"), "is missing beside the secret")
    if reading.has_problems(place):
        return None
    account = SmtpAccount(
        **connection,
        user=values["user"],
        password=password,
        connections=values["connections"],
        rate=values["rate"],
        helo=values["helo"],
    )
    return account, values["envelope"]


def _own_smtp(reading: Reading, place: str, shared: Raw | None, own: Raw) -> Outgoing | None:
    """What the mailbox says for itself before what all share; another host inherits no user and no secret."""
    if shared is None:
        reading.overriding(place, own, schema.SMTP)
        return None
    dropped = _CONNECTION if "host" in own else _SECRET if any(key in own for key in _SECRET) else ()
    return _smtp(reading, place, {**{key: value for key, value in shared.items() if key not in dropped}, **own})


def _policy(reading: Reading, place: str, raw: Raw) -> Policy | None:
    values = reading.table(place, raw, schema.AUTHENTICATION)
    if "authserv_id" in raw and "method" not in raw:  # none would be the default, and nothing would be checked
        reading.wrong(below(place, "method"), "is missing")
    if values["method"] == "authserv-id" and "authserv_id" not in raw:
        reading.wrong(
            below(place, "authserv_id"), "is missing: the name your mail server writes into Authentication-Results"
        )
    if reading.has_problems(place):
        return None
    return Policy(method=values["method"], authserv_id=values["authserv_id"] or "", internal=values["internal"])


def _own_policy(reading: Reading, place: str, shared: Raw | None, own: Raw) -> Policy | None:
    if shared is None:
        reading.overriding(place, own, schema.AUTHENTICATION)
        return None
    return _policy(reading, place, {**shared, **own})


def _tell_apart(reading: Reading, mailboxes: Sequence[Raw]) -> None:
    """Names, addresses and accounts must each belong to one mailbox only."""
    names: dict[Any, int] = {}
    addresses: dict[Any, int] = {}
    accounts: dict[Any, int] = {}
    for number, raw in enumerate(mailboxes):
        place = f"mailbox[{number}]"
        aliases = raw.get("aliases")
        own = [raw.get("address"), *(aliases if isinstance(aliases, list) else [])]
        account = (raw.get("host"), raw.get("port"), raw.get("user"), raw.get("folder", "INBOX"))
        _once(reading, below(place, "name"), "name", raw.get("name"), names, number)
        for address in dict.fromkeys(item.lower() for item in own if isinstance(item, str)):
            _once(reading, below(place, "address"), f"address {address}", address, addresses, number)
        _once(reading, place, "folder of that user", repr(account), accounts, number)


def _tell_folders_apart(reading: Reading, mailboxes: Sequence[MailboxSettings | None]) -> None:
    """A folder that is watched is nothing else, neither for its own mailbox nor for another of the same user."""
    seen: dict[tuple[str, str, str], tuple[str, str]] = {}
    for number, mailbox in enumerate(mailboxes):
        for role in _FOLDERS:
            if mailbox is None or not (folder := getattr(mailbox, role)):
                continue
            place = f"mailbox[{number}]"
            other_place, other = seen.setdefault((mailbox.imap.host, mailbox.imap.user, _alike(folder)), (place, role))
            # Handled mail of several mailboxes may go to one folder; an inbox that is there twice was told already.
            if (place, role) == (other_place, other) or not {role, other} & _WATCHED or role == other == "folder":
                continue
            whose = "" if place == other_place else f" of {other_place}"
            what = f"is the folder that mail is read from{whose}" if other == "folder" else f"is {other}{whose} as well"
            leave = "" if role in _WATCHED else '; "" leaves mail where it is'
            reading.wrong(below(place, role), what + leave)


def _alike(folder: str) -> str:
    """INBOX is so in any case (RFC 3501 section 5.1); other names may be one where a server ignores case."""
    name = folder.casefold().replace(".", "/").strip("/")
    return name if name == "inbox" else name.removeprefix("inbox/")


def _once(reading: Reading, place: str, what: str, value: Any, seen: dict[Any, int], number: int) -> None:
    if isinstance(value, str) and seen.setdefault(value, number) != number:
        reading.wrong(place, f"has the same {what} as mailbox[{seen[value]}]")
