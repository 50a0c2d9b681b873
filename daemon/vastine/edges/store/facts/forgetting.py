"""Facts go with their complaint."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from vastine.edges.store import tables as t

_BY_REFERENCE = (t.customer_mails, t.answers, t.resolutions, t.waits, t.promises, t.facts)


def forget(connection: Connection, references: Collection[str]) -> None:
    """Delete all facts of these complaints: part of deleting the complaints themselves."""
    theirs = select(t.customer_mails.c.ledger_id).where(t.customer_mails.c.reference.in_(references))
    connection.execute(delete(t.complaint_words).where(t.complaint_words.c.ledger_id.in_(theirs)))
    for table in _BY_REFERENCE:
        connection.execute(delete(table).where(table.c.reference.in_(references)))
