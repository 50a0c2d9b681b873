import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from servers.smtp_peer import Rule, SmtpPeer
from vastine.edges.smtp import Never, Rate, Sender, SmtpAccount
from vastine.edges.store.outbox import Claimed, Settled
from vastine.flows.dispatch import Dispatcher, dispatcher, lane, settling

NOW = datetime(2026, 6, 24, 9, tzinfo=UTC)
MATTI = "matti@posti.example"


@dataclass
class MemoryOutbox:
    """The store's part in the dispatch, without a database. `broken` calls fail before one works."""

    due: dict[int, tuple[datetime, Claimed]] = field(default_factory=dict)
    settled: dict[int, list[Settled]] = field(default_factory=dict)
    settlements: int = 0
    claims: int = 0
    broken_claims: int = 0
    broken_settlements: int = 0
    changed: threading.Condition = field(default_factory=threading.Condition)

    def add(self, *, to: str = MATTI, mailbox: str = "support", attempts: int = 0, age: timedelta = timedelta()) -> int:
        number = len(self.due) + len(self.settled) + 1
        raw = f"Message-ID: <{number}@yritys.example>\r\n\r\nHei.\r\n".encode()
        mail = Claimed(
            id=number,
            mailbox=mailbox,
            kind="acknowledgement",
            reference="V-7F3K9",
            party=f"customer:{to}",
            to=to,
            subject="Hei",
            message_id=f"<{number}@yritys.example>",
            envelope_from="tuki@yritys.example",
            raw=raw,
            attempts=attempts,
            created_at=NOW - age,
        )
        self.due[number] = (NOW, mail)
        return number

    def claim(self, now: datetime, limit: int, lease: timedelta, mailboxes: Sequence[str]) -> list[Claimed]:
        self.claims += 1
        if self.broken_claims:
            self.broken_claims -= 1
            raise OSError("disk full")
        mails = [mail for at, mail in self.due.values() if at <= now and mail.mailbox in mailboxes][:limit]
        for mail in mails:
            del self.due[mail.id]
            self.settled.setdefault(mail.id, [])
        return mails

    def settle(self, results: Sequence[Settled], now: datetime) -> None:
        if self.broken_settlements:
            self.broken_settlements -= 1
            raise OSError("disk full")
        with self.changed:
            self.settlements += 1
            for result in results:
                self.settled[result.mail.id].append(result)
            self.changed.notify_all()

    def next_due(self) -> datetime | None:
        return min((at for at, _ in self.due.values()), default=None)

    def last(self, number: int) -> Settled:
        return self.settled[number][-1]

    def waits(self, number: int) -> timedelta:
        due = self.last(number).next_attempt_at
        assert due is not None
        return due - NOW

    def outcomes(self) -> list[str]:
        return [result.outcome for results in self.settled.values() for result in results]

    def wait_for(self, count: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: len(self.outcomes()) >= count, 10)


class Desk:
    """An outbox, a server and a dispatcher between them, at a time that stands still until it is set."""

    def __init__(self, peers: dict[str, SmtpPeer]) -> None:
        self.now = NOW
        self.outbox = MemoryOutbox()
        self.failures: list[tuple[int, Never]] = []
        self.troubles: list[tuple[tuple[str, ...], str]] = []
        self.recovered: list[tuple[str, ...]] = []
        self.refusing = 0
        self.runner = asyncio.Runner()
        senders = {peer: Sender(SmtpAccount(host="127.0.0.1", port=peer.port, tls="none")) for peer in peers.values()}
        self.senders = {name: senders[peer] for name, peer in peers.items()}
        self.dispatcher = Dispatcher(
            self.outbox,
            self.senders,
            lambda: self.now,
            on_failure=self.failed,
            on_account_trouble=lambda mailboxes, reason, _: self.troubles.append((mailboxes, reason)),
            on_account_works=self.recovered.append,
        )

    def failed(self, mail: Claimed, failure: Never) -> None:
        if self.refusing:
            self.refusing -= 1
            raise OSError("disk full")
        assert not self.outbox.settled[mail.id]
        self.failures.append((mail.id, failure))

    def drain(self) -> None:
        self.runner.run(self.dispatcher.drain())

    def serve(self, meanwhile: Callable[[], Awaitable[None] | None]) -> None:
        """Run until `meanwhile` is over, which is awaited, or called in a thread."""

        async def run() -> None:
            stop = asyncio.Event()
            running = asyncio.create_task(self.dispatcher.run(stop))
            result = await asyncio.to_thread(meanwhile)
            if result is not None:
                await result
            stop.set()
            await running

        self.runner.run(asyncio.wait_for(run(), 30))

    def close(self) -> None:
        self.runner.close()


@pytest.fixture
def peer() -> Iterator[SmtpPeer]:
    with SmtpPeer() as server:
        yield server


@pytest.fixture
def desk(peer: SmtpPeer) -> Iterator[Desk]:
    with closing(Desk({"support": peer})) as made:
        yield made


def test_what_is_due_is_sent_and_settled(desk: Desk, peer: SmtpPeer) -> None:
    number = desk.outbox.add()
    desk.drain()
    last = desk.outbox.last(number)
    assert (last.mail.id, last.outcome, last.detail) == (number, "sent", "250 2.0.0 Ok: queued as 1")
    assert [mail.recipients for mail in peer.received] == [(MATTI,)]


def test_an_empty_outbox_is_drained_at_once(desk: Desk, peer: SmtpPeer) -> None:
    desk.drain()
    assert peer.connections == 0


def test_many_mails_go_over_few_connections_and_are_settled_together(desk: Desk, peer: SmtpPeer) -> None:
    for _ in range(300):
        desk.outbox.add()
    desk.drain()
    assert (desk.outbox.outcomes(), len(peer.received)) == (["sent"] * 300, 300)
    assert peer.connections <= 4
    assert desk.outbox.settlements < 150


def test_a_refused_recipient_is_told_to_staff_and_then_settled_as_failed(desk: Desk, peer: SmtpPeer) -> None:
    peer.script(Rule(at="RCPT", reply="550 5.1.1 No such user", recipient="gone@posti.example"))
    gone, there = desk.outbox.add(to="gone@posti.example"), desk.outbox.add()
    desk.drain()
    assert (desk.outbox.last(gone).outcome, desk.outbox.last(there).outcome) == ("failed", "sent")
    assert desk.outbox.last(gone).next_attempt_at is None
    assert desk.failures == [(gone, Never("RCPT: 550 5.1.1 No such user"))]


def test_a_mail_that_is_not_taken_now_is_tried_again_in_about_a_minute(desk: Desk, peer: SmtpPeer) -> None:
    peer.script(Rule(at="RCPT", reply="451 4.7.1 Greylisted"))
    number = desk.outbox.add()
    desk.drain()
    assert (desk.outbox.last(number).outcome, desk.outbox.last(number).detail) == (
        "deferred",
        "RCPT: 451 4.7.1 Greylisted",
    )
    assert timedelta(seconds=45) <= desk.outbox.waits(number) <= timedelta(seconds=75)


def test_earlier_attempts_make_the_wait_longer(desk: Desk, peer: SmtpPeer) -> None:
    peer.script(Rule(at="RCPT", reply="451 4.7.1 Greylisted"))
    number = desk.outbox.add(attempts=4)
    desk.drain()
    assert desk.outbox.waits(number) >= timedelta(minutes=45)


def test_after_five_days_a_mail_is_given_up_and_staff_are_told(desk: Desk, peer: SmtpPeer) -> None:
    peer.script(Rule(at="RCPT", reply="451 4.7.1 Greylisted"))
    number = desk.outbox.add(attempts=36, age=timedelta(days=5))
    desk.drain()
    assert desk.outbox.last(number).outcome == "failed"
    assert [failed for failed, _ in desk.failures] == [number]


def test_a_mail_with_an_unknown_end_is_tried_again_later(desk: Desk, peer: SmtpPeer) -> None:
    peer.script(Rule(at="DOT", action="drop", taken=True))
    number = desk.outbox.add()
    desk.drain()
    assert desk.outbox.last(number).outcome == "unknown"
    assert desk.outbox.waits(number) >= timedelta(seconds=45)


def test_trouble_with_the_account_stops_it_at_once_and_sends_all_back(desk: Desk, peer: SmtpPeer) -> None:
    peer.script(Rule(at="MAIL", reply="530 5.7.0 Authentication required"))
    for _ in range(200):
        desk.outbox.add()
    desk.drain()
    assert set(desk.outbox.outcomes()) == {"deferred"}
    assert sum(line.startswith("MAIL") for line in peer.commands) <= 2
    assert all("530 5.7.0" in desk.outbox.last(number).detail for number in desk.outbox.settled)
    assert all(
        desk.outbox.last(number).next_attempt_at >= NOW + timedelta(seconds=45) for number in desk.outbox.settled
    )


def test_trouble_with_the_account_is_told_once_until_it_works_again(desk: Desk, peer: SmtpPeer) -> None:
    for reply, times in (("530 5.7.0 No", 2), ("", 1), ("530 5.7.0 No", 1)):
        peer.script(*([Rule(at="MAIL", reply=reply)] if reply else []))
        for _ in range(times):
            desk.outbox.add()
            desk.now += timedelta(minutes=10)
            desk.drain()
    assert [mailboxes for mailboxes, _ in desk.troubles] == [("support",), ("support",)]


def test_a_server_that_is_away_for_a_moment_is_nobodys_trouble(desk: Desk, peer: SmtpPeer) -> None:
    peer.stop()
    number = desk.outbox.add()
    desk.drain()
    assert (desk.outbox.last(number).outcome, desk.troubles) == ("deferred", [])


def test_a_server_that_stays_away_is_told(desk: Desk, peer: SmtpPeer) -> None:
    peer.stop()
    for _ in range(2):
        desk.outbox.add()
        desk.drain()
        desk.now += timedelta(minutes=3)
    assert len(desk.troubles) == 1


def test_an_account_that_rests_is_left_in_peace(desk: Desk, peer: SmtpPeer) -> None:
    peer.script(Rule(at="MAIL", reply="530 5.7.0 No"))
    desk.outbox.add()
    desk.drain()
    desk.outbox.add()
    desk.drain()
    assert sum(line.startswith("MAIL") for line in peer.commands) == 1


def test_after_trouble_the_account_is_tried_with_one_mail(desk: Desk, peer: SmtpPeer) -> None:
    peer.script(Rule(at="MAIL", reply="530 5.7.0 No"))
    for minutes in (0, 10):
        for _ in range(20):
            desk.outbox.add()
        desk.now += timedelta(minutes=minutes)
        peer.commands.clear()
        desk.drain()
    assert sum(line.startswith("MAIL") for line in peer.commands) == 1


def test_an_account_that_works_again_sends_everything(desk: Desk, peer: SmtpPeer) -> None:
    peer.script(Rule(at="MAIL", reply="530 5.7.0 No"))
    desk.outbox.add()
    desk.drain()
    peer.script()
    for _ in range(50):
        desk.outbox.add()
    desk.now += timedelta(minutes=10)
    desk.drain()
    assert desk.outbox.outcomes().count("sent") == 50


def test_that_an_account_works_again_is_told_once(desk: Desk, peer: SmtpPeer) -> None:
    for reply in ("530 5.7.0 No", "", ""):
        peer.script(*([Rule(at="MAIL", reply=reply)] if reply else []))
        desk.outbox.add()
        desk.now += timedelta(minutes=10)
        desk.drain()
    assert desk.recovered == [("support",)]


def test_other_accounts_go_on_while_one_is_in_trouble(peer: SmtpPeer) -> None:
    peer.script(Rule(at="MAIL", reply="530 5.7.0 No"))
    with SmtpPeer() as fine, closing(Desk({"support": peer, "sales": fine})) as desk:
        mine, other = desk.outbox.add(), desk.outbox.add(mailbox="sales")
        desk.drain()
    assert (desk.outbox.last(mine).outcome, desk.outbox.last(other).outcome) == ("deferred", "sent")


def test_mailboxes_that_share_an_account_share_its_trouble(peer: SmtpPeer) -> None:
    peer.script(Rule(at="MAIL", reply="530 5.7.0 No"))
    with closing(Desk({"support": peer, "sales": peer})) as desk:
        desk.outbox.add()
        desk.drain()
    assert [mailboxes for mailboxes, _ in desk.troubles] == [("support", "sales")]


def test_a_rated_account_holds_only_what_it_can_send_soon(peer: SmtpPeer) -> None:
    rate = Rate(count=30, per=timedelta(minutes=1))
    sender = Sender(SmtpAccount(host="127.0.0.1", port=peer.port, tls="none", rate=rate))
    assert lane.Lane(sender, ("support",)).room == 5


def test_a_mail_whose_lease_has_run_out_is_not_begun(desk: Desk, peer: SmtpPeer) -> None:
    number = desk.outbox.add()
    times = iter([NOW])  # the claim; the machine then sleeps for an hour
    slept = Dispatcher(
        desk.outbox,
        desk.senders,
        lambda: next(times, NOW + timedelta(hours=1)),
        on_failure=desk.failed,
        on_account_trouble=lambda *_: None,
    )
    desk.runner.run(slept.drain())
    assert (desk.outbox.last(number).outcome, peer.connections) == ("deferred", 0)


def test_a_mistake_of_ours_stops_no_other_mail(desk: Desk, peer: SmtpPeer) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    account = SmtpAccount(host="127.0.0.1", port=peer.port, tls="none", user="tuki", access_token=broken)
    desk.outbox.add()
    desk.outbox.add(mailbox="sales")
    ours = Dispatcher(
        desk.outbox,
        {"support": Sender(account), "sales": desk.senders["support"]},
        lambda: NOW,
        on_failure=desk.failed,
        on_account_trouble=lambda *_: None,
    )
    desk.runner.run(ours.drain())
    assert desk.outbox.outcomes() == ["unknown", "sent"]


def test_connections_are_closed_at_the_end(desk: Desk, peer: SmtpPeer) -> None:
    desk.outbox.add()
    desk.drain()
    assert peer.commands[-1] == "QUIT"


def test_a_kick_from_another_thread_sends_what_came(desk: Desk, peer: SmtpPeer) -> None:
    def meanwhile() -> None:
        for count in (1, 2, 3):
            desk.outbox.add()
            desk.dispatcher.kick()
            desk.outbox.wait_for(count)

    desk.serve(meanwhile)
    assert desk.outbox.outcomes() == ["sent"] * 3


def test_a_kick_while_nothing_runs_is_harmless(desk: Desk) -> None:
    desk.dispatcher.kick()
    desk.serve(lambda: None)
    desk.dispatcher.kick()
    assert desk.outbox.outcomes() == []


def test_a_mail_that_falls_due_is_sent_without_a_kick(desk: Desk) -> None:
    number = desk.outbox.add()
    desk.outbox.due[number] = (NOW + timedelta(seconds=0.2), desk.outbox.due[number][1])

    def meanwhile() -> None:
        while not desk.outbox.settled:
            desk.now += timedelta(seconds=0.1)
            threading.Event().wait(0.1)
        desk.outbox.wait_for(1)

    desk.serve(meanwhile)
    assert desk.outbox.last(number).outcome == "sent"


def test_a_busy_desk_claims_ahead(desk: Desk) -> None:
    for _ in range(500):
        desk.outbox.add()
    desk.serve(lambda: desk.outbox.wait_for(500))
    assert desk.outbox.outcomes() == ["sent"] * 500
    assert desk.outbox.claims < 50


def test_at_the_end_what_is_on_its_way_is_finished_and_the_rest_goes_back(desk: Desk, peer: SmtpPeer) -> None:
    peer.octets_apart = 0.002
    for _ in range(60):
        desk.outbox.add()
    desk.serve(lambda: peer.wait_for(1) and None)
    assert set(desk.outbox.outcomes()) == {"sent", "deferred"}
    assert len(desk.outbox.outcomes()) == 60
    assert desk.outbox.outcomes().count("sent") == len(peer.received)


def test_at_the_end_what_does_not_finish_is_unknown(
    desk: Desk, peer: SmtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dispatcher, "FINISH_WITHIN", 0.2)
    peer.script(Rule(at="DOT", action="hang"))
    number = desk.outbox.add()
    desk.serve(lambda: peer.wait_for_command("DATA"))
    settled = desk.outbox.last(number)
    assert (settled.outcome, settled.next_attempt_at) == ("unknown", NOW)


def test_at_the_end_nobody_waits_for_the_rate(desk: Desk, peer: SmtpPeer) -> None:
    rate = Rate(count=1, per=timedelta(hours=1))
    rated = Sender(SmtpAccount(host="127.0.0.1", port=peer.port, tls="none", rate=rate))
    desk.dispatcher = Dispatcher(
        desk.outbox, {"support": rated}, lambda: NOW, on_failure=desk.failed, on_account_trouble=lambda *_: None
    )
    for _ in range(2):
        desk.outbox.add()
    desk.serve(lambda: desk.outbox.wait_for(1))
    assert [results[-1].outcome for results in desk.outbox.settled.values()] == ["sent", "deferred"]


def test_an_outbox_that_cannot_be_read_is_read_when_it_can(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dispatcher, "_PAUSE_AFTER_ERROR", 0.05)
    desk.outbox.broken_claims = 3
    number = desk.outbox.add()
    desk.serve(lambda: desk.outbox.wait_for(1))
    assert desk.outbox.last(number).outcome == "sent"


def test_draining_an_outbox_that_cannot_be_read_says_so(desk: Desk) -> None:
    desk.outbox.broken_claims = 1
    with pytest.raises(OSError, match="disk full"):
        desk.drain()


def test_what_cannot_be_settled_is_settled_later_and_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "TRY_AGAIN_AFTER", 0.05)
    desk.outbox.broken_settlements = 3
    for _ in range(10):
        desk.outbox.add()
    desk.drain()
    assert desk.outbox.outcomes() == ["sent"] * 10


def test_what_can_never_be_settled_is_said_at_the_end(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settling, "TRY_AGAIN_AFTER", 0.05)
    monkeypatch.setattr(settling, "GIVE_UP_AFTER", 0.1)
    desk.outbox.broken_settlements = 1000
    desk.outbox.add()
    with pytest.raises(OSError, match="disk full"):
        desk.drain()


def test_a_failure_that_cannot_be_told_is_told_later_and_stops_no_other(
    desk: Desk, peer: SmtpPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "TRY_AGAIN_AFTER", 0.05)
    peer.script(Rule(at="RCPT", reply="550 5.1.1 No", recipient="gone@posti.example"))
    desk.refusing = 2
    desk.outbox.add(to="gone@posti.example")
    desk.outbox.add()
    desk.drain()
    assert sorted(desk.outbox.outcomes()) == ["failed", "sent"]
    assert len(desk.failures) == 1
