"""Every mail in tests/corpus says beside it, in .expected.json, what is to be read from it."""

import json
from pathlib import Path
from typing import Any

import pytest

from vastine.core.kind import kind_of
from vastine.core.language import LanguageGuesser
from vastine.core.mail import Mail
from vastine.core.parse import parse

CORPUS = Path(__file__).parents[1] / "corpus"
SHARED = Path(__file__).parents[2] / "../shared/corpus"
GUESSER = LanguageGuesser(("fi", "sv", "en"))


def said_of(mail: Mail, raw: bytes) -> dict[str, Any]:
    finding = kind_of(mail, ours=False, raw=raw)
    bounce = finding.bounce
    addresses = {
        name: [{"name": one.name, "address": one.address} for one in value]
        for name, value in (("from", mail.from_), ("to", mail.to), ("cc", mail.cc), ("reply_to", mail.reply_to))
    }
    return addresses | {
        "subject": mail.subject,
        "date": mail.date.isoformat() if mail.date else None,
        "references": list(mail.references),
        "text": mail.text,
        "new_text": mail.new_text,
        "attachments": [
            {"filename": one.filename, "content_type": one.content_type, "size": one.size} for one in mail.attachments
        ],
        "attachment_types": [one.content_type for one in mail.attachments],
        "returned_message_ids": list(mail.returned_message_ids),
        "kind": finding.kind,
        "bounce": bounce
        and {
            "class": "permanent" if bounce.permanent else "temporary",
            "failed_recipients": list(bounce.failed_recipients),
        },
        "language": GUESSER.guess(mail.new_text),
    }


def in_words(found: dict[str, Any]) -> dict[str, Any]:
    """The same, with texts as words: how a program breaks its lines is not what these mails are about."""
    return {key: " ".join(value.split()) if key.endswith("text") else value for key, value in found.items()}


@pytest.mark.parametrize("path", sorted((CORPUS / "clients").glob("*.eml")), ids=lambda path: path.stem)
def test_mail_of_a_known_program_is_read_as_expected(path: Path) -> None:
    raw = path.read_bytes()
    expected = json.loads(path.with_suffix(".expected.json").read_text())
    found = said_of(parse(raw), raw)
    assert in_words({key: found[key] for key in expected}) == in_words(expected)


@pytest.mark.parametrize("name", ["20-thunderbird-fi-flowed", "51-flowed-delsp-sv"])
def test_a_flowed_mail_is_read_with_the_paragraphs_of_its_writer(name: str) -> None:
    path = CORPUS / "clients" / f"{name}.eml"
    assert parse(path.read_bytes()).new_text == json.loads(path.with_suffix(".expected.json").read_text())["new_text"]


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.eml")), ids=lambda path: path.stem)
def test_mail_is_read_as_expected(path: Path) -> None:
    raw = path.read_bytes()
    expected = json.loads(path.with_suffix(".expected.json").read_text())
    found = said_of(parse(raw), raw)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.eml")), ids=lambda path: path.stem)
def test_mail_reads_the_same_with_crlf(path: Path) -> None:
    raw = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    expected = json.loads(path.with_suffix(".expected.json").read_text())
    found = said_of(parse(raw), raw)
    assert {key: found[key] for key in expected} == expected


@pytest.mark.skipif(not SHARED.is_dir(), reason="the larger corpus is not beside the project")
def test_no_mail_of_the_larger_corpus_is_beyond_reading() -> None:
    mails = [parse(path.read_bytes()) for path in SHARED.rglob("*") if path.is_file()]
    assert not [mail for mail in mails if any("failed" in defect for defect in mail.defects)]
    assert not [mail.subject for mail in mails if "=?" in mail.subject or "\ufffd" in mail.subject]


def bounces_of_the_larger_corpus() -> list[Path]:
    # groupwise_03 is a person's mail that looks like a bounce.
    return [path for path in sorted((SHARED / "flufl-bounce").glob("*.txt")) if path.stem != "groupwise_03"]


@pytest.mark.skipif(not SHARED.is_dir(), reason="the larger corpus is not beside the project")
@pytest.mark.parametrize("path", bounces_of_the_larger_corpus(), ids=lambda path: path.stem)
def test_bounce_of_a_known_server_is_a_bounce(path: Path) -> None:
    raw = path.read_bytes()
    assert kind_of(parse(raw), ours=False, raw=raw).kind == "bounce"
