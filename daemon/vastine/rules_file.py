"""The file of rules on its disk: whether somebody has saved it anew since it was last read."""

from pathlib import Path
from typing import TypeAlias

_State: TypeAlias = tuple[int, int, int] | None  # inode, size, time of the last change; None where it is not there


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
