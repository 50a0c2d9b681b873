"""Sealed mails, read back by the standard library."""

import re
from dataclasses import replace
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.compose.samples import COMPLAINT, NOW, sealed
from vastine.core.compose.links import LINK_START
from vastine.core.compose.subjects import LONGEST
from vastine.core.mail import Address, Attachment
from vastine.core.outgoing import Draft, Outgoing
from vastine.core.parse import parse
from vastine.core.tokens import hash_token, mask

DRAFT = Draft(
    kind="acknowledgement",
    to=Address(name="Matti Meikäläinen", address="matti@posti.example"),
    party="customer:matti@posti.example",
    reference=COMPLAINT.reference,
    mailbox="support",
    language="fi",
    subject="Re: Maksu veloitettu kahdesti",
    text="Hei Matti,\n\nkiitos viestistäsi.\n",
    auto_submitted="auto-replied",
    references=("<alku@posti.example>", "<kysymys@posti.example>"),
)
STAFF = replace(DRAFT, kind="routed", party="staff:anna", auto_submitted="auto-generated")
ANYTHING = st.text(alphabet=st.characters(exclude_categories=[]), max_size=120)
PRINTABLE = st.text(alphabet=st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=120)
BODIES = st.text(alphabet=st.characters(exclude_categories=["C", "Zl", "Zp"], include_characters="\n\t"), max_size=1500)


def read(outgoing: Outgoing) -> EmailMessage:
    return cast("EmailMessage", message_from_bytes(outgoing.raw, policy=SMTP))


def head(outgoing: Outgoing) -> str:
    return outgoing.raw.partition(b"\r\n\r\n")[0].decode("ascii")


def names(outgoing: Outgoing) -> list[str]:
    return re.findall(r"^([^ \t:]+):", head(outgoing), re.MULTILINE)


NAMES = names(sealed(DRAFT))


def test_text_is_read_back_as_it_was_written() -> None:
    assert read(sealed(DRAFT)).get_content().replace("\r\n", "\n") == DRAFT.text


def test_sender_is_the_mailbox_with_the_name_of_the_company() -> None:
    assert read(sealed(DRAFT))["From"] == "Pohjolan Pyörä Oy <asiakaspalvelu@yritys.example>"


def test_recipient_is_the_one_of_the_draft() -> None:
    assert read(sealed(DRAFT))["To"] == "Matti Meikäläinen <matti@posti.example>"


def test_reply_goes_to_a_token_whose_hash_is_bound_to_the_customer() -> None:
    outgoing = sealed(DRAFT)
    token = re.fullmatch(r"asiakaspalvelu\+c\.([a-z2-7]{26})@yritys\.example", read(outgoing)["Reply-To"])
    assert token
    issued = next(each for each in outgoing.tokens if each.purpose == "c")
    assert (issued.hash, issued.party) == (hash_token(b"k" * 32, "c", token[1]), DRAFT.party)


def test_reply_of_staff_goes_to_a_token_of_that_member() -> None:
    assert re.match(r"asiakaspalvelu\+s\.", read(sealed(STAFF))["Reply-To"])


def test_notice_has_no_reply_address() -> None:
    assert "Reply-To" not in names(sealed(replace(STAFF, party="notice:johtaja@yritys.example")))


def test_bounces_go_to_a_token_of_their_own() -> None:
    outgoing = sealed(DRAFT)
    assert re.fullmatch(r"asiakaspalvelu\+b\.[a-z2-7]{26}@yritys\.example", outgoing.envelope_from)
    assert [token.purpose for token in outgoing.tokens] == ["c", "b"]


def test_envelope_is_the_plain_address_where_the_provider_refuses_others() -> None:
    outgoing = sealed(DRAFT, envelope="address")
    assert outgoing.envelope_from == "asiakaspalvelu@yritys.example"
    assert [token.purpose for token in outgoing.tokens] == ["c"]


def test_addresses_are_plain_without_subaddresses() -> None:
    outgoing = sealed(DRAFT, subaddress="")
    addresses = {str(read(outgoing)["Reply-To"]), outgoing.envelope_from}
    assert addresses == {"asiakaspalvelu@yritys.example"}


def test_links_go_to_the_token_of_the_member() -> None:
    outgoing = sealed(replace(STAFF, text=f"{LINK_START}Re&body=%23ota\n"))
    reply_to = read(outgoing)["Reply-To"]
    assert f"mailto:{reply_to}?subject=Re&body=%23ota" in read(outgoing).get_content()


def test_links_carry_the_token_in_their_subject_without_subaddresses() -> None:
    outgoing = sealed(replace(STAFF, text=f"{LINK_START}Re&body=%23ota\n"), subaddress="")
    content = read(outgoing).get_content()
    assert re.search(r"mailto:asiakaspalvelu@yritys\.example\?subject=%5Bs\.[a-z2-7]{26}%5D%20Re&", content)


def test_text_to_a_customer_is_not_searched_for_links() -> None:
    draft = replace(DRAFT, text=f"{LINK_START}x\n")
    assert LINK_START in read(sealed(draft)).get_content()


def test_references_hold_our_own_id_last() -> None:
    outgoing = sealed(DRAFT)
    ids = read(outgoing)["References"].split()
    assert ids == [*DRAFT.references, outgoing.message_id]


def test_reply_refers_to_the_last_mail() -> None:
    assert read(sealed(DRAFT))["In-Reply-To"] == "<kysymys@posti.example>"


def test_long_history_keeps_its_first_and_its_last_ids() -> None:
    history = tuple(f"<{number}@posti.example>" for number in range(100))
    ids = read(sealed(replace(DRAFT, references=history)))["References"].split()
    assert (ids[0], ids[-2], len(ids)) == (history[0], history[-1], 22)


def test_automatic_mail_to_a_customer_says_so_and_asks_for_silence() -> None:
    mail = read(sealed(DRAFT))
    assert (mail["Auto-Submitted"], mail["X-Auto-Response-Suppress"]) == ("auto-replied", "OOF, AutoReply, DR, RN, NRN")


def test_mail_to_staff_does_not_suppress_an_out_of_office() -> None:
    assert "X-Auto-Response-Suppress" not in names(sealed(STAFF))


def test_answer_of_a_person_carries_no_mark_of_a_machine() -> None:
    marks = {"Auto-Submitted", "X-Auto-Response-Suppress", "Precedence"}
    assert not marks & set(names(sealed(replace(DRAFT, kind="answer", auto_submitted=None))))


def test_kind_and_language_stand_in_the_header() -> None:
    mail = read(sealed(DRAFT))
    assert (mail["X-Vastine-Kind"], mail["Content-Language"]) == ("acknowledgement", "fi")


def test_date_is_the_moment_of_sealing() -> None:
    assert read(sealed(DRAFT))["Date"].datetime == NOW


def test_same_random_octets_give_the_same_bytes() -> None:
    assert sealed(DRAFT).raw == sealed(DRAFT).raw


@pytest.mark.parametrize(
    "name", ["kuitti.pdf", "kuitti äiti €.pdf", 'a"b\\c.pdf', "../../x.pdf", "\u202efdp.exe", "ä" * 300 + ".pdf"]
)
def test_attachment_comes_back_whole_with_a_safe_name(name: str) -> None:
    attached = Attachment(filename=name, content_type="application/pdf", size=3, content=b"\x00\r\n\xff" * 99)
    part = next(read(sealed(replace(DRAFT, attachments=(attached,)))).iter_attachments())
    assert part.get_content() == attached.content
    assert not set(part.get_filename() or "") & set("/\\\u202e\r\n")


@pytest.mark.parametrize("content_type", ["message/rfc822", "multipart/mixed", "a/b\r\nBcc: x@y.example", "", "pdf"])
def test_content_type_that_cannot_be_attached_becomes_plain_octets(content_type: str) -> None:
    attached = Attachment(filename=None, content_type=content_type, size=1, content=b"x")
    part = next(read(sealed(replace(DRAFT, attachments=(attached,)))).iter_attachments())
    assert (part.get_content_type(), part.get_filename()) == ("application/octet-stream", None)


def test_html_is_an_alternative_to_the_text() -> None:
    mail = read(sealed(replace(DRAFT, html="<p>Hei ä</p>\n")))
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]


def test_text_beside_html_and_attachments_is_still_the_text() -> None:
    attached = Attachment(filename="a.txt", content_type="text/plain", size=1, content=b"x")
    body = read(sealed(replace(DRAFT, html="<p>", attachments=(attached,)))).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == DRAFT.text


def test_token_is_masked_everywhere_in_the_stored_bytes() -> None:
    outgoing = sealed(replace(STAFF, text=f"ä {'x' * 40} {LINK_START}Re&body=%23ota\n"))
    token = re.search(rb"\+s\.([a-z2-7]{26})@", outgoing.raw)
    assert token
    assert token[1] not in mask(outgoing.raw).replace(b"=\r\n", b"")


def test_encoded_newline_in_a_subject_makes_no_field() -> None:
    outgoing = sealed(replace(DRAFT, subject="=?UTF-8?Q?=0A?=Bcc: x@y.example"))
    assert names(outgoing) == NAMES
    assert read(outgoing)["Bcc"] is None


def test_field_with_an_impossible_name_is_refused() -> None:
    with pytest.raises(ValueError, match="header field"):
        sealed(replace(DRAFT, headers=(("X-A\r\nBcc", "x"),)))


def test_address_that_ascii_cannot_write_stays_out_of_the_header() -> None:
    draft = replace(DRAFT, to=Address(name="Ä", address="ä,bcc@posti.example"))
    assert read(sealed(draft))["To"] == "undisclosed-recipients:;"


def test_domain_that_idna_refuses_stays_out_of_the_header() -> None:
    draft = replace(DRAFT, to=Address(address=f"matti@{'ä' * 80}.example"))
    assert read(sealed(draft))["To"] == "undisclosed-recipients:;"


@pytest.mark.parametrize(
    "subject", ["word " * 40, "two  blanks " * 20, "x" * 300, "a " + "x" * 75, "[V-7F3K9] =?x?q?y?="]
)
def test_long_or_odd_ascii_subject_is_read_back(subject: str) -> None:
    outgoing = sealed(replace(DRAFT, subject=subject))
    assert read(outgoing)["Subject"] == subject.strip()
    assert max(map(len, head(outgoing).split("\r\n"))) <= 78


def test_long_display_name_is_followed_by_its_address_on_a_line_of_its_own() -> None:
    outgoing = sealed(replace(DRAFT, to=Address(name="Ä" * 8, address="matti@posti.example")))
    assert "\r\n <matti@posti.example>\r\n" in head(outgoing)


def test_domain_beyond_ascii_is_written_as_idna() -> None:
    draft = replace(DRAFT, to=Address(address="matti@pyörä.example"))
    assert read(sealed(draft))["To"] == "matti@xn--pyr-sla2g.example"


@settings(deadline=None, max_examples=150)
@given(ANYTHING, ANYTHING, ANYTHING)
def test_no_text_makes_or_ends_a_header_field(subject: str, name: str, topic: str) -> None:
    draft = replace(
        DRAFT, subject=subject, to=Address(name=name, address="a@b.example"), headers=(("X-Vastine-Topic", topic),)
    )
    kind = NAMES.index("X-Vastine-Kind") + 1
    assert names(sealed(draft)) == [*NAMES[:kind], "X-Vastine-Topic", *NAMES[kind:]]


@settings(deadline=None, max_examples=150)
@given(PRINTABLE)
def test_subject_is_read_back_as_it_was_written(subject: str) -> None:
    assert read(sealed(replace(DRAFT, subject=subject)))["Subject"] == subject.strip()


@settings(deadline=None, max_examples=150)
@given(PRINTABLE)
def test_display_name_is_read_back_as_it_was_written(name: str) -> None:
    # Read as RFC 2047 has it; policy.SMTP puts a blank between two encoded words of a name on Python 3.11.
    raw = sealed(replace(DRAFT, to=Address(name=name, address="matti@posti.example"))).raw
    display, _ = parseaddr(str(message_from_bytes(raw)["To"]))
    assert str(make_header(decode_header(display))) == name.strip()


@settings(deadline=None, max_examples=150)
@given(BODIES)
def test_any_text_is_read_back_as_it_was_written(text: str) -> None:
    content = read(sealed(replace(DRAFT, text=text))).get_content().replace("\r\n", "\n")
    assert content == (text if text.endswith("\n") else f"{text}\n")


@settings(deadline=None, max_examples=150)
@given(ANYTHING, ANYTHING, ANYTHING)
def test_octets_are_seven_bit_with_short_lines_and_no_lone_line_ends(subject: str, name: str, text: str) -> None:
    raw = sealed(replace(DRAFT, subject=subject, to=Address(name=name, address="a@b.example"), text=text)).raw
    lines = raw.split(b"\r\n")
    assert raw.isascii()
    assert not any(octet in line for line in lines for octet in (b"\r", b"\n", b"\x00"))
    assert max(map(len, lines)) <= 78


@settings(max_examples=60, deadline=None)
@given(PRINTABLE, PRINTABLE, BODIES)
def test_our_own_mails_are_read_as_they_were_written(subject: str, name: str, text: str) -> None:
    to = Address(name=name, address="matti@posti.example")
    mail = parse(sealed(replace(DRAFT, to=to, subject=subject, text=text)).raw)
    assert mail.subject.split() == subject[:LONGEST].split() or len(subject) > LONGEST
    assert [each.address for each in mail.to] == ["matti@posti.example"]
    assert mail.text.split() == text.split()
    assert mail.defects == ()


def test_personal_identity_codes_are_masked_whoever_wrote_them() -> None:
    draft = replace(STAFF, subject="Tunnus 131052-308T", text="| Olen 131052-308T.\n", html="<p>131052-308T</p>")
    sent = sealed(replace(draft, headers=(("X-Vastine-Topic", "131052-308T"),)))
    assert "308T" not in sent.raw.decode() + sent.draft.subject
    assert sent.draft.text == "| Olen 131052-****.\n"
