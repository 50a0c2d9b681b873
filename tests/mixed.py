"""A seeded stream of mails as a support inbox gets them, each with what must become of it.

The bench and the whole tests share it, so it is cheap: text templates and string formatting, no `email` package. Every
mail has its own Message-ID and, where a person wrote it, its own sender; a duplicate repeats an earlier mail's bytes.
"""

import base64
import quopri
import random
from collections.abc import Iterator
from dataclasses import dataclass

from mixed_automatic import AUTOMATIC
from mixed_texts import HISTORY, NAMES, PHOTOGRAPH, SUPPORT, TEXTS, trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must become of a mail: `outcome` as the ledger has it, and to whom and how it is acknowledged.

    `language` is None and `acknowledged` False where nothing automatic may be sent. `form` names the shape
    of the mail.
    """

    outcome: str
    language: str | None
    acknowledged: bool
    sender: str
    message_id: str
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    raw: bytes  # with CRLF line ends
    expect: Expected


# The parts of a hundred mails. People's mail first; 78 of 100 are new matters of people.
FORMS: tuple[tuple[str, int], ...] = (
    ("plain", 48),
    ("alternative", 12),
    ("html", 5),
    ("attachment", 6),
    ("reply", 7),
    ("newsletter", 6),
    ("out_of_office", 4),
    ("bounce", 4),
    ("machine", 4),
    ("receipt", 2),
    ("duplicate", 2),
)


def mixed(count: int, seed: int) -> Iterator[Sample]:
    """`count` mails; the same seed gives the same bytes. The first is never a duplicate."""
    chance = random.Random(seed)
    forms, weights = zip(*FORMS, strict=True)
    kept: list[Sample] = []
    for number in range(count):
        form = chance.choices(forms, weights)[0]
        if form == "duplicate" and kept:
            yield _again(chance.choice(kept))
            continue
        sample = _sample(chance, "plain" if form == "duplicate" else form, f"{seed}.{number}")
        if sample.expect.acknowledged and len(kept) < 200:
            kept.append(sample)
        yield sample


def people(count: int, seed: int) -> Iterator[Sample]:
    """`count` plain new matters of people, for tests that want nothing else."""
    chance = random.Random(seed)
    for number in range(count):
        yield _sample(chance, "plain", f"{seed}.p{number}")


def _again(sample: Sample) -> Sample:
    earlier = sample.expect
    return Sample(
        raw=sample.raw,
        expect=Expected(
            outcome="duplicate",
            language=None,
            acknowledged=False,
            sender=earlier.sender,
            message_id=earlier.message_id,
            form="duplicate",
        ),
    )


def _sample(chance: random.Random, form: str, number: str) -> Sample:
    automatic = AUTOMATIC.get(form)
    if automatic is not None:
        outcome, write = automatic
        sender, message_id, raw = write(chance, number)
        return _finished(raw, outcome, None, sender, message_id, form)
    language = chance.choices(("fi", "sv", "en"), (60, 20, 20))[0]
    sender, message_id, raw = _persons(chance, form, number, language)
    return _finished(raw, "complaint", language, sender, message_id, form)


def _finished(text: str | bytes, outcome: str, language: str | None, sender: str, message_id: str, form: str) -> Sample:
    raw = text if isinstance(text, bytes) else text.encode("utf-8")
    return Sample(
        raw=raw.replace(b"\n", b"\r\n"),
        expect=Expected(
            outcome=outcome,
            language=language,
            acknowledged=language is not None,
            sender=sender,
            message_id=message_id,
            form=form,
        ),
    )


def _word(text: str) -> str:
    """An RFC 2047 encoded word where one is needed."""
    return text if text.isascii() else f"=?utf-8?B?{base64.b64encode(text.encode()).decode()}?="


def _persons(chance: random.Random, form: str, number: str, language: str) -> tuple[str, str, str | bytes]:
    name = chance.choice(NAMES[language])
    subject, body = chance.choice(TEXTS[language])
    body = body.format(order=f"TIL-{chance.randrange(100_000, 999_999)}", amount=f"{chance.randrange(20, 900)},90")
    domain = chance.choice(("posti.example", "verkko.example", "brevet.example", "mailbox.example"))
    sender, message_id = f"asiakas.{number}@{domain}", f"<{number}.{chance.getrandbits(64):016x}@{domain}>"
    prefix = HISTORY[language][0] if form == "reply" else ""
    head = (
        f"{trace(sender, domain, number)}From: {_word(name)} <{sender}>\nTo: {SUPPORT}\n"
        f"Subject: {_word(prefix + subject + ' ' + number)}\nDate: Mon, 22 Jun 2026 09:14:02 +0300\n"
        f"Message-ID: {message_id}\nMIME-Version: 1.0\n"
    )
    return sender, message_id, head + BODIES[form](chance, f"{body}\n\n{name}\n", language)


def _plain(chance: random.Random, text: str, language: str) -> str:
    encoding = chance.choice(("8bit", "quoted-printable", "base64"))
    return (
        f"Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: {encoding}\n\n{_encoded(text, encoding)}"
    )


def _encoded(text: str, encoding: str) -> str:
    if encoding == "base64":
        return base64.encodebytes(text.encode()).decode()
    return quopri.encodestring(text.encode()).decode() if encoding == "quoted-printable" else text


def _as_html(text: str) -> str:
    paragraphs = "".join(f"<p>{line}</p>\n" for line in text.split("\n") if line)
    return f'<html><head><style>p {{margin: 0}}</style></head><body lang="x">\n{paragraphs}</body></html>\n'


def _html(chance: random.Random, text: str, language: str) -> str:
    return "Content-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n" + _encoded(
        _as_html(text), "quoted-printable"
    )


def _alternative(chance: random.Random, text: str, language: str) -> str:
    rand = f"=_{chance.getrandbits(64):x}"
    return (
        f'Content-Type: multipart/alternative; boundary="{rand}"\n\n--{rand}\n{_plain(chance, text, language)}\n'
        f"--{rand}\n{_html(chance, text, language)}\n--{rand}--\n"
    )


def _attachment(chance: random.Random, text: str, language: str) -> str:
    rand = f"=_{chance.getrandbits(64):x}"
    return (
        f'Content-Type: multipart/mixed; boundary="{rand}"\n\n--{rand}\n{_plain(chance, text, language)}\n--{rand}\n'
        'Content-Type: image/jpeg; name="kuva.jpg"\nContent-Disposition: attachment; filename="kuva.jpg"\n'
        f"Content-Transfer-Encoding: base64\n\n{PHOTOGRAPH}--{rand}--\n"
    )


def _reply(chance: random.Random, text: str, language: str) -> str:
    """Under it stands what it answers, in the company's own words, which must be left out."""
    _, attribution, old = HISTORY[language]
    return (
        f"In-Reply-To: <{chance.getrandbits(48):x}@pohjolanpyora.example>\n"
        "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
        f"{text}\n{attribution}\n> {old}\n> Pohjolan Pyörä Oy\n"
    )


BODIES = {"plain": _plain, "alternative": _alternative, "html": _html, "attachment": _attachment, "reply": _reply}
