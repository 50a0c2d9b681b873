"""The block of a mail to staff: the facts of a complaint."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from vastine.core.complaint import Complaint
from vastine.core.compose import moments
from vastine.core.compose.fields import printable
from vastine.core.compose.history import history_lines
from vastine.core.compose.readers import Reader
from vastine.core.compose.reasons import fact_in_words, reason_in_words
from vastine.core.compose.rungs import rung_in_words
from vastine.core.compose.sheet import Row, Tone
from vastine.core.ladder import end_of
from vastine.core.past import Entry

if TYPE_CHECKING:
    from vastine.core.rules import Decision, Rulebook

MOST_RULES = 5
MOST_REASONS = 4
MOST_EARLIER = 5


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
    past: tuple[Entry, ...] = ()

    def facts(self) -> list[Row]:
        """The rows with labels; one without anything to say is left out."""
        rows = (
            self._row("label_customer", self._customer()),
            self._row("label_topic", self._topic()),
            self._row("label_why", *self._why()),
            self._row("label_step", " · ".join(rung_in_words(step, self.reader.texts) for step in self.steps)),
            self._promised(),
            self._due(),
            self._row("label_history", *self._history()),
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
        return self.name_of(key)

    def _why(self) -> list[str]:
        """Each rule that matched and what settled it, a line a rule; what did not hold settles nothing for a reader."""
        texts = self.reader.texts
        lines = []
        for name, because in _matched(self.decision):
            told = [reason_in_words(each, texts) for each in because if not each.startswith("not: ")]
            lines.append(f"{name}: {' · '.join(told[:MOST_REASONS])}".rstrip(": "))
        return lines[:MOST_RULES] or [texts.staff["no_rule_matched"]]

    def _promised(self) -> Row:
        """What the customer was told and the time that is left; where we waited for them since, also until when that
        counts now. None of it does while we wait.
        """
        complaint, until = self.complaint, end_of("promise", self.complaint)
        if complaint.promise is None or until is None or complaint.status == "waiting":
            return self._row("label_promised")
        if complaint.promise_moved_to is None:
            return self._times("label_promised", [("reply_by", until)])
        told = self.reader.texts.staff["told_by"].format(when=self._when(complaint.promise))
        moved = self._by("moved_to", until)
        return self._row("label_promised", f"{told} · {moved}", tone="late" if until <= self.now else "due")

    def _due(self) -> Row:
        """What is due though nobody was told, and the time that is left; while we wait for the customer, when that is
        reminded of, since no clock runs.
        """
        complaint = self.complaint
        if complaint.status == "waiting":
            return self._row("label_due", " · ".join(self._waiting()))
        promised = complaint.promise is not None and complaint.first_replied_at is None  # the first alone ever is
        reply = None if promised else complaint.reply_due
        resolve = None if complaint.resolved_at else complaint.resolve_due
        return self._times("label_due", [("reply_by", reply), ("resolve_by", resolve)])

    def _times(self, label: str, times: list[tuple[str, datetime | None]]) -> Row:
        running = [(key, due) for key, due in times if due is not None]
        tone: Tone = "late" if any(due <= self.now for _, due in running) else "due"
        return self._row(label, " · ".join(self._by(key, due) for key, due in running), tone=tone)

    def _waiting(self) -> list[str]:
        texts, remind_at = self.reader.texts.staff, self.complaint.remind_at
        reminder = [texts["reminded_at"].format(when=self._when(remind_at))] if remind_at else []
        return [texts["clocks_stand"], *reminder]

    def _when(self, moment: datetime) -> str:
        return moments.in_short(moment, language=self.reader.language, zone=self.rulebook.timezone)

    def _history(self) -> list[str]:
        return history_lines(self.past, self.reader.texts.staff, when=self._when, name_of=self.name_of)

    def name_of(self, key: str) -> str:
        """A member's name; anybody else as they are known, such as a team."""
        return self.rulebook.name_of(key)

    def _by(self, key: str, due: datetime) -> str:
        texts, language = self.reader.texts.staff, self.reader.language
        left = texts["time_left" if due > self.now else "time_over"]
        return texts[key].format(
            when=self._when(due),
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


def block_now(
    rulebook: "Rulebook",
    complaint: Complaint,
    reader: Reader,
    now: datetime,
    *,
    earlier: tuple[Complaint, ...] = (),
    steps: tuple[str, ...] = (),
    past: tuple[Entry, ...] = (),
) -> Block:
    """What the facts of a complaint are written from as it stands, with no mail at hand."""
    return Block(
        rulebook=rulebook,
        complaint=complaint,
        reader=reader,
        now=now,
        authenticated=complaint.authenticated,
        decision=complaint.decision,
        earlier=earlier,
        steps=steps,
        past=past,
    )


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
