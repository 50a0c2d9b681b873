import pytest

from vastine.core.kind import Finding, kind_of, no_automatic_answer
from vastine.core.mail import Address
from vastine.core.parse import parse

US = frozenset({"tuki@yritys.example"})


def found(*fields: str, text: str = "Hei, missä tilaukseni on?", author: str = "matti@posti.example") -> Finding:
    raw = ("".join(f"{field}\n" for field in (f"From: {author}", *fields)) + f"\n{text}\n").encode()
    return kind_of(parse(raw), ours=False, raw=raw)


def reason_for(*fields: str, answer_to: str = "matti@posti.example", to: str = "tuki@yritys.example") -> str | None:
    head = "".join(f"{field}\n" for field in ("From: matti@posti.example", f"To: {to}", *fields))
    mail = parse(f"{head}\nhei\n".encode())
    return no_automatic_answer(mail, answer_to=Address(address=answer_to), our_addresses=US)


PERSONAL = "a person's mail: no mark of a program, list or server is in it"


@pytest.mark.parametrize(
    ("fields", "kind", "reason"),
    [
        (["Subject: Tilaus"], "person", PERSONAL),
        (["Auto-Submitted: no"], "person", PERSONAL),
        (["Auto-Submitted: auto-replied"], "auto_reply", "Auto-Submitted: auto-replied"),
        (["X-Autoreply: yes"], "auto_reply", "it carries X-Autoreply"),
        (["Precedence: auto_reply"], "auto_reply", "Precedence: auto_reply"),
        (["Auto-Submitted: auto-generated; x=y"], "auto_generated", "Auto-Submitted: auto-generated"),
        (["X-Auto-Response-Suppress: OOF, AutoReply"], "auto_generated", "X-Auto-Response-Suppress: OOF, AutoReply"),
        (["X-Auto-Response-Suppress: DR, RN"], "person", PERSONAL),
        (["List-Id: <x.example>"], "bulk", "it carries List-Id"),
        (["Precedence: bulk"], "bulk", "Precedence: bulk"),
        (
            ["List-Unsubscribe: <x>", "Auto-Submitted: auto-generated"],
            "auto_generated",
            "Auto-Submitted: auto-generated",
        ),
    ],
)
def test_headers_tell_the_kind(fields: list[str], kind: str, reason: str) -> None:
    finding = found(*fields)
    assert (finding.kind, finding.reason) == (kind, reason)


@pytest.mark.parametrize(
    "author", ["noreply@kauppa.example", "no-reply@x.example", "monitor@x.example", "cron@x.example"]
)
def test_machines_are_known_by_their_names(author: str) -> None:
    assert found(author=author).kind == "auto_generated"


@pytest.mark.parametrize("author", ["noora.replyto@posti.example", "botond@posti.example", "ronja.root@posti.example"])
def test_people_with_such_letters_in_their_names_are_people(author: str) -> None:
    assert found(author=author).kind == "person"


def test_web_form_that_names_the_person_in_reply_to_is_a_persons() -> None:
    assert found("Reply-To: matti@posti.example", author="noreply@yritys.example").kind == "person"


@pytest.mark.parametrize(
    ("fields", "guessed"),
    [
        (["Subject: Re: Tilaus"], True),
        (["Subject: Re: Tilaus", "Return-Path: <>"], False),
        (["Subject: Poissa"], False),
        (["Subject: Re: Tilaus", "Auto-Submitted: auto-replied"], False),
    ],
)
def test_an_absence_notice_is_guessed_where_nothing_but_its_text_says_so(fields: list[str], guessed: bool) -> None:
    text = "Olen lomalla 31.7. asti. Kiireellisissä asioissa soita vaihteeseen."
    finding = found("In-Reply-To: <ours@yritys.example>", *fields, text=text)
    assert (finding.kind, finding.guessed) == ("auto_reply", guessed)


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Automaattinen vastaus: Tilaus", "Olen lomalla 31.7. asti."),
        ("Poissa: Re: Tilaus", "Olen poissa toimistolta. Palaan maanantaina."),
        ("Autosvar: Order", "Jag är på semester till den 3 augusti."),
        ("Out of office: Order", "I am out of the office until Monday."),
        ("Re: Tilaus", "Olen vuosilomalla 31.7. asti. Kiireellisissä asioissa soita vaihteeseen."),
        ("SV: Order", "Jag är för närvarande på semester och är tillbaka den 3 augusti."),
        ("Re: Order", "I am currently on annual leave. For urgent matters contact sales@x.example."),
    ],
)
def test_absence_notice_without_a_marker_is_an_auto_reply(subject: str, text: str) -> None:
    assert found(f"Subject: {subject}", "In-Reply-To: <ours@yritys.example>", text=text).kind == "auto_reply"


@pytest.mark.parametrize(
    ("subject", "text"),
    [
        ("Tilaus", "Olen lomalla 31.7. asti. Voitteko toimittaa vasta elokuussa?"),
        ("Re: Tilaus", "Olen lomalla ensi viikolla, toimittakaa sen jälkeen kiitos."),
        ("Poissa: tuote valikoimasta", "Miksi satula on poissa valikoimasta?"),
        ("Order", "I am away next week, please deliver after that."),
    ],
)
def test_people_who_write_of_their_holidays_are_people(subject: str, text: str) -> None:
    assert found(f"Subject: {subject}", "In-Reply-To: <ours@yritys.example>", text=text).kind == "person"


@pytest.mark.parametrize(
    ("subject", "text", "permanent"),
    [
        ("Undeliverable: hei", "The mailbox matti@x.example does not exist.", True),
        ("Viestiä ei voitu toimittaa: hei", "550 5.1.1 matti@x.example tuntematon", True),
        ("Kunde inte levereras: hej", "matti@x.example hittades inte", True),
        ("Warning: message delayed 24 hours", "Delivery to matti@x.example is delayed and will be retried.", False),
    ],
)
def test_bounce_in_no_known_form_is_known_by_its_signs(subject: str, text: str, permanent: bool) -> None:
    finding = found("Return-Path: <>", f"Subject: {subject}", text=text, author="postmaster@x.example")
    assert finding.kind == "bounce"
    assert finding.bounce is not None
    assert (finding.bounce.permanent, finding.bounce.failed_recipients) == (permanent, ("matti@x.example",))


def test_customer_whose_parcel_was_undeliverable_is_a_person() -> None:
    assert found("Subject: Re: delivery failure of my parcel", "In-Reply-To: <a@b.example>").kind == "person"


def test_our_own_mail_that_came_back_is_own() -> None:
    assert kind_of(parse(b"From: tuki@yritys.example\n\nhei"), ours=True).kind == "own"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ([], None),
        (["Return-Path: <>"], "its return path is null"),
        (["Return-Path: <matti@posti.example>", "Auto-Submitted: no"], None),
        (["Auto-Submitted: auto-generated"], "Auto-Submitted: auto-generated"),
        (["Precedence: junk"], "Precedence: junk"),
        (["List-Unsubscribe: <x>"], "it comes from a list (List-Unsubscribe)"),
        (["X-Auto-Response-Suppress: All"], "X-Auto-Response-Suppress: All"),
        (["X-Auto-Response-Suppress: DR"], None),
        (["X-Loop: tuki"], "it carries X-Loop"),
        (["X-Autorespond: yes"], "it carries X-Autorespond"),
    ],
)
def test_mail_that_wants_no_automatic_answer(fields: list[str], reason: str | None) -> None:
    assert reason_for(*fields) == reason


@pytest.mark.parametrize(
    "address",
    [
        "mailer-daemon@x.example",
        "postmaster@x.example",
        "no-reply@x.example",
        "noreply@x.example",
        "do-not-reply@x.example",
        "owner-list@x.example",
        "list-request@x.example",
        "list-bounces@x.example",
        "tuki@yritys.example",
        "tuki+c.abc@yritys.example",
        "TUKI@yritys.example",
        "",
    ],
)
def test_address_that_gets_no_automatic_answer(address: str) -> None:
    assert reason_for(answer_to=address)


def test_mail_that_is_not_addressed_to_us_gets_no_automatic_answer() -> None:
    assert reason_for(to="muu@toinen.example") == "it is addressed neither to us nor to an alias of ours"


def test_subaddress_of_ours_counts_as_ours() -> None:
    assert reason_for(to="tuki+c.abc@yritys.example") is None


@pytest.mark.parametrize(
    "subject",
    [
        "Delivery problem",
        "Delivery delayed",
        "Toimitus viivästyy",
        "Toimitus epäonnistui",
        "Leveransen misslyckades",
        "Varan kunde inte levereras",
        "Returned mail order",
        "Mailbox full of your adverts",
    ],
)
def test_a_customer_who_writes_of_deliveries_is_a_person(subject: str) -> None:
    raw = f"Return-Path: <m@posti.example>\nFrom: m@posti.example\nSubject: {subject}\n\nMaksoin 550 euroa.\n".encode()
    assert kind_of(parse(raw), ours=False, raw=raw).kind == "person"


def test_the_address_that_our_mail_went_to_counts_and_not_where_it_was_forwarded() -> None:
    raw = (
        b"Return-Path: <>\nFrom: Mail Delivery System <Mailer-Daemon@mx.example>\n"
        b"Subject: Mail delivery failed: returning message to sender\n\n"
        b"This message was created automatically by mail delivery software.\n\n"
        b"A message that you sent could not be delivered to one or more of its\nrecipients. This is a permanent error."
        b" The following address(es) failed:\n\n  anna@muu.example\n"
        b"    (ultimately generated from anna@posti.example)\n"
        b"    unknown user\n"
    )
    bounce = kind_of(parse(raw), ours=False, raw=raw).bounce
    assert bounce is not None
    assert bounce.failed_recipients == ("anna@posti.example",)
