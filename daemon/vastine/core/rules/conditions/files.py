"""The condition on attached files."""

import fnmatch
import re
from typing import Any

from vastine.core.mail import Attachment
from vastine.core.rules.conditions.texts import first, words_of
from vastine.core.rules.look import Look, Passage
from vastine.core.rules.matcher import MATCHERS
from vastine.core.rules.shapes import Field, Many, Record, Text, Whole, listed
from vastine.core.rules.when import Test

_SIZE = re.compile(r"([0-9]{1,9})\s*(B|kB|KB|MB|GB)?")
_SIZES = {None: 1, "B": 1, "kB": 1000, "KB": 1000, "MB": 1000**2, "GB": 1000**3}


def size(text: str) -> int:
    """Octets from `1MB` or `500 kB`; raises ValueError."""
    found = _SIZE.fullmatch(text.strip())
    if not found:
        raise ValueError(f"'{text}' is not a size: write 500kB or 1MB")
    return int(found[1]) * _SIZES[found[2]]


def attachment(wanted: dict[str, Any] | bool) -> Test:
    """So many files that fit all that is asked; True for any file, False for none."""
    asked: dict[str, Any] = {"count": 1} if isinstance(wanted, bool) else {"count": 1, **_given(wanted)}
    count = asked["count"]

    def holds(look: Look) -> tuple[str, ...] | None:
        fitting = [part for part in look.case.mail.attachments if _fits(look, part, asked)]
        if wanted is False:
            return ("none",) if not fitting else None
        return (listed(part.filename or part.content_type for part in fitting),) if len(fitting) >= count else None

    def sees(look: Look) -> str:
        files = [f"{part.filename or 'nameless'} ({part.content_type})" for part in look.case.mail.attachments]
        return f"there is {listed(files)}" if files else "there is no file"

    wants = str(wanted).lower() if isinstance(wanted, bool) else _asked(asked)
    return Test(
        name="attachment",
        holds=holds,
        fails="there is one" if wanted is False else f"fewer than {count} that fit",
        wants=wants,
        terms=frozenset({_all_asked(wanted, asked)}),
        sees=sees,
        words=words_of(asked.get("name", ())),
    )


def _all_asked(wanted: dict[str, Any] | bool, asked: dict[str, Any]) -> tuple[object, ...]:
    """All that is asked for, nothing shortened."""
    names = tuple(matcher.wants for matcher in asked.get("name", ()))
    return (wanted is False, asked["count"], names, tuple(asked.get("type", ())), asked.get("over"))


def _asked(asked: dict[str, Any]) -> str:
    said = [f"{asked['count']} or more"] if asked["count"] > 1 else []
    if "name" in asked:
        said.append("name " + listed((matcher.wants for matcher in asked["name"]), 4))
    if "type" in asked:
        said.append("type " + listed(asked["type"]))
    if "over" in asked:
        said.append(f"over {asked['over']:,} octets")
    return ", ".join(said)


def _given(fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _fits(look: Look, part: Attachment, asked: dict[str, Any]) -> bool:
    if "over" in asked and part.size <= asked["over"]:
        return False
    if "type" in asked and not any(fnmatch.fnmatchcase(part.content_type.lower(), wanted) for wanted in asked["type"]):
        return False
    passage = Passage("attachment", part.filename or "")
    return "name" not in asked or first(look, (passage,), asked["name"]) is not None


ATTACHMENT = Record(
    fields={
        "name": Field(shape=MATCHERS, doc="the file's name"),
        "type": Field(shape=Many(of=Text(convert=str.lower), single=True), doc="its content type, such as image/*"),
        "over": Field(shape=Text(expects="a size", convert=size, examples=("1MB",)), doc="larger than this"),
        "count": Field(shape=Whole(least=1, most=500), doc="at least so many such files", default=1),
    },
    least=1,
)
