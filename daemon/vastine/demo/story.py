"""The demo from its beginning to its end: servers, mails, the real daemon, people who act, and what came of it."""

import json
import time
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from vastine.demo.checks import Ended, Shown, judge
from vastine.demo.desk import SUPPORT, DaemonStoppedError, Desk, wait_for
from vastine.demo.imap_server import PASSWORD, EmbeddedImap
from vastine.demo.people import VILLE, People
from vastine.demo.picture import paint_checks, paint_conversation, paint_ladder, paint_mails, paint_report, summary
from vastine.demo.post import Post
from vastine.demo.quickened import HIGH, LADDER
from vastine.demo.samples import Sample, samples
from vastine.demo.smtp_server import EmbeddedSmtp

PATIENCE = 60.0  # seconds in all before the story is given up and the checks say what is missing
STEPS_AFTER = 3.0  # seconds from the last promise to the last step


def run_demo(out: Path, console: Console | None = None) -> int:
    """Tell the story and leave every mail in `out`. 0 when what had to happen did, else 1."""
    console = console or Console()
    mails, began = samples(), datetime.now(UTC)
    console.print(
        "[bold]Vastine[/]: thirty mails to a bicycle shop, on mail servers of our own, with clocks in seconds.\n"
    )
    imap = EmbeddedImap()
    post = Post(folder=out, support=SUPPORT, append=lambda raw: imap.deliver(SUPPORT, raw))
    with imap, EmbeddedSmtp() as smtp:
        smtp.on_mail = post.take
        imap.account(SUPPORT)
        desk = Desk.furnish(out / "desk", imap_port=imap.port, smtp_port=smtp.port, user=SUPPORT, password=PASSWORD)
        people = People(deliver=post.deliver, language_of=_languages(mails))
        desk.start()
        try:
            explained = _explained(desk, mails)  # before they are delivered, or each would be known already
            wait_for(desk.is_ready, desk=desk, seconds=30)
            _live(console, desk, post, people, mails)
        except DaemonStoppedError as error:
            console.print(str(error), style="red", markup=False)
            return 1
        finally:
            exit_code = desk.stop()
        post.arrivals()
        reports = _reports(desk, out / "reports", began)
        ended = Ended(
            samples=mails,
            post=post,
            people=people,
            ledger=desk.ask("ledger"),
            complaints=desk.ask("list"),
            outbox=desk.ask("outbox", "list"),
            explained=explained,
            inbox_count=len(imap.messages(SUPPORT)),
            exit_code=exit_code,
            reports=reports,
        )
    return _tell(console, ended)


def _live(console: Console, desk: Desk, post: Post, people: People, mails: list[Sample]) -> None:
    """Deliver, let everybody act on what reaches them, and wait until nothing more is to come."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as progress:
        acknowledged = progress.add_task("Customers acknowledged", total=sum(bool(one.answered_in) for one in mails))
        answered = progress.add_task("Anna's answers at the customers", total=None)
        climbed = progress.add_task("Steps for what Ville left lying", total=None)
        for sample in (*mails, mails[0]):
            post.deliver(sample.name, sample.raw)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            for letter in post.arrivals():
                people.act(letter)
            progress.update(acknowledged, completed=len(post.of_kind("acknowledgement")))
            progress.update(answered, completed=len(post.of_kind("answer")), total=len(people.annas) or None)
            progress.update(climbed, completed=_steps_seen(post), total=len(_villes(post)) * len(LADDER) or None)
            if _is_over(post, people, mails):
                return
            desk.ensure_running()
            time.sleep(0.1)


def _is_over(post: Post, people: People, mails: list[Sample]) -> bool:
    """Everybody has heard what they wait for, and the last step is a moment old."""
    wanted = sum(bool(one.answered_in) for one in mails)
    settled = (
        len(post.of_kind("acknowledgement")) >= wanted
        and len(post.of_kind("answer")) >= len(people.annas) > 0
        and bool(post.of_kind("undeliverable"))
        and bool(post.of_kind("survey"))
        and _steps_seen(post) >= len(_villes(post)) * len(LADDER) > 0
    )
    quiet = time.time() - max((letter.at.timestamp() for letter in post.letters), default=0.0)
    return settled and quiet > STEPS_AFTER


def _villes(post: Post) -> set[str]:
    """The references of the urgent complaints that came to Ville."""
    routed = [letter for letter in post.of_kind("routed") if letter.to == VILLE]
    return {letter.reference for letter in routed if letter.header("X-Vastine-Priority") == HIGH}


def _steps_seen(post: Post) -> int:
    villes = _villes(post)
    return sum(letter.reference in villes for letter in post.of_kind("reminder", "escalation"))


def _explained(desk: Desk, mails: list[Sample]) -> dict[str, Shown]:
    """What `explain` says about each mail, by its name."""
    folder = str(files("vastine.demo") / "mails")
    lines = desk.say("explain", "--json", *(f"{folder}/{one.name}" for one in mails)).splitlines()
    return {one.name: json.loads(line) for one, line in zip(mails, lines, strict=False)}


def _reports(desk: Desk, folder: Path, began: datetime) -> dict[str, str]:
    """What the two reports on these minutes say; as pages they are left in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    period = ("--from", began.isoformat(timespec="seconds"))
    told = {}
    for name in ("owner", "management"):
        desk.say("report", name, *period, "--out", str((folder / f"{name}.html").absolute()))
        told[name] = desk.say("report", name, *period, "--text")
    return told


def _tell(console: Console, ended: Ended) -> int:
    checks = judge(ended)
    paint_mails(console, ended)
    paint_ladder(console, ended)
    paint_conversation(console, ended)
    paint_report(console, ended)
    paint_checks(console, checks, ended.post.folder)
    (ended.post.folder / "summary.txt").write_text(summary(ended, checks), encoding="utf-8")
    return 0 if all(check.ok for check in checks) else 1


def _languages(mails: list[Sample]) -> dict[str, str]:
    return {one.customer: one.answered_in for one in mails if one.customer and one.answered_in}
