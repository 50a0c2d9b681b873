"""Paragraphs of a text/plain part that says `format=flowed` (RFC 3676): its soft line breaks undone."""

import re
from typing import Any, Final, Literal

Flow = Literal["fixed", "flowed", "delsp"]

_MARKS: Final = re.compile(r">(?: ?>)*")  # some put a blank between the marks, which section 4.5 does not know
_DELIMITERS: Final = ("-- ", "- -- ")  # section 4.3: never flowed; and as PGP escapes it


def flow_of(content_type: str, parameters: dict[str, Any]) -> Flow:
    """How the lines of a part end, by the parameters of its Content-Type (section 3), names in lower case."""
    if content_type != "text/plain" or _value(parameters, "format") != "flowed":
        return "fixed"
    return "delsp" if _value(parameters, "delsp") == "yes" else "flowed"


def _value(parameters: dict[str, Any], name: str) -> str:
    value = parameters.get(name, "")
    return str(value[2] if isinstance(value, tuple) else value).strip("\"' ").lower()  # a tuple: RFC 2231


def unflowed(text: str, flow: Flow) -> str:
    """The text with a line a paragraph, quoted ones with all their marks; as it is where its lines are fixed.

    A line that ends with a blank goes on in the next one of the same depth (section 4.2); with `delsp` that blank is
    not the writer's. A blank line ends a paragraph even where a blank before it says otherwise: people leave those.
    """
    if flow == "fixed":
        return text
    paragraphs: list[str] = []
    pieces: list[str] = []  # of a paragraph that goes on
    depth = 0
    for line in text.split("\n"):
        marks, content = _divided(line)
        if pieces and (marks != depth or not content or content in _DELIMITERS):
            paragraphs.append(_joined(depth, pieces))
            pieces = []
        depth = marks
        if content.endswith(" ") and content not in _DELIMITERS:
            pieces.append(content[:-1] if flow == "delsp" else content)
            continue
        paragraphs.append(_joined(depth, [*pieces, content]))
        pieces = []
    return "\n".join([*paragraphs, *([_joined(depth, pieces)] if pieces else [])])


def _divided(line: str) -> tuple[int, str]:
    """How deep a line is quoted, and what stands in it without the blank that was stuffed before it (section 4.4)."""
    marks = _MARKS.match(line)
    content = line[marks.end() :] if marks else line
    return marks[0].count(">") if marks else 0, content.removeprefix(" ")


def _joined(depth: int, pieces: list[str]) -> str:
    text = "".join(pieces)
    return f"{'>' * depth} {text}" if depth else text
