"""Periodic jobs of a desk: telling of late steps, moving work with absences, sharing it out."""

from collections.abc import Callable, Sequence
from functools import partial

from foundation.observability import metrics
from foundation.observability.logs import log
from foundation.scheduling import JobRunner, every, run_each
from foundation.timekeeping.copies import KNOWN
from foundation.worktime import local_day
from services.routing.domain.docket import lists
from services.routing.domain.docket.step import DeskStepState
from services.routing.domain.lateness import alarm
from services.routing.domain.staff import officers
from services.routing.domain.staff.officers import OfficerBook
from services.routing.domain.staff.roles import OF_A_DIVISION, OfficerRole
from services.routing.domain.staff.urging_rules import Plan
from services.routing.domain.work import handing_over
from services.routing.handlers.context import DeskContext
from services.routing.store import GAP_AFTER

MOST_GAPS = 100
# Dockets between two notes of how far a recount is.
WALKED = 50


class RoutingJobs(DeskContext):
    """The desk's timers."""

    job_runner = JobRunner()

    @every(60)
    def tell_of_late_steps(self) -> None:
        """Tell once of each step that comes near its due date, and of each that is past it."""
        due = partial(self.dockets.alarmed, self.clock.now())
        tell = partial(self._tell, office=self._office())
        self.job_runner.run("tell_of_late_steps", due, tell)

    @every(5)
    def follow_calendar(self) -> bool:
        """Work out again when whom is told, after the calendar changed; true if there is more."""
        now, copy = self.clock.now(), self.calendars.to_recount(self.clock.ago(KNOWN))
        if copy is None:
            return False
        plan = Plan(rules=self.rulebook.rules(), calendar=copy.calendar)
        after = copy.walk or ""
        found = self.dockets.in_order((lists.OPEN_STEPS,), now, limit=WALKED, after=after)
        more = len(found) == WALKED
        run_each([each.id for each in found], partial(self._replan, plan=plan))
        self.calendars.move_on(copy, found[-1].place if more else None)
        return more

    @every(60)
    def look_for_gaps(self) -> None:
        """Show the operator how many dossiers lack an order, and name some of them."""
        long_ago = self.clock.now() - GAP_AFTER
        found, _ = self.dockets.with_gaps(long_ago, limit=MOST_GAPS)
        metrics.ORDER_GAPS.labels(self.settings.agency).set(len(found))
        for docket in found[:10]:
            log.warning(
                "orders_missing", dossier=docket.id, numbers=list(docket.heard.missing[:10])
            )

    @every(60)
    def move_work(self) -> None:
        """Give the work of absent officers to who stands in, and back when they return."""
        office, now = self._office(), self.clock.now()
        for officer in office.officers:
            if officers.keeps_away(officer, local_day(now)):
                self._move_away(office, officer.id)
            else:
                back = partial(self._move_back, officer=officer.id)
                self._for_each_on(lists.away_from(officer.id), "move_back", back)

    @every(30)
    def share_work(self) -> None:
        """Give steps that nobody has taken to the officers with the least to do."""
        office, now = self._office(), self.clock.now()
        divisions = {each.division for each in office.officers if each.division}
        loads = self._loads(office, now) if divisions else {}
        for division in sorted(divisions):
            for role in OF_A_DIVISION:
                there = officers.at_place(office, role, division, local_day(now))
                if there:
                    share = partial(
                        self._share, role=role, division=division, there=there, loads=loads
                    )
                    self._for_each_on(lists.untaken(role, division), "share_work", share)

    def _for_each_on(self, key: str, timer: str, work: Callable[[str], None]) -> None:
        self.job_runner.run(timer, partial(self.dockets.placed_on, key), work)

    def _tell(self, docket: str, office: OfficerBook) -> None:
        self.dockets.change(docket, lambda each: alarm.tell(each, self.clock.now(), office))

    def _replan(self, docket: str, plan: Plan) -> None:
        self.dockets.change(docket, lambda each: alarm.replan(each, plan))

    def _share(
        self,
        docket: str,
        role: OfficerRole,
        division: str,
        there: Sequence[str],
        loads: dict[str, int],
    ) -> None:
        now = self.clock.now()
        for step in self.dockets.about(docket).steps:
            untaken = step.state is DeskStepState.RECEIVED and not step.officer
            if untaken and (step.role, step.division) == (role, division):
                to = officers.least_loaded(there, loads)
                loads[to] = loads.get(to, 0) + 1
                self.dockets.change(
                    docket, partial(handing_over.share, step_id=step.id, to=to, now=now)
                )

    def _move_away(self, office: OfficerBook, absent: str) -> None:
        now, key = self.clock.now(), lists.of_officer(absent)
        if self.dockets.placed_on(key, limit=1):
            loads = self._loads(office, now)
            if officers.stands_in(office, absent, local_day(now), loads):
                away = partial(self._stand_in, office=office, absent=absent, loads=loads)
                self._for_each_on(key, "move_away", away)

    def _stand_in(
        self, docket: str, office: OfficerBook, absent: str, loads: dict[str, int]
    ) -> None:
        now = self.clock.now()
        to = officers.stands_in(office, absent, local_day(now), loads)
        loads[to] = loads.get(to, 0) + 1
        self.dockets.change(docket, lambda each: handing_over.stand_in(each, absent, to, now))

    def _move_back(self, docket: str, officer: str) -> None:
        self.dockets.change(
            docket, lambda each: handing_over.come_back(each, officer, self.clock.now())
        )
