"""What has come of a reply so far, and where a command is carried out."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from vastine.core.commands import Command, Problem
from vastine.core.complaint import Complaint, Event
from vastine.core.compose import Notice
from vastine.core.desk import Desk
from vastine.core.story import Letter
from vastine.flows.staff.work import Work, event_of


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What has come of a reply so far. `told` says it to the member, a sentence each."""

    complaint: Complaint
    others: tuple[Complaint, ...] = ()
    events: tuple[Event, ...] = ()
    told: tuple[Notice, ...] = ()
    letters: tuple[Letter, ...] = ()
    lines: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    hand_over: bool = False

    def after(self, event: Event | None, told: str, values: dict[str, Any] | None = None, **changed: Any) -> "State":
        """The state after a step: what is recorded, what the member is told, and fields of the complaint."""
        return replace(
            self,
            complaint=replace(self.complaint, **changed),
            events=(*self.events, event) if event else self.events,
            told=(*self.told, Notice(key=told, values=values or {})),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a command is carried out."""

    work: Work
    desk: Desk
    command: Command
    has_text: bool

    @property
    def argument(self) -> str:
        return self.command.argument

    def event(self, kind: str, before: Any, after: Any) -> Event:
        """A change by the member's hand."""
        return event_of(self.work, kind, {"from": before, "to": after})

    def problem(self, code: Any, suggestion: str = "") -> Problem:
        return Problem(code=code, line=self.command.line, word=self.argument, suggestion=suggestion)


Effect = Callable[[State, Place], State | Problem]
