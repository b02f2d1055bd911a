"""What all doors of a desk share: its stores, its clock, who acts, and the way to change a step."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from foundation.errors import Answer
from foundation.scheduling.clock import Clock
from foundation.scheduling.reminder_rules import Rulebook
from foundation.settings.provider import SettingsProvider
from foundation.web import Request
from foundation.worktime import Calendar, local_day
from services.routing import schemas
from services.routing.domain import lists, officers, reading
from services.routing.domain.act import Act
from services.routing.domain.docket import Change, Docket
from services.routing.domain.officers import Office
from services.routing.domain.urging import Plan
from services.routing.settings import RoutingSettings
from services.routing.store import Dockets, Explanations, Offices, Readings

# Whoever has so much is no more loaded than another who has.
MOST_LOAD = 500


class Desk:
    """What the doors open on to."""

    settings = SettingsProvider(RoutingSettings)
    clock = Clock()
    dockets = Dockets()
    explanations = Explanations()
    offices = Offices()
    readings = Readings()
    rulebook = Rulebook()

    def _office(self) -> Office:
        return self.offices.of(self.settings.agency)

    def _plan(self) -> Plan:
        """Who is told of late steps, by the rules as they are now."""
        return Plan(rules=self.rulebook.rules(), calendar=Calendar.default())

    def _act(self, request: Request) -> Act:
        """Who asks, as what the agency's book of officers has them; Forbidden if it has not."""
        now, office = self.clock.now(), self._office()
        if not office.officers:
            return Act(request.who.subject, now)
        officer = officers.officer_of(office, request.who.subject)
        return Act(officer.id, now, frozenset(officer.roles), officer.division)

    def _holding(self, step: str, act: Act) -> Docket:
        """The docket with this step, if the officer may see it; NotFound otherwise."""
        docket = self.dockets.holding(step, agency=self.settings.agency)
        return reading.shown_to(docket, step, act)

    def _change(
        self, request: Request, act: Act, step: str, decide: Callable[[Docket], Change]
    ) -> Answer:
        once = request.once(200, schemas.step(step))
        docket = self._holding(step, act)
        return once.reply(self.dockets.change(docket.id, decide, once=once))

    def _of_dossier(self, dossier: str, act: Act) -> Docket:
        """The docket of that dossier, if the officer may see it; NotFound otherwise."""
        return reading.docket_shown_to(
            self.dockets.about(dossier, agency=self.settings.agency), act
        )

    def _shared(
        self,
        request: Request,
        name: str,
        part: str,
        show: Callable[[list[Docket], int], dict[str, Any]],
    ) -> dict[str, Any]:
        """A page of what the officer sees of a shared list; `part` is what is shown of a docket."""
        act, asked = self._act(request), request.asked(schemas.Paged())
        found = self.dockets.in_order(
            lists.shared_with(name, act),
            act.now,
            agency=self.settings.agency,
            limit=asked["limit"] + 1,
            only=(part,),
            after=asked["after"],
        )
        return show(found, asked["limit"])

    def _loads(self, office: Office, now: datetime) -> dict[str, int]:
        """How many open steps each officer who works today has."""
        day = local_day(now)
        there = [each.id for each in office.officers if not officers.keeps_away(each, day)]
        held = partial(self.dockets.placed_on, agency=office.agency, limit=MOST_LOAD)
        return {one: len(held(lists.of_officer(one))) for one in there}
