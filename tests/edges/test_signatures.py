"""Whose DKIM signature holds, with real signatures and a DNS of our own."""

from base64 import b64encode
from collections.abc import Callable
from contextlib import closing
from functools import cache
from threading import Event

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from vastine.core.authentication import Policy, authenticate
from vastine.core.parse import parse
from vastine.edges.signatures import Lookup, Signatures

MAIL = b"From: Matti <matti@posti.example>\r\nTo: tuki@yritys.example\r\nSubject: Hei\r\n\r\nHei, pyora on rikki.\r\n"


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def signed(raw: bytes = MAIL, domain: str = "posti.example", *, length: bool = False) -> bytes:
    pem = key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    signature: bytes = dkim.sign(
        raw,
        b"s1",
        domain.encode(),
        pem,
        canonicalize=(b"relaxed", b"relaxed"),
        include_headers=[b"from", b"to", b"subject"],
        length=length,
    )
    return signature + raw


def dns(domain: str = "posti.example") -> Callable[[str], bytes | None]:
    public = key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    records = {f"s1._domainkey.{domain}.": b"v=DKIM1; k=rsa; p=" + b64encode(public)}
    return records.get


def no_dns(name: str) -> bytes | None:
    raise TimeoutError(name)


def signing_domains(raw: bytes, lookup: Lookup, author: str = "posti.example") -> tuple[str, ...]:
    with closing(Signatures(lookup)) as signatures:
        [found] = signatures.of([(raw, author)])
        return found


def test_a_signature_that_holds_names_its_domain() -> None:
    assert signing_domains(signed(), dns()) == ("posti.example",)


@pytest.mark.parametrize(
    "raw",
    [
        MAIL,
        signed().replace(b"rikki", b"ehja"),
        signed().replace(b"Matti <matti@", b"Maija <maija@"),
        b"From: paha@muu.example\r\n" + signed(),
        b"DKIM-Signature: v=1; rubbish\r\n" + MAIL,
        b"",
        b"\x00\xff",
    ],
)
def test_one_that_does_not_hold_names_none(raw: bytes) -> None:
    assert signing_domains(raw, dns()) == ()


def test_a_key_that_cannot_be_looked_up_proves_nothing() -> None:
    assert signing_domains(signed(), no_dns) == ()


def test_a_domain_without_the_key_proves_nothing() -> None:
    assert signing_domains(signed(), lambda name: None) == ()


def test_a_signature_over_the_beginning_only_proves_nothing() -> None:
    raw = signed(length=True)
    assert signing_domains(raw, dns()) == signing_domains(raw + b"And more.\r\n", dns()) == ()


def test_of_several_signatures_those_that_hold_count() -> None:
    twice = b"DKIM-Signature: v=1; a=rsa-sha256; d=muu.example; s=x; h=from; bh=aaaa; b=aaaa\r\n" + signed()
    assert signing_domains(twice, dns()) == ("posti.example",)


@pytest.mark.parametrize(("author", "verified"), [("posti.example", True), ("evil.example", False)])
def test_a_signature_verifies_the_authors_of_its_own_domain(author: str, verified: bool) -> None:
    raw = MAIL.replace(b"posti.example", author.encode())
    found = authenticate(
        parse(raw), policy=Policy(method="dkim"), signed_by=signing_domains(signed(raw), dns(), author)
    )
    assert found.verified is verified


@pytest.mark.parametrize("author", ["", "muu.example"])
def test_a_signature_of_another_domain_than_the_authors_is_not_looked_at(author: str) -> None:
    assert signing_domains(signed(), pytest.fail, author) == ()


def test_names_that_nobody_answers_for_cost_a_batch_their_limit_once_and_the_others_nothing() -> None:
    end = Event()

    def slow(name: str) -> bytes | None:
        if "posti" not in name:
            end.wait()
        return dns()(name)

    mails = [(signed(domain=f"hidas{number}.example"), f"hidas{number}.example") for number in range(3)]
    with closing(Signatures(slow, seconds=0.2)) as signatures:
        found = signatures.of([*mails, (signed(), "posti.example")])
        end.set()
    assert found == [(), (), (), ("posti.example",)]


def test_a_mail_of_blanks_that_would_take_gigabytes_to_canonicalise_is_not_checked() -> None:
    assert signing_domains(signed(MAIL + b"a " * 1_000_001), dns()) == ()


def test_of_very_many_signatures_only_the_first_are_read() -> None:
    many = b"DKIM-Signature: v=1; a=rsa-sha256; d=posti.example; s=x; h=from; bh=aaaa; b=aaaa\r\n" * 3
    assert signing_domains(many * 500 + signed(), dns()) == ()
