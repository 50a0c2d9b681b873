"""An IMAP server inside this process, for the demonstration and where no Dovecot is at hand: pymap, all in memory.

It listens on loopback only and takes any number of users. pymap comes with the extra `demo`.
"""

import asyncio
import threading
from argparse import Namespace
from collections.abc import Coroutine, Iterable
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self, TypeVar

from vastine.edges.imap import ImapAccount

PASSWORD = "salasana"  # noqa: S105  # of a server that lives for a minute on loopback
ARGUMENTS = {"proxy_protocol": None, "passlib_cfg": None}
Answer = TypeVar("Answer")


class EmbeddedImap:
    """Mailboxes in memory behind a real IMAP port; a context manager. Its own thread serves, any thread may call."""

    name = "pymap"

    def __init__(self) -> None:
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        self._login: Any = None
        self._ready = threading.Event()
        self._ending: asyncio.Event | None = None
        self._trouble: BaseException | None = None

    def start(self) -> Self:
        """Listen on a free port; raises RuntimeError where pymap is missing."""
        try:
            import pymap.imap  # noqa: F401  # an extra, and half a second to import
        except ImportError as error:
            raise RuntimeError("the embedded IMAP server needs pymap: pip install 'vastine[demo]'") from error
        self._thread = threading.Thread(target=self._serve, name="embedded-imap", daemon=True)
        self._thread.start()
        self._ready.wait()
        if self._trouble is not None:
            raise RuntimeError(f"the embedded IMAP server does not start: {self._trouble}") from self._trouble
        return self

    def stop(self) -> None:
        """End all connections and forget all mail."""
        if self._thread is not None and self._ending is not None:
            self._loop.call_soon_threadsafe(self._ending.set)
            self._thread.join(10)
            self._thread = None

    def account(self, user: str) -> ImapAccount:
        """How to reach the mailbox of `user`, which is made if need be."""
        self._run(self._folder(user, "INBOX"))
        return ImapAccount(host="127.0.0.1", port=self.port, tls="none", ca_file=None, user=user, password=PASSWORD)

    def deliver(
        self,
        user: str,
        raw: bytes,
        folder: str = "INBOX",
        flags: Iterable[str] = (),
        at: datetime | None = None,
    ) -> None:
        """Put a mail into a folder; `at` is its time of arrival."""
        self._run(self._deliver(user, [raw], folder, flags, at))

    def deliver_many(self, user: str, mails: Iterable[bytes], folder: str = "INBOX") -> None:
        """Put many mails into a folder, in this order."""
        self._run(self._deliver(user, list(mails), folder, (), None))

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The mails in a folder, oldest first; none where there is no such folder."""
        return self._run(self._messages(user, folder))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- in the server's own thread

    def _run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._listen())
        except OSError as error:
            self._trouble = error
        finally:
            self._loop.close()
            self._ready.set()

    async def _listen(self) -> None:
        from proxyprotocol.reader import ProxyProtocolReader
        from proxyprotocol.version import ProxyProtocolVersion
        from pymap.imap import IMAPServer

        self._login = _login()
        self._ending = asyncio.Event()
        # pymap wants to be told about its socket by a PROXY protocol reader, also when there is no proxy.
        reader = ProxyProtocolReader(ProxyProtocolVersion.get(None))
        server = IMAPServer(self._login, self._login.config)
        listening = await asyncio.start_server(reader.get_callback(server), "127.0.0.1", 0)
        self.port = listening.sockets[0].getsockname()[1]
        self._ready.set()
        async with listening:
            await self._ending.wait()
        conversations = asyncio.all_tasks() - {asyncio.current_task()}
        for each in conversations:
            each.cancel()
        await asyncio.gather(*conversations, return_exceptions=True)

    async def _folder(self, user: str, folder: str) -> Any:
        """The mailbox, with the user and the folder made where they are missing."""
        from pymap.backend.dict import Identity
        from pymap.user import UserMetadata

        identity = Identity(user, self._login, None, frozenset())
        if user not in self._login.users_dict:
            await identity.set(UserMetadata(self._login.config, user, password=PASSWORD))
        async with identity.new_session() as session:
            folders = session.mailbox_set
            if folder.upper() != "INBOX" and folder not in folders._set:  # noqa: SLF001  # it offers no other look
                await folders.add_mailbox(folder)
            return await folders.get_mailbox(folder)

    async def _deliver(
        self, user: str, mails: list[bytes], folder: str, flags: Iterable[str], at: datetime | None
    ) -> None:
        from pymap.parsing.message import AppendMessage
        from pymap.parsing.specials.flag import Flag

        marks = frozenset(Flag(flag.encode("ascii")) for flag in flags)
        target = await self._folder(user, folder)
        for raw in mails:
            await target.append(AppendMessage(raw, at or datetime.now(UTC), marks), recent=True)
            await asyncio.sleep(0)  # let conversations go on between the mails

    async def _messages(self, user: str, folder: str) -> list[bytes]:
        target = await self._folder(user, folder)
        return [bytes(mail._content) async for mail in target.messages()]  # noqa: SLF001  # it offers no other look


def _login() -> Any:
    """Users in memory, whose passwords are not worth a hash."""
    from pymap.backend.dict import Config, Login
    from pysasl.hashing import Cleartext

    class Plain(Config):
        """Without pymap's greeting, which asks the DNS for our name."""

        @property
        def greeting(self) -> bytes:
            return b"Vastine's embedded server is ready"

    config = Plain(
        Namespace(**ARGUMENTS),
        host="127.0.0.1",
        port=0,
        tls_enabled=False,
        hash_context=Cleartext(),
        demo_data=False,
        demo_user="",
        demo_password="",
    )
    return Login(config)
