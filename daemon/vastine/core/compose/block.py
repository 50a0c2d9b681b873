"""The block of a mail to staff: the facts of a complaint, and the customer's text with `| ` before every line (R33)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from vastine.core.complaint import Complaint
from vastine.core.compose import moments
from vastine.core.compose.readers import Reader
from vastine.core.compose.subjects import shortened
from vastine.core.mail import Attachment, Mail
from vastine.core.tokens import mask_text

if TYPE_CHECKING:
    from vastine.core.rules import Decision, Rulebook

LABEL_WIDTH = 11
MOST_RULES = 5
MOST_REASONS = 4
MOST_EARLIER = 5
MOST_OF_TEXT = 200_000  # characters of a customer's text; the original is attached to nothing and kept whole

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_WORD_FOUND = re.compile(r"(?:[a-z]+: )?'(?P<word>[^~]*)' ~ '(?P<found>[^~]*)'(?: \([^()]*\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something about a mail that staff must know: a key of the staff texts, and what is filled in there."""

    key: str
    values: Mapping[str, str] = field(default_factory=dict)


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

    def facts(self) -> list[str]:
        """The lines with labels; one without anything to say is left out."""
        lines = (
            self._line("label_customer", self._customer()),
            self._line("label_topic", self._topic()),
            *self._why(),
            self._line("label_step", " · ".join(self.steps)),
            self._line("label_promised" if self.complaint.promise else "label_due", self._promised()),
            self._line("label_found", " · ".join(self._found())),
            self._line("label_earlier", self._earlier()),
        )
        return [line for line in lines if line]

    def _line(self, label: str, text: str) -> str:
        return f"{self.reader.texts.staff[label]:<{LABEL_WIDTH}}{' '.join(text.split())}" if text else ""

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
        lines = [
            f"{name}: {' · '.join(self._reason(each) for each in because[:MOST_REASONS])}".rstrip(": ")
            for name, because in _matched(self.decision)
        ]
        label = f"{self.reader.texts.staff['label_why']:<{LABEL_WIDTH}}"
        lines = [" ".join(line.split()) for line in lines[:MOST_RULES]] or [self.reader.texts.staff["no_rule_matched"]]
        return [label + lines[0], *(" " * LABEL_WIDTH + line for line in lines[1:])]

    def _reason(self, because: str) -> str:
        if match := _WORD_FOUND.fullmatch(because):
            return self.reader.texts.staff["word_found"].format(**match.groupdict())
        return shortened(because)

    def _promised(self) -> str:
        complaint = self.complaint
        parts = []
        if complaint.first_replied_at is None:
            parts.append(self._by("reply_by", complaint.promise or complaint.first_reply_due))
        if complaint.resolved_at is None:
            parts.append(self._by("resolve_by", complaint.resolve_due))
        return " · ".join(part for part in parts if part)

    def _by(self, key: str, due: datetime | None) -> str:
        if due is None:
            return ""
        texts, language = self.reader.texts.staff, self.reader.language
        left = texts["time_left" if due > self.now else "time_over"]
        return texts[key].format(
            when=moments.in_short(due, language=language, zone=self.rulebook.timezone),
            left=left.format(duration=moments.span(due - self.now, language=language)),
        )

    def _found(self) -> list[str]:
        return [f"{name} {', '.join(map(str, values))}" for name, values in _facts(self.decision).items() if values]

    def _earlier(self) -> str:
        texts = self.reader.texts.staff
        said = [self._one_earlier(each) for each in self.earlier[:MOST_EARLIER]]
        if len(self.earlier) > MOST_EARLIER:
            said.append(texts["earlier_more"].format(n=len(self.earlier) - MOST_EARLIER))
        return " · ".join(said)

    def _one_earlier(self, other: Complaint) -> str:
        when = other.resolved_at if other.status == "resolved" and other.resolved_at else other.opened_at
        date = moments.day(when, now=self.now, language=self.reader.language, zone=self.rulebook.timezone)
        text = self.reader.texts.staff[f"earlier_{other.status}"]
        return text.format(reference=other.reference, topic=other.topic, date=date)


def quoted(text: str, *, reader: Reader) -> list[str]:
    """The customer's text, every line with `| ` before it, without control characters and tokens of theirs."""
    readable = mask_text(text).replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    cut = len(readable) > MOST_OF_TEXT
    lines = _CONTROLS.sub("", readable[:MOST_OF_TEXT]).split("\n")
    notice = [reader.texts.staff["shortened"]] if cut else []
    return [*(f"| {line}".rstrip() for line in lines), *notice]


def attachments_line(attachments: Iterable[Attachment], *, reader: Reader) -> str:
    """Such as `Liitteet   kuitti.pdf (84 kt)`; empty without attachments."""
    texts = reader.texts.staff
    names = [
        f"{each.filename or texts['nameless']} ({moments.size_in_words(each.size, language=reader.language)})"
        for each in attachments
    ]
    return f"{texts['label_attachments']:<{LABEL_WIDTH}}{' · '.join(names)}" if names else ""


def notice_lines(notices: Iterable[Notice], mail: Mail, *, reader: Reader) -> list[str]:
    """A line a notice, and one that says so where not all of the mail could be read (R8)."""
    texts = reader.texts.staff
    said = [texts[notice.key].format(**notice.values) for notice in notices]
    said += [texts["damaged"]] if mail.defects else []
    return [f"{texts['label_notice']:<{LABEL_WIDTH}}{' '.join(each.split())}" for each in said]


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
