"""Writing stories down: everything that follows from some mails or a tick, one statement a table."""

from vastine.edges.store.record.reach import deliverable_again
from vastine.edges.store.record.stories import record_stories

__all__ = ["deliverable_again", "record_stories"]
