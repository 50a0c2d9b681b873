"""The conditions of the rules language, each declared once: its shape, what it tests, and its line in the docs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from vastine.core.rules.conditions import facts, files, senders, texts
from vastine.core.rules.matcher import MATCHERS, WORDS
from vastine.core.rules.shapes import Either, Many, Name, Shape, Table, Text, YesNo
from vastine.core.rules.when import Test

ADDRESSES = senders.ADDRESSES


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A condition as the language has it. `make` turns what was read into a test."""

    shape: Shape
    make: Callable[[Any], Test]
    doc: str
    example: str


def _one_or_many(of: Shape) -> Many:
    return Many(of=of, single=True)


CONDITIONS: dict[str, Declared] = {
    "words": Declared(
        shape=WORDS,
        make=texts.words,
        doc="words or phrases in the subject and the new text, in any form and as parts of compounds",
        example="words: [maksu, laskutus]",
    ),
    "subject": Declared(
        shape=MATCHERS,
        make=texts.passages("subject", lambda look: (look.subject,)),
        doc="a matcher over the subject",
        example="subject: tilausvahvistus",
    ),
    "body": Declared(
        shape=MATCHERS,
        make=texts.passages("body", lambda look: (look.body,)),
        doc="a matcher over the new text, without quoted history and signature",
        example="body: {contains: takuu}",
    ),
    "text": Declared(
        shape=MATCHERS,
        make=texts.passages("text", lambda look: (look.subject, look.body)),
        doc="a matcher over the subject and the new text",
        example=r"text: {regex: '\bTIL-\d{6}\b'}",
    ),
    "from": Declared(
        shape=senders.ADDRESSES,
        make=senders.addresses("from", lambda look: look.from_keys),
        doc="an address, or a domain with its subdomains",
        example='from: ["@isoasiakas.example"]',
    ),
    "to": Declared(
        shape=senders.ADDRESSES,
        make=senders.addresses("to", lambda look: look.to_keys),
        doc="likewise, in To",
        example="to: laskut@yritys.example",
    ),
    "cc": Declared(
        shape=senders.ADDRESSES,
        make=senders.addresses("cc", lambda look: look.cc_keys),
        doc="likewise, in Cc",
        example='cc: "@viranomainen.example"',
    ),
    "reply_to": Declared(
        shape=senders.ADDRESSES,
        make=senders.addresses("reply_to", lambda look: look.reply_to_keys),
        doc="likewise, in Reply-To",
        example='reply_to: "@yritys.example"',
    ),
    "mailbox": Declared(
        shape=_one_or_many(Text(expects="the name of a mailbox")),
        make=senders.equal("mailbox", lambda look: (look.case.mailbox,)),
        doc="the mailbox that the mail came to, by its name in vastine.toml",
        example="mailbox: laskutus",
    ),
    "language": Declared(
        shape=_one_or_many(Text(expects="a language such as fi")),
        make=senders.equal("language", lambda look: (look.case.language,)),
        doc="the language of the mail, where it is clear",
        example="language: [sv, en]",
    ),
    "customers": Declared(
        shape=_one_or_many(Name("customers")),
        make=senders.equal("customers", lambda look: look.groups_of(look.customer)),
        doc="the customer belongs to a group",
        example="customers: key_accounts",
    ),
    "topic": Declared(
        shape=_one_or_many(Text()),
        make=senders.equal("topic", lambda look: (look.topic,)),
        doc="the topic as earlier rules have set it",
        example="topic: payment",
    ),
    "tag": Declared(
        shape=_one_or_many(Text()),
        make=senders.equal("tag", lambda look: look.tags),
        doc="a tag that an earlier rule has set",
        example="tag: urgent",
    ),
    "priority": Declared(
        shape=_one_or_many(Name("priority")),
        make=senders.equal("priority", lambda look: (look.priority,)),
        doc="the priority as earlier rules have set and raised it",
        example="priority: [critical, high]",
    ),
    "header": Declared(
        shape=Table(key=Text(expects="the name of a header field"), value=texts.Presence()),
        make=texts.header,
        doc="header fields by name, each with a matcher",
        example="header: {List-Id: {contains: uutiskirje}}",
    ),
    "attachment": Declared(
        shape=Either(text=YesNo(), mapping=files.ATTACHMENT),
        make=files.attachment,
        doc="files that fit all that is asked: name, type, over, count",
        example='attachment: {type: "image/*", count: 2}',
    ),
    "found": Declared(
        shape=Either(
            text=_one_or_many(Name("fact")),
            listing=_one_or_many(Name("fact")),
            mapping=Table(key=Name("fact"), value=facts.COMPARE),
        ),
        make=facts.found,
        doc="an extracted fact is there, or compares: over, under, is",
        example="found: {amount: {over: 100}}",
    ),
    "recent": Declared(
        shape=senders.RECENT,
        make=senders.recent,
        doc="so many earlier complaints of this customer, not counting this one",
        example="recent: {complaints: 3, within: 30d}",
    ),
    "open": Declared(
        shape=YesNo(),
        make=senders.yes_or_no("open", lambda look: look.open_now()),
        doc="true within, false outside the hours of the default priority's calendar",
        example="open: false",
    ),
    "follow_up": Declared(
        shape=YesNo(),
        make=senders.yes_or_no("follow_up", lambda look: look.case.follow_up),
        doc="the mail continues a complaint",
        example="follow_up: true",
    ),
}
