"""The block of a mail to staff: the facts of a complaint, and the customer's text with `| ` before every line (R33)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from vastine.core.complaint import Complaint
from vastine.core.compose import moments
from vastine.core.compose.fields import printable
from vastine.core.compose.readers import Reader
from vastine.core.compose.reasons import fact_in_words, reason_in_words
from vastine.core.compose.sheet import Row, Tone
from vastine.core.mail import Attachment, Mail
from vastine.core.tokens import mask_text

if TYPE_CHECKING:
    from vastine.core.rules import Decision, Rulebook

MOST_RULES = 5
MOST_REASONS = 4
MOST_EARLIER = 5
MOST_OF_TEXT = 200_000  # characters of a customer's text; the original is attached to nothing and kept whole

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that staff must know: a key of the staff texts, and what is filled in there."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """What the facts are written from."""

    rulebook: "Rulebook"
    complaint: Complaint
    reader: Reader
    now: datetime
    authenticated: bool
    decision: "Mapping[str, Any] | Decision"
    earlier: tuple[Complaint, ...] = ()
    steps: tuple[str, ...] = ()

    def facts(self) -> list[Row]:
        """The rows with labels; one without anything to say is left out."""
        rows = (
            self._row("label_customer", self._customer()),
            self._row("label_topic", self._topic()),
            self._row("label_why", *self._why()),
            self._row("label_step", " · ".join(self.steps)),
            self._due(),
            self._row("label_found", " · ".join(self._found())),
            self._row("label_earlier", self._earlier()),
            self._row("label_guide", *self._guide()),
        )
        return [row for row in rows if row.lines]

    def _row(self, label: str, *lines: str, tone: Tone = "plain") -> Row:
        said = tuple(one_line(line) for line in lines if line)
        return Row(label=self.reader.texts.staff[label], lines=said, tone=tone)

    def _customer(self) -> str:
        language = moments.language_name(self.complaint.language, language=self.reader.language)
        verified = self.reader.texts.staff["verified" if self.authenticated else "unverified"]
        customer = str(self.complaint.customer) or self.reader.texts.staff["unknown_customer"]
        return f"{customer} · {language} · {verified}"

    def _topic(self) -> str:
        complaint = self.complaint
        return self.reader.texts.staff["topic"].format(
            topic=complaint.topic, priority=complaint.priority, team=complaint.team, assignee=self._assignee()
        )

    def _assignee(self) -> str:
        key = self.complaint.assignee
        if key is None:
            return self.reader.texts.staff["nobody"]
        if key == self.reader.key:
            return self.reader.texts.staff["you"]
        member = self.rulebook.staff.get(key)
        return member.name if member else key

    def _why(self) -> list[str]:
        """Each rule that matched and what settled it, a line a rule."""
        texts = self.reader.texts
        lines = [
            f"{name}: {' · '.join(reason_in_words(each, texts) for each in because[:MOST_REASONS])}".rstrip(": ")
            for name, because in _matched(self.decision)
        ]
        return lines[:MOST_RULES] or [texts.staff["no_rule_matched"]]

    def _due(self) -> Row:
        """What the customer was promised, or is due, and the time that is left."""
        running = self._running()
        label = "label_promised" if self._is_promised() else "label_due"
        tone: Tone = "late" if any(due <= self.now for _, due in running) else "due"
        return self._row(label, " · ".join(self._by(key, due) for key, due in running), tone=tone)

    def _is_promised(self) -> bool:
        """Whether the reply that is due was promised to the customer: the first one alone ever is."""
        return self.complaint.promise is not None and self.complaint.first_replied_at is None

    def _running(self) -> list[tuple[str, datetime]]:
        """For each clock that still runs the key of its text, and when its time is up."""
        complaint = self.complaint
        reply = complaint.promise if self._is_promised() else complaint.reply_due
        resolve = None if complaint.resolved_at else complaint.resolve_due
        return [(key, due) for key, due in (("reply_by", reply), ("resolve_by", resolve)) if due is not None]

    def _by(self, key: str, due: datetime) -> str:
        texts, language = self.reader.texts.staff, self.reader.language
        left = texts["time_left" if due > self.now else "time_over"]
        return texts[key].format(
            when=moments.in_short(due, language=language, zone=self.rulebook.timezone),
            left=left.format(duration=moments.span(due - self.now, language=language)),
        )

    def _found(self) -> list[str]:
        texts = self.reader.texts
        return [
            f"{fact_in_words(name, texts)} {', '.join(map(str, values))}"
            for name, values in _facts(self.decision).items()
            if values
        ]

    def _guide(self) -> list[str]:
        """How to go about the topic: in the reader's language, else in the first that it is written in."""
        written = self.rulebook.guides.get(self.complaint.topic, {})
        return (written.get(self.reader.language) or next(iter(written.values()), "")).splitlines()

    def _earlier(self) -> str:
        texts = self.reader.texts.staff
        said = [self._one_earlier(each) for each in self.earlier[:MOST_EARLIER]]
        if len(self.earlier) > MOST_EARLIER:
            said.append(texts["earlier_more"].format(n=len(self.earlier) - MOST_EARLIER))
        return " · ".join(said)

    def _one_earlier(self, other: Complaint) -> str:
        return f"{other.reference} {other.topic}, {self._outcome(other)}"

    def _outcome(self, other: Complaint) -> str:
        """How it ended or where it stands, and when; what the customer thought of it would stand here too."""
        when = other.resolved_at if other.status == "resolved" and other.resolved_at else other.opened_at
        date = moments.day(when, now=self.now, language=self.reader.language, zone=self.rulebook.timezone)
        return self.reader.texts.staff[f"earlier_{other.status}"].format(date=date)


def quoted(text: str, *, reader: Reader) -> list[str]:
    """The customer's text, every line with `| ` before it, without control characters and tokens of theirs."""
    readable = mask_text(text).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    cut = len(readable) > MOST_OF_TEXT
    lines = _CONTROLS.sub("", readable[:MOST_OF_TEXT]).split("\n")
    notice = [reader.texts.staff["shortened"]] if cut else []
    return [*(f"| {line}".rstrip() for line in lines), *notice]


def attachment_rows(
    attachments: Iterable[Attachment], *, reader: Reader, with_attachments: bool = True
) -> tuple[Row, ...]:
    """Such as `Liitteet   kuitti.pdf (84 kt)`, and that they are not here where they are not; none without any."""
    texts = reader.texts.staff
    names = [
        f"{each.filename or texts['nameless']} ({moments.size_in_words(each.size, language=reader.language)})"
        for each in attachments
    ]
    if not names:
        return ()
    left_out = () if with_attachments else (texts["without_attachments"],)
    return (Row(label=texts["label_attachments"], lines=(one_line(" · ".join(names)), *left_out)),)


def notice_rows(notices: Iterable[Notice], mail: Mail, *, reader: Reader) -> list[Row]:
    """A row a notice, and one that says so where not all of the mail could be read (R8)."""
    texts = reader.texts.staff
    said = [texts[notice.key].format(**notice.values) for notice in notices]
    said += [texts["damaged"]] if mail.defects else []
    return [Row(label=texts["label_notice"], lines=(one_line(each),), tone="due") for each in said]


def one_line(text: str) -> str:
    """The text without line ends, runs of blanks and characters that turn its direction."""
    return " ".join(printable(text).split())


def since(moment: datetime, now: datetime, *, language: str) -> str:
    """How long between the two, in words."""
    return moments.span(max(now - moment, moment - now, key=timedelta.total_seconds), language=language)


def _matched(decision: "Mapping[str, Any] | Decision") -> list[tuple[str, tuple[str, ...]]]:
    """Name and reasons of each rule that matched, from a Decision or from its record (the shape of `explain`)."""
    if isinstance(decision, Mapping):
        rules = decision.get("rules") or ()
        return [(rule["name"], tuple(rule.get("because") or ())) for rule in rules if rule.get("matched")]
    return [(tried.name, tried.because) for tried in decision.tried if tried.matched]


def _facts(decision: "Mapping[str, Any] | Decision") -> Mapping[str, Iterable[str]]:
    found: Mapping[str, Iterable[str]] = (
        decision.get("found") or {} if isinstance(decision, Mapping) else decision.found
    )
    return found
