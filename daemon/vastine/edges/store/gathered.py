"""The ladder's notices that wait, what somebody got of late, and whether the machine's clock can be trusted."""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, and_, case, delete, func, insert, or_, select, update

from vastine.core.assignment import Staffing
from vastine.core.complaint import Complaint
from vastine.core.doubt import LONGEST_OFF, TOLERANCE, Look, Watch
from vastine.core.gathering import STORM_WITHIN, Gathered, Passed, Recent
from vastine.core.outgoing import GATHERED
from vastine.core.story import Story
from vastine.edges.store import tables as t
from vastine.edges.store.database import Database
from vastine.edges.store.record import record_stories
from vastine.edges.store.rows import complaint_of
from vastine.edges.store.staffing import loads_of, turns_of, unreachable_members

_OF_THE_LADDER: Final = ("reminder", "escalation")


class GatheredRecords(Database):
    """What the flows of the ladder read of who is to be told, and when. Notices are recorded by `record_tick`."""

    def staffing(self, now: datetime, *, with_loads: bool) -> Staffing:
        """Loads and turns are counted only where they are wanted: that reads every complaint in hand."""
        with self.read() as connection:
            return Staffing(
                unreachable=frozenset(unreachable_members(connection, now)),
                loads=loads_of(connection) if with_loads else Counter(),
                turns=turns_of(connection) if with_loads else {},
            )

    def told_of_late(self, addresses: Collection[str], references: Collection[str], now: datetime) -> dict[str, Recent]:
        """What each of these addresses, in lower case, got of the ladder within STORM_WITHIN, and what waits for it; of
        the complaints that wait, those among these, unless their ladder is paused: of such nothing is told yet.
        """
        out, waits, about = t.outbox.c, t.gathered.c, t.complaints.c
        several = case((out.party.startswith(f"{GATHERED}:"), out.due_at))
        mails = (
            select(out.recipient, func.count(), func.min(out.due_at), func.max(several))
            .where(out.recipient.in_(addresses), out.kind.in_(_OF_THE_LADDER), out.due_at > now - STORM_WITHIN)
            .group_by(out.recipient)
        )
        of_a_storm = waits.address.in_(addresses) & (waits.because == "storm")
        until = select(waits.address, func.min(waits.due_at).label("due_at")).where(of_a_storm).group_by(waits.address)
        is_quiet = and_(about.paused_until.is_not(None), about.paused_until > now)
        same = waits.address.in_(addresses) & waits.reference.in_(references) & ~is_quiet
        of_same = select(waits.address, waits.reference).join(t.complaints, about.reference == waits.reference)
        with self.read() as connection:
            sent = {address: rest for address, *rest in connection.execute(mails)}
            waiting_until = {row.address: row.due_at for row in connection.execute(until)}
            pairs = connection.execute(of_same.where(same).distinct()).all()
        waiting: dict[str, set[str]] = {}
        for address, reference in pairs:
            waiting.setdefault(address, set()).add(reference)
        found = {}
        for address in addresses:
            count, first, last = sent.get(address, (0, None, None))
            found[address] = Recent(
                mails=count,
                first_at=first,
                digest_at=last,
                waiting_until=waiting_until.get(address),
                waiting=frozenset(waiting.get(address, ())),
            )
        return found

    def notices_due(self, now: datetime, limit: int) -> list[tuple[Gathered, Complaint | None]]:
        """Notices whose time has come, with their complaints as they are now, a person's together; and what else waits
        for them about these complaints.

        None of those that it begins with is left out, unless one person has more than `limit`.
        """
        is_due = t.gathered.c.due_at <= now
        due = select(t.gathered).where(is_due).order_by(t.gathered.c.address, t.gathered.c.id).limit(limit)
        with self.read() as connection:
            if connection.execute(select(t.gathered.c.due_at).where(is_due).limit(1)).first() is None:
                return []  # as most looks do: their order would have them read all that wait
            notices = [_gathered(row) for row in connection.execute(due)]
            if len(notices) == limit and notices[0].address != notices[-1].address:
                notices = [each for each in notices if each.address != notices[-1].address]
            notices = _with_older(connection, notices, now)
            references = {notice.reference for notice in notices}
            wanted = select(t.complaints).where(t.complaints.c.reference.in_(references))
            complaints = {c.reference: c for c in map(complaint_of, connection.execute(wanted))}
        return [(notice, complaints.get(notice.reference)) for notice in notices]

    def put_off_notices(self, ids: Collection[int], until: datetime) -> None:
        """These notices wait longer."""
        with self.write() as connection:
            connection.execute(update(t.gathered).where(t.gathered.c.id.in_(ids)).values(due_at=until))

    def count_gathered(self) -> int:
        """How many notices wait."""
        with self.read() as connection:
            return connection.scalar(select(func.count()).select_from(t.gathered)) or 0

    def complaints_due(self, now: datetime, most: int) -> int:
        """How many complaints have a step that may be due; `most` where they are more."""
        due = select(t.complaints.c.next_step_at).where(t.complaints.c.next_step_at <= now).limit(most).subquery()
        with self.read() as connection:
            return connection.scalar(select(func.count()).select_from(due)) or 0

    # --- the machine's clock

    def clock_watch(self, boot: str) -> Watch | None:
        """What is known of the clock in this run of the machine, else in the last that was watched."""
        own_first = select(t.clock_watch).order_by(
            (t.clock_watch.c.boot == boot).desc(), t.clock_watch.c.trusted_at.desc()
        )
        with self.read() as connection:
            row = connection.execute(own_first.limit(1)).one_or_none()
        return _watch(row) if row is not None else None

    def held_watch(self) -> Watch | None:
        """That of a machine whose steps are held, while no clock has been trusted since."""
        with self.read() as connection:
            return held_in(connection)

    def release_ladder(self, now: datetime) -> int:
        """An operator says that the clock is right. Returns how many machines held their steps."""
        # Of no run of a machine, so that all that counts is that the clock does not go back.
        right = {"trusted_at": now, "trusted_boot": "", "trusted_uptime": 0.0, "held_since": None, "told_at": None}
        with self.write() as connection:
            held = t.clock_watch.c.held_since.is_not(None)
            return connection.execute(update(t.clock_watch).where(held).values(right)).rowcount

    def watch_clock(self, boot: str, watch: Watch) -> None:
        """Write down what is known of the clock in this run of the machine."""
        with self.write() as connection:
            _watch_clock(connection, boot, watch)

    def record_hold(self, boot: str, watch: Watch, story: Story, now: datetime) -> None:
        """Write down that steps are held, with the mails that tell of it, in one transaction."""
        with self.write() as connection:
            record_stories(connection, [story], now)
            _watch_clock(connection, boot, watch)


def _with_older(connection: Connection, notices: list[Gathered], now: datetime) -> list[Gathered]:
    """With what waits longer for the same people about the same complaints: told with the rest, it is told once."""
    pairs = {(notice.address, notice.reference) for notice in notices}
    waits = t.gathered.c.address.in_({address for address, _ in pairs}) & (t.gathered.c.due_at > now)
    rows = connection.execute(select(t.gathered).where(waits, t.gathered.c.reference.in_({each for _, each in pairs})))
    older = [_gathered(row) for row in rows if (row.address, row.reference) in pairs]
    return sorted([*notices, *older], key=lambda notice: (notice.address, notice.id or 0))


def _watch_clock(connection: Connection, boot: str, watch: Watch) -> None:
    own, doubted = t.clock_watch.c.boot == boot, watch.doubted
    values: dict[str, Any] = {
        "trusted_at": watch.trusted.at,
        "trusted_boot": watch.trusted.boot,
        "trusted_uptime": watch.trusted.uptime.total_seconds(),
        "doubted_at": doubted.at if doubted else None,
        "doubted_uptime": doubted.uptime.total_seconds() if doubted else None,
        "held_since": watch.held_since,
        "told_at": watch.told_at,
    }
    if not connection.execute(update(t.clock_watch).where(own).values(values)).rowcount:
        connection.execute(insert(t.clock_watch).values(boot=boot, **values))
        old = t.clock_watch.c.trusted_at < watch.trusted.at - 2 * LONGEST_OFF
        connection.execute(delete(t.clock_watch).where(old, ~own))
    if doubted is None:
        _forget_what_is_to_come(connection, boot, watch.trusted.at)


def _forget_what_is_to_come(connection: Connection, boot: str, now: datetime) -> None:
    """Earlier runs of the machine that trusted a time which has not come yet trusted a clock that was wrong: what they
    held is held no more, and no later run is to doubt its clock for them. (A replica whose clock is ahead writes anew.)
    """
    at = t.clock_watch.c.trusted_at
    to_come = or_(at > now + TOLERANCE, and_(at >= now, t.clock_watch.c.held_since.is_not(None)))
    connection.execute(delete(t.clock_watch).where(to_come, t.clock_watch.c.boot != boot))


def held_in(connection: Connection) -> Watch | None:
    """The newest watch where its steps are held; an earlier run of the machine may have ended in a hold."""
    newest = select(t.clock_watch).order_by(t.clock_watch.c.trusted_at.desc(), t.clock_watch.c.held_since).limit(1)
    row = connection.execute(newest).one_or_none()
    return _watch(row) if row is not None and row.held_since is not None else None


def _watch(row: Any) -> Watch:
    trusted = Look(at=row.trusted_at, boot=row.trusted_boot, uptime=timedelta(seconds=row.trusted_uptime))
    doubted = None
    if row.doubted_at is not None:
        doubted = Look(at=row.doubted_at, boot=row.boot, uptime=timedelta(seconds=row.doubted_uptime))
    return Watch(trusted=trusted, doubted=doubted, held_since=row.held_since, told_at=row.told_at)


def _gathered(row: Any) -> Gathered:
    return Gathered(
        id=row.id,
        reference=row.reference,
        member=row.member,
        address=row.address,
        kind=row.kind,
        steps=tuple(Passed(written=written, clock=clock, run=run) for written, clock, run in row.steps),
        as_assignee=row.as_assignee,
        because=row.because,
        created_at=row.created_at,
        due_at=row.due_at,
    )
