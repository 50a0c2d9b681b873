"""What complaints are counted by, with their names."""

from sqlalchemy import ColumnElement, Connection, select

from vastine.edges.store import tables as t


def names_of_cells(connection: Connection) -> dict[int, tuple[str, ...]]:
    """Team, topic, mailbox, priority and language of each cell: in the order of the measures' dimensions."""
    c = t.cells.c
    wanted = select(c.id, c.team, c.topic, c.mailbox, c.priority, c.language)
    return {cell: tuple(names) for cell, *names in connection.execute(wanted)}


def of_team(team: str) -> ColumnElement[bool]:
    """The facts of complaints that the team has."""
    return t.facts.c.cell.in_(select(t.cells.c.id).where(t.cells.c.team == team))
