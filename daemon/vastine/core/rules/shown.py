"""How each rule went, in the shape of `explain --json`."""

from typing import Any

from vastine.core.rules.case import Checked, Tried


def shown_rules(tried: tuple[Tried, ...]) -> tuple[dict[str, Any], ...]:
    """Each rule and how it went, in the shape of `explain --json`."""
    return tuple(_shown_rule(each) for each in tried)


def _shown_rule(tried: Tried) -> dict[str, Any]:
    shown: dict[str, Any] = {"name": tried.name, "matched": tried.matched, "because": list(tried.because)}
    if tried.applied:
        shown["effects"] = [
            {"effect": each.effect, "value": each.value, "overridden_by": each.overridden_by} for each in tried.applied
        ]
    if tried.checked is not None:
        shown["conditions"] = _shown_condition(tried.checked)
    return shown


def _shown_condition(checked: Checked) -> dict[str, Any]:
    shown: dict[str, Any] = {"condition": checked.condition, "holds": checked.holds}
    if checked.saw:
        shown["saw"] = checked.saw
    if checked.parts:
        shown["parts"] = [_shown_condition(part) for part in checked.parts]
    return shown
