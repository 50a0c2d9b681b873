"""What is known that bears on a batch of mails: a few look-ups, each for the whole batch."""

from vastine.edges.store.desk.look_up import desk_for

__all__ = ["desk_for"]
