"""What each command does to a complaint: pure steps from state to state, or the problem why not (R33).

Each takes the state that the commands above it have made. Whoever calls them does nothing where one has a problem.
"""

from collections.abc import Iterable

from vastine.core.commands import Command, Problem
from vastine.core.desk import Desk
from vastine.flows.staff.effects.merge import merge
from vastine.flows.staff.effects.sorting import assign, priority, tag, take, topic
from vastine.flows.staff.effects.state import Effect, Place, State
from vastine.flows.staff.effects.status import ok, reopen, resolve, spam, wait
from vastine.flows.staff.effects.undo import undo
from vastine.flows.staff.work import Work

__all__ = ["EFFECTS", "State", "carried_out"]

EFFECTS: dict[str, Effect] = {
    "take": take,
    "assign": assign,
    "resolve": resolve,
    "wait": wait,
    "ok": ok,
    "reopen": reopen,
    "priority": priority,
    "topic": topic,
    "tag": tag,
    "merge": merge,
    "spam": spam,
    "undo": undo,
}
"""By the command's English name. `note` and `reply` say what becomes of the text; `status`, `help` and `list` ask."""


def carried_out(
    commands: Iterable[Command], state: State, work: Work, desk: Desk, *, has_text: bool
) -> tuple[State, tuple[Problem, ...]]:
    """The state after all of the commands, and every problem that one of them has."""
    problems: list[Problem] = []
    for command in commands:
        if (effect := EFFECTS.get(command.name)) is None:
            continue
        result = effect(state, Place(work=work, desk=desk, command=command, has_text=has_text))
        if isinstance(result, Problem):
            problems.append(result)
        else:
            state = result
    return state, tuple(problems)
