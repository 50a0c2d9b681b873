"""What ties a mail to a complaint, and whom it lets act."""

from datetime import UTC, datetime
from typing import Any

import pytest

from vastine.core.complaint import Complaint
from vastine.core.conversation import Bonds, bonds_of, bounced_grant, grants_of, is_ours, staff_grant
from vastine.core.desk import Desk, Grant
from vastine.core.mail import Address, Mail
from vastine.core.tokens import hash_token

NOW = datetime(2026, 6, 24, tzinfo=UTC)
KEY = b"k" * 32
SUPPORT = "tuki@yritys.example"
TOKEN = "abcdefghijklmnopqrstuvwxyz"
MATTI = Address(address="matti@posti.example")
COMPLAINT = Complaint(
    reference="V-AAAAA",
    status="open",
    topic="other",
    tags=(),
    priority="normal",
    team="support",
    assignee="anna",
    customer=MATTI,
    language="fi",
    subject="Pyörä",
    mailbox="support",
    opened_at=NOW,
    promise=None,
    first_reply_since=NOW,
    resolve_since=NOW,
    clock_priority="normal",
    first_reply_due=None,
    resolve_due=None,
    decision={},
)


def at(purpose: str, token: str = TOKEN, base: str = SUPPORT) -> Address:
    local, _, domain = base.partition("@")
    return Address(address=f"{local}+{purpose}.{token}@{domain}")


def hashed(purpose: str, token: str = TOKEN) -> str:
    return hash_token(KEY, purpose, token)


def bonds(mail: Mail, *, subaddress: str = "+") -> Bonds:
    return bonds_of(mail, addresses=[SUPPORT], subaddress=subaddress, key=KEY)


def grant(purpose: str = "c", party: str = "customer:matti@posti.example", **changed: Any) -> Grant:
    usual: dict[str, Any] = {"via": "token", "reference": "V-AAAAA", "message_id": "<ours@yritys>", "kind": "routed"}
    return Grant(purpose=purpose, party=party, **(usual | changed))


def desk(**known: Any) -> Desk:
    return Desk(**({"complaints": {"V-AAAAA": COMPLAINT}} | known))


# --- finding tokens


@pytest.mark.parametrize("where", ["to", "cc"])
def test_a_token_in_the_address_that_a_mail_went_to_is_found(where: str) -> None:
    assert bonds(Mail(**{where: (at("c"),)})) == Bonds(carried=(hashed("c"),), own=())


def test_a_token_in_delivered_to_is_found() -> None:
    assert bonds(Mail(headers=(("Delivered-To", at("c").address),))).carried == (hashed("c"),)


def test_a_token_in_a_link_of_ours_is_found_in_the_subject() -> None:
    assert bonds(Mail(subject=f"Re: [s.{TOKEN}]"), subaddress="").carried == (hashed("s"),)


@pytest.mark.parametrize("address", ["tuki@muu.example", "muu@yritys.example"])
def test_a_token_in_somebody_elses_address_is_not_ours(address: str) -> None:
    assert bonds(Mail(to=(at("c", base=address),))) == Bonds(carried=(), own=())


def test_the_purpose_belongs_to_the_token() -> None:
    assert bonds(Mail(to=(at("c"), at("s")))).carried == (hashed("c"), hashed("s"))


def test_a_mail_of_ours_names_its_own_token_in_reply_to() -> None:
    assert bonds(Mail(to=(MATTI,), reply_to=(at("c"),))).own == (hashed("c"),)


def test_a_plain_reply_to_is_no_token() -> None:
    assert bonds(Mail(reply_to=(MATTI,))).own == ()


# --- what they tell


def test_an_unknown_token_tells_nothing() -> None:
    mail = Mail(to=(at("c"),))
    assert grants_of(mail, bonds(mail), desk()) == ()


def test_a_revoked_token_tells_nothing() -> None:
    mail = Mail(to=(at("c"),))
    assert grants_of(mail, bonds(mail), desk(grants={hashed("c"): grant(revoked=True)})) == ()


def test_a_token_goes_before_a_message_id_and_the_newest_of_these_before_older_ones() -> None:
    mail = Mail(to=(at("c"),), references=("<old@yritys>", "<new@yritys>"))
    ours = {f"<{age}@yritys>": grant(via="Message-ID", kind=age) for age in ("old", "new")}
    found = grants_of(mail, bonds(mail), desk(grants={hashed("c"): grant(kind="token")}, ours=ours))
    assert [each.kind for each in found] == ["token", "new", "old"]


# --- staff


@pytest.mark.parametrize(("purpose", "acts"), [("s", True), ("c", False), ("b", False)])
def test_only_a_staff_token_lets_a_member_act(purpose: str, acts: bool) -> None:
    assert (staff_grant(Mail(), (grant(purpose, party="staff:anna"),), desk(), None) is not None) is acts


def test_a_staff_token_without_a_complaint_lets_nobody_act() -> None:
    assert staff_grant(Mail(), (grant("s", party="staff:anna", reference=None),), desk(), None) is None


# --- our own mails, and bounces of them


def test_a_mail_with_our_message_id_is_ours() -> None:
    mail = Mail(message_id="<ours@yritys>")
    assert is_ours(mail, bonds(mail), desk(ours={"<ours@yritys>": grant()}))


def test_a_mail_with_our_token_in_reply_to_is_ours() -> None:
    mail = Mail(message_id="<rewritten@muu>", reply_to=(at("c"),))
    assert is_ours(mail, bonds(mail), desk(grants={hashed("c"): grant()}))


def test_a_mail_to_our_token_is_not_ours() -> None:
    mail = Mail(message_id="<theirs@posti>", to=(at("c"),))
    assert not is_ours(mail, bonds(mail), desk(grants={hashed("c"): grant()}))


def test_a_bounce_is_about_the_mail_of_its_envelope_address() -> None:
    mail = Mail(to=(at("b"),), returned_message_ids=("<other@yritys>",))
    known = desk(grants={hashed("b"): grant("b", kind="routed")}, ours={"<other@yritys>": grant(kind="answer")})
    found = bounced_grant(mail, bonds(mail), known)
    assert found is not None
    assert found.kind == "routed"


@pytest.mark.parametrize("field", ["returned_message_ids", "references"])
def test_without_it_the_message_id_that_it_returns_tells(field: str) -> None:
    mail = Mail(**{field: ("<ours@yritys>",)})
    assert bounced_grant(mail, bonds(mail), desk(ours={"<ours@yritys>": grant()})) == grant()


def test_a_customers_token_tells_nothing_of_a_bounce() -> None:
    mail = Mail(to=(at("c"),))
    assert bounced_grant(mail, bonds(mail), desk(grants={hashed("c"): grant()})) is None
