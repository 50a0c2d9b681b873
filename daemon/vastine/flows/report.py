"""Reports and digests when their time has come: measured, written, drawn, and put into the outbox, each once.

What was made stands in the database. The first look at a new one only notes the time, so that nobody gets last week's
on the day that Vastine is installed; after a standstill of days only the latest is made.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

import structlog

from vastine.core.compose.readers import reader_of
from vastine.core.measures import Measures, Period
from vastine.core.office import Office
from vastine.core.report.digest import digest_page, digests
from vastine.core.report.mails import digest_mail, page_of, report_mail, team_of
from vastine.core.report.numbers import Writer
from vastine.core.report.page import Page
from vastine.core.report.recipients import readers_of
from vastine.core.rules import Report, Rulebook
from vastine.core.schedule import Every, last_due, period_before
from vastine.core.story import Letter, Story
from vastine.edges.painter import Painter, PainterError
from vastine.edges.store import ConflictError, Store, StoreError

log = structlog.get_logger()
NOT_AGAIN_FOR: Final = timedelta(minutes=10)  # after a failure: measuring and drawing cost something


class Measurer(Protocol):
    """Counts what happened in a period."""

    def measures(self, *, period: Period, now: datetime, rules: Rulebook, team: str | None = None) -> Measures: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """What is made again and again: a report, or a digest to `teams` or `members`.

    Its `name` holds its times, so that one whose times were changed begins anew with the next of these.
    """

    name: str
    every: Every
    report: Report | None = None


def jobs_of(book: Rulebook) -> tuple[Job, ...]:
    """All reports and digests of the rules."""
    reports = [Job(name=f"report {each.name} {each.every}", every=each.every, report=each) for each in book.reports]
    listed = (("teams", book.digests.teams), ("members", book.digests.members))
    return (*reports, *(Job(name=f"digest {to} {every}", every=every) for to, every in listed if every is not None))


class Reports:
    """Makes what is due. `office` gives the company as it is now; `kick` wakes the dispatch."""

    def __init__(
        self, store: Store, measurer: Measurer, office: Callable[[], Office], kick: Callable[[], None], painter: Painter
    ) -> None:
        self.store = store
        self.measurer = measurer
        self.office = office
        self.kick = kick
        self.painter = painter
        self._rests: dict[str, datetime] = {}  # by job: after a failure not before then
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Begin no further report, and leave the one under way: it is due again at the next start."""
        self._stopping.set()
        self.painter.stop()

    def tick(self, now: datetime) -> int:
        """Make every report and digest that is due. Returns how many mails were written."""
        office, made = self.office(), self.store.last_made(now)
        due: list[tuple[Job, datetime, datetime]] = []
        for job in jobs_of(office.rulebook):
            at = last_due(job.every, now, office.rulebook.timezone)
            before = made.get(job.name)
            if before is None:
                self._record([(job.name, at)], [], now)
            elif before < at and self._rests.get(job.name, now) <= now:
                due.append((job, at, before))
        mails = sum(self._make(job, at, office, now) for job, at, _ in due if job.report is not None)
        mails += self._tell([each for each in due if each[0].report is None], office, now)
        if mails:
            self.kick()
        return mails

    def _make(self, job: Job, at: datetime, office: Office, now: datetime) -> int:
        if self._stopping.is_set():
            return 0
        try:
            letters = self._letters(job, at, office, now)
        except StoreError:
            raise
        except Exception:  # one report must not stop the others
            log.exception("report cannot be made", code="report_failed", report=job.name)
            self._rests[job.name] = now + NOT_AGAIN_FOR
            return 0
        if self._stopping.is_set():  # its pictures may be missing for no other reason
            return 0
        if not letters:
            log.warning("report has no readers", code="report_unread", report=job.name)
        return self._record([(job.name, at)], [office.sealed(Story(letters=letters), now)], now)

    def _letters(self, job: Job, at: datetime, office: Office, now: datetime) -> tuple[Letter, ...]:
        report, book = job.report, office.rulebook
        people = readers_of(report, book, book.day_at(now)) if report else ()
        if report is None or not people:
            return ()
        period = period_before(at, report.period, book.timezone, report.every)
        team = team_of(report.audience, book)
        measures = self.measurer.measures(period=period, now=now, rules=book, team=team)
        readers = [reader_of(each, book) for each in people]
        pages = written(
            measures,
            book,
            report.audience,
            report.name,
            {each.language for each in readers},
            self.painter,
            attached=True,
        )
        mailbox = next(iter(office.mailboxes))
        return tuple(
            Letter(
                draft=report_mail(
                    measures,
                    pages[reader.language][0],
                    book,
                    reader=reader,
                    audience=report.audience,
                    name=report.name,
                    pictures=pages[reader.language][1],
                    mailbox=mailbox,
                )
            )
            for reader in readers
        )

    def _tell(self, due: Sequence[tuple[Job, datetime, datetime]], office: Office, now: datetime) -> int:
        """The digests that are due, together: one mail a person."""
        if not due:
            return 0
        names = [job.name for job, *_ in due]
        try:
            letters = self._digests(due, office, now)
        except StoreError:
            raise
        except Exception:  # the reports go on
            log.exception("digests cannot be made", code="digest_failed")
            self._rests |= dict.fromkeys(names, now + NOT_AGAIN_FOR)
            return 0
        story = office.sealed(Story(letters=letters), now)
        return self._record([(job.name, at) for job, at, _ in due], [story], now)

    def _digests(
        self, due: Sequence[tuple[Job, datetime, datetime]], office: Office, now: datetime
    ) -> tuple[Letter, ...]:
        book, mailbox = office.rulebook, next(iter(office.mailboxes))
        kinds = {job.name.split()[1]: before for job, _, before in due}
        work = self.store.work_in_hand(kinds.get("teams", now), now)
        letters = []
        for digest in digests(book, work, teams="teams" in kinds, members="members" in kinds):
            page, subject = digest_page(digest, work, book)
            reader = reader_of(book.staff[digest.member], book)
            letters.append(Letter(draft=digest_mail(page, reader=reader, subject=subject, mailbox=mailbox)))
        return tuple(letters)

    def _record(self, due: Sequence[tuple[str, datetime]], stories: Sequence[Story], now: datetime) -> int:
        """How many mails were recorded; none where another replica was faster."""
        try:
            self.store.record_made(due, stories, now)
        except ConflictError as conflict:
            log.info("made by another", code="report_conflict", why=str(conflict))
            return 0
        mails = sum(len(story.mails) for story in stories)
        if stories:
            log.info("reports written", code="reports_written", reports=[name for name, _ in due], mails=mails)
        return mails


def written(
    measures: Measures,
    book: Rulebook,
    audience: str | None,
    name: str,
    languages: set[str],
    painter: Painter,
    *,
    attached: bool = False,
) -> Mapping[str, tuple[Page, Mapping[str, bytes]]]:
    """The page of a report in each of the languages, with its pictures; where there are none, the page says why.

    `attached`: its tables go along.
    """
    found = {}
    for language in sorted(languages):
        page = page_of(measures, book, audience=audience, language=language, name=name, attached=attached)
        found[language] = _painted(page, painter, Writer(language=language, zone=book.timezone))
    return found


def _painted(page: Page, painter: Painter, writer: Writer) -> tuple[Page, Mapping[str, bytes]]:
    try:
        return page, painter.paint(page.charts)
    except PainterError as error:
        log.warning("report goes without pictures", code="no_pictures", why=str(error))
        return replace(page, notes=(*page.notes, writer.say("no_charts", why=str(error)))), {}
