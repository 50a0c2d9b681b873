"""Tokens, references and Message-IDs."""

import base64
import re
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vastine.core.mail import Address, Mail
from vastine.core.tokens import (
    FoundToken,
    address_with,
    hash_token,
    mask,
    mask_text,
    new_message_id,
    new_reference,
    new_token,
    tokens_in,
)

TOKEN = "m3k5zz5e7ep65mvoy6dv7oemvm"
OURS = ("asiakaspalvelu@yritys.example", "info@yritys.example")


def octets(length: int) -> bytes:
    return sha256(b"octets").digest()[:length]


def found(mail: Mail) -> tuple[FoundToken, ...]:
    return tokens_in(mail, addresses=OURS, subaddress="+")


@given(st.binary(min_size=16, max_size=16))
def test_token_is_the_lower_case_base32_of_all_128_bits(drawn: bytes) -> None:
    assert new_token(lambda _: drawn) == base64.b32encode(drawn).decode().rstrip("=").lower()


def test_message_id_is_random_at_our_domain() -> None:
    assert new_message_id(octets, "yritys.example") == f"<{new_token(octets)}@yritys.example>"


@given(st.binary(min_size=8, max_size=8))
def test_reference_has_no_letter_that_people_confuse(drawn: bytes) -> None:
    assert re.fullmatch(r"V-[2-9A-HJKMNP-Z]{5}", new_reference(lambda _: drawn))


def test_hash_differs_by_purpose_and_key() -> None:
    hashes = {hash_token(b"a", "c", TOKEN), hash_token(b"a", "s", TOKEN), hash_token(b"b", "c", TOKEN)}
    assert len(hashes) == 3


def test_hash_is_the_same_for_a_token_whose_case_was_changed_on_its_way() -> None:
    assert hash_token(b"a", "c", TOKEN.upper()) == hash_token(b"a", "c", TOKEN)


def test_address_carries_purpose_and_token() -> None:
    assert address_with(OURS[0], "+", "c", TOKEN) == f"asiakaspalvelu+c.{TOKEN}@yritys.example"


@pytest.mark.parametrize(("local", "carries"), [("x" * 35, True), ("x" * 36, False)])
def test_address_whose_local_part_would_exceed_64_stays_plain(local: str, carries: bool) -> None:
    address = f"{local}@yritys.example"
    assert (address_with(address, "+", "s", TOKEN) != address) is carries


def test_address_without_subaddresses_stays_plain() -> None:
    assert address_with(OURS[0], "", "c", TOKEN) == OURS[0]


@pytest.mark.parametrize("name", ["To", "cc", "Delivered-To", "X-Original-To", "Envelope-To"])
def test_token_is_found_in_each_field_that_names_where_a_mail_went(name: str) -> None:
    mail = Mail(headers=((name, f"Tuki <asiakaspalvelu+c.{TOKEN}@yritys.example>"),))
    assert found(mail) == (FoundToken(purpose="c", token=TOKEN),)


def test_token_is_found_in_any_case() -> None:
    mail = Mail(headers=(("To", f"ASIAKASPALVELU+S.{TOKEN.upper()}@Yritys.Example"),))
    assert found(mail) == (FoundToken(purpose="s", token=TOKEN),)


def test_token_is_found_in_an_address_that_the_parser_read() -> None:
    mail = Mail(to=(Address(address=f"info+b.{TOKEN}@yritys.example"),))
    assert found(mail) == (FoundToken(purpose="b", token=TOKEN),)


def test_token_in_several_fields_is_found_once() -> None:
    address = f"info+c.{TOKEN}@yritys.example"
    mail = Mail(to=(Address(address=address),), headers=(("To", address), ("Delivered-To", address)))
    assert len(found(mail)) == 1


@pytest.mark.parametrize(
    "address",
    [
        f"muu+c.{TOKEN}@yritys.example",
        f"xinfo+c.{TOKEN}@yritys.example",
        f"info+c.{TOKEN}@yritys.example.evil.example",
        f"info+c.{TOKEN}x@yritys.example",
        f"info+x.{TOKEN}@yritys.example",
        f"info+c.{TOKEN[:-1]}@yritys.example",
        f"info+c.{TOKEN}@muu.example",
    ],
)
def test_token_in_an_address_that_is_not_ours_is_no_token(address: str) -> None:
    assert found(Mail(to=(Address(address=address),), headers=(("To", address),))) == ()


def test_token_in_from_is_not_looked_at() -> None:
    assert found(Mail(headers=(("From", f"info+c.{TOKEN}@yritys.example"),))) == ()


def test_token_that_no_address_could_carry_is_found_in_the_brackets_of_the_subject() -> None:
    mail = Mail(subject=f"[s.{TOKEN}] Re: [V-7F3K9]")
    assert tokens_in(mail, addresses=OURS, subaddress="") == (FoundToken(purpose="s", token=TOKEN),)


def test_text_shows_stars_for_a_token() -> None:
    assert mask_text(f"info+s.{TOKEN}@yritys.example") == f"info+s.{'*' * 26}@yritys.example"


def test_text_without_a_token_is_left_as_it_is() -> None:
    assert mask_text("yhteys c.o. https://yritys.example") == "yhteys c.o. https://yritys.example"


def test_masked_octets_keep_their_length_and_everything_else() -> None:
    raw = f"To: info+c.{TOKEN}@yritys.example\r\n\r\nHei\r\n".encode()
    assert mask(raw) == raw.replace(TOKEN.encode(), b"*" * 26)


@pytest.mark.parametrize("cut", range(1, 27))
def test_token_cut_by_a_soft_line_break_is_masked(cut: int) -> None:
    raw = f"info+s.{TOKEN[:cut]}=\r\n{TOKEN[cut:]}@yritys.example".encode()
    assert mask(raw) == f"info+s.{'*' * cut}=\r\n{'*' * (26 - cut)}@yritys.example".encode()


def test_token_in_base64_text_is_masked_there() -> None:
    text = f"Äidille osoitteesta info+s.{TOKEN}@yritys.example\r\n" * 3
    raw = b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(text.encode()).replace(b"\n", b"\r\n")
    body = mask(raw).partition(b"\r\n\r\n")[2]
    assert base64.b64decode(body).decode() == text.replace(TOKEN, "*" * 26)


def test_base64_without_a_token_keeps_its_octets() -> None:
    raw = base64.encodebytes(bytes(range(256)) * 20).replace(b"\n", b"\r\n")
    assert mask(raw) == raw


def test_lines_that_only_look_like_base64_are_left_as_they_are() -> None:
    assert mask(b"a" * 41 + b"\r\n") == b"a" * 41 + b"\r\n"


def test_large_attachment_is_not_searched() -> None:
    raw = (b"QUJD" * 19 + b"\r\n") * 26_000
    assert mask(raw) == raw


@given(st.binary(max_size=400))
def test_masking_never_changes_the_length(raw: bytes) -> None:
    assert len(mask(raw)) == len(raw)
