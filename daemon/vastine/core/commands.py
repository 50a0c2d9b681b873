"""Commands in a reply of a member of staff: `#` lines at the very top, in three languages (R33).

All or nothing: whoever acts on a Reply does nothing at all where it has problems.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

# English name: (Finnish, Swedish, English), as people see them.
COMMANDS: dict[str, tuple[str, str, str]] = {
    "note": ("#huomautus", "#anteckning", "#note"),
    "take": ("#ota", "#ta", "#take"),
    "assign": ("#siirrä", "#tilldela", "#assign"),
    "resolve": ("#ratkaistu", "#löst", "#resolve"),
    "wait": ("#odota", "#vänta", "#wait"),
    "reopen": ("#avaa", "#öppna", "#reopen"),
    "priority": ("#prioriteetti", "#prioritet", "#priority"),
    "topic": ("#aihe", "#ämne", "#topic"),
    "tag": ("#tunniste", "#tagg", "#tag"),
    "merge": ("#yhdistä", "#slåihop", "#merge"),
    "spam": ("#roskaposti", "#skräp", "#spam"),
    "ok": ("#kuittaa", "#kvittera", "#ok"),
    "status": ("#tila", "#läge", "#status"),
    "help": ("#ohje", "#hjälp", "#help"),
    "undo": ("#peru", "#ångra", "#undo"),
    "reply": ("#vastaus", "#svar", "#reply"),
    "list": ("#lista", "#lista", "#list"),
    "new": ("#uusi", "#ny", "#new"),
}
TO_THE_DESK: frozenset[str] = frozenset({"list", "new", "take", "status", "help"})
"""Those that a member may send to a mailbox of ours: they need no complaint, or name one."""

NAMING_ONE: frozenset[str] = frozenset({"take", "status"})
"""Those that name a complaint there, of which the member has no mail; in a reply nothing else stands on their line."""

ARGUMENTS: dict[str, bool] = {  # those that take something on their line, and whether they must
    "note": False, "assign": True, "wait": False, "priority": True, "topic": True, "tag": True, "merge": True,
    "ok": False, "reply": True, "list": False, "new": True,
}  # fmt: skip
_LANGUAGES = ("fi", "sv", "en")
_LINE = re.compile(r"#\s*(\S*)\s*(.*)")
_REFERENCE = re.compile(r"\[?V-[2-9A-Z]{5}\]?", re.IGNORECASE)
_INVISIBLE = dict.fromkeys((0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, 0xAD))


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One command: its English name, what stood after it, and its line, counted from 1."""

    name: str
    argument: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """Why a reply cannot be acted on. `word` is as it was written; `suggestion` the nearest that would do, or "";
    `command` the English name of the command to which something is missing.
    """

    code: Literal[
        "unknown",
        "argument",
        "missing",
        "unknown_name",
        "unknown_priority",
        "unknown_topic",
        "unknown_reply",
        "reply_fails",
        "unknown_reference",
        "bad_time",
        "bad_address",
        "other_customer",
        "same_complaint",
        "merged",
        "alone",
        "with_text",
        "not_resolved",
        "is_resolved",
        "nothing_to_undo",
        "not_here",
        "no_complaint",
        "no_matter",
        "like_a_program",
        "like_absence",
        "locked",
        "empty",
        "no_customer",
        "not_verified",
        "leak_marker",
        "leak_token",
        "leak_facts",
    ]
    line: int | None = None
    word: str = ""
    suggestion: str = ""
    command: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The commands at the top, and the rest: the answer to the customer, or the note where `#note` stands above."""

    commands: tuple[Command, ...]
    body: str
    problems: tuple[Problem, ...] = ()

    def has(self, name: str) -> bool:
        """Whether that command (by its English name) was given."""
        return any(command.name == name for command in self.commands)


def name_of(command: str, language: str) -> str:
    """How a command (by its English name) is written in that language, with its `#`; in English for other languages."""
    names = COMMANDS[command]
    return names[_LANGUAGES.index(language)] if language in _LANGUAGES else names[-1]


def read_reply(new_text: str) -> Reply:
    """Read what a member wrote above the marker line. Blank lines between commands do not end them.

    Text after `#note` on its own line belongs to the note. Codes of problems: `unknown`, `argument` (something stands
    after a command that takes nothing), `missing` (nothing after one that needs something).
    """
    lines = new_text.replace("\r\n", "\n").split("\n")
    commands: list[Command] = []
    problems: list[Problem] = []
    end = len(lines)
    for number, line in enumerate(lines):
        bare = unicodedata.normalize("NFKC", line.translate(_INVISIBLE)).strip()
        if bare and not bare.startswith("#"):
            end = number
            break
        if bare:
            read = _read_line(bare, number + 1)
            (commands if isinstance(read, Command) else problems).append(read)  # type: ignore[arg-type]
    notes = [command.argument for command in commands if command.name == "note" and command.argument]
    body = "\n".join([*notes, *lines[end:]]).strip()
    return Reply(commands=tuple(commands), body=body, problems=tuple(problems))


def _read_line(bare: str, number: int) -> Command | Problem:
    match = _LINE.fullmatch(bare)
    written, argument = match.groups() if match else (bare[1:], "")
    word = written.rstrip(".,:;!")
    name = _names().get(_folded(word))
    if name is None:
        return Problem(code="unknown", line=number, word=f"#{word}", suggestion=_nearest(word))
    if argument and name in NAMING_ONE and _REFERENCE.fullmatch(argument.strip()):
        return Command(name=name, argument=argument.strip(" []").upper(), line=number)
    if argument and name not in ARGUMENTS:
        return Problem(code="argument", line=number, word=f"#{word}")
    if not argument and ARGUMENTS.get(name):
        return Problem(code="missing", line=number, word=f"#{word}", command=name)
    return Command(name=name, argument=argument.strip(), line=number)


def _nearest(word: str) -> str:
    """The command, in any language, that is spelt most like this; "" where none is near."""
    return nearest(word, (written for forms in COMMANDS.values() for written in forms))


def nearest(word: str, known: Iterable[str]) -> str:
    """That of the known words which is spelt most like this; "" where none is near."""
    usable = {_folded(written): written for written in known}
    near = difflib.get_close_matches(_folded(word)[:40], usable, n=1, cutoff=0.6)
    return usable[near[0]] if near else ""


def is_like(one: str, other: str) -> bool:
    """Whether two words are the same but for case and diacritics."""
    return _folded(one) == _folded(other)


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {_folded(written): name for name, written_forms in COMMANDS.items() for written in written_forms}


def _folded(word: str) -> str:
    """Without `#`, case and diacritics: `#Vänta` and `vanta` are one."""
    decomposed = unicodedata.normalize("NFD", word.lstrip("#").casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))
