"""The condition on facts that were extracted."""

from typing import Any

from vastine.core.rules.extract import amount_of
from vastine.core.rules.look import Look
from vastine.core.rules.shapes import Field, Many, Record, Text, listed
from vastine.core.rules.when import Test


def found(wanted: tuple[str, ...] | dict[str, dict[str, Any]]) -> Test:
    """Any of some facts is there, or all of some compare."""
    if isinstance(wanted, tuple):
        asked: list[dict[str, dict[str, Any]]] = [{name: {}} for name in wanted]
    else:
        asked = [{name: {how: what for how, what in c.items() if what is not None} for name, c in wanted.items()}]

    def holds(look: Look) -> tuple[str, ...] | None:
        for choice in asked:  # any of a list, all of a mapping
            fitting = {name: _values(look, name, compare) for name, compare in choice.items()}
            if all(fitting.values()):
                return tuple(f"{name} {listed(values)}" for name, values in fitting.items())
        return None

    def sees(look: Look) -> str:
        names = dict.fromkeys(name for choice in asked for name in choice)
        there = [f"{name} {listed(values)}" for name in names if (values := look.found.get(name))]
        return f"there is {'; '.join(there)}" if there else f"no {' or '.join(names)} was recognised"

    choices = [_asked(choice) for choice in asked]
    wants = listed(choices, 4)
    return Test(name="found", holds=holds, fails=f"not {wants}", wants=wants, terms=frozenset(choices), sees=sees)


def _asked(choice: dict[str, dict[str, Any]]) -> str:
    return " and ".join(" ".join([name, *(f"{how} {what}" for how, what in c.items())]) for name, c in choice.items())


def _values(look: Look, name: str, compare: dict[str, Any]) -> list[str]:
    return [value for value in look.found.get(name, ()) if _compares(value, compare)]


def _compares(value: str, compare: dict[str, Any]) -> bool:
    amount = amount_of(value)
    if "over" in compare and (amount is None or amount <= compare["over"]):
        return False
    if "under" in compare and (amount is None or amount >= compare["under"]):
        return False
    return "is" not in compare or value.lower() in compare["is"]


def _number(text: str) -> float:
    try:
        return float(text.replace(",", "."))
    except ValueError as error:
        raise ValueError(f"'{text}' is not a number") from error


COMPARE = Record(
    fields={
        "over": Field(shape=Text(expects="a number", convert=_number), doc="more than this"),
        "under": Field(shape=Text(expects="a number", convert=_number), doc="less than this"),
        "is": Field(shape=Many(of=Text(convert=str.lower), single=True), doc="exactly this, whatever the case"),
    },
    build=dict,
    what="a comparison",
    least=1,
)
