"""Periodic jobs: warnings, reminders, silence, the mass recount, what a crash left half done."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from contracts.message import CENTRE
from foundation.concurrency import bounded_map, prefetch
from foundation.observability.service_metrics import ServiceGauge
from foundation.persistence.ttl_cache import TTL_SECONDS
from foundation.scheduling import JobRunner, NationalTable, every, run_each
from foundation.settings.agency_names import names_of
from foundation.worktime import local_day
from services.intake.domain import act
from services.intake.domain.calendar import announcing, national_plan, unit_calendar
from services.intake.domain.calendar.unit_calendar import BEGINNING, ScanCursor, UnitCalendar
from services.intake.domain.case.dossier import UNDER_WAY, Decided, Dossier
from services.intake.domain.centre.figures import SOON, CentreFigures, start_of_day
from services.intake.domain.counter import finding, reception
from services.intake.domain.counter.dossier_code import book_of
from services.intake.domain.lateness import late_list, reminding, warnings
from services.intake.domain.route import branches
from services.intake.handlers.context import IntakeContext
from services.intake.handlers.issuing_office import office_of
from services.intake.store.open_count import OpenCount

# After this time nobody is still at work on a receipt that was begun.
GIVEN_UP = timedelta(minutes=2)
MOST_PAGES = 4

# To count reads every open dossier: not more often, and not so much that others feel it.
FIGURES_EVERY, FIGURES_SHARE = 30, 0.05
# A city of ten million has 50,000 open dossiers: counted in a quarter of an hour.
FIGURES_LAST = 1200  # seconds

# How long one write of a batch may hold up other requests, and its least and largest size.
BATCH_TAKES = timedelta(milliseconds=100)
SMALLEST_BATCH, LARGEST_BATCH = 10, 25
# While one batch is written the next is counted; and the next page is read ahead.
ABREAST = 2
A_MOMENT = timedelta(milliseconds=1)
MOST_IN_A_MOMENT = 100_000

# With what is read ahead by then, and a beat that may be old, shorter than a lease.
AT_MOST = timedelta(seconds=4)
# By now every process knows the calendar that was decided on.
KNOWN = timedelta(seconds=3 * TTL_SECONDS)

Page = tuple[ScanCursor, Sequence[Dossier]]
Batch = tuple[ScanCursor | None, Sequence[Dossier]]


class IntakeJobs(IntakeContext):
    """Periodic jobs, one method per timer."""

    job_runner = JobRunner()
    nation = NationalTable()
    held = ServiceGauge(
        "motcua_dossiers_open", "Dossiers under way", by="agency", every=FIGURES_LAST
    )
    due_soon = ServiceGauge(
        "motcua_dossiers_due_soon", "Due within three days", by="agency", every=FIGURES_LAST
    )
    overdue = ServiceGauge(
        "motcua_dossiers_overdue", "Past their due date", by="agency", every=FIGURES_LAST
    )
    planned = ServiceGauge(
        "motcua_calendar_planned_days",
        "Days for which the national plan of days off is known",
        by="agency",
        every=FIGURES_LAST,
    )

    page_size, batch_size = 120, 10
    """How many dossiers a page is to have, and how many are written at once (they adapt)."""

    @every(60)
    def finish_receipts(self) -> None:
        """Give their codes to dossiers that an earlier version received and did not number."""
        due = partial(self.dossiers.received_without_code, self.clock.ago(GIVEN_UP))
        self.job_runner.run("finish_receipts", due, self._finish)

    @every(10)
    def make_findable(self) -> None:
        """Give search words and a place on their owner's list to what an older version stored."""
        self.job_runner.run("make_findable", self.dossiers.not_findable, self._make_findable)

    @every(60)
    def forget_drafts(self) -> None:
        """Remove drafts whose 30 days are over, with all that was typed into them."""
        now = self.clock.now()
        forget = partial(self.drafts.forget, now=now)
        self.job_runner.run("forget_drafts", partial(self.drafts.over, now), forget)

    @every(1)
    def warn(self) -> None:
        """Tell what is due soon, may still be apologised for, or is overdue."""
        self.job_runner.run("warn", partial(self.dossiers.alarmed, self.clock.now()), self._warn)

    @every(5)
    def remind(self) -> None:
        """Tell of dates that come near or have passed whom the rules of urging say."""
        self.job_runner.run(
            "remind", partial(self.dossiers.reminding, self.clock.now()), self._remind
        )

    @every(FIGURES_EVERY, share=FIGURES_SHARE)
    def count_deadlines(self) -> None:
        """Show how many dossiers each agency leads: open, due within three days, overdue.

        A call counts some thousands; the figures are shown, and kept for the director's page,
        when all are counted.
        """
        now = self.clock.now()
        counted = self.dossiers.count_on(now, now + SOON)
        if counted is None:
            return
        by_agency = counted.by_agency
        nobody = dict.fromkeys((*names_of(self.settings.agencies), *by_agency), 0)
        shown = {"all": self.held, "soon": self.due_soon, "over": self.overdue}
        for name, figure in shown.items():
            figure.show(nobody | {agency: each[name] for agency, each in by_agency.items()})
        self._keep_figures(counted, now)

    @every(FIGURES_EVERY)
    def count_planned_days(self) -> None:
        """Show for how many days from today the Government's plan of days off is known."""
        unit, today = self.calendars.now(), local_day(self.clock.now())
        left = national_plan.planned_until(unit, today) - today
        self.planned.show({CENTRE: left.days})

    @every(1)
    def keep_calendar(self) -> None:
        """Count by the national days of this release; tell copies of the calendar in force."""
        self.nation.follow(self._follow)
        now = self.clock.real()
        if announcing.is_due(self.calendars.now(), now):
            self.calendars.decide(lambda each: announcing.announce(each, now))

    @every(5)
    def take_silence(self) -> None:
        """Who was asked and said nothing in time has agreed, where the law says so."""
        due = partial(self.dossiers.silent, self.clock.now())
        self.job_runner.run("take_silence", due, self._take_silence)

    @every(1)
    def recount(self) -> bool:
        """Count open dossiers by a calendar that changed, page by page; true if there is more."""
        until, unit = self.clock.real() + AT_MOST, self.calendars.newest()
        if unit.walk is None or (unit.newest.at and unit.newest.at > self.clock.ago(KNOWN)):
            return False
        edition, moved = unit.walk.edition, unit.walk.moved
        batches = self._batches(prefetch(self._pages(unit.walk, until)))
        for gone, more in bounded_map(partial(self._timed, unit), batches, most=ABREAST):
            moved += more
            if gone:
                unit = self._note(unit.id, replace(gone, moved=moved))
            if unit.walk is None or unit.walk.edition != edition:
                break
        return unit.walk is not None

    def _keep_figures(self, counted: OpenCount, now: datetime) -> None:
        unit = self.settings.unit
        taken_in, resolved = self.dossiers.day_counts(book_of(unit, now), start_of_day(now), now)
        kept = CentreFigures(
            id=unit,
            counted=now,
            taken_in=taken_in,
            resolved=resolved,
            whole=counted.whole(),
            states=dict(counted.by_state),
            agencies=counted.agencies(),
            fields=counted.fields(),
        )
        self.figures.keep(kept)

    def _follow(self, table: str) -> None:
        now, oldest = self.clock.now(), self.dossiers.oldest_under_way()
        day = local_day(oldest) if oldest else None
        self.calendars.decide(lambda each: national_plan.follow(each, table, day, now))

    def _finish(self, dossier_id: str) -> None:
        calendar = self.calendars.now().calendar

        def give_code(number: int) -> Dossier:
            return self._decide(dossier_id, lambda each: reception.accept(each, number, calendar))

        self.dossiers.numbered(self.dossiers.get(dossier_id).book, give_code)

    def _warn(self, dossier_id: str) -> None:
        now, unit = self.clock.now(), self.calendars.now()

        def warn(dossier: Dossier) -> Decided:
            warned, messages = warnings.warn(dossier, now, unit.rule, unit.calendar)
            return late_list.listed(warned), messages

        self.dossiers.change(dossier_id, warn)

    def _remind(self, dossier_id: str) -> None:
        now, rules, unit = self.clock.now(), self.rulebook.rules(), self.calendars.now()
        self.dossiers.change(
            dossier_id, lambda each: reminding.remind(each, now, rules, unit.calendar)
        )

    def _make_findable(self, dossier_id: str) -> None:
        self.dossiers.change(dossier_id, lambda each: (finding.findable(each), ()))

    def _take_silence(self, dossier_id: str) -> None:
        self._decide(dossier_id, lambda each: branches.assume_consent(each, *self._when()))

    def _pages(self, cursor: ScanCursor, until: datetime) -> Iterator[Page]:
        """The pages of the scan, each with the cursor as it is once the page is dealt with."""
        while cursor.state < len(UNDER_WAY) and self.clock.real() < until:
            cursor, found = self._page(cursor)
            yield cursor, found

    def _page(self, cursor: ScanCursor) -> Page:
        now, most = self.clock.now(), MOST_PAGES * self.page_size
        state, end = UNDER_WAY[cursor.state], cursor.until(now)
        if not cursor.total and (cursor.state, cursor.after) == (0, BEGINNING):
            cursor = replace(cursor, total=self.dossiers.under_way(now))
        # What came in one moment cannot be parted: that is taken whole.
        most = most if end - cursor.after > A_MOMENT else MOST_IN_A_MOMENT
        found = self.dossiers.submitted(state, cursor.after, end, limit=most + 1)
        if len(found) > most:
            return cursor.narrower(), ()
        return cursor.onward(now, len(found), size=self.page_size), found

    def _note(self, unit: str, gone: ScanCursor) -> UnitCalendar:
        """Store the cursor; a crash before that repeats one page at most."""
        return self.calendars.change(unit, lambda each: unit_calendar.moved_on(each, gone))

    def _batches(self, pages: Iterator[Page]) -> Iterator[Batch]:
        """Pages in batches small enough to let others write; the last has the page's cursor."""
        for gone, found in pages:
            rest = found
            while len(rest) > self.batch_size:
                batch, rest = rest[: self.batch_size], rest[self.batch_size :]
                yield None, batch
            yield gone, rest

    def _timed(self, unit: UnitCalendar, batch: Batch) -> tuple[ScanCursor | None, int]:
        """Count a batch again; the cursor it came with, and how many due dates moved."""
        (gone, found), size, began = batch, self.batch_size, self.clock.real()
        moved = self._carry_out(found, unit, self.clock.now())
        self.batch_size = next_batch_size(size, self.clock.real() - began)
        return gone, moved

    def _carry_out(self, batch: Sequence[Dossier], unit: UnitCalendar, now: datetime) -> int:
        """Count a batch again, in one write if nobody else writes; how many due dates moved."""
        decided: dict[str, tuple[Dossier, *Decided]] = {}
        moved = set()
        around = replace(self._surroundings(office_of(self.settings)), unit=unit, now=now)

        def recount(found: Dossier) -> None:
            after, messages = act.recount(found, around)
            if after != found or messages:
                decided[found.id] = found, after, messages
            if after.due != found.due:
                moved.add(found.id)

        def again(dossier_id: str) -> None:
            self.dossiers.change(dossier_id, lambda each: act.recount(each, around))

        run_each(batch, recount)
        if decided and not self.dossiers.save_all(list(decided.values())):
            run_each(decided, again)
        return len(moved)


def next_batch_size(size: int, took: timedelta) -> int:
    """The size of the next batch, after one of this size took so long."""
    wanted = int(size * (BATCH_TAKES / max(took, A_MOMENT)))
    return max(SMALLEST_BATCH, min(wanted, 2 * size, LARGEST_BATCH))
