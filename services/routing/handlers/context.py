"""What all handlers of a desk share: its stores, its clock, who acts, and how a step is changed."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any

from foundation.errors import StoredResponse
from foundation.scheduling import Clock, ReminderRules
from foundation.settings.provider import SettingsProvider
from foundation.web import Request
from foundation.worktime import local_day
from services.routing import schemas
from services.routing.domain.docket import lists, reading
from services.routing.domain.docket.docket import Change, Docket, find
from services.routing.domain.staff import officers
from services.routing.domain.staff.act import OfficerAct
from services.routing.domain.staff.officers import OfficerBook
from services.routing.domain.staff.urging_rules import Plan
from services.routing.domain.work import naming, seen
from services.routing.settings import RoutingSettings
from services.routing.store import AccessRecords, DeskCalendars, Dockets, Explanations, OfficerBooks

# Whoever has so much is no more loaded than another who has.
MOST_LOAD = 500


class DeskContext:
    """The injected stores and settings of a desk, and the reads and writes that handlers share."""

    settings = SettingsProvider(RoutingSettings)
    clock = Clock()
    dockets = Dockets()
    explanations = Explanations()
    offices = OfficerBooks()
    readings = AccessRecords()
    calendars = DeskCalendars()
    rulebook = ReminderRules()

    def _office(self) -> OfficerBook:
        return self.offices.of(self.settings.agency)

    def _plan(self) -> Plan:
        """Who is told of late steps, by the rules as they are now."""
        return Plan(rules=self.rulebook.rules(), calendar=self.calendars.calendar())

    def _act(self, request: Request) -> OfficerAct:
        """The caller with their roles by the book of officers; Forbidden if they are not in it."""
        now, office = self.clock.now(), self._office()
        if not office.officers:
            return OfficerAct(request.who.subject, now)
        officer = officers.officer_of(office, request.who.subject)
        return OfficerAct(officer.id, now, frozenset(officer.roles), officer.division)

    def _holding(self, step: str, act: OfficerAct) -> Docket:
        """The docket with this step, if the officer may see it; NotFound otherwise."""
        docket = self.dockets.holding(step)
        return reading.shown_to(docket, step, act)

    def _change(
        self, request: Request, act: OfficerAct, step: str, decide: Callable[[Docket], Change]
    ) -> StoredResponse:
        once = request.once(200, schemas.step(step))
        found = self.dockets.to_change(step)
        docket = reading.shown_to(found.entity, step, act)
        change = self._naming(_as_seen(step, request.headers.get("if-match", ""), decide))
        return once.reply(self.dockets.change(docket.id, change, once=once, found=found))

    def _naming(self, decide: Callable[[Docket], Change]) -> Callable[[Docket], Change]:
        """The same change; the centre is told, too, of whoever has a step after it."""
        office, now = self._office(), self.clock.now()
        return lambda docket: naming.told(docket, decide(docket), office, now)

    def _of_dossier(self, dossier: str, act: OfficerAct) -> Docket:
        """The docket of that dossier, if the officer may see it; NotFound otherwise."""
        return reading.docket_shown_to(self.dockets.about(dossier), act)

    def _shared(
        self,
        request: Request,
        name: str,
        part: str,
        show: Callable[[list[Docket], int], dict[str, Any]],
    ) -> dict[str, Any]:
        """A page of what the officer sees of a shared list; `part` is what is shown of a docket."""
        asked = request.asked(schemas.Paged())
        return show(self._shared_dockets(self._act(request), name, part, **asked), asked["limit"])

    def _shared_dockets(
        self, act: OfficerAct, name: str, part: str, *, limit: int, after: str
    ) -> list[Docket]:
        """What the officer sees of a shared list, and one more where it goes on."""
        shared = lists.shared_with(name, act)
        return self.dockets.in_order(shared, act.now, limit=limit + 1, only=(part,), after=after)

    def _loads(self, office: OfficerBook, now: datetime) -> dict[str, int]:
        """How many open steps each officer who works today has."""
        day = local_day(now)
        there = [each.id for each in office.officers if not officers.keeps_away(each, day)]
        held = partial(self.dockets.placed_on, limit=MOST_LOAD)
        return {one: len(held(lists.of_officer(one))) for one in there}


def _as_seen(
    step: str, mark: str, decide: Callable[[Docket], Change]
) -> Callable[[Docket], Change]:
    """The same, of a step that is as its officer saw it; without a mark nothing is compared."""

    def checked(docket: Docket) -> Change:
        seen.must_be_as_seen(find(docket, step), mark)
        return decide(docket)

    return checked
