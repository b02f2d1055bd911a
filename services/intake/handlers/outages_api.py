"""HTTP API of planned outages: everybody may read the list, those with the right announce them."""

from typing import Any

from contracts.law import LawRule
from foundation.errors import NotFound, StoredResponse
from foundation.law import cite
from foundation.web import Request, get, post
from services.intake import schemas
from services.intake.domain.calendar import outages
from services.intake.domain.calendar.outages import Decision
from services.intake.domain.calendar.unit_calendar import UnitCalendar
from services.intake.handlers.calendar_api import WRITING, CalendarApi

MOST_DIGITS = 9


class OutagesApi(CalendarApi):
    """HTTP handlers for outages (NĐ 224/2026 Đ13)."""

    @get("/outages", scope="", gives=schemas.OutagesAnswer)
    def list_outages(self, request: Request) -> dict[str, Any]:  # noqa: ARG002 -- a handler's shape
        """Outages that go on or are to come, the next first."""
        return self._outages(self.calendars.newest())

    @post("/outages", scope=WRITING, gives=schemas.OutagesAnswer)
    def announce_outage(self, request: Request) -> StoredResponse:
        """Announce a planned outage, or note one that nobody planned."""
        once, said = request.once(200, self._outages), request.load(schemas.OutageFields)
        wanted = outages.wanted(**said)
        self.connected_agencies.now().must_exist(*wanted.agencies, place="agencies")
        now = self.clock.now()
        return once.reply(
            self.calendars.decide(
                self._of_edition(request, lambda each: outages.announce(each, wanted, now)),
                once=once,
            )
        )

    @post("/outages/<number>/end", scope=WRITING, gives=schemas.OutagesAnswer)
    def move_outage_end(self, request: Request, number: str) -> StoredResponse:
        """Give an outage another hour of return."""
        once, until = (
            request.once(200, self._outages),
            request.load(schemas.OutageEndFields)["until"],
        )
        which, now = _number(number), self.clock.now()

        def move(unit: UnitCalendar) -> Decision:
            return outages.move_end(unit, which, until, now)

        return once.reply(self.calendars.decide(self._of_edition(request, move), once=once))

    @post("/outages/<number>/take-back", scope=WRITING, gives=schemas.OutagesAnswer)
    def take_back_outage(self, request: Request, number: str) -> StoredResponse:
        """Take an outage back before it begins."""
        once, which, now = request.once(200, self._outages), _number(number), self.clock.now()
        return once.reply(
            self.calendars.decide(
                self._of_edition(request, lambda each: outages.take_back(each, which, now)),
                once=once,
            )
        )

    def _outages(self, unit: UnitCalendar) -> dict[str, Any]:
        now = self.clock.now()
        return schemas.outages(outages.current(unit, now), cite(LawRule.OUTAGE, now))


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        return int(text)
    raise NotFound(
        "Số của lần ngừng hệ thống là một số; xem GET /outages.",
        "The number of an outage is a number; see GET /outages.",
    )
