"""A place on the ladder in the reader's words: `75% of first_reply` is *75 % vastausajasta*."""

import re
from typing import Final

from vastine.core.ladder import At
from vastine.texts import Texts

_REPETITION: Final = re.compile(r" \((\d{1,3})\)$")
_UNITS: Final = {"d": "days", "h": "hours", "m": "minutes"}


def rung_in_words(written: str, texts: Texts) -> str:
    """A step's `at` as the rules write it, with the number of its repetition; one of another shape stays as it is."""
    again = _REPETITION.search(written)
    try:
        at = At.parse(_REPETITION.sub("", written))
    except ValueError:
        return written
    if at.percent is not None:
        said = texts.staff[f"rung_share_{at.clock}"].format(percent=at.percent)
    elif (away := at.before or at.after) is not None:
        length = " ".join(texts.times[_UNITS[u]].format(n=n) if u in _UNITS else f"{n} {u}" for n, u in away.parts)
        said = texts.staff[f"rung_{'before' if at.before else 'after'}_{at.clock}"].format(length=length)
    else:
        said = texts.staff[f"rung_end_{at.clock}"]
    return f"{said} ({again[1]}.)" if again else said
