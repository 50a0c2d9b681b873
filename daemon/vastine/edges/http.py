"""A very small HTTP server (RFC 9112) for those who watch the daemon: GET and HEAD, one answer a connection.

It lives in a thread with a loop of its own, so that neither a slow client nor the sending of mail holds the other up.
Nothing that a client does takes more than a few kilobytes and a few seconds.
"""

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog

HEAD_AT_MOST: Final = 8192  # octets of a request
WITHIN: Final = 5.0  # seconds for a request to come, and again for its answer to be taken
CLIENTS_AT_MOST: Final = 64
_GRACE: Final = 2.0  # seconds for answers that are under way when the server stops

log = structlog.get_logger()


class ListenError(Exception):
    """The address cannot be listened on; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What was asked for. `path` is without its query; `accept` is "" where nothing was said; HEAD wants no content."""

    path: str
    accept: str = ""
    wants_content: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What is answered; `content` is not sent upon HEAD."""

    status: HTTPStatus
    content_type: str = "text/plain; charset=utf-8"
    content: bytes = b""


class _RefusedError(Exception):
    """The request is not one that is answered here."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class HttpServer:
    """`answer` is called in a thread of the server's own, for one request after another."""

    def __init__(self, host: str, port: int, answer: Callable[[Request], Answer], *, within: float = WITHIN) -> None:
        """Take the address, an IP address and a port, at once. Raises ListenError."""
        self._answer = answer
        self._within = within
        self._listening = _listening(host, port)
        self._thread = threading.Thread(target=self._run, name="http", daemon=True)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = threading.Event()
        self._stop: asyncio.Event | None = None
        self._clients: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port, also where any free one was asked for."""
        return int(self._listening.getsockname()[1])

    def start(self) -> None:
        """Answer from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more requests; what is under way has two seconds to end. May be called without a start, and again."""
        self._stopping.set()
        loop, stop = self._loop, self._stop
        if loop is not None and stop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended by itself
                loop.call_soon_threadsafe(stop.set)
        if self._thread.is_alive():
            self._thread.join(2 * _GRACE)
        self._listening.close()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except Exception:  # the top of the thread: mail goes on without anybody watching
            log.exception("the metrics server ended", code="http_ended")

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        self._loop.set_default_executor(ThreadPoolExecutor(1, "http answers"))
        server = await asyncio.start_server(self._accept, sock=self._listening, limit=HEAD_AT_MOST)
        if not self._stopping.is_set():
            await self._stop.wait()
        server.close()
        if self._clients:
            await asyncio.wait(self._clients, timeout=_GRACE)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._clients) >= CLIENTS_AT_MOST:
            writer.transport.abort()
            return
        self._clients.add(task)
        try:
            await self._converse(reader, writer)
        except (OSError, TimeoutError):
            log.debug("a client went away", code="http_client_gone")
        except Exception:  # one request that trips over a mistake of ours must not stop the others
            log.exception("request could not be answered", code="http_failed")
        finally:
            self._clients.discard(task)
            writer.transport.abort()  # what was to be sent has been

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            request = _parsed(await _request_head(reader, self._within))
            answer = await asyncio.to_thread(self._answered, request)
            writer.write(_head(answer) + (answer.content if request.wants_content else b""))
        except _RefusedError as refused:
            answer = _refusal(refused.status)
            writer.write(_head(answer) + answer.content)
        async with asyncio.timeout(self._within):
            await writer.drain()
            writer.write_eof()
            await reader.read(HEAD_AT_MOST)  # until the client has it: closing before would cut it off

    def _answered(self, request: Request) -> Answer:
        try:
            return self._answer(request)
        except Exception:  # as above, and the client is told
            log.exception("request could not be answered", code="http_failed", path=request.path)
            return _refusal(HTTPStatus.INTERNAL_SERVER_ERROR)


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=CLIENTS_AT_MOST)
    except OSError as error:
        shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        why = os.strerror(error.errno) if error.errno else str(error)  # its own text names the address once more
        raise ListenError(f"cannot listen on {shown}: {why.lower()}") from error


async def _request_head(reader: asyncio.StreamReader, within: float) -> bytes:
    try:
        async with asyncio.timeout(within):
            return await reader.readuntil(b"\r\n\r\n")
    except TimeoutError as error:
        raise _RefusedError(HTTPStatus.REQUEST_TIMEOUT) from error
    except asyncio.LimitOverrunError as error:
        raise _RefusedError(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE) from error
    except asyncio.IncompleteReadError as error:
        raise _RefusedError(HTTPStatus.BAD_REQUEST) from error


def _parsed(head: bytes) -> Request:
    first, *fields = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise _RefusedError(HTTPStatus.BAD_REQUEST)
    method, target, _ = words
    if method not in ("GET", "HEAD"):
        raise _RefusedError(HTTPStatus.METHOD_NOT_ALLOWED)
    values = [field.partition(":") for field in fields]
    accept = ",".join(value.strip() for name, _, value in values if name.lower() == "accept")
    return Request(path=target.partition("?")[0], accept=accept, wants_content=method == "GET")


def _refusal(status: HTTPStatus) -> Answer:
    return Answer(status=status, content=f"{status.phrase}\n".encode())


def _head(answer: Answer) -> bytes:
    lines = [
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}",
        f"Content-Type: {answer.content_type}",
        f"Content-Length: {len(answer.content)}",
        "Cache-Control: no-store",
        "X-Content-Type-Options: nosniff",
        "Connection: close",
    ]
    if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
        lines.append("Allow: GET, HEAD")
    return "\r\n".join([*lines, "", ""]).encode("latin-1")
