"""What is late or about to be, and who has it: how a reminder, an escalation and a digest begin."""

from typing import TYPE_CHECKING, Final

from vastine.core.compose import moments
from vastine.core.compose.block import Block, since
from vastine.core.compose.readers import Reader
from vastine.core.compose.sheet import Urgency
from vastine.core.ladder import end_of

if TYPE_CHECKING:
    from vastine.core.rules import Rulebook


# The sentences of `what_is_late` that stand in no answer by chance; the last, `unanswered`, may.
_BEGINNINGS: Final = tuple(
    f"{clock}_{how}"
    for clock, hows in (
        ("first_reply", ("late", "soon", "renewed", "late_unpromised", "soon_unpromised")),
        ("next_reply", ("late", "soon")),
        ("resolve", ("late", "soon")),
    )
    for how in hows
)


def what_is_late(block: Block) -> str:
    """The first sentence: which clock, and how far past its time or before it."""
    complaint, reader, now = block.complaint, block.reader, block.now
    about_next = any("next_reply" in step for step in block.steps)
    if complaint.first_replied_at is None and complaint.first_reply_due is not None:
        due, promised = complaint.first_reply_due, end_of("promise", complaint) or complaint.first_reply_due
        if due <= now < promised and complaint.promise is not None:  # as they were told it, whatever was waited since
            key, named = "first_reply_renewed", complaint.promise
        else:
            due = named = promised
            key = "first_reply_late" if now >= due else "first_reply_soon"
            key = key if complaint.promise is not None else f"{key}_unpromised"  # nobody told the customer a time
    elif about_next and complaint.reply_due is not None:
        named = due = complaint.reply_due
        key = "next_reply_late" if now >= due else "next_reply_soon"
    elif complaint.resolve_due is not None:
        named = due = complaint.resolve_due
        key = "resolve_late" if now >= due else "resolve_soon"
    else:
        return reader.texts.staff["unanswered"]
    return reader.texts.staff[key].format(
        duration=since(due, now, language=reader.language),
        when=moments.in_short(named, language=reader.language, zone=block.rulebook.timezone),
    )


def beginnings(reader: Reader) -> set[str]:
    """How reminders and escalations begin, up to the time: that was another when they were read."""
    return {reader.texts.staff[key].partition("{")[0].strip() for key in _BEGINNINGS}


def responsible(block: Block) -> str:
    """Who has it, and where they are away, since when and who stands in."""
    texts, rulebook = block.reader.texts.staff, block.rulebook
    key = block.complaint.assignee
    member = rulebook.staff.get(key) if key else None
    if member is None:
        return texts["responsible"].format(name=key) if key else texts["responsible_nobody"]
    name = texts["you"] if key == block.reader.key else member.name
    today = block.now.astimezone(rulebook.timezone).date()
    away = next(((start, end) for start, end in member.away if start <= today <= end), None)
    if away is None:
        return texts["responsible"].format(name=name)
    days = "–".join(
        moments.day_of(each, now=block.now, language=block.reader.language, zone=rulebook.timezone)
        for each in dict.fromkeys(away)  # a single day is no range
    )
    deputy = rulebook.staff.get(member.deputy) if member.deputy else None
    if deputy is None:
        return texts["responsible_away"].format(name=name, days=days)
    return texts["responsible_away_deputy"].format(name=name, days=days, deputy=deputy.name)


def urgency(rulebook: "Rulebook", priority: str) -> Urgency:
    """The first of the company's scale, another above the usual one, or neither."""
    scale = [each.name for each in rulebook.priorities]
    if priority not in scale or scale.index(priority) >= scale.index(rulebook.defaults.priority):
        return "usual"
    return "urgent" if priority == scale[0] else "raised"
