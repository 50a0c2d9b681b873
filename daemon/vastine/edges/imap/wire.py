"""The octets under the protocol: how long and how many of them one operation may take, and TLS before any credential.

A socket's own timeout starts anew with each octet, so a server that dribbles defeats it; and imaplib reads whatever
length a literal announces. Both limits are kept here, at the one place where octets come in.
"""

import imaplib
import io
import ipaddress
import socket
import ssl
import time
from pathlib import Path
from typing import Any

READ_AHEAD = 1 << 16
LONGEST_LINE = 1 << 24  # of a SEARCH answer with a million UIDs; the limit of the operation is usually lower
CONNECT = 10.0  # seconds for one address of a host; it may have two


class Limits:
    """What is left of the operation under way: `ends` is a monotonic time, `octets` may still be read."""

    __slots__ = ("ends", "octets", "patient")

    def __init__(self, seconds: float) -> None:
        self.patient = True  # False: take only what has arrived already
        self.begin(seconds, 1 << 20)

    def begin(self, seconds: float, octets: int) -> None:
        """Start counting for a new operation."""
        self.ends = time.monotonic() + seconds
        self.octets = octets

    def remaining(self) -> float:
        """Seconds left; raises TimeoutError when there are none."""
        left = self.ends - time.monotonic()
        if left <= 0:
            raise TimeoutError("no complete answer in time")
        return left


class _Inflow(io.RawIOBase):
    """The receiving side of a socket under `Limits`."""

    def __init__(self, sock: socket.socket, limits: Limits) -> None:
        self._sock = sock
        self._limits = limits
        self.ended = False
        self.shut = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int | None:  # type: ignore[override]
        if self.shut:
            return None
        self._sock.settimeout(self._limits.remaining() if self._limits.patient else 0)
        try:
            count = self._sock.recv_into(buffer)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return None
        self.ended = count == 0
        self._limits.octets -= count
        if self._limits.octets < 0:
            raise imaplib.IMAP4.abort("the answer is larger than anything that was asked for")
        return count


class GuardedIMAP4(imaplib.IMAP4):
    """imaplib's protocol over guarded octets; `context` is the TLS to begin with, None for none or for STARTTLS."""

    def __init__(self, host: str, port: int, limits: Limits, context: ssl.SSLContext | None) -> None:
        self.limits = limits
        self._context = context
        self._inflow: _Inflow | None = None
        self._reader: io.BufferedReader | None = None
        self._read_from: socket.socket | None = None
        super().__init__(host, port)

    def _create_socket(self, timeout: float | None) -> socket.socket:  # the limits say it
        sock = socket.create_connection((self.host, self.port), min(CONNECT, self.limits.remaining()))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self._context is None:
            return sock
        try:
            sock.settimeout(self.limits.remaining())
            return self._context.wrap_socket(sock, server_hostname=self.host)
        except BaseException:
            sock.close()
            raise

    def _reading(self) -> io.BufferedReader:
        if self._reader is None or self._read_from is not self.sock:
            # STARTTLS has put another socket here. What came in clear before it must not pass for what TLS protects.
            if self._reader is not None and self._inflow is not None:
                self._inflow.shut = True
                if self._reader.peek(1):
                    raise self.abort("the server sent something between STARTTLS and TLS")
            self._inflow = _Inflow(self.sock, self.limits)
            self._reader = io.BufferedReader(self._inflow, READ_AHEAD)
            self._read_from = self.sock
        return self._reader

    def arrived(self) -> bool:
        """Whether octets wait already, in our buffer or under TLS; raises abort where the connection has ended."""
        if self._reader is None or self._inflow is None:
            return False
        self.limits.patient = False
        try:
            waiting = bool(self._reader.peek(1))
        finally:
            self.limits.patient = True
        if not waiting and self._inflow.ended:
            raise self.abort("the server closed the connection")
        return waiting

    def read(self, size: int) -> bytes:
        if size > self.limits.octets:
            raise self.abort("the server announced more octets than were asked for")
        data = self._reading().read(size)
        if data is None or len(data) != size:
            raise self.abort("the connection ended in the middle of a mail")
        return data

    def readline(self) -> bytes:
        return self._reading().readline(LONGEST_LINE)

    def send(self, data: Any) -> None:
        self.sock.settimeout(self.limits.remaining())
        super().send(data)

    def _log(self, line: str) -> None:
        """Keep no list of the last commands: the log-in is one of them."""

    def cut(self) -> None:
        """End the conversation from any thread; who reads or writes sees the connection closed."""
        try:
            # Not SSLSocket.shutdown, which would let a thread in the middle of reading go on without TLS.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
        except OSError:
            pass  # it has ended already


def tls_context(ca_file: Path | None) -> ssl.SSLContext:
    """A context that verifies the chain and the host's name; raises OSError where `ca_file` cannot be read."""
    return ssl.create_default_context(cafile=None if ca_file is None else str(ca_file))


def is_loopback(sock: socket.socket) -> bool:
    """Whether the other end is on this machine, the only place for a conversation in clear."""
    return ipaddress.ip_address(sock.getpeername()[0].partition("%")[0]).is_loopback
