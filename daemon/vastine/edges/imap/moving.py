"""Taking handled mails out of the open folder, with proof. Never an EXPUNGE that would take others' mails too."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from vastine.edges.imap.account import ServerRefused
from vastine.edges.imap.folders import make
from vastine.edges.imap.reading import in_batches, present
from vastine.edges.imap.session import Session, plain

BATCH = 500
COPIED = re.compile(rb"^\d+ ([0-9,:]+) [0-9,:]+")  # RFC 4315 section 3: UIDVALIDITY, source set, target set


def move(session: Session, wanted: Iterable[int], folder: str) -> frozenset[int]:
    """Move mails to `folder` (the server's name); returns the UIDs that surely are there, or were gone already.

    Without UIDPLUS a mail is copied, flagged as deleted and left for people's mail programs to expunge.
    """
    plain(folder)
    gone: set[int] = set()
    for some in in_batches(wanted, BATCH):
        try:
            gone |= _move_some(session, some, folder)
        except ServerRefused as error:
            if error.code == "TRYCREATE":
                make(session, folder)
            elif error.code != "EXPUNGEISSUED":
                raise
            here = present(session, some)  # somebody took some away meanwhile (RFC 5530), or a part was moved
            gone |= set(some) - here | _move_some(session, sorted(here), folder)
    return frozenset(gone)


def _move_some(session: Session, wanted: list[int], folder: str) -> set[int]:
    if not wanted:
        return set()
    if session.can("MOVE"):
        with session.doing(f"move mails to {folder}") as client:
            client.move(wanted, folder)
            proven = _copied(session, wanted)
        # Without COPYUID: MOVE is one step (RFC 6851 section 3.3), so what is no longer here is there.
        return proven | _absent(session, [uid for uid in wanted if uid not in proven])
    return _copy_and_remove(session, wanted, folder)


def _copy_and_remove(session: Session, wanted: list[int], folder: str) -> set[int]:
    here = sorted(present(session, wanted))
    expunges = session.can("UIDPLUS")
    waiting = here if expunges else _unmarked(session, here)
    copied = _copy(session, waiting, folder)
    if copied:
        with session.doing("remove moved mails") as client:
            client.add_flags(sorted(copied), (b"\\Deleted",), silent=True)
            if expunges:
                client.uid_expunge(sorted(copied))
    return _absent(session, wanted) if expunges else set(wanted) - (set(waiting) - copied)


def _unmarked(session: Session, here: list[int]) -> list[int]:
    """Those not flagged as deleted: what is was copied before and only waits for somebody to expunge it."""
    with session.doing("show flags") as client:
        flags = client.get_flags(here)
    return [uid for uid in here if b"\\deleted" not in {flag.lower() for flag in flags.get(uid, ())}]


def _copy(session: Session, wanted: list[int], folder: str) -> set[int]:
    """Copy; returns what COPYUID confirms, or all where instead the target's next UID has grown by as many."""
    if not wanted:
        return set()
    before = _next_uid(session, folder)
    with session.doing(f"copy mails to {folder}") as client:
        client.copy(wanted, folder)
        confirmed = _copied(session, wanted)
    if not confirmed and _next_uid(session, folder) - before >= len(wanted):
        return set(wanted)
    return confirmed


def _next_uid(session: Session, folder: str) -> int:
    with session.doing(f"count the mails in {folder}") as client:
        return int(client.folder_status(folder, ("UIDNEXT",))[b"UIDNEXT"])


def _absent(session: Session, wanted: Sequence[int]) -> set[int]:
    return set(wanted) - present(session, wanted) if wanted else set()


def _copied(session: Session, wanted: Iterable[int]) -> set[int]:
    """Which of `wanted` the COPYUID codes of the last command name, tagged or not."""
    spans = [span for answer in session.imap.untagged_responses.get("COPYUID", []) for span in _spans(answer)]
    return {uid for uid in wanted if any(low <= uid <= high for low, high in spans)}


def _spans(answer: Any) -> Iterator[tuple[int, int]]:
    """The source set of a COPYUID as ranges; they are not counted out, since a server may name any number."""
    match = COPIED.match(answer) if isinstance(answer, bytes) else None
    for span in match[1].split(b",") if match else ():
        low, _, high = span.partition(b":")
        ends = sorted((int(low), int(high or low)))
        yield ends[0], ends[1]
