"""One mail about several complaints that the ladder has to tell of: what is wrong with each, the most urgent first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, Literal

from vastine.core.complaint import Complaint
from vastine.core.compose.block import Block, one_line
from vastine.core.compose.fields import clean
from vastine.core.compose.lateness import responsible, urgency, what_is_late
from vastine.core.compose.links import digest_links
from vastine.core.compose.page import as_digest_html
from vastine.core.compose.readers import Reader, draft_to, reader_of
from vastine.core.compose.rungs import rung_in_words
from vastine.core.compose.sheet import Digest, Entry, Row, as_digest_text
from vastine.core.compose.subjects import shortened
from vastine.core.mail import Address
from vastine.core.outgoing import GATHERED, Draft

if TYPE_CHECKING:
    from vastine.core.gathering import Because
    from vastine.core.rules import Member, Rulebook

MOST_ENTRIES: Final = 100
MOST_SETTLED: Final = 50
_FAR = float("inf")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A complaint of a digest, the steps of the ladder that it stands there for, as the rules write them, and as what
    a mail about it alone would come.
    """

    complaint: Complaint
    steps: tuple[str, ...]
    kind: Literal["reminder", "escalation"]


def digest(
    rulebook: "Rulebook",
    told: Sequence[Told],
    *,
    recipient: "Member | Address",
    now: datetime,
    because: "Because",
    settled: Sequence[str] = (),
) -> Draft:
    """The complaints with what is late or about to be, since when and whose they are; two at least. By priority, then
    what is late for longest; an escalation where one of them is.

    Each has links to an address of its own, for a member of staff; a reply to the mail itself is a note in the first.
    `because`: they were gathered in quiet hours, in pauses (`#ok`), or since they were many at once. `settled` are
    references that need nothing any more.
    """
    reader = reader_of(recipient, rulebook)
    texts = reader.texts.staff
    ordered = sorted(told, key=lambda each: (_rank(rulebook, each.complaint), _lateness(each.complaint, now)))
    shown, more = ordered[:MOST_ENTRIES], ordered[MOST_ENTRIES:]
    first = shown[0].complaint
    written = Digest(
        language=reader.language,
        heading=texts["digest_subject"].format(n=len(ordered)),
        intro=(texts[f"digest_{because}"],),
        entries=tuple(_entry(rulebook, each, reader, now) for each in shown),
        below=_below(more, settled, first.reference, reader),
    )
    draft = draft_to(
        reader,
        "escalation" if any(each.kind == "escalation" for each in told) else "reminder",
        mailbox=first.mailbox,
        reference=first.reference,
        subject=f"[{first.priority}] {written.heading}",
        text=as_digest_text(written),
        html=as_digest_html(written),
        headers=(("X-Vastine-Priority", first.priority),),
    )
    entries = [(reader.party(each.complaint.reference), each.complaint.reference) for each in shown]
    return replace(
        draft, party=f"{GATHERED}:{reader.to.address}", entries=tuple(entries) if reader.key is not None else ()
    )


def _below(more: Sequence[Told], settled: Sequence[str], first: str, reader: Reader) -> tuple[str, ...]:
    """What is left out above, what needs nothing any more, and where a reply goes."""
    texts, below = reader.texts.staff, []
    if more:
        references = named(each.complaint.reference for each in more)
        below.append(texts["digest_more"].format(n=len(more), references=references))
    if settled:
        below.append(texts["digest_settled"].format(references=named(settled)))
    reply = texts["digest_reply_links" if reader.key is not None else "digest_reply"]
    return (*below, reply.format(reference=first))


def _entry(rulebook: "Rulebook", told: Told, reader: Reader, now: datetime) -> Entry:
    complaint, texts = told.complaint, reader.texts.staff
    block = Block(
        rulebook=rulebook,
        complaint=complaint,
        reader=reader,
        now=now,
        authenticated=complaint.authenticated,
        decision={},
        steps=told.steps,
    )
    said = [("label_customer", str(complaint.customer) or texts["unknown_customer"])]
    said += [("label_step", " · ".join(rung_in_words(step, reader.texts) for step in told.steps))] if told.steps else []
    return Entry(
        reference=complaint.reference,
        priority=complaint.priority,
        urgency=urgency(rulebook, complaint.priority),
        subject=clean(shortened(complaint.subject)),
        statement=f"{what_is_late(block)} {responsible(block)}",
        statement_tone="late" if _lateness(complaint, now) <= 0 else "due",
        rows=tuple(Row(label=texts[label], lines=(one_line(line),)) for label, line in said),
        links=digest_links(complaint.reference, reader.language, may_take=complaint.assignee != reader.key)
        if reader.key is not None
        else (),
    )


def _rank(rulebook: "Rulebook", complaint: Complaint) -> int:
    """The place of its priority on the company's scale, the most urgent at 0; one that is there no more comes last."""
    scale = [each.name for each in rulebook.priorities]
    return scale.index(complaint.priority) if complaint.priority in scale else len(scale)


def _lateness(complaint: Complaint, now: datetime) -> float:
    """Seconds until the clock that matters first runs out; less than nothing where it has."""
    due = complaint.reply_due or (complaint.resolve_due if complaint.resolved_at is None else None)
    return (due - now).total_seconds() if due is not None else _FAR


def named(references: Iterable[str]) -> str:
    """References on one line, of very many the first."""
    listed = list(references)
    return ", ".join(listed[:MOST_SETTLED]) + (" …" if len(listed) > MOST_SETTLED else "")
