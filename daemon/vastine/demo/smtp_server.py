"""The SMTP server of the demo: takes every mail that the daemon sends, and hands it on.

It stands in for the company's provider and everybody's inbox at once, listens on loopback only, and needs the
extra `demo` (aiosmtpd).
"""

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from aiosmtpd.smtp import SMTP

HOST: Final = "127.0.0.1"
_SIZE_AT_MOST: Final = 64 * 1024 * 1024
_START_WITHIN: Final = 10.0  # seconds


class EmbeddedSmtp:
    """A server in a thread of its own, on a free `port`; a context manager.

    Each mail, with CRLF line ends, goes to `on_mail(envelope_from, recipients, raw)` in the server's thread, and is
    saved to `folder`, where that is given, as 001.eml, 002.eml ... in the order of arrival.
    """

    def __init__(self, *, folder: Path | None = None) -> None:
        self.port = 0
        self.count = 0
        self.on_mail: Callable[[str, list[str], bytes], object] = lambda *_: None
        self._folder = folder
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=self._run, name="demo-smtp", daemon=True)

    def __enter__(self) -> Self:
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
        self._thread.start()
        if not self._ready.wait(_START_WITHIN):
            raise RuntimeError("the SMTP server of the demo did not start")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        server = await self._loop.create_server(self._session, HOST, 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._end.wait()
        server.close()

    def _session(self) -> SMTP:
        return SMTP(self, hostname="localhost", data_size_limit=_SIZE_AT_MOST, enable_SMTPUTF8=True, loop=self._loop)

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802  aiosmtpd's name
        """Take one mail; called by aiosmtpd."""
        self.count += 1
        raw: bytes = envelope.original_content
        if self._folder is not None:
            (self._folder / f"{self.count:03d}.eml").write_bytes(raw)
        self.on_mail(envelope.mail_from or "", list(envelope.rcpt_tos), raw)
        return f"250 2.0.0 Ok: {self.count}"
