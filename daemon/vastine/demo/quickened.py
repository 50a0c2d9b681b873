"""The repository's own rules with clocks in seconds, so that a day of escalations fits into half a minute.

Only the clocks, the ladder, the survey's time and the absences are changed; rules, replies, teams and texts stay those
of a real shop.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

HIGH = "high"
FIRST_REPLY = 12  # seconds; staff who answer at once are well within it
SURVEY_AFTER = "2s"
LADDER = (
    {"at": "50% of first_reply", "tell": ["assignee"]},
    {"at": "first_reply", "tell": ["lead"], "raise": 1},
    {"at": "first_reply + 3s", "tell": ["lead"], "assign": "lead"},
)


def find_rules() -> Path:
    """The rules of the checkout, or the copy that the installed package carries."""
    packaged = Path(__file__).parent / "rules.yaml"
    return packaged if packaged.is_file() else Path(__file__).parents[3] / "rules.yaml"


def quickened(text: str) -> str:
    """The same rules as YAML text, with every priority on the calendar `always`."""
    rules: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - every scalar stays a string
    rules["priorities"] = {name: _clocks(name) for name in rules["priorities"]}
    rules["staff"] = {key: _present(member) for key, member in rules["staff"].items()}
    rules["escalations"] = [dict(step) for step in LADDER]
    rules["survey"] = {**rules["survey"], "after": SURVEY_AFTER}
    rules.pop("quiet", None)  # the demo is shown at night too
    return yaml.safe_dump(_with_flags(rules), allow_unicode=True, sort_keys=False, width=1000)


def _clocks(name: str) -> dict[str, str]:
    first_reply = f"{FIRST_REPLY}s" if name == HIGH else "4h"
    return {"first_reply": first_reply, "resolve": "8h", "calendar": "always"}


def _with_flags(value: Any) -> Any:
    """Yes and no as such again; in these rules no text is just that word."""
    if isinstance(value, dict):
        return {key: _with_flags(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_flags(item) for item in value]
    return {"true": True, "false": False}.get(value, value) if isinstance(value, str) else value


def _present(member: Mapping[str, Any]) -> dict[str, Any]:
    """Nobody is away in the demo, whatever day it is shown on."""
    return {key: value for key, value in member.items() if key not in {"away", "deputy", "quiet"}}
