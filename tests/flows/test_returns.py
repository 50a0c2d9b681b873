"""Mails of ours that did not arrive: somebody of the staff learns of it, and nobody else gets a mail."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from flows.office import (
    ADMIN,
    CHECKED,
    NOW,
    Office,
    complaint_of,
    delivery,
    desk_after,
    events,
    office,
    only,
    opened,
    raw_mail,
    rules,
    take,
    told,
)
from vastine.core.desk import Inquiry
from vastine.core.outgoing import Outgoing
from vastine.core.story import Story
from vastine.edges.store import Arrival, Claimed, Store
from vastine.flows.returns import record_failure

MATTI = "matti@posti.example"


def bounce(
    mail: Outgoing, *, status: str = "5.1.1", action: str = "failed", to: str | None = None, said: str = ""
) -> bytes:
    """What a mail server tells of a mail that it could not deliver (RFC 3464), to our envelope sender."""
    recipient = f"Final-Recipient: rfc822; {to or mail.draft.to.address}\nAction: {action}\nStatus: {status}"
    recipient += f"\nDiagnostic-Code: smtp; {said}" if said else ""
    parts = [
        "Content-Type: text/plain\n\nYour mail could not be delivered.",
        f"Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.posti.example\n\n{recipient}",
        f"Content-Type: text/rfc822-headers\n\nMessage-ID: {mail.message_id}\nSubject: x",
    ]
    return raw_mail(
        "".join(f"--x\n{part}\n" for part in parts) + "--x--",
        to=mail.envelope_from,
        return_path="<>",
        subject="Undelivered Mail Returned to Sender",
        content_type='multipart/report; report-type=delivery-status; boundary="x"',
        **{"from": "MAILER-DAEMON@mx.posti.example"},
    )


@pytest.fixture
def at() -> Office:
    return office()


@pytest.fixture
def first(at: Office) -> Story:
    return opened(at)


def bounced(first: Story, at: Office, kind: str, **said: str) -> Story:
    return take(bounce(only(first, kind), **said), at=at, desk=desk_after(first))


def test_a_bounced_acknowledgement_is_told_to_the_assignee_and_nobody_else(at: Office, first: Story) -> None:
    story = bounced(first, at, "acknowledgement")
    assert (story.outcome, story.reference) == ("bounce", "V-AAAAA")
    assert [(mail.draft.kind, mail.draft.to.address) for mail in story.mails] == [
        ("undeliverable", "anna@yritys.example")
    ]


def test_the_notice_says_which_address_failed(at: Office, first: Story) -> None:
    assert MATTI in only(bounced(first, at, "acknowledgement"), "undeliverable").draft.text


def test_the_history_tells_of_the_bounce(at: Office, first: Story) -> None:
    [event] = bounced(first, at, "acknowledgement").events
    assert (event.kind, event.detail["to"], event.detail["kind"]) == ("undeliverable", [MATTI], "acknowledgement")


def test_a_temporary_failure_is_only_recorded(at: Office, first: Story) -> None:
    story = bounced(first, at, "acknowledgement", status="4.4.1", action="delayed")
    assert (story.outcome, story.reference, story.letters, story.events) == ("bounce", "V-AAAAA", (), ())


def test_a_bounced_staff_mail_is_told_to_the_lead_and_the_administrator(at: Office, first: Story) -> None:
    assert told(bounced(first, at, "routed")) == ["maija@yritys.example", ADMIN]


def test_without_an_administrator_management_is_told(first: Story) -> None:
    assert told(bounced(first, office(admin=None), "routed")) == ["maija@yritys.example", "johtaja@yritys.example"]


def test_the_lead_whose_own_mail_bounced_gets_no_mail_about_it() -> None:
    at = office()
    assert told(bounced(opened(at, subject="varjo"), at, "routed")) == [ADMIN]


def test_a_lead_whose_address_is_the_end_of_the_failed_one_is_told() -> None:
    at = office(rulebook=rules(("maija@yritys.example", "na@yritys.example")))
    assert told(bounced(opened(at), at, "routed")) == ["na@yritys.example", ADMIN]


def test_a_notice_of_failure_that_fails_is_not_told_again(at: Office, first: Story) -> None:
    notice = bounced(first, at, "acknowledgement")
    again = take(bounce(only(notice, "undeliverable")), at=at, desk=desk_after(first, notice))
    assert (events(again), again.letters) == (["undeliverable"], ())


def test_a_bounce_finds_its_mail_by_the_returned_message_id() -> None:
    at = office(subaddress="")
    assert told(bounced(opened(at), at, "acknowledgement")) == ["anna@yritys.example"]


def test_a_bounce_of_a_strangers_mail_tells_nobody(at: Office, first: Story) -> None:
    story = take(bounce(only(first, "acknowledgement")), at=at)
    assert (story.outcome, story.reference, story.letters) == ("bounce", None, ())


def test_a_bounce_about_a_merged_complaint_is_told_in_the_one_that_leads_on(at: Office, first: Story) -> None:
    desk = desk_after(first, complaint=complaint_of(first, status="merged", merged_into="V-BBBBB"))
    desk.complaints["V-BBBBB"] = complaint_of(first, reference="V-BBBBB")
    assert take(bounce(only(first, "acknowledgement")), at=at, desk=desk).reference == "V-BBBBB"


def test_a_bounce_of_an_answer_is_told_to_the_assignees_deputy(first: Story) -> None:
    away = rules(("email: anna@yritys.example, ", 'email: anna@yritys.example, away: ["2026-06-24"], deputy: maija, '))
    assert told(bounced(first, office(rulebook=away), "acknowledgement")) == ["maija@yritys.example"]


def test_an_absence_notice_is_recorded_with_its_complaint_and_answered_by_nothing(at: Office, first: Story) -> None:
    raw = raw_mail("Olen lomalla.", to=only(first, "acknowledgement").envelope_from, auto_submitted="auto-replied")
    story = take(raw, at=at, desk=desk_after(first))
    assert (story.outcome, story.reference, story.letters) == ("auto_reply", "V-AAAAA", ())


def test_our_own_mail_that_comes_back_is_only_recorded(at: Office, first: Story) -> None:
    story = take(only(first, "acknowledgement").raw, at=at, desk=desk_after(first))
    assert (story.outcome, story.letters) == ("own", ())


def test_our_own_mail_is_known_when_its_message_id_was_rewritten(at: Office, first: Story) -> None:
    mail = only(first, "acknowledgement")
    raw = mail.raw.replace(f"Message-ID: {mail.message_id}".encode(), b"Message-ID: <uusi@muu.example>")
    assert take(raw, at=at, desk=desk_after(first)).outcome == "own"


# --- what follows for who was not reached


@pytest.mark.parametrize(
    ("member", "plain"),
    [
        ("anna", "Postilaatikko on täynnä.\n"),
        ("lena", "Brevlådan är full.\n"),
        ("john", "The mailbox is full.\n"),
    ],
)
def test_the_plain_reason_is_told_in_the_language_of_who_has_the_complaint(member: str, plain: str) -> None:
    others = [
        "lena: {name: Lena, email: lena@yritys.example, languages: [sv]}",
        "john: {name: John, email: john@yritys.example, languages: [en]}",
    ]
    book = rules(
        ("staff:\n", "staff:\n" + "".join(f"  {other}\n" for other in others)),
        ("members: [anna]", f"members: [{member}]"),
    )
    at = office(rulebook=book)
    text = only(
        bounced(opened(at), at, "acknowledgement", status="5.2.2", said="552 mailbox full"), "undeliverable"
    ).draft.text
    assert plain in text
    assert "5.2.2 552 mailbox full" in text


def test_the_complaint_shows_that_its_customer_is_not_reached(at: Office, first: Story) -> None:
    story = bounced(first, at, "acknowledgement")
    assert (complaint_of(story).undeliverable, story.lost_customer) == (True, MATTI)


def test_once_the_customer_writes_they_are_reached_again(at: Office, first: Story) -> None:
    lost = complaint_of(first, undeliverable=True)
    to = only(first, "acknowledgement").draft
    raw = raw_mail("Uusi yritys.", in_reply_to=only(first, "acknowledgement").message_id, subject=to.subject)
    story = take(raw, at=at, desk=desk_after(first, complaint=lost))
    assert (complaint_of(story).undeliverable, story.reached) == (False, MATTI)


def test_who_only_claims_to_be_the_customer_reaches_nobody(first: Story) -> None:
    at = office(policy=CHECKED)
    assert take(raw_mail(), at=at).reached is None


def test_a_second_bounce_of_the_same_mail_is_not_told_again(at: Office, first: Story) -> None:
    desk = desk_after(first)
    desk.remember(take(bounce(only(first, "acknowledgement")), at=at, desk=desk))
    again = take(bounce(only(first, "acknowledgement"), status="5.4.7"), at=at, desk=desk)
    assert (again.outcome, again.reference, again.letters, again.events) == ("bounce", "V-AAAAA", (), ())


def test_a_bounce_of_another_mail_is_told(at: Office, first: Story) -> None:
    desk = desk_after(first)
    desk.remember(take(bounce(only(first, "acknowledgement")), at=at, desk=desk))
    assert told(take(bounce(only(first, "routed")), at=at, desk=desk)) == ["maija@yritys.example", ADMIN]


def test_a_member_whose_mailbox_bounces_gets_no_new_complaints(at: Office, first: Story) -> None:
    desk = desk_after(first)
    story = bounced(first, at, "routed")
    desk.remember(story)
    assert story.lost_member == "anna@yritys.example"
    assert complaint_of(take(raw_mail(message_id="<uusi@posti.example>"), at=at, desk=desk)).assignee == "maija"
    assert "Uusia asioita ei anneta hänelle" in story.letters[0].draft.text


def test_a_mail_of_that_member_ends_it(at: Office, first: Story) -> None:
    desk = desk_after(first)
    desk.remember(bounced(first, at, "routed"))
    desk.remember(
        take(
            raw_mail("Olen täällä.", **{"from": "anna@yritys.example", "message_id": "<a@a.example>"}), at=at, desk=desk
        )
    )
    assert desk.unreachable == set()


@pytest.mark.parametrize("status", ["5.3.4", "5.7.1"])
def test_a_mail_that_was_refused_for_itself_says_nothing_of_the_member(at: Office, first: Story, status: str) -> None:
    assert bounced(first, at, "routed", status=status).lost_member is None


# --- what the SMTP server refused for good


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(f"sqlite:///{tmp_path}/vastine.db")
    store.migrate()
    yield store
    store.close()


def refused(store: Store, at: Office, kind: str, *, mailbox: str = "support") -> Claimed:
    """A mail of a new complaint that is about to be refused."""
    raw = raw_mail()
    [received] = store.receive(mailbox, 7, [Arrival(uid=1, raw=raw, arrived_at=NOW)], NOW)
    assert received.sha256 == delivery(raw).sha256
    store.record_intake([take(raw, at=at, id=received.id, mailbox=mailbox)], NOW)
    return next(mail for mail in store.claim(NOW, 10, timedelta(minutes=5), [mailbox]) if mail.kind == kind)


def notices(store: Store) -> list[str]:
    return [mail["to"] for mail in store.list_outgoing() if mail["kind"] == "undeliverable"]


def test_a_refused_acknowledgement_is_told_to_the_assignee(store: Store, at: Office) -> None:
    record_failure(store, refused(store, at, "acknowledgement"), "550 no such user", at, NOW)
    assert notices(store) == ["anna@yritys.example"]


def test_a_refused_staff_mail_is_told_to_the_lead_and_the_administrator(store: Store, at: Office) -> None:
    record_failure(store, refused(store, at, "routed"), "552 too large", at, NOW)
    assert notices(store) == ["maija@yritys.example", ADMIN]


def test_a_refused_mail_is_told_of_once(store: Store, at: Office) -> None:
    mail = refused(store, at, "acknowledgement")
    record_failure(store, mail, "550 no such user", at, NOW)
    record_failure(store, mail, "550 no such user", at, NOW)
    assert len(notices(store)) == 1


def test_a_refused_alarm_is_told_to_nobody(store: Store, at: Office) -> None:
    mail = replace(refused(store, at, "routed"), kind="alert", reference=None)
    record_failure(store, mail, "550 no such user", at, NOW)
    assert notices(store) == []


def test_a_refused_mail_of_a_mailbox_that_is_gone_is_told(store: Store, at: Office) -> None:
    both = replace(at, mailboxes=dict.fromkeys(("support", "old"), at.mailboxes["support"]))
    mail = refused(store, both, "acknowledgement", mailbox="old")
    record_failure(store, mail, "550 no such user", at, NOW)
    assert notices(store) == ["anna@yritys.example"]


def test_a_bounce_of_a_mail_that_was_refused_already_is_not_told_again(store: Store, at: Office) -> None:
    mail = refused(store, at, "acknowledgement")
    record_failure(store, mail, "550 no such user", at, NOW)
    desk = store.look_up(
        Inquiry(
            **{name: frozenset() for name in ("sha256s", "content_keys", "token_hashes", "addresses")},
            message_ids=frozenset({mail.message_id}),
        ),
        mails=1,
        per_hour=500,
        now=NOW,
    )
    assert desk.ours[mail.message_id].failed
    assert store.list_complaints(status=None, late_at=None, team=None)[0]["undeliverable"]
