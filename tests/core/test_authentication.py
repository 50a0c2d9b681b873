import pytest

from vastine.core.authentication import Authentication, Policy, authenticate
from vastine.core.parse import parse

OURS = Policy(method="authserv-id", authserv_id="mx.yritys.example")
INSIDE = Policy(method="authserv-id", authserv_id="mx.yritys.example", internal=("mail.yritys.example",))


def judged(*fields: str, author: str = "matti@posti.example", policy: Policy = OURS) -> Authentication:
    head = "".join(f"{field}\n" for field in (*fields, f"From: Matti <{author}>"))
    return authenticate(parse(f"{head}\nhei\n".encode()), policy=policy)


def results(text: str) -> str:
    return f"Authentication-Results: mx.yritys.example; {text}"


@pytest.mark.parametrize(
    "text",
    [
        "dmarc=pass header.from=posti.example",
        "spf=fail smtp.mailfrom=x.example;\n dmarc=pass (p=NONE sp=NONE) header.from=posti.example",
        'dkim=pass (2048-bit key; unprotected) header.d=posti.example header.i=@posti.example header.b="a;b"',
        "dkim=fail header.d=posti.example; dkim=pass header.d=mail.posti.example",
        "dkim=pass header.i=@posti.example",
        "spf=pass smtp.mailfrom=matti@posti.example",
        "spf=pass smtp.mailfrom=bounces.posti.example",
        "arc=none (a;b); DKIM = Pass HEADER.D=posti.example",
    ],
)
def test_proven_author_is_verified(text: str) -> None:
    assert judged(results(text)).verified


@pytest.mark.parametrize(
    "text",
    [
        "none",
        "dkim=pass header.d=evil.example",
        "dkim=pass header.d=example",
        "dkim=pass header.d=notposti.example",
        "spf=pass smtp.mailfrom=a@evil.example",
        "spf=pass smtp.helo=posti.example",
        "dmarc=fail header.from=posti.example; dkim=pass header.d=posti.example",
        "dmarc=pass header.from=evil.example",
        "dkim=fail (dmarc=pass header.from=posti.example; dkim=pass header.d=posti.example)",
        'dkim=fail reason="; dmarc=pass header.from=posti.example;"',
        "",
    ],
)
def test_unproven_author_is_not_verified(text: str) -> None:
    assert not judged(results(text)).verified


def test_results_of_another_server_do_not_count() -> None:
    assert not judged("Authentication-Results: mx.evil.example; dmarc=pass header.from=posti.example").verified


def test_only_the_topmost_results_of_ours_count() -> None:
    forged = results("dmarc=pass header.from=posti.example")
    assert not judged(results("dmarc=none"), forged).verified


@pytest.mark.parametrize(
    ("text", "rejected"),
    [
        ("dmarc=fail (p=reject dis=none) header.from=posti.example", True),
        ("dmarc=fail (p=QUARANTINE) header.from=posti.example", True),
        ("dmarc=fail policy.dmarc=reject", True),
        ("dmarc=fail (p=none) header.from=posti.example", False),
        ("dmarc=none", False),
    ],
)
def test_failure_under_a_strict_policy_is_rejected(text: str, rejected: bool) -> None:
    assert judged(results(text)).rejected is rejected


def test_method_none_verifies_nobody() -> None:
    found = judged(results("dmarc=pass"), policy=Policy())
    assert (found.verified, found.reason) == (False, "authentication is switched off")


def test_two_authors_are_nobody() -> None:
    assert not judged(results("dmarc=pass header.from=posti.example"), "From: b@posti.example").verified


LOGGED_IN = "Received: from [10.0.0.2] by mail.yritys.example with ESMTPSA id 1; Mon, 22 Jun 2026 10:00:00 +0300"


def test_internal_host_vouches_for_a_colleague_who_logged_in() -> None:
    assert judged(LOGGED_IN, author="anna@yritys.example", policy=INSIDE).verified


def test_internal_host_does_not_vouch_for_strangers() -> None:
    assert not judged(LOGGED_IN, author="matti@posti.example", policy=INSIDE).verified


def test_received_line_below_a_foreign_one_may_be_forged() -> None:
    foreign = "Received: from x by mx.evil.example with ESMTP id 1; Mon, 22 Jun 2026 10:00:00 +0300"
    assert not judged(foreign, LOGGED_IN, author="anna@yritys.example", policy=INSIDE).verified


def test_internal_host_without_a_login_does_not_vouch() -> None:
    unlogged = LOGGED_IN.replace("ESMTPSA", "ESMTPS")
    assert not judged(unlogged, author="anna@yritys.example", policy=INSIDE).verified
