"""What colleagues did about a complaint, in the reader's words: notes, answers, and who passed it on."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final

from vastine.core.follow_ups import signs_off
from vastine.core.identity import masked
from vastine.core.past import Entry
from vastine.core.tokens import mask_text

FIRST_LINES: Final = 200  # characters of an answer: enough to know which one it was
LONGEST_NOTE: Final = 500  # characters of a note in the history; the mail that brings it has it whole
MOST_PAST: Final = 8


def history_lines(
    past: tuple[Entry, ...],
    texts: Mapping[str, str],
    *,
    when: Callable[[datetime], str],
    name_of: Callable[[str], str],
) -> list[str]:
    """A line each, the newest last; of a long history its end."""

    def said(entry: Entry) -> str:
        text = cut(entry.text, FIRST_LINES if entry.kind == "answered" else LONGEST_NOTE)
        key = "answered_only" if entry.kind == "answered" and not text else entry.kind
        return texts[f"past_{key}"].format(
            when=when(entry.at), name=name_of(entry.actor), text=text, to=name_of(entry.to)
        )

    more = len(past) - MOST_PAST
    lines = [said(entry) for entry in past[-MOST_PAST:]]
    return [texts["past_more"].format(n=more), *lines] if more > 0 else lines


def first_lines(text: str) -> str:
    """The beginning of an answer, on one line."""
    return cut(text, FIRST_LINES)


def cut(text: str, longest: int) -> str:
    """The text on one line, with an ellipsis where it goes on."""
    line = " ".join(masked(mask_text(text)).split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def note_lines(text: str) -> tuple[str, ...]:
    """The lines of a note without blank ones."""
    return tuple(line.strip() for line in masked(mask_text(text)).split("\n") if line.strip())


def telling_lines(text: str) -> tuple[str, ...]:
    """The lines of a note that say something: below a closing stands a name, which any answer may have too."""
    lines = note_lines(text)
    end = next((number for number, line in enumerate(lines) if signs_off(line)), len(lines))
    return lines[:end]
