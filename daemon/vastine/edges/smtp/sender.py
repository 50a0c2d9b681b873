"""Sends mails through one account, over a few connections that are kept open between mails."""

import asyncio
import ssl
from collections.abc import Callable
from typing import Final

from vastine.edges.smtp.account import Later, Never, Outcome, SmtpAccount
from vastine.edges.smtp.connection import Connection, StaleError
from vastine.edges.smtp.envelope import BadMailError, Envelope, seal
from vastine.edges.smtp.opening import TroubleError, open_client, trouble, verifying_context
from vastine.edges.smtp.rate import Turns

IDLE_FOR: Final = 30.0  # seconds that an idle connection is kept
MAILS_A_CONNECTION: Final = 200


def _always() -> bool:
    return True


class Sender:
    """At most `account.connections` connections; one more call waits. Belongs to the loop it is first used in."""

    def __init__(self, account: SmtpAccount) -> None:
        self.account = account
        self._turns = Turns(account.rate)
        self._slots = asyncio.Semaphore(account.connections)
        self._idle: list[Connection] = []
        self._context: ssl.SSLContext | None = None
        self._sweep: asyncio.TimerHandle | None = None
        self._leaving: set[asyncio.Task[None]] = set()

    async def send(
        self, *, envelope_from: str, recipient: str, raw: bytes, still_ours: Callable[[], bool] = _always
    ) -> Outcome:
        """Try once to send one mail with CRLF line ends to one recipient; never raises for what a server does.

        `envelope_from` may be "" for a null return path. `still_ours` is asked when the turn has come, which can
        take long where the account has a rate: False means that nothing is begun. Cancelled, it drops the
        connection, and how the mail ended is then unknown.
        """
        try:
            envelope = seal(envelope_from=envelope_from, recipient=recipient, raw=raw)
        except BadMailError as error:
            return Never(str(error))
        async with self._slots:
            await self._turns.take()
            if not still_ours():
                return Later("its turn came too late")
            return await self._deliver(envelope)

    async def close(self) -> None:
        """Take leave of the server on every idle connection."""
        if self._sweep is not None:
            self._sweep.cancel()
            self._sweep = None
        for connection in self._idle:
            self._leave(connection)
        self._idle.clear()
        if self._leaving:
            await asyncio.wait(self._leaving)
        for _ in range(3):  # the loop still has to close the sockets of connections that were dropped
            await asyncio.sleep(0)

    async def _deliver(self, envelope: Envelope) -> Outcome:
        try:
            connection = self._reused() or await self._connect()
            try:
                outcome = await connection.transmit(envelope)
            except StaleError:
                connection = await self._connect()
                outcome = await connection.transmit(envelope)
        except TroubleError as error:
            return error.outcome
        self._keep(connection)
        return outcome

    async def _connect(self) -> Connection:
        if self._context is None and self.account.tls != "none":
            try:
                self._context = await asyncio.to_thread(verifying_context, self.account)
            except OSError as error:
                raise TroubleError(trouble(self.account, error)) from error
        return Connection(await open_client(self.account, self._context))

    def _reused(self) -> Connection | None:
        """The connection that was used last: the others may then be closed for idleness."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_open:
                return connection
        return None

    def _keep(self, connection: Connection) -> None:
        if not connection.is_open:
            return
        if connection.sent >= MAILS_A_CONNECTION:
            self._leave(connection)
            return
        loop = asyncio.get_running_loop()
        connection.idle_since = loop.time()
        self._idle.append(connection)
        if self._sweep is None:
            self._sweep = loop.call_later(IDLE_FOR, self._close_idle)

    def _close_idle(self) -> None:
        loop = asyncio.get_running_loop()
        since = loop.time() - IDLE_FOR
        while self._idle and self._idle[0].idle_since <= since:
            self._leave(self._idle.pop(0))
        wait = self._idle[0].idle_since - since if self._idle else 0.0
        self._sweep = loop.call_later(wait, self._close_idle) if self._idle else None

    def _leave(self, connection: Connection) -> None:
        task = asyncio.get_running_loop().create_task(connection.quit())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
