"""What stands in the open folder: which mails, how large, their headers, their octets. Nothing here changes a flag."""

import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from vastine.edges.imap.account import Fetched, ServerRefused, Summary
from vastine.edges.imap.session import Session

PIECE = 1 << 20  # octets of one mail in one answer
BATCH = 100  # mails in one FETCH
SUMMARIES = 500  # UIDs in one command; a line should stay under 8,192 octets (RFC 7162 section 4)
HEADER_OCTETS = 1 << 18
WINDOW = 50_000  # UIDs in one SEARCH answer
UID_OCTETS = 11
ROUNDS = 5  # questions in a row while mails come in; later ones are seen at the next look


def uids(session: Session, first: int) -> list[int]:
    """The UIDs of the open folder from `first` on, ascending.

    An EXISTS that comes with the answer tells of a mail that is not in it yet, and is not said again to who then idles:
    so the question is asked again.
    """
    for _ in range(ROUNDS):
        found = _uids(session, first)
        if not session.announced:
            break
    return found


def _uids(session: Session, first: int) -> list[int]:
    """Of a full folder by windows, not in one answer."""
    found: set[int] = set()
    start, window = max(1, first), WINDOW
    while True:
        last = session.exists <= WINDOW or session.uidnext - start <= window
        some = _search(session, f"{start}:{'*' if last else start + window - 1}")
        # "n:*" also names the last mail where its UID is lower (RFC 3501 section 6.4.8).
        found.update(uid for uid in some if uid >= first)
        if last:
            return sorted(found)
        start += window
        window *= 2 if len(some) < window // 4 else 1


def present(session: Session, wanted: Sequence[int]) -> set[int]:
    """Those of `wanted` that are in the open folder."""
    here: set[int] = set()
    for some in in_batches(wanted, SUMMARIES):
        here.update(_search(session, ",".join(map(str, some))))
    return here.intersection(wanted)


def _search(session: Session, uid_set: str) -> list[int]:
    with session.doing("search", likely=(session.exists + WINDOW) * UID_OCTETS) as client:
        found = list(client.search(f"UID {uid_set}"))
        session.announced = "EXISTS" in session.imap.untagged_responses
        return found


def summaries(session: Session, wanted: Iterable[int]) -> dict[int, Summary]:
    """Size and time of each mail that is still there and of which the server tells both."""
    found: dict[int, Summary] = {}
    for some in in_batches(wanted, SUMMARIES):
        answer = _answers(session, some, ("RFC822.SIZE", "INTERNALDATE"))
        for uid, item in answer.items():
            size = item.get(b"RFC822.SIZE")
            if isinstance(size, int):
                found[uid] = Summary(uid=uid, size=size, internal_date=_in_utc(item.get(b"INTERNALDATE")))
    return found


def header_blocks(session: Session, wanted: Iterable[int]) -> dict[int, bytes]:
    """The header of each mail with its empty line, of a monstrous one the first 256 kB."""
    found: dict[int, bytes] = {}
    for some in in_batches(wanted, BATCH):
        section = f"BODY.PEEK[HEADER]<0.{HEADER_OCTETS}>"
        answer = _answers(session, some, (section,), at_most=len(some) * HEADER_OCTETS)
        for uid, item in answer.items():
            block = _octets(item, b"BODY[HEADER]")
            if block:
                found[uid] = block
    return found


def fetch(session: Session, wanted: Iterable[int], *, largest: int, octets: int) -> Iterator[list[Fetched]]:
    """The mails in the order asked for; none for a UID whose answer is missing, empty, NIL or broken off (R5).

    They come in batches of at most `octets`, or of one mail. A mail over `largest` octets comes truncated to them.
    No answer is larger than what was asked for: sizes are known before, and every request names the octets it
    wants, since RFC822.SIZE may be an estimate, or a lie.
    """
    for some in in_batches(wanted, SUMMARIES):
        known = summaries(session, some)
        for portion in _portions([known[uid] for uid in some if uid in known], largest, octets):
            batch = [mail for mail in _fetch_portion(session, portion, largest) if mail is not None]
            if batch:
                yield batch


def _portions(mails: Iterable[Summary], largest: int, octets: int) -> Iterator[list[Summary]]:
    """Groups of at most `BATCH` mails and about `octets`, order kept."""
    group: list[Summary] = []
    total = 0
    for mail in mails:
        size = min(mail.size, largest)
        if group and (len(group) == BATCH or total + size > octets):
            yield group
            group, total = [], 0
        group.append(mail)
        total += size
    if group:
        yield group


def _fetch_portion(session: Session, mails: list[Summary], largest: int) -> Iterator[Fetched | None]:
    first = min(PIECE, largest + 1)
    likely = sum(min(mail.size, first) for mail in mails)
    bodies = _pieces(session, [mail.uid for mail in mails], 0, first, likely)
    for mail in mails:
        body = bodies.pop(mail.uid, None)
        if not body:
            yield None
        elif len(body) == first:
            yield _whole(session, mail, body, largest)
        else:
            yield _checked(session, mail, body, largest)


def _checked(session: Session, mail: Summary, body: bytes, largest: int) -> Fetched | None:
    """The mail, unless it is far shorter than announced and the server does not give the same again."""
    if len(body) * 2 < mail.size:
        count = min(PIECE, largest + 1)
        if _pieces(session, [mail.uid], 0, count, count).get(mail.uid) != body:
            return None
    truncated = len(body) > largest  # from a server that cannot give parts
    raw = body[:largest] if truncated else body
    return Fetched(uid=mail.uid, raw=raw, internal_date=mail.internal_date, truncated=truncated)


def _whole(session: Session, mail: Summary, start: bytes, largest: int) -> Fetched | None:
    """A mail of several pieces; None where the server stops before its end."""
    whole = io.BytesIO()  # gives its octets away without a second copy of 50 MB
    piece: bytes | None = start
    want = len(start)
    while piece is not None:
        whole.write(piece)
        if len(piece) < want or whole.tell() > largest:
            break
        want = min(PIECE, largest + 1 - whole.tell())
        piece = _pieces(session, [mail.uid], whole.tell(), want, want).get(mail.uid)
    if piece is None and whole.tell() < mail.size:
        return None
    truncated = whole.tell() > largest
    whole.truncate(min(largest, whole.tell()))
    return Fetched(uid=mail.uid, raw=whole.getvalue(), internal_date=mail.internal_date, truncated=truncated)


def _pieces(session: Session, wanted: list[int], start: int, count: int, likely: int) -> dict[int, bytes]:
    answer = _answers(session, wanted, (f"BODY.PEEK[]<{start}.{count}>",), likely, len(wanted) * count)
    bodies = {uid: _octets(item, b"BODY[]", start) for uid, item in answer.items()}
    return {uid: body for uid, body in bodies.items() if body is not None}


def _answers(
    session: Session, wanted: list[int], items: tuple[str, ...], likely: int = 0, at_most: int = 0
) -> dict[int, dict[bytes, Any]]:
    """What the server says to a FETCH; asked again when a mail vanished while it was speaking (RFC 5530)."""
    for again in (True, False):
        try:
            with session.doing("hand over mails", likely=likely, at_most=at_most) as client:
                said: dict[int, dict[bytes, Any]] = client.fetch(wanted, items)
                return said
        except ServerRefused as error:
            if error.code != "EXPUNGEISSUED" or not again:
                raise
    return {}


def _octets(item: dict[bytes, Any], name: bytes, start: int = 0) -> bytes | None:
    """The value of a BODY section; some servers answer with the whole where a part from 0 was asked for."""
    value = item.get(name + b"<%d>" % start)
    if value is None and start == 0:
        value = item.get(name)
    return value if isinstance(value, bytes) else None


def _in_utc(time: Any) -> datetime:
    """INTERNALDATE as aware UTC; where a server does not tell it, the mail is taken to have come just now."""
    if not isinstance(time, datetime):
        return datetime.now(UTC)
    return time.astimezone(UTC) if time.tzinfo else time.replace(tzinfo=UTC)


def in_batches(numbers: Iterable[int], count: int) -> Iterator[list[int]]:
    """Lists of at most `count`, in order."""
    rest = iter(numbers)
    while some := list(islice(rest, count)):
        yield some
