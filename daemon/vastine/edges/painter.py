"""The painting of charts in a short-lived process of its own: what draws them is large, and goes again when it is done.

`vastine.edges.painter_child` is the child. Where it cannot be had, or fails, a report goes without pictures.
"""

import json
import os
import subprocess
import sys
import threading
from base64 import b64decode
from collections.abc import Sequence
from importlib.util import find_spec
from typing import Final

from vastine.core.report.charts import Chart, as_json

LONGEST: Final = 15.0  # seconds for all charts of a report
LARGEST: Final = 40_000  # octets of a picture
_PNG: Final = b"\x89PNG\r\n\x1a\n"
# Neither what is only the daemon's, nor what would let its libraries start threads for a dozen lines.
_NOT_THE_CHILDS: Final = frozenset({"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "CREDENTIALS_DIRECTORY"})
_ALONE: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MPLBACKEND": "Agg"}


class PainterError(Exception):
    """No pictures can be had; the message says why in a few words."""


class Painter:
    """Draws charts as PNG. `command` starts the child, `longest` is how many seconds it may take."""

    def __init__(self, command: Sequence[str] | None = None, *, longest: float = LONGEST) -> None:
        self._command = command
        self._longest = longest
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    def stop(self) -> None:
        """End the child, if there is one, and start none any more."""
        with self._lock:
            self._is_stopped = True
            if self._child is not None:
                self._child.kill()

    def paint(self, charts: Sequence[Chart]) -> dict[str, bytes]:
        """The pictures by the names of their charts. Raises PainterError."""
        if not charts:
            return {}
        if self._command is None and find_spec("matplotlib") is None:
            raise PainterError("matplotlib is not installed (the extra 'charts')")
        return _pictures(self._ask(json.dumps([as_json(chart) for chart in charts])), charts)

    def _ask(self, question: str) -> bytes:
        with self._started() as child:
            try:
                answer, errors = child.communicate(question.encode(), timeout=self._longest)
            except subprocess.TimeoutExpired as error:
                child.kill()
                raise PainterError(f"drawing took longer than {self._longest:.0f} s") from error
        if child.returncode != 0:
            said = errors.decode(errors="replace").strip().splitlines()
            why = said[-1][:200] if said else f"it ended with {child.returncode}"
            raise PainterError(f"drawing failed: {why}")
        return answer

    def _started(self) -> subprocess.Popen[bytes]:
        environment = {name: value for name, value in os.environ.items() if name not in _NOT_THE_CHILDS} | _ALONE
        with self._lock:
            if self._is_stopped:
                raise PainterError("nothing is drawn any more")
            try:
                self._child = subprocess.Popen(  # noqa: S603 - our own module
                    self._command or (sys.executable, "-m", "vastine.edges.painter_child"),
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=environment,
                    start_new_session=True,
                )
            except OSError as error:
                raise PainterError(f"drawing could not be started: {error.strerror}") from error
            return self._child


def _pictures(answer: bytes, charts: Sequence[Chart]) -> dict[str, bytes]:
    try:
        found = {name: b64decode(content, validate=True) for name, content in json.loads(answer).items()}
    except (ValueError, AttributeError, TypeError) as error:
        raise PainterError("drawing failed: it answered nonsense") from error
    wanted = {chart.name for chart in charts}
    return {n: png for n, png in found.items() if n in wanted and png.startswith(_PNG) and len(png) <= LARGEST}
