"""A real Dovecot of our own: a short configuration in a temporary folder, loopback ports, Maildir, any user name.

Mails are delivered as a mail server would, by a rename into the Maildir, so that thousands take a second.
"""

import grp
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

import trustme

from vastine.edges.imap import ImapAccount

PASSWORD = "salasana"
CONFIG = """
base_dir = {home}/run
state_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
disable_plaintext_auth = no
auth_mechanisms = plain login
auth_failure_delay = 0
auth_cache_size = 1M
ssl = yes
ssl_cert = <{home}/server.pem
ssl_key = <{home}/server.key
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 200
passdb {{
  driver = static
  args = "password={password}"
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = {separator}
  prefix = {prefix}
}}
service imap-login {{
  chroot =
  service_count = 0
  client_limit = 1000
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
"""
FLAGS = {"\\Seen": "S", "\\Answered": "R", "\\Flagged": "F", "\\Deleted": "T", "\\Draft": "D"}


class Dovecot:
    """An IMAP server with a mailbox for whoever logs in with the password; a context manager.

    `separator` and `prefix` are those of its one namespace, as in ("." , "INBOX.").
    """

    name = "Dovecot"

    def __init__(self, *, separator: str = "/", prefix: str = "", password: str = PASSWORD) -> None:
        self._password = password
        self._separator, self._prefix = separator, prefix
        self._home = Path(tempfile.mkdtemp(prefix="vastine-dovecot-"))
        self._home.chmod(0o755)
        self._owner = _mail_owner()
        self._numbers = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = self.tls_port = 0
        self.ca_file = self._home / "ca.pem"
        self._certify()

    def start(self) -> Self:
        """Start, on the ports it had before if it was started before."""
        for _ in range(5):
            if not self.port:
                self.port, self.tls_port = _free_ports()
            (self._home / "dovecot.conf").write_text(self._config())
            self._process = subprocess.Popen(
                [*_mortal(), _dovecot(), "-F", "-c", str(self._home / "dovecot.conf")],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            if self._greets():
                return self
            self.stop()
            self.port = 0  # somebody else may have taken it
        raise RuntimeError(f"Dovecot does not start:\n{(self._home / 'log').read_text()[-2000:]}")

    def stop(self) -> None:
        """Stop; the mails stay, and `start` goes on with them."""
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        try:
            os.killpg(self._process.pid, signal.SIGKILL)  # conversations outlive their master for a while
        except ProcessLookupError:
            pass  # they did not
        self._process = None

    def close(self) -> None:
        """Stop and leave nothing behind."""
        self.stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def account(self, user: str, *, tls: Literal["none", "implicit", "starttls"] = "none") -> ImapAccount:
        """How to reach the mailbox of `user`."""
        return ImapAccount(
            host="localhost" if tls != "none" else "127.0.0.1",
            port=self.tls_port if tls == "implicit" else self.port,
            tls=tls,
            ca_file=None if tls == "none" else self.ca_file,
            user=user,
            password=self._password,
        )

    def deliver(
        self,
        user: str,
        raw: bytes,
        folder: str = "INBOX",
        flags: Iterable[str] = (),
        at: datetime | None = None,
    ) -> None:
        """Put a mail into a folder ("Vastine/Done"); `at` is its time of arrival."""
        self._put(self._maildir(user, folder), raw, flags, at)

    def deliver_many(self, user: str, mails: Iterable[bytes], folder: str = "INBOX") -> None:
        """Put many mails into a folder, in this order."""
        maildir = self._maildir(user, folder)
        for raw in mails:
            self._put(maildir, raw, (), None)

    def messages(self, user: str, folder: str = "INBOX") -> list[bytes]:
        """The mails in a folder as they were delivered, oldest delivery first."""
        return [path.read_bytes() for path in self._files(user, folder)]

    def flags(self, user: str, folder: str = "INBOX") -> list[str]:
        """The Maildir flag letters of each mail, in the order of `messages`."""
        return [path.name.partition(":2,")[2] for path in self._files(user, folder)]

    def remove(self, user: str, number: int, folder: str = "INBOX") -> None:
        """Take the mail at that place in `messages` away, as another mail program would."""
        self._files(user, folder)[number].unlink()

    def folder_path(self, user: str, folder: str = "INBOX") -> Path:
        """The Maildir of a folder, there or not; a copy of INBOX's is a backup that can be put back."""
        root = self._home / "mail" / user / "Maildir"
        name = folder.removeprefix(self._prefix).replace(self._separator, "/")
        return root if name.upper() == "INBOX" else root / ("." + name.replace("/", "."))

    def forget_uids(self, user: str, folder: str = "INBOX") -> None:
        """Make the folder's UIDVALIDITY another one when it is next opened; nobody may have it open."""
        for path in self.folder_path(user, folder).glob("dovecot*"):
            if path.is_file():
                path.unlink()
        # UIDVALIDITY is the second in which the list is made, and never one given before.
        (
            self.folder_path(user, folder) / f"dovecot-uidvalidity.{int(time.time()) + 1000 + next(self._numbers):08x}"
        ).touch()

    @contextmanager
    def restored(self, user: str, folder: str = "INBOX") -> Iterator[None]:
        """What happens to the folder herein is undone at the end, as when a backup is put back."""
        maildir = self.folder_path(user, folder)
        before = {path: path.read_bytes() for path in maildir.rglob("*") if path.is_file()}
        yield
        for path in maildir.rglob("*"):
            if path.is_file():
                path.unlink()
        for path, content in before.items():
            path.write_bytes(content)
        self.own(maildir)

    def own(self, path: Path) -> None:
        """Give everything under `path` to the user whom Dovecot reads mail as."""
        for each in (path, *path.rglob("*")):
            os.chown(each, *self._owner)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _files(self, user: str, folder: str) -> list[Path]:
        found = [path for part in ("cur", "new") for path in (self.folder_path(user, folder) / part).glob("*")]
        return sorted(found, key=lambda path: path.name.partition(":")[0])

    def _maildir(self, user: str, folder: str) -> Path:
        maildir = self.folder_path(user, folder)
        if not (maildir / "new").is_dir():
            for part in (self.folder_path(user).parent, self.folder_path(user), maildir):
                part.mkdir(parents=True, exist_ok=True)
                os.chown(part, *self._owner)
            for part in ("cur", "new", "tmp"):
                (maildir / part).mkdir()
                os.chown(maildir / part, *self._owner)
        return maildir

    def _put(self, maildir: Path, raw: bytes, flags: Iterable[str], at: datetime | None) -> None:
        name = f"{int(time.time())}.{next(self._numbers):09d}.vastine"
        temporary = str(maildir / "tmp" / name)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
        os.write(handle, raw)
        os.fchown(handle, *self._owner)
        os.close(handle)
        if at is not None:
            os.utime(temporary, (at.timestamp(), at.timestamp()))
        letters = "".join(sorted(FLAGS[flag] for flag in flags))
        os.rename(temporary, maildir / "cur" / f"{name}:2,{letters}" if letters else maildir / "new" / name)  # noqa: PTH104

    def _config(self) -> str:
        if os.geteuid() == 0:
            internal, login = "dovecot", "dovenull"
        else:
            internal = login = pwd.getpwuid(os.geteuid()).pw_name
        return CONFIG.format(
            home=self._home,
            internal=internal,
            internal_group=grp.getgrgid(pwd.getpwnam(internal).pw_gid).gr_name,
            login=login,
            password=self._password,
            uid=self._owner[0],
            gid=self._owner[1],
            separator=self._separator,
            prefix=self._prefix,
            port=self.port,
            tls_port=self.tls_port,
        )

    def _certify(self) -> None:
        authority = trustme.CA()
        authority.cert_pem.write_to_path(str(self.ca_file))
        certificate = authority.issue_cert("localhost", "127.0.0.1")
        certificate.private_key_pem.write_to_path(str(self._home / "server.key"))
        certificate.cert_chain_pems[0].write_to_path(str(self._home / "server.pem"))
        (self._home / "mail").mkdir()
        os.chown(self._home / "mail", *self._owner)

    def _greets(self) -> bool:
        for _ in range(100):
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5) as client:
                    return client.recv(4) == b"* OK"
            except OSError:
                if self._process is None or self._process.poll() is not None:
                    return False
                time.sleep(0.05)
        return False


def _dovecot() -> str:
    return shutil.which("dovecot") or "/usr/sbin/dovecot"


def _mortal() -> list[str]:
    """A prefix with which a command ends when we do, also when we are killed; nothing where there is no such tool."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM"] if setpriv else []


def is_installed() -> bool:
    """Whether there is a Dovecot on this machine; Debian keeps it where users seldom look."""
    return Path(_dovecot()).exists()


def _mail_owner() -> tuple[int, int]:
    """Dovecot lets nobody read mail as root."""
    if os.geteuid() == 0:
        nobody = pwd.getpwnam("nobody")
        return nobody.pw_uid, nobody.pw_gid
    return os.geteuid(), os.getegid()


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        return one.getsockname()[1], two.getsockname()[1]
