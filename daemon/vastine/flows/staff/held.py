"""Answers that can still be undone, in a complaint and in those that were merged into it since they were written."""

from datetime import datetime

from vastine.core.desk import Desk, Held


def held_in(desk: Desk, reference: str) -> list[tuple[str, Held]]:
    """The answers of a complaint that still wait, oldest first, each with the complaint that it was written in."""
    current = {each: desk.current(each) for each in desk.held}
    of_it = [each for each, complaint in current.items() if complaint is not None and complaint.reference == reference]
    return sorted(((each, held) for each in of_it for held in desk.held[each]), key=lambda found: found[1].created_at)


def answers_of_others(desk: Desk, key: str) -> set[tuple[str, datetime]]:
    """In which complaint, and when, anybody but that member answered lately."""
    return {(reference, at) for reference, answers in desk.answered.items() for actor, at in answers if actor != key}
