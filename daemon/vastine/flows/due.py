"""Taking what has come due, some of it at a time: each is decided by itself, and all of a look recorded together."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

import structlog

from vastine.core.story import Story
from vastine.edges.store import ConflictError, Store

log = structlog.get_logger()
T = TypeVar("T")
R = TypeVar("R")


def recorded(
    look: Callable[[], Sequence[T]],
    decide: Callable[[Sequence[T]], list[Story]],
    store: Store,
    now: datetime,
    *,
    name: str,
) -> Iterator[Story]:
    """The stories of all that is due, each look's once they are recorded in one transaction.

    `look` gives what is due next and is asked until there is nothing; `decide` gives a story for each of these, and
    leaves out those that fail. It ends early where somebody else wrote meanwhile, or where one failed: what is left is
    tried again at the next tick, and must not be met again in this one. `name` is whose loop it is, in the log.
    """
    while found := look():
        stories = decide(found)
        try:
            store.record_tick(stories, now)
        except ConflictError as conflict:
            log.info("what is left waits for the next tick", code=f"{name}_conflict", why=str(conflict))
            return
        yield from stories
        if len(stories) < len(found):
            return


def each_alone(
    rows: Iterable[T], decide: Callable[[T], R], otherwise: str, *, code: str, of: Callable[[T], dict[str, str]]
) -> list[R]:
    """What is decided for each; one that fails is left out, as its trouble must not be that of the others.

    It is logged with the sentence `otherwise`, the machine word `code`, and with what `of` tells of it.
    """
    decided = []
    for row in rows:
        try:
            decided.append(decide(row))
        except Exception:  # the top of the loop: one complaint, or one person, at a time
            log.exception(otherwise, code=code, **of(row))
    return decided
