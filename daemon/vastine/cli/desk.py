"""Looking at what is there: complaints, deliveries, outgoing mail, quarantine."""

import re
from datetime import datetime
from typing import Any, Final, Literal

import click

from vastine.cli.common import (
    FOUND,
    fail,
    listing,
    local,
    print_json,
    print_table,
    settings_of,
    shown,
    store_of,
    with_config,
    with_json,
)
from vastine.cli.reasons import print_decision, print_matching
from vastine.clock import now
from vastine.core.outgoing import UNDONE

STATUSES = ("open", "waiting", "resolved", "merged", "spam")
_TOLD_FIRST = (
    "status",
    "priority",
    "topic",
    "tags",
    "team",
    "assignee",
    "customer",
    "undeliverable",
    "language",
    "mailbox",
)
_TIMES = (
    "opened_at",
    "promise",
    "first_reply_due",
    "first_replied_at",
    "next_reply_due",
    "next_replied_at",
    "resolve_due",
    "resolved_at",
)

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")


@click.command("list")
@with_config
@with_json
@click.option("--status", type=click.Choice(STATUSES), help="Only those with this status.")
@click.option("--late", is_flag=True, help="Only those whose next answer or resolution is late.")
@click.option("--team", help="Only those of this team.")
def list_complaints(as_json: bool, status: str | None, late: bool, team: str | None) -> None:
    """List complaints, newest first."""
    store = store_of(settings_of())
    found = store.list_complaints(status=status, late_at=now() if late else None, team=team)
    if as_json:
        print_json(found)
        return
    rows = [
        {
            **row,
            "customer": row["customer"]["address"],
            "reply_by": local(_reply_due(row)),
        }
        for row in found
    ]
    columns = ("reference", "status", "priority", "team", "assignee", "reply_by", "customer", "subject")
    print_table(columns, rows, empty="There are no such complaints.")


def _reply_due(row: dict[str, Any]) -> str | None:
    """By when the customer is to have an answer, to their first mail or a further one."""
    if row["resolved_at"]:
        return None
    clock = "next" if row["first_replied_at"] else "first"
    due: str | None = row[f"{clock}_reply_due"]
    return None if row["next_replied_at"] and clock == "next" else due


@click.command()
@with_config
@with_json
@click.argument("reference")
def show(reference: str, as_json: bool) -> None:
    """Show one complaint: its history, mails and reasons."""
    settings = settings_of()
    addresses = {mailbox.name: mailbox.address for mailbox in settings.mailboxes}
    found = store_of(settings).show_complaint(reference, addresses)
    if found is None:
        fail(f"there is no complaint {reference}", FOUND)
    if as_json:
        print_json(found)
        return
    _print_complaint(found)


def _print_complaint(found: dict[str, Any]) -> None:
    click.secho(f"{found['reference']}  {found['subject'] or '(no subject)'}", bold=True)
    for name in _TOLD_FIRST:
        print(f"  {name:<17}{shown(found[name])}")
    for name in _TIMES:
        print(f"  {name:<17}{local(found[name])}")
    _print_why(found)
    click.secho("History", bold=True)
    for event in found["events"]:
        print(f"  {local(event['at'])}  {event['actor']}: {event['kind']} {_detail(event['detail'])}")
    click.secho("Mails", bold=True)
    for mail in found["mails"]:
        way = "from " + shown(mail["from"]) if mail["direction"] == "in" else "to " + shown(mail["to"])
        print(f"  {local(mail['at'])}  {mail['kind']} {way} {_ended(mail)}".rstrip())


def _print_why(found: dict[str, Any]) -> None:
    click.secho("Why", bold=True)
    decision = found["decision"]
    print_matching(decision.get("rules", []))
    if "topic" in decision:  # what was decided, whatever staff have changed since
        print_decision(decision, decision["rules"])
    version = found["rules_hash"][:12]
    print(f"  Rules       version {version}; vastine explain {found['reference']} tells every condition")


def _ended(mail: dict[str, Any]) -> str:
    """The state of a mail; one that its writer took back did not fail."""
    attempts = mail["attempts"]
    is_undone = mail["state"] == "failed" and bool(attempts) and attempts[-1]["detail"] == UNDONE
    return "undone" if is_undone else mail["state"] or ""


def _detail(detail: dict[str, Any]) -> str:
    return ", ".join(
        f"{name}: {shown(_moment(value))}" for name, value in detail.items() if value not in (None, "", [])
    )


def _moment(value: Any) -> Any:
    """A time as `local` has it, anything else as it is."""
    return local(value) if isinstance(value, str) and _TIME.fullmatch(value) else value


@click.command()
@with_config
@with_json
@click.option("--mailbox", help="Only deliveries to this mailbox.")
def ledger(as_json: bool, mailbox: str | None) -> None:
    """List every delivery and how it ended, oldest first."""
    found = store_of(settings_of()).list_deliveries(mailbox)
    if as_json:
        print_json(found)
        return
    rows = [{**row, "seen": local(row["seen_at"])} for row in found]
    print_table(("seen", "mailbox", "folder", "uid", "outcome", "reference", "reason"), rows, empty="No mail came yet.")


def _next_attempt(at: str | None, moment: datetime) -> str:
    """When a mail is tried next; what is due waits for its turn, or until its account sends again."""
    return "due" if at is not None and datetime.fromisoformat(at) <= moment else local(at)


def _list_outgoing(as_json: bool) -> None:
    moment = now()
    found = store_of(settings_of()).list_outgoing()
    if as_json:
        print_json(found)
        return
    rows = [
        {
            **row,
            "tries": len(row["attempts"]),
            "next": _next_attempt(row["next_attempt_at"], moment),
            "last": row["attempts"][-1]["detail"] if row["attempts"] else None,
        }
        for row in found
    ]
    print_table(
        ("id", "state", "kind", "to", "reference", "tries", "next", "last"), rows, empty="No mail was written yet."
    )


outbox = listing(
    "outbox",
    about="List mails of ours, or have one sent again, released or dropped.",
    lists="List mails of ours and how each attempt ended, oldest first.",
    show=_list_outgoing,
)
_WHAT_HAPPENS = {"retry": "is sent now", "release": "is let go", "drop": "will not be sent"}


def _outgoing_action(name: Literal["retry", "release", "drop"], help_text: str) -> None:
    @outbox.command(name, help=help_text)
    @with_config
    @click.argument("mail_id", metavar="ID", type=int)
    def act(mail_id: int) -> None:
        trouble = store_of(settings_of()).change_outgoing(mail_id, name, now())
        if trouble:
            fail(trouble, FOUND)
        print(f"mail {mail_id} {_WHAT_HAPPENS[name]}")


_outgoing_action("retry", "Have a mail sent now, whatever its state but sent.")
_outgoing_action("release", "Let a held mail go.")
_outgoing_action("drop", "Never send a mail.")


def _list_quarantined(as_json: bool) -> None:
    found = store_of(settings_of()).list_quarantined()
    if as_json:
        print_json(found)
        return
    rows = [{**row, "since": local(row["at"])} for row in found]
    print_table(("id", "mailbox", "uid", "tries", "since", "state", "reason"), rows, empty="The quarantine is empty.")


quarantine = listing(
    "quarantine",
    about="List what could not be handled, or have it handled again, or take it off the list.",
    lists="List what could not be handled, oldest first.",
    show=_list_quarantined,
)


def _quarantine_action(name: Literal["retry", "drop"], help_text: str) -> None:
    @quarantine.command(name, help=help_text)
    @with_config
    @click.argument("quarantine_id", metavar="ID", type=int)
    def act(quarantine_id: int) -> None:
        trouble = store_of(settings_of()).change_quarantined(quarantine_id, name)
        if trouble:
            fail(trouble, FOUND)
        print(
            f"mail {quarantine_id} " + ("is handled again at the next look" if name == "retry" else "is off the list")
        )


_quarantine_action("retry", "Have a mail handled again at the next look.")
_quarantine_action("drop", "Take a mail off the list; it stays in its folder and in the ledger.")
