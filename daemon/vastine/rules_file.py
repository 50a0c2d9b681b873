"""The file of rules on its disk: reading it, and whether somebody has saved it anew since."""

from pathlib import Path
from typing import TypeAlias

from vastine.config import Settings
from vastine.core.rules import Rulebook, load

_State: TypeAlias = tuple[int, int, int] | None  # inode, size, time of the last change; None where it is not there


class SetupError(Exception):
    """The daemon cannot start; the message says what to mend (exit 78)."""


def read_rules(path: Path) -> Rulebook:
    """The rules in that file. Raises RulesError with every problem, SetupError where it cannot be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SetupError(f"{path}: the rules cannot be read: {error}") from error
    return load(text, file=path.name)


def rules_for(settings: Settings) -> Rulebook:
    """The rules that go with these settings. Raises RulesError, and SetupError where the two contradict each other."""
    rulebook = read_rules(settings.rules)
    if problems := _contradictions(settings, rulebook):
        raise SetupError("\n".join(problems))
    return rulebook


def _contradictions(settings: Settings, rulebook: Rulebook) -> list[str]:
    ours = {a.lower(): mailbox.name for mailbox in settings.mailboxes for a in (mailbox.address, *mailbox.aliases)}
    people = {f"staff: {member.key}": member.email for member in rulebook.staff.values()}
    people |= {f"management: {address}": address for address in rulebook.management}
    return [
        f"{settings.rules.name}: {who}: {address} is an address of mailbox '{ours[address.lower()]}' itself:"
        " mail to it would come back; give an address that a person reads"
        for who, address in people.items()
        if address.lower() in ours
    ]


class RulesFile:
    """Remembers how the file was when it was last taken notice of."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._noticed = self._before = self._state()

    def has_settled_anew(self) -> bool:
        """Whether it is another than was last noticed, and as it was at the call before: whoever saves it has ended."""
        now = self._state()
        settled, self._before = now == self._before, now
        if not settled or now in (None, self._noticed):  # gone for a moment: some editors save so
            return False
        self._noticed = now
        return True

    def notice(self) -> None:
        """It is being read now."""
        self._noticed = self._before = self._state()

    def _state(self) -> _State:
        try:
            stat = self._path.stat()
        except OSError:
            return None
        return stat.st_ino, stat.st_size, stat.st_mtime_ns
