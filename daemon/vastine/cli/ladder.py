"""The ladder of escalations: whether it is held, what is due, and letting it go on."""

from datetime import datetime
from typing import Any

from vastine.cli.common import listing, local, print_json, print_table, settings_of, store_of, with_config
from vastine.clock import now
from vastine.core.ladder import steps_due
from vastine.core.rules import Rulebook
from vastine.edges.store import Store
from vastine.edges.uptime import look_at_clocks
from vastine.rules_file import read_rules

MOST_SHOWN = 1000


def _list(as_json: bool) -> None:
    settings = settings_of()
    found = _state(store_of(settings), read_rules(settings.rules), now())
    if as_json:
        print_json(found)
        return
    if found["held_since"]:
        print(f"The ladder is held since {local(found['held_since'])}: the clock jumped.")
        print(f"The clock was surely right at {local(found['trusted_at'])}. Is it right now? vastine ladder release")
    else:
        print("The ladder is not held.")
    print(f"Notices that wait for the morning, for the end of a pause or for a digest: {found['gathered']}")
    rows = [
        {"reference": each["reference"], "due": local(each["steps"][0]["due_at"]), "steps": _named(each["steps"])}
        for each in found["due"]
    ]
    print_table(("reference", "due", "steps"), rows, empty="No step is due.")


def _named(steps: list[dict[str, Any]]) -> str:
    return ", ".join(step["at"] for step in steps)


def _state(store: Store, book: Rulebook, at: datetime) -> dict[str, Any]:
    watch = store.held_watch() or store.clock_watch(look_at_clocks(at).boot)
    due = []
    for complaint, taken in store.complaints_with_steps(at, MOST_SHOWN):
        clock = book.priority_or_usual(complaint.clock_priority)
        steps = steps_due(book.escalations, complaint, clock, taken, at)
        shown = [{"at": step.written, "due_at": _utc(step.at)} for step in steps]
        if shown:
            due.append({"reference": complaint.reference, "steps": shown})
    return {
        "held_since": _utc(watch.held_since) if watch else None,
        "told_at": _utc(watch.told_at) if watch else None,
        "trusted_at": _utc(watch.trusted.at) if watch else None,
        "gathered": store.count_gathered(),
        "due": due,
    }


def _utc(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


ladder = listing(
    "ladder",
    about="Show whether steps are held after a jump of the clock and which are due, or release them.",
    lists="Show whether steps are held, and the complaints whose steps are due now, longest ago first.",
    show=_list,
)


@ladder.command("release")
@with_config
def release() -> None:
    """Say that the clock is right: steps that are held are taken at the daemon's next look."""
    released = store_of(settings_of()).release_ladder(now())
    print("the ladder goes on at the daemon's next look" if released else "the ladder is not held")
