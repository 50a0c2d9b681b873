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


HANDED_ON = "Received: from mail.yritys.example (%s) by mail.yritys.example (Postfix) with ESMTP id 2; Mon, 22 Jun 2026"


@pytest.mark.parametrize(
    "above",
    [
        HANDED_ON % "localhost [127.0.0.1]",
        HANDED_ON % "localhost [IPv6:::1]",
        HANDED_ON % "mail.yritys.example [192.0.2.1]",
        "Received: from mail.yritys.example\n by mail.yritys.example with LMTP id 3; Mon, 22 Jun 2026",
    ],
)
def test_a_login_counts_where_our_hosts_handed_the_mail_on(above: str) -> None:
    assert judged(above, LOGGED_IN, author="anna@yritys.example", policy=INSIDE).verified


@pytest.mark.parametrize(
    "above",
    [
        HANDED_ON % "varas.example [192.0.2.66]",
        HANDED_ON % "unknown [192.0.2.66]",
        HANDED_ON % "mail.yritys.example [192.0.2.66] (may be forged)",
        HANDED_ON % "127.0.0.1",
        "Received: from [192.0.2.66] (helo=[127.0.0.1]) by mail.yritys.example with esmtp (Exim 4.96); Mon",
        "Received: by mail.yritys.example (Postfix, from userid 33) id 4; Mon, 22 Jun 2026",
    ],
)
def test_a_login_below_the_line_of_a_mail_from_elsewhere_may_be_forged(above: str) -> None:
    assert not judged(above, LOGGED_IN, author="anna@yritys.example", policy=INSIDE).verified


@pytest.mark.parametrize(
    "line",
    [
        'from x (x [192.0.2.66]) by mail.yritys.example with ESMTPS id 5 for <"a with ESMTPSA b"@yritys.example>; Mon',
        'from x (x [192.0.2.66]) (CN "by mail.yritys.example with ESMTPSA") by mail.yritys.example with SMTP; Mon',
    ],
)
def test_a_login_in_words_of_the_sender_is_none(line: str) -> None:
    assert not judged(f"Received: {line}", author="anna@yritys.example", policy=INSIDE).verified


@pytest.mark.parametrize(
    "line",
    [
        "from x (x [10.0.0.2]) (with cipher A) (Authenticated sender: a)\n by mail.yritys.example with ESMTPSA; Mon",
        "from [10.0.0.2] (helo=x)\n by mail.yritys.example with esmtpsa  (TLS1.3) tls A\n (Exim 4.96)\n id 1; Mon",
        "from x (x [10.0.0.2]) (authenticated bits=0) by mail.yritys.example (8.17.1/8.17.1) with ESMTPSA id 1; Mon",
        "from [10.0.0.2] by mail.yritys.example via TCP with ESMTPA; Mon",
    ],
)
def test_a_login_is_known_as_each_server_writes_it(line: str) -> None:
    assert judged(f"Received: {line}", author="anna@yritys.example", policy=INSIDE).verified


def test_two_authors_may_be_false_by_their_domains_policy() -> None:
    found = judged(results("dmarc=fail (p=reject) header.from=b.example"), "From: a@b.example")
    assert (found.verified, found.rejected) == (False, True)


# --- Microsoft 365, which names no server

EXCHANGE = Policy(method="microsoft365", own_domains=("yritys.example",))
EOP = (
    "Authentication-Results: spf=pass (sender IP is 192.0.2.7)\n smtp.mailfrom=posti.example; dkim=pass (signature was"
    " verified)\n header.d=posti.example;dmarc=pass action=none\n header.from=posti.example;compauth=pass reason=100"
)
INTERNAL = "X-MS-Exchange-Organization-AuthAs: Internal"
NOT_SIGNED = (
    "Authentication-Results: dkim=none (message not signed)\n header.d=none;dmarc=none action=none\n"
    " header.from=yritys.example;"
)


def test_exchange_names_no_server_and_is_believed_on_top() -> None:
    assert judged(EOP, policy=EXCHANGE).verified


@pytest.mark.parametrize(
    "fields",
    [
        (results("dmarc=pass header.from=posti.example"),),
        (NOT_SIGNED, EOP),
        ("Authentication-Results: dmarc=fail action=oreject header.from=posti.example", EOP),
        (EOP.replace("posti.example", "muu.example"),),
        (INTERNAL,),
        (),
    ],
)
def test_anything_else_is_not(fields: tuple[str, ...]) -> None:
    assert not judged(*fields, policy=EXCHANGE).verified


@pytest.mark.parametrize("action", ["oreject", "quarantine", "reject"])
def test_exchange_says_where_a_domain_wants_a_mail_rejected(action: str) -> None:
    field = f"Authentication-Results: spf=fail smtp.mailfrom=posti.example;dmarc=fail action={action}"
    assert judged(field, policy=EXCHANGE).rejected


def test_a_colleague_who_had_logged_in_is_verified() -> None:
    assert judged(NOT_SIGNED, INTERNAL, author="anna@yritys.example", policy=EXCHANGE).verified


@pytest.mark.parametrize(
    ("fields", "author"),
    [
        ((NOT_SIGNED, INTERNAL), "anna@muu.example"),
        ((NOT_SIGNED, "X-MS-Exchange-Organization-AuthAs: Anonymous"), "anna@yritys.example"),
        ((NOT_SIGNED, "X-MS-Exchange-Organization-AuthAs: Anonymous", INTERNAL), "anna@yritys.example"),
        ((NOT_SIGNED, "X-MS-Exchange-CrossTenant-AuthAs: Internal"), "anna@yritys.example"),
    ],
)
def test_a_colleague_by_less_than_that_is_not(fields: tuple[str, ...], author: str) -> None:
    assert not judged(*fields, author=author, policy=EXCHANGE).verified


def test_elsewhere_the_word_of_exchange_is_nothing() -> None:
    assert not judged(INTERNAL, author="anna@yritys.example", policy=OURS).verified


# --- signatures that we check


@pytest.mark.parametrize(
    ("signed_by", "verified"), [(("posti.example",), True), (("muu.example", "mail.posti.example"), True), ((), False)]
)
def test_an_aligned_signature_verifies(signed_by: tuple[str, ...], verified: bool) -> None:
    mail = parse(b"From: matti@posti.example\n\nhei\n")
    assert authenticate(mail, policy=Policy(method="dkim"), signed_by=signed_by).verified is verified
