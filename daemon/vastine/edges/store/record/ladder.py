"""What the ladder leaves behind: steps that were taken, notices that wait, and whose turn it was."""

from collections.abc import Sequence

from sqlalchemy import Connection, delete, insert, update

from vastine.core.story import Story
from vastine.edges.store import tables as t
from vastine.edges.store.rows import new_rows
from vastine.edges.store_errors import ConflictError


def record_steps(connection: Connection, stories: Sequence[Story]) -> None:
    """Each once a run of its clock: the database refuses a second one."""
    rows = [
        {"reference": s.reference, "clock_run": s.clock_run, "at": s.at, "taken_at": s.taken_at}
        for story in stories
        for s in story.steps
    ]
    new_rows(connection, t.steps, rows)


def record_gathered(connection: Connection, stories: Sequence[Story]) -> None:
    """Notices of the ladder that wait; and those that waited, which go with what is made of them or not at all."""
    rows = [
        {
            "reference": each.reference,
            "member": each.member,
            "address": each.address,
            "kind": each.kind,
            "steps": [[step.written, step.clock, step.run] for step in each.steps],
            "as_assignee": each.as_assignee,
            "because": each.because,
            "created_at": each.created_at,
            "due_at": each.due_at,
        }
        for story in stories
        for each in story.gathered
    ]
    new_rows(connection, t.gathered, rows)
    told = {row for story in stories for row in story.told}
    if told and connection.execute(delete(t.gathered).where(t.gathered.c.id.in_(told))).rowcount != len(told):
        raise ConflictError("a notice that waited was told meanwhile")


def record_turns(connection: Connection, stories: Sequence[Story]) -> None:
    turns = {
        s.complaint.team: s.complaint.assignee
        for s in stories
        if s.complaint and (s.opens or s.in_turn) and s.complaint.assignee
    }
    for team, member in turns.items():
        if not connection.execute(update(t.turns).where(t.turns.c.team == team).values(member=member)).rowcount:
            connection.execute(insert(t.turns).values(team=team, member=member))
