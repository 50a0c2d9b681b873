"""An SMTP server on loopback that does what it is told: takes mail, refuses it, hangs, dribbles, hangs up.

It speaks the protocol by itself, on bare asyncio protocols in a thread, so that misbehaving is easy and a benchmark
does not wait for it. As a process of its own, `python -m servers.smtp_peer --port 0 --out DIR` prints its port and
writes a line of JSON for each mail to DIR/received.jsonl; `--keep` saves the mails beside it.
"""

import argparse
import asyncio
import base64
import json
import signal
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self

Point = Literal["CONNECT", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "CONTENT", "DOT", "RSET", "QUIT", "NOOP"]
Action = Literal["answer", "hang", "drop", "drop_after"]
HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """A mail that was taken: `raw` as it was before dots were doubled, `at` of time.monotonic()."""

    envelope_from: str
    recipients: tuple[str, ...]
    raw: bytes = field(repr=False)
    at: float
    connection: int


@dataclass(slots=True, kw_only=True)
class Rule:
    """What to do at a point instead of going on.

    "answer": give `reply`; "hang": say nothing more; "drop": hang up without an answer; "drop_after": give `reply`
    and hang up. `recipient` limits it to transactions with that recipient, `nth` to the n-th arrival at the point
    (from 1) that fits so far, `times` to so many. "CONTENT" comes with the first octets of a mail, and what follows
    it is not heard. At "DOT", `taken` says that the mail is recorded all the same.
    """

    at: Point
    action: Action = "answer"
    reply: str = ""
    recipient: str | None = None
    nth: int | None = None
    times: int | None = None
    taken: bool = False
    arrivals: int = 0

    def applies(self, recipients: Iterable[str]) -> bool:
        if self.recipient is not None and self.recipient not in recipients:
            return False
        self.arrivals += 1
        if self.nth is not None:
            return self.arrivals == self.nth
        return self.times is None or self.arrivals <= self.times


class SmtpPeer:
    """A server in a thread of its own; use it as a context manager, or `start()` and `stop()`.

    `login` is the one user and password that AUTH takes, required before MAIL where given. `certificate` is a
    server-side TLS context, for `tls` other than "none". `strip_starttls` keeps STARTTLS out of the answer to EHLO.
    `octets_apart` (seconds) makes every answer come an octet at a time.
    """

    def __init__(
        self,
        *rules: Rule,
        tls: Literal["none", "starttls", "implicit"] = "none",
        certificate: ssl.SSLContext | None = None,
        login: tuple[str, str] | None = None,
        extensions: tuple[str, ...] = ("SIZE 52428800", "8BITMIME"),
        strip_starttls: bool = False,
        octets_apart: float = 0.0,
        port: int = 0,
        on_mail: Callable[[Received], None] | None = None,
    ) -> None:
        self.rules = list(rules)
        self.tls, self.certificate, self.login = tls, certificate, login
        self.extensions, self.strip_starttls, self.octets_apart = extensions, strip_starttls, octets_apart
        self.port = port
        self.received: list[Received] = []
        self.commands: list[str] = []
        self.connections = 0
        self.open: set[_Session] = set()
        self._on_mail = on_mail
        self._arrived = threading.Condition()
        self.ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._end: asyncio.Event | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> Self:
        self.ready.clear()
        self._thread = threading.Thread(target=lambda: asyncio.run(self.serve()), name="smtp-peer", daemon=True)
        self._thread.start()
        if not self.ready.wait(10):
            raise RuntimeError("the SMTP peer did not start")
        return self

    def stop(self) -> None:
        """End the server and every connection; `start()` then serves the same port again."""
        if self._thread is None:
            return
        if self._loop is not None and self._end is not None:
            self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
        self._thread = self._loop = None

    def script(self, *rules: Rule) -> None:
        """Replace the rules from now on."""
        self.rules = list(rules)

    def hang_up(self) -> None:
        """Close every open connection, as a server does with those that idle, and wait until it is done."""
        done = threading.Event()

        def close() -> None:
            for session in tuple(self.open):
                session.transport.abort()
            done.set()

        if self._loop is not None:
            self._loop.call_soon_threadsafe(close)
            done.wait(10)

    def wait_for(self, count: int, timeout: float = 10.0) -> list[Received]:
        """The mails received, once there are so many. Raises TimeoutError."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.received) >= count, timeout):
                raise TimeoutError(f"{len(self.received)} of {count} mails came in {timeout:g} s")
            return list(self.received)

    def wait_for_command(self, verb: str, timeout: float = 10.0) -> None:
        """Wait until a client has given that command. Raises TimeoutError."""
        with self._arrived:
            if not self._arrived.wait_for(lambda: any(line.split()[:1] == [verb] for line in self.commands), timeout):
                raise TimeoutError(f"no {verb} came in {timeout:g} s")

    async def serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._end = asyncio.Event()
        context = self.certificate if self.tls == "implicit" else None
        server = await self._loop.create_server(lambda: _Session(self), HOST, self.port, ssl=context, backlog=200)
        self.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        await self._end.wait()
        server.close()
        for session in tuple(self.open):
            session.transport.abort()
        for _ in range(5):  # closing takes a few turns of the loop, more of them under TLS
            await asyncio.sleep(0)

    def end(self) -> None:
        """Let `serve()` return; for its own loop."""
        if self._end is not None:
            self._end.set()

    def hear(self, line: str) -> None:
        with self._arrived:
            self.commands.append(line)
            self._arrived.notify_all()

    def take(self, mail: Received) -> None:
        with self._arrived:
            self.received.append(mail)
            self._arrived.notify_all()
        if self._on_mail is not None:
            self._on_mail(mail)


class _Session(asyncio.Protocol):
    transport: Any

    def __init__(self, peer: SmtpPeer) -> None:
        self._peer = peer
        self._buffer = bytearray()
        self._in_content = False
        self._stopped = False
        self._secure = False
        self._known = peer.login is None
        self._log_in: list[str] | None = None
        self._sender: str | None = None
        self._recipients: list[str] = []
        self._number = 0
        self._commands = {
            "EHLO": self._ehlo,
            "HELO": lambda _: self._say("250 peer"),
            "STARTTLS": self._starttls,
            "AUTH": self._auth,
            "MAIL": self._mail,
            "RCPT": self._rcpt,
            "DATA": self._data,
            "RSET": self._rset,
            "NOOP": lambda _: self._say("250 2.0.0 Ok"),
        }

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self._secure = transport.get_extra_info("sslcontext") is not None
        self._peer.open.add(self)
        self._peer.connections += 1
        self._number = self._peer.connections
        if not self._ruled("CONNECT"):
            self._say("220 peer ESMTP")

    def connection_lost(self, _: Exception | None) -> None:
        self._peer.open.discard(self)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while self._buffer and not self._stopped:
            taken = self._content(len(data)) if self._in_content else self._line()
            if not taken:
                return

    def _line(self) -> bool:
        end = self._buffer.find(b"\n")
        if end < 0:
            return False
        line = self._buffer[:end].decode("utf-8", "replace").rstrip("\r")
        del self._buffer[: end + 1]
        if self._log_in is not None:
            self._credential(line)
            return True
        verb = line[:8].split(" ", 1)[0].upper()
        self._peer.hear(line)
        if verb == "RCPT":
            self._recipients.append(line[line.find("<") + 1 : line.rfind(">")])
        if self._ruled(verb):
            if verb == "RCPT":
                self._recipients.pop()
            return True
        if verb == "QUIT":
            self._say("221 2.0.0 Bye")
            self.transport.close()
        else:
            self._commands.get(verb, lambda _: self._say("500 5.5.1 What?"))(line)
        return True

    def _content(self, arrived: int) -> bool:
        """The content up to the dot; only what is new is searched, as a large mail comes in many pieces."""
        if arrived == len(self._buffer) and self._ruled("CONTENT"):
            self._stopped = True
            return False
        if self._buffer.startswith(b".\r\n"):
            end, after = 0, 3
        else:
            end = self._buffer.find(b"\r\n.\r\n", max(0, len(self._buffer) - arrived - 4))
            if end < 0:
                return False
            end, after = end + 2, end + 5
        raw = bytes(self._buffer[:end]).replace(b"\r\n..", b"\r\n.")
        del self._buffer[:after]
        self._in_content = False
        self._dot(raw[1:] if raw.startswith(b"..") else raw)
        return True

    def _dot(self, raw: bytes) -> None:
        rule = self._rule("DOT")
        if rule is None or rule.taken:
            self._peer.take(
                Received(
                    envelope_from=self._sender or "",
                    recipients=tuple(self._recipients),
                    raw=raw,
                    at=time.monotonic(),
                    connection=self._number,
                )
            )
        self._sender, self._recipients = None, []
        if rule is None:
            self._say(f"250 2.0.0 Ok: queued as {len(self._peer.received):X}")
        else:
            self._do(rule)

    def _rule(self, point: str) -> Rule | None:
        if not self._peer.rules:
            return None
        return next((rule for rule in self._peer.rules if rule.at == point and rule.applies(self._recipients)), None)

    def _ruled(self, point: str) -> bool:
        rule = self._rule(point)
        if rule is not None:
            self._do(rule)
        return rule is not None

    def _do(self, rule: Rule) -> None:
        if rule.action in ("answer", "drop_after"):
            self._say(rule.reply)
        if rule.action in ("drop", "drop_after"):
            self._stopped = True
            self.transport.close()
        if rule.action == "hang":
            self._stopped = True

    def _say(self, *lines: str) -> None:
        answer = "".join(f"{line}\r\n" for line in lines).encode()
        if not self._peer.octets_apart:
            self.transport.write(answer)
            return
        loop = asyncio.get_running_loop()
        for index in range(len(answer)):
            loop.call_later(index * self._peer.octets_apart, self._dribble, answer[index : index + 1])

    def _dribble(self, octet: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(octet)

    def _ehlo(self, _: str) -> None:
        offers = [*self._peer.extensions]
        if self._peer.tls == "starttls" and not self._secure and not self._peer.strip_starttls:
            offers.append("STARTTLS")
        if self._peer.login is not None and (self._secure or self._peer.tls == "none"):
            offers.append("AUTH PLAIN LOGIN")
        lines = ["peer", *offers]
        self._say(*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}")

    def _starttls(self, _: str) -> None:
        if self._peer.certificate is None:
            self._say("502 5.5.1 No")
            return
        self._say("220 2.0.0 Go ahead")
        self._buffer.clear()
        self._stopped = True
        task = asyncio.get_running_loop().create_task(self._secured())
        task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _secured(self) -> None:
        certificate = self._peer.certificate
        assert certificate is not None
        transport = self.transport
        try:
            self.transport = await asyncio.get_running_loop().start_tls(transport, self, certificate, server_side=True)
        except (OSError, ssl.SSLError):
            transport.abort()
            return
        self._secure, self._stopped = True, False
        self.data_received(b"")  # what came right behind the handshake

    def _auth(self, line: str) -> None:
        words = line.split()
        if words[1].upper() == "PLAIN":
            self._judge(base64.b64decode(words[2]).decode().split("\0")[1:])
        else:
            self._log_in = [base64.b64decode(words[2]).decode()] if len(words) > 2 else []
            self._say("334 UGFzc3dvcmQ6")

    def _credential(self, line: str) -> None:
        assert self._log_in is not None
        given = [*self._log_in, base64.b64decode(line).decode()]
        self._log_in = None
        self._judge(given)

    def _judge(self, given: list[str]) -> None:
        self._known = given == list(self._peer.login or ())
        self._say("235 2.7.0 Welcome" if self._known else "535 5.7.8 Bad credentials")

    def _mail(self, line: str) -> None:
        if not self._known:
            self._say("530 5.7.0 Authentication required")
            return
        self._sender = line[line.find("<") + 1 : line.rfind(">")]
        self._recipients = []
        self._say("250 2.1.0 Ok")

    def _rcpt(self, _: str) -> None:
        self._say("250 2.1.5 Ok" if self._sender is not None else "503 5.5.1 MAIL first")

    def _data(self, _: str) -> None:
        if not self._recipients:
            self._say("503 5.5.1 RCPT first")
            return
        self._in_content = True
        self._say("354 Go ahead")

    def _rset(self, _: str) -> None:
        self._sender, self._recipients = None, []
        self._say("250 2.0.0 Ok")


def tls_contexts() -> tuple[ssl.SSLContext, Callable[[Path], Path]]:
    """A server-side context for 127.0.0.1 and localhost, and a function that writes its CA to a file in a folder."""
    import trustme

    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST, "localhost").configure_cert(context)

    def write(folder: Path) -> Path:
        path = folder / "ca.pem"
        authority.cert_pem.write_to_path(str(path))
        return path

    return context, write


def message_id(raw: bytes) -> str:
    """The Message-ID of a mail of ours, without parsing the rest."""
    start = raw.lower().find(b"\nmessage-id:", 0, 8192)
    if start < 0:
        return ""
    return raw[start + 12 : raw.find(b"\r\n", start + 12)].decode("ascii", "replace").strip()


@contextmanager
def _recording(folder: Path, *, keep: bool) -> Iterator[Callable[[Received], None]]:
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    with (folder / "received.jsonl").open("a", buffering=1 << 16) as file:

        def record(mail: Received) -> None:
            nonlocal count
            count += 1
            line = {"at": mail.at, "from": mail.envelope_from, "to": mail.recipients, "size": len(mail.raw)}
            file.write(json.dumps({**line, "message_id": message_id(mail.raw)}) + "\n")
            file.flush()
            if keep:
                (folder / f"{count:06d}.eml").write_bytes(mail.raw)

        yield record


async def _main(folder: Path, port: int, *, keep: bool) -> None:
    with _recording(folder, keep=keep) as record:
        peer = _Counter(port=port, on_mail=record)
        serving = asyncio.create_task(peer.serve())
        await asyncio.to_thread(peer.ready.wait)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, peer.end)
        print(peer.port, flush=True)
        await serving


class _Counter(SmtpPeer):
    """Passes mails on and keeps none, so that a long benchmark does not fill the memory."""

    def hear(self, line: str) -> None:
        pass

    def take(self, mail: Received) -> None:
        if self._on_mail is not None:
            self._on_mail(mail)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--keep", action="store_true", help="save the mails too")
    arguments = parser.parse_args()
    asyncio.run(_main(arguments.out, arguments.port, keep=arguments.keep))
    sys.exit(0)
