"""The company as its settings, rules and key describe it; refused with a sentence where they do not."""

import secrets
from dataclasses import replace
from pathlib import Path
from typing import Literal

from vastine.chance import Chance
from vastine.config import KeySource, MailboxSettings, Settings
from vastine.core.office import Mailbox, Office
from vastine.core.rules import Rulebook
from vastine.edges.smtp import Sender, SmtpAccount
from vastine.flows.aside import Aside
from vastine.flows.lookout import Watched
from vastine.flows.watch import IDLE_CYCLE, Inbox
from vastine.rules_file import SetupError, rules_for


def read_key(source: KeySource) -> bytes:
    """The key under which tokens are hashed; made on the first start where the settings allow that."""
    try:
        if source.may_be_made and not source.path.exists():
            _make_key(source.path)
        key = source.path.read_bytes().strip()
    except OSError as error:
        raise SetupError(f"{source.path}: the key cannot be read: {error}") from error
    if len(key) < 32:
        raise SetupError(f"{source.path}: the key is too short: it needs at least 32 characters")
    return key


def _make_key(path: Path) -> None:
    """Write a new key, whole or not at all: half a key would be refused for ever."""
    new = path.with_name(f"{path.name}.new")
    new.unlink(missing_ok=True)
    new.touch(mode=0o600)
    new.write_text(secrets.token_hex(32) + "\n", encoding="ascii")
    new.replace(path)


def office_of(settings: Settings, rulebook: Rulebook, key: bytes) -> Office:
    """The company as settings and rules describe it."""
    return Office(
        rulebook=rulebook,
        mailboxes={mailbox.name: _mailbox(mailbox, _domains(settings)) for mailbox in settings.mailboxes},
        key=key,
        random=Chance(),
        subaddress=settings.subaddress,
        mode=settings.mode,
        admin=settings.admin,
        acknowledgements_per_sender=settings.limits.acknowledgements_per_sender_per_day,
        acknowledgements_per_hour=settings.limits.acknowledgements_per_hour,
        hold_replies=settings.hold_replies,
    )


def office_for_explain(settings: Settings) -> Office:
    """The company as `explain` needs it: nothing is made, so a missing key is a passing one."""
    exists = settings.key.path.exists()
    return office_of(settings, rules_for(settings), read_key(settings.key) if exists else secrets.token_bytes(32))


def _domains(settings: Settings) -> tuple[str, ...]:
    """The domains that are ours, for which an `internal` host may vouch."""
    addresses = (a for mailbox in settings.mailboxes for a in (mailbox.address, *mailbox.aliases))
    return tuple(dict.fromkeys(address.rpartition("@")[2].lower() for address in addresses))


def _mailbox(settings: MailboxSettings, domains: tuple[str, ...]) -> Mailbox:
    return Mailbox(
        name=settings.name,
        address=settings.address.lower(),
        aliases=tuple(alias.lower() for alias in settings.aliases),
        language=settings.language,
        policy=replace(settings.policy, own_domains=domains),
        envelope=settings.envelope,
    )


def senders_of(settings: Settings) -> dict[str, Sender]:
    """One sender an account: mailboxes that share one share its connections and its rate."""
    senders: dict[SmtpAccount, Sender] = {}
    for mailbox in settings.mailboxes:
        senders.setdefault(mailbox.smtp, Sender(mailbox.smtp))
    return {mailbox.name: senders[mailbox.smtp] for mailbox in settings.mailboxes}


def asides_of(settings: MailboxSettings, largest: int) -> tuple[Aside, ...]:
    """The folders beside the inbox that are watched too."""
    roles: tuple[tuple[Literal["junk", "sent"], str], ...] = (("junk", settings.junk), ("sent", settings.sent))
    return tuple(
        Aside(
            mailbox=settings.name,
            account=settings.imap,
            folder=folder,
            role=role,
            poll=settings.poll,
            largest=largest,
        )
        for role, folder in roles
        if folder
    )


def inbox_of(settings: MailboxSettings, largest: int) -> Inbox:
    return Inbox(
        name=settings.name,
        account=settings.imap,
        folder=settings.folder,
        done=settings.done,
        quarantine=settings.quarantine,
        poll=settings.poll,
        idle=settings.idle,
        start=settings.start,
        largest=largest,
    )


def watched_of(settings: MailboxSettings) -> list[Watched]:
    """The folders of a mailbox that loops watch, by the names of those: what is known of each is told to `Lookout`."""
    account, poll = settings.imap, min(settings.poll, IDLE_CYCLE)
    folders = [("inbox", settings.folder), ("junk", settings.junk), ("sent", settings.sent)]
    return [
        Watched(
            name=settings.name if role == "inbox" else f"{settings.name} {role}",
            mailbox=settings.name,
            folder=role,
            key=(account.host, account.user, folder),
            poll=poll if role == "inbox" else settings.poll,
        )
        for role, folder in folders
        if folder
    ]
