"""What nobody asks for and must be done: work moves with absences, is shared, is urged."""

from foundation import watch
from foundation.clock import every
from foundation.worktime import local_day
from services.routing.domain import alarm, inside, lists, officers
from services.routing.domain.officers import Office
from services.routing.domain.roles import OF_A_DIVISION
from services.routing.domain.step import State
from services.routing.doors.desk import Desk
from services.routing.store import GAP_AFTER

AT_ONCE = 100


class Timers(Desk):
    """For time itself."""

    @every(60)
    def tell_of_late_steps(self) -> None:
        """Tell once of each step that comes near its due date, and of each that is past it."""
        now, agency = self.clock.now(), self.own.agency
        for docket in self.dockets.alarmed(now, agency=agency, limit=AT_ONCE):
            self.dockets.change(docket.id, lambda each: alarm.tell(each, now))

    @every(60)
    def look_for_gaps(self) -> None:
        """Show the operator how many dossiers lack an order, and name some of them."""
        long_ago = self.clock.now() - GAP_AFTER
        found = self.dockets.with_gaps(long_ago, agency=self.own.agency, limit=AT_ONCE)
        watch.ORDER_GAPS.labels(self.own.agency).set(len(found))
        for docket in found[:10]:
            watch.log.warning(
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
                self._move_back(office, officer.id)

    @every(30)
    def share_work(self) -> None:
        """Give steps that nobody has taken to the officers with the least to do."""
        office, now = self._office(), self.clock.now()
        divisions = {each.division for each in office.officers if each.division}
        loads = self._loads(office, now) if divisions else {}
        for division in sorted(divisions):
            keys = [lists.untaken(role, division) for role in OF_A_DIVISION]
            found = self.dockets.standing_on(keys, agency=office.agency, limit=AT_ONCE)
            for docket in found:
                for step in docket.steps:
                    untaken = step.state is State.RECEIVED and not step.officer
                    if untaken and step.division == division and step.role in OF_A_DIVISION:
                        there = officers.at_place(office, step.role, division, local_day(now))
                        self._share(docket.id, step.id, there, loads)

    def _share(self, docket: str, step: str, there: list[str], loads: dict[str, int]) -> None:
        to, now = officers.least_loaded(there, loads), self.clock.now()
        if to:
            loads[to] = loads.get(to, 0) + 1
            self.dockets.change(docket, lambda each: inside.share(each, step, to, now))

    def _move_away(self, office: Office, absent: str) -> None:
        now = self.clock.now()
        held = self.dockets.standing_on(
            [lists.of_officer(absent)], agency=office.agency, limit=AT_ONCE
        )
        loads = self._loads(office, now) if held else {}
        for docket in held:
            to = officers.stands_in(office, absent, local_day(now), loads)
            if to:
                loads[to] = loads.get(to, 0) + 1
                self.dockets.change(
                    docket.id,
                    lambda each: inside.stand_in(each, absent, to, now),  # noqa: B023 -- at once
                )

    def _move_back(self, office: Office, officer: str) -> None:
        now = self.clock.now()
        for docket in self.dockets.standing_on(
            [lists.away_from(officer)], agency=office.agency, limit=AT_ONCE
        ):
            self.dockets.change(docket.id, lambda each: inside.come_back(each, officer, now))
