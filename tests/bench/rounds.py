"""The three questions: how fast beside the floor, does it slow down as it grows, how long until an answer."""

import time
from pathlib import Path

from mixed import Sample, mixed, people
from servers.dovecot import PASSWORD, Dovecot

from .floor import run_floor
from .ours import Wanted, daemon, run_ours
from .peer import Peer, smtp_peer
from .result import Account, Measured
from .tap import tap

PATIENCE = 90.0  # seconds, and a tenth of a second a mail, before a round is given up
SEED = 20260622


def side_by_side(folder: Path, count: int, rounds: int, profile: Path | None) -> tuple[list[Measured], list[Measured]]:
    """`count` mails over all rounds; in each round the floor and ours handle the same ones, one after the other.

    The order changes from round to round, so that neither always meets the warmer machine.
    """
    floor: list[Measured] = []
    ours: list[Measured] = []
    with Dovecot() as dovecot:
        for number in range(rounds):
            samples = list(mixed(count // rounds, SEED + number))
            turns = ["floor", "ours"] if number % 2 == 0 else ["ours", "floor"]
            for turn in turns:
                place = folder / f"{turn}-{number}"
                with smtp_peer(place / "smtp") as peer:
                    account = _delivered(dovecot, f"{turn}{number}", peer, samples)
                    if turn == "floor":
                        floor.append(run_floor(account, place))
                    else:
                        ours.append(_ours(place, account, peer, samples, profile if number == 0 else None))
    return floor, ours


def growth(folder: Path, counts: list[int]) -> list[Measured]:
    """Ours alone, with so many mails waiting in one inbox.

    The small count is measured twice before and twice after the others, since the machine's own speed changes
    meanwhile more than ours with the count.
    """
    small, *others = counts
    found = []
    for number, count in enumerate([small, small, *others, small, small]):
        place = folder / f"growth-{number}"
        with Dovecot() as dovecot, smtp_peer(place / "smtp") as peer:
            samples = list(mixed(count, SEED + count))
            account = _delivered(dovecot, f"growth{number}", peer, samples)
            found.append(_ours(place, account, peer, samples, None))
    return found


def latencies(folder: Path, count: int) -> list[float]:
    """Seconds from the EXISTS on the wire to the acknowledgement at the SMTP server, for one mail after another.

    The desk is idle before each. A mail whose acknowledgement does not come in 30 s counts as 30 s.
    """
    found: list[float] = []
    with Dovecot() as dovecot, smtp_peer(folder / "smtp") as peer, tap("127.0.0.1", dovecot.port) as wire:
        samples = list(people(count + 1, SEED))
        account = _delivered(dovecot, "latency", peer, samples[:1], port=wire.port)
        with daemon(folder, account) as watched:
            _acknowledged(peer, samples[0].expect.sender, 60.0)
            for sample in samples[1:]:
                time.sleep(0.3)
                watched.look()
                wire.exists.clear()
                delivered = time.monotonic()
                dovecot.deliver("latency", sample.raw)
                arrived = _acknowledged(peer, sample.expect.sender, 30.0)
                told = min((at for at in wire.exists if at >= delivered), default=delivered)
                found.append(30.0 if arrived is None else max(0.0, arrived - told))
    return found


def _acknowledged(peer: Peer, sender: str, patience: float) -> float | None:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        arrived = [one["at"] for one in peer.read() if one["to"] == [sender]]
        if arrived:
            return arrived[0]
        time.sleep(0.005)
    return None


def _delivered(dovecot: Dovecot, user: str, peer: Peer, samples: list[Sample], *, port: int | None = None) -> Account:
    dovecot.deliver_many(user, (sample.raw for sample in samples))
    return Account(host="127.0.0.1", port=port or dovecot.port, smtp_port=peer.port, user=user, password=PASSWORD)


def _ours(folder: Path, account: Account, peer: Peer, samples: list[Sample], profile: Path | None) -> Measured:
    patience = PATIENCE + len(samples) / 10
    return run_ours(folder, account, peer, Wanted.of(samples), timeout=patience, profile=profile)
