"""A wire tap between the daemon and its IMAP server, in a thread: it passes everything on and notes each EXISTS."""

import asyncio
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

EXISTS = re.compile(rb"^\* \d+ EXISTS\r$", re.MULTILINE)


@dataclass(slots=True)
class Tap:
    """`exists` are the times (monotonic, seconds) at which an EXISTS was on its way to the daemon."""

    port: int = 0
    exists: list[float] = field(default_factory=list)


@contextmanager
def tap(host: str, port: int) -> Iterator[Tap]:
    found, ready, loop = Tap(), threading.Event(), asyncio.new_event_loop()

    async def serve() -> None:
        server = await asyncio.start_server(lambda r, w: _relay(found, host, port, r, w), "127.0.0.1", 0)
        found.port = server.sockets[0].getsockname()[1]
        ready.set()
        with suppress(asyncio.CancelledError):
            await server.serve_forever()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),), daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield found
    finally:
        loop.call_soon_threadsafe(lambda: [task.cancel() for task in asyncio.all_tasks(loop)])
        thread.join(10)


async def _relay(found: Tap, host: str, port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    server_reader, server_writer = await asyncio.open_connection(host, port)
    await asyncio.gather(_pass_on(reader, server_writer, None), _pass_on(server_reader, writer, found))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, found: Tap | None) -> None:
    with suppress(OSError, asyncio.CancelledError):
        while data := await reader.read(65536):
            if found is not None and EXISTS.search(data):
                found.exists.append(time.monotonic())
            writer.write(data)
            await writer.drain()
    writer.close()
