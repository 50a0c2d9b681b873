"""structlog without rich: imported before anything else of the command.

Where rich is installed, structlog loads it with all of pygments, 18 MB, for coloured traces that a daemon never shows.
The commands that draw tables import rich themselves.
"""

import sys

_hidden = "rich" not in sys.modules and "structlog" not in sys.modules
if _hidden:
    sys.modules["rich"] = None  # type: ignore[assignment]  # "not there", for one import

import structlog  # noqa: E402

if _hidden:
    del sys.modules["rich"]

__all__ = ["structlog"]
