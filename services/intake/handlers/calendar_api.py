"""HTTP API of the unit's calendar: everybody may read it, those with the right decide on it.

Planned outages are entries of that calendar, and every change of them an edition of it.
"""

from typing import Any

from foundation.errors import StoredResponse
from foundation.web import Request, get, post, put
from foundation.worktime import local_day
from services.intake import schemas
from services.intake.domain.calendar import unit_calendar
from services.intake.domain.calendar.unit_calendar import UnitCalendar
from services.intake.handlers.context import IntakeContext

WRITING = "calendar:write"


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
            self.calendars.decide(lambda each: unit_calendar.decide(each, wanted, now))
        )

    @post("/calendar/remove", scope=WRITING, gives=schemas.CalendarAnswer)
    def remove_day(self, request: Request) -> StoredResponse:
        """Take out a day that the unit decided on; open dossiers are counted again."""
        once, said = request.once(200, self._shown), request.load(schemas.RemovalFields)
        day, reason, now = said["date"], said["reason"], self.clock.now()
        return once.reply(
            self.calendars.decide(
                lambda each: unit_calendar.remove(each, day, reason, now), once=once
            )
        )

    def _shown(self, unit: UnitCalendar) -> dict[str, Any]:
        return schemas.unit_calendar(unit, local_day(self.clock.now()))
