"""Whose DKIM signature holds, with real signatures and a DNS of our own."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from vastine.core.authentication import Policy, authenticate
from vastine.core.parse import parse
from vastine.edges.signatures import signing_domains

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
    found = authenticate(parse(raw), policy=Policy(method="dkim"), signed_by=signing_domains(signed(raw), dns()))
    assert found.verified is verified
