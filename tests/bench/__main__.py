"""`python -m tests.bench` from the repository's root; `make bench` says the same."""

import argparse
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))  # as pytest has it

from tests.bench.ladder import ladder_round
from tests.bench.reports import reports_round
from tests.bench.result import Outcome
from tests.bench.rounds import growth, latencies, side_by_side
from tests.bench.rules import rules_round

RULED_MAILS = 2_000


def main() -> int:
    chosen = _arguments()
    with tempfile.TemporaryDirectory(prefix="vastine-bench-") as name:
        folder = Path(name)
        floor, ours = side_by_side(folder, chosen.mails, chosen.rounds, chosen.profile)
        counts = [int(count) for count in chosen.growth.split(",") if count]
        outcome = Outcome(
            floor=floor,
            ours=ours,
            growth=growth(folder, counts) if counts else [],
            latencies=latencies(folder / "latency", chosen.latency) if chosen.latency else [],
            reports=[reports_round(folder / "reports", chosen.complaints)] if chosen.complaints else [],
            rules=rules_round([int(count) for count in chosen.rules.split(",") if count], RULED_MAILS),
            ladder=[ladder_round(folder, chosen.ladder, min(1000, chosen.ladder))] if chosen.ladder else [],
        )
    figures = outcome.figures()
    print(json.dumps(figures, indent=2) if chosen.json else told(outcome))
    return 1 if figures["faults"] else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="How fast, beside a floor.")
    parser.add_argument("--mails", type=int, default=5000, help="for the comparison with the floor, over all rounds")
    parser.add_argument("--rounds", type=int, default=4, help="floor and ours take turns so many times")
    parser.add_argument("--growth", default="1000,20000", help='mails waiting, smaller first; "" to leave it out')
    parser.add_argument("--latency", type=int, default=40, help="mails one at a time; 0 to leave it out")
    parser.add_argument("--rules", default="100,10000", help='files of so many rules; "" to leave it out')
    parser.add_argument(
        "--ladder", type=int, default=100_000, help="open complaints that it looks at; 0 to leave it out"
    )
    parser.add_argument("--complaints", type=int, default=100_000, help="of the counted year; 0 to leave it out")
    parser.add_argument("--quick", action="store_true", help="400 mails, growth 200 to 800, 5 latencies: a smoke test")
    parser.add_argument("--profile", type=Path, help="write a cProfile of the first round of ours here")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    chosen = parser.parse_args()
    if chosen.quick:
        chosen.mails, chosen.growth, chosen.latency = 400, "200,800", 5
        chosen.ladder = chosen.complaints = 5_000
    return chosen


def told(outcome: Outcome) -> str:
    """The figures as lines for people."""
    found = outcome.figures()
    lines = ["", f"Mails a second ({sum(one.mails for one in outcome.ours)} mails, {len(outcome.ours)} rounds in turn)"]
    for number, (floor, ours) in enumerate(zip(outcome.floor, outcome.ours, strict=True), start=1):
        lines.append(f"  round {number}: floor {floor.rate:8.1f}   ours {ours.rate:8.1f}")
    lines += [
        (
            f"  median:  floor {found['floor_mails_a_second']:8.1f}   ours {found['ours_mails_a_second']:8.1f}"
            f"   floor/ours {found['floor_over_ours']}"
        ),
        f"CPU a mail      ours {found['cpu_ms_a_mail']} ms, floor {found['floor_cpu_ms_a_mail']} ms",
        f"Start-up        {found['start_up_seconds']} s (not in the rates)",
        (
            f"Peak RSS        {found['peak_rss_mb'] + found['children_rss_mb']:.1f} MB in all: "
            f"the daemon {found['peak_rss_mb']} MB, its reader {found['children_rss_mb']} MB"
        ),
    ]
    if "growth_rates" in found:
        rates = ", ".join(f"{count}: {rate}" for count, rate in found["growth_rates"].items())
        lines.append(f"Growth          {rates} mails/s; last to first {found['growth_ratio']}")
    if "latency_p50_s" in found:
        lines.append(
            f"Latency         EXISTS to acknowledgement p50 {found['latency_p50_s']} s, p95 {found['latency_p95_s']} s,"
            f" worst {found['latency_worst_s']} s, {len(outcome.latencies)} mails"
        )
    lines += [
        f"{one.rules:6} rules    {one.milliseconds_a_mail:.3f} ms a mail, {one.prepare_seconds:.2f} s to prepare"
        f" ({one.mails} mails, {one.matched} matched)"
        for one in outcome.rules
    ]
    lines += [
        f"Ladder          {one.complaints} open complaints: a look {1000 * one.look_median_s:.2f} ms"
        f" (worst {1000 * one.look_worst_s:.2f} ms); {one.due} due at once, {one.taken} steps: {one.due_s:.2f} s"
        for one in outcome.ladder
    ]
    lines += [
        f"Counting        {one.complaints} complaints of a year in {one.year_seconds:.2f} s, their last week in"
        f" {one.week_seconds:.2f} s (made up in {one.fill_seconds:.0f} s)"
        for one in outcome.reports
    ]
    lines += [
        f"Report          {one.whole_seconds:.2f} s whole: that year counted, drawn and composed"
        for one in outcome.reports
    ]
    lines += [f"FAULT           {fault}" for fault in found["faults"]]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
