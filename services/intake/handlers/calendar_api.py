"""HTTP API of the unit's calendar: everybody may read it, those with the right decide on it."""

from typing import Any

from foundation.web import Request, get, put
from services.intake import schemas
from services.intake.domain.calendar import unit_calendar
from services.intake.handlers.context import IntakeContext

WRITING = "calendar:write"


class CalendarApi(IntakeContext):
    """HTTP handlers for the calendar."""

    @get("/calendar", scope="")
    def calendar(self, request: Request) -> dict[str, Any]:  # noqa: ARG002 -- a handler's shape
        """The table in force, why it is, and how far open dossiers are counted by it."""
        return schemas.unit_calendar(self.calendars.newest())

    @put("/calendar", scope=WRITING)
    def decide_calendar(self, request: Request) -> dict[str, Any]:
        """Put another table in force; `edition` is the one it was made from."""
        wanted, now = request.load(schemas.CalendarFields), self.clock.now()
        return schemas.unit_calendar(
            self.calendars.decide(lambda each: unit_calendar.decide(each, wanted, now))
        )
