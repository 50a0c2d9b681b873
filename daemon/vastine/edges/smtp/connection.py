"""One connection to a server, used for one mail after another.

The commands are given one by one, not by aiosmtplib's `sendmail()`: that would hide where a mail was lost, and cost
more processor time. Time limits stand around whole operations, since a server that sends an octet now and then
defeats any limit on a single read.
"""

import asyncio
from typing import Final, cast

from aiosmtplib import SMTP, SMTPException, SMTPResponse, SMTPServerDisconnected
from aiosmtplib.protocol import SMTPProtocol

from vastine import checkpoint
from vastine.edges.smtp.account import Later, Never, Outcome, Sent, Unknown
from vastine.edges.smtp.envelope import Envelope
from vastine.edges.smtp.reply import cleaned, judged, shown

BASE_WITHIN: Final = 60.0  # seconds for one mail, beside the time for its octets
STALE_AFTER: Final = 10.0  # seconds without an answer to MAIL on a connection that has been idle
QUIT_WITHIN: Final = 5.0
_SLOWEST: Final = 50_000  # octets a second
_CHUNK: Final = 256 * 1024
_CLOSING: Final = 421
_TOO_LARGE: Final = 552


class StaleError(Exception):
    """The server had closed a connection that was kept open: nothing was said about the mail yet."""


def deadline(size: int) -> float:
    """Seconds that sending so many octets may take, all commands included."""
    return BASE_WITHIN + size / _SLOWEST


class Connection:
    """An open connection. `sent` counts the mails tried on it, `idle_since` is the loop's time of the last."""

    def __init__(self, client: SMTP) -> None:
        self._client = client
        self._size_limit = int(size) if (size := client.esmtp_extensions.get("size", "")).isdecimal() else 0
        self._step = ""
        self._after_dot = False
        self.sent = 0
        self.idle_since = 0.0

    @property
    def is_open(self) -> bool:
        return self._client.is_connected

    def drop(self) -> None:
        """Close without a word, nor waiting for the peer's; safe at any point."""
        transport = cast("asyncio.WriteTransport | None", self._client.transport)
        self._client.close()
        if transport is not None:
            transport.abort()

    async def quit(self) -> None:
        """Take leave and close. A server that does not answer, or is gone already, is no trouble."""
        try:
            async with asyncio.timeout(QUIT_WITHIN):
                await self._client.quit()
        except (SMTPException, OSError):
            pass
        finally:
            self.drop()

    async def transmit(self, envelope: Envelope) -> Outcome:
        """Try to send one mail. Raises StaleError where the connection had been closed while it was idle."""
        self._after_dot = False
        whole = False
        try:
            async with asyncio.timeout(deadline(envelope.size)):
                outcome = self._unfit(envelope) or await self._transaction(envelope)
            whole = True
        except TimeoutError:
            return self._broken(f"no answer to {self._step} in {deadline(envelope.size):.0f} s")
        except (SMTPException, OSError) as error:
            return self._broken(f"connection lost at {self._step}: {error or type(error).__name__}")
        finally:
            self.sent += 1
            if not whole:
                self.drop()
        return outcome

    def _broken(self, reason: str) -> Later | Unknown:
        reason = cleaned(reason)
        return Unknown(reason) if self._after_dot else Later(reason)

    def _unfit(self, envelope: Envelope) -> Never | None:
        """What this server says beforehand that it cannot take."""
        if envelope.utf8 and not self._client.supports_extension("smtputf8"):
            return Never("the address is not ASCII, and the server does not take such (SMTPUTF8)")
        if envelope.eight_bit and not self._client.supports_extension("8bitmime"):
            return Never("the mail has 8-bit text, and the server does not take such (8BITMIME)", content=True)
        if self._size_limit and envelope.size > self._size_limit:
            return Never(f"the mail has {envelope.size} octets, and the server takes {self._size_limit}", content=True)
        return None

    async def _transaction(self, envelope: Envelope) -> Outcome:
        reply = await self._mail(envelope)
        if reply.code != 250:
            return await self._refused(reply)
        self._step = "RCPT"
        reply = await self._client.execute_command(b"RCPT", envelope.rcpt)
        if reply.code not in (250, 251, 252):
            return await self._refused(reply)
        self._step = "DATA"
        reply = await self._client.execute_command(b"DATA")
        if reply.code != 354:
            return await self._refused(reply)
        return await self._content(envelope.content)

    async def _mail(self, envelope: Envelope) -> SMTPResponse:
        """MAIL, where it shows whether a connection that was kept open still lives."""
        self._step = "MAIL"
        options = []
        if self._client.supports_extension("size"):
            options.append(b"SIZE=%d" % envelope.size)
        if envelope.eight_bit:
            options.append(b"BODY=8BITMIME")
        if envelope.utf8:
            options.append(b"SMTPUTF8")
        if not self.sent:
            return await self._client.execute_command(b"MAIL", envelope.mail, *options)
        try:
            async with asyncio.timeout(STALE_AFTER):
                reply = await self._client.execute_command(b"MAIL", envelope.mail, *options)
        except (SMTPException, OSError) as error:
            raise StaleError from error
        if reply.code == _CLOSING:
            raise StaleError
        return reply

    async def _refused(self, reply: SMTPResponse) -> Later | Never:
        """What a refusal before the content means; the next mail then starts afresh."""
        outcome = judged(self._step, reply, content=reply.code == _TOO_LARGE and self._step == "MAIL")
        if self.is_open and self._step != "MAIL":
            try:
                await self._client.execute_command(b"RSET")
            except (SMTPException, OSError):
                self.drop()
        return outcome

    async def _content(self, content: bytes) -> Outcome:
        self._step = "the mail itself"
        protocol = self._client.protocol
        if protocol is None:
            raise SMTPServerDisconnected("gone after DATA")
        if len(content) > _CHUNK:
            reply = await self._upload(protocol, content)
        else:
            protocol.write(content + b".\r\n")
            self._ended()
            reply = await protocol.read_response()
        if reply.code == _CLOSING or not self._after_dot:  # without the dot the rest would be read as commands
            self.drop()
        if 200 <= reply.code <= 299 and self._after_dot:
            return Sent(shown(reply))
        return judged(self._step, reply, content=True)

    def _ended(self) -> None:
        """The final dot is written, to the socket or (a large mail) its buffer: the server may have the mail."""
        self._after_dot = True
        checkpoint.reached("after_final_dot")

    async def _upload(self, protocol: SMTPProtocol, content: bytes) -> SMTPResponse:
        """A large mail in pieces, no faster than the line takes them; an early refusal ends it."""
        reading = asyncio.create_task(protocol.read_response())
        await asyncio.sleep(0)  # it listens from here on
        try:
            for start in range(0, len(content), _CHUNK):
                await self._room(reading)
                if reading.done():
                    return await reading
                protocol.write(content[start : start + _CHUNK])
            protocol.write(b".\r\n")
            self._ended()
            return await reading
        finally:
            if not reading.cancel() and not reading.cancelled():
                reading.exception()  # seen, also where the writing failed first

    async def _room(self, reading: "asyncio.Task[SMTPResponse]") -> None:
        transport = cast("asyncio.WriteTransport | None", self._client.transport)
        while transport is not None and transport.get_write_buffer_size() > _CHUNK and not reading.done():
            await asyncio.wait({reading}, timeout=0.01)
