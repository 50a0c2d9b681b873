"""The conditions of the rules language, each declared once: its shape, what it tests, and its line in the docs."""

import fnmatch
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from vastine.core.clock import parse_wall
from vastine.core.mail import Attachment
from vastine.core.rules.extract import amount_of
from vastine.core.rules.look import Look, Passage
from vastine.core.rules.matcher import MATCHERS, WORDS, Matcher
from vastine.core.rules.shapes import (
    Either,
    Field,
    JsonSchema,
    Many,
    Name,
    Reading,
    Record,
    Shape,
    Table,
    Text,
    Whole,
    YesNo,
)
from vastine.core.rules.tree import Node, Scalar
from vastine.core.rules.when import Keys, Test
from vastine.core.words import Word

_MOST_WORDS_SHOWN = 5
_SIZE = re.compile(r"([0-9]{1,9})\s*(B|kB|KB|MB|GB)?")
_SIZES = {None: 1, "B": 1, "kB": 1000, "KB": 1000, "MB": 1000**2, "GB": 1000**3}
_PATTERN = re.compile(r"[^@\s,;<>]*@[^@\s,;<>]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """A condition as the language has it. `make` turns what was read into a test."""

    shape: Shape
    make: Callable[[Any], Test]
    doc: str
    example: str


def address_pattern(text: str) -> str:
    """An address or a `@domain`, in lower case; raises ValueError."""
    pattern = text.strip().lower()
    if not _PATTERN.fullmatch(pattern):
        raise ValueError(f"'{text}' is neither an address nor a domain: write matti@yritys.example or @yritys.example")
    return pattern


ADDRESSES = Many(
    of=Text(
        expects="an address or @domain", convert=address_pattern, examples=("matti@yritys.example", "@yritys.example")
    ),
    single=True,
)


def _list(values: Iterable[object], most: int = 8) -> str:
    named = [str(value) for value in values]
    return ", ".join(named[:most]) + (f" and {len(named) - most} more" if len(named) > most else "")


def word_keys(words: Iterable[Word]) -> Keys:
    return frozenset(("word", word) for word in words)


def _words(words: tuple[Word, ...]) -> Test:
    def holds(look: Look) -> tuple[str, ...] | None:
        hits = look.hits
        found = [
            f"'{word.written}' ~ '{surface}' ({area})"
            for word in words
            if word in hits
            for area, surface in list(hits[word].items())[:1]
        ]
        return tuple(found[:_MOST_WORDS_SHOWN]) or None

    written = _list(word.written for word in words)
    return Test(name="words", holds=holds, fails=f"none of {written} found", keys=word_keys(words), words=words)


def _passages(name: str, passages: Callable[[Look], tuple[Passage, ...]]) -> Callable[[tuple[Matcher, ...]], Test]:
    def make(matchers: tuple[Matcher, ...]) -> Test:
        def holds(look: Look) -> tuple[str, ...] | None:
            return _first(look, passages(look), matchers)

        keys = word_keys(_words_of(matchers)) if all(matcher.words for matcher in matchers) else None
        fails = "not " + _list((matcher.wants for matcher in matchers), 4)
        return Test(name=name, holds=holds, fails=fails, keys=keys, words=_words_of(matchers))

    return make


def _words_of(matchers: Iterable[Matcher]) -> tuple[Word, ...]:
    return tuple(word for matcher in matchers for word in matcher.words)


def _first(look: Look, passages: Iterable[Passage], matchers: tuple[Matcher, ...]) -> tuple[str, ...] | None:
    for passage in passages:
        for matcher in matchers:
            if found := matcher.find(look, passage):
                return (f"{found} ({passage.name})",)
    return None


def _addresses(name: str, keys_of: Callable[[Look], frozenset[str]]) -> Callable[[tuple[str, ...]], Test]:
    def make(patterns: tuple[str, ...]) -> Test:
        wanted = frozenset(patterns)

        def holds(look: Look) -> tuple[str, ...] | None:
            found = wanted & keys_of(look)
            return tuple(sorted(found)) or None

        keys: Keys | None = frozenset((name, pattern) for pattern in patterns) if name == "from" else None
        return Test(name=name, holds=holds, fails=f"not {_list(patterns)}", keys=keys)

    return make


def _equal(name: str, values_of: Callable[[Look], Iterable[str | None]]) -> Callable[[tuple[str, ...]], Test]:
    def make(wanted: tuple[str, ...]) -> Test:
        def holds(look: Look) -> tuple[str, ...] | None:
            found = [value for value in values_of(look) if value in wanted]
            return (_list(found),) if found else None

        return Test(name=name, holds=holds, fails=f"not {_list(wanted)}")

    return make


def _header(wanted: dict[str, tuple[Matcher, ...] | bool]) -> Test:
    def holds(look: Look) -> tuple[str, ...] | None:
        reasons: list[str] = []
        for name, matchers in wanted.items():
            reason = _field(look, name, matchers)
            if reason is None:
                return None
            reasons += reason
        return tuple(reasons)

    present = [name.lower() for name, matchers in wanted.items() if matchers is not False]
    keys: Keys | None = frozenset({("header", present[0])}) if present else None
    fails = "; ".join(f"{name} {_wanted(matchers)}" for name, matchers in wanted.items())
    words = tuple(
        word for matchers in wanted.values() if not isinstance(matchers, bool) for word in _words_of(matchers)
    )
    return Test(name="header", holds=holds, fails=f"not {fails}", keys=keys, words=words)


def _wanted(matchers: tuple[Matcher, ...] | bool) -> str:
    if isinstance(matchers, bool):
        return "is there" if matchers else "is missing"
    return _list((matcher.wants for matcher in matchers), 4)


def _field(look: Look, name: str, matchers: tuple[Matcher, ...] | bool) -> tuple[str, ...] | None:
    values = look.headers.get(name.lower(), [])
    if isinstance(matchers, bool):
        return (f"{name} {_wanted(matchers)}",) if bool(values) == matchers else None
    return _first(look, (Passage(name, value) for value in values), matchers)


def size(text: str) -> int:
    """Octets from `1MB` or `500 kB`; raises ValueError."""
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"'{text}' is not a size: write 500kB or 1MB")
    return int(found[1]) * _SIZES[found[2]]


def _attachment(wanted: dict[str, Any] | bool) -> Test:
    asked: dict[str, Any] = {"count": 1} if isinstance(wanted, bool) else {"count": 1, **_given(wanted)}
    count = asked["count"]

    def holds(look: Look) -> tuple[str, ...] | None:
        fitting = [part for part in look.case.mail.attachments if _fits(look, part, asked)]
        if wanted is False:
            return ("none",) if not fitting else None
        return (_list(part.filename or part.content_type for part in fitting),) if len(fitting) >= count else None

    fails = "there is one" if wanted is False else f"fewer than {count} that fit"
    names = asked.get("name", ())
    return Test(name="attachment", holds=holds, fails=fails, words=_words_of(names))


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _fits(look: Look, part: Attachment, asked: dict[str, Any]) -> bool:
    if "over" in asked and part.size <= asked["over"]:
        return False
    if "type" in asked and not any(fnmatch.fnmatchcase(part.content_type.lower(), wanted) for wanted in asked["type"]):
        return False
    passage = Passage("attachment", part.filename or "")
    return "name" not in asked or _first(look, (passage,), asked["name"]) is not None


def _found(wanted: tuple[str, ...] | dict[str, dict[str, Any]]) -> Test:
    if isinstance(wanted, tuple):
        asked: list[dict[str, dict[str, Any]]] = [{name: {}} for name in wanted]
    else:
        asked = [{name: _given(compare) for name, compare in wanted.items()}]

    def holds(look: Look) -> tuple[str, ...] | None:
        for choice in asked:  # any of a list, all of a mapping
            fitting = {name: _values(look, name, compare) for name, compare in choice.items()}
            if all(fitting.values()):
                return tuple(f"{name} {_list(values)}" for name, values in fitting.items())
        return None

    return Test(name="found", holds=holds, fails=f"not {_list((_asked(choice) for choice in asked), 4)}")


def _asked(choice: dict[str, dict[str, Any]]) -> str:
    return " and ".join(" ".join([name, *(f"{how} {what}" for how, what in c.items())]) for name, c in choice.items())


def _values(look: Look, name: str, compare: dict[str, Any]) -> list[str]:
    return [value for value in look.found.get(name, ()) if _compares(value, compare)]


def _compares(value: str, compare: dict[str, Any]) -> bool:
    amount = amount_of(value)
    if "over" in compare and (amount is None or amount <= compare["over"]):
        return False
    if "under" in compare and (amount is None or amount >= compare["under"]):
        return False
    return "is" not in compare or value.lower() in compare["is"]


def _recent(wanted: dict[str, Any]) -> Test:
    least, within = wanted["complaints"], wanted["within"]

    def holds(look: Look) -> tuple[str, ...] | None:
        since = look.case.now - within
        number = sum(at >= since for at in look.case.earlier.get(look.customer.address, ()))
        return (f"{number} earlier complaints",) if number >= least else None

    return Test(name="recent", holds=holds, fails=f"fewer than {least} earlier complaints")


def _yes_or_no(name: str, is_true: Callable[[Look], bool]) -> Callable[[bool], Test]:
    def make(wanted: bool) -> Test:
        def holds(look: Look) -> tuple[str, ...] | None:
            return (str(wanted).lower(),) if is_true(look) == wanted else None

        return Test(name=name, holds=holds, fails=f"not {str(wanted).lower()}")

    return make


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise ValueError(f"'{text}' is not a number") from error


def _one_or_many(of: Shape) -> Many:
    return Many(of=of, single=True)


@dataclass(frozen=True, slots=True)
class _Presence:
    """Matchers, or true and false for a field that is there and one that is not."""

    expects: str = MATCHERS.expects

    def read(self, node: Node, reading: Reading) -> Any:
        if isinstance(node, Scalar) and node.plain and node.text in ("true", "false"):
            return node.text == "true"
        return MATCHERS.read(node, reading)

    def schema(self) -> JsonSchema:
        return {"anyOf": [{"type": "boolean"}, MATCHERS.schema()]}


_COMPARE = Record(
    fields={
        "over": Field(shape=Text(expects="a number", convert=_number), doc="more than this"),
        "under": Field(shape=Text(expects="a number", convert=_number), doc="less than this"),
        "is": Field(shape=_one_or_many(Text(convert=str.lower)), doc="exactly this, whatever the case"),
    },
    build=dict,
    what="a comparison",
    least=1,
)
_ATTACHMENT = Record(
    fields={
        "name": Field(shape=MATCHERS, doc="the file's name"),
        "type": Field(shape=_one_or_many(Text(convert=str.lower)), doc="its content type, such as image/*"),
        "over": Field(shape=Text(expects="a size", convert=size, examples=("1MB",)), doc="larger than this"),
        "count": Field(shape=Whole(least=1, most=500), doc="at least so many such files", default=1),
    },
    least=1,
)
_RECENT = Record(
    fields={
        "complaints": Field(shape=Whole(least=1, most=1000), doc="at least so many", required=True),
        "within": Field(
            shape=Text(expects="a time such as 30d", convert=parse_wall, examples=("30d",)),
            doc="opened so long ago at most",
            required=True,
        ),
    },
    build=lambda complaints, within: {"complaints": complaints, "within": _positive(within)},
)


def _positive(length: timedelta) -> timedelta:
    if not length:
        raise ValueError("'within' must be longer than nothing")
    return length


CONDITIONS: dict[str, Declared] = {
    "words": Declared(
        shape=WORDS,
        make=_words,
        doc="words or phrases in the subject and the new text, in any form and as parts of compounds",
        example="words: [maksu, laskutus]",
    ),
    "subject": Declared(
        shape=MATCHERS,
        make=_passages("subject", lambda look: (look.subject,)),
        doc="a matcher over the subject",
        example="subject: tilausvahvistus",
    ),
    "body": Declared(
        shape=MATCHERS,
        make=_passages("body", lambda look: (look.body,)),
        doc="a matcher over the new text, without quoted history and signature",
        example="body: {contains: takuu}",
    ),
    "text": Declared(
        shape=MATCHERS,
        make=_passages("text", lambda look: (look.subject, look.body)),
        doc="a matcher over the subject and the new text",
        example=r"text: {regex: '\bTIL-\d{6}\b'}",
    ),
    "from": Declared(
        shape=ADDRESSES,
        make=_addresses("from", lambda look: look.from_keys),
        doc="an address, or a domain with its subdomains",
        example='from: ["@isoasiakas.example"]',
    ),
    "to": Declared(
        shape=ADDRESSES,
        make=_addresses("to", lambda look: look.to_keys),
        doc="likewise, in To",
        example="to: laskut@yritys.example",
    ),
    "cc": Declared(
        shape=ADDRESSES,
        make=_addresses("cc", lambda look: look.cc_keys),
        doc="likewise, in Cc",
        example='cc: "@viranomainen.example"',
    ),
    "reply_to": Declared(
        shape=ADDRESSES,
        make=_addresses("reply_to", lambda look: look.reply_to_keys),
        doc="likewise, in Reply-To",
        example='reply_to: "@yritys.example"',
    ),
    "mailbox": Declared(
        shape=_one_or_many(Text(expects="the name of a mailbox")),
        make=_equal("mailbox", lambda look: (look.case.mailbox,)),
        doc="the mailbox that the mail came to, by its name in vastine.toml",
        example="mailbox: laskutus",
    ),
    "language": Declared(
        shape=_one_or_many(Text(expects="a language such as fi")),
        make=_equal("language", lambda look: (look.case.language,)),
        doc="the language of the mail, where it is clear",
        example="language: [sv, en]",
    ),
    "customers": Declared(
        shape=_one_or_many(Name("customers")),
        make=_equal("customers", lambda look: look.groups_of(look.customer)),
        doc="the customer belongs to a group",
        example="customers: key_accounts",
    ),
    "topic": Declared(
        shape=_one_or_many(Text()),
        make=_equal("topic", lambda look: (look.topic,)),
        doc="the topic as earlier rules have set it",
        example="topic: payment",
    ),
    "tag": Declared(
        shape=_one_or_many(Text()),
        make=_equal("tag", lambda look: look.tags),
        doc="a tag that an earlier rule has set",
        example="tag: urgent",
    ),
    "priority": Declared(
        shape=_one_or_many(Name("priority")),
        make=_equal("priority", lambda look: (look.priority,)),
        doc="the priority as earlier rules have set and raised it",
        example="priority: [critical, high]",
    ),
    "header": Declared(
        shape=Table(key=Text(expects="the name of a header field"), value=_Presence()),
        make=_header,
        doc="header fields by name, each with a matcher",
        example="header: {List-Id: {contains: uutiskirje}}",
    ),
    "attachment": Declared(
        shape=Either(text=YesNo(), mapping=_ATTACHMENT),
        make=_attachment,
        doc="files that fit all that is asked: name, type, over, count",
        example='attachment: {type: "image/*", count: 2}',
    ),
    "found": Declared(
        shape=Either(
            text=_one_or_many(Name("fact")),
            listing=_one_or_many(Name("fact")),
            mapping=Table(key=Name("fact"), value=_COMPARE),
        ),
        make=_found,
        doc="an extracted fact is there, or compares: over, under, is",
        example="found: {amount: {over: 100}}",
    ),
    "recent": Declared(
        shape=_RECENT,
        make=_recent,
        doc="so many earlier complaints of this customer, not counting this one",
        example="recent: {complaints: 3, within: 30d}",
    ),
    "open": Declared(
        shape=YesNo(),
        make=_yes_or_no("open", lambda look: look.open_now()),
        doc="true within, false outside the hours of the default priority's calendar",
        example="open: false",
    ),
    "follow_up": Declared(
        shape=YesNo(),
        make=_yes_or_no("follow_up", lambda look: look.case.follow_up),
        doc="the mail continues a complaint",
        example="follow_up: true",
    ),
}
