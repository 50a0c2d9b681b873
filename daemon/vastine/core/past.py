"""What staff have done about a complaint so far, as a colleague is shown it: notes, answers, and who passed it on."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from vastine.core.complaint import Event

KINDS: Final = frozenset({"note", "answered", "undone", "assignee", "team"})
"""The events that tell of it; `undone` takes an answer back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that a person did. `actor` and `to` are keys of `staff` or `teams`, or an address of management."""

    at: datetime
    actor: str
    kind: Literal["note", "answered", "passed", "taken"]
    text: str = ""
    to: str = ""


def entries_of(events: Iterable[Event]) -> tuple[Entry, ...]:
    """What people did, in the order of the events; answers that were undone are left out."""
    found = list(events)
    undone = {event.detail.get("at") for event in found if event.kind == "undone"}
    entries = (_entry(event) for event in found if event.at.isoformat() not in undone or event.kind != "answered")
    return tuple(entry for entry in entries if entry is not None)


def _entry(event: Event) -> Entry | None:
    detail = event.detail
    if event.kind in ("note", "answered"):
        text = str(detail.get("text") or "")
        return Entry(at=event.at, actor=event.actor, kind="note" if event.kind == "note" else "answered", text=text)
    to = str(detail.get("to") or "")
    if event.kind not in ("assignee", "team") or event.actor == "vastine" or not to:
        return None
    if to == event.actor:
        return Entry(at=event.at, actor=event.actor, kind="taken")
    return Entry(at=event.at, actor=event.actor, kind="passed", to=to)
