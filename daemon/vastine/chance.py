"""Random octets for tokens and ids, drawn from the system in larger pieces: each draw is a system call."""

import secrets
import threading
from typing import Final

DRAWN_AT_ONCE: Final = 4096


class Chance:
    """`secrets.token_bytes` from a reserve. Safe to share between threads; no octet is given out twice."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reserve = b""
        self._given = 0

    def __call__(self, count: int) -> bytes:
        """So many octets."""
        with self._lock:
            if self._given + count > len(self._reserve):
                self._reserve, self._given = secrets.token_bytes(max(DRAWN_AT_ONCE, count)), 0
            piece = self._reserve[self._given : self._given + count]
            self._given += count
        return piece
