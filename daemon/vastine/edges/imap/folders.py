"""Folders: opening one, and finding or making the place of one that is named with slashes."""

from typing import Any

from vastine.edges.imap.account import FolderMissing, Selected, ServerRefused
from vastine.edges.imap.session import Session, plain

NOT_THE_FOLDER = {"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "NOPERM", "CORRUPTION", "EXPIRED", "READ-ONLY"}
NO_MAIL = {b"\\noselect", b"\\nonexistent"}


def select(session: Session, folder: str, *, read_only: bool) -> Selected:
    """Open `folder`, named as the server names it; raises FolderMissing, ServerRefused or Unreachable."""
    plain(folder)
    try:
        with session.doing(f"open {folder}") as client:
            said = client.select_folder(folder, readonly=read_only)
            session.exists = int(said[b"EXISTS"])
            session.uidnext = int(said.get(b"UIDNEXT", 0))
            uidvalidity = int(said[b"UIDVALIDITY"])
    except ServerRefused as error:
        if error.code in NOT_THE_FOLDER or _stands(session, folder):
            raise
        raise FolderMissing(f"{session.host} has no folder {folder}", code=error.code) from error
    return Selected(uidvalidity=uidvalidity, uidnext=session.uidnext, exists=session.exists)


def place(session: Session, folder: str) -> str:
    """The server's name of `folder` ("Vastine/Done"), with its delimiter and prefix; made and subscribed if missing."""
    known = session.folders.get(folder)
    if known is None:
        known = spelled(session, folder)
        make(session, known)
        session.folders[folder] = known
    return known


def spelled(session: Session, folder: str) -> str:
    """The server's name of `folder`, with its delimiter and prefix; nothing is made."""
    plain(folder)
    with session.doing("tell its namespace") as client:
        prefix, delimiter = _namespace(session, client)
    return server_name(folder, prefix, delimiter)


def server_name(folder: str, prefix: str, delimiter: str | None) -> str:
    """`folder` in the server's spelling. A server without hierarchy (RFC 3501 section 7.2.2) gets one flat name."""
    name = folder.replace("/", delimiter or "-")
    inbox = prefix[: -len(delimiter)] if delimiter and prefix.endswith(delimiter) else prefix
    if name.upper() == "INBOX" or name.startswith(prefix):
        return name
    if inbox.upper() == "INBOX" and name.upper().startswith(prefix.upper()):
        return prefix + name[len(prefix) :]
    return prefix + name


def make(session: Session, name: str) -> None:
    """See to it that the folder `name` is there; raises ServerRefused where the server will not have it."""
    if _stands(session, name):
        return
    try:
        with session.doing(f"make the folder {name}") as client:
            client.create_folder(name)
    except ServerRefused:
        if not _stands(session, name):  # another of us may have made it meanwhile
            raise
    try:
        with session.doing(f"subscribe to {name}") as client:
            client.subscribe_folder(name)
    except ServerRefused:
        pass  # a convenience for people's mail programs, nothing depends on it


def _stands(session: Session, name: str) -> bool:
    with session.doing(f"look for the folder {name}") as client:
        found = client.list_folders("", name)
    # `%` and `*` in a name are wildcards to LIST, so compare.
    return any(
        (theirs == name or name.upper() == "INBOX" == theirs.upper())
        and NO_MAIL.isdisjoint(flag.lower() for flag in flags)
        for flags, _, theirs in found
    )


def _namespace(session: Session, client: Any) -> tuple[str, str | None]:
    """Prefix and delimiter of the user's own folders (RFC 2342), else what LIST tells (RFC 3501 section 6.3.8)."""
    if session.can("NAMESPACE"):
        personal = client.namespace().personal
        if personal:
            prefix, delimiter = personal[0]
            return prefix, delimiter or None
    for _, delimiter, _ in client.list_folders("", ""):
        return "", delimiter.decode("ascii") if delimiter else None
    return "", "/"
