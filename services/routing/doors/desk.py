"""What all doors of a desk share: its stores, its clock, who acts, and the way to change a step."""

from collections.abc import Callable
from datetime import datetime

from foundation.clock import Clock
from foundation.config import Own
from foundation.errors import Answer
from foundation.web import Request
from foundation.worktime import local_day
from services.routing import schemas
from services.routing.domain import lists, officers, reading
from services.routing.domain.act import Act
from services.routing.domain.docket import Change, Docket
from services.routing.domain.officers import Office
from services.routing.store import Dockets, Explanations, Offices, Readings

# Whoever has so much is no more loaded than another who has.
MOST_LOAD = 500


class Desk:
    """What the doors open on to."""

    own = Own()
    clock = Clock()
    dockets = Dockets()
    explanations = Explanations()
    offices = Offices()
    readings = Readings()

    def _office(self) -> Office:
        return self.offices.of(self.own.agency)

    def _act(self, request: Request) -> Act:
        """Who asks, as what the agency's book of officers has them; Forbidden if it has not."""
        now, office = self.clock.now(), self._office()
        if not office.officers:
            return Act(request.who.subject, now)
        officer = officers.officer_of(office, request.who.subject)
        return Act(officer.id, now, frozenset(officer.roles), officer.division)

    def _holding(self, step: str, act: Act) -> Docket:
        """The docket with this step, if the officer may see it; NotFound otherwise."""
        docket = self.dockets.holding(step, agency=self.own.agency)
        return reading.shown_to(docket, step, act)

    def _change(
        self, request: Request, act: Act, step: str, decide: Callable[[Docket], Change]
    ) -> Answer:
        once = request.once(200, schemas.step(step))
        docket = self._holding(step, act)
        return once.reply(self.dockets.change(docket.id, decide, once=once))

    def _of_dossier(self, dossier: str, act: Act) -> Docket:
        """The docket of that dossier, if the officer may see it; NotFound otherwise."""
        return reading.docket_shown_to(self.dockets.about(dossier, agency=self.own.agency), act)

    def _loads(self, office: Office, now: datetime) -> dict[str, int]:
        """How many open steps each officer who works today has."""
        day = local_day(now)
        there = [each.id for each in office.officers if not officers.keeps_away(each, day)]
        return {
            one: len(
                self.dockets.standing_on(
                    [lists.of_officer(one)], agency=office.agency, limit=MOST_LOAD
                )
            )
            for one in there
        }
