"""A small IMAP server in a thread that does what it is told, and so what Dovecot will never do.

By default it behaves. `answers` puts a function in the place of one command's answer: it gets the conversation, the
command's tag and its arguments. Ready-made misbehaviour stands at the end of this module.
"""

import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from types import TracebackType
from typing import Self

from vastine.edges.imap import ImapAccount

FULL = "IMAP4rev1 IDLE MOVE UIDPLUS"
CLOSED = b"* BYE closed\r\n"
Answer = Callable[["Talk", str, str], None]
PART = re.compile(r"BODY\.PEEK\[(HEADER|)\](?:<(\d+)\.(\d+)>)?")
ARRIVED = '"01-Nov-2026 12:00:00 +0200"'


class ImapPeer:
    """One account with folders of mails; a context manager.

    `heard` has every line that clients sent; `folders` maps a name to its mails by UID; `deleted` are the UIDs in
    INBOX that bear the flag; `uidnext` may be set to anything.
    """

    def __init__(
        self,
        mails: Iterable[bytes] = (),
        *,
        capabilities: str = FULL,
        greeting: str = "* OK ready",
        answers: Mapping[str, Answer] | None = None,
    ) -> None:
        self.capabilities = capabilities
        self.greeting = greeting
        self.answers = dict(answers or {})
        self.folders: dict[str, dict[int, bytes]] = {"INBOX": dict(enumerate(mails, 1))}
        self.uidvalidity = 4711
        self.uidnext = len(self.folders["INBOX"]) + 1
        self.deleted: set[int] = set()
        self.heard: list[str] = []
        self._talks: list[Talk] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self._thread = threading.Thread(target=self._accept, name="imap-peer", daemon=True)

    def account(self) -> ImapAccount:
        """How to reach it; no TLS."""
        return ImapAccount(
            host="127.0.0.1", port=self.port, tls="none", ca_file=None, user="asiakaspalvelu", password="salasana"
        )

    def commands(self) -> list[str]:
        """The commands heard, without tags and arguments, such as "UID FETCH"."""
        words = [line.upper().split(" ")[1:3] for line in self.heard if " " in line]
        return [" ".join(each) if each[0] == "UID" else each[0] for each in words]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # A thread in accept() is not woken by close.
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)
        for talk in self._talks:
            talk.close()
            talk.thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            talk = Talk(self, sock)
            self._talks.append(talk)
            talk.thread.start()


class Talk:
    """One client's conversation."""

    def __init__(self, peer: ImapPeer, sock: socket.socket) -> None:
        self.peer = peer
        self.folder = "INBOX"
        self.ended = threading.Event()
        self._sock = sock
        self._file = sock.makefile("rb")
        self.thread = threading.Thread(target=self._serve, name="imap-peer-talk", daemon=True)

    def send(self, *lines: bytes | str) -> None:
        """Send lines in one packet; bytes go as they are, text gets its line end."""
        self._sock.sendall(b"".join(line if isinstance(line, bytes) else line.encode() + b"\r\n" for line in lines))

    def receive(self) -> str:
        """The client's next line, "" at its end."""
        line = self._file.readline().decode().rstrip("\r\n")
        if line:
            self.peer.heard.append(line)
        return line

    def close(self) -> None:
        """Hang up politely."""
        self.ended.set()
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the client was first

    def reset(self) -> None:
        """Hang up with a TCP reset, which the conversation's own thread sends when it wakes and closes."""
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.ended.set()
        self._sock.shutdown(socket.SHUT_RD)
        self.thread.join(5)

    def protect(self, context: ssl.SSLContext) -> None:
        """Go on under TLS."""
        self._sock = context.wrap_socket(self._sock, server_side=True)
        self._file = self._sock.makefile("rb")

    def mails(self) -> dict[int, bytes]:
        """The mails of the open folder."""
        return self.peer.folders[self.folder]

    def chosen(self, rest: str) -> list[int]:
        """The UIDs there that the UID set at the start of a command's arguments names (RFC 3501 section 9)."""
        last = max(self.mails(), default=0)
        found: set[int] = set()
        for span in rest.partition(" ")[0].split(","):
            ends = [last if end == "*" else int(end) for end in span.split(":")]
            found.update(uid for uid in self.mails() if min(ends) <= uid <= max(ends))
        return sorted(found)

    def _serve(self) -> None:
        try:
            self.send(self.peer.greeting)
            while not self.ended.is_set() and (line := self.receive()):
                tag, _, command = line.partition(" ")
                self._answer(tag, command)
        except (OSError, ValueError):
            pass  # the client has left, or the trick was to leave the client
        finally:
            self._file.close()
            self._sock.close()

    def _answer(self, tag: str, command: str) -> None:
        name, _, rest = command.partition(" ")
        if name.upper() == "UID":
            verb, _, rest = rest.partition(" ")
            name = f"UID {verb}"
        answer = self.peer.answers.get(name.upper()) or USUAL.get(name.upper())
        if answer is None:
            self.send(f"{tag} BAD unknown")
        else:
            answer(self, tag, rest)


def _unquoted(word: str) -> str:
    return word.strip().strip('"')


def fine(talk: Talk, tag: str, _rest: str) -> None:
    """OK, and nothing else."""
    talk.send(f"{tag} OK done")


def no(text: str) -> Answer:
    """NO, with these words."""
    return lambda talk, tag, _: talk.send(f"{tag} NO {text}")


def _capability(talk: Talk, tag: str, _rest: str) -> None:
    talk.send(f"* CAPABILITY {talk.peer.capabilities}", f"{tag} OK done")


def _logout(talk: Talk, tag: str, _rest: str) -> None:
    talk.send("* BYE see you", f"{tag} OK done")
    talk.close()


def _select(talk: Talk, tag: str, rest: str) -> None:
    name = _unquoted(rest)
    if name not in talk.peer.folders:
        talk.send(f"{tag} NO [NONEXISTENT] no such folder")
        return
    talk.folder = name
    talk.send(
        f"* {len(talk.mails())} EXISTS",
        f"* OK [UIDVALIDITY {talk.peer.uidvalidity}] valid",
        f"* OK [UIDNEXT {talk.peer.uidnext}] next",
        f"{tag} OK [READ-WRITE] done",
    )


def _list(talk: Talk, tag: str, rest: str) -> None:
    wanted = _unquoted(rest.split(" ", 1)[1])
    if not wanted:
        talk.send('* LIST (\\Noselect) "/" ""')
    for name in talk.peer.folders:
        if name == wanted:
            talk.send(f'* LIST () "/" "{name}"')
    talk.send(f"{tag} OK done")


def _create(talk: Talk, tag: str, rest: str) -> None:
    talk.peer.folders[_unquoted(rest)] = {}
    talk.send(f"{tag} OK done")


def _status(talk: Talk, tag: str, rest: str) -> None:
    name = _unquoted(rest.partition(" (")[0])
    talk.send(f'* STATUS "{name}" (UIDNEXT {len(talk.peer.folders[name]) + 1})', f"{tag} OK done")


def _search(talk: Talk, tag: str, rest: str) -> None:
    found = " ".join(map(str, talk.chosen(rest.partition(" ")[2])))
    talk.send(f"* SEARCH {found}".rstrip(), f"{tag} OK done")


def _fetch(talk: Talk, tag: str, rest: str) -> None:
    items = rest.partition(" ")[2]
    for number, uid in enumerate(talk.chosen(rest), 1):
        talk.send(fetched(number, uid, items, talk.mails()[uid], deleted=uid in talk.peer.deleted))
    talk.send(f"{tag} OK done")


def fetched(number: int, uid: int, items: str, raw: bytes, *, deleted: bool = False) -> bytes:
    """One untagged FETCH answer to these items about this mail."""
    said = [f"UID {uid}".encode()]
    if "RFC822.SIZE" in items:
        said.append(f"RFC822.SIZE {len(raw)} INTERNALDATE {ARRIVED}".encode())
    if "FLAGS" in items:
        said.append(b"FLAGS (\\Deleted)" if deleted else b"FLAGS ()")
    if part := PART.search(items):
        whole = raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if part[1] else raw
        start, count = int(part[2] or 0), int(part[3] or len(whole))
        some = whole[start : start + count]
        name = f"BODY[{part[1]}]" + (f"<{start}>" if part[2] else "")
        said.append(name.encode() + b" {%d}\r\n" % len(some) + some)
    return b"* %d FETCH (" % number + b" ".join(said) + b")\r\n"


def _copy(talk: Talk, tag: str, rest: str) -> None:
    talk.send(f"{tag} OK {_copied(talk, rest)}done")


def _move(talk: Talk, tag: str, rest: str) -> None:
    proof = _copied(talk, rest)
    for uid in talk.chosen(rest):
        del talk.mails()[uid]
    talk.send(f"* OK {proof}moved", f"{tag} OK done")


def _copied(talk: Talk, rest: str) -> str:
    folder = rest.partition(" ")[2]
    target = talk.peer.folders[_unquoted(folder)]
    pairs = [(uid, len(target) + number) for number, uid in enumerate(talk.chosen(rest), 1)]
    target.update({new: talk.mails()[old] for old, new in pairs})
    if not pairs or "UIDPLUS" not in talk.peer.capabilities:
        return ""
    sets = [",".join(str(pair[side]) for pair in pairs) for side in (0, 1)]
    return f"[COPYUID {talk.peer.uidvalidity} {sets[0]} {sets[1]}] "


def _store(talk: Talk, tag: str, rest: str) -> None:
    talk.peer.deleted.update(talk.chosen(rest))
    talk.send(f"{tag} OK done")


def _uid_expunge(talk: Talk, tag: str, rest: str) -> None:
    for uid in set(talk.chosen(rest)) & talk.peer.deleted:
        del talk.mails()[uid]
    talk.send(f"{tag} OK done")


def idle(talk: Talk, tag: str, _rest: str) -> None:
    """Nothing new until the client says DONE."""
    talk.send("+ idling")
    talk.receive()
    talk.send(f"{tag} OK done")


USUAL: dict[str, Answer] = {
    "CAPABILITY": _capability,
    "LOGIN": fine,
    "LOGOUT": _logout,
    "NOOP": fine,
    "SELECT": _select,
    "EXAMINE": _select,
    "LIST": _list,
    "CREATE": _create,
    "SUBSCRIBE": fine,
    "STATUS": _status,
    "IDLE": idle,
    "UID SEARCH": _search,
    "UID FETCH": _fetch,
    "UID COPY": _copy,
    "UID MOVE": _move,
    "UID STORE": _store,
    "UID EXPUNGE": _uid_expunge,
}

# --- misbehaviour


def exists_with_idling(talk: Talk, tag: str, _rest: str) -> None:
    """News in the same packet as the "+", which a client that polls its socket never sees."""
    talk.send("+ idling", "* 1 EXISTS")
    talk.receive()
    talk.send(f"{tag} OK done")


def exists_before_idling(talk: Talk, tag: str, _rest: str) -> None:
    """News between the command and the "+"."""
    talk.send("* 1 EXISTS", "+ idling")
    talk.receive()
    talk.send(f"{tag} OK done")


def dies_in_idle(talk: Talk, _tag: str, _rest: str) -> None:
    """The line is dead once the client idles."""
    talk.send("+ idling")
    talk.close()


def half_a_line_in_idle(talk: Talk, _tag: str, _rest: str) -> None:
    """News that never reach their line end."""
    talk.send("+ idling", b"* 1 EXI")
    talk.close()


def silent(talk: Talk, _tag: str, _rest: str) -> None:
    """No answer until the client has gone."""
    talk.receive()


def nil_body(talk: Talk, tag: str, rest: str) -> None:
    """Sizes as usual; for the mails NIL."""
    if "BODY" not in rest:
        _fetch(talk, tag, rest)
        return
    for number, uid in enumerate(talk.chosen(rest), 1):
        talk.send(f"* {number} FETCH (UID {uid} BODY[]<0> NIL)")
    talk.send(f"{tag} OK done")


def empty_body(talk: Talk, tag: str, rest: str) -> None:
    """Sizes as usual; for the mails nothing at all."""
    if "BODY" not in rest:
        _fetch(talk, tag, rest)
        return
    for number, uid in enumerate(talk.chosen(rest), 1):
        talk.send(f"* {number} FETCH (UID {uid} BODY[]<0> {{0}}", ")")
    talk.send(f"{tag} OK done")


def cut_in_mid_fetch(talk: Talk, tag: str, rest: str) -> None:
    """The first mail is whole; the line is cut in the middle of the second."""
    if "BODY" not in rest:
        _fetch(talk, tag, rest)
        return
    for number, uid in enumerate(talk.chosen(rest)[:2], 1):
        answer = fetched(number, uid, rest, talk.mails()[uid])
        talk.send(answer if number == 1 else answer[: len(answer) // 2])
    talk.close()


def huge_literal(talk: Talk, tag: str, rest: str) -> None:
    """Sizes as usual; for the first mail 3 GB are announced, of which the first come."""
    if "BODY" not in rest:
        _fetch(talk, tag, rest)
        return
    uid = talk.chosen(rest)[0]
    talk.send(f"* 1 FETCH (UID {uid} BODY[]<0> {{3000000000}}", b"x" * 1000)
    talk.receive()


def endless(talk: Talk, _tag: str, _rest: str) -> None:
    """Lines without end."""
    while not talk.ended.is_set():
        talk.send(*["* OK still busy" + "." * 1000] * 100)


def dribble(talk: Talk, _tag: str, _rest: str) -> None:
    """One octet every twentieth of a second, each in time for any socket timeout."""
    while not talk.ended.is_set():
        talk.send(b"*")
        time.sleep(0.05)


def moves_without_proof(talk: Talk, tag: str, rest: str) -> None:
    """MOVE as it should be, but no COPYUID."""
    _copied(talk, rest)
    for uid in talk.chosen(rest):
        del talk.mails()[uid]
    talk.send(f"{tag} OK done")
