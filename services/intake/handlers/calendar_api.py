"""HTTP API of the unit's calendar: everybody may read it, those with the right decide on it.

Planned outages are entries of that calendar, and every change of them an edition of it.
"""

from collections.abc import Callable
from typing import Any

from foundation.errors import StoredResponse
from foundation.web import Request, get, post, put
from foundation.worktime import local_day
from services.intake import schemas
from services.intake.domain.calendar import unit_calendar
from services.intake.domain.calendar.outages import Decision
from services.intake.domain.calendar.unit_calendar import UnitCalendar
from services.intake.handlers.context import IntakeContext

WRITING = "calendar:write"
Decide = Callable[[UnitCalendar], Decision]


class CalendarApi(IntakeContext):
    """HTTP handlers for the calendar."""

    @get("/calendar", scope="", gives=schemas.CalendarAnswer)
    def calendar(self, request: Request) -> dict[str, Any]:  # noqa: ARG002 -- a handler's shape
        """The table in force, why it is, and how far open dossiers are counted by it."""
        return self._shown(self.calendars.newest())

    @put("/calendar", scope=WRITING, gives=schemas.CalendarAnswer)
    def decide_calendar(self, request: Request) -> dict[str, Any]:
        """Put another table in force; `edition` is the one it was made from."""
        wanted, now = request.load(schemas.CalendarFields), self.clock.now()
        return self._shown(
            self.calendars.decide(
                self._of_edition(request, lambda each: unit_calendar.decide(each, wanted, now))
            )
        )

    @post("/calendar/remove", scope=WRITING, gives=schemas.CalendarAnswer)
    def remove_day(self, request: Request) -> StoredResponse:
        """Take out a day that the unit decided on; open dossiers are counted again."""
        once, said = request.once(200, self._shown), request.load(schemas.RemovalFields)
        day, reason, now = said["date"], said["reason"], self.clock.now()
        return once.reply(
            self.calendars.decide(
                self._of_edition(
                    request, lambda each: unit_calendar.remove(each, day, reason, now)
                ),
                once=once,
            )
        )

    def _of_edition(self, request: Request, decide: Decide) -> Decide:
        """The decision, on the edition that `If-Match` names; without it on whatever holds."""
        seen = request.headers.get("if-match", "")

        def decided(unit: UnitCalendar) -> Decision:
            unit_calendar.must_be_edition(unit, seen)
            return decide(unit)

        return decided

    def _shown(self, unit: UnitCalendar) -> dict[str, Any]:
        return schemas.unit_calendar(unit, local_day(self.clock.now()))
