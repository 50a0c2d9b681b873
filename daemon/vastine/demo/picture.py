"""The demo on screen: who got what and why, as tables, and the checks. Nothing is decided here."""

from collections import Counter
from datetime import datetime
from io import StringIO
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vastine.demo.checks import Check, Ended, Shown
from vastine.demo.letters import Letter

_COLOURS = {"critical": "red", "high": "yellow", "normal": "white", "low": "bright_black"}


def paint_mails(console: Console, ended: Ended) -> None:
    """A mail, what became of it and who has it, why, and how long its sender waited to hear from us."""
    by_reference = {one["reference"]: one for one in ended.complaints}
    table = Table(title="Thirty mails came in", title_justify="left", box=SIMPLE_HEAD, expand=True, pad_edge=False)
    table.add_column("mail", ratio=4)
    table.add_column("became", ratio=3)
    table.add_column("because", ratio=6)
    table.add_column("heard back", width=10)
    for sample in ended.samples:
        row = next((one for one in ended.rows(sample.name) if one["outcome"] != "duplicate"), {})
        complaint = by_reference.get(str(row.get("reference")), {})
        table.add_row(
            escape(sample.name.removesuffix(".eml")),
            _became(row, complaint),
            escape(_because(ended, sample.name)),
            _heard(ended, sample.customer, complaint),
        )
    console.print(table)


def _became(row: Shown, complaint: Shown) -> str:
    if not complaint:
        return escape(str(row.get("outcome", "not recorded")))
    colour = _COLOURS.get(complaint["priority"], "white")
    where = f"{complaint['topic']}, [{colour}]{complaint['priority']}[/], {complaint['assignee'] or 'nobody'}"
    return f"[bold]{complaint['reference']}[/]\n{where}"


def _heard(ended: Ended, customer: str | None, complaint: Shown) -> str:
    letter = next((one for one in ended.post.of_kind("acknowledgement") if one.to == customer), None)
    if letter is None or not complaint:
        return "[dim]nothing[/]"
    waited = (letter.at - datetime.fromisoformat(complaint["opened_at"])).total_seconds()
    return f"{letter.language}, {max(0.0, waited):.1f} s"


def paint_ladder(console: Console, ended: Ended) -> None:
    """What nobody answered, step by step."""
    for complaint in ended.escalated():
        table = Table(
            title=f"{complaint['reference']} {escape(complaint['subject'])}: Ville does not answer",
            title_justify="left",
        )
        table.add_column("step")
        table.add_column("taken at (UTC)")
        table.add_column("told")
        told = _told(ended.post.letters, complaint["reference"])
        for number, step in enumerate(complaint["steps_taken"]):
            table.add_row(step["at"], str(step["taken_at"])[11:19], ", ".join(told[number : number + 1]))
        console.print(table)


def paint_conversation(console: Console, ended: Ended) -> None:
    """One answer of a person, as the customer read it."""
    for letter in ended.post.of_kind("answer")[:1]:
        console.print(f"\n[bold]What {escape(letter.to)} read from Anna[/]  ({escape(letter.subject)})")
        console.print("\n".join(f"  {escape(line)}" for line in letter.text.strip().split("\n")))
    counts = Counter(letter.kind for letter in ended.post.letters)
    console.print(
        "\n[bold]Mails of ours[/]  " + " · ".join(f"{times} {kind}" for kind, times in sorted(counts.items()))
    )


def paint_report(console: Console, ended: Ended) -> None:
    """The beginning of the report to the owner of the process."""
    lines = ended.reports.get("owner", "").split("\n\n")[:2]
    console.print("\n[bold]What the lead reads in the report[/]  (reports/owner.html, reports/management.html)")
    console.print("\n".join(f"  {escape(line)}" for part in lines for line in part.split("\n")))


def paint_checks(console: Console, checks: list[Check], folder: Path) -> None:
    console.print()
    for check in checks:
        console.print(f"[{'green' if check.ok else 'red'}]{'✓' if check.ok else '✗'}[/] {escape(check.name)}")
        for problem in check.problems:
            console.print(f"    {escape(problem)}")
    failed = sum(not check.ok for check in checks)
    verdict = f"{failed} checks failed" if failed else "All that had to happen did"
    console.print(f"\n{verdict}. The mails and reports are in {escape(str(folder))}.")


def summary(ended: Ended, checks: list[Check]) -> str:
    """The same in plain text, for the folder."""
    console = Console(record=True, width=160, file=StringIO())
    paint_mails(console, ended)
    paint_ladder(console, ended)
    paint_conversation(console, ended)
    paint_report(console, ended)
    paint_checks(console, checks, ended.post.folder)
    return console.export_text()


def _because(ended: Ended, name: str) -> str:
    """The rules that matched, the first with what settled it; else how the kind of the mail was known."""
    explained: Shown = ended.explained.get(name, {})
    matched = [rule for rule in explained.get("rules", ()) if rule["matched"]]
    if not matched and explained.get("kind") == "person":
        return "no rule; the defaults"
    if not matched:
        return str(explained.get("kind_reason") or "")
    return "; ".join(f"{rule['name']} ({', '.join(rule['because'][:1])})" for rule in matched)


def _told(letters: list[Letter], reference: str) -> list[str]:
    return [
        letter.to for letter in letters if letter.reference == reference and letter.kind in {"reminder", "escalation"}
    ]
