"""The values that the rounds hand to the printer."""

from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Where the mails lie and where replies go; both servers are on loopback without TLS."""

    host: str
    port: int
    smtp_port: int
    user: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One round. Wall and CPU seconds count from the first connection to the last effect, without the start-up."""

    mails: int
    seconds: float
    cpu_seconds: float
    start_up_seconds: float = 0.0
    peak_rss_mb: float = 0.0
    children_rss_mb: float = 0.0
    sent: int = 0
    faults: tuple[str, ...] = ()

    @property
    def rate(self) -> float:
        return self.mails / self.seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruled:
    """What a file of so many rules costs: seconds to prepare it once, milliseconds of one decision on average."""

    rules: int
    mails: int
    matched: int
    prepare_seconds: float
    milliseconds_a_mail: float
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Climbed:
    """Looks of the ladder at so many open complaints, in seconds: with nothing due, and with `due` of them at once."""

    complaints: int
    look_median_s: float
    look_worst_s: float
    due: int
    taken: int
    due_s: float
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reported:
    """What counting costs where so many complaints were received in a year: that year, and its last week."""

    complaints: int
    fill_seconds: float
    year_seconds: float
    whole_seconds: float  # the report of that year: counted, drawn and composed
    week_seconds: float
    faults: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """All that a run of the bench found. Rates are mails a second, latencies seconds."""

    floor: list[Measured] = field(default_factory=list)
    ours: list[Measured] = field(default_factory=list)
    growth: list[Measured] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    rules: list[Ruled] = field(default_factory=list)
    ladder: list[Climbed] = field(default_factory=list)
    reports: list[Reported] = field(default_factory=list)

    def figures(self) -> dict[str, Any]:
        """The same as plain JSON values, with the derived ones."""
        found: dict[str, Any] = {
            name: [asdict(one) for one in getattr(self, name)] for name in ("floor", "ours", "growth")
        }
        if self.floor and self.ours:
            floor, ours = median(one.rate for one in self.floor), median(one.rate for one in self.ours)
            mails = sum(one.mails for one in self.ours)
            found |= {
                "floor_mails_a_second": round(floor, 1),
                "ours_mails_a_second": round(ours, 1),
                "floor_over_ours": round(floor / ours, 2),
                "cpu_ms_a_mail": round(1000 * sum(one.cpu_seconds for one in self.ours) / mails, 2),
                "floor_cpu_ms_a_mail": round(1000 * sum(o.cpu_seconds for o in self.floor) / mails, 2),
                "start_up_seconds": round(median(one.start_up_seconds for one in self.ours), 2),
                "peak_rss_mb": round(max(one.peak_rss_mb for one in (*self.ours, *self.growth)), 1),
                "children_rss_mb": round(max(one.children_rss_mb for one in (*self.ours, *self.growth)), 1),
            }
        if len(self.growth) > 1:
            counts = sorted({one.mails for one in self.growth})
            rates = {count: median(one.rate for one in self.growth if one.mails == count) for count in counts}
            found["growth_rates"] = {str(count): round(rate, 1) for count, rate in rates.items()}
            found["growth_ratio"] = round(rates[counts[-1]] / rates[counts[0]], 3)
        if self.latencies:
            ordered = sorted(self.latencies)
            found["latency_p50_s"] = round(quantile(ordered, 0.50), 3)
            found["latency_p95_s"] = round(quantile(ordered, 0.95), 3)
            found["latency_worst_s"] = round(ordered[-1], 3)
        found["rules"] = [asdict(one) for one in self.rules]
        found["ladder"] = [asdict(one) for one in self.ladder]
        found["reports"] = [asdict(one) for one in self.reports]
        rounds = (*self.ours, *self.growth, *self.rules, *self.ladder, *self.reports)
        found["faults"] = sorted({fault for one in rounds for fault in one.faults})
        return found


def quantile(ordered: list[float], share: float) -> float:
    """Nearest rank: the smallest value that at least `share` of all do not exceed."""
    return ordered[max(0, -(-int(share * 1000) * len(ordered) // 1000) - 1)]
